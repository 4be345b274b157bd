// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt lines of held devices where this domain is PVH: guests get them from the hypervisor,
 * the toolstack asks this domain which ones they are (IOCTL_PRIVCMD_PCIDEV_GET_GSI).
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <xen/acpi.h>
#include <xen/xen.h>

#include "pciback.h"

/**
 * pciback_gsi_setup() - have the hypervisor route a device's interrupt line
 * @held: the device, enabled
 *
 * A PV domain has done so when the device was enabled.
 *
 * Context: may sleep; device's lock.
 * Return: 0 or -errno.
 */
int pciback_gsi_setup(struct pciback_dev *held)
{
	int trigger, polarity, gsi;
	int err;

	if (!xen_pvh_domain())
		return 0;

	err = xen_acpi_get_gsi_info(held->pci, &gsi, &trigger, &polarity);
	if (err) {
		dev_err(&held->pci->dev, "Fail to get gsi info!\n");
		return err;
	}
	err = xen_pvh_setup_gsi(gsi, trigger, polarity);
	if (err)
		return err;

	held->gsi = gsi;
	return 0;
}

/**
 * pciback_gsi_register() - answer who asks for GSIs of held devices
 *
 * Context: process.
 */
void pciback_gsi_register(void)
{
	xen_acpi_register_get_gsi_func(pciback_devs_gsi);
}

/**
 * pciback_gsi_unregister() - answer no more
 *
 * Context: process. Nobody is being answered when it returns.
 */
void pciback_gsi_unregister(void)
{
	xen_acpi_register_get_gsi_func(NULL);
}
