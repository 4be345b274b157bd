// SPDX-License-Identifier: GPL-2.0
/*
 * What a vCPU of a PV domain needs before Linux brings it up, and after it is gone.
 */
#include <linux/init.h>
#include <linux/percpu.h>

#include <xen/xen-ops.h>

#include "../clock.h"
#include "../ipi.h"
#include "../vcpu.h"
#include "cpu.h"
#include "smp.h"

static int vcpu_prepare(unsigned int cpu)
{
	int err;

	if (!per_cpu(xen_vcpu, cpu))
		return -ENODEV;

	xen_gdt_prepare(cpu);
	xen_switch_prepare(cpu);
	xen_user_gs_prepare(cpu);
	xen_setup_timer(cpu);

	err = xen_smp_intr_init(cpu);
	if (!err)
		err = xen_smp_intr_init_pv(cpu);

	WARN(err, "CPU %u gets no event channels for its IPIs: %d\n", cpu, err);
	return err;
}

static int vcpu_dead(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	xen_smp_intr_free_pv(cpu);
	xen_teardown_timer(cpu);
	return 0;
}

/**
 * xen_pv_hotplug_init - have vCPUs prepared and cleaned up
 *
 * Early boot.
 */
void __init xen_pv_hotplug_init(void)
{
	WARN_ON(xen_cpuhp_setup(vcpu_prepare, vcpu_dead));
}
