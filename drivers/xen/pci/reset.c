// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor keeps copies of a device's registers, which a reset makes stale.
 */
#include <linux/export.h>
#include <linux/pci.h>

#include <asm/xen/hypercall.h>

#include <xen/pci.h>
#include <xen/interface/physdev.h>

#include "function.h"

/**
 * xen_reset_device - tell the hypervisor that a device was reset
 * @dev: the device, after a reset of this function alone
 *
 * The call is PHYSDEVOP_pci_device_reset of xen/include/public/physdev.h; it matters
 * for devices whose configuration space the hypervisor emulates to other domains.
 *
 * Context: any.
 * Return: 0, also for a device that the hypervisor cannot know; or -errno.
 */
int xen_reset_device(const struct pci_dev *dev)
{
	struct pci_place at = pci_place_of(dev);
	struct pci_device_reset reset = {
		.dev = pci_place_to_xen(&at),
		.flags = PCI_DEVICE_RESET_FLR,
	};

	if (pci_place_has_name(&at))
		return HYPERVISOR_physdev_op(PHYSDEVOP_pci_device_reset, &reset);

	pci_info(dev, "unable to notify Xen of device reset: invalid PCI segment\n");
	return 0;
}
EXPORT_SYMBOL_GPL(xen_reset_device);
