// SPDX-License-Identifier: GPL-2.0
/*
 * Making channels and doing away with them.
 *
 * An irq descriptor is expensive: it brings folders and files in sysfs and procfs.
 * Those of ordinary events are therefore kept for a while after their channel is
 * closed and lent to the next one, as long as nobody has changed what a new
 * descriptor would have, and with their counts reset.
 *
 * Invariant: a channel on the idle list is in the table of irqs only; it has no
 * port, no handler and no upcall that knows of it.
 */
#include <linux/interrupt.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#ifdef CONFIG_X86
#include <asm/i8259.h>
#endif

#include "channel.h"

#define IDLE_MAX	32

static LIST_HEAD(idle_chans);		/* chan_mutex */
static unsigned int idle_count;		/* chan_mutex */

static const struct kind_setup {
	struct irq_chip *chip;
	irq_flow_handler_t flow;
	const char *name;
} kind_setups[KIND_COUNT] = {
#define KIND(which, chip_, flow_, name_)			\
	[KIND_##which] = {					\
		.chip = &xen_##chip_##_chip,			\
		.flow = handle_##flow_##_irq,			\
		.name = name_,					\
	}
	KIND(EVENT,		dynamic,	edge,		"event"),
	KIND(EVENT_LATE,	lateeoi,	edge,		"event"),
	KIND(VIRQ,		dynamic,	edge,		"virq"),
	KIND(VIRQ_PERCPU,	percpu,		percpu,		"virq"),
	KIND(IPI,		percpu,		percpu,		"ipi"),
	/* Xen waits for the EOI of a line that is edge triggered as well. */
	KIND(PIRQ_EDGE,		pirq,		edge,		NULL),
	KIND(PIRQ_LEVEL,	pirq,		fasteoi,	NULL),
#undef KIND
};

/* The architecture owns the descriptors of the legacy interrupts. */
static void channel_free_desc(unsigned int irq)
{
	if (irq >= nr_legacy_irqs())
		irq_free_desc(irq);
}

static void channel_set_kind(struct xen_chan *chan, enum chan_kind kind, const char *name)
{
	const struct kind_setup *setup = &kind_setups[kind];

	chan->kind = kind;
	chan->source = kind_source(kind);
	irq_set_chip_and_handler_name(chan->irq, setup->chip, setup->flow, name ?: setup->name);
}

/* What one user leaves behind must not reach the next. */
static void channel_reset(struct xen_chan *chan)
{
	chan->active = 0;
	chan->astray = false;
	chan->dev = NULL;
	chan->hold = CHAN_HOLD_IRQ;
	chan->spurious_run = 0;
	chan->eoi_time = 0;
	chan->refs = CHAN_UNCOUNTED;
	chan->keep_open = false;
}

static struct xen_chan *channel_reuse(enum chan_kind kind)
{
	struct xen_chan *chan;

	if (!kind_is_pooled(kind))
		return NULL;
	chan = list_first_entry_or_null(&idle_chans, struct xen_chan, entry);
	if (!chan)
		return NULL;

	idle_count--;
	list_move_tail(&chan->entry, &chan_list);
	if (chan->kind != kind)
		channel_set_kind(chan, kind, NULL);

	return chan;
}

/**
 * xen_chan_create_at - make a channel for an irq that has a descriptor
 * @irq: the irq; on failure its descriptor is gone, but for a legacy one
 * @kind: what it is for
 * @name: how /proc/interrupts names the flow, NULL for the kind's own name
 *
 * Context: chan_mutex held; may sleep.
 * Return: the channel, without a port, or NULL.
 */
struct xen_chan *xen_chan_create_at(unsigned int irq, enum chan_kind kind, const char *name)
{
	struct xen_chan *chan;

	lockdep_assert_held(&chan_mutex);
	chan = kzalloc(sizeof(*chan), GFP_KERNEL);
	if (!chan)
		goto err_desc;

	raw_spin_lock_init(&chan->lock);
	INIT_LIST_HEAD(&chan->eoi_entry);
	chan->irq = irq;
	chan->desc = irq_to_desc(irq);
	channel_reset(chan);
	if (!chan->desc || xen_chan_map_irq(chan))
		goto err_chan;

	list_add_tail(&chan->entry, &chan_list);
	/* Moving does not have to wait for an interrupt. */
	irq_modify_status(irq, IRQ_NOREQUEST | IRQ_NOAUTOEN, IRQ_MOVE_PCNTXT);
	channel_set_kind(chan, kind, name);

