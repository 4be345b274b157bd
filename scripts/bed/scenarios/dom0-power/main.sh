# SPDX-License-Identifier: GPL-2.0
# Three performance and two idle states are described for each processor.
equal "Dom0's vCPUs" "$(nproc)" "$BED_DOM0_CPUS"
check "the kernel says that it tells the hypervisor" sh -c 'dmesg | grep -q "xen_acpi_processor: Uploading Xen processor PM info"'
frequencies() { xenpm get-cpufreq-para "$1" | sed -n 's/^scaling_avail_freq *: *//p' | tr -d '*' | xargs; }
idle_states() { xenpm get-cpuidle-states "$1" | sed -n 's/^total C-states *: *//p'; }
for cpu in $(seq 0 $((BED_CPUS - 1))); do
	equal "pCPU $cpu can run at" "$(frequencies "$cpu")" "2400000 1800000 1200000"
	# mainline 6.12.117 tells of the first vCPU's idle states and of no other vCPU's
	[ "$cpu" -eq 0 ] || [ "$BED_VARIANT" != all ] || continue
	equal "pCPU $cpu has idle states, C0 among them" "$(idle_states "$cpu")" 3
done
check "a frequency is set" xenpm set-scaling-governor 0 powersave
current() { xenpm get-cpufreq-para 0 | grep -q "^scaling frequency *:.* cur \[1200000\]"; }
check "and it is the lowest" wait_for 10 current
for cpu in $(seq 0 $((BED_DOM0_CPUS - 1))); do
	check "cpu$cpu has no frequency driver of this kernel" [ ! -e "/sys/devices/system/cpu/cpu$cpu/cpufreq/scaling_driver" ]
done
