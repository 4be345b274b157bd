// SPDX-License-Identifier: GPL-2.0
/*
 * The page shared with the store, and the event channel beside it.
 *
 * Two byte rings: requests go out, replies and watch events come in.  The
 * event's handler does what there is to do itself, up to a bound; the thread
 * "xenbus" continues where that bound is met or where memory must be waited
 * for.  Invariant: bytes are moved with xs_link.lock held, so that there is one
 * producer and one consumer on this side.
 *
 * Each index is read once and judged before it is used; see ring_index.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/crash_dump.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/string.h>
#include <xen/events.h>
#include <xen/page.h>
#include <xen/xenbus.h>

#include "ring_index.h"
#include "store.h"
#include "xenbus.h"

/* Whoever waits for the first sign of life of the store. */
DECLARE_WAIT_QUEUE_HEAD(xb_waitq);

static int ring_irq;			/* 0: not bound */
static bool ring_ready;			/* xs_link.lock */
static struct task_struct *ring_task;

static DECLARE_WAIT_QUEUE_HEAD(ring_kicks);
static bool ring_kicked;

/* A peer that breaks its ring loses what was in it; only our index is moved. */
static int ring_broken(const char *which, u32 cons, u32 prod)
{
	pr_warn_ratelimited("%s ring has impossible indices (%08x:%08x)\n", which, cons, prod);

	return -EIO;
}

/**
 * xs_ring_ready - is there a ring to put bytes in?
 *
 * Context: any, xs_link.lock held.
 * Return: true once xs_ring_attach() has succeeded.
 */
bool xs_ring_ready(void)
{
	lockdep_assert_held(&xs_link.lock);

	return ring_ready;
}

/**
 * xs_ring_put - put as many bytes in the request ring as there is room for
 * @from: the bytes
 * @len: how many
 * @notify: set if the store must be told of them; else left as it is
 *
 * Context: any, xs_link.lock held.
 * Return: the number of bytes put, or -EIO if the ring was broken and is empty
 * now.
 */
int xs_ring_put(const void *from, unsigned int len, bool *notify)
{
	struct xenstore_domain_interface *intf = xen_store_interface;
	u32 cons = READ_ONCE(intf->req_cons), prod = READ_ONCE(intf->req_prod), first = prod;
	unsigned int put = 0;
	struct ring_span room;

	lockdep_assert_held(&xs_link.lock);

	if (!ring_sane(cons, prod)) {
		WRITE_ONCE(intf->req_prod, cons);
		return ring_broken("request", cons, prod);
	}
	/* Bytes are overwritten only after the index says that they were read. */
	virt_mb();
	while (put < len) {
		room = ring_room(cons, prod);
		room.len = min(room.len, len - put);
		if (!room.len)
			break;
		memcpy(intf->req + room.at, from + put, room.len);
		put += room.len;
		prod += room.len;
	}
	if (!put)
		return 0;

	/* The store must not see the index before the bytes. */
	virt_wmb();
	WRITE_ONCE(intf->req_prod, prod);
	/*
	 * The store looks at the producer's index once more before it sleeps, and
	 * tells of its own after that: if it has yet to read older bytes, it will
	 * find these.
	 */
	virt_mb();
	if (ring_consumer_idles(READ_ONCE(intf->req_cons), first))
		*notify = true;

	return put;
}

/**
 * xs_ring_take - hand bytes of the reply ring to a reader
 * @take: gets bytes of shared memory, copies what it wants and says how many
 * @most: stop after that many
 * @notify: set if the store must be told of new room; else left as it is
 *
 * Context: any, xs_link.lock held.
 * Return: the number of bytes taken, or -EIO if the ring was broken and is
 * empty now.
 */
