// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual functions go when the driver of their physical function does, so those that are held
 * back but not in use have to be released before. Those in use stay: that driver is to notice.
 */
#include <linux/notifier.h>

#include "pciback.h"

/* An unused virtual function of @physfn, with a reference. */
static struct pciback_dev *iov_find_unused(const struct pci_dev *physfn)
{
	struct pciback_dev *held;

	pciback_for_each_dev(held)
		if (READ_ONCE(held->is_ready) && !READ_ONCE(held->guest) &&
		    held->pci != physfn && pci_physfn(held->pci) == physfn)
			return held;
	return NULL;
}

static int iov_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct pci_dev *pci = to_pci_dev(data);
	struct pciback_dev *held;

	if (action != BUS_NOTIFY_UNBIND_DRIVER || !pci->is_physfn)
		return NOTIFY_DONE;

	while ((held = iov_find_unused(pci))) {
		device_release_driver(&held->pci->dev);
		pciback_dev_put(held);
	}
	return NOTIFY_DONE;
}

static struct notifier_block iov_nb = {
	.notifier_call = iov_notify,
};

/**
 * pciback_iov_register() - watch drivers of physical functions
 *
 * Context: process.
 */
void pciback_iov_register(void)
{
	bus_register_notifier(&pci_bus_type, &iov_nb);
}

/**
 * pciback_iov_unregister() - watch no more
 *
 * Context: process.
 */
void pciback_iov_unregister(void)
{
	bus_unregister_notifier(&pci_bus_type, &iov_nb);
}
