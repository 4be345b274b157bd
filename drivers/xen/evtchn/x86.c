// SPDX-License-Identifier: GPL-2.0
/*
 * What x86 adds to event channels: NMIs, the EOI map of a PV domain, and the order
 * in which PCI and the native interrupt controllers start.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/init.h>

#include <asm/irq.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/pci.h>

#include <xen/page.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>
#include <xen/interface/physdev.h>
#include <xen/interface/vcpu.h>

#include "channel.h"

/* Later versions of Xen keep the flags of PIRQs in a page of the domain's. */
static void __init x86_share_eoi_map(void)
{
	unsigned long *map = (unsigned long *)get_zeroed_page(GFP_KERNEL);
	struct physdev_pirq_eoi_gmfn share;

	if (!map)
		return;
	share.gmfn = virt_to_gfn(map);
	if (HYPERVISOR_physdev_op(PHYSDEVOP_pirq_eoi_gmfn_v2, &share))
		free_page((unsigned long)map);
	else
		xen_pirq_use_eoi_map(map);
}

/**
 * xen_evtchn_arch_init - the part of xen_init_IRQ() that is x86's
 *
 * Context: boot CPU, interrupts off.
 */
void __init xen_evtchn_arch_init(void)
{
	if (xen_initial_domain() && xen_pv_domain())
		pci_xen_initial_domain();

	if (xen_hvm_domain()) {
		xen_callback_init();
		/* The native start chooses how lines are registered, PCI changes that. */
		native_init_IRQ();
		pci_xen_hvm_init();
	} else {
		x86_share_eoi_map();
	}
}

/**
 * xen_evtchn_arch_send_ipi - send an IPI that is no event channel
 * @cpu: whom to interrupt
 * @ipi: any IPI
 *
 * Context: any.
 * Return: true if this was the way to send it.
 */
bool xen_evtchn_arch_send_ipi(unsigned int cpu, enum ipi_vector ipi)
{
	int err;

	if (likely(ipi != XEN_NMI_VECTOR))
		return false;

	err = HYPERVISOR_vcpu_op(VCPUOP_send_nmi, xen_vcpu_nr(cpu), NULL);
	if (err < 0)
		pr_warn("Sending nmi to CPU%d failed (rc:%d)\n", cpu, err);

	return true;
}
