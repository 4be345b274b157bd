# SPDX-License-Identifier: GPL-2.0
tools /dev/xvdd
verify() {	# verify DEVICE NAME OPTION...: fio writes and verifies
	device=$1 label=$2
	shift 2
	in_tools fio --name="$label" --filename="$device" --ioengine=libaio --direct=1 --verify=crc32c \
		--verify_fatal=1 --do_verify=1 --randseed=5 --output-format=terse --minimal "$@"
}
has_sectors() { [ "$(cat "/sys/block/$1/size")" = "$2" ]; }
check "the small disk has 8 MiB" has_sectors xvde 16384
check "random 4 KiB, depth 16, verified" verify /dev/xvda rand --rw=randwrite --bs=4k --iodepth=16 --size=12M
check "sequential 128 KiB, depth 4, verified" verify /dev/xvda seq --rw=write --bs=128k --iodepth=4 --size=48M
check "mixed sizes 512 B to 256 KiB, verified" verify /dev/xvdb mixed --rw=randwrite --bsrange=512-256k --iodepth=8 --size=24M
check "writes with a flush each, verified" verify /dev/xvdb flush --rw=randwrite --bs=16k --fdatasync=1 --size=2M
flushes() { cat "/sys/block/$1/stat" | awk '{ print $16 }'; }
one=$(flushes xvdb)
check "fsync on the file-backed disk" sh -c 'dd if=/dev/zero of=/dev/xvdb bs=4k count=8 conv=fsync,notrunc 2>/dev/null'
check "the flush went to the backend" [ "$(flushes xvdb)" -gt "$one" ]
check "the read-only disk refuses writes" blkcheck refuse /dev/xvdc
check "the read-only disk has Dom0's data" blkcheck verify /dev/xvdc 16 77
note "$(blkcheck size /dev/xvda)"
check "all disks at once" sh -c 'blkcheck both /dev/xvda 32 11 & a=$!; blkcheck both /dev/xvdb 32 12 & b=$!; wait $a && wait $b'
check "an ext4 file system lives on it" sh -c 'in=/mnt/a; chroot /tools /usr/sbin/mke2fs -q -F -t ext4 -b 4096 /dev/xvda 8192 2>&1 && mount -t ext4 /dev/xvda /mnt && dd if=/dev/urandom of=$in bs=64k count=64 2>/dev/null && s=$(sha256sum <$in) && umount /mnt && mount -t ext4 /dev/xvda /mnt && [ "$s" = "$(sha256sum <$in)" ] && umount /mnt'
check "it has grown to 16 MiB" wait_for 30 has_sectors xvde 32768
check "and holds as much" blkcheck both /dev/xvde 16 13
check "the data that Dom0 will look for" sh -c 'blkcheck write /dev/xvda 32 11 && blkcheck write /dev/xvdb 32 12'
