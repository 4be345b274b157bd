/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which slot of its virtual bus a guest finds a device in. Pure.
 *
 * Functions of one device stay together, since a guest looks for functions 1 to 7 only where it
 * found function 0. A virtual function that has the number 0 stands alone: to the guest it is no
 * multi-function device, and others behind it would not be found.
 */
#ifndef XEN_PCIBACK_SLOT_PICK_H
#define XEN_PCIBACK_SLOT_PICK_H

#include <linux/errno.h>
#include <linux/types.h>

#define PCIBACK_SLOTS	32

/**
 * struct pciback_pick - a device of the host, or an empty slot
 * @is_used: there is one
 * @is_virtfn: it is a virtual function
 * @domain: its segment
 * @bus: its bus
 * @slot: its slot there
 * @func: its function
 */
struct pciback_pick {
	bool is_used;
	bool is_virtfn;
	int domain;
	u8 bus;
	u8 slot;
	u8 func;
};

static inline bool slot_pick_is_loner(const struct pciback_pick *dev)
{
	return dev->is_virtfn && !dev->func;
}

static inline bool slot_pick_are_one(const struct pciback_pick *a, const struct pciback_pick *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->slot == b->slot;
}

/**
 * pciback_slot_pick - choose a slot
 * @first: for each of the PCIBACK_SLOTS slots the device that came into it first
 * @dev: the device that is to come
 *
 * Context: any.
 * Return: the slot, or -ENOSPC if a free one is needed and there is none.
 */
static inline int pciback_slot_pick(const struct pciback_pick *first,
				    const struct pciback_pick *dev)
{
	int free = -ENOSPC;
	int slot;

	for (slot = PCIBACK_SLOTS - 1; slot >= 0; slot--)
		if (!first[slot].is_used)
			free = slot;

	if (slot_pick_is_loner(dev))
		return free;

	for (slot = 0; slot < PCIBACK_SLOTS; slot++)
		if (first[slot].is_used && !slot_pick_is_loner(&first[slot]) &&
		    slot_pick_are_one(&first[slot], dev))
			return slot;

	return free;
}

#endif /* XEN_PCIBACK_SLOT_PICK_H */
