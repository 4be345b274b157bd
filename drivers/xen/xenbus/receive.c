// SPDX-License-Identifier: GPL-2.0
/*
 * From the bytes of the reply ring to whole messages.
 *
 * The store writes as fast as the ring lets it, so a message arrives in any
 * number of pieces; what is known of the current one stands in rx.  The header
 * is copied and judged before anything is done with it; a payload goes straight
 * to where its owner wants it, and one that nobody wants is skipped.
 *
 * Everything here is guarded by xs_link.lock.  It runs in the handler of the
 * event, so there is a bound on what is done at once, and no memory is waited
 * for: with RX_STARVED the thread of ring.c brings it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "message.h"
#include "store.h"

/* Twice the ring: the rest is for the thread. */
#define RX_BYTES_AT_ONCE	(2 * XENSTORE_RING_SIZE)

enum rx_stage {
	RX_HEADER,
	RX_STARVED,	/* a whole header, but no memory for its payload */
	RX_BODY,
	RX_SKIP,
};

/* All of it: xs_link.lock. */
static struct {
	enum rx_stage stage;
	unsigned int have;		/* bytes of this stage that are in */
	struct xsd_sockmsg header;
	char *body;			/* where the payload goes */
	struct xs_request *req;		/* whose reply it is */
	struct xs_event *event;		/* or the event that it becomes */
	size_t wanted;			/* bytes that a buffer lacks */
	void *spare;			/* such a buffer, from the thread */
} rx;

static void *rx_alloc(size_t size)
{
	void *buffer = rx.wanted == size ? rx.spare : NULL;

	if (buffer) {
		rx.spare = NULL;
		rx.wanted = 0;
		return buffer;
	}
	buffer = kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
	rx.wanted = buffer ? 0 : size;

	return buffer;
}

static void rx_begin(enum rx_stage stage, char *body)
{
	rx.stage = stage;
	rx.have = 0;
	rx.body = body;
}

/* Where the reply's payload goes; false: there is no memory. */
static bool rx_open_reply(struct xs_request *req)
{
	unsigned int len = rx.header.len;
	bool short_form = req->status_only || rx.header.type == XS_ERROR;

	if (!req->reply_head && short_form) {
		if (len < sizeof(req->status)) {
			rx_begin(RX_BODY, req->status);
			return true;
		}
		/* Success may say what it likes; an error must have a name. */
		if (rx.header.type == XS_ERROR)
			req->err = -EINVAL;
		req->answer.len = 0;
		rx_begin(RX_SKIP, NULL);
		return true;
	}

	req->reply = rx_alloc(req->reply_head + len + 1);
	if (!req->reply)
		return false;
	rx_begin(RX_BODY, req->reply + req->reply_head);

	return true;
}

/* A header is complete: find out whose it is.  False: there is no memory. */
static bool rx_open(void)
{
	enum message_kind kind = message_kind(&rx.header);

	if (kind == MESSAGE_EVENT) {
		rx.event = rx_alloc(sizeof(*rx.event) + rx.header.len + 1);
		if (!rx.event)
			return false;
		rx.event->len = rx.header.len;
		rx_begin(RX_BODY, rx.event->body);
		return true;
	}

	if (!rx.req)
		rx.req = xs_request_claim(rx.header.req_id);
	if (!rx.req || kind == MESSAGE_OVERLONG) {
		pr_warn_ratelimited("reply %u of type %u with %u bytes is not acceptable\n",
				    rx.header.req_id, rx.header.type, rx.header.len);
		if (rx.req)
			rx.req->err = -EIO;
		rx_begin(RX_SKIP, NULL);
		return true;
	}

	rx.req->answer = rx.header;
	return rx_open_reply(rx.req);
}

