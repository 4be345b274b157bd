// SPDX-License-Identifier: GPL-2.0
/*
 * Physical interrupts (PIRQs): lines and messages that Xen routes to this domain.
 *
 * A channel stands for the PIRQ as long as its irq exists; the port is opened when
 * the irq is started and closed when it is shut down, under the irq's lock.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/interrupt.h>

#include <asm/xen/hypercall.h>

#include <xen/xen.h>
#include <xen/interface/physdev.h>

#ifdef CONFIG_X86
#include <asm/i8259.h>
#endif

#include "channel.h"

/* Which PIRQs want an EOI, as Xen keeps it; NULL if it does not. Set at boot. */
static unsigned long *pirq_eoi_map;

/**
 * xen_pirq_use_eoi_map - have Xen say in memory which PIRQs want an EOI
 * @map: a page that Xen writes
 *
 * Context: boot.
 */
void __init xen_pirq_use_eoi_map(unsigned long *map)
{
	pirq_eoi_map = map;
}

static bool pirq_needs_eoi(const struct xen_chan *chan)
{
	return pirq_eoi_map ? test_bit(chan->pirq.pirq, pirq_eoi_map) : chan->pirq.needs_eoi;
}

/* XENIRQSTAT_* of a physical interrupt, or -errno if Xen does not know it. */
static int pirq_status(unsigned int pirq)
{
	struct physdev_irq_status_query query = { .irq = pirq };
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_irq_status_query, &query);

	return err ?: (int)query.flags;
}

static void pirq_query_eoi(struct xen_chan *chan)
{
	int status = pirq_status(chan->pirq.pirq);

	chan->pirq.needs_eoi = status > 0 && (status & XENIRQSTAT_needs_eoi);
}

/**
 * xen_pirq_describe - say which physical interrupt a channel is
 * @chan: a new channel of one of the kinds for PIRQs
 * @pirq: Xen's number
 * @gsi: of a line, or 0
 * @domid: whose device it is
 *
 * Context: chan_mutex held.
 */
void xen_pirq_describe(struct xen_chan *chan, unsigned int pirq, unsigned int gsi, domid_t domid)
{
	chan->pirq = (struct chan_pirq) {
		.pirq = pirq,
		.gsi = gsi,
		.domid = domid,
	};
}

static void pirq_end(struct xen_chan *chan)
{
	struct physdev_eoi eoi = { .irq = chan->pirq.pirq };

	if (!chan->port)
		return;
	xen_chan_done(chan);
	if (pirq_needs_eoi(chan))
		WARN_ON_ONCE(HYPERVISOR_physdev_op(PHYSDEVOP_eoi, &eoi));
}

static int pirq_open(struct xen_chan *chan)
{
	struct evtchn_bind_pirq bind = {
		.pirq = chan->pirq.pirq,
		.flags = chan->kind == KIND_PIRQ_LEVEL ? BIND_PIRQ__WILL_SHARE : 0,
	};
	int err;

	if (HYPERVISOR_event_channel_op(EVTCHNOP_bind_pirq, &bind)) {
		pr_warn("Failed to obtain physical IRQ %d\n", chan->irq);
		return -EBUSY;
	}
	pirq_query_eoi(chan);

	err = xen_chan_attach(chan, bind.port, 0);
	if (err) {
		pr_err("irq%d: Failed to set port to irq mapping (%d)\n", chan->irq, err);
		xen_evtchn_close(bind.port);
	}
	return err;
}

/* Without a port the irq counts as started and just never comes. */
static unsigned int pirq_start(struct xen_chan *chan)
{
	if (!chan->port && pirq_open(chan))
		return 0;

	xen_chan_unmask(chan, CHAN_HOLD_IRQ);
	/* One may have been pending in Xen since before it was bound. */
	pirq_end(chan);

	return 0;
}

static unsigned int pirq_chip_startup(struct irq_data *data)
{
	struct xen_chan *chan = xen_chan_of_irq(data->irq);

	return chan ? pirq_start(chan) : 0;
}

static void pirq_chip_shutdown(struct irq_data *data)
{
	struct xen_chan *chan = xen_chan_of_irq(data->irq);
	evtchn_port_t port;

	if (!chan)
		return;
	xen_chan_mask(chan, CHAN_HOLD_IRQ);
	port = xen_chan_detach(chan);
	if (port)
		xen_evtchn_close(port);
}

