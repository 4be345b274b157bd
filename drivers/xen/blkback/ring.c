// SPDX-License-Identifier: GPL-2.0
/*
 * A ring at work.
 *
 * An event wakes the thread; its EOI is sent, exactly once, when the ring was found empty, so
 * that no frontend can make events come faster than they are served. Requests are submitted
 * in the thread, as a disk may sleep to take one; answers are made wherever the disk is done.
 *
 * A slot is free for its answer once its request was read, and there is one struct blkback_io
 * a slot, which is given back before the answer is seen: there is always a free one.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/unaligned.h>

#include <xen/events.h>

#include "blkback.h"

/* How often mappings and pages are looked after, while there are requests. */
#define TEND_MS		100

enum ring_pass {
	RING_EMPTY,	/* and the next request comes with an event */
	RING_MORE,
	RING_BROKEN,	/* the frontend's indexes make no sense */
};

static void *ring_slot(struct blkback_ring *ring, RING_IDX index)
{
	return ring->shared.sring->ring +
	       (index & (ring->shared.nr_ents - 1)) * ring->layout->stride;
}

/**
 * blkback_ring_wake - have the thread do something
 * @ring: the ring
 * @todo: BLKBACK_*
 *
 * Context: any.
 */
void blkback_ring_wake(struct blkback_ring *ring, unsigned int todo)
{
	struct task_struct *thread;

	set_bit(todo, &ring->todo);
	/* Until there is one the bit waits for it. Pairs with blkback_ring_start(). */
	thread = smp_load_acquire(&ring->thread);
	if (thread)
		wake_up_process(thread);
}

/**
 * blkback_ring_event - the frontend's event
 * @irq: not used
 * @ring: the ring
 *
 * Context: hard interrupt.
 * Return: IRQ_HANDLED.
 */
irqreturn_t blkback_ring_event(int irq, void *ring)
{
	blkback_ring_wake(ring, BLKBACK_EVENT);
	return IRQ_HANDLED;
}

/**
 * blkback_io_get - start to serve a request
 * @ring: whose it is
 *
 * Context: the ring's thread.
 * Return: for blkback_io_finish(); NULL can only be a mistake in here.
 */
struct blkback_io *blkback_io_get(struct blkback_ring *ring)
{
	struct blkback_io *io;

	spin_lock_irq(&ring->lock);
	io = ring->free;
	if (likely(io)) {
		ring->free = io->next;
		ring->busy++;
	}
	spin_unlock_irq(&ring->lock);

	if (WARN_ON_ONCE(!io))
		ring->stats[BLKBACK_OO_REQ]++;
	return io;
}

static void ring_answer(struct blkback_ring *ring, u64 id, u8 op, s8 status)
{
	RING_IDX index = ring->shared.rsp_prod_pvt;
	struct blkif_response *rsp = ring_slot(ring, index);
	bool notify;

	lockdep_assert_held(&ring->lock);

	/* The fields are where they are in all layouts; a 32-bit x86 slot is less aligned. */
	put_unaligned(id, &rsp->id);
	rsp->operation = op;
	rsp->status = status;

	WRITE_ONCE(ring->shared.rsp_prod_pvt, index + 1);
	RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&ring->shared, notify);
	if (notify)
		notify_remote_via_irq(ring->irq);
}

/**
 * blkback_respond - answer a request that was not started
 * @ring: whose it is
 * @id: its own
 * @op: its operation
 * @status: BLKIF_RSP_*
 *
 * Context: the ring's thread.
 */
void blkback_respond(struct blkback_ring *ring, u64 id, u8 op, s8 status)
{
	spin_lock_irq(&ring->lock);
	ring_answer(ring, id, op, status);
	spin_unlock_irq(&ring->lock);
}

/**
 * blkback_io_finish - answer a request
 * @io: the request, with the answer
 *
 * Context: any. Its ring may be gone on return.
 */
void blkback_io_finish(struct blkback_io *io)
{
	struct blkback_ring *ring = io->ring;
	unsigned int busy;
	unsigned long flags;

	/*
	 * All under the lock, which whoever disconnects the ring takes as well: after it the
	 * ring is touched only by who has counted down to zero.
	 */
	spin_lock_irqsave(&ring->lock, flags);
	io->next = ring->free;
	ring->free = io;
	ring_answer(ring, io->id, io->op, io->status);
	busy = --ring->busy;
	if (unlikely(ring->waits))
		wake_up_process(ring->thread);
	spin_unlock_irqrestore(&ring->lock, flags);

	if (unlikely(!busy))
		queue_work(blkback_wq, &ring->release);
}

/**
 * blkback_wait_alone - wait until the request that is being started is the only one
 * @ring: the ring
 *
 * Context: the ring's thread; waits for the disk.
 * Return: false if the thread is to stop.
 */
bool blkback_wait_alone(struct blkback_ring *ring)
{
	bool alone;

	spin_lock_irq(&ring->lock);
	ring->waits = true;
	for (;;) {
		set_current_state(TASK_IDLE);
		/* The connection and the request. */
		alone = ring->busy <= 2;
		if (alone || kthread_should_stop())
			break;
		spin_unlock_irq(&ring->lock);
		schedule();
		spin_lock_irq(&ring->lock);
	}
	__set_current_state(TASK_RUNNING);
	ring->waits = false;
	spin_unlock_irq(&ring->lock);

	return alone;
}

