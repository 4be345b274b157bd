// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt lines of devices that a PVH Dom0 gives away. It handles its own by an
 * IO-APIC like on hardware, where the hypervisor sees how they are set up; those
 * of a device that another domain drives it never sets up.
 */
#include <linux/acpi.h>
#include <linux/export.h>

#include <asm/xen/hypercall.h>

#include <xen/acpi.h>
#include <xen/hvc-console.h>
#include <xen/interface/physdev.h>

/**
 * xen_pvh_setup_gsi - tell the hypervisor how a line signals
 * @gsi: the line
 * @trigger: ACPI_EDGE_SENSITIVE or ACPI_LEVEL_SENSITIVE
 * @polarity: ACPI_ACTIVE_HIGH or ACPI_ACTIVE_LOW
 *
 * Context: any.
 * Return: 0, also if it knows already, or -errno.
 */
int xen_pvh_setup_gsi(int gsi, int trigger, int polarity)
{
	struct physdev_setup_gsi line = {
		.gsi = gsi,
		.triggering = trigger != ACPI_EDGE_SENSITIVE,
		.polarity = polarity != ACPI_ACTIVE_HIGH,
	};
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_setup_gsi, &line);

	if (err == -EEXIST) {
		xen_raw_printk("Already setup the GSI :%d\n", gsi);
		return 0;
	}
	if (err)
		xen_raw_printk("Fail to setup GSI (%d)!\n", gsi);
	return err;
}
EXPORT_SYMBOL_GPL(xen_pvh_setup_gsi);
