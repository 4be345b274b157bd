/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A PCI function in the words of xen/include/public/physdev.h.
 *
 * The hypervisor finds a function in configuration space by its segment, bus and
 * devfn, and wants to know of two kinds that it cannot tell from their place: virtual
 * functions, and those that only exist because of ARI, whose devfn has no slot.
 */
#ifndef _DRIVERS_XEN_PCI_FUNCTION_H
#define _DRIVERS_XEN_PCI_FUNCTION_H

#include <linux/pci.h>
#include <linux/types.h>

#include <xen/interface/xen.h>
#include <xen/interface/physdev.h>

/* Where a function is. @segment is all that Linux has, the hypervisor takes 16 bits. */
struct pci_place {
	u32 segment;
	u8 bus;
	u8 devfn;
};

struct pci_function {
	struct pci_place at;
	bool is_virtual;
	bool has_ari;		/* the bridge above forwards ARI */
	struct pci_place owner;	/* of a virtual function: the physical one */
};

static inline struct pci_place pci_place_of(const struct pci_dev *pdev)
{
	return (struct pci_place) {
		.segment = pci_domain_nr(pdev->bus),
		.bus = pdev->bus->number,
		.devfn = pdev->devfn,
	};
}

/* Segments that Linux invents lie above those that firmware can name. */
static inline bool pci_place_has_name(const struct pci_place *at)
{
	return at->segment <= U16_MAX;
}

/* A virtual function may have any devfn, with and without ARI, and is just that. */
static inline bool pci_function_is_extended(const struct pci_function *fn)
{
	return !fn->is_virtual && fn->has_ari && PCI_SLOT(fn->at.devfn);
}

static inline struct physdev_pci_device pci_place_to_xen(const struct pci_place *at)
{
	return (struct physdev_pci_device) {
		.seg = at->segment,
		.bus = at->bus,
		.devfn = at->devfn,
	};
}

/* All of @add but the optional array behind it. */
static inline void pci_function_describe(const struct pci_function *fn,
					 struct physdev_pci_device_add *add)
{
	add->seg = fn->at.segment;
	add->bus = fn->at.bus;
	add->devfn = fn->at.devfn;
	add->flags = 0;

	if (fn->is_virtual) {
		add->flags |= XEN_PCI_DEV_VIRTFN;
		add->physfn.bus = fn->owner.bus;
		add->physfn.devfn = fn->owner.devfn;
	} else if (pci_function_is_extended(fn)) {
		add->flags |= XEN_PCI_DEV_EXTFN;
	}
}

/* The same for hypervisors that know a single segment. */
static inline struct physdev_manage_pci_ext pci_function_describe_ext(const struct pci_function *fn)
{
	struct physdev_manage_pci_ext ext = {
		.bus = fn->at.bus,
		.devfn = fn->at.devfn,
		.is_virtfn = fn->is_virtual,
		.is_extfn = pci_function_is_extended(fn),
	};

	if (fn->is_virtual) {
		ext.physfn.bus = fn->owner.bus;
		ext.physfn.devfn = fn->owner.devfn;
	}

	return ext;
}

#endif /* _DRIVERS_XEN_PCI_FUNCTION_H */
