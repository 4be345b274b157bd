/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a report of a device draws on, where the firmware has it.
 */
#ifndef _DRIVERS_XEN_PCI_HOST_H
#define _DRIVERS_XEN_PCI_HOST_H

#include <linux/types.h>

struct pci_dev;

#ifdef CONFIG_ACPI
bool xen_pci_proximity(struct pci_dev *pdev, u32 *node);
#else
static inline bool xen_pci_proximity(struct pci_dev *pdev, u32 *node)
{
	return false;
}
#endif

#ifdef CONFIG_PCI_MMCONFIG
void xen_pci_report_mmconfig(void);
#else
static inline void xen_pci_report_mmconfig(void)
{
}
#endif

#endif /* _DRIVERS_XEN_PCI_HOST_H */