static void pirq_chip_eoi(struct irq_data *data)
{
	struct xen_chan *chan = xen_chan_of_irq(data->irq);

	if (likely(chan))
		pirq_end(chan);
}

static void pirq_chip_mask_ack(struct irq_data *data)
{
	xen_chip_mask(data);
	pirq_chip_eoi(data);
}

struct irq_chip xen_pirq_chip __read_mostly = {
	.name			= "xen-pirq",
	.irq_startup		= pirq_chip_startup,
	.irq_shutdown		= pirq_chip_shutdown,
	.irq_enable		= xen_chip_unmask,
	.irq_disable		= xen_chip_mask,
	.irq_unmask		= xen_chip_unmask,
	.irq_mask		= xen_chip_mask,
	.irq_ack		= pirq_chip_eoi,
	.irq_mask_ack		= pirq_chip_mask_ack,
	.irq_eoi		= pirq_chip_eoi,
	.irq_retrigger		= xen_chip_retrigger,
	.irq_set_affinity	= xen_chip_set_affinity,
};

static struct xen_chan *pirq_find_gsi(unsigned int gsi)
{
	struct xen_chan *chan;

	lockdep_assert_held(&chan_mutex);
	list_for_each_entry(chan, &chan_list, entry) {
		if (chan->source == CHAN_PIRQ && chan->pirq.gsi == gsi)
			return chan;
	}
	return NULL;
}

/**
 * xen_irq_from_gsi - the irq of an interrupt line
 * @gsi: its number
 *
 * Context: may sleep.
 * Return: the irq, or -1 if the line is not bound.
 */
int xen_irq_from_gsi(unsigned int gsi)
{
	struct xen_chan *chan;
	int irq;

	mutex_lock(&chan_mutex);
	chan = pirq_find_gsi(gsi);
	irq = chan ? chan->irq : -1;
	mutex_unlock(&chan_mutex);

	return irq;
}
EXPORT_SYMBOL_GPL(xen_irq_from_gsi);

/*
 * Irq and GSI are the same number, except where Linux sees no IO-APIC: any irq
 * will do in a PV guest. The architecture has made the descriptors of legacy ones.
 */
static struct xen_chan *pirq_create_line(unsigned int gsi, enum chan_kind kind, const char *name)
{
	int irq = gsi;

	if (xen_pv_domain() && !xen_initial_domain())
		irq = irq_alloc_desc_from(0, -1);
	else if (gsi >= nr_legacy_irqs())
		irq = irq_alloc_desc_at(gsi, -1);

	return irq < 0 ? NULL : xen_chan_create_at(irq, kind, name);
}

/**
 * xen_bind_pirq_gsi_to_irq - make an irq for an interrupt line
 * @gsi: the line; if it has an irq already, that is returned
 * @pirq: what Xen calls it
 * @shareable: it is level triggered and may have other users, else edge triggered
 * @name: how /proc/interrupts calls the flow
 *
 * The line is not bound to an event channel until the irq is started.
 *
 * Context: may sleep.
 * Return: the irq, or a negative errno.
 */
int xen_bind_pirq_gsi_to_irq(unsigned int gsi, unsigned int pirq, int shareable, char *name)
{
	enum chan_kind kind = shareable ? KIND_PIRQ_LEVEL : KIND_PIRQ_EDGE;
	struct physdev_irq vector = { };
	struct xen_chan *chan;
	int ret;

	mutex_lock(&chan_mutex);
	chan = pirq_find_gsi(gsi);
	if (chan) {
		ret = chan->irq;
		pr_info("%s: returning irq %d for gsi %u\n", __func__, ret, gsi);
		goto out;
	}

	ret = -ENOMEM;
	chan = pirq_create_line(gsi, kind, name);
	if (!chan)
		goto out;
	xen_pirq_describe(chan, pirq, gsi, DOMID_SELF);

	/* An unprivileged domain's backend has done this for it. */
	vector.irq = chan->irq;
	if (xen_initial_domain() &&
	    HYPERVISOR_physdev_op(PHYSDEVOP_alloc_irq_vector, &vector)) {
		xen_chan_release(chan);
		ret = -ENOSPC;
		goto out;
	}
	pirq_query_eoi(chan);
	ret = chan->irq;
out:
	mutex_unlock(&chan_mutex);
	return ret;
}

