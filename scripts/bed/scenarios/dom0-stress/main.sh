# SPDX-License-Identifier: GPL-2.0
# Swap first, then everything at once.
xen=/sys/kernel/debug/xen
count() { awk -v name="$2" '$1 == name { print $2 }' "$xen/$1"; }
pinned=$(count mmu/pins spaces_pinned)
calls=$(count multicalls calls)
check "fork storms on every vCPU" sh -c 'forkstorm & a=$!; forkstorm32 & b=$!; wait $a && wait $b'
check "mkswap" mkswap "$(disk scratch)"
must "swapon" swapon "$(disk scratch)"
mib=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
check "memory beyond what Dom0 has ($mib MiB), verified" memcheck $((mib + 128)) 2 2
swapped=$(awk '/pswpout/ { print $2 }' /proc/vmstat)
check "pages went to swap ($swapped) and came back" [ "$swapped" -gt 1000 ]
check "swapoff brings the rest back" swapoff "$(disk scratch)"

compile() {	# compile FOLDER: some of our programs' sources are the job
	mkdir -p "$1" && for name in blkcheck netcheck timecheck; do
		gcc -O1 -frandom-seed=1 -c -o "$1/$name.o" "/bed/sources/$name.c" || return 1
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
equal "there are results" "$(ls /tmp/one | wc -l)" 3

# The spaces that are pinned are those of the processes, of the kernel threads that still
# borrow one, and what is kept of those of small processes.
pins=$(($(count mmu/pins spaces_pinned) - pinned))
check "the port counts the spaces it pins ($pins)" [ "$pins" -gt 10 ]
left=$(($(count mmu/pins spaces_pinned) - $(count mmu/pins spaces_unpinned)))
check "those of ended processes are unpinned ($left are not)" [ "$left" -lt $((100 + 16 * $(nproc --all))) ]
tables=$(($(count mmu/pins tables_pinned) - $(count mmu/pins tables_unpinned) +
	$(count mmu/pins tables_allocated) - $(count mmu/pins tables_released)))
check "so are their tables ($tables are not)" [ "$tables" -lt 4000 ]
reused=$(count mmu/pins tables_reused)
check "small processes use those of others again ($reused)" [ "$reused" -gt 1000 ]
kept=$(($(count mmu/pins tables_kept) - reused))
check "of which few wait for that ($kept)" [ "$kept" -lt $((64 * $(nproc --all) + 1)) ]
check "and the calls it makes" [ "$(($(count multicalls calls) - calls))" -gt 10000 ]
equal "batches that the hypervisor refused" "$(count multicalls batches_refused)" 0
