// SPDX-License-Identifier: GPL-2.0
/*
 * Masking a port for more than one reason at a time.
 *
 * Invariant, under chan->lock: the port is masked as long as chan->hold is not
 * empty. A channel without a port keeps its reasons as they are.
 */
#include <linux/irqflags.h>

#include "channel.h"

DEFINE_STATIC_CALL(evtchn_mask, fifo_mask);
DEFINE_STATIC_CALL(evtchn_unmask, fifo_unmask);
DEFINE_STATIC_CALL(evtchn_lower, fifo_lower);
DEFINE_STATIC_CALL(evtchn_raise, fifo_raise);
DEFINE_STATIC_CALL(evtchn_is_raised, fifo_is_raised);

/**
 * xen_chan_mask - have one more reason to mask a port
 * @chan: the channel
 * @why: CHAN_HOLD_*
 *
 * Context: interrupts off.
 */
void xen_chan_mask(struct xen_chan *chan, u8 why)
{
	lockdep_assert_irqs_disabled();

	raw_spin_lock(&chan->lock);
	if (likely(chan->port)) {
		if (!chan->hold)
			static_call(evtchn_mask)(chan->port);
		chan->hold |= why;
	}
	raw_spin_unlock(&chan->lock);
}

/**
 * xen_chan_unmask - have one reason less
 * @chan: the channel
 * @why: CHAN_HOLD_*; the port opens when it was the last
 *
 * Context: interrupts off. An event that is pending on this CPU comes as soon as
 *	    they are on.
 */
void xen_chan_unmask(struct xen_chan *chan, u8 why)
{
	lockdep_assert_irqs_disabled();

	raw_spin_lock(&chan->lock);
	if (likely(chan->port)) {
		chan->hold &= ~why;
		if (!chan->hold)
			static_call(evtchn_unmask)(chan->port);
	}
	raw_spin_unlock(&chan->lock);
}

/**
 * xen_chan_done - the event is taken; the next may come
 * @chan: a channel with a port
 *
 * Not for late EOIs: there the channel stays active until the EOI, so that an event
 * that was raised again and lands on another CPU is left alone.
 *
 * Context: any.
 */
void xen_chan_done(struct xen_chan *chan)
{
	evtchn_port_t port = READ_ONCE(chan->port);

	if (!port)
		return;
	/* Pairs with the exchange in xen_upcall_deliver(). */
	smp_store_release(&chan->active, 0);
	static_call(evtchn_lower)(port);
}