static int pirq_unmap(const struct xen_chan *chan)
{
	struct physdev_unmap_pirq unmap = {
		.pirq = chan->pirq.pirq,
		.domid = chan->pirq.domid,
	};
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_unmap_pirq, &unmap);

	/* Xen unmaps by itself what a domain leaves behind when it ends. */
	if (err == -ESRCH && unmap.domid != DOMID_SELF)
		pr_info("domain %d does not have %d anymore\n", unmap.domid, unmap.pirq);
	else if (err)
		pr_warn("unmap irq failed %d\n", err);

	return err;
}

/**
 * xen_destroy_irq - the end of a physical interrupt's irq
 * @irq: without a handler
 *
 * Messages of one group are unmapped together, with the first.
 *
 * Context: may sleep.
 * Return: what Xen said to unmapping it, -ENOENT if it was not asked.
 */
int xen_destroy_irq(int irq)
{
	struct xen_chan *chan;
	int rc = -ENOENT;
	bool gone = true;

	mutex_lock(&chan_mutex);
	chan = xen_chan_of_irq(irq);
	if (WARN_ON_ONCE(!chan || chan->source != CHAN_PIRQ))
		goto out;

	if (xen_initial_domain() && !chan->pirq.in_group) {
		rc = pirq_unmap(chan);
		gone = !rc || (rc == -ESRCH && chan->pirq.domid != DOMID_SELF);
	}
	if (gone)
		xen_chan_release(chan);
out:
	mutex_unlock(&chan_mutex);
	return rc;
}

/**
 * xen_pirq_from_irq - Xen's number of a physical interrupt
 * @irq: its irq
 *
 * Context: any.
 * Return: the PIRQ, or -1 if the irq is none.
 */
int xen_pirq_from_irq(unsigned int irq)
{
	const struct xen_chan *chan;
	int pirq = -1;

	rcu_read_lock();
	chan = xen_chan_of_irq(irq);
	if (!WARN_ON_ONCE(!chan || chan->source != CHAN_PIRQ))
		pirq = chan->pirq.pirq;
	rcu_read_unlock();

	return pirq;
}
EXPORT_SYMBOL_GPL(xen_pirq_from_irq);

/**
 * xen_test_irq_shared - whether no other domain has a physical interrupt
 * @irq: its irq
 *
 * The name asks one thing and the answer tells the opposite, as it always has.
 *
 * Context: any.
 * Return: 1 if it is this domain's alone, 0 if it is shared or Xen does not know,
 *	   -ENOENT if the irq is no event channel.
 */
int xen_test_irq_shared(int irq)
{
	const struct xen_chan *chan;
	unsigned int pirq = 0;
	int status;

	rcu_read_lock();
	chan = xen_chan_of_irq(irq);
	if (chan)
		pirq = chan->pirq.pirq;
	rcu_read_unlock();

	if (WARN_ON(!chan))
		return -ENOENT;
	status = pirq_status(pirq);

	return status >= 0 && !(status & XENIRQSTAT_shared);
}
EXPORT_SYMBOL_GPL(xen_test_irq_shared);

static int pirq_map_again(const struct xen_chan *chan)
{
	struct physdev_map_pirq map = {
		.domid = DOMID_SELF,
		.type = MAP_PIRQ_TYPE_GSI,
		.index = chan->pirq.gsi,
		.pirq = chan->pirq.pirq,
	};
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_map_pirq, &map);

	if (err)
		pr_warn("xen map irq failed gsi=%d irq=%d pirq=%d rc=%d\n",
			chan->pirq.gsi, chan->irq, chan->pirq.pirq, err);
	else
		pr_debug("--> irq=%d, pirq=%d\n", chan->irq, map.pirq);

	return err;
}

/*
 * A message has to be bound only: what it says, its PIRQ, is part of the device's
 * state, and the hypervisor maps it when the device sends it.
 */
static bool pirq_lives_on(const struct xen_chan *chan)
{
	if (chan->pirq.gsi)
		return !pirq_map_again(chan);

	return xen_hvm_domain() && irqd_is_started(irq_get_irq_data(chan->irq));
}

/**
 * xen_pirq_resume - get back the physical interrupts after a restore
 *
 * Devices that are passed through do not live through a save. What is left are the
 * lines of emulated ones, and in an HVM domain their messages.
 *
 * Context: resume; interrupts are off and other CPUs stopped.
 */
void xen_pirq_resume(void)
{
	struct xen_chan *chan;

	list_for_each_entry(chan, &chan_list, entry) {
		if (chan->source == CHAN_PIRQ && pirq_lives_on(chan))
			pirq_start(chan);
	}
}
