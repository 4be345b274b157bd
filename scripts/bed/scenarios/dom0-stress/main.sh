# SPDX-License-Identifier: GPL-2.0
# Swap first, then everything at once.
check "fork storms on every vCPU" sh -c 'forkstorm & a=$!; forkstorm32 & b=$!; wait $a && wait $b'
check "mkswap" mkswap "$(disk scratch)"
must "swapon" swapon "$(disk scratch)"
mib=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
check "memory beyond what Dom0 has ($mib MiB), verified" memcheck $((mib + 128)) 2 2
swapped=$(awk '/pswpout/ { print $2 }' /proc/vmstat)
check "pages went to swap ($swapped) and came back" [ "$swapped" -gt 1000 ]
check "swapoff brings the rest back" swapoff "$(disk scratch)"

compile() {	# compile FOLDER: our programs' sources are the job
	mkdir -p "$1" && for round in 1 2; do
		for source in /bed/sources/*.c; do
			# the one that needs Xen's headers, which Dom0 has not
			[ "$source" != /bed/sources/xs.c ] || continue
			gcc "-O$round" -frandom-seed=1 -c -o "$1/$(basename "$source" .c).$round.o" "$source" || return 1
		done
	done
}
both_compile() {
	compile /tmp/one & a=$!
	compile /tmp/two & b=$!
	wait $a && wait $b
}
check "two compile jobs at once" both_compile
objects() { (cd "$1" && sha256sum *.o); }
check "their results are equal" [ "$(objects /tmp/one)" = "$(objects /tmp/two)" ]
check "there are results" [ "$(ls /tmp/one | wc -l)" -gt 8 ]
