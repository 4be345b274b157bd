// SPDX-License-Identifier: GPL-2.0
/*
 * Restore of an HVM domain.
 *
 * Memory and processor come back as they were. What the hypervisor was told about
 * them does not: shared_info, vcpu_info and how to deliver events. Nor are the
 * emulated devices gone that the guest had unplugged.
 */
#include <linux/cpumask.h>
#include <linux/init.h>

#include <xen/events.h>
#include <xen/hvm.h>
#include <xen/xen.h>

#include "../suspend.h"
#include "../vcpu.h"
#include "hvm.h"

static void restore_event_delivery(void)
{
	int cpu, err;

	if (!xen_percpu_upcall) {
		xen_setup_callback_vector();
		return;
	}

	/* A CPU that gets no events stays behind in stop_machine(): nothing to save. */
	for_each_online_cpu(cpu) {
		err = xen_set_upcall_vector(cpu);
		if (err)
			panic("xen: no event vector for CPU %d after restore: %d\n", cpu, err);
	}
}

/**
 * xen_hvm_post_suspend - tell the hypervisor again what it has to know
 * @suspend_cancelled: non-zero if the domain was not saved
 *
 * Context: stop_machine() on CPU 0, interrupts off.
 */
void xen_hvm_post_suspend(int suspend_cancelled)
{
	if (!suspend_cancelled) {
		xen_hvm_init_shared_info();
		xen_vcpu_restore();
	}

	restore_event_delivery();
	xen_unplug_emulated_devices();
}
