# SPDX-License-Identifier: GPL-2.0
# Two guests: one attacks, one is to notice nothing of it. What there is in Dom0 is
# counted before, and after each attack.
. /bed/dom0/counts.sh

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

# sectors: how many the neighbour has read and written
its=$be/vbd-$(domid neighbour)-51712/statistics
sectors() { echo $(($(cat "$its/rd_sect") + $(cat "$its/wr_sect"))); }
moved() { [ "$(sectors)" -gt "$1" ]; }
must "the neighbour's disk works" wait_for 60 moved 0

# rate_start, rate_end: what it gets done in between, for at least two seconds, in KiB/s
now_ms() { sed -E 's/^([0-9]+)\.([0-9]+) .*/\1\20/' /proc/uptime; }
rate_start() { rate_at=$(now_ms) rate_from=$(sectors); }
rate_end() {
	rate_ms=$(($(now_ms) - rate_at))
	[ $rate_ms -ge 2000 ] || sleep 2
	rate=$((($(sectors) - rate_from) * 500 / ($(now_ms) - rate_at)))
}
goes_on() {
	check "the neighbour's disk goes on: $rate KiB/s, $alone without attacks" [ $rate -gt $((alone / 10)) ]
}

# The neighbour's grants come and go with its requests: they are not counted.
has() {
	echo "$(hypervisor_has "$hostile") of the attacker, $(xen_interrupts) interrupts," \
		"$(threads) threads, $(entries $be) backends," \
		"$(xenstore-ls "/local/domain/0/backend/vbd/$hostile/51712" | wc -l) nodes of its first disk"
}

# attack JOB DEVICE LINES WORD [COUNT]: at most so many complaints in the log, and one with
# the word (- if none need be)
turn=0
over() { guest_said hostile "^(not )?ok - $turn "; }
attack() {
	local said lines
	turn=$((turn + 1))
	said=$(complaints)
	rate_start
	guest_go hostile "$turn $1 $2 ${5:-}"
	check "the attack '$1' is over" wait_for $((300 + 3 * rounds)) over
	rate_end
	note "$1 took $rate_ms ms"
	goes_on
	lines=$(($(complaints) - said))
	check "$lines complaints, at most $3" [ $lines -le "$3" ] || complaints_since "$said"
	[ "$4" = - ] || check "the log says why" sh -c "dmesg -l err,warn | tail -n $lines | grep '$4'"
}

rate_start
sleep 4
rate_end
alone=$rate
attack honest 51712 0 -
count

while read -r job device limit word number <&9; do
	attack "$job" "$device" "$limit" "$word" "$number"
	keeps_nothing "Dom0 has what it had after $job"
done 9<<-JOBS
	indexes 51712 6 bogus.ring.requests
	requests 51712 0 -
	grants 51712 2 -
	revoked 51712 0 -
	changing 51712 0 - $rounds
	unread 51712 1 bogus.ring.requests $rounds
	storm 51712 1 bogus.ring.requests $rounds
	readonly 51728 0 -
	blocks 51744 0 -
	nodes 51712 50 frontend.wants
	changes 51712 5 -
	states 51712 $((5 * rounds)) - $rounds
	inflight 51712 $rounds - $rounds
	cycles 51712 0 - $rounds
JOBS
check "the read-only disk is what it was" blkcheck verify /var/tmp/ro.img 4 77

keeps_memory

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
attack resized 51760 0 -
wait $!

# a frontend that is gone for good, with requests in flight
attack vanish 51776 1 no.state.any.more
check "its backend is gone" wait_for 20 no [ -e "$be/vbd-$hostile-51776" ]
check "the tools detach what is left" in_time 60 xl block-detach hostile xvde

# a guest that ends under load
turn=$((turn + 1))
rate_start
guest_go hostile "$turn load 51712"
busy() { [ "$(cat "$be/vbd-$hostile-51712/statistics/rd_req")" -gt 200 ]; }
check "the attacker loads its disk" wait_for 60 busy
sleep 2
check "it is destroyed under load" xl destroy hostile
check "it is gone" wait_for 30 guest_gone hostile
check "nothing of it is left" wait_for 30 sh -c "! ls $be | grep -q vbd-$hostile-"
rate_end
goes_on

guest_go neighbour end
guest_passes neighbour
guest_stop neighbour
losetup -d "$blocks" "$grows"
equal "nothing of both is left" "$(leftovers)" "$all_before"
check "no thread of a backend is left" no sh -c "ps -e -o comm= | grep -qE '^[0-9]+\.(xvd|vd|loop)'"
