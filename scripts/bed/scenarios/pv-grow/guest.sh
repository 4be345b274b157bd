# SPDX-License-Identifier: GPL-2.0
mib() { awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo; }
check "it starts with what it was given ($(mib) MiB)" [ "$(mib)" -le 128 ]
mkdir /tmp/keep && head -c 8000000 /dev/urandom >/tmp/keep/data
sum=$(sha256sum </tmp/keep/data)
same() { [ "$sum" = "$(sha256sum </tmp/keep/data)" ]; }
more() { [ "$(mib)" -gt "$1" ]; }
less() { [ "$(mib)" -lt "$1" ]; }
note "ready"

await large 120
check "memory is there" wait_for 30 more 380
check "the new memory works" memcheck 280 1
check "data survived" same
await small 120
check "memory is down" wait_for 30 less 160

await restored 600
said=0 checks=0 failures=0
check "data survived the restore" same
await again 120
check "memory is there again" wait_for 30 more 320
check "it works again" memcheck 220 1
check "data survived everything" same
