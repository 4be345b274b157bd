// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of watches, and the thread that calls them back.
 *
 * The store is told of a path and a token; an event brings both back.  A token
 * is the number of a registration and is never used again, so that an event
 * that was under way when its watch went finds nothing.
 *
 * An event comes in with xs_link.lock held, perhaps in the event channel's
 * handler.  ->will_handle() sees it first and may have it thrown away; what is
 * left waits in a queue for the thread "xenwatch", which calls ->callback() with
 * no lock held.  How many may wait, watch_policy.h says.
 *
 * Invariant: after unregister_xenbus_watch() nothing calls the watch.  Except in
 * a callback itself, it waits for the callback of its own watch, and of no
 * other: a callback may wait for whoever unregisters another watch.
 *
 * Locks: watch_lock (below xs_link.lock) guards the registry, the queue and
 * ->nr_pending; xs_watch_gate keeps registrations off while a resume walks.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/export.h>
#include <linux/hashtable.h>
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/xenbus.h>

#include "message.h"
#include "store.h"
#include "watch_policy.h"

/* What the store knows of a watch. */
struct xs_registration {
	struct hlist_node node;		/* in watch_table, by id */
	struct xenbus_watch *watch;
	u64 id;
	struct xs_request *req;		/* has asked for it, will take it back */
};

static DEFINE_SPINLOCK(watch_lock);
static DEFINE_HASHTABLE(watch_table, 8);
static u64 watch_last_id;
static LIST_HEAD(watch_queue);
static struct xenbus_watch *watch_running;	/* whose callback runs now */

static struct task_struct *watch_task;
static DECLARE_WAIT_QUEUE_HEAD(watch_work);
static DECLARE_WAIT_QUEUE_HEAD(watch_returned);

static struct xs_registration *watch_by_id(u64 id)
{
	struct xs_registration *reg;

	lockdep_assert_held(&watch_lock);

	hash_for_each_possible(watch_table, reg, node, id)
		if (reg->id == id)
			return reg;

	return NULL;
}

static struct xs_registration *watch_find(const struct xenbus_watch *watch)
{
	struct xs_registration *reg;
	int bucket;

	lockdep_assert_held(&watch_lock);

	hash_for_each(watch_table, bucket, reg, node)
		if (reg->watch == watch)
			return reg;

	return NULL;
}

static bool watch_twin_waits(const struct xs_event *event)
{
	const struct xs_event *other;

	list_for_each_entry(other, &watch_queue, link)
		if (other->owner == event->owner && !strcmp(other->body, event->body))
			return true;

	return false;
}

/* False: the event is not to be queued. */
static bool watch_admit(struct xs_event *event)
{
	struct xenbus_watch *watch = event->owner->watch;
	unsigned int pending = watch->nr_pending;

	if (watch->will_handle && !watch->will_handle(watch, event->body, event->token))
		return false;

	switch (watch_fate(pending, watch_crowded(pending) && watch_twin_waits(event))) {
	case WATCH_QUEUE:
		return true;
	case WATCH_DROP:
		pr_warn_ratelimited("too many events wait for the watch of %s\n", watch->node);
		return false;
	default:
		return false;
	}
}

/**
 * xs_watch_event - take an event that the store sent
 * @event: the event, with ->len bytes of payload and a NUL behind them
 *
 * Context: any, xs_link.lock held.
 * Return: false if it was malformed.  It is not the caller's any more.
 */
bool xs_watch_event(struct xs_event *event)
{
	u64 id;

	if (message_event(event->body, event->len, &event->token, &id)) {
		kfree(event);
		return false;
	}

	scoped_guard(spinlock_irqsave, &watch_lock) {
		event->owner = watch_by_id(id);
		if (event->owner && watch_admit(event)) {
			event->owner->watch->nr_pending++;
			list_add_tail(&event->link, &watch_queue);
			wake_up(&watch_work);
		} else {
			kfree(event);
		}
	}

	return true;
}

static struct xs_event *watch_take(void)
{
	struct xs_event *event;

	scoped_guard(spinlock_irqsave, &watch_lock) {
		event = list_first_entry_or_null(&watch_queue, struct xs_event, link);
		if (event) {
			list_del(&event->link);
			watch_running = event->owner->watch;
			watch_running->nr_pending--;
		}
	}

	return event;
}

static int watch_thread(void *unused)
{
	struct xenbus_watch *watch;
	struct xs_event *event;

	for (;;) {
		wait_event_idle(watch_work, !list_empty_careful(&watch_queue));
		event = watch_take();
		if (!event)
			continue;
		/* Still ours: whoever unregisters it waits for watch_running. */
		watch = watch_running;
		watch->callback(watch, event->body, event->token);
		kfree(event);

		scoped_guard(spinlock_irqsave, &watch_lock)
			watch_running = NULL;
		wake_up_all(&watch_returned);
	}

	return 0;
}

/* A number and a request that names it to the store. */
static struct xs_registration *watch_prepare(struct xenbus_watch *watch)
{
	size_t path = strlen(watch->node) + 1;
	struct xs_registration *reg;
	char token[17];
	int digits;

