/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PCI interrupts in a domain, between the files that set them up. Private to this
 * folder and arch/x86/pci/xen.c.
 */
#ifndef _ARCH_X86_XEN_PCI_H
#define _ARCH_X86_XEN_PCI_H

#include <linux/init.h>
#include <linux/types.h>

struct pci_dev;

/*
 * How one kind of domain gets messages. Both are called with the device's list of
 * messages locked, and may sleep.
 *
 * @setup: give each message of @dev that has none an irq, @count in all. 0 or -errno,
 *	or a number above 0: so many could be had instead. What was set up before an
 *	error stays, @teardown follows.
 * @teardown: take all irqs away.
 */
struct xen_msi_ops {
	int (*setup)(struct pci_dev *dev, int count, bool msix);
	void (*teardown)(struct pci_dev *dev);
};

extern const struct xen_msi_ops xen_msi_front;
extern const struct xen_msi_ops xen_msi_hvm;
extern const struct xen_msi_ops xen_msi_dom0;

#ifdef CONFIG_PCI_MSI
void xen_msi_use(const struct xen_msi_ops *ops);
#else
static inline void xen_msi_use(const struct xen_msi_ops *ops) { }
#endif

/* For @ops->teardown. */
bool xen_msi_is_msix(struct pci_dev *dev);
void xen_msi_release(struct pci_dev *dev);

#ifdef CONFIG_ACPI
void xen_gsi_use_hvm(void);
void xen_gsi_use_dom0(void);
#else
static inline void xen_gsi_use_hvm(void) { }
#endif

#endif /* _ARCH_X86_XEN_PCI_H */
