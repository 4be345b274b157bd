// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor may use a USB controller's debug port as its console. It is told before
 * the controller is reset and when it works again.
 */
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/usb.h>
#include <linux/usb/ehci_def.h>
#include <linux/usb/hcd.h>

#include <asm/xen/hypercall.h>

#include <xen/xen.h>
#include <xen/interface/physdev.h>

static void dbgp_name_controller(struct physdev_dbgp_op *op, const struct device *dev)
{
	const struct pci_dev *pci;

	op->bus = PHYSDEVOP_DBGP_BUS_UNKNOWN;
	if (!IS_ENABLED(CONFIG_PCI) || !dev_is_pci(dev))
		return;

	pci = to_pci_dev(dev);
	op->bus = PHYSDEVOP_DBGP_BUS_PCI;
	op->u.pci.devfn = pci->devfn;
	op->u.pci.bus = pci->bus->number;
	op->u.pci.seg = pci_domain_nr(pci->bus);
}

static int dbgp_tell(struct usb_hcd *hcd, u8 what)
{
	struct physdev_dbgp_op op = { .op = what };

	if (!xen_initial_domain())
		return 0;

	dbgp_name_controller(&op, hcd_to_bus(hcd)->controller);
	return HYPERVISOR_physdev_op(PHYSDEVOP_dbgp_op, &op);
}

/**
 * xen_dbgp_reset_prep - a controller is going to be reset
 * @hcd: the controller
 *
 * Context: any.
 * Return: 0 if the hypervisor uses its debug port and will need it again, or -errno.
 */
int xen_dbgp_reset_prep(struct usb_hcd *hcd)
{
	return dbgp_tell(hcd, PHYSDEVOP_DBGP_RESET_PREPARE);
}

/**
 * xen_dbgp_external_startup - a controller is running again
 * @hcd: the controller
 *
 * Context: any.
 * Return: 0 or -errno.
 */
int xen_dbgp_external_startup(struct usb_hcd *hcd)
{
	return dbgp_tell(hcd, PHYSDEVOP_DBGP_RESET_DONE);
}

/* The kernel's own debug port driver calls these itself, and is what others call. */
#ifndef CONFIG_EARLY_PRINTK_DBGP
EXPORT_SYMBOL_GPL(xen_dbgp_reset_prep);
EXPORT_SYMBOL_GPL(xen_dbgp_external_startup);
#endif
