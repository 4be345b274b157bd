# SPDX-License-Identifier: GPL-2.0
# null_blk and brd as disks, dummy as a card.
for round in 1 2 3; do
	check "round $round: load null_blk" modprobe null_blk nr_devices=1 gb=1 memory_backed=1
	check "round $round: it is a disk that works" blkcheck both /dev/nullb0 16 "$round"
	check "round $round: unload" modprobe -r null_blk
	check "round $round: the disk is gone" no test -e /dev/nullb0
	check "round $round: load brd" modprobe brd rd_nr=1 rd_size=32768
	check "round $round: it is a disk that works" blkcheck both /dev/ram0 16 "$round"
	check "round $round: unload" modprobe -r brd
	check "round $round: load dummy" modprobe dummy numdummies=1
	check "round $round: it is a card" ip link set dummy0 up
	check "round $round: unload" modprobe -r dummy
done
check "a module that is not one is refused" no insmod /bed/report.sh
