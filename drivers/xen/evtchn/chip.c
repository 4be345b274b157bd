// SPDX-License-Identifier: GPL-2.0
/*
 * Event channels as the generic interrupt code sees them.
 *
 * irqbalance knows channels that it may move by "xen-dyn" in the chip's name.
 * Callbacks run under the irq's lock with interrupts off.
 */
#include <asm/xen/events.h>

#include "channel.h"

static struct xen_chan *chip_chan(const struct irq_data *data)
{
	return xen_chan_of_irq(data->irq);
}

/**
 * xen_chip_mask - irq_chip.irq_mask and .irq_disable
 * @data: of an event channel
 *
 * Context: as all callbacks.
 */
void xen_chip_mask(struct irq_data *data)
{
	struct xen_chan *chan = chip_chan(data);

	if (likely(chan))
		xen_chan_mask(chan, CHAN_HOLD_IRQ);
}

/**
 * xen_chip_unmask - irq_chip.irq_unmask
 * @data: of an event channel
 *
 * Context: as all callbacks.
 */
void xen_chip_unmask(struct irq_data *data)
{
	struct xen_chan *chan = chip_chan(data);

	if (likely(chan))
		xen_chan_unmask(chan, CHAN_HOLD_IRQ);
}

static void chip_ack(struct irq_data *data)
{
	struct xen_chan *chan = chip_chan(data);

	if (likely(chan))
		xen_chan_done(chan);
}

static void chip_mask_ack(struct irq_data *data)
{
	xen_chip_mask(data);
	chip_ack(data);
}

/* Masked until the EOI, and active until then: see xen_chan_done(). */
static void chip_ack_late(struct irq_data *data)
{
	struct xen_chan *chan = chip_chan(data);

	if (unlikely(!chan || !chan->port))
		return;
	xen_chan_mask(chan, CHAN_HOLD_EOI);
	static_call(evtchn_lower)(chan->port);
}

/**
 * xen_chip_set_affinity - irq_chip.irq_set_affinity
 * @data: of an event channel
 * @dest: CPUs to choose from
 * @force: ignored; an offline CPU cannot take events
 *
 * Context: as all callbacks.
 * Return: IRQ_SET_MASK_OK, or -EPERM if nothing can move (as it is without an
 *	   upcall vector) or the channel has no port.
 */
int xen_chip_set_affinity(struct irq_data *data, const struct cpumask *dest, bool force)
{
	struct xen_chan *chan = chip_chan(data);
	unsigned int cpu;

	if (!chan || !chan->port || !xen_support_evtchn_rebind())
		return -EPERM;

	cpu = xen_chan_pick_cpu(chan, dest);
	xen_chan_move(chan, cpu);
	irq_data_update_effective_affinity(data, cpumask_of(cpu));

	return IRQ_SET_MASK_OK;
}

/**
 * xen_chip_retrigger - irq_chip.irq_retrigger
 * @data: of an event channel
 *
 * Context: as all callbacks.
 * Return: 1 if the event comes (again), 0 if there is no port.
 */
int xen_chip_retrigger(struct irq_data *data)
{
	struct xen_chan *chan = chip_chan(data);

	if (!chan || !chan->port)
		return 0;

	/* Opening the port looks for what is pending. */
	xen_chan_mask(chan, CHAN_HOLD_MOVE);
	static_call(evtchn_raise)(chan->port);
	xen_chan_unmask(chan, CHAN_HOLD_MOVE);

	return 1;
}

/*
 * The affinity is set before the port opens, so that it need not be masked again
 * to move.
 */
#define MOVABLE_CHIP(ack, mask_ack)				\
	.flags			= IRQCHIP_AFFINITY_PRE_STARTUP,	\
	.irq_ack		= ack,				\
	.irq_mask_ack		= mask_ack,			\
	.irq_mask		= xen_chip_mask,		\
	.irq_unmask		= xen_chip_unmask,		\
	.irq_disable		= xen_chip_mask,		\
	.irq_retrigger		= xen_chip_retrigger,		\
	.irq_set_affinity	= xen_chip_set_affinity

struct irq_chip xen_dynamic_chip __read_mostly = {
	.name = "xen-dyn",
	MOVABLE_CHIP(chip_ack, chip_mask_ack),
};

/* Acked while it is disabled, no handler runs that would send the late EOI. */
struct irq_chip xen_lateeoi_chip __read_mostly = {
	.name = "xen-dyn-lateeoi",
	MOVABLE_CHIP(chip_ack_late, chip_mask_ack),
};

struct irq_chip xen_percpu_chip __read_mostly = {
	.name		= "xen-percpu",
	.irq_ack	= chip_ack,
	.irq_mask	= xen_chip_mask,
	.irq_unmask	= xen_chip_unmask,
	.irq_disable	= xen_chip_mask,
};
