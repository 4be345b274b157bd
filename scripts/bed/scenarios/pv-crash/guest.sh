# SPDX-License-Identifier: GPL-2.0
check "up" true
emit "end $checks $failures"
await crash 3000
echo c >/proc/sysrq-trigger
