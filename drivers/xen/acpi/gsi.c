// SPDX-License-Identifier: GPL-2.0
/*
 * Which global system interrupt (GSI) a PCI device has: from ACPI's routing tables, and,
 * for devices that the stub driver holds for other domains, from that driver.
 *
 * gsi_lookup_lock guards the driver's function, which is not called after it was taken
 * back; the driver's own locks nest inside.
 */
#include <linux/acpi.h>
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <xen/acpi.h>

/* As drivers/acpi/pci_irq.c has it and no header. */
struct acpi_prt_entry {
	struct acpi_pci_id id;
	u8 pin;
	acpi_handle link;
	u32 index;
};

/* A route either leads to an interrupt link, which chooses, or is fixed. */
static int gsi_of_route(const struct acpi_prt_entry *route, int *trigger, int *polarity)
{
	if (!route->link)
		return route->index;

	return acpi_pci_link_allocate_irq(route->link, route->index, trigger, polarity, NULL);
}

/**
 * xen_acpi_get_gsi_info - what ACPI says of a device's interrupt
 * @dev: the device
 * @gsi: its GSI
 * @trigger: ACPI_LEVEL_SENSITIVE or ACPI_EDGE_SENSITIVE
 * @polarity: ACPI_ACTIVE_HIGH or ACPI_ACTIVE_LOW
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if the device has none; nothing is written then.
 */
int xen_acpi_get_gsi_info(struct pci_dev *dev, int *gsi, int *trigger, int *polarity)
{
	/* What PCI's pins are, but Arm's interrupt controller has no low level. */
	int level = ACPI_LEVEL_SENSITIVE;
	int active = acpi_irq_model == ACPI_IRQ_MODEL_GIC ? ACPI_ACTIVE_HIGH : ACPI_ACTIVE_LOW;
	struct acpi_prt_entry *route;
	int number;

	if (!dev || !dev->pin || !gsi || !trigger || !polarity)
		return -EINVAL;

	route = acpi_pci_irq_lookup(dev, dev->pin);
	if (!route)
		return -EINVAL;
	number = gsi_of_route(route, &level, &active);
	kfree(route);
	if (number < 0)
		return -EINVAL;

	*gsi = number;
	*trigger = level;
	*polarity = active;
	return 0;
}
EXPORT_SYMBOL_GPL(xen_acpi_get_gsi_info);

static DEFINE_RWLOCK(gsi_lookup_lock);
static get_gsi_from_sbdf_t gsi_lookup;

/**
 * xen_acpi_register_get_gsi_func - say who knows the GSIs of devices held back
 * @func: the function, or NULL to take it back; must not sleep
 *
 * Context: process. When it returns, the function before is not running any more.
 */
void xen_acpi_register_get_gsi_func(get_gsi_from_sbdf_t func)
{
	write_lock(&gsi_lookup_lock);
	gsi_lookup = func;
	write_unlock(&gsi_lookup_lock);
}
EXPORT_SYMBOL_GPL(xen_acpi_register_get_gsi_func);

/**
 * xen_acpi_get_gsi_from_sbdf - the GSI of a device that is held back
 * @sbdf: its segment, bus, device and function as in the hypervisor's interface
 *
 * Context: process.
 * Return: the GSI; -EOPNOTSUPP if no driver is there to ask, or the driver's error.
 */
int xen_acpi_get_gsi_from_sbdf(u32 sbdf)
{
	int gsi;

	read_lock(&gsi_lookup_lock);
	gsi = gsi_lookup ? gsi_lookup(sbdf) : -EOPNOTSUPP;
	read_unlock(&gsi_lookup_lock);

	return gsi;
}
EXPORT_SYMBOL_GPL(xen_acpi_get_gsi_from_sbdf);
