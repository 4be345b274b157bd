// SPDX-License-Identifier: GPL-2.0
/*
 * The upcall: a CPU is told that events are pending and hands them to their irqs.
 *
 * Each CPU counts when it enters and leaves, so that the number is odd inside. By
 * that a pass is known to others: a late EOI may belong to the pass that goes on,
 * and a channel is gone for good once every CPU has left the pass it was in.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>

#include <xen/xen-ops.h>
#include <xen/xenbus.h>

#include "channel.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "xen."

/* Looking at the clock for each event would cost more than it brings. */
#define EVENTS_PER_CLOCK	256

/* In jiffies: how long a pass may take, and by how much EOIs after that are late. */
static unsigned int event_loop_timeout __read_mostly = 2;
static unsigned int event_eoi_delay __read_mostly = 10;
module_param(event_eoi_delay, uint, 0644);
module_param(event_loop_timeout, uint, 0644);

static DEFINE_PER_CPU(unsigned int, upcall_count);

DEFINE_STATIC_CALL(evtchn_scan, fifo_scan);

/**
 * struct upcall_pass - one run of the upcall, from Xen's notice until nothing is pending
 * @deadline: when it has taken too long, 0 until it has many events
 * @events: delivered so far
 * @late: it has; the EOIs of further events wait until it is over
 */
struct upcall_pass {
	ktime_t deadline;
	unsigned int events;
	bool late;
};

static bool upcall_is_late(struct upcall_pass *pass)
{
	ktime_t now;

	if (pass->late || ++pass->events % EVENTS_PER_CLOCK)
		return pass->late;

	now = ktime_get();
	if (!pass->deadline)
		pass->deadline = ktime_add_ms(now, jiffies_to_msecs(event_loop_timeout));
	else
		pass->late = ktime_after(now, pass->deadline);

	return pass->late;
}

/**
 * xen_upcall_deliver - hand a pending event to its irq
 * @port: any port; one that is not bound is left alone
 * @pass: the upcall that found it
 *
 * An event of a channel that is still active stays pending, and comes again when
 * the port is opened or Xen raises it.
 *
 * Context: an upcall.
 */
void xen_upcall_deliver(evtchn_port_t port, struct upcall_pass *pass)
{
	struct xen_chan *chan = xen_chan_of_port(port);
	struct xenbus_device *dev;
	bool late;

	if (unlikely(!chan))
		return;

	late = upcall_is_late(pass);
	if (xchg_acquire(&chan->active, 1))
		return;

	dev = READ_ONCE(chan->dev);
	if (dev)
		atomic_inc(&dev->events);

	if (unlikely(late)) {
		chan->eoi_cpu = smp_processor_id();
		chan->eoi_pass = __this_cpu_read(upcall_count);
		chan->eoi_time = get_jiffies_64() + event_eoi_delay;
	}
	generic_handle_irq_desc(chan->desc);
}

/**
 * xen_upcall_pass_of - the pass that a CPU is in
 * @cpu: a possible CPU
 *
 * Context: any.
 * Return: a number that is odd and stays the same as long as the pass goes on.
 */
unsigned int xen_upcall_pass_of(unsigned int cpu)
{
	return READ_ONCE(per_cpu(upcall_count, cpu));
}

/**
 * xen_upcall_drain - wait until no CPU is in the pass that it is in
 *
 * Whatever was taken out of the table of ports before is unknown to all upcalls
 * after. Mostly there is nothing to wait for.
 *
 * Context: sleeps if a pass goes on elsewhere.
 */
void xen_upcall_drain(void)
{
	unsigned int cpu, seen;

	/* Pairs with the barrier that evtchn_scan starts with. */
	smp_mb();

	for_each_online_cpu(cpu) {
		/* Acquire: what the pass did to the channel is done, too. */
		seen = smp_load_acquire(per_cpu_ptr(&upcall_count, cpu));
		if (!(seen & 1))
			continue;
		/* Acquire: as before. */
		while (smp_load_acquire(per_cpu_ptr(&upcall_count, cpu)) == seen)
			usleep_range(20, 100);
	}
}

/**
 * xen_evtchn_do_upcall - deliver what is pending for this CPU
 *
 * Context: hard interrupt, interrupts off, with the registers set.
 * Return: IRQ_NONE if nothing was announced, for a shared interrupt line.
 */
int xen_evtchn_do_upcall(void)
{
	struct vcpu_info *vcpu = __this_cpu_read(xen_vcpu);
	int ret = READ_ONCE(vcpu->evtchn_upcall_pending) ? IRQ_HANDLED : IRQ_NONE;
	unsigned int cpu = smp_processor_id();
	struct upcall_pass pass = { };

	rcu_read_lock();
	WRITE_ONCE(*this_cpu_ptr(&upcall_count), __this_cpu_read(upcall_count) + 1);

	do {
		/* The scan's barrier keeps this before what it looks at. */
		WRITE_ONCE(vcpu->evtchn_upcall_pending, 0);
		static_call(evtchn_scan)(cpu, &pass);
		/* Xen may have set it again. */
		virt_rmb();
	} while (READ_ONCE(vcpu->evtchn_upcall_pending));

	WARN_ON_ONCE(!irqs_disabled());

	/* Pairs with xen_upcall_drain(). */
	smp_store_release(this_cpu_ptr(&upcall_count), __this_cpu_read(upcall_count) + 1);
	rcu_read_unlock();

	return ret;
}
EXPORT_SYMBOL_GPL(xen_evtchn_do_upcall);
