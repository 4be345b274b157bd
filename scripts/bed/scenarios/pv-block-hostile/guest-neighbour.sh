# SPDX-License-Identifier: GPL-2.0
# The one whose disk has to go on: it counts how often it was written and compared.
note "ready"
turns=0
said_end() { [ "$(xs read data/go 2>/dev/null)" = end ]; }
while ! said_end && blkcheck both /dev/xvda 2 "$turns" >/tmp/out 2>&1; do
	turns=$((turns + 1))
	xs write data/turns "$turns"
	sleep 0.5
done
said_end || detail /tmp/out
check "every byte of $turns turns" said_end
