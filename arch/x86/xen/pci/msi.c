// SPDX-License-Identifier: GPL-2.0
/*
 * Messages (MSI and MSI-X) as PIRQs: the part that is the same in every domain.
 *
 * The PCI core asks a device's irq domain for irqs. Ours has no hierarchy below it, no
 * vectors and no chip: the irqs are those of event channels, made all at once.
 *
 * Owns the choice of who makes them, which is written at boot only. Locks: all is
 * called with the device's list of messages locked.
 */
#include <linux/irqdomain.h>
#include <linux/msi.h>
#include <linux/pci.h>

#include <asm/x86_init.h>

#include <xen/events.h>

#include "pci.h"

static const struct xen_msi_ops *msi_ops __ro_after_init;

/**
 * xen_msi_is_msix - which of its two kinds of messages a device has or is to have
 * @dev: the device, with messages, whether they have irqs or not
 *
 * Not msix_enabled: that is cleared before the irqs are taken away.
 *
 * Context: the device's list of messages is locked.
 * Return: true for MSI-X.
 */
bool xen_msi_is_msix(struct pci_dev *dev)
{
	struct msi_desc *desc = msi_first_desc(&dev->dev, MSI_DESC_ALL);

	return desc && desc->pci.msi_attrib.is_msix;
}

static int msi_alloc_irqs(struct irq_domain *domain, struct device *dev, int count)
{
	struct pci_dev *pdev;
	int ret;

	if (WARN_ON_ONCE(!dev_is_pci(dev)))
		return -EINVAL;

	pdev = to_pci_dev(dev);
	ret = msi_ops->setup(pdev, count, xen_msi_is_msix(pdev));

	return ret ?: msi_device_populate_sysfs(dev);
}

static void msi_free_irqs(struct irq_domain *domain, struct device *dev)
{
	if (!WARN_ON_ONCE(!dev_is_pci(dev)))
		msi_ops->teardown(to_pci_dev(dev));
}

/**
 * xen_msi_release - destroy the irqs of all messages of a device
 * @dev: the device; no irq has a handler
 *
 * Context: may sleep; the device's list of messages is locked.
 */
void xen_msi_release(struct pci_dev *dev)
{
	struct msi_desc *desc;
	unsigned int i;

	msi_for_each_desc(desc, &dev->dev, MSI_DESC_ASSOCIATED) {
		/* A group goes with its first, hence in this order. */
		for (i = 0; i < desc->nvec_used; i++)
			xen_destroy_irq(desc->irq + i);
		desc->irq = 0;
	}

	msi_device_destroy_sysfs(&dev->dev);
}

static struct msi_domain_ops msi_domain_ops = {
	.domain_alloc_irqs = msi_alloc_irqs,
	.domain_free_irqs = msi_free_irqs,
};

static struct msi_domain_info msi_domain = {
	.ops = &msi_domain_ops,
	/* No masks: that register is the hypervisor's. */
	.flags = MSI_FLAG_PCI_MSIX | MSI_FLAG_NO_MASK |
		 MSI_FLAG_DEV_SYSFS | MSI_FLAG_FREE_MSI_DESCS,
};

/* Without a domain the core refuses messages, and drivers go on with lines. */
static struct irq_domain * __init msi_create_domain(void)
{
	struct fwnode_handle *name = irq_domain_alloc_named_fwnode("XEN-MSI");
	struct irq_domain *domain;

	domain = name ? msi_create_irq_domain(name, &msi_domain, NULL) : NULL;
	if (!domain) {
		pr_warn("xen: no memory for message signalled interrupts\n");
		irq_domain_free_fwnode(name);
	}

	return domain;
}

/**
 * xen_msi_use - have messages as PIRQs
 * @ops: how
 *
 * Context: boot, before the architecture creates its irq domain of messages.
 */
void __init xen_msi_use(const struct xen_msi_ops *ops)
{
	msi_ops = ops;
	x86_init.irqs.create_pci_msi_domain = msi_create_domain;
}
