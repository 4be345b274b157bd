// SPDX-License-Identifier: GPL-2.0
/*
 * Which interrupt of the machine a passed-through PCI device has.
 */
#include <linux/uaccess.h>

#include <xen/acpi.h>
#include <xen/privcmd.h>

#include "internal.h"

/**
 * privcmd_pcidev_gsi() - IOCTL_PRIVCMD_PCIDEV_GET_GSI
 * @file:	the open file, restricted or not: this is no domain's secret
 * @arg:	struct privcmd_pcidev_get_gsi, with sbdf set; gsi is filled in
 *
 * Context: process, may sleep.
 * Return: 0, -EFAULT, or a negative error if the device has none.
 */
long privcmd_pcidev_gsi(struct file *file, void __user *arg)
{
	struct privcmd_pcidev_get_gsi __user *query = arg;
	int gsi;
	u32 sbdf;

	if (get_user(sbdf, &query->sbdf))
		return -EFAULT;

	gsi = xen_acpi_get_gsi_from_sbdf(sbdf);
	if (gsi < 0)
		return gsi;

	return put_user((u32)gsi, &query->gsi);
}
