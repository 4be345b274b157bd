// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt lines: ACPI's GSIs, mapped to PIRQs.
 *
 * ACPI asks for the irq of a line through one pointer, which is set here at boot. A
 * line keeps its irq for good, so there is no way back to be set.
 */
#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/printk.h>

#include <asm/i8259.h>
#include <asm/io_apic.h>
#include <asm/irq_vectors.h>
#include <asm/xen/hypercall.h>

#include <xen/events.h>
#include <xen/interface/physdev.h>
#include <xen/interface/xen.h>

#include "pci.h"

/* Let the hypervisor choose the PIRQ. */
#define GSI_ANY_PIRQ	(-1)

/*
 * The irq of a line, which is mapped if it was not; @pirq as wished. -errno if it can
 * not be had.
 */
static int gsi_to_irq(u32 gsi, int trigger, int pirq)
{
	bool edge = trigger == ACPI_EDGE_SENSITIVE;
	struct physdev_map_pirq map = {
		.domid = DOMID_SELF,
		.type = MAP_PIRQ_TYPE_GSI,
		.index = gsi,
		.pirq = pirq,
	};
	int irq = xen_irq_from_gsi(gsi);
	int err;

	if (irq > 0)
		return irq;

	err = HYPERVISOR_physdev_op(PHYSDEVOP_map_pirq, &map);
	if (err) {
		pr_warn("xen map irq failed %d\n", err);
		return err;
	}

	irq = xen_bind_pirq_gsi_to_irq(gsi, map.pirq, !edge, edge ? "ioapic-edge" : "ioapic-level");
	if (irq >= 0)
		pr_debug("xen: --> pirq=%d -> irq=%d (gsi=%d)\n", map.pirq, irq, gsi);

	return irq;
}

/* The device model has set up the emulated IO-APIC. */
static int gsi_register_hvm(struct device *dev, u32 gsi, int trigger, int polarity)
{
	return gsi_to_irq(gsi, trigger, GSI_ANY_PIRQ);
}

/**
 * xen_gsi_use_hvm - have an HVM guest's lines as PIRQs
 *
 * Context: boot.
 */
void __init xen_gsi_use_hvm(void)
{
	__acpi_register_gsi = gsi_register_hvm;
	__acpi_unregister_gsi = NULL;
}

#ifdef CONFIG_XEN_PV_DOM0

/* The IO-APIC is the hypervisor's, how the board is wired is ACPI's to know. */
static void gsi_tell_wiring(u32 gsi, int trigger, int polarity)
{
	struct physdev_setup_gsi setup = {
		.gsi = gsi,
		.triggering = trigger != ACPI_EDGE_SENSITIVE,
		.polarity = polarity != ACPI_ACTIVE_HIGH,
	};
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_setup_gsi, &setup);

	/* Lines are shared: the first device that asks has set it up. */
	if (err == -EEXIST)
		pr_info("Already setup the GSI :%u\n", gsi);
	else if (err)
		pr_err("Failed to setup GSI :%u, err_code:%d\n", gsi, err);
}

/* Dom0's PIRQ of a line has the line's number. */
static int gsi_register_dom0(struct device *dev, u32 gsi, int trigger, int polarity)
{
	int irq;

	pr_debug("xen: registering gsi %u triggering %d polarity %d\n", gsi, trigger, polarity);

	irq = gsi_to_irq(gsi, trigger, gsi);
	gsi_tell_wiring(gsi, trigger, polarity);

	return irq;
}

/* A board without IO-APICs has the lines of its two PICs. */
static void __init gsi_bind_pic(void)
{
	unsigned int irq;

	for (irq = 0; irq < nr_legacy_irqs(); irq++)
		xen_bind_pirq_gsi_to_irq(irq, irq, 0, "xt-pic");
}

/**
 * xen_gsi_use_dom0 - have Dom0's lines as PIRQs, and the PC's own at once
 *
 * Drivers of the PC's devices take these by number and ask nobody. Linux sees no PIC
 * here, so it is not nr_legacy_irqs() that says how many there are.
 *
 * Context: boot, after the event channels.
 */
void __init xen_gsi_use_dom0(void)
{
	int irq, level, active_low;

	__acpi_register_gsi = gsi_register_dom0;
	__acpi_unregister_gsi = NULL;

	for (irq = 0; irq < NR_IRQS_LEGACY; irq++) {
		if (acpi_get_override_irq(irq, &level, &active_low) < 0)
			continue;
		gsi_to_irq(irq, level ? ACPI_LEVEL_SENSITIVE : ACPI_EDGE_SENSITIVE, irq);
	}

	if (!nr_ioapics)
		gsi_bind_pic();
}

#endif /* CONFIG_XEN_PV_DOM0 */
