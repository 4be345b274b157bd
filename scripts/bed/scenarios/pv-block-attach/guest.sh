# SPDX-License-Identifier: GPL-2.0
note "ready"
there() { [ -b /dev/xvdf ] && [ "$(cat /sys/block/xvdf/size)" -gt 0 ]; }
gone() { [ ! -e /sys/block/xvdf ]; }
for round in 1 2 3; do
	for kind in phy file; do
		check "told of round $round" await "check-$round-$kind" 120
		check "round $round-$kind appears" wait_for 30 there
		check "round $round-$kind: written, read back, compared" blkcheck both /dev/xvdf 8 "$round"
		check "round $round-$kind gone" wait_for 60 gone
	done
done
await done 60
