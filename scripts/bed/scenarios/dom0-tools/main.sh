# SPDX-License-Identifier: GPL-2.0
# Each tool's answer is checked against another source, not just its exit code.
info() { xl info "$1"; }
equal "xl info xen_major" "$(info xen_major)" "$(cat /sys/hypervisor/version/major)"
equal "xl info xen_minor" "$(info xen_minor)" "$(cat /sys/hypervisor/version/minor)"
equal "xl info xen_extra" "$(info xen_extra)" "$(cat /sys/hypervisor/version/extra)"
equal "xl info nr_cpus" "$(info nr_cpus)" "$BED_CPUS"
check "xl info total_memory is the machine's" [ "$(info total_memory)" -gt $((BED_MEMORY * 9 / 10)) ]
equal "xl list names Dom0" "$(xl list | awk 'NR == 2 { print $1, $2 }')" "Domain-0 0"
check "xl dmesg starts with Xen's banner" sh -c 'xl dmesg | grep -q "Xen version 4"'
check "xl vcpu-list has a running vCPU" sh -c 'xl vcpu-list | grep -q "Domain-0.* r-"'
check "xl debug-keys reaches Xen" sh -c 'xl debug-keys h && sleep 1 && xl dmesg | grep -q "installed handlers"'
check "xl uptime" sh -c 'xl uptime | grep -q Domain-0'
check "xl sched-credit2 answers" xl sched-credit2
check "xenpm answers" sh -c 'xenpm get-cpu-topology | grep -qi cpu'
check "xentop lists Dom0" sh -c 'TERM=vt100 xentop -b -i 1 | grep -q Domain-0'
for path in compilation/compiler properties/capabilities properties/pagesize properties/features properties/virtual_start uuid type guest_type; do
	check "/sys/hypervisor/$path says something" grep -q . "/sys/hypervisor/$path"
done
equal "page size" "$((16#$(cat /sys/hypervisor/properties/pagesize)))" 4096

# both ways into the store see the same
check "xenstore-write through the socket" xenstore-write /tool/bed/a one
equal "read through the kernel" "$(xs read /tool/bed/a)" one
check "xs write through the kernel" xs write /tool/bed/b two
equal "read through the socket" "$(xenstore-read /tool/bed/b)" two
check "list through the kernel" sh -c 'xs list /tool/bed | sort | tr "\n" " " | grep -qx "a b "'
equal "swap in a transaction" "$(xs swap /tool/bed/a three)" one
equal "its result" "$(xenstore-read /tool/bed/a)" three
(sleep 2; xenstore-write /tool/bed/w now) &
check "a watch through the kernel fires" in_time 20 xs wait /tool/bed/w now 15
(sleep 2; xs write /tool/bed/w2 now) &
check "a watch through the socket fires" in_time 20 sh -c 'xenstore-watch -n 2 /tool/bed/w2'
many() {
	for job in 1 2 3 4; do
		(for n in $(seq 50); do xs write "/tool/bed/many/$job/$n" "$job-$n" || exit 1; done) &
	done
	wait
	[ "$(xenstore-ls /tool/bed/many | grep -c '".*-.*"')" = 200 ]
}
check "four writers through the kernel at once" many
check "a missing node is ENOENT" no xs read /tool/bed/none
check "xs rm" xs rm /tool/bed
check "it is gone" no xenstore-exists /tool/bed
check "a bad domain file is refused" no xl create /dev/null
check "an unknown domain is refused" no xl destroy nobody
