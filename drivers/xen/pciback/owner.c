// SPDX-License-Identifier: GPL-2.0
/*
 * Giving held devices to guests, and taking them back.
 *
 * pciback_dev::guest and the guest's slots change together, under the device's lock. Whoever
 * takes a device back brings its hardware back to the state in which the next guest is to find
 * it. The arch code is told who owns a device before the guest can ask for messages, which are
 * set up in the owner's name.
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/pci.h>

#include <xen/pci.h>

#include "pciback.h"

static void owner_register(const struct pciback_guest *guest, struct pci_dev *pci)
{
	unsigned int domid = guest->xdev->otherend_id;

	dev_info(&pci->dev, "registering for %d\n", domid);
	if (!xen_register_device_domain_owner(pci, domid))
		return;

	dev_err(&pci->dev, "Stealing ownership from dom%d.\n",
		xen_find_device_domain_owner(pci));
	xen_unregister_device_domain_owner(pci);
	xen_register_device_domain_owner(pci, domid);
}

static int owner_give(struct pciback_guest *guest, struct pciback_dev *held,
		      struct pciback_bdf *seen)
{
	struct pci_dev *pci = held->pci;
	int err;

	device_lock_assert(&pci->dev);

	if (!held->is_ready)
		return -ENODEV;
	if (held->guest)
		return -EBUSY;

	owner_register(guest, pci);
	err = pciback_slots_add(guest, held, seen);
	if (err) {
		xen_unregister_device_domain_owner(pci);
		return err;
	}

	kref_get(&guest->ref);
	WRITE_ONCE(held->guest, guest);
	return 0;
}

/**
 * pciback_assign() - give a device to a guest
 * @guest: the guest
 * @host: where the device is in the host
 * @seen: where the guest sees it
 *
 * Context: may sleep; takes the device's lock.
 * Return: 0; -ENODEV if no such device is held back, -EBUSY if a guest has it, -ENOSPC if the
 *	guest has no place for it, -ENOMEM.
 */
int pciback_assign(struct pciback_guest *guest, const struct pciback_pattern *host,
		   struct pciback_bdf *seen)
{
	struct pciback_dev *held = pciback_devs_find(host);
	int err;

	if (!held)
		return -ENODEV;

	device_lock(&held->pci->dev);
	err = owner_give(guest, held, seen);
	device_unlock(&held->pci->dev);

	pciback_dev_put(held);
	return err;
}

/**
 * pciback_take_back() - take a device from whichever guest has it
 * @held: the device
 *
 * Context: may sleep; device's lock.
 */
void pciback_take_back(struct pciback_dev *held)
{
	struct pciback_guest *guest = held->guest;

	device_lock_assert(&held->pci->dev);

	if (!guest)
		return;

	if (pciback_slots_remove(guest, held))
		pciback_dev_put(held);
	pciback_hw_recover(held);
	xen_unregister_device_domain_owner(held->pci);

	WRITE_ONCE(held->guest, NULL);
	pciback_guest_put(guest);
}

/* Somebody else may have been faster: the device is another guest's by now, or nobody's. */
static void owner_take_from(struct pciback_guest *guest, struct pciback_dev *held)
{
	device_lock(&held->pci->dev);
	if (held->guest == guest)
		pciback_take_back(held);
	device_unlock(&held->pci->dev);

	pciback_dev_put(held);
}

/**
 * pciback_unassign() - take a device from a guest
 * @guest: the guest
 * @seen: where it sees the device
 *
 * Context: may sleep; takes the device's lock.
 * Return: 0, or -ENODEV if it sees none there.
 */
int pciback_unassign(struct pciback_guest *guest, const struct pciback_bdf *seen)
{
	struct pciback_dev *held = pciback_slots_get(guest, seen);

	if (!held)
		return -ENODEV;

	owner_take_from(guest, held);
	return 0;
}

/**
 * pciback_unassign_all() - take all devices from a guest
 * @guest: the guest, which must not get new ones meanwhile
 *
 * Context: may sleep; takes the devices' locks.
 */
void pciback_unassign_all(struct pciback_guest *guest)
{
	struct pciback_dev *held;

	while ((held = pciback_slots_get_first(guest)))
		owner_take_from(guest, held);
}
