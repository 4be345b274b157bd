# SPDX-License-Identifier: GPL-2.0
# The hypervisor's description, next to what the toolstack gets from it.
one_line() { paste -s -d ' '; }
info() { xl info "$1" | sed 's/ *$//'; }
hyp() { sed 's/ *$//' "/sys/hypervisor/$1"; }
equal "type" "$(hyp type)" xen
equal "guest_type" "$(hyp guest_type)" PV
equal "version" "$(hyp version/major).$(hyp version/minor)$(hyp version/extra)" "$(info xen_version)"
equal "capabilities" "$(hyp properties/capabilities)" "$(info xen_caps)"
equal "changeset" "$(hyp properties/changeset)" "$(info xen_changeset)"
equal "pagesize" "$((16#$(hyp properties/pagesize)))" "$(info xen_pagesize)"
equal "virtual_start" "0x$(hyp properties/virtual_start)" "$(info platform_params | sed 's/.*virt_start=//')"
equal "compiler" "$(hyp compilation/compiler)" "$(info cc_compiler)"
equal "compiled_by" "$(hyp compilation/compiled_by)" "$(info cc_compile_by)"
equal "compile_date" "$(hyp compilation/compile_date)" "$(info cc_compile_date)"
equal "buildid" "$(od -An -v -tx1 /sys/hypervisor/properties/buildid | tr -d ' \n')" "$(info build_id)"
check "features are eight digits" grep -Eqx '[0-9a-f]{8}' /sys/hypervisor/properties/features
equal "uuid" "$(hyp uuid)" "$(xl vm-list | awk '$2 == 0 { print $1 }')"
equal "start flags" "$(ls /sys/hypervisor/start_flags | wc -l)" 32
flags() { for flag; do hyp "start_flags/$flag"; done | tr -d '\n'; }
equal "this is the initial domain and has its rights" "$(flags privileged initdomain)" 11
check "each flag is 0 or 1" no grep -qvx '[01]' /sys/hypervisor/start_flags/*
equal "pmu" "$(ls /sys/hypervisor/pmu | one_line)" "pmu_features pmu_mode"
check "a mode that there is not is refused" no sh -c 'echo none >/sys/hypervisor/pmu/pmu_mode'
equal "who may write where" "$(find /sys/hypervisor -type f -perm /222 | sort | tr '\n' ' ')" \
	"/sys/hypervisor/pmu/pmu_features /sys/hypervisor/pmu/pmu_mode "
check "what is for all to read is" no sh -c 'find /sys/hypervisor -type f ! -perm -444 | grep .'

# Physical CPUs.
pcpu=/sys/devices/system/xen_cpu
equal "physical CPUs" "$(cd "$pcpu" && ls -d xen_cpu* | one_line)" "xen_cpu0 xen_cpu1"
check "they are on a bus" [ -e /sys/bus/xen_cpu/devices/xen_cpu1 ]
check "the first cannot go" [ ! -e "$pcpu/xen_cpu0/online" ]
online() { [ "$(cat $pcpu/xen_cpu1/online)" = "$1" ] && [ "$(info nr_cpus)" = $((1 + $1)) ]; }
check "the second is online" online 1
for round in 1 2 3; do
	check "round $round: it is told to go" sh -c "echo 0 >$pcpu/xen_cpu1/online"
	check "round $round: it is gone, also for xl" wait_for 20 online 0
	check "round $round: it is told to come" sh -c "echo 1 >$pcpu/xen_cpu1/online"
	check "round $round: it is back, also for xl" wait_for 20 online 1
done
check "nonsense is refused" no sh -c "echo 2 >$pcpu/xen_cpu1/online || echo x >$pcpu/xen_cpu1/online"
check "another's doing shows too" xen-hptool cpu-offline 1
check "offline" wait_for 20 online 0
check "and back" xen-hptool cpu-online 1
check "online" wait_for 20 online 1

# A machine check that is not one.
check "mcelog is the machine-check device" [ "$(stat -c %t:%T /dev/mcelog)" = a:e3 ]
records() { dd if=/dev/mcelog bs=3584 count=1 2>/dev/null; }
check "a short read is refused" no dd if=/dev/mcelog of=/dev/null bs=3583 count=1
check "nothing is in it" [ "$(records | wc -c)" = 0 ]
signals() { awk '/ mce$/ { for (n = 2; n <= NF; n++) sum += $n; print sum + 0 }' /proc/interrupts; }
before=$(signals)
check "an error is injected" xen-mceinj -t 0 -c 0
signalled() { [ "$(signals)" -gt "$before" ]; }
check "it is signalled" wait_for 20 signalled
check "what the hypervisor has of it is fetched" no sh -c 'sleep 1; dmesg | grep "xen_mcelog: Fail"'
check "as whole records" [ "$(($(records | wc -c) % 112))" = 0 ]

# The old file system.
equal "its files" "$(ls /proc/xen | one_line)" "capabilities privcmd xenbus xensyms xsd_kva xsd_port"
equal "their modes" "$(cd /proc/xen && stat -c %a capabilities privcmd xenbus xensyms xsd_kva xsd_port | tr '\n' ' ')" \
	"444 600 600 400 600 600 "
equal "Dom0 controls" "$(cat /proc/xen/capabilities)" control_d
check "the store's port" grep -Eqx '[0-9]+' /proc/xen/xsd_port
check "the store's page" grep -q '^0x' /proc/xen/xsd_kva
cat /proc/xen/xensyms >/tmp/symbols
check "the hypervisor's symbols are many ($(wc -l </tmp/symbols))" [ "$(wc -l </tmp/symbols)" -gt 2000 ]
check "each is an address, a type and a name" no grep -Evq '^[0-9a-f]{16} [a-zA-Z?] .+' /tmp/symbols
check "a known one is there" grep -q ' do_xen_version$' /tmp/symbols
check "they come in order" sort -c /tmp/symbols
check "small reads get the same" sh -c 'dd if=/proc/xen/xensyms bs=100 2>/dev/null | cmp - /tmp/symbols'
check "so do several readers at once" sh -c 'for n in 1 2 3; do cmp /proc/xen/xensyms /tmp/symbols & done; wait'
