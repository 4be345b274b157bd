// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of an HVM guest's devices: written to the device as in a machine, but with
 * a PIRQ in place of the vector, which the hypervisor sees and delivers as an event.
 */
#include <linux/msi.h>
#include <linux/pci.h>

#include <xen/events.h>
#include <xen/interface/xen.h>

#include "message.h"
#include "pci.h"

static int hvm_setup_one(struct pci_dev *dev, struct msi_desc *desc, const char *name)
{
	int pirq = xen_allocate_pirq_msi(dev, desc);
	struct msi_msg msg;
	int irq;

	if (pirq < 0)
		return -ENODEV;

	hvm_pirq_message(pirq, &msg);
	__pci_write_msi_msg(desc, &msg);

	irq = xen_bind_pirq_msi_to_irq(dev, desc, pirq, 1, name, DOMID_SELF);
	pci_dbg(dev, "xen: msi --> pirq=%d --> irq=%d\n", pirq, irq);

	return irq < 0 ? irq : 0;
}

static int hvm_setup(struct pci_dev *dev, int count, bool msix)
{
	struct msi_desc *desc;
	int err;

	/* A group has consecutive vectors; nothing makes PIRQs consecutive. */
	if (!msix && count > 1)
		return 1;

	msi_for_each_desc(desc, &dev->dev, MSI_DESC_NOTASSOCIATED) {
		err = hvm_setup_one(dev, desc, msix ? "msi-x" : "msi");
		if (err) {
			pci_err(dev, "Failed to create MSI%s! ret=%d!\n", msix ? "-X" : "", err);
			return err;
		}
	}

	return 0;
}

const struct xen_msi_ops xen_msi_hvm = {
	.setup = hvm_setup,
	.teardown = xen_msi_release,
};
