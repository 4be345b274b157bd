// SPDX-License-Identifier: GPL-2.0
/*
 * Errors of a guest's device: each step of the PCI core's recovery is put to the guest's driver,
 * through the shared page. A guest that cannot help is marked for the toolstack to end it.
 *
 * The PCI core calls with the device's lock held, so neither the device's guest nor the backend's
 * device can go. The guest has one place for such questions, which aer_lock guards, and as long
 * as it is held the shared page stays. A guest that does not answer is given some
 * time; closing its connection ends that at once.
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <xen/events.h>

#include <asm/sync_bitops.h>

#include "op_check.h"
#include "pciback.h"

#define AER_PATIENCE	(300 * HZ)

/**
 * struct aer_step - one step of the recovery
 * @cmd: what the guest is asked, XEN_PCI_OP_aer_*
 * @otherwise: the result if nobody can be asked, or does not answer
 * @is_fatal_unheard: a guest without a handler for errors is to be ended
 * @is_vote: the guest's answer says whether it can go on
 */
struct aer_step {
	u32 cmd;
	pci_ers_result_t otherwise;
	bool is_fatal_unheard;
	bool is_vote;
};

static const struct aer_step aer_detected = {
	.cmd = XEN_PCI_OP_aer_detected,
	.otherwise = PCI_ERS_RESULT_CAN_RECOVER,
	.is_fatal_unheard = true,
	.is_vote = true,
};

/* Guests that cannot be asked were marked in the step before. */
static const struct aer_step aer_mmio = {
	.cmd = XEN_PCI_OP_aer_mmio,
	.otherwise = PCI_ERS_RESULT_RECOVERED,
	.is_vote = true,
};

static const struct aer_step aer_slot_reset = {
	.cmd = XEN_PCI_OP_aer_slotreset,
	.otherwise = PCI_ERS_RESULT_RECOVERED,
	.is_vote = true,
};

static const struct aer_step aer_resume = {
	.cmd = XEN_PCI_OP_aer_resume,
	.otherwise = PCI_ERS_RESULT_RECOVERED,
	.is_fatal_unheard = true,
};

/* What the toolstack looks for. */
static void aer_mark(struct pciback_guest *guest, struct pci_dev *pci)
{
	int err = xenbus_write(XBT_NIL, guest->xdev->nodename, "aerState", "aerfail");

	if (err)
		dev_err(&pci->dev, "error %d when marking a failed domain\n", err);
}

static bool aer_is_over(struct pciback_guest *guest)
{
	return !sync_test_bit(_XEN_PCIB_active, pciback_shared_flags(guest->shared)) ||
	       test_bit(PCIBACK_STOPPING, &guest->flags);
}

static void aer_put_question(struct pciback_guest *guest, const struct aer_step *step,
			     pci_channel_state_t state, const struct pciback_bdf *seen)
{
	struct xen_pcie_aer_op *question = &guest->shared->aer_op;

	*question = (struct xen_pcie_aer_op) {
		.cmd = step->cmd,
		.err = (__force s32)state,
		.domain = seen->domain,
		.bus = seen->bus,
		.devfn = seen->devfn,
	};

	/* From here on an event may be the answer. */
	set_bit(PCIBACK_AER_WAITS, &guest->flags);
	/* The guest reads the question when it sees the flag. */
	virt_wmb();
	sync_set_bit(_XEN_PCIB_active, pciback_shared_flags(guest->shared));
	notify_remote_via_irq(guest->irq);
}

