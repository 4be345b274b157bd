// SPDX-License-Identifier: GPL-2.0
/*
 * Where a guest sees the devices it has.
 *
 * How places are chosen is up to a mode, the same for all guests. A device is in at most one slot
 * of one guest; it comes and goes with the device's lock held, so that lock and the guest's
 * slots_lock agree about it. A guest addresses what is in its slots and nothing else.
 */
#include <linux/slab.h>

#include "pciback.h"

static const struct pciback_slot_mode *slots_mode __ro_after_init = &pciback_slots_vpci;

/**
 * pciback_slots_choose() - choose how all guests see their devices
 * @passthrough: where they are in the host, instead of on a bus of the guest's own
 *
 * Context: before there are guests.
 * Return: the mode.
 */
const struct pciback_slot_mode * __init pciback_slots_choose(bool passthrough)
{
	if (passthrough)
		slots_mode = &pciback_slots_passthrough;
	return slots_mode;
}

/**
 * pciback_bdf_of() - where a device is
 * @pci: the device
 *
 * Context: any.
 * Return: its address in the host.
 */
struct pciback_bdf pciback_bdf_of(const struct pci_dev *pci)
{
	return (struct pciback_bdf) {
		.domain = pci_domain_nr(pci->bus),
		.bus = pci->bus->number,
		.devfn = pci->devfn,
	};
}

static bool slots_same(const struct pciback_bdf *a, const struct pciback_bdf *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->devfn == b->devfn;
}

static struct pciback_slot *slots_of(const struct pciback_guest *guest,
				     const struct pciback_dev *held)
{
	struct pciback_slot *slot;

	lockdep_assert_held(&guest->slots_lock);

	list_for_each_entry(slot, &guest->slots, node)
		if (slot->held == held)
			return slot;
	return NULL;
}

/**
 * pciback_slots_add() - show a device to a guest
 * @guest: the guest
 * @held: the device, in no slot
 * @seen: where the guest sees it
 *
 * Context: may sleep; device's lock.
 * Return: 0, -ENOSPC if there is no place, -ENOMEM.
 */
int pciback_slots_add(struct pciback_guest *guest, struct pciback_dev *held,
		      struct pciback_bdf *seen)
{
	struct pciback_slot *slot;
	int err;

	device_lock_assert(&held->pci->dev);

	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return -ENOMEM;

	mutex_lock(&guest->slots_lock);
	err = slots_mode->place(guest, held, &slot->seen);
	if (!err) {
		slot->held = pciback_dev_get(held);
		*seen = slot->seen;
		list_add_tail(&slot->node, &guest->slots);
	}
	mutex_unlock(&guest->slots_lock);

	if (err)
		kfree(slot);
	return err;
}

/**
 * pciback_slots_remove() - hide a device from a guest
 * @guest: the guest
 * @held: the device
 *
 * No request for the device is being carried out when this returns.
 *
 * Context: may sleep; device's lock.
 * Return: true if it was in a slot; the slot's reference is the caller's then.
 */
bool pciback_slots_remove(struct pciback_guest *guest, struct pciback_dev *held)
{
	struct pciback_slot *slot;

	device_lock_assert(&held->pci->dev);

	mutex_lock(&guest->slots_lock);
	slot = slots_of(guest, held);
	if (slot)
		list_del(&slot->node);
	mutex_unlock(&guest->slots_lock);

	if (!slot)
		return false;
	kfree(slot);
	return true;
}

/**
 * pciback_slots_find() - the device that a guest means
 * @guest: the guest
 * @seen: where the guest sees it; any numbers
 *
 * Context: slots_lock of @guest.
 * Return: the device, as long as the lock is held; or NULL.
 */
struct pciback_dev *pciback_slots_find(struct pciback_guest *guest,
				       const struct pciback_bdf *seen)
{
	struct pciback_slot *slot;

	lockdep_assert_held(&guest->slots_lock);

	list_for_each_entry(slot, &guest->slots, node)
		if (slots_same(&slot->seen, seen))
			return slot->held;
	return NULL;
}

/**
 * pciback_slots_get() - the device that a guest means, for longer
 * @guest: the guest
 * @seen: where the guest sees it
 *
 * Context: may sleep.
 * Return: the device, with a reference; or NULL.
 */
struct pciback_dev *pciback_slots_get(struct pciback_guest *guest,
				      const struct pciback_bdf *seen)
{
	struct pciback_dev *held;

	mutex_lock(&guest->slots_lock);
	held = pciback_slots_find(guest, seen);
	if (held)
		pciback_dev_get(held);
	mutex_unlock(&guest->slots_lock);

	return held;
}

/**
 * pciback_slots_get_first() - any device of a guest
 * @guest: the guest
 *
 * Context: may sleep.
 * Return: the one that it has for the longest time, with a reference; NULL if it has none.
 */
struct pciback_dev *pciback_slots_get_first(struct pciback_guest *guest)
{
	struct pciback_slot *slot;
	struct pciback_dev *held = NULL;

	mutex_lock(&guest->slots_lock);
	slot = list_first_entry_or_null(&guest->slots, struct pciback_slot, node);
	if (slot)
		held = pciback_dev_get(slot->held);
	mutex_unlock(&guest->slots_lock);

	return held;
}

/**
 * pciback_slots_where() - where a guest sees a device
 * @guest: the guest
 * @held: the device
 * @seen: where it is, written on success
 *
 * Context: may sleep.
 * Return: true if it is in one of the guest's slots.
 */
bool pciback_slots_where(struct pciback_guest *guest, const struct pciback_dev *held,
			 struct pciback_bdf *seen)
{
	const struct pciback_slot *slot;

	mutex_lock(&guest->slots_lock);
	slot = slots_of(guest, held);
	if (slot)
		*seen = slot->seen;
	mutex_unlock(&guest->slots_lock);

	return slot;
}

static int slots_add_root(struct pciback_guest *guest, const struct pciback_bdf *root)
{
	struct pciback_bdf *roots;
	unsigned int i;

	for (i = 0; i < guest->nr_roots; i++)
		if (slots_same(&guest->roots[i], root))
			return 0;

	roots = krealloc_array(guest->roots, guest->nr_roots + 1, sizeof(*roots), GFP_KERNEL);
	if (!roots)
		return -ENOMEM;
	roots[guest->nr_roots++] = *root;
	guest->roots = roots;
	return 0;
}

/**
 * pciback_slots_roots() - find out which buses a guest has to look at for its devices
 * @guest: the guest; its roots get what is new. They only grow, guests cannot take one away.
 *
 * Context: may sleep; setup_lock.
 * Return: 0 or -ENOMEM.
 */
int pciback_slots_roots(struct pciback_guest *guest)
{
	const struct pciback_slot *slot;
	struct pciback_bdf root;
	int err = 0;

	lockdep_assert_held(&guest->setup_lock);

	if (slots_mode->is_virtual)
		return slots_add_root(guest, &(struct pciback_bdf) { });

	mutex_lock(&guest->slots_lock);
	list_for_each_entry(slot, &guest->slots, node) {
		if (slots_mode->root(guest, slot, &root))
			err = slots_add_root(guest, &root);
		if (err)
			break;
	}
	mutex_unlock(&guest->slots_lock);

	return err;
}