/* The last byte is in: pass the message on. */
static void rx_close(void)
{
	struct xs_request *req = rx.req;
	struct xs_event *event = rx.event;

	if (rx.stage == RX_BODY)
		rx.body[rx.header.len] = '\0';
	rx.req = NULL;
	rx.event = NULL;
	rx_begin(RX_HEADER, NULL);

	if (req)
		xs_request_finish(req);
	if (event && !xs_watch_event(event))
		pr_warn_ratelimited("a malformed watch event was dropped\n");
	if (xs_link.suspending)
		wake_up(&xs_link.idle);
}

static unsigned int rx_copy(void *to, unsigned int whole, const char *from, unsigned int len)
{
	unsigned int part = min(whole - rx.have, len);

	if (to)
		memcpy(to + rx.have, from, part);
	rx.have += part;

	return part;
}

/* Take bytes out of the ring; all of them unless memory runs out. */
static unsigned int rx_take(const char *from, unsigned int len)
{
	unsigned int used = 0;

	for (;;) {
		switch (rx.stage) {
		case RX_HEADER:
			used += rx_copy(&rx.header, sizeof(rx.header), from + used, len - used);
			if (rx.have < sizeof(rx.header))
				return used;
			rx.stage = RX_STARVED;
			fallthrough;
		case RX_STARVED:
			if (!rx_open())
				return used;
			break;
		case RX_BODY:
		case RX_SKIP:
			used += rx_copy(rx.body, rx.header.len, from + used, len - used);
			if (rx.have < rx.header.len)
				return used;
			rx_close();
			break;
		}
		if (used == len && !(rx.stage >= RX_BODY && rx.header.len == 0))
			return used;
	}
}

/* A reply without a payload may have found its memory with an empty ring. */
static void rx_continue(void)
{
	if (rx.stage == RX_STARVED)
		rx_take(NULL, 0);
}

/**
 * xs_receive - take in what came, and send what waited for room
 *
 * Context: any.
 * Return: true if it is for the thread to go on.
 */
bool xs_receive(void)
{
	bool notify = false, more = false;
	int taken;

	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		if (!xs_ring_ready() || xs_link.paused)
			break;
		rx_continue();
		taken = rx.stage == RX_STARVED ? 0 :
			xs_ring_take(rx_take, RX_BYTES_AT_ONCE, &notify);
		if (taken < 0)
			xs_request_fail_sent(taken);
		more = taken >= RX_BYTES_AT_ONCE || rx.stage == RX_STARVED;
		notify |= xs_request_push();
	}
	if (notify)
		xs_ring_notify();

	return more;
}

/**
 * xs_receive_find_memory - wait for the memory that the current message needs
 *
 * Context: may sleep.
 */
void xs_receive_find_memory(void)
{
	void *buffer = NULL;
	size_t size;

	scoped_guard(spinlock_irqsave, &xs_link.lock)
		size = rx.spare ? 0 : rx.wanted;
	if (!size)
		return;

	buffer = kmalloc(size, XS_GFP | __GFP_NOFAIL);
	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		if (rx.wanted == size && !rx.spare) {
			rx.spare = buffer;
			buffer = NULL;
		}
	}
	kfree(buffer);
}

/**
 * xs_receive_between_messages - is no message half read?
 *
 * Context: any, xs_link.lock held.
 * Return: true if what comes next is the head of a message.
 */
bool xs_receive_between_messages(void)
{
	lockdep_assert_held(&xs_link.lock);

	return rx.stage == RX_HEADER && !rx.have;
}

/**
 * xs_receive_reset - forget a half-read message
 *
 * Context: any, xs_link.lock held.
 * Return: the request whose reply it was, or NULL.
 */
struct xs_request *xs_receive_reset(void)
{
	struct xs_request *req = rx.req;

	lockdep_assert_held(&xs_link.lock);

	kfree(rx.event);
	kfree(rx.spare);
	rx.event = NULL;
	rx.spare = NULL;
	rx.req = NULL;
	rx.wanted = 0;
	rx_begin(RX_HEADER, NULL);

	return req;
}
