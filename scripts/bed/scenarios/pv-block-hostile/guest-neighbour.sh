# SPDX-License-Identifier: GPL-2.0
# The one whose disk has to go on: written and compared, over and over.
note "ready"
turns=0
said_end() { [ "$(xs read data/go 2>/dev/null)" = end ]; }
while ! said_end && blkcheck both /dev/xvda 1 "$turns" >/tmp/out 2>&1; do
	turns=$((turns + 1))
	sleep 0.5
done
said_end || detail /tmp/out
check "every byte of $turns turns" said_end