int xs_ring_take(xs_taker_t take, unsigned int most, bool *notify)
{
	struct xenstore_domain_interface *intf = xen_store_interface;
	unsigned int taken = 0, used;
	struct ring_span span;
	u32 cons, prod;

	lockdep_assert_held(&xs_link.lock);

	while (taken < most) {
		cons = READ_ONCE(intf->rsp_cons);
		prod = READ_ONCE(intf->rsp_prod);
		if (!ring_sane(cons, prod)) {
			WRITE_ONCE(intf->rsp_cons, prod);
			return ring_broken("response", cons, prod);
		}
		span = ring_filled(cons, prod);
		if (!span.len)
			break;
		/* The bytes are there once the index says so. */
		virt_rmb();
		used = take(intf->rsp + span.at, span.len);
		taken += used;

		/* The room is free only after the last byte was copied. */
		virt_mb();
		WRITE_ONCE(intf->rsp_cons, cons + used);
		/* Either we see what the store wrote before, or it sees the room. */
		virt_mb();
		if (ring_producer_idles(cons, READ_ONCE(intf->rsp_prod)))
			*notify = true;
		if (used < span.len)
			break;
	}

	return taken;
}

/**
 * xs_ring_notify - send the store its event
 *
 * Context: any.
 */
void xs_ring_notify(void)
{
	notify_remote_via_evtchn(xen_store_evtchn);
}

/**
 * xs_ring_kick - let the thread continue what the handler left
 *
 * Context: any.
 */
void xs_ring_kick(void)
{
	WRITE_ONCE(ring_kicked, true);
	wake_up(&ring_kicks);
}

static irqreturn_t ring_event(int irq, void *unused)
{
	wake_up(&xb_waitq);
	if (xs_receive())
		xs_ring_kick();

	return IRQ_HANDLED;
}

static int ring_thread(void *unused)
{
	for (;;) {
		wait_event_idle(ring_kicks, READ_ONCE(ring_kicked));
		WRITE_ONCE(ring_kicked, false);
		do {
			xs_receive_find_memory();
			cond_resched();
		} while (xs_receive());
	}

	return 0;
}

static int ring_bind(void)
{
	int irq;

	irq = bind_evtchn_to_irqhandler(xen_store_evtchn, ring_event, 0, "xenbus", &xb_waitq);
	if (irq < 0) {
		pr_err("request irq failed %i\n", irq);
		return irq;
	}
	ring_irq = irq;

	return 0;
}

static void ring_report_leftovers(struct xenstore_domain_interface *intf)
{
	if (intf->req_prod != intf->req_cons)
		pr_err("request ring is not quiescent (%08x:%08x)!\n",
		       intf->req_cons, intf->req_prod);
	if (intf->rsp_prod == intf->rsp_cons)
		return;

	pr_warn("response ring is not quiescent (%08x:%08x): fixing up\n",
		intf->rsp_cons, intf->rsp_prod);
	/* A crash kernel must let the store go on where the crashed one stopped. */
	if (!reset_devices)
		intf->rsp_cons = intf->rsp_prod;
}

/**
 * xs_ring_attach - take the ring into use, at start and after a resume
 *
 * The port is xen_store_evtchn, the page xen_store_interface.
 *
 * Context: may sleep; the link is paused or not in use yet.
 * Return: 0 or -errno.
 */
int xs_ring_attach(void)
{
	bool notify;
	int err;

	ring_report_leftovers(xen_store_interface);

	if (!ring_task) {
		ring_task = kthread_run(ring_thread, NULL, "xenbus");
		if (IS_ERR(ring_task)) {
			err = PTR_ERR(ring_task);
			ring_task = NULL;
			return err;
		}
	}
	if (ring_irq) {
		rebind_evtchn_irq(xen_store_evtchn, ring_irq);
	} else {
		err = ring_bind();
		if (err)
			return err;
	}

	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		ring_ready = true;
		notify = xs_request_push();
	}
	if (notify)
		xs_ring_notify();

	return 0;
}

/**
 * xs_ring_move - speak to a store that listens on another port
 * @port: the port, allocated for it
 *
 * The page stays, with all that is in it: the new store reads what the old one
 * left.
 *
 * Context: may sleep; callers exclude each other.
 * Return: 0 or -errno.
 */
int xs_ring_move(int port)
{
	int err;

	if (ring_irq)
		unbind_from_irqhandler(ring_irq, &xb_waitq);
	ring_irq = 0;
	WRITE_ONCE(xen_store_evtchn, port);
	err = ring_bind();
	if (!err)
		xs_ring_kick();

	return err;
}
