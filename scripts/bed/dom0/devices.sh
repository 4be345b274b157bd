# SPDX-License-Identifier: GPL-2.0
# Words about PCI devices, for scenarios whose machine has some of its own
# ("devices" in scenario.toml).

pci=/sys/bus/pci/devices

# pci_of DRIVER [N]: the address of the driver's first (Nth) device; of several the
# board's own comes last.
pci_of() { ls "/sys/bus/pci/drivers/$1" 2>/dev/null | grep '^0000:' | sed -n "${2:-1}p"; }
known() { local word; for word; do [ -n "$word" ] || return 1; done; }
has_driver() { [ -e "$pci/$1/driver" ] && [ "$(basename "$(readlink "$pci/$1/driver")")" = "$2" ]; }

# card_at, disk_at ADDRESS: the card's name, the disk's device
card_at() { ls "$pci/$1/net" 2>/dev/null | head -n 1; }
disk_at() {
	local block
	for block in /sys/block/*; do
		case $(readlink -f "$block") in *"/$1/"*) echo "/dev/${block##*/}"; return ;; esac
	done
	return 1
}
has_card() { [ -n "$(card_at "$1")" ]; }
has_disk() { [ -n "$(disk_at "$1")" ] && [ -b "$(disk_at "$1")" ]; }

# interrupts KIND NAME [CPU]: how many of Xen's interrupts of that kind there were for
# that name (both are regular expressions), on all CPUs or one; nothing without a line.
interrupts() {
	awk -v kind="$1" -v name="$2" -v cpu="${3:-}" '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i + 1
			  cpus = NF; next }
		$0 !~ ("xen-pirq +" kind " +(.*[ ,])?(" name ")(,|$)") { next }
		cpu != "" { sum += $column["CPU" cpu]; found = 1; next }
		{ for (i = 2; i <= cpus + 1; i++) sum += $i; found = 1 }
		END { if (found) print sum + 0 }' /proc/interrupts
}

# rises KIND NAME CPU COMMAND...: the command succeeds, and such interrupts come in.
rises() {
	local kind=$1 name=$2 cpu=$3 before
	shift 3
	before=$(interrupts "$kind" "$name" "$cpu")
	[ -n "$before" ] || { echo "no $kind interrupt for $name"; grep xen-pirq /proc/interrupts; return 1; }
	"$@" || return 1
	[ "$(interrupts "$kind" "$name" "$cpu")" -gt "$before" ] ||
		{ echo "still $before interrupts $kind of $name"; grep xen-pirq /proc/interrupts; return 1; }
}
pirqs() { grep -c xen-pirq /proc/interrupts || true; }

# bounce_used, bounce_most: slots of bounce buffers in use, and the most there ever were
bounce_used() { cat /sys/kernel/debug/swiotlb/io_tlb_used; }
bounce_most() { cat /sys/kernel/debug/swiotlb/io_tlb_used_hiwater; }

# far_card CARD HOST: move a card to the other end of the wire, a network namespace
# "far", as 192.168.50.HOST.  near_card CARD HOST: one at this end.
near_card() {
	ip addr add "192.168.50.$2/24" dev "$1" && ip link set "$1" up
}
far_card() {
	[ -e /run/netns/far ] || ip netns add far
	ip link set "$1" netns far
	ip netns exec far ip addr add "192.168.50.$2/24" dev "$1"
	ip netns exec far ip link set "$1" up
}
far_serves() { (exec ip netns exec far netcheck serve "$1" >/run/bed/far.log 2>&1) 7>&- 8>&- & }
reaches() { wait_for 20 ping -q -c 1 -W 2 "$1"; }

# no_pci_guests: pciback serves nobody.  xl leaves the nodes of a guest in the store
# that was not there to let its devices go; they have to say that they are closed.
no_pci_guests() {
	! ls /sys/bus/xen-backend/devices | grep '^pci-' &&
		! xenstore-ls -f /local/domain/0/backend/pci 2>/dev/null | grep '/0/state = ' | grep -v '"6"'
}
