// SPDX-License-Identifier: GPL-2.0
/*
 * Save and restore of a domain: what is done in which order.
 *
 * drivers/xen/manage.c freezes the domain and calls
 *
 *   xen_arch_suspend()       every CPU may still run: let go of the PMU and,
 *                            on each CPU, of tick and speculation control
 *   xen_arch_pre_suspend()   CPU 0 alone, interrupts off: clock, then memory
 *   SCHEDOP_shutdown         the domain is saved, and perhaps continues elsewhere
 *   xen_arch_post_suspend()  CPU 0 alone: memory and vCPUs, then the clock
 *   xen_arch_resume()        on each CPU speculation control and tick, then the PMU
 *
 * also when the save was cancelled or failed before it began.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/tick.h>

#include <asm/cpufeature.h>
#include <asm/msr.h>

#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "clock.h"
#include "pv/pmu.h"
#include "suspend.h"

/*
 * A PV domain sets the processor's own MSR_IA32_SPEC_CTRL. The hypervisor must find
 * it clear when the vCPU goes, and a new host knows nothing of the value.
 */
static DEFINE_PER_CPU(u64, saved_spec_ctrl);

static bool suspend_owns_spec_ctrl(void)
{
	return xen_pv_domain() && boot_cpu_has(X86_FEATURE_SPEC_CTRL);
}

static void suspend_this_cpu(void *unused)
{
	u64 value;

	tick_suspend_local();

	if (!suspend_owns_spec_ctrl())
		return;
	rdmsrl(MSR_IA32_SPEC_CTRL, value);
	this_cpu_write(saved_spec_ctrl, value);
	wrmsrl(MSR_IA32_SPEC_CTRL, 0);
}

static void resume_this_cpu(void *unused)
{
	if (suspend_owns_spec_ctrl())
		wrmsrl(MSR_IA32_SPEC_CTRL, this_cpu_read(saved_spec_ctrl));

	/* The boot CPU's tick is timekeeping's to resume. */
	if (smp_processor_id())
		tick_resume_local();
}

/**
 * xen_arch_suspend - prepare every CPU for the domain to be saved
 *
 * Context: process, devices suspended, tasks frozen.
 */
void xen_arch_suspend(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		xen_pmu_finish(cpu);

	on_each_cpu(suspend_this_cpu, NULL, 1);
}

/**
 * xen_arch_pre_suspend - last steps before the domain is saved
 *
 * Context: stop_machine() on CPU 0, interrupts off.
 */
void xen_arch_pre_suspend(void)
{
	xen_save_time_memory_area();
	if (xen_pv_domain())
		xen_pv_pre_suspend();
}

/**
 * xen_arch_resume - the counterpart of xen_arch_suspend()
 *
 * Context: process, devices suspended, tasks frozen.
 */
void xen_arch_resume(void)
{
	int cpu;

	on_each_cpu(resume_this_cpu, NULL, 1);

	for_each_online_cpu(cpu)
		xen_pmu_init(cpu);
}

/**
 * xen_arch_post_suspend - first steps after the domain was restored
 * @cancelled: non-zero if it was not, and just goes on
 *
 * The clock needs the vCPUs' records, which are in place only after the rest.
 *
 * Context: stop_machine() on CPU 0, interrupts off.
 */
void xen_arch_post_suspend(int cancelled)
{
	if (xen_hvm_domain())
		xen_hvm_post_suspend(cancelled);
	else
		xen_pv_post_suspend(cancelled);

	xen_restore_time_memory_area();
}
