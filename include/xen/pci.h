/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Dom0 tells the hypervisor of its PCI devices, and notes of those that it holds
 * for other domains (drivers/xen/pci/).
 */
#ifndef _XEN_PCI_H
#define _XEN_PCI_H

#include <linux/errno.h>
#include <linux/types.h>

struct pci_dev;

#ifdef CONFIG_XEN_DOM0

int xen_reset_device(const struct pci_dev *dev);

int xen_register_device_domain_owner(struct pci_dev *dev, uint16_t domain);
int xen_unregister_device_domain_owner(struct pci_dev *dev);
int xen_find_device_domain_owner(struct pci_dev *dev);

#else /* no device is anybody else's */

static inline int xen_reset_device(const struct pci_dev *dev) { return -EOPNOTSUPP; }
static inline int xen_find_device_domain_owner(struct pci_dev *dev) { return -ENODEV; }
static inline int xen_unregister_device_domain_owner(struct pci_dev *dev) { return -ENODEV; }
static inline int xen_register_device_domain_owner(struct pci_dev *dev, uint16_t domain)
{
	return -EOPNOTSUPP;
}

#endif /* CONFIG_XEN_DOM0 */

#endif /* _XEN_PCI_H */
