# SPDX-License-Identifier: GPL-2.0
# Rounds of attach and detach; what there is in Dom0 is counted after a few of them,
# when caches are warm, and after the last.
. /bed/dom0/counts.sh

rounds=${BED_ROUNDS:-5}
disk_file /var/tmp/storm.img 16
guest_start storm </dev/null
must "the guest is up" guest_says storm '^note - ready' 60
id=$(domid storm)
be=/local/domain/0/backend

connected() { [ "$(xenstore-read "$1/state" 2>/dev/null)" = 4 ]; }
gone() { no xenstore-exists "$1"; }
card=0		# the number of the card, which xl gives

attach() {
	local source
	source=phy:$(disk scratch)
	[ $(($1 % 2)) = 0 ] || source=file:/var/tmp/storm.img
	in_time 60 xl block-attach storm "$source,xvdf,w" &&
		in_time 60 xl network-attach storm bridge=xenbr0 &&
		wait_for 30 connected "$be/vbd/$id/51792" &&
		wait_for 30 connected "$be/vif/$id/$card"
}
detach() {
	in_time 60 xl block-detach storm xvdf &&
		in_time 60 xl network-detach storm "$card" &&
		wait_for 30 gone "$be/vbd/$id/51792" &&
		wait_for 30 gone "$be/vif/$id/$card"
}
round() { attach "$1" && detach "$1"; }

has() {
	sleep 2
	echo "$(hypervisor_has), $(xen_interrupts) interrupts," \
		"$(threads) threads, $(entries /sys/bus/xen-backend/devices) backends," \
		"$(entries /sys/class/net) cards, $(losetup -a | wc -l) loops," \
		"$(xenstore-ls /local/domain/0 | wc -l) nodes here," \
		"$(xenstore-ls "/local/domain/$id/device" | wc -l) in the guest"
}

for n in 1 2; do
	must "round $n to warm up" round "$n"
done
guest_go storm measure
must "the guest has counted" guest_says storm '^note - measured' 60
count

bad=0
for n in $(seq "$rounds"); do
	round "$n" >/run/bed/round.log 2>&1 || { bad=$n; break; }
	[ $((n % 20)) != 0 ] || note "$n rounds"
done
[ "$bad" = 0 ] || detail /run/bed/round.log
check "$rounds rounds" [ "$bad" = 0 ]

keeps_nothing "Dom0 has what it had"
keeps_memory

check "attached once more" attach 0
guest_go storm last
must "the guest used them" guest_says storm '^note - disk used' 60
check "detached once more" detach 0
guest_go storm done
guest_passes storm
guest_stop storm
