// SPDX-License-Identifier: GPL-2.0
/*
 * A processor of an HVM or PVH domain comes and goes. The processor itself is
 * started as on hardware; here it gets what it needs of the hypervisor, and it
 * gives that back. Both run on another processor, under the lock of hotplug.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/smp.h>

#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/smp.h>
#include <asm/xen/events.h>

#include <xen/events.h>
#include <xen/features.h>
#include <xen/hvm.h>
#include <xen/xen-ops.h>

#include "../clock.h"
#include "../ipi.h"
#include "../spinlock.h"
#include "../vcpu.h"
#include "hvm.h"

/* The hypervisor's clock is the same on all of them, so timers can be used too. */
static bool hotplug_has_timer(void)
{
	return xen_feature(XENFEAT_hvm_safe_pvclock);
}

/* The tables name a processor by the number that the hypervisor gave its vCPU. */
static void hotplug_set_vcpu_id(unsigned int cpu)
{
	u32 id = cpu_acpi_id(cpu);

	per_cpu(xen_vcpu_id, cpu) = id == CPU_ACPIID_INVALID ? cpu : id;
}

static int hotplug_prepare(unsigned int cpu)
{
	int err;

	/*
	 * It still has its lock if it did not go in time, and then nobody called
	 * after it when it went at last. Twice does no harm.
	 */
	xen_uninit_lock_cpu(cpu);

	hotplug_set_vcpu_id(cpu);
	xen_vcpu_setup(cpu);

	/* Without a vector there are no events for any processor but the first. */
	if (!xen_have_vector_callback)
		return 0;

	if (xen_percpu_upcall) {
		err = xen_set_upcall_vector(cpu);
		if (WARN(err, "HVMOP_set_evtchn_upcall_vector for CPU %d failed: %d\n",
			 cpu, err))
			return err;
	}

	if (hotplug_has_timer())
		xen_setup_timer(cpu);

	err = xen_smp_intr_init(cpu);
	WARN(err, "xen_smp_intr_init() for CPU %d failed: %d\n", cpu, err);
	return err;
}

static int hotplug_dead(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	if (xen_have_vector_callback && hotplug_has_timer())
		xen_teardown_timer(cpu);
	return 0;
}

/**
 * xen_hvm_cpuhp_init - take part in the hotplug of processors
 *
 * Context: boot.
 * Return: 0 or -errno.
 */
int __init xen_hvm_cpuhp_init(void)
{
	return xen_cpuhp_setup(hotplug_prepare, hotplug_dead);
}
