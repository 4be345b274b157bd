// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of a PV guest's devices: the backend sets them up and says the PIRQs.
 */
#include <linux/export.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <asm/xen/pci.h>

#include <xen/events.h>
#include <xen/interface/xen.h>

#include "pci.h"

/* Set by the frontend driver before its first device and cleared after the last. */
struct xen_pci_frontend_ops *xen_pci_frontend;
EXPORT_SYMBOL_GPL(xen_pci_frontend);

/* The backend may say that it has fewer; more would be asked for again for ever. */
static int front_answer(struct pci_dev *dev, int ret, int asked)
{
	if (ret > 0)
		return ret < asked ? ret : -EINVAL;

	if (ret == -ENOSYS)
		pci_err(dev, "Xen PCI frontend has not registered MSI/MSI-X support!\n");
	else if (ret)
		pci_err(dev, "Xen PCI frontend error: %d!\n", ret);

	return ret;
}

static int front_bind(struct pci_dev *dev, const int *pirqs, const char *name)
{
	struct msi_desc *desc;
	int irq, i = 0;

	msi_for_each_desc(desc, &dev->dev, MSI_DESC_NOTASSOCIATED) {
		irq = xen_bind_pirq_msi_to_irq(dev, desc, pirqs[i++], 1, name, DOMID_SELF);
		if (irq < 0)
			return irq;
	}

	return 0;
}

static int front_setup(struct pci_dev *dev, int count, bool msix)
{
	int *pirqs, ret;

	/* The protocol has no groups. */
	if (!msix && count > 1)
		return 1;

	pirqs = kcalloc(max(count, 1), sizeof(*pirqs), GFP_KERNEL);
	if (!pirqs)
		return -ENOMEM;

	ret = msix ? xen_pci_frontend_enable_msix(dev, pirqs, count) :
		     xen_pci_frontend_enable_msi(dev, pirqs);
	ret = front_answer(dev, ret, count);
	if (!ret)
		ret = front_bind(dev, pirqs, msix ? "pcifront-msi-x" : "pcifront-msi");

	kfree(pirqs);
	return ret;
}

static void front_teardown(struct pci_dev *dev)
{
	if (xen_msi_is_msix(dev))
		xen_pci_frontend_disable_msix(dev);
	else
		xen_pci_frontend_disable_msi(dev);

	xen_msi_release(dev);
}

const struct xen_msi_ops xen_msi_front = {
	.setup = front_setup,
	.teardown = front_teardown,
};
