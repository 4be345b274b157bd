# SPDX-License-Identifier: GPL-2.0
# Two guests: one attacks, one is to notice nothing of it. What there is in Dom0 is
# counted before, and after each attack.
rounds=${BED_ROUNDS:-10}
be=/sys/bus/xen-backend/devices

disk_file /var/tmp/host.img 16
disk_file /var/tmp/ro.img 4
disk_file /var/tmp/blocks.img 16
disk_file /var/tmp/grows.img 8
disk_file /var/tmp/goes.img 8
disk_file /var/tmp/neighbour.img 8
check "Dom0 fills the read-only disk" blkcheck write /var/tmp/ro.img 4 77
blocks=$(losetup -b 4096 -f --show /var/tmp/blocks.img)
grows=$(losetup -f --show /var/tmp/grows.img)
all_before=$(leftovers)

GUEST_ARGS="initcall_blacklist=xlblk_init" guest_start hostile <<-CFG
	vcpus = 2
	disk = [ "file:/var/tmp/host.img,xvda,w", "file:/var/tmp/ro.img,xvdb,r" ]
CFG
must "the attacker is up" guest_says hostile '^note - ready' 60
hostile=$(domid hostile)
must "it gets a disk of large blocks" in_time 60 xl block-attach hostile "phy:$blocks,xvdc,w"
must "it gets one that will grow" in_time 60 xl block-attach hostile "phy:$grows,xvdd,w"
must "it gets one that it will lose" in_time 60 xl block-attach hostile "file:/var/tmp/goes.img,xvde,w"
# the list of its grants is short if they do not stay
GUEST_ARGS="xen_blkfront.feature_persistent=0" guest_start neighbour neighbour <<-CFG
	disk = [ "file:/var/tmp/neighbour.img,xvda,w" ]
CFG
must "the neighbour is up" guest_says neighbour '^note - ready' 60

turns() { guest_store neighbour data/turns || echo 0; }
went_on() { [ "$(turns)" -gt "$1" ]; }
must "the neighbour's disk works" wait_for 60 went_on 1

threads() { ps -e -o ppid=,comm= | awk '$1 == 2 && $2 !~ /^kworker/' | wc -l; }
# The neighbour's grants come and go with its requests: they are not counted.
has() {
	echo "$(hypervisor e '^\(XEN\) +[0-9]+ \[') ports, $(grants_in_use "$hostile") grants of the attacker," \
		"$(grep -c xen /proc/interrupts) interrupts, $(threads) threads," \
		"$(ls $be | wc -l) backends," \
		"$(xenstore-ls "/local/domain/0/backend/vbd/$hostile/51712" | wc -l) nodes of its first disk"
}
kib() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	sed -n "s/^$1: *\([0-9]*\) kB/\1/p" /proc/meminfo
}
complaints() { dmesg | grep -cE 'xen-blkback|vbd' || true; }

# attack LINES JOB DEVICE [COUNT]: what may be said of it in the log, at most
turn=0
over() { guest_said hostile "^(not )?ok - $turn "; }
attack() {
	local limit=$1 said began
	shift
	turn=$((turn + 1))
	said=$(complaints)
	began=$(turns)
	guest_go hostile "$turn $*"
	check "the attack '$1' is over" wait_for 300 over
	check "the neighbour's disk went on" wait_for 60 went_on "$began"
	said=$(($(complaints) - said))
	check "$said lines in the log, at most $limit" [ "$said" -le "$limit" ]
}
unharmed() {
	local now tries=0
	now=$(has)
	while [ "$now" != "$had" ] && [ $tries -lt 5 ]; do
		tries=$((tries + 1))
		sleep 3
		now=$(has)
	done
	equal "Dom0 has what it had after $1" "$now" "$had"
}

attack 60 honest 51712
had=$(has) slab=$(kib SUnreclaim) free=$(kib MemFree)
note "before: $had; $slab KiB of slabs, $free KiB free"

while read -r limit job device count <&9; do
	attack "$limit" "$job" "$device" ${count:+"$count"}
	unharmed "$job"
done 9<<-JOBS
	45 indexes 51712
	20 segments 51712
	20 counts 51712
	20 operations 51712
	20 grants 51712
	20 revoked 51712
	40 changing 51712 $rounds
	20 unread 51712 $rounds
	20 storm 51712 $rounds
	20 nesting 51712
	20 end 51712
	20 readonly 51728
	20 blocks 51744
	140 nodes 51712
	20 changes 51712
	150 states 51712 $rounds
	150 inflight 51712 $rounds
	40 cycles 51712 $rounds
	40 honest 51712
JOBS
check "the read-only disk is what it was" blkcheck verify /var/tmp/ro.img 4 77

slab2=$(kib SUnreclaim) free2=$(kib MemFree)
check "slabs: $slab2 KiB after $slab KiB" [ $((slab2 - slab)) -lt $((2048 * BED_SLOW)) ]
check "free: $free2 KiB after $free KiB" [ $((free - free2)) -lt $((8192 * BED_SLOW)) ]

# a size that changes while it is connected
of_grows() { [ "$(xenstore-read "/local/domain/0/backend/vbd/$hostile/51760/$1")" = "$2" ]; }
(
	wait_for 60 of_grows state 4
	sleep 2
	truncate -s 12M /var/tmp/grows.img
	losetup -c "$grows"
	wait_for 20 of_grows sectors 24576
	sleep 2
	truncate -s 8M /var/tmp/grows.img
	losetup -c "$grows"
) &
attack 40 resized 51760
wait $!

# a frontend that is gone for good, with requests in flight
attack 40 vanish 51776
check "its backend is gone" wait_for 20 no [ -e "$be/vbd-$hostile-51776" ]
check "the tools detach what is left" in_time 60 xl block-detach hostile xvde

# a guest that ends under load
turn=$((turn + 1))
began=$(turns)
guest_go hostile "$turn load 51712"
busy() { [ "$(cat "$be/vbd-$hostile-51712/statistics/rd_req")" -gt 200 ]; }
check "the attacker loads its disk" wait_for 60 busy
sleep 2
check "it is destroyed under load" xl destroy hostile
check "it is gone" wait_for 30 guest_gone hostile
check "nothing of it is left" wait_for 30 sh -c "! ls $be | grep -q vbd-$hostile-"
check "the neighbour's disk went on" wait_for 60 went_on "$began"

guest_go neighbour end
guest_passes neighbour
guest_stop neighbour
losetup -d "$blocks" "$grows"
equal "nothing of both is left" "$(leftovers)" "$all_before"
check "no thread of a backend is left" no sh -c "ps -e -o comm= | grep -qE '^[0-9]+\.(xvd|vd|loop)'"
