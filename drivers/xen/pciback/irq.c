// SPDX-License-Identifier: GPL-2.0
/*
 * An interrupt line that a guest's device shares with devices of this domain: the guest's
 * handler is not one of ours, and Linux shuts a line off whose interrupts nobody takes. So as
 * long as the guest uses the line, a handler is installed that takes all of them.
 *
 * Once the hypervisor says that no other domain has the line, the handler stops to do so. But if it
 * is the device itself that interrupts, there is nobody left to serve it: the guest has died or let
 * the line go. Not to answer would have Linux shut off the line, which others may share; the device
 * is kept from interrupting instead, until its guest or the next one accesses it again.
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/interrupt.h>
#include <linux/pci.h>

#include <xen/events.h>

#include "pciback.h"

/* Interrupts between two questions to the hypervisor. */
#define IRQ_ASK_EVERY	1000

/**
 * pciback_irq_init() - name the handler
 * @held: the device
 *
 * Context: any.
 */
void pciback_irq_init(struct pciback_dev *held)
{
	snprintf(held->ack.name, sizeof(held->ack.name), PCIBACK_NAME "[%s]",
		 pci_name(held->pci));
}

static bool irq_silence(struct pciback_dev *held)
{
	if (held->pci->broken_intx_masking || !pci_check_and_mask_intx(held->pci))
		return false;

	WRITE_ONCE(held->ack.is_silenced, true);
	dev_info_ratelimited(&held->pci->dev,
			     "%s: nobody serves the device. Its interrupts are masked\n",
			     held->ack.name);
	return true;
}

/* No other domain has the line any more. The device is asked again, should it not have obeyed. */
static void irq_stop(struct pciback_dev *held)
{
	if (irq_silence(held))
		return;

	dev_info(&held->pci->dev,
		 "%s IRQ line is not shared with other domains. Turning ISR off\n",
		 held->ack.name);
	pciback_irq_set_acking(held, false);
}

static irqreturn_t irq_take(int irq, void *data)
{
	struct pciback_dev *held = data;
	struct pciback_ack *ack = &held->ack;

	if (!READ_ONCE(ack->is_on) || !READ_ONCE(ack->is_acking))
		return IRQ_NONE;

	WRITE_ONCE(ack->handled, ack->handled + 1);
	/* The answer is the opposite of what the name asks. */
	if (ack->handled % IRQ_ASK_EVERY == 0 && xen_test_irq_shared(irq))
		irq_stop(held);
	return IRQ_HANDLED;
}

static void irq_install(struct pciback_dev *held)
{
	struct pciback_ack *ack = &held->ack;
	struct pci_dev *pci = held->pci;
	int err;

	/*
	 * Virtual functions have no line. With MSI the number is of a message, which must have
	 * no handler here when it is freed.
	 */
	if (!pci->irq || pci->msi_enabled || pci->msix_enabled)
		return;

	ack->irq = pci->irq;
	/* Enabling the device has made an end of that. */
	WRITE_ONCE(ack->is_silenced, false);
	pciback_irq_set_acking(held, true);
	WRITE_ONCE(ack->is_on, true);
	err = request_irq(ack->irq, irq_take, IRQF_SHARED, ack->name, held);
	if (!err)
		return;

	dev_err_ratelimited(&pci->dev,
			    "%s: failed to install fake IRQ handler for IRQ %d! (rc:%d)\n",
			    ack->name, ack->irq, err);
	ack->irq = 0;
	WRITE_ONCE(ack->is_on, false);
	pciback_irq_set_acking(held, false);
}

static void irq_remove(struct pciback_dev *held)
{
	struct pciback_ack *ack = &held->ack;

	if (ack->irq)
		free_irq(ack->irq, held);
	ack->irq = 0;
	WRITE_ONCE(ack->is_on, false);
	pciback_irq_set_acking(held, false);
}

/**
 * pciback_irq_follow() - have a handler if the guest uses the device's line
 * @held: the device
 *
 * Context: may sleep; the only one that carries out requests of the device's guest.
 */
void pciback_irq_follow(struct pciback_dev *held)
{
	struct pciback_ack *ack = &held->ack;
	bool is_wanted = pciback_conf_wants_intx(&held->conf);

	if (unlikely(READ_ONCE(ack->is_silenced)) && is_wanted) {
		WRITE_ONCE(ack->is_silenced, false);
		pci_intx(held->pci, !held->pci->msi_enabled && !held->pci->msix_enabled);
	}

	/* Bridges interrupt for themselves, which guests have no part in. */
	if (held->pci->hdr_type != PCI_HEADER_TYPE_NORMAL || ack->is_wanted == is_wanted)
		return;

	ack->is_wanted = is_wanted;
	if (is_wanted)
		irq_install(held);
	else
		irq_remove(held);
}

/**
 * pciback_irq_off() - have no handler, whatever the guest wanted
 * @held: the device, in no guest's slots
 *
 * Context: may sleep; device's lock.
 */
void pciback_irq_off(struct pciback_dev *held)
{
	device_lock_assert(&held->pci->dev);

	pciback_conf_forget_intx(&held->conf);
	held->ack.is_wanted = false;
	irq_remove(held);
}

/**
 * pciback_irq_toggle() - switch the handler's answers on or off
 * @held: the device
 *
 * For administrators who see a line being stuck, or taken for handled wrongly. A handler that is
 * not installed stays so.
 *
 * Context: any.
 */
void pciback_irq_toggle(struct pciback_dev *held)
{
	bool on = !READ_ONCE(held->ack.is_on);

	if (on)
		pciback_irq_set_acking(held, true);
	WRITE_ONCE(held->ack.is_on, on);
}

/**
 * pciback_irq_set_acking() - say whether the line's interrupts can be the device's
 * @held: the device
 * @on: false if it uses messages now
 *
 * Context: any.
 */
void pciback_irq_set_acking(struct pciback_dev *held, bool on)
{
	WRITE_ONCE(held->ack.is_acking, on);
}
