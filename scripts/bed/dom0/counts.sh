# SPDX-License-Identifier: GPL-2.0
# What Dom0 has of everything that a guest could make it keep, counted before and after.
# The scenario says in has(), in one line, what it compares.

xen_interrupts() { grep -c xen /proc/interrupts; }
threads() { ps -e -o ppid=,comm= | awk '$1 == 2 && $2 !~ /^kworker/' | wc -l; }
entries() { ls "$@" | wc -l; }

# hypervisor_has [DOMID]: event channels of all domains, and pages that somebody has mapped
# by grants, of all domains or of that one; the console has to hold the two lists
# (conring_size=1m)
hypervisor_has() {
	xl dmesg -c >/dev/null
	xl debug-keys eg
	xl dmesg | awk -v who="${1:+d$1}" '
		/^\(XEN\) +[0-9]+ \[/ { ports++ }
		/grant-table for remote/ { its = who == "" || $0 ~ ("remote " who "([^0-9]|$)") }
		its && /^\(XEN\) \[0x[0-9a-f]+\]/ { pages++ }
		END { printf "%d ports, %d mapped pages", ports, pages }'
}
kib() {		# kib KEY: of /proc/meminfo, without what can be had back
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	sed -n "s/^$1: *\([0-9]*\) kB/\1/p" /proc/meminfo
}

# count: what there is now, for keeps_nothing and keeps_memory
count() {
	had=$(has) slab=$(kib SUnreclaim) free=$(kib MemFree)
	note "before: $had; $slab KiB of slabs, $free KiB free"
}

# keeps_nothing SENTENCE [BEFORE]: what is freed a little later gets the time for that.
keeps_nothing() {
	local now tries=0 before=${2:-$had}
	now=$(has)
	while [ "$now" != "$before" ] && [ $tries -lt 5 ]; do
		tries=$((tries + 1))
		sleep 2
		now=$(has)
	done
	equal "$1" "$now" "$before"
}
keeps_memory() {
	local slab2 free2
	slab2=$(kib SUnreclaim) free2=$(kib MemFree)
	check "slabs: $slab2 KiB after $slab KiB" [ $((slab2 - slab)) -lt $((2048 * BED_SLOW)) ]
	check "free: $free2 KiB after $free KiB" [ $((free - free2)) -lt $((8192 * BED_SLOW)) ]
}

# complained, complaints: lines of Dom0's kernel that are more than news, and how many;
# that a timer's interrupt took long is said of a busy host
complained() { dmesg -l err,warn,crit,alert,emerg | grep -v 'hrtimer: interrupt took'; }
complaints() { complained | wc -l; }
# complaints_since COUNT: report those that came later, at most 40
complaints_since() {
	local lines=$(($(complaints) - $1))
	complained | tail -n $((lines < 40 ? lines : 40)) |
		while IFS= read -r line; do emit "| $line"; done
}
