# SPDX-License-Identifier: GPL-2.0
network 2
netcheck serve 5004 &
(n=0; while :; do n=$((n + 1)); xs write data/beat $n; sleep 0.5; done) &
kb() { cat "/sys/devices/system/xen_memory/xen_memory0/$1"; }
mib() { awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo; }
settled() { left=$(($(kb info/current_kb) - $(kb target_kb))); [ "${left#-}" -le 4096 ]; }
most=$(($(xs read memory/static-max) / 1024))
check "the balloon has taken what is not there" wait_for 30 settled
check "it has less than its maximum ($(mib) of $most MiB)" [ "$(mib)" -lt $((most - 100)) ]
check "disk written before everything" blkcheck both /dev/xvda 8 1
mkdir /tmp/keep && head -c 16000000 /dev/urandom >/tmp/keep/data
sum=$(sha256sum </tmp/keep/data)
same() { [ "$sum" = "$(sha256sum </tmp/keep/data)" ]; }
emulated() { blockdev --flushbufs /dev/sda; dd if=/dev/sda bs=64k count=64 2>/dev/null | sha256sum; }
[ ! -b /dev/sda ] || emulated_sum=$(emulated)
note "ready"

second=/sys/devices/system/cpu/cpu1/online
both() { [ -e $second ] && echo 1 >$second; [ "$(nproc)" = 2 ]; }
single() { [ "$(nproc)" = 1 ]; }
before_save() {
	await big 120
	check "its balloon is settled" wait_for 30 settled
	check "memory is up" memcheck $((most * 55 / 100)) 1
	await small 120
	check "its balloon is settled again" wait_for 30 settled
	check "data survived" same

	if [ -b /dev/sda ]; then
		await more 120
		check "a vCPU was added" wait_for 20 both
		await one 120
		check "a vCPU is switched off" sh -c "echo 0 >$second"
	else
		await one 120
	fi
	wait_for 20 single
	equal "one vCPU" "$(nproc)" 1
	await two 120
	# without udev somebody has to bring the new vCPU up
	check "two vCPUs" wait_for 30 both
	check "both run" taskset -c 1 true
}
before_save
before=$(date +%s)
up=$(cut -d. -f1 /proc/uptime)
await restored 600
now=$(date +%s)
# what was said before stayed with the old domain
said=0 checks=0 failures=0
ahead=$((now - $(xs read data/now)))
check "the wall clock is right ($ahead s)" [ "${ahead#-}" -le 20 ]
check "the wall clock went on" [ "$now" -gt "$before" ]
check "uptime never goes back" [ "$(cut -d. -f1 /proc/uptime)" -ge "$up" ]
check "data survived" same
check "the disk still has its data" blkcheck verify /dev/xvda 8 1
check "the disk takes new data" blkcheck both /dev/xvda 8 2
equal "both vCPUs are there" "$(nproc)" 2
check "both run" taskset -c 1 true
check "clocks agree and never go back" timecheck 0.5
check "the balloon's count is right" settled
if [ -b /dev/sda ]; then
	echo 1 >/sys/bus/pci/rescan
	check "the emulated card is unplugged again" no grep -l 0x100e /sys/bus/pci/devices/*/device
	equal "the emulated disk that stays keeps its data" "$(emulated)" "$emulated_sum"
fi
note "looked"
await done 120
