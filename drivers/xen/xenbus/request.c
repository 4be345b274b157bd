// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to the store, and the pairing of replies with them.
 *
 * The asking task puts its message in the ring itself if nothing is queued
 * before it; what the ring has no room for is continued when the store makes
 * some.  A reply is matched by its identifier.
 *
 * Invariant: a request has exactly one owner, who frees it.  That is the caller
 * until xs_request_submit() has succeeded and again once ->answered() ran.  A
 * waiter that dies makes its request an orphan: the reply, if it comes, frees
 * it, and what it started at the store is undone.
 *
 * Everything is guarded by xs_link.lock unless said otherwise; see store.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/xenbus.h>

#include "message.h"
#include "store.h"
#include "xenbus.h"

struct xs_link xs_link = {
	.lock = __SPIN_LOCK_UNLOCKED(xs_link.lock),
	.unsent = LIST_HEAD_INIT(xs_link.unsent),
	.unanswered = LIST_HEAD_INIT(xs_link.unanswered),
	.admit = __WAIT_QUEUE_HEAD_INITIALIZER(xs_link.admit),
	.idle = __WAIT_QUEUE_HEAD_INITIALIZER(xs_link.idle),
};

static void request_complete(struct xs_request *req)
{
	complete(&req->done);
}

/**
 * xs_request_alloc - make a request
 * @type: XS_*
 * @tx_id: its transaction, or 0
 * @len: bytes of its payload, which the caller writes to ->body
 * @gfp: how to get memory
 *
 * Context: as @gfp says.
 * Return: the request, the caller's; ERR_PTR(-E2BIG) if it is more than the
 * protocol carries, for which the store would hang up.
 */
struct xs_request *xs_request_alloc(u32 type, u32 tx_id, size_t len, gfp_t gfp)
{
	/* Room for the payload that it may be given when it is an orphan. */
	size_t room = max_t(size_t, len, sizeof("F"));
	struct xs_request *req;

	BUILD_BUG_ON(offsetof(struct xs_request, body) !=
		     offsetofend(struct xs_request, msg));

	if (len > XENSTORE_PAYLOAD_MAX)
		return ERR_PTR(-E2BIG);
	req = kmalloc(struct_size(req, body, room), gfp);
	if (!req)
		return ERR_PTR(-ENOMEM);

	memset(req, 0, sizeof(*req));
	INIT_LIST_HEAD(&req->link);
	init_completion(&req->done);
	req->answered = request_complete;
	req->msg.type = type;
	req->msg.tx_id = tx_id;
	req->msg.len = len;

	return req;
}

/**
 * xs_request_free - free a request and the reply that it still has
 * @req: the request, the caller's, or NULL
 *
 * Context: any.
 */
void xs_request_free(struct xs_request *req)
{
	if (!req)
		return;
	kfree(req->reply);
	kfree(req);
}

/**
 * xs_request_retype - make a request anew that has the same payload
 * @req: a request that is not in flight
 * @type: what it asks now
 *
 * Context: any.
 */
void xs_request_retype(struct xs_request *req, u32 type)
{
	kfree(req->reply);
	req->reply = NULL;
	req->step = XS_STEP_NEW;
	req->sent = 0;
	req->err = 0;
	req->msg.type = type;
	reinit_completion(&req->done);
}

/**
 * xs_request_make_abort - make a request anew that gives a transaction up
 * @req: a request that is not in flight, with room for two bytes
 * @tx_id: the transaction
 *
 * Context: any.
 */
void xs_request_make_abort(struct xs_request *req, u32 tx_id)
{
	xs_request_retype(req, XS_TRANSACTION_END);
	req->msg.tx_id = tx_id;
	req->msg.len = sizeof("F");
	memcpy(req->body, "F", sizeof("F"));
}

/* A local store dies with the machine; a remote one may outlive us. */
static bool link_usable(void)
{
	lockdep_assert_held(&xs_link.lock);

	switch (xen_store_domain_type) {
	case XS_LOCAL:
		return !xs_link.closed && system_state != SYSTEM_HALT &&
		       system_state != SYSTEM_POWER_OFF && system_state != SYSTEM_RESTART;
	case XS_PV:
	case XS_HVM:
		return true;
	default:
		return false;
	}
}

/* While a suspend waits, only they come in for whom it waits. */
static int link_enter_locked(void)
{
	lockdep_assert_held(&xs_link.lock);

	if (!link_usable())
		return -EIO;
	if (xs_link.suspending && !xs_link.users)
		return -EAGAIN;
	xs_link.users++;

	return 0;
}

static void link_leave_locked(unsigned int users)
{
	lockdep_assert_held(&xs_link.lock);

	xs_link.users -= min(users, xs_link.users);
	if (xs_link.suspending && !xs_link.users)
		wake_up(&xs_link.idle);
}

static int link_wait_admitted(void)
{
	if (!wait_event_killable(xs_link.admit, !READ_ONCE(xs_link.suspending)) ||
	    wait_event_timeout(xs_link.admit, !READ_ONCE(xs_link.suspending), XS_GRACE))
		return 0;

	return -EINTR;
}