	reg = kzalloc(sizeof(*reg), XS_GFP);
	if (!reg)
		return ERR_PTR(-ENOMEM);
	scoped_guard(spinlock_irqsave, &watch_lock)
		reg->id = ++watch_last_id;
	reg->watch = watch;

	digits = snprintf(token, sizeof(token), "%llX", reg->id);
	reg->req = xs_request_alloc(XS_WATCH, 0, path + digits + 1, XS_GFP);
	if (IS_ERR(reg->req)) {
		struct xs_request *err = reg->req;

		kfree(reg);
		return ERR_CAST(err);
	}
	reg->req->status_only = true;
	memcpy(reg->req->body, watch->node, path);
	memcpy(reg->req->body + path, token, digits + 1);

	return reg;
}

/* Nothing finds it any more, and nothing of it waits or runs. */
static void watch_forget(struct xs_registration *reg)
{
	struct xs_event *event, *next;
	LIST_HEAD(gone);

	scoped_guard(spinlock_irqsave, &watch_lock) {
		hash_del(&reg->node);
		list_for_each_entry_safe(event, next, &watch_queue, link)
			if (event->owner == reg)
				list_move_tail(&event->link, &gone);
		reg->watch->nr_pending = 0;
	}
	list_for_each_entry_safe(event, next, &gone, link)
		kfree(event);
}

/* Wait for a callback that runs, if it is not this one. */
static void watch_settle(const struct xenbus_watch *watch)
{
	if (current != watch_task)
		wait_event(watch_returned, READ_ONCE(watch_running) != watch);
}

/* Events may come as soon as it is known here. */
static int watch_announce(struct xs_registration *reg)
{
	int err = -EEXIST;

	scoped_guard(spinlock_irqsave, &watch_lock) {
		if (WARN_ON_ONCE(watch_find(reg->watch)))
			break;
		reg->watch->nr_pending = 0;
		hash_add(watch_table, &reg->node, reg->id);
		err = 0;
	}
	if (err) {
		xs_request_free(reg->req);
		return err;
	}

	err = xs_request_exchange(reg->req);
	if (err)
		watch_forget(reg);

	return err;
}

/**
 * register_xenbus_watch - have changes at or below a path told
 * @watch: the watch, with its path and callback
 *
 * Context: may sleep.
 * Return: 0; the store's error, or another -errno.
 */
int register_xenbus_watch(struct xenbus_watch *watch)
{
	struct xs_registration *reg = watch_prepare(watch);
	int err;

	if (IS_ERR(reg))
		return PTR_ERR(reg);

	/* To be let in first keeps a suspend from waiting for the gate. */
	err = xs_request_enter();
	if (err) {
		xs_request_free(reg->req);
		kfree(reg);
		return err;
	}
	down_read(&xs_watch_gate);
	err = watch_announce(reg);
	up_read(&xs_watch_gate);
	xs_request_leave();
	if (err) {
		watch_settle(watch);
		kfree(reg);
	}

	return err;
}
EXPORT_SYMBOL_GPL(register_xenbus_watch);

/**
 * unregister_xenbus_watch - end a watch
 * @watch: the watch
 *
 * The store is told, but not waited for.
 *
 * Context: may sleep, until a callback of this watch has returned; not within
 * locks that the callback takes.
 */
void unregister_xenbus_watch(struct xenbus_watch *watch)
{
	struct xs_registration *reg;

	down_read(&xs_watch_gate);
	scoped_guard(spinlock_irqsave, &watch_lock)
		reg = watch_find(watch);
	if (WARN_ON_ONCE(!reg)) {
		up_read(&xs_watch_gate);
		return;
	}
	watch_forget(reg);
	if (reg->req) {
		xs_request_retype(reg->req, XS_UNWATCH);
		xs_request_send_orphan(reg->req);
	}
	up_read(&xs_watch_gate);
	kfree(reg);
	watch_settle(watch);
}
EXPORT_SYMBOL_GPL(unregister_xenbus_watch);

/**
 * xs_watch_restore - tell a new store of all watches
 *
 * Each fires once, as a new watch does, and so makes up for what was missed.
 *
 * Context: may sleep; xs_watch_gate held for writing.
 */
void xs_watch_restore(void)
{
	struct xs_registration *reg;
	int bucket, err;

	lockdep_assert_held_write(&xs_watch_gate);

	/* The gate is enough: nothing is added or removed. */
	hash_for_each(watch_table, bucket, reg, node) {
		if (!reg->req)
			continue;
		xs_request_retype(reg->req, XS_WATCH);
		err = xs_request_exchange(reg->req);
		if (err) {
			pr_warn("failed to restore watch %s: %d\n", reg->watch->node, err);
			reg->req = NULL;
		}
	}
}

/**
 * xs_watch_init - start the thread of the callbacks
 *
 * Context: may sleep; once.
 * Return: 0 or -errno.
 */
int xs_watch_init(void)
{
	watch_task = kthread_run(watch_thread, NULL, "xenwatch");

	return PTR_ERR_OR_ZERO(watch_task);
}
