# SPDX-License-Identifier: GPL-2.0
network 2
(n=0; while :; do n=$((n + 1)); xs write data/beat $n; sleep 0.5; done) &
mib() { awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo; }
first=$(mib)
check "disk written before everything" blkcheck both /dev/xvda 8 1
mkdir /tmp/keep && head -c 20000000 /dev/urandom >/tmp/keep/data
sum=$(sha256sum </tmp/keep/data)
same() { [ "$sum" = "$(sha256sum </tmp/keep/data)" ]; }
note "ready"

await small 120
less() { [ "$(mib)" -lt $((first - 70)) ]; }
check "memory is down" wait_for 30 less
check "data survived" same
await big 120
more() { [ "$(mib)" -gt $((first - 16)) ]; }
check "memory is there again" wait_for 30 more
check "memory is up" memcheck $((first * 45 / 100)) 1

await one 120
equal "one vCPU" "$(nproc)" 1
await two 120
# without udev somebody has to bring the new vCPU up
second() { echo 1 >/sys/devices/system/cpu/cpu1/online; [ "$(nproc)" = 2 ]; }
check "two vCPUs" wait_for 30 second
check "both run" taskset -c 1 true

before=$(date +%s)
up=$(cut -d. -f1 /proc/uptime)
await restored 600
# what was said before the restore stayed with the old domain
said=0 checks=0 failures=0
check "data survived the restore" same
check "the disk still has its data" blkcheck verify /dev/xvda 8 1
check "the disk takes new data" blkcheck both /dev/xvda 8 2
check "the wall clock went on" [ "$(date +%s)" -gt "$before" ]
check "uptime never goes back" [ "$(cut -d. -f1 /proc/uptime)" -ge "$up" ]
equal "both vCPUs are there" "$(nproc)" 2
check "clocks agree and never go back" timecheck
