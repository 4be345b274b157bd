// SPDX-License-Identifier: GPL-2.0
/*
 * Which domain has a device that Dom0 holds for others.
 *
 * Owns the table of domains by the device's place. Its writers are the driver that
 * hands devices out, which forgets a device before it lets it go; readers set up the
 * device's interrupts. The table's own lock is a leaf, readers take none.
 */
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/xarray.h>

#include <xen/pci.h>

static DEFINE_XARRAY(owner_domains);

/* Where an index has 32 bits, so do all segments: they come from firmware. */
static unsigned long owner_index(struct pci_dev *dev)
{
	return (unsigned long)pci_domain_nr(dev->bus) << 16 | pci_dev_id(dev);
}

/**
 * xen_find_device_domain_owner - who has a device
 * @dev: the device
 *
 * Context: any.
 * Return: the domain's number, or -ENODEV if no other domain has it.
 */
int xen_find_device_domain_owner(struct pci_dev *dev)
{
	void *domain = xa_load(&owner_domains, owner_index(dev));

	return domain ? xa_to_value(domain) : -ENODEV;
}
EXPORT_SYMBOL_GPL(xen_find_device_domain_owner);

/**
 * xen_register_device_domain_owner - note that a domain gets a device
 * @dev: the device
 * @domain: the domain's number
 *
 * Context: may sleep.
 * Return: 0, -EEXIST if a domain has it already, or -ENOMEM.
 */
int xen_register_device_domain_owner(struct pci_dev *dev, uint16_t domain)
{
	int err = xa_insert(&owner_domains, owner_index(dev), xa_mk_value(domain), GFP_KERNEL);

	return err == -EBUSY ? -EEXIST : err;
}
EXPORT_SYMBOL_GPL(xen_register_device_domain_owner);

/**
 * xen_unregister_device_domain_owner - note that a device is back
 * @dev: the device
 *
 * Context: any but interrupts.
 * Return: 0, or -ENODEV if no domain had it.
 */
int xen_unregister_device_domain_owner(struct pci_dev *dev)
{
	return xa_erase(&owner_domains, owner_index(dev)) ? 0 : -ENODEV;
}
EXPORT_SYMBOL_GPL(xen_unregister_device_domain_owner);
