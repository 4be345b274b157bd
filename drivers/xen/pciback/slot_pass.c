// SPDX-License-Identifier: GPL-2.0
/*
 * Guests see their devices where they are in the host. A bus is a root for the guest unless it
 * finds it behind a bridge that it has too.
 */
#include "pciback.h"

static int pass_place(const struct pciback_guest *guest, const struct pciback_dev *held,
		      struct pciback_bdf *seen)
{
	*seen = pciback_bdf_of(held->pci);
	return 0;
}

static bool pass_has(const struct pciback_guest *guest, const struct pci_dev *pci)
{
	const struct pciback_slot *slot;

	list_for_each_entry(slot, &guest->slots, node)
		if (slot->held->pci == pci)
			return true;
	return false;
}

static bool pass_root(const struct pciback_guest *guest, const struct pciback_slot *slot,
		      struct pciback_bdf *root)
{
	const struct pci_dev *bridge = slot->held->pci->bus->self;

	for (; bridge; bridge = bridge->bus->self)
		if (pass_has(guest, bridge))
			return false;

	*root = pciback_bdf_of(slot->held->pci);
	root->devfn = 0;
	return true;
}

const struct pciback_slot_mode pciback_slots_passthrough = {
	.name = "passthrough",
	.place = pass_place,
	.root = pass_root,
};