static void ring_serve(struct blkback_ring *ring, const void *slot)
{
	struct blkback_request req;
	struct blkback_plan plan;

	blkback_decode(ring->layout, slot, &req);
	/* From here on the slot belongs to the answer. */
	ring->shared.req_cons++;

	switch (blkback_parse(&req, &ring->limits, &plan)) {
	case BLKBACK_REJECT:
		pr_debug("domain %u: operation %u rejected\n", ring->dev->domid, req.op);
		blkback_respond(ring, req.id, plan.op, plan.status);
		break;
	case BLKBACK_DISCARD:
	case BLKBACK_ERASE:
		blkback_discard(ring, req.id, &plan);
		break;
	default:
		blkback_transfer(ring, &req, &plan);
	}

	/* Nonsense is not to be had at full speed. */
	if (unlikely(plan.status != BLKIF_RSP_OKAY))
		usleep_range(500, 1500);
	cond_resched();
}

static enum ring_pass ring_pass(struct blkback_ring *ring)
{
	RING_IDX prod = READ_ONCE(ring->shared.sring->req_prod);
	int more, n;

	/* What is announced is read after the announcement. */
	virt_rmb();
	n = blkback_announced(prod, ring->shared.req_cons, READ_ONCE(ring->shared.rsp_prod_pvt),
			      ring->shared.nr_ents);
	if (unlikely(n < 0)) {
		pr_warn_ratelimited("domain %u, disk %u:%u: bogus ring requests (%u after %u). Halting ring processing\n",
				    ring->dev->domid, ring->dev->disk.major, ring->dev->disk.minor,
				    prod, ring->shared.req_cons);
		return RING_BROKEN;
	}

	ring->was_useful |= n;
	while (n--) {
		if (kthread_should_stop())
			return RING_MORE;
		ring_serve(ring, ring_slot(ring, ring->shared.req_cons));
	}

	RING_FINAL_CHECK_FOR_REQUESTS(&ring->shared, more);
	return more ? RING_MORE : RING_EMPTY;
}

static void ring_run(struct blkback_ring *ring)
{
	enum ring_pass pass = RING_EMPTY;
	struct blk_plug plug;

	if (test_and_clear_bit(BLKBACK_EVENT, &ring->todo))
		ring->owes_eoi = true;
	else if (!test_bit(BLKBACK_LOOK, &ring->todo))
		return;
	clear_bit(BLKBACK_LOOK, &ring->todo);
	if (ring->stopped)
		return;
	/* Look after the bits were cleared: what comes later sets them again. */
	smp_mb__after_atomic();

	blkback_disk_limits(&ring->dev->disk, &ring->limits);
	blk_start_plug(&plug);
	pass = ring_pass(ring);
	blk_finish_plug(&plug);

	switch (pass) {
	case RING_EMPTY:
		if (ring->owes_eoi)
			xen_irq_lateeoi(ring->irq,
					ring->was_useful ? 0 : XEN_EOI_FLAG_SPURIOUS);
		ring->owes_eoi = false;
		ring->was_useful = false;
		break;
	case RING_MORE:
		set_bit(BLKBACK_LOOK, &ring->todo);
		break;
	case RING_BROKEN:
		/* The event stays without its EOI. */
		ring->stopped = true;
	}
}

static void ring_tend(struct blkback_ring *ring)
{
	unsigned long now = jiffies;
	unsigned int reserve;
	LIST_HEAD(taken);

	clear_bit(BLKBACK_TEND, &ring->todo);
	ring->next_tend = now + msecs_to_jiffies(TEND_MS);

	if (ring->keep.count &&
	    blkback_keep_take(&ring->keep, blkback_keep_excess(&ring->keep, blkback_keep_max()),
			      blkback_keep_age(), now, &taken))
		blkback_kept_unmap(ring, &taken);

	reserve = time_before(now, READ_ONCE(ring->dev->squeeze_end)) ? 0 : blkback_pages_max();
	if (READ_ONCE(ring->pages.num_pages) > reserve)
		gnttab_page_cache_shrink(&ring->pages, reserve);

	if (unlikely(blkback_log_stats) && time_after(now, ring->next_log))
		blkback_log(ring);
}

/* The disk has taken a flush back; frontends that connect now need not try. */
static void ring_withdraw_flush(struct blkback_ring *ring)
{
	struct xenbus_device *xendev = ring->dev->xendev;

	if (xenbus_printf(XBT_NIL, xendev->nodename, "feature-flush-cache", "0") ||
	    xenbus_printf(XBT_NIL, xendev->nodename, "feature-barrier", "0"))
		dev_warn(&xendev->dev, "features cannot be withdrawn\n");
}

static void ring_sleep(struct blkback_ring *ring)
{
	set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
	if (!READ_ONCE(ring->todo) && !kthread_should_stop())
		schedule();
	__set_current_state(TASK_RUNNING);
}

/**
 * blkback_ring_thread - serve a ring until stopped
 * @arg: the ring
 *
 * Context: the thread.
 * Return: 0.
 */
int blkback_ring_thread(void *arg)
{
	struct blkback_ring *ring = arg;

	/* What is short of memory may be waiting for this very disk. */
	memalloc_noio_save();
	set_freezable();

	while (!kthread_should_stop()) {
		try_to_freeze();
		ring_run(ring);
		if (test_bit(BLKBACK_TEND, &ring->todo) ||
		    time_after_eq(jiffies, ring->next_tend))
			ring_tend(ring);
		if (unlikely(test_bit(BLKBACK_NO_FLUSH, &ring->todo))) {
			clear_bit(BLKBACK_NO_FLUSH, &ring->todo);
			ring_withdraw_flush(ring);
		}
		ring_sleep(ring);
	}

	if (blkback_log_stats)
		blkback_log(ring);
	return 0;
}
