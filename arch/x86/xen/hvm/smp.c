// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs of an HVM guest: brought up like a real machine's, with vcpu_info, time and,
 * where events reach every CPU, IPIs by event channel.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/smp.h>

#include <asm/smp.h>

#include <xen/events.h>
#include <xen/xen-ops.h>

#include "../clock.h"
#include "../ipi.h"
#include "../spinlock.h"
#include "../vcpu.h"
#include "hvm.h"

static void __init hvm_prepare_boot_cpu(void)
{
	native_smp_prepare_boot_cpu();

	/* The others get theirs when they are prepared for coming up. */
	xen_vcpu_setup(0);

	/* Time needs vcpu_info, which the boot CPU of a kexec may only have now. */
	xen_hvm_init_time_ops();

	/* Before alternatives are patched in, as they follow pv_ops. */
	xen_init_spinlocks();
}

/* CPUs learn theirs when they come up. Until then it must not pass for the boot CPU's. */
static void __init hvm_forget_vcpu_ids(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (cpu)
			per_cpu(xen_vcpu_id, cpu) = XEN_VCPU_ID_INVALID;
}

static void __init hvm_prepare_cpus(unsigned int max_cpus)
{
	native_smp_prepare_cpus(max_cpus);
	hvm_forget_vcpu_ids();

	if (!xen_have_vector_callback)
		return;

	xen_init_lock_cpu(0);
	WARN_ON(xen_smp_intr_init(0));
}

static void hvm_cleanup_dead_cpu(unsigned int cpu)
{
	if (!xen_have_vector_callback)
		return;

	xen_teardown_timer(cpu);
	xen_uninit_lock_cpu(cpu);
	xen_smp_intr_free(cpu);
}

static void __init hvm_take_over_ipis(void)
{
	smp_ops.send_call_func_single_ipi = xen_smp_send_call_function_single_ipi;
	smp_ops.send_call_func_ipi = xen_smp_send_call_function_ipi;
	smp_ops.smp_send_reschedule = xen_smp_send_reschedule;
}

/**
 * xen_hvm_smp_init - take over what the hypervisor does better of smp_ops
 *
 * Context: early boot of an HVM guest, domain type and features known.
 */
void __init xen_hvm_smp_init(void)
{
	/* Events end lock waits. Without a vector, only the boot CPU gets any. */
	if (xen_have_vector_callback)
		hvm_take_over_ipis();
	else
		xen_forgo_spinlocks();

	smp_ops.cleanup_dead_cpu = hvm_cleanup_dead_cpu;
	smp_ops.smp_prepare_boot_cpu = hvm_prepare_boot_cpu;
	smp_ops.smp_prepare_cpus = hvm_prepare_cpus;
	smp_ops.smp_cpus_done = xen_smp_cpus_done;
}
