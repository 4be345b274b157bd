// SPDX-License-Identifier: GPL-2.0
/*
 * Guests see their devices on a bus of their own, 0000:00, that has nothing else on it.
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "pciback.h"
#include "slot_pick.h"

static struct pciback_pick vpci_pick_of(const struct pci_dev *pci)
{
	return (struct pciback_pick) {
		.is_used = true,
		.is_virtfn = pci->is_virtfn,
		.domain = pci_domain_nr(pci->bus),
		.bus = pci->bus->number,
		.slot = PCI_SLOT(pci->devfn),
		.func = PCI_FUNC(pci->devfn),
	};
}

static int vpci_place(const struct pciback_guest *guest, const struct pciback_dev *held,
		      struct pciback_bdf *seen)
{
	struct pciback_pick first[PCIBACK_SLOTS] = { };
	struct pciback_pick dev = vpci_pick_of(held->pci);
	const struct pciback_slot *other;
	int slot;

	list_for_each_entry(other, &guest->slots, node) {
		struct pciback_pick *pick = &first[PCI_SLOT(other->seen.devfn)];

		if (!pick->is_used)
			*pick = vpci_pick_of(other->held->pci);
	}

	slot = pciback_slot_pick(first, &dev);
	if (slot < 0)
		return slot;

	if (first[slot].is_used)
		dev_info(&held->pci->dev, "vpci: assign to virtual slot %d func %d\n", slot,
			 dev.func);
	else
		dev_info(&held->pci->dev, "vpci: assign to virtual slot %d\n", slot);
	*seen = (struct pciback_bdf) { .devfn = PCI_DEVFN(slot, dev.func) };
	return 0;
}

const struct pciback_slot_mode pciback_slots_vpci = {
	.name = "vpci",
	.is_virtual = true,
	.place = vpci_place,
};
