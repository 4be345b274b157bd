// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts by message for guests: the messages are set up here, in the name of the domain that
 * the device is registered for, and the guest is given the hypervisor's numbers of them.
 *
 * A guest may ask for anything at any time. What the PCI core warns of or does not expect (two
 * kinds at once, entries that the table does not have) does not get to it.
 *
 * All of this runs with the slots_lock of the device's guest.
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>

#include <xen/events.h>

#include "op_check.h"
#include "pciback.h"

/* 0 for a device without an interrupt, as virtual functions are without messages. */
static u32 msi_pirq(unsigned int irq)
{
	return irq ? xen_pirq_from_irq(irq) : 0;
}

/**
 * pciback_msi_enable() - XEN_PCI_OP_enable_msi
 * @guest: who asks
 * @held: for its device
 * @op: its request; value is the answer: the PIRQ
 *
 * Context: may sleep; slots_lock of @guest.
 * Return: 0 or XEN_PCI_ERR_op_failed.
 */
int pciback_msi_enable(struct pciback_guest *guest, struct pciback_dev *held,
		       struct xen_pci_op *op)
{
	struct pci_dev *pci = held->pci;
	int err;

	lockdep_assert_held(&guest->slots_lock);

	if (pci->msi_enabled)
		err = -EALREADY;
	else if (pci->msix_enabled)
		err = -ENXIO;
	else
		err = pci_enable_msi(pci);

	if (err) {
		dev_warn_ratelimited(&pci->dev, "error enabling MSI for guest %u: err %d\n",
				     guest->xdev->otherend_id, err);
		op->value = 0;
		return XEN_PCI_ERR_op_failed;
	}

	pciback_irq_set_acking(held, false);
	op->value = msi_pirq(pci->irq);
	return 0;
}

/**
 * pciback_msi_disable() - XEN_PCI_OP_disable_msi
 * @guest: who asks
 * @held: for its device
 * @op: its request; value is the answer: the PIRQ of the interrupt line
 *
 * Context: may sleep; slots_lock of @guest.
 * Return: 0, whether MSI was enabled or not.
 */
int pciback_msi_disable(struct pciback_guest *guest, struct pciback_dev *held,
			struct xen_pci_op *op)
{
	struct pci_dev *pci = held->pci;

	lockdep_assert_held(&guest->slots_lock);

	if (pci->msi_enabled) {
		pci_disable_msi(pci);
		pciback_irq_set_acking(held, true);
	}
	op->value = msi_pirq(pci->irq);
	return 0;
}

/* Can a table of messages be written now? For that the device has to decode addresses. */
static int msix_is_possible(struct pci_dev *pci)
{
	u16 command;

	if (pci->msix_enabled)
		return -EALREADY;
	if (pci->msi_enabled)
		return -ENXIO;

	/* Virtual functions decode when their physical function does. */
	pci_read_config_word(pci_physfn(pci), PCI_COMMAND, &command);
	return command & PCI_COMMAND_MEMORY ? 0 : -ENXIO;
}

static int msix_set_up(struct pci_dev *pci, struct xen_pci_op *op)
{
	struct msix_entry *entries;
	unsigned int i;
	int err;

	entries = kcalloc(op->value, sizeof(*entries), GFP_KERNEL);
	if (!entries)
		return -ENOMEM;
	for (i = 0; i < op->value; i++)
		entries[i].entry = op->msix_entries[i].entry;

	err = pci_enable_msix_exact(pci, entries, op->value);
	for (i = 0; !err && i < op->value; i++)
		op->msix_entries[i].vector = msi_pirq(entries[i].vector);

	kfree(entries);
	return err;
}

/**
 * pciback_msix_enable() - XEN_PCI_OP_enable_msix
 * @guest: who asks
 * @held: for its device
 * @op: its request; value is how many entries of msix_entries there are, whose vectors become the
 *	PIRQs; and then 0 or -errno
 *
 * Context: may sleep; slots_lock of @guest.
 * Return: 0 or -errno.
 */
int pciback_msix_enable(struct pciback_guest *guest, struct pciback_dev *held,
			struct xen_pci_op *op)
{
	struct pci_dev *pci = held->pci;
	int table_size, err;

	lockdep_assert_held(&guest->slots_lock);

	table_size = pci_msix_vec_count(pci);
	if (table_size < 0)
		return table_size;
	err = pciback_check_msix(op, table_size) ?: msix_is_possible(pci);
	if (err)
		return err;

	err = msix_set_up(pci, op);
	if (err)
		dev_warn_ratelimited(&pci->dev, "error enabling MSI-X for guest %u: err %d!\n",
				     guest->xdev->otherend_id, err);
	else
		pciback_irq_set_acking(held, false);
	op->value = err;
	return err;
}

/**
 * pciback_msix_disable() - XEN_PCI_OP_disable_msix
 * @guest: who asks
 * @held: for its device
 * @op: its request; value is the answer: the PIRQ of the interrupt line
 *
 * Context: may sleep; slots_lock of @guest.
 * Return: 0, whether MSI-X was enabled or not.
 */
int pciback_msix_disable(struct pciback_guest *guest, struct pciback_dev *held,
			 struct xen_pci_op *op)
{
	struct pci_dev *pci = held->pci;

	lockdep_assert_held(&guest->slots_lock);

	if (pci->msix_enabled) {
		pci_disable_msix(pci);
		pciback_irq_set_acking(held, true);
	}
	op->value = msi_pirq(pci->irq);
	return 0;
}
