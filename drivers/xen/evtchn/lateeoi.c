// SPDX-License-Identifier: GPL-2.0
/*
 * Late EOI: an event's port stays masked until its handler's work is done, and
 * longer if the other side sends events for nothing or in such numbers that an
 * upcall took too long.
 *
 * Each CPU has a queue of EOIs that are put off, the earliest first. A channel is
 * in one queue at most, and the worker does the EOI under the queue's lock, so that
 * a channel that was taken out is not in use any more.
 */
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

#include <xen/xenbus.h>

#include "channel.h"
#include "eoi_policy.h"

struct eoi_queue {
	spinlock_t lock;		/* guards chans and the eoi_entry of those in it */
	struct list_head chans;		/* by eoi_time */
	struct delayed_work work;
};

static DEFINE_PER_CPU(struct eoi_queue, eoi_queues);

/* The port may open, and another CPU may take the next event. */
static void lateeoi_finish(struct xen_chan *chan)
{
	unsigned long flags;

	chan->eoi_time = 0;
	/* Pairs with the exchange in xen_upcall_deliver(). */
	smp_store_release(&chan->active, 0);

	local_irq_save(flags);
	xen_chan_unmask(chan, CHAN_HOLD_EOI);
	local_irq_restore(flags);
}

static void lateeoi_arm(struct eoi_queue *queue, unsigned int cpu, u64 when)
{
	u64 now = get_jiffies_64();

	mod_delayed_work_on(cpu, system_wq, &queue->work, when > now ? when - now : 1);
}

static void lateeoi_defer(struct xen_chan *chan)
{
	struct eoi_queue *queue = &per_cpu(eoi_queues, chan->eoi_cpu);
	struct xen_chan *before;
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	list_for_each_entry_reverse(before, &queue->chans, eoi_entry) {
		if (before->eoi_time <= chan->eoi_time)
			break;
	}
	list_add(&chan->eoi_entry, &before->eoi_entry);
	if (list_is_first(&chan->eoi_entry, &queue->chans))
		lateeoi_arm(queue, chan->eoi_cpu, chan->eoi_time);
	spin_unlock_irqrestore(&queue->lock, flags);
}

static void lateeoi_work(struct work_struct *work)
{
	struct eoi_queue *queue = container_of(to_delayed_work(work), struct eoi_queue, work);
	struct xen_chan *chan, *next;
	unsigned long flags;
	u64 now = get_jiffies_64();

	spin_lock_irqsave(&queue->lock, flags);
	list_for_each_entry_safe(chan, next, &queue->chans, eoi_entry) {
		if (chan->eoi_time > now) {
			lateeoi_arm(queue, chan->eoi_cpu, chan->eoi_time);
			break;
		}
		list_del_init(&chan->eoi_entry);
		/* Having waited, it starts with a clean record. */
		chan->spurious_run = 0;
		lateeoi_finish(chan);
	}
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* Account a spurious event; returns the jiffies that it costs. */
static unsigned int lateeoi_penalty(struct xen_chan *chan)
{
	struct xenbus_device *dev = chan->dev;
	unsigned int delay;

	chan->spurious_run = eoi_run_longer(chan->spurious_run, HZ);
	delay = eoi_run_delay(chan->spurious_run, dev ? dev->spurious_threshold : 0, HZ);
	if (dev) {
		atomic_inc(&dev->spurious_events);
		atomic_add(delay, &dev->jiffies_eoi_delayed);
	}
	return delay;
}

/**
 * xen_irq_lateeoi - the work that an event stood for is done
 * @irq: an irq bound by one of the functions for late EOIs
 * @eoi_flags: XEN_EOI_FLAG_SPURIOUS if there was nothing to do, or 0
 *
 * Context: any; once for each time that the handler ran.
 */
void xen_irq_lateeoi(unsigned int irq, unsigned int eoi_flags)
{
	struct xen_chan *chan;
	unsigned int delay = 0;

	rcu_read_lock();
	chan = xen_chan_of_irq(irq);
	if (!chan || !chan->port || !list_empty(&chan->eoi_entry))
		goto out;

	if (eoi_flags & XEN_EOI_FLAG_SPURIOUS)
		delay = lateeoi_penalty(chan);
	else
		chan->spurious_run = 0;

	if (delay) {
		/* A time set by the upcall has set the CPU as well. */
		if (!chan->eoi_time)
			chan->eoi_cpu = raw_smp_processor_id();
		chan->eoi_time = get_jiffies_64() + delay;
	}
	/* The upcall defers only what ends while it still goes on. */
	if (delay || (chan->eoi_time && chan->eoi_pass == xen_upcall_pass_of(chan->eoi_cpu)))
		lateeoi_defer(chan);
	else
		lateeoi_finish(chan);
out:
	rcu_read_unlock();
}
EXPORT_SYMBOL_GPL(xen_irq_lateeoi);

/**
 * xen_lateeoi_cancel - forget the EOI that a channel owes
 * @chan: a channel without a port
 *
 * Context: any, interrupts on or off.
 */
void xen_lateeoi_cancel(struct xen_chan *chan)
{
	struct eoi_queue *queue = &per_cpu(eoi_queues, chan->eoi_cpu);
	unsigned long flags;

	/* The lock in any case: the worker may have it out of the queue already. */
	spin_lock_irqsave(&queue->lock, flags);
	list_del_init(&chan->eoi_entry);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/**
 * xen_lateeoi_init_cpu - make a CPU's queue
 * @cpu: a CPU that is coming up; a queue that it had before stays as it is
 *
 * Context: may sleep.
 */
void xen_lateeoi_init_cpu(unsigned int cpu)
{
	struct eoi_queue *queue = &per_cpu(eoi_queues, cpu);

	if (queue->work.work.func)
		return;
	INIT_DELAYED_WORK(&queue->work, lateeoi_work);
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->chans);
}
