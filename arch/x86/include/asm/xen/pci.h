/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PCI interrupts in a domain: who sets them up (arch/x86/pci/xen.c), and how a
 * PV guest's frontend takes part in it.
 */
#ifndef _ASM_X86_XEN_PCI_H
#define _ASM_X86_XEN_PCI_H

#include <linux/errno.h>
#include <linux/init.h>

struct pci_dev;

/*
 * By kind of domain: PV guest, PV Dom0 and HVM. 0 if the domain has its PCI
 * interrupts from the hypervisor; pci_xen_init is also a word of its own, for
 * x86_init's table.
 */
#ifdef CONFIG_XEN_PV_DOM0
int pci_xen_initial_domain(void);
#else
static inline int pci_xen_initial_domain(void) { return -1; }
#endif

#ifndef CONFIG_PCI_XEN
#define pci_xen		0
#define pci_xen_init	(0)
static inline int pci_xen_hvm_init(void) { return -1; }
#else
#define pci_xen		1
int pci_xen_hvm_init(void);
int pci_xen_init(void);
#endif

#if defined(CONFIG_PCI_XEN) && defined(CONFIG_PCI_MSI)

/*
 * How the frontend asks its backend for message signalled interrupts. Either
 * all four are there or xen_pci_frontend is NULL.
 *
 * @enable_msi: let @dev have up to that many vectors; the first one's pirq is
 *	stored in vectors[0]. 0 or -errno.
 * @enable_msix: the same for nvec entries of the table, one pirq each.
 */
struct xen_pci_frontend_ops {
	int (*enable_msi)(struct pci_dev *dev, int vectors[]);
	int (*enable_msix)(struct pci_dev *dev, int vectors[], int nvec);
	void (*disable_msi)(struct pci_dev *dev);
	void (*disable_msix)(struct pci_dev *dev);
};

extern struct xen_pci_frontend_ops *xen_pci_frontend;

/* Calls @op of the frontend, if there is one with it; else the value @none. */
#define XEN_PCI_FRONTEND_CALL(none, op, ...)				\
	(xen_pci_frontend && xen_pci_frontend->op ?			\
	 xen_pci_frontend->op(__VA_ARGS__) : (none))

static inline int xen_pci_frontend_enable_msi(struct pci_dev *dev,
					      int vectors[])
{
	return XEN_PCI_FRONTEND_CALL(-ENOSYS, enable_msi, dev, vectors);
}

static inline void xen_pci_frontend_disable_msi(struct pci_dev *dev)
{
	XEN_PCI_FRONTEND_CALL((void)0, disable_msi, dev);
}

static inline int xen_pci_frontend_enable_msix(struct pci_dev *dev,
					       int vectors[], int nvec)
{
	return XEN_PCI_FRONTEND_CALL(-ENOSYS, enable_msix, dev, vectors, nvec);
}

static inline void xen_pci_frontend_disable_msix(struct pci_dev *dev)
{
	XEN_PCI_FRONTEND_CALL((void)0, disable_msix, dev);
}

#endif /* CONFIG_PCI_XEN && CONFIG_PCI_MSI */

#endif /* _ASM_X86_XEN_PCI_H */
