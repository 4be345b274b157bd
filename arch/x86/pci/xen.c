// SPDX-License-Identifier: GPL-2.0
/*
 * Which way a domain's PCI interrupts go, by the kind of domain:
 *
 *   Dom0         lines are GSIs of ACPI, mapped to PIRQs; messages are PIRQs that Xen
 *                makes from the device's registers, which it writes itself
 *   PV guest     without ACPI; the backend says the PIRQ of a line, in the register for
 *                the PC's interrupt number, and of each message
 *   HVM guest    lines are GSIs of the emulated IO-APIC; a message carries the PIRQ in
 *                place of a vector, if that is cheaper than the emulated APIC
 *
 * The decisions are made here, once; lines and messages themselves are in
 * arch/x86/xen/pci/ and PIRQs in drivers/xen/evtchn/.
 */
#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/pci.h>

#include <asm/apic.h>
#include <asm/i8259.h>
#include <asm/pci_x86.h>
#include <asm/x86_init.h>
#include <asm/xen/cpuid.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/pci.h>

#include <xen/events.h>
#include <xen/features.h>
#include <xen/xen.h>

#include "../xen/pci/pci.h"

/*
 * A PV guest's line. Numbers below 16 are of interrupts that the PC never shares.
 */
static int front_enable_line(struct pci_dev *dev)
{
	bool shared;
	u8 line;
	int irq;

	irq = pcibios_err_to_errno(pci_read_config_byte(dev, PCI_INTERRUPT_LINE, &line));
	if (irq) {
		pci_warn(dev, "Xen PCI: failed to read interrupt line: %d\n", irq);
		return irq;
	}

	shared = line >= nr_legacy_irqs();
	irq = xen_bind_pirq_gsi_to_irq(line, line, shared, "pcifront");
	if (irq < 0) {
		pci_warn(dev, "Xen PCI: failed to bind GSI%d (PIRQ%d) to IRQ: %d\n",
			 line, line, irq);
		return irq;
	}

	dev->irq = irq;
	pci_info(dev, "Xen PCI mapped GSI%d to IRQ%d\n", line, irq);
	return 0;
}

/**
 * pci_xen_init - be ready for the PCI frontend
 *
 * Context: boot, x86_init.pci.arch_init.
 * Return: 0 in a PV guest, or -ENODEV: then the platform's own set-up goes on.
 */
int __init pci_xen_init(void)
{
	if (xen_initial_domain() || !xen_pv_domain())
		return -ENODEV;

	pr_info("PCI: setting up Xen PCI frontend stub\n");
	pcibios_set_cache_line_size();

	/* What ACPI tables there are, say nothing of the frontend's devices. */
	acpi_noirq_set();
	pcibios_enable_irq = front_enable_line;
	pcibios_disable_irq = NULL;

	xen_msi_use(&xen_msi_front);
	return 0;
}

/*
 * Where the processor delivers interrupts without the hypervisor, a real message costs
 * less than an event channel. Called when it is known whether the APIC is an x2APIC.
 */
static void __init hvm_choose_messages(void)
{
	u32 speeds_up = cpuid_eax(xen_cpuid_base() + 4);
	bool apic = !apic_is_disabled;

	if (apic && x2apic_mode && (speeds_up & XEN_HVM_CPUID_X2APIC_VIRT))
		return;
	if (apic && boot_cpu_has(X86_FEATURE_APIC) && (speeds_up & XEN_HVM_CPUID_APIC_ACCESS_VIRT))
		return;

	xen_msi_use(&xen_msi_hvm);
}

/**
 * pci_xen_hvm_init - have an HVM guest's PCI interrupts as PIRQs, if it may
 *
 * Context: boot, after the native interrupt controllers.
 * Return: 0.
 */
int __init pci_xen_hvm_init(void)
{
	if (!xen_feature(XENFEAT_hvm_pirqs) || !xen_have_vector_callback)
		return 0;

	xen_gsi_use_hvm();
	if (IS_ENABLED(CONFIG_PCI_MSI))
		x86_platform.apic_post_init = hvm_choose_messages;

	return 0;
}

#ifdef CONFIG_XEN_PV_DOM0
/**
 * pci_xen_initial_domain - have a PV Dom0's PCI interrupts as PIRQs
 *
 * Context: boot, after the event channels.
 * Return: 0.
 */
int __init pci_xen_initial_domain(void)
{
	xen_msi_use(&xen_msi_dom0);
	xen_gsi_use_dom0();

	return 0;
}
#endif