/**
 * xs_request_enter - hold off a suspend, and wait while there is one
 *
 * Context: may sleep.
 * Return: 0; -EIO if there is no store, -EINTR if the task is to die.
 */
int xs_request_enter(void)
{
	int err;

	for (;;) {
		scoped_guard(spinlock_irqsave, &xs_link.lock)
			err = link_enter_locked();
		if (err != -EAGAIN)
			return err;
		err = link_wait_admitted();
		if (err)
			return err;
	}
}

/**
 * xs_request_leave - end what xs_request_enter() began
 *
 * Context: any.
 */
void xs_request_leave(void)
{
	scoped_guard(spinlock_irqsave, &xs_link.lock)
		link_leave_locked(1);
}

static bool request_succeeded(const struct xs_request *req)
{
	return req->step == XS_STEP_DONE && !req->err && req->answer.type == req->msg.type;
}

/* A transaction of the kernel's holds off a suspend from its start to its end. */
static void request_uncount(struct xs_request *req)
{
	unsigned int users = 1;

	if (!req->counted)
		return;
	req->counted = false;

	if (req->in_kernel && req->msg.type == XS_TRANSACTION_START && request_succeeded(req))
		users = 0;
	if (req->in_kernel && req->msg.type == XS_TRANSACTION_END)
		users = 2;
	link_leave_locked(users);
}

static void request_queue(struct xs_request *req)
{
	lockdep_assert_held(&xs_link.lock);

	req->step = XS_STEP_UNSENT;
	req->sent = 0;
	req->msg.req_id = xs_link.next_id++;
	req->generation = xs_link.generation;
	list_add_tail(&req->link, &xs_link.unsent);
}

/**
 * xs_request_push - put in the ring what waits for it
 *
 * Context: any, xs_link.lock held.
 * Return: true if the store must be notified.
 */
bool xs_request_push(void)
{
	struct xs_request *req;
	bool notify = false;
	unsigned int whole;
	int put;

	lockdep_assert_held(&xs_link.lock);

	if (xs_link.paused || !xs_ring_ready())
		return false;

	while ((req = list_first_entry_or_null(&xs_link.unsent, struct xs_request, link))) {
		whole = sizeof(req->msg) + req->msg.len;
		put = xs_ring_put((void *)req + offsetof(struct xs_request, msg) + req->sent,
				  whole - req->sent, &notify);
		if (put < 0) {
			xs_request_fail_sent(put);
			break;
		}
		req->sent += put;
		if (req->sent < whole)
			break;
		req->step = XS_STEP_UNANSWERED;
		list_move_tail(&req->link, &xs_link.unanswered);
	}
	if (xs_link.suspending && list_empty(&xs_link.unsent))
		wake_up(&xs_link.idle);

	return notify;
}

/**
 * xs_request_submit - send a request
 * @req: the request; ->answered() has it if this succeeds
 *
 * Context: may sleep while the domain is being suspended.
 * Return: 0; -EIO if there is no store, -EINTR if the task is to die.
 */
int xs_request_submit(struct xs_request *req)
{
	bool notify = false;
	int err;

	for (;;) {
		scoped_guard(spinlock_irqsave, &xs_link.lock) {
			err = link_enter_locked();
			if (err)
				break;
			req->counted = true;
			request_queue(req);
			notify = xs_request_push();
		}
		if (!err)
			break;
		if (err == -EAGAIN)
			err = link_wait_admitted();
		if (err)
			return err;
	}
	if (notify)
		xs_ring_notify();
	/* A first request wakes whoever waits for the store to be of use. */
	wake_up(&xb_waitq);

	return 0;
}

/*
 * Nobody waits for this one.  If it began something at the store, the same
 * request ends that; it has room for it.
 */
static void request_orphan_answered(struct xs_request *req)
{
	u32 id, asked = req->msg.type;
	bool undo = request_succeeded(req) && req->generation == xs_link.generation;

	lockdep_assert_held(&xs_link.lock);

	if (undo && asked == XS_WATCH) {
		xs_request_retype(req, XS_UNWATCH);
		request_queue(req);
		return;
	}
	if (undo && asked == XS_TRANSACTION_START) {
		const char *body = req->reply ? req->reply + req->reply_head : req->status;

		if (!message_transaction(body, req->answer.len, &id)) {
			xs_request_make_abort(req, id);
			req->reply_head = 0;
			req->status_only = true;
			request_queue(req);
			return;
		}
	}
	if (asked == XS_UNWATCH && !req->err && !request_succeeded(req))
		pr_warn_ratelimited("failed to release watch %.*s\n", (int)req->msg.len, req->body);
	xs_request_free(req);
}

/**
 * xs_request_make_orphan - let a request finish without an owner
 * @req: a request in flight, or an answered one of which the effect is unwanted
 *
 * Context: any, xs_link.lock held.
 */