	return chan;

err_chan:
	kfree(chan);
err_desc:
	channel_free_desc(irq);
	return NULL;
}

/**
 * xen_chan_create - make a channel with any irq
 * @kind: what it is for
 *
 * Context: chan_mutex held; may sleep.
 * Return: the channel, without a port, or NULL.
 */
struct xen_chan *xen_chan_create(enum chan_kind kind)
{
	struct xen_chan *chan;
	int irq;

	lockdep_assert_held(&chan_mutex);
	chan = channel_reuse(kind);
	if (chan)
		return chan;

	irq = irq_alloc_desc_from(0, -1);

	return irq < 0 ? NULL : xen_chan_create_at(irq, kind, NULL);
}

/* Whether the descriptor, without its handler, is as good as a new one. */
static bool channel_may_idle(const struct xen_chan *chan)
{
	struct irq_data *data = irq_desc_get_irq_data(chan->desc);

	return kind_is_pooled(chan->kind) && idle_count < IDLE_MAX &&
	       !chan->desc->action && !irqd_affinity_was_set(data) &&
	       irqd_irq_disabled(data);
}

static void channel_idle(struct xen_chan *chan)
{
	struct irq_desc *desc = chan->desc;
	unsigned int cpu;

	/* Handlers may have asked for flags. */
	irq_modify_status(chan->irq, IRQF_MODIFY_MASK & ~IRQ_NOPROBE, IRQ_MOVE_PCNTXT);

	raw_spin_lock_irq(&desc->lock);
	if (desc->tot_count) {
		desc->tot_count = 0;
		for_each_possible_cpu(cpu)
			per_cpu_ptr(desc->kstat_irqs, cpu)->cnt = 0;
	}
	raw_spin_unlock_irq(&desc->lock);

	channel_reset(chan);
	list_move(&chan->entry, &idle_chans);
	idle_count++;
}

/**
 * xen_chan_retire - the end of a channel
 * @chan: without a port; nobody handles its irq any more
 *
 * Waits for upcalls that may know of it. After that nothing uses the descriptor
 * but readers under RCU, so it can be freed or have another port.
 *
 * Context: chan_mutex held; sleeps.
 */
void xen_chan_retire(struct xen_chan *chan)
{
	lockdep_assert_held(&chan_mutex);
	WARN_ON_ONCE(chan->port);
	WARN_ON_ONCE(chan->refs > 0);

	xen_lateeoi_cancel(chan);
	xen_upcall_drain();

	if (channel_may_idle(chan)) {
		channel_idle(chan);
		return;
	}
	list_del(&chan->entry);
	xen_chan_unmap_irq(chan);
	channel_free_desc(chan->irq);
	kfree_rcu(chan, rcu);
}

/**
 * xen_chan_attach - give a channel its port, masked
 * @chan: a channel without a port; its source and number are set
 * @port: a port of this domain
 * @cpu: where Xen delivers it
 *
 * Context: chan_mutex held, the irq's lock for a physical interrupt, or resume.
 * Return: 0, or a negative errno with the channel as it was.
 */
int xen_chan_attach(struct xen_chan *chan, evtchn_port_t port, unsigned int cpu)
{
	int err;

	err = evtchn_abi->add_port(port);
	if (err)
		return err;

	static_call(evtchn_mask)(port);
	chan->hold = CHAN_HOLD_IRQ;
	chan->active = 0;

	err = xen_chan_map_port(chan, port);
	if (err)
		return err;

	if (evtchn_abi->move_port)
		evtchn_abi->move_port(port, cpu, cpu);
	xen_chan_count(chan, cpu);
	xen_chan_map_cpu_source(chan, cpu);
	if (kind_is_percpu(chan->kind))
		xen_chan_show_affinity(chan, cpu);

	return 0;
}

/**
 * xen_chan_detach - take a channel's port away, without closing it
 * @chan: any channel
 *
 * Context: chan_mutex held, or the irq's lock for a physical interrupt.
 * Return: the port that it had, or 0.
 */
evtchn_port_t xen_chan_detach(struct xen_chan *chan)
{
	evtchn_port_t port = chan->port;

	if (!port)
		return 0;

	xen_chan_unmap_port(chan);
	if (evtchn_abi->drop_port)
		evtchn_abi->drop_port(port, chan->cpu);
	xen_chan_uncount(chan);

	return port;
}
