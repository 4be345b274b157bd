// SPDX-License-Identifier: GPL-2.0
/*
 * The PCI driver that holds devices back, and the module's beginning and end.
 *
 * Built in, it registers before any other driver does, so that it is offered each device first.
 * Devices are bound to it that are in the list of addresses, or that were told to be by name
 * (driver_override). There is no table of devices for the module's alias: it is not to be loaded
 * because a device exists.
 *
 * The driver core holds the device's lock around probe and remove.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>
#include <linux/pci.h>

#include <xen/pci.h>
#include <xen/xen.h>

#include "pciback.h"

static void stub_forget(struct pciback_dev *held)
{
	pciback_devs_remove(held);
	pci_set_drvdata(held->pci, NULL);
	pciback_dev_put(held);
}

static int stub_seize(struct pci_dev *pci)
{
	struct pciback_dev *held = pciback_dev_alloc(pci);
	int err = 0;

	if (!held)
		return -ENOMEM;

	pci_set_drvdata(pci, held);
	if (pciback_devs_add(held))
		err = pciback_hw_seize(held);
	if (err)
		stub_forget(held);
	return err;
}

static int stub_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	bool is_listed = pciback_ids_match(pci);
	int err;

	if (!is_listed && !id->override_only)
		return -ENODEV;

	if (pci->hdr_type != PCI_HEADER_TYPE_NORMAL && pci->hdr_type != PCI_HEADER_TYPE_BRIDGE) {
		dev_err(&pci->dev,
			"can't export pci devices that don't have a normal (0) or bridge (1) header type!\n");
		return -ENODEV;
	}

	dev_info(&pci->dev, "seizing device\n");
	err = stub_seize(pci);
	if (err || is_listed)
		return err;

	/* Not to find it in the list of addresses later is better than not to have it. */
	if (pciback_ids_add_dev(pci))
		dev_warn(&pci->dev, "no memory to remember the address\n");
	return 0;
}

static void stub_warn_in_use(struct pci_dev *pci)
{
	dev_warn(&pci->dev,
		 "****** removing device %s while still in-use by domain %d! ******\n",
		 pci_name(pci), xen_find_device_domain_owner(pci));
	dev_warn(&pci->dev,
		 "****** driver domain may still access this device's i/o resources!\n");
	dev_warn(&pci->dev, "****** shutdown driver domain before binding device\n");
	dev_warn(&pci->dev, "****** to other drivers or domains\n");
}

static void stub_remove(struct pci_dev *pci)
{
	struct pciback_dev *held = pci_get_drvdata(pci);

	if (held->guest) {
		stub_warn_in_use(pci);
		pciback_take_back(held);
	}
	if (held->is_ready)
		pciback_hw_release(held);
	stub_forget(held);
}

/* The first is how the PCI core says that the device was told to be bound to this driver. */
static const struct pci_device_id stub_ids[] = {
	{ PCI_DEVICE_DRIVER_OVERRIDE(PCI_ANY_ID, PCI_ANY_ID, true) },
	{ PCI_DEVICE(PCI_ANY_ID, PCI_ANY_ID) },
	{ }
};

static struct pci_driver stub_driver = {
	.name = PCIBACK_DRIVER_NAME,
	.id_table = stub_ids,
	.probe = stub_probe,
	.remove = stub_remove,
	.err_handler = &pciback_error_handlers,
	.groups = pciback_driver_groups,
};

/* Whether stub_register() has run, and what came of it. */
static int stub_status __initdata = 1;

static int __init stub_register(void)
{
	if (stub_status <= 0)
		return stub_status;

	if (!xen_initial_domain())
		return stub_status = -ENODEV;

	stub_status = pciback_ids_hide();
	if (!stub_status)
		stub_status = pci_register_driver(&stub_driver);
	if (stub_status)
		pciback_ids_free();
	return stub_status;
}

#ifndef MODULE
fs_initcall(stub_register);
#endif

static void stub_unregister(void)
{
	pci_unregister_driver(&stub_driver);
	pciback_ids_free();
}

static int __init stub_init(void)
{
	int err = stub_register();

	if (err)
		return err;

	pciback_devs_late();
	err = pciback_xenbus_register();
	if (err) {
		stub_unregister();
		return err;
	}

	pciback_iov_register();
	pciback_gsi_register();
	return 0;
}
module_init(stub_init);

static void __exit stub_exit(void)
{
	pciback_gsi_unregister();
	pciback_iov_unregister();
	pciback_xenbus_unregister();
	stub_unregister();
}
module_exit(stub_exit);

MODULE_DESCRIPTION("Xen PCI-device stub driver");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS("xen-backend:pci");
