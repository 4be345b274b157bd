// SPDX-License-Identifier: GPL-2.0
/*
 * The hardware of a device that is held back: prepared once, brought back to that state after
 * each guest, released to Linux's drivers as it was found.
 *
 * Everything here needs the device's lock, and but for pciback_hw_restore() no guest that has the
 * device in a slot.
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/pci.h>
#include <linux/slab.h>

#include <xen/interface/xen.h>
#include <xen/interface/physdev.h>
#include <xen/pci.h>
#include <xen/xen.h>

#include <asm/xen/hypercall.h>

#include "pciback.h"

/*
 * The hypervisor keeps MSI-X tables of devices that other domains have to itself, so it is told
 * of them while Linux still counts as their user. Hypervisors that do not know the operation need
 * not be told. See xen/include/public/physdev.h.
 */
static int hw_tell_msix(const struct pci_dev *pci, unsigned int op)
{
	struct physdev_pci_device where = {
		.seg = pci_domain_nr(pci->bus),
		.bus = pci->bus->number,
		.devfn = pci->devfn,
	};
	int err;

	if (!pci->msix_cap)
		return 0;

	err = HYPERVISOR_physdev_op(op, &where);
	return err == -ENOSYS ? 0 : err;
}

/*
 * A function level reset or the like, as far as the device knows one. For a PVH domain the
 * hypervisor follows what the device's registers hold, and forgets it with the reset.
 */
static int hw_reset(struct pci_dev *pci)
{
	__pci_reset_function_locked(pci);

	return xen_pv_domain() ? 0 : xen_reset_device(pci);
}

/* Whatever a guest has left: no interrupts, no decoding, no transactions of its own. */
static void hw_off(struct pciback_dev *held)
{
	struct pci_dev *pci = held->pci;
	u16 command;

	pciback_irq_off(held);

	if (pci->hdr_type == PCI_HEADER_TYPE_NORMAL) {
		if (pci->msix_enabled)
			pci_disable_msix(pci);
		if (pci->msi_enabled)
			pci_disable_msi(pci);
		if (pci_is_enabled(pci))
			pci_disable_device(pci);
		pci->is_busmaster = 0;
		return;
	}

	/* What is behind a bridge needs it. */
	pci_read_config_word(pci, PCI_COMMAND, &command);
	if (command & PCI_COMMAND_INVALIDATE) {
		pci_write_config_word(pci, PCI_COMMAND, command & ~PCI_COMMAND_INVALIDATE);
		pci->is_busmaster = 0;
	}
}

/* With the device enabled, or some of its registers would be saved as what they are in D3. */
static int hw_save(struct pciback_dev *held)
{
	struct pci_dev *pci = held->pci;
	int err;

	pci_save_state(pci);
	held->initial = pci_store_saved_state(pci);
	if (!held->initial) {
		dev_err(&pci->dev, "Could not store PCI conf saved state!\n");
		return 0;
	}

	err = hw_reset(pci);
	if (err)
		return err;
	pci_restore_state(pci);
	return 0;
}

static int hw_prepare(struct pciback_dev *held)
{
	int err;

	err = hw_tell_msix(held->pci, PHYSDEVOP_prepare_msix);
	if (err)
		dev_err(&held->pci->dev, "MSI-X preparation failed (%d)\n", err);

	err = hw_save(held);
	return err ?: pciback_gsi_setup(held);
}

static void hw_unprepare(struct pciback_dev *held)
{
	int err;

	kfree(held->initial);
	held->initial = NULL;

	err = hw_tell_msix(held->pci, PHYSDEVOP_release_msix);
	if (err)
		dev_warn(&held->pci->dev, "MSI-X release failed (%d)\n", err);
}

/**
 * pciback_hw_seize() - prepare a device to be given to guests
 * @held: the device; ready if this succeeds
 *
 * The device is enabled for a while: that is when ACPI and the platform settle its interrupt and
 * its resources, which the guest's view shows from then on.
 *
 * Context: may sleep; device's lock.
 * Return: 0, or -errno, and the device is as before.
 */
int pciback_hw_seize(struct pciback_dev *held)
{
	struct pci_dev *pci = held->pci;
	int err;

	device_lock_assert(&pci->dev);

	err = pciback_conf_init(&held->conf, pci);
	if (err)
		return err;
	err = pci_enable_device(pci);
	if (err)
		goto no_conf;
	err = hw_prepare(held);
	if (err)
		goto unprepare;

	hw_off(held);
	pci_set_dev_assigned(pci);
	WRITE_ONCE(held->is_ready, true);
	return 0;

unprepare:
	hw_unprepare(held);
	pci_disable_device(pci);
no_conf:
	pciback_conf_destroy(&held->conf);
	return err;
}

/**
 * pciback_hw_recover() - bring a device back to what it was before a guest had it
 * @held: the device
 *
 * What the guest has changed does not matter: the state that is loaded is the one from the time
 * when the device was seized.
 *
 * Context: may sleep; device's lock.
 */
void pciback_hw_recover(struct pciback_dev *held)
{
	struct pci_dev *pci = held->pci;

	device_lock_assert(&pci->dev);

	hw_reset(pci);
	if (pci_load_saved_state(pci, held->initial))
		dev_info(&pci->dev, "Could not reload PCI state\n");
	else
		pci_restore_state(pci);

	hw_off(held);
	pciback_conf_reset(&held->conf);
}

/**
 * pciback_hw_restore() - give a device back its registers after a reset of its bus
 * @held: the device, which a guest has and goes on to have
 *
 * The guest's driver cannot do it: what it reads are the addresses from before the reset, so that
 * it finds nothing to write.
 *
 * Context: may sleep; device's lock; slots_lock of the guest.
 */
void pciback_hw_restore(struct pciback_dev *held)
{
	struct pci_dev *pci = held->pci;

	device_lock_assert(&pci->dev);

	if (pci_load_saved_state(pci, held->initial)) {
		dev_info(&pci->dev, "Could not reload PCI state\n");
		return;
	}
	pci_restore_state(pci);

	/* The guest may have let it start transactions since the state was saved. */
	if (pci->is_busmaster)
		pci_set_master(pci);
}

/**
 * pciback_hw_release() - hold a device back no more
 * @held: the device, ready before, and out of the list of devices
 *
 * Context: may sleep; device's lock.
 */
void pciback_hw_release(struct pciback_dev *held)
{
	struct pci_dev *pci = held->pci;

	device_lock_assert(&pci->dev);

	WRITE_ONCE(held->is_ready, false);

	hw_reset(pci);
	if (pci_load_saved_state(pci, held->initial))
		dev_info(&pci->dev, "Could not reload PCI state\n");
	else
		pci_restore_state(pci);
	hw_unprepare(held);

	hw_off(held);
	pciback_conf_destroy(&held->conf);
	pci_clear_dev_assigned(pci);
}
