# SPDX-License-Identifier: GPL-2.0
check "up" true
equal "both vCPUs are there" "$(nproc)" 2
check "disk written, read back, compared" blkcheck both /dev/xvde 4 3
emit "end $checks $failures"
await crash 3000
echo c >/proc/sysrq-trigger
