// SPDX-License-Identifier: GPL-2.0
/*
 * How the hypervisor tells an HVM or PVH domain of events: as an interrupt vector,
 * registered for each processor (Xen 4.17 and later) or once for all, or else on
 * the line of the platform PCI device. The event channel driver chooses.
 */
#include <linux/export.h>
#include <linux/hardirq.h>
#include <linux/init.h>

#include <asm/apic.h>
#include <asm/idtentry.h>
#include <asm/irq_regs.h>
#include <asm/xen/events.h>

#include <xen/events.h>

/* Assumed until it fails or is not wanted. */
bool xen_have_vector_callback __read_mostly = true;
EXPORT_SYMBOL_GPL(xen_have_vector_callback);

bool xen_percpu_upcall __ro_after_init;
EXPORT_SYMBOL_GPL(xen_percpu_upcall);

/* Only the vector of one's own goes through the local APIC's registers. */
DEFINE_IDTENTRY_SYSVEC(sysvec_xen_hvm_callback)
{
	struct pt_regs *outer = set_irq_regs(regs);

	inc_irq_stat(irq_hv_callback_count);
	if (xen_percpu_upcall)
		apic_eoi();

	xen_evtchn_do_upcall();

	set_irq_regs(outer);
}

static int __init callback_parse_no_vector(char *arg)
{
	xen_have_vector_callback = false;
	return 0;
}
early_param("xen_no_vector_callback", callback_parse_no_vector);