static pci_ers_result_t aer_ask(struct pciback_guest *guest, struct pciback_dev *held,
				const struct aer_step *step, pci_channel_state_t state)
{
	struct xen_pci_sharedinfo *shared = guest->shared;
	struct pciback_bdf seen;
	bool is_over;

	lockdep_assert_held(&guest->aer_lock);

	if (!pciback_slots_where(guest, held, &seen)) {
		dev_err(&held->pci->dev, "failed to get pcifront device\n");
		return PCI_ERS_RESULT_NONE;
	}

	aer_put_question(guest, step, state, &seen);
	is_over = wait_event_idle_timeout(guest->aer_wait, aer_is_over(guest),
					  AER_PATIENCE);
	clear_bit(PCIBACK_AER_WAITS, &guest->flags);

	if (!is_over || sync_test_bit(_XEN_PCIB_active, pciback_shared_flags(shared))) {
		dev_err(&held->pci->dev, "pcifront aer process not responding!\n");
		sync_clear_bit(_XEN_PCIB_active, pciback_shared_flags(shared));
		return step->otherwise;
	}

	/* The guest has written its answer before it cleared the flag. */
	virt_rmb();
	return pciback_check_aer_answer(READ_ONCE(shared->aer_op.err));
}

static pci_ers_result_t aer_step_of(struct pciback_guest *guest, struct pciback_dev *held,
				    const struct aer_step *step, pci_channel_state_t state)
{
	struct pci_dev *pci = held->pci;
	pci_ers_result_t result;

	lockdep_assert_held(&guest->aer_lock);

	if (!guest->shared || test_bit(PCIBACK_STOPPING, &guest->flags)) {
		dev_err(&pci->dev, "device is not connected or owned by HVM, kill it\n");
		aer_mark(guest, pci);
		return step->otherwise;
	}

	if (!sync_test_bit(_XEN_PCIB_AERHANDLER, pciback_shared_flags(guest->shared))) {
		dev_err(&pci->dev, "guest with no AER driver\n");
		if (step->is_fatal_unheard)
			aer_mark(guest, pci);
		return step->otherwise;
	}

	result = aer_ask(guest, held, step, state);
	if (step->is_vote &&
	    (result == PCI_ERS_RESULT_NONE || result == PCI_ERS_RESULT_DISCONNECT))
		aer_mark(guest, pci);
	return result;
}

static pci_ers_result_t aer_do(struct pci_dev *pci, const struct aer_step *step,
			       pci_channel_state_t state)
{
	struct pciback_dev *held = pci_get_drvdata(pci);
	struct pciback_guest *guest;
	pci_ers_result_t result;

	device_lock_assert(&pci->dev);

	guest = held ? held->guest : NULL;
	if (!guest) {
		dev_err(&pci->dev, "device is not found/assigned\n");
		return step->otherwise;
	}

	mutex_lock(&guest->aer_lock);
	result = aer_step_of(guest, held, step, state);
	mutex_unlock(&guest->aer_lock);

	return result;
}

static pci_ers_result_t aer_error_detected(struct pci_dev *pci, pci_channel_state_t state)
{
	return aer_do(pci, &aer_detected, state);
}

static pci_ers_result_t aer_mmio_enabled(struct pci_dev *pci)
{
	return aer_do(pci, &aer_mmio, pci_channel_io_normal);
}

/* Requests of the guest wait, and meet the device as it was. */
static void aer_restore(struct pci_dev *pci)
{
	struct pciback_dev *held = pci_get_drvdata(pci);
	struct pciback_guest *guest;

	device_lock_assert(&pci->dev);

	guest = held ? held->guest : NULL;
	if (!guest)
		return;

	mutex_lock(&guest->slots_lock);
	pciback_hw_restore(held);
	mutex_unlock(&guest->slots_lock);
}

static pci_ers_result_t aer_slot_was_reset(struct pci_dev *pci)
{
	aer_restore(pci);
	return aer_do(pci, &aer_slot_reset, pci_channel_io_normal);
}

static void aer_go_on(struct pci_dev *pci)
{
	aer_do(pci, &aer_resume, pci_channel_io_normal);
}

const struct pci_error_handlers pciback_error_handlers = {
	.error_detected = aer_error_detected,
	.mmio_enabled = aer_mmio_enabled,
	.slot_reset = aer_slot_was_reset,
	.resume = aer_go_on,
};