void xs_request_make_orphan(struct xs_request *req)
{
	lockdep_assert_held(&xs_link.lock);

	req->answered = request_orphan_answered;
	if (req->step == XS_STEP_DONE)
		request_orphan_answered(req);
}

/**
 * xs_request_send_orphan - send a request whose reply nobody needs
 * @req: the request; freed when it is answered
 *
 * It is lost if the domain is suspended before it is sent, for then the store
 * forgets what it was about too.
 *
 * Context: any.
 */
void xs_request_send_orphan(struct xs_request *req)
{
	bool notify = false;

	req->answered = request_orphan_answered;
	req->reply_head = 0;
	req->status_only = true;
	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		if (!link_usable()) {
			xs_request_free(req);
			break;
		}
		request_queue(req);
		notify = xs_request_push();
	}
	if (notify)
		xs_ring_notify();
}

/**
 * xs_request_claim - find the request that a reply answers
 * @id: the reply's identifier
 *
 * Context: any, xs_link.lock held.
 * Return: the request, until xs_request_finish(); NULL if there is none.
 */
struct xs_request *xs_request_claim(u32 id)
{
	struct xs_request *req;

	lockdep_assert_held(&xs_link.lock);

	list_for_each_entry(req, &xs_link.unanswered, link) {
		if (req->msg.req_id == id) {
			list_del_init(&req->link);
			req->step = XS_STEP_ANSWERING;
			return req;
		}
	}

	return NULL;
}

/**
 * xs_request_finish - give a request back to its owner
 * @req: the request, in no list, with ->answer or ->err set
 *
 * Context: any, xs_link.lock held.
 */
void xs_request_finish(struct xs_request *req)
{
	lockdep_assert_held(&xs_link.lock);

	req->step = XS_STEP_DONE;
	request_uncount(req);
	req->answered(req);
}

/* Requests of which a part is in the rings, in the order in which they were sent. */
static void request_take_sent(struct list_head *taken)
{
	struct xs_request *req;

	lockdep_assert_held(&xs_link.lock);

	list_splice_init(&xs_link.unanswered, taken);
	req = list_first_entry_or_null(&xs_link.unsent, struct xs_request, link);
	if (req && req->sent)
		list_move_tail(&req->link, taken);
	req = xs_receive_reset();
	if (req)
		list_add(&req->link, taken);
}

static void request_fail_list(struct list_head *failed, int err)
{
	struct xs_request *req, *next;

	list_for_each_entry_safe(req, next, failed, link) {
		list_del_init(&req->link);
		req->err = err;
		xs_request_finish(req);
	}
}

/**
 * xs_request_fail_sent - give up whatever is in the rings
 * @err: why
 *
 * Context: any, xs_link.lock held.
 */
void xs_request_fail_sent(int err)
{
	LIST_HEAD(failed);

	request_take_sent(&failed);
	request_fail_list(&failed, err);
}

/**
 * xs_request_fail_all - the same with what waits for room in the ring
 * @err: why
 *
 * Context: any, xs_link.lock held.
 */
void xs_request_fail_all(int err)
{
	LIST_HEAD(failed);

	request_take_sent(&failed);
	list_splice_tail_init(&xs_link.unsent, &failed);
	request_fail_list(&failed, err);
}

/* The waiter dies.  True: the reply came after all. */
static bool request_abandon(struct xs_request *req)
{
	bool done;

	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		done = req->step == XS_STEP_DONE;
		if (done)
			break;

		request_uncount(req);
		if (req->step == XS_STEP_UNSENT && !req->sent) {
			list_del(&req->link);
			xs_request_free(req);
		} else {
			xs_request_make_orphan(req);
		}
	}

	return done;
}

/*
 * Wait for the reply to a submitted request. A task that is killed waits a little
 * longer, and then no more: -EINTR, and the request is not the caller's any more.
 */
static int request_wait(struct xs_request *req)
{
	if (!wait_for_completion_killable(&req->done) ||
	    wait_for_completion_timeout(&req->done, XS_GRACE) || request_abandon(req))
		return 0;

	return -EINTR;
}

static int request_verdict(const struct xs_request *req)
{
	if (req->err)
		return req->err;
	if (req->answer.type == XS_ERROR)
		return message_errno(req->status, req->answer.len);
	if (req->answer.type != req->msg.type) {
		pr_warn_ratelimited("unexpected type [%u], expected [%u]\n",
				    req->answer.type, req->msg.type);
		return -EINVAL;
	}

	return 0;
}

/**
 * xs_request_exchange - send a request of the kernel's and wait for success
 * @req: the request; freed unless this succeeds
 *
 * Context: may sleep.
 * Return: 0 with the reply in ->reply or ->status; the store's error, or -EIO,
 * -EINVAL for an answer against the protocol, -EINTR if the task is to die.
 */
int xs_request_exchange(struct xs_request *req)
{
	int err;

	req->in_kernel = true;
	err = xs_request_submit(req);
	if (!err) {
		err = request_wait(req);
		if (err)
			return err;
		err = request_verdict(req);
	}
	if (err)
		xs_request_free(req);

	return err;
}
