// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of guests. There is one at a time: the guest fills in the request in the shared page,
 * sets XEN_PCIF_active and sends an event; the answer is written over the request, the flag is
 * cleared and an event goes back. See xen/include/public/io/pciif.h.
 *
 * The event of the guest is not acknowledged before its requests are carried out, so there are no
 * more events meanwhile, and the work is queued by the handler or by itself but not by both. It
 * queues itself again for each request that it finds, which leaves the CPU to others in between.
 *
 * A request is read once, into pciback_guest::op; nothing that was read from the shared page is
 * read again. The same event tells that the guest has answered a question about an error.
 */
#include <linux/nospec.h>

#include <xen/events.h>

#include <asm/sync_bitops.h>

#include "pciback.h"

typedef int (*ops_fn)(struct pciback_guest *guest, struct pciback_dev *held,
		      struct xen_pci_op *op);

static int ops_conf_read(struct pciback_guest *guest, struct pciback_dev *held,
			 struct xen_pci_op *op)
{
	return pciback_conf_read(&held->conf, op->offset, op->size, &op->value);
}

static int ops_conf_write(struct pciback_guest *guest, struct pciback_dev *held,
			  struct xen_pci_op *op)
{
	int err = pciback_conf_write(&held->conf, op->offset, op->size, op->value);

	if (!err)
		pciback_irq_follow(held);
	return err;
}

static const ops_fn ops_table[] = {
	[XEN_PCI_OP_conf_read] = ops_conf_read,
	[XEN_PCI_OP_conf_write] = ops_conf_write,
	[XEN_PCI_OP_enable_msi] = pciback_msi_enable,
	[XEN_PCI_OP_disable_msi] = pciback_msi_disable,
	[XEN_PCI_OP_enable_msix] = pciback_msix_enable,
	[XEN_PCI_OP_disable_msix] = pciback_msix_disable,
};

static ops_fn ops_lookup(u32 cmd)
{
	if (cmd >= ARRAY_SIZE(ops_table))
		return NULL;
	return ops_table[array_index_nospec(cmd, ARRAY_SIZE(ops_table))];
}

/* An answer in the terms of the interface: 0, XEN_PCI_ERR_* or -errno. */
static int ops_execute(struct pciback_guest *guest, struct xen_pci_op *op)
{
	const struct pciback_bdf seen = {
		.domain = op->domain,
		.bus = op->bus,
		.devfn = op->devfn,
	};
	struct pciback_dev *held;
	ops_fn execute;

	lockdep_assert_held(&guest->slots_lock);

	held = pciback_slots_find(guest, &seen);
	if (!held)
		return XEN_PCI_ERR_dev_not_found;
	execute = ops_lookup(op->cmd);
	if (!execute)
		return XEN_PCI_ERR_not_implemented;

	return execute(guest, held, op);
}

/* Only requests for MSI-X come with a table. */
static void ops_fetch(struct xen_pci_op *op, const struct xen_pci_op *shared)
{
	/* Pairs with the guest's barrier between its request and the flag. */
	virt_rmb();
	memcpy(op, shared, offsetof(struct xen_pci_op, msix_entries));
	barrier();

	if (op->cmd == XEN_PCI_OP_enable_msix)
		memcpy(op->msix_entries, shared->msix_entries, sizeof(op->msix_entries));
	barrier();
}

static void ops_reply(struct pciback_guest *guest, const struct xen_pci_op *op,
		      unsigned int nr_vectors)
{
	struct xen_pci_sharedinfo *shared = guest->shared;
	unsigned int i;

	WRITE_ONCE(shared->op.err, op->err);
	WRITE_ONCE(shared->op.value, op->value);
	for (i = 0; i < nr_vectors; i++)
		WRITE_ONCE(shared->op.msix_entries[i].vector, op->msix_entries[i].vector);

	/* The guest takes the answer when it sees the flag cleared. */
	virt_wmb();
	sync_clear_bit(_XEN_PCIF_active, pciback_shared_flags(shared));
	notify_remote_via_irq(guest->irq);
}

static void ops_serve(struct pciback_guest *guest)
{
	struct xen_pci_op *op = &guest->op;
	unsigned int asked;

	ops_fetch(op, &guest->shared->op);
	asked = op->value;

	mutex_lock(&guest->slots_lock);
	op->err = ops_execute(guest, op);
	mutex_unlock(&guest->slots_lock);

	/* Vectors were given for as many as were asked for, which was checked to be possible. */
	ops_reply(guest, op, op->cmd == XEN_PCI_OP_enable_msix && !op->err ? asked : 0);
}

static bool ops_is_requested(struct pciback_guest *guest)
{
	return sync_test_bit(_XEN_PCIF_active, pciback_shared_flags(guest->shared)) &&
	       !test_bit(PCIBACK_STOPPING, &guest->flags);
}

/**
 * pciback_ops_work() - carry out one request
 * @work: that of a guest, which is connected until the work was flushed
 *
 * Context: a workqueue; takes slots_lock of the guest.
 */
void pciback_ops_work(struct work_struct *work)
{
	struct pciback_guest *guest = container_of(work, struct pciback_guest, work);

	if (ops_is_requested(guest))
		ops_serve(guest);

	if (ops_is_requested(guest))
		queue_work(system_wq, work);
	else
		xen_irq_lateeoi(guest->irq, 0);
}

/* Has the guest answered what it was asked? */
static bool ops_is_answer(struct pciback_guest *guest)
{
	return test_bit(PCIBACK_AER_WAITS, &guest->flags) &&
	       !sync_test_bit(_XEN_PCIB_active, pciback_shared_flags(guest->shared));
}

/**
 * pciback_ops_event() - an event of a guest
 * @irq: of its event channel
 * @data: the struct pciback_guest
 *
 * Context: interrupt.
 * Return: IRQ_HANDLED.
 */
irqreturn_t pciback_ops_event(int irq, void *data)
{
	struct pciback_guest *guest = data;
	unsigned int eoi = XEN_EOI_FLAG_SPURIOUS;

	/* No more events then: the channel is closed without having been acknowledged. */
	if (test_bit(PCIBACK_STOPPING, &guest->flags))
		return IRQ_HANDLED;

	/* The first may come before whoever binds the channel has noted its number. */
	WRITE_ONCE(guest->irq, irq);

	if (ops_is_answer(guest)) {
		wake_up(&guest->aer_wait);
		eoi = 0;
	}

	if (ops_is_requested(guest))
		queue_work(system_wq, &guest->work);
	else
		xen_irq_lateeoi(irq, eoi);

	return IRQ_HANDLED;
}
