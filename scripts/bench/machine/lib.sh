# SPDX-License-Identifier: GPL-2.0
# Shared by every process 1 of the bench (busybox sh): what was asked for, and
# the rows that are the same on every machine.
#
# The kernel's command line says: bench.where=native|dom0|guest, bench.prefix=
# (of row names), bench.groups=A+B (which rows), bench.rows=PATTERN+PATTERN (of
# these only such), bench.disks=N (guests).
# Rows are kept in /tmp/rows and printed at the very end: printing while a row
# runs would be counted with it.

export PATH=/bin:/sbin:/usr/bin:/usr/sbin:/usr/lib/xen-4.17/bin HOME=/
where=native prefix='' groups='' disks=0 run=1
disk=/dev/nullb0 ram=/dev/ram0

settings() {
	read -r line </proc/cmdline
	for word in $line; do
		case $word in
		bench.where=*)	where=${word#*=} ;;
		bench.prefix=*)	prefix=${word#*=} ;;
		bench.groups=*)	groups=${word#*=} ;;
		bench.disks=*)	disks=${word#*=} ;;
		bench.rows=*)	export BENCH_ROWS="${word#*=}" ;;
		bench.run=*)	run=${word#*=} ;;
		esac
	done
}

mounts() {
	mount -t sysfs sys /sys
	mount -t devtmpfs dev /dev
	mkdir -p /dev/pts /dev/shm
	mount -t devpts devpts /dev/pts
	mount -t tmpfs tmpfs /tmp
	mount -t tmpfs tmpfs /run
	ln -s /proc/self/fd /dev/fd
	ln -s fd/0 /dev/stdin
	ln -s fd/1 /dev/stdout
	ln -s fd/2 /dev/stderr
	ip link set lo up 2>/dev/null || ifconfig lo up
}

has() {
	case +$groups+ in
	*+$1+*)	return 0 ;;
	esac
	return 1
}

# rows PROGRAM [-p PREFIX] [ROW...]: a failure is said and does not stop the rest.
rows() {
	program=$1
	shift
	echo "bench: $program $*" >/dev/console
	"/bench/$program" -w "$where" "$@" >>/tmp/rows ||
		echo "failed $where $prefix$program" >>/tmp/rows
}

# kib NAME NUMBER: a figure in KiB.
kib() { echo "kib $where $prefix$1 $2" >>/tmp/rows; }

memory_rows() {
	while read -r name number _; do
		case $name in
		MemTotal:)	total=$number ;;
		MemFree:)	free=$number ;;
		Slab:)		kib mem_slab "$number" ;;
		PageTables:)	kib mem_page_tables "$number" ;;
		esac
	done </proc/meminfo
	kib mem_total "$total"
	kib mem_used "$((total - free))"
}

block_rows() {
	BENCH_DISK=$disk rows block -p "${prefix}blk_"
	dd if=/dev/zero of="$ram" bs=1M count=64 2>/dev/null
	BENCH_DISK=$ram rows block -p "${prefix}ram_"
}

# Rows that need nothing but the kernel.
common_rows() {
	! has boot || memory_rows
	! has cpu || rows cpu -p "$prefix"
	! has memory || rows mem -p "$prefix"
	! has process || rows process -p "$prefix"
	! has switch || rows switch -p "$prefix" pipe_rt futex_rt yield yield_thread
	has smp || return 0
	rows switch -p smp_ 'pipe_rt_*' 'futex_rt_*' membarrier_ipi \
		tlb_shootdown ipi_call migrate
	rows process -p smp_ 'fork_exit*'
	rows mem -p smp_ 'mprotect_*' mmap_touch_munmap_1m
}

# A fresh kernel has things left to do, and the TSC becomes good enough for high
# resolution timers only after a while.  Idle time costs nothing here.
#
# Two boots of the same image count the same to the last instruction, which says
# nothing of how a figure depends on what happens to lie where.  So each repeat
# keeps some more memory, and the spread over the repeats shows that.
settle() {
	head -c $((run * 150001)) /dev/zero >/tmp/ballast
	sleep 3
}

print_rows() {
	cat /tmp/rows
	echo "bench: end $where"
}
