# SPDX-License-Identifier: GPL-2.0
# PCI devices inside a guest (busybox sh).
pci=/sys/bus/pci/devices
pci_of() { ls "/sys/bus/pci/drivers/$1" 2>/dev/null | grep '^[0-9a-f]*:' | head -n 1; }
card_at() { ls "$pci/$1/net" 2>/dev/null | head -n 1; }
disk_at() {
	for block in /sys/block/*; do
		case $(readlink -f "$block") in *"/$1/"*) echo "/dev/${block##*/}"; return ;; esac
	done
}
disk_of() { disk_at "$(pci_of "$1")"; }
card_of() { card_at "$(pci_of "$1")"; }
has_disk() { [ -n "$(pci_of "$1")" ] && [ -b "$(disk_of "$1")" ]; }
has_card() { [ -n "$(pci_of "$1")" ] && [ -n "$(card_of "$1")" ]; }
has_not() { [ -z "$(pci_of "$1")" ]; }

interrupts() {
	awk -v kind="$1" -v name="$2" '
		NR == 1 { cpus = NF; next }
		$0 ~ ("xen-pirq +" kind " +(.*[ ,])?(" name ")(,|$)") { for (i = 2; i <= cpus + 1; i++) sum += $i; found = 1 }
		END { if (found) print sum + 0 }' /proc/interrupts
}
rises() {	# rises KIND NAME COMMAND...: it succeeds, and such interrupts come in
	rises_kind=$1 rises_name=$2 rises_before=$(interrupts "$1" "$2")
	shift 2
	"$@" || return 1
	[ "$(interrupts "$rises_kind" "$rises_name")" -gt "${rises_before:-0}" ] && return
	echo "${rises_before:-no} interrupts $rises_kind of $rises_name"
	grep xen-pirq /proc/interrupts
	return 1
}

msix=-pcifront-msi-x msi=-pcifront-msi line=-pcifront
! grep -q pci=nomsi /proc/cmdline || msix=$line msi=$line
