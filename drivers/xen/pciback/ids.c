// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of devices that are to be held back, whether there are such devices or not: those of
 * the parameter "hide", those written to the driver's file "new_slot", and those of devices that
 * were bound to the driver by name.
 *
 * Each address is in the list once. ids_lock guards the list; it is a leaf.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>

#include "pciback.h"

struct seize_id {
	struct list_head node;
	int domain;
	u8 bus;
	u8 devfn;
};

static LIST_HEAD(ids);
static DEFINE_SPINLOCK(ids_lock);

static char *hide;
module_param(hide, charp, 0444);

/* Whether segments other than 0 exist is not exported to modules. */
#if defined(MODULE) && defined(CONFIG_PCI_DOMAINS)
#define IDS_MAX_DOMAIN	U16_MAX
#else
#define IDS_MAX_DOMAIN	(pci_domains_supported ? U16_MAX : 0)
#endif

static struct seize_id *ids_find(int domain, unsigned int bus, unsigned int devfn)
{
	struct seize_id *id;

	lockdep_assert_held(&ids_lock);

	list_for_each_entry(id, &ids, node)
		if (id->domain == domain && id->bus == bus && id->devfn == devfn)
			return id;
	return NULL;
}

static int ids_add_one(int domain, unsigned int bus, unsigned int devfn)
{
	struct seize_id *id = kmalloc(sizeof(*id), GFP_KERNEL);

	if (!id)
		return -ENOMEM;
	id->domain = domain;
	id->bus = bus;
	id->devfn = devfn;

	spin_lock(&ids_lock);
	if (!ids_find(domain, bus, devfn)) {
		list_add_tail(&id->node, &ids);
		id = NULL;
	}
	spin_unlock(&ids_lock);

	kfree(id);
	return 0;
}

/**
 * pciback_ids_add() - hold devices back from now on
 * @pattern: which ones
 *
 * Context: may sleep.
 * Return: 0, -EINVAL if there cannot be such devices, -ENOMEM.
 */
int pciback_ids_add(const struct pciback_pattern *pattern)
{
	unsigned int devfn;
	int err;

	if (!pciback_pattern_is_sane(pattern, IDS_MAX_DOMAIN))
		return -EINVAL;

	for (devfn = 0; devfn <= U8_MAX; devfn++) {
		if (!pciback_pattern_matches(pattern, pattern->domain, pattern->bus, devfn))
			continue;
		err = ids_add_one(pattern->domain, pattern->bus, devfn);
		if (err)
			return err;
	}
	return 0;
}

/**
 * pciback_ids_add_dev() - hold a device back from now on
 * @pci: the device, in whatever segment
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int pciback_ids_add_dev(const struct pci_dev *pci)
{
	return ids_add_one(pci_domain_nr(pci->bus), pci->bus->number, pci->devfn);
}

/**
 * pciback_ids_remove() - hold devices back no more when they appear again
 * @pattern: which ones
 *
 * Context: any but interrupts.
 * Return: 0, or -ENOENT if there were none of them.
 */
int pciback_ids_remove(const struct pciback_pattern *pattern)
{
	struct seize_id *id, *next;
	int err = -ENOENT;

	spin_lock(&ids_lock);
	list_for_each_entry_safe(id, next, &ids, node) {
		if (!pciback_pattern_matches(pattern, id->domain, id->bus, id->devfn))
			continue;
		list_del(&id->node);
		kfree(id);
		err = 0;
	}
	spin_unlock(&ids_lock);

	return err;
}

/**
 * pciback_ids_match() - is a device to be held back?
 * @pci: the device
 *
 * Context: any but interrupts; the buses above the device must stay.
 * Return: true if its address is in the list, or that of a bridge above it.
 */
bool pciback_ids_match(const struct pci_dev *pci)
{
	bool found = false;

	spin_lock(&ids_lock);
	while (pci && !found) {
		const struct pci_dev *above = pci->bus->self;

		found = ids_find(pci_domain_nr(pci->bus), pci->bus->number, pci->devfn);
		/* There are topmost bridges that say to be above themselves. */
		pci = above == pci ? NULL : above;
	}
	spin_unlock(&ids_lock);

	return found;
}

/**
 * pciback_ids_show() - the list for a file of sysfs
 * @page: where to write it, as far as it fits
 *
 * Context: any but interrupts.
 * Return: its length in bytes.
 */
ssize_t pciback_ids_show(char *page)
{
	const struct seize_id *id;
	ssize_t len = 0;

	spin_lock(&ids_lock);
	list_for_each_entry(id, &ids, node)
		len += sysfs_emit_at(page, len, "%04x:%02x:%02x.%d\n", id->domain, id->bus,
				     PCI_SLOT(id->devfn), PCI_FUNC(id->devfn));
	spin_unlock(&ids_lock);

	return len;
}

/**
 * pciback_ids_hide() - take the addresses of the parameter over
 *
 * Context: may sleep.
 * Return: 0, or -errno after it was said where the parameter is wrong.
 */
int pciback_ids_hide(void)
{
	struct pciback_pattern pattern;
	const char *at = hide ?: "";
	int err;

	while (*at) {
		err = pciback_pattern_next(&at, &pattern);
		if (err) {
			pr_err("Error parsing pci_devs_to_hide at \"%s\"\n", at);
			return err;
		}
		err = pciback_ids_add(&pattern);
		if (err)
			return err;
	}
	return 0;
}

/**
 * pciback_ids_free() - forget all addresses
 *
 * Context: any but interrupts.
 */
void pciback_ids_free(void)
{
	struct seize_id *id, *next;

	spin_lock(&ids_lock);
	list_for_each_entry_safe(id, next, &ids, node) {
		list_del(&id->node);
		kfree(id);
	}
	spin_unlock(&ids_lock);
}
