// SPDX-License-Identifier: GPL-2.0
/*
 * The devices that are held back.
 *
 * A device is in the list from its probe to its removal. Until the machine's other devices had
 * their chance to be set up (devices of this one may be needed for that, such as an interrupt
 * link), it stays as the firmware left it; pciback_devs_late() prepares those that came before.
 *
 * devs_lock guards the list and devs_are_late; it is a leaf. Who takes a device from the list
 * takes a reference with it, which keeps the memory but not the device from being released:
 * that needs the device's lock, and is_ready to be looked at under it.
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>
#include <linux/spinlock.h>

#include "pciback.h"

static LIST_HEAD(devs);
static DEFINE_SPINLOCK(devs_lock);
static bool devs_are_late;

/**
 * pciback_dev_alloc() - begin to hold a device back
 * @pci: the device
 *
 * Context: may sleep.
 * Return: it, not ready and in no list, with one reference; NULL if there is no memory.
 */
struct pciback_dev *pciback_dev_alloc(struct pci_dev *pci)
{
	struct pciback_dev *held = kzalloc(sizeof(*held), GFP_KERNEL);

	if (!held)
		return NULL;

	kref_init(&held->ref);
	INIT_LIST_HEAD(&held->node);
	held->pci = pci_dev_get(pci);
	held->gsi = -1;
	pciback_irq_init(held);
	return held;
}

/**
 * pciback_dev_get() - take one more reference
 * @held: the device
 *
 * Context: any.
 * Return: @held.
 */
struct pciback_dev *pciback_dev_get(struct pciback_dev *held)
{
	kref_get(&held->ref);
	return held;
}

static void dev_free(struct kref *ref)
{
	struct pciback_dev *held = container_of(ref, struct pciback_dev, ref);

	WARN_ON_ONCE(held->is_ready || held->guest);
	pci_dev_put(held->pci);
	kfree(held);
}

/**
 * pciback_dev_put() - drop a reference
 * @held: the device
 *
 * Context: may sleep, but takes no lock of this driver.
 */
void pciback_dev_put(struct pciback_dev *held)
{
	kref_put(&held->ref, dev_free);
}

/**
 * pciback_devs_add() - put a device into the list
 * @held: the device; the list takes no reference, pciback_devs_remove() comes before the last
 *	goes
 *
 * Context: process.
 * Return: true if it is for the caller to prepare, false if that comes later.
 */
bool pciback_devs_add(struct pciback_dev *held)
{
	bool late;

	spin_lock(&devs_lock);
	list_add_tail(&held->node, &devs);
	late = devs_are_late;
	spin_unlock(&devs_lock);

	return late;
}

/**
 * pciback_devs_remove() - take a device out of the list
 * @held: the device; nothing happens if it is not in it
 *
 * Context: process.
 */
void pciback_devs_remove(struct pciback_dev *held)
{
	spin_lock(&devs_lock);
	list_del_init(&held->node);
	spin_unlock(&devs_lock);
}

/**
 * pciback_devs_next() - go through the list
 * @held: a device with a reference, which is dropped; NULL to begin
 *
 * The walk ends early where a device is removed while it is looked at.
 *
 * Context: may sleep.
 * Return: the next one with a reference, NULL at the end.
 */
struct pciback_dev *pciback_devs_next(struct pciback_dev *held)
{
	struct list_head *at = held ? &held->node : &devs;
	struct pciback_dev *next = NULL;

	spin_lock(&devs_lock);
	if (at->next != &devs && (!held || !list_empty(at)))
		next = pciback_dev_get(list_entry(at->next, struct pciback_dev, node));
	spin_unlock(&devs_lock);

	if (held)
		pciback_dev_put(held);
	return next;
}

static struct pciback_dev *devs_find(const struct pciback_pattern *pattern)
{
	struct pciback_dev *held;

	lockdep_assert_held(&devs_lock);

	if (pattern->func == PCIBACK_ANY)
		return NULL;

	list_for_each_entry(held, &devs, node) {
		const struct pci_dev *pci = held->pci;

		if (READ_ONCE(held->is_ready) &&
		    pciback_pattern_matches(pattern, pci_domain_nr(pci->bus), pci->bus->number,
					    pci->devfn))
			return held;
	}
	return NULL;
}

/**
 * pciback_devs_find() - a device by its address
 * @pattern: the address; no device has one with parts left open
 *
 * Context: process.
 * Return: a device that was ready, with a reference, or NULL.
 */
struct pciback_dev *pciback_devs_find(const struct pciback_pattern *pattern)
{
	struct pciback_dev *held;

	spin_lock(&devs_lock);
	held = devs_find(pattern);
	if (held)
		pciback_dev_get(held);
	spin_unlock(&devs_lock);

	return held;
}

/**
 * pciback_devs_gsi() - the interrupt line of a device
 * @sbdf: segment in bits 16 to 31, bus in 8 to 15, slot and function below
 *
 * Context: does not sleep.
 * Return: the GSI, -1 if it is not known, -ENODEV if the device is not held back.
 */
int pciback_devs_gsi(u32 sbdf)
{
	const struct pciback_pattern pattern = {
		.domain = sbdf >> 16,
		.bus = PCI_BUS_NUM(sbdf),
		.slot = PCI_SLOT(sbdf),
		.func = PCI_FUNC(sbdf),
	};
	const struct pciback_dev *held;
	int gsi = -ENODEV;

	spin_lock(&devs_lock);
	held = devs_find(&pattern);
	if (held)
		gsi = held->gsi;
	spin_unlock(&devs_lock);

	return gsi;
}

static void dev_prepare_late(struct pciback_dev *held)
{
	struct pci_dev *pci = held->pci;
	int err = 0;

	device_lock(&pci->dev);
	if (!held->is_ready && !list_empty(&held->node))
		err = pciback_hw_seize(held);
	device_unlock(&pci->dev);

	/* It stays bound to the driver, which keeps others away from it, but cannot be given. */
	if (err)
		dev_err(&pci->dev, "error %d initializing device\n", err);
}

/**
 * pciback_devs_late() - prepare the devices that came early, and the others as they come
 *
 * Context: may sleep, and takes devices' locks.
 */
void pciback_devs_late(void)
{
	struct pciback_dev *held;

	spin_lock(&devs_lock);
	devs_are_late = true;
	spin_unlock(&devs_lock);

	pciback_for_each_dev(held)
		dev_prepare_late(held);
}
