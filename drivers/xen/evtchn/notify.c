// SPDX-License-Identifier: GPL-2.0
/*
 * Sending events, and looking at one's own without an interrupt.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/rcupdate.h>

#include <asm/xen/hypercall.h>

#include <xen/xen-ops.h>
#include <xen/interface/sched.h>

#include "channel.h"

static evtchn_port_t notify_port(unsigned int irq)
{
	const struct xen_chan *chan;
	evtchn_port_t port;

	rcu_read_lock();
	chan = xen_chan_of_irq(irq);
	port = chan ? READ_ONCE(chan->port) : 0;
	rcu_read_unlock();

	return port;
}

/**
 * notify_remote_via_irq - send an event to the other end of a channel
 * @irq: the channel's irq here
 *
 * As opposed to notify_remote_via_evtchn() it may be used across a save: a channel
 * that has no port sends nothing.
 *
 * Context: any.
 */
void notify_remote_via_irq(int irq)
{
	evtchn_port_t port = notify_port(irq);

	if (port)
		notify_remote_via_evtchn(port);
}
EXPORT_SYMBOL_GPL(notify_remote_via_irq);

/**
 * xen_send_IPI_one - interrupt another CPU, or this one
 * @cpu: the CPU; it has its channels unless it is down
 * @vector: which IPI
 *
 * Context: any, also where RCU is not watching.
 */
void xen_send_IPI_one(unsigned int cpu, enum ipi_vector vector)
{
	evtchn_port_t port;

	if (xen_evtchn_arch_send_ipi(cpu, vector))
		return;

	port = xen_chan_ipi_port(cpu, vector);
	if (!WARN_ON_ONCE(!port))
		notify_remote_via_evtchn(port);
}

/**
 * xen_set_irq_priority - which events go before others
 * @irq: a channel's irq
 * @priority: XEN_IRQ_PRIORITY_MAX (first) to XEN_IRQ_PRIORITY_MIN
 *
 * Context: any.
 * Return: 0 or a negative errno; only the FIFO ABI has priorities.
 */
int xen_set_irq_priority(unsigned int irq, unsigned int priority)
{
	struct evtchn_set_priority set = { .port = notify_port(irq), .priority = priority };

	return HYPERVISOR_event_channel_op(EVTCHNOP_set_priority, &set);
}
EXPORT_SYMBOL_GPL(xen_set_irq_priority);

/**
 * xen_clear_irq_pending - take an event that a poll found
 * @irq: a channel's irq
 *
 * Context: any.
 */
void xen_clear_irq_pending(int irq)
{
	struct xen_chan *chan;

	rcu_read_lock();
	chan = xen_chan_of_irq(irq);
	if (chan)
		xen_chan_done(chan);
	rcu_read_unlock();
}
EXPORT_SYMBOL(xen_clear_irq_pending);

/**
 * xen_test_irq_pending - whether an event has come
 * @irq: a channel's irq
 *
 * Context: any.
 * Return: true if it is pending.
 */
bool xen_test_irq_pending(int irq)
{
	evtchn_port_t port = notify_port(irq);

	return port && static_call(evtchn_is_raised)(port);
}

/**
 * xen_poll_irq_timeout - block the vCPU until an event is pending
 * @irq: a channel's irq, which is usually disabled
 * @timeout: in ns of system time, the moment to stop waiting, or 0
 *
 * Context: any.
 */
void xen_poll_irq_timeout(int irq, u64 timeout)
{
	evtchn_port_t port = notify_port(irq);
	struct sched_poll poll = { .nr_ports = 1, .timeout = timeout };

	if (!port)
		return;
	set_xen_guest_handle(poll.ports, &port);
	WARN_ON_ONCE(HYPERVISOR_sched_op(SCHEDOP_poll, &poll));
}
EXPORT_SYMBOL(xen_poll_irq_timeout);

/**
 * xen_poll_irq - block the vCPU until an event is pending, however long
 * @irq: a channel's irq, which is usually disabled
 *
 * Context: any.
 */
void xen_poll_irq(int irq)
{
	xen_poll_irq_timeout(irq, 0);
}
