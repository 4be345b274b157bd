/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device whose frontend is the program itself: its nodes in the store, its
 * states, its event channels and its rings.  The kernel's own frontend must not be
 * bound to it (initcall_blacklist= keeps it away).
 *
 * Nothing here minds the protocol: every node and every state can be written at
 * any time, with any value.  frontend_reset() finds back from everywhere.
 */
#ifndef BED_FRONTEND_H
#define BED_FRONTEND_H

#include "grants.h"
#include "store.h"

enum {
	STATE_UNKNOWN, STATE_INITIALISING, STATE_INIT_WAIT, STATE_INITIALISED,
	STATE_CONNECTED, STATE_CLOSING, STATE_CLOSED,
};

#define FRONTEND_SECONDS 60

struct frontend {
	char folder[48];	/* device/TYPE/NUMBER */
	char backend[160];	/* the backend's folder */
	uint32_t domid;		/* the backend's domain */
};

/* ------------------------------------------------------------------ nodes */
/* node_get - the value of FOLDER/KEY, or NULL if there is none; good until the next call */
static inline const char *node_get(const char *folder, const char *key)
{
	static struct store_reply reply;
	char path[256];
	int error;

	snprintf(path, sizeof(path), "%s/%s", folder, key);
	error = store_get(0, path, &reply);
	if (error && error != ENOENT)
		fail("expected to read %s, got %s", path, strerror(error));
	return error ? NULL : reply.body;
}

static inline unsigned long node_number(const char *folder, const char *key, unsigned long missing)
{
	const char *text = node_get(folder, key);

	return text ? strtoul(text, NULL, 0) : missing;
}

/* frontend_put - write one of our nodes */
static inline __attribute__((format(printf, 3, 4)))
void frontend_put(const struct frontend *f, const char *key, const char *format, ...)
{
	char path[256], value[1024];
	va_list args;
	int error;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	snprintf(path, sizeof(path), "%s/%s", f->folder, key);
	error = store_put(0, path, value);
	if (error)
		fail("expected to write %s, got %s", path, strerror(error));
}

/* frontend_forget - remove one of our nodes, which need not be there */
static inline void frontend_forget(const struct frontend *f, const char *key)
{
	char path[256];
	int error;

	snprintf(path, sizeof(path), "%s/%s", f->folder, key);
	error = store_ask_ok(XS_RM, 0, path, strlen(path) + 1);
	if (error && error != ENOENT)
		fail("expected to remove %s, got %s", path, strerror(error));
}

/* ----------------------------------------------------------------- states */
static inline void frontend_state(const struct frontend *f, unsigned int state)
{
	frontend_put(f, "state", "%u", state);
}

static inline unsigned int backend_state(const struct frontend *f)
{
	return (unsigned int)node_number(f->backend, "state", STATE_UNKNOWN);
}

/* backend_await - wait for one of these states (a mask); returns the one it is in at last */
static inline unsigned int backend_await(const struct frontend *f, unsigned int states,
					 unsigned int seconds)
{
	int64_t end = now_ns() + seconds * NSEC_PER_SEC;
	unsigned int state;

	for (;;) {
		state = backend_state(f);
		if (1U << state & states || now_ns() > end)
			return state;
		sleep_ns(5 * NSEC_PER_MSEC);
	}
}

static inline void backend_reaches(const struct frontend *f, unsigned int state)
{
	unsigned int got = backend_await(f, 1U << state, FRONTEND_SECONDS);

	if (got != state)
		fail("expected %s to reach state %u, it stays in %u", f->backend, state, got);
}

/* frontend_close - both ends end in Closed, wherever they were */
static inline void frontend_close(const struct frontend *f)
{
	frontend_state(f, STATE_CLOSED);
	backend_reaches(f, STATE_CLOSED);
}

/*
 * frontend_reset - as if the device was new, but for the nodes that were written.
 * The backend may still be at a state of ours that is the past, hence the tries.
 */
static inline void frontend_reset(const struct frontend *f)
{
	int tries;

	for (tries = 0; tries < 10; tries++) {
		frontend_close(f);
		frontend_state(f, STATE_INITIALISING);
		if (backend_await(f, 1U << STATE_INIT_WAIT, 6) == STATE_INIT_WAIT)
			return;
	}
	fail("expected %s to wait for a frontend again, it stays in %u", f->backend,
	     backend_state(f));
}

/* frontend_find - the device of this type and number, which the tools have made */
static inline void frontend_find(struct frontend *f, const char *type, unsigned int number)
{
	const char *text;

	store = store_open();
	store_rest = 300;
	snprintf(f->folder, sizeof(f->folder), "device/%s/%u", type, number);
	text = node_get(f->folder, "backend");
	if (!text || strlen(text) >= sizeof(f->backend))
		fail("expected a device %s", f->folder);
	strcpy(f->backend, text);
	f->domid = (uint32_t)node_number(f->folder, "backend-id", 0);
}

/* ----------------------------------------------------------------- events */
struct event {
	int fd;
	uint32_t port;
};

/* event_open - a port that this domain may bind to */
static inline void event_open(struct event *e, uint32_t domid)
{
	struct ioctl_evtchn_bind_unbound_port unbound = { .remote_domain = domid };
	int port;

	e->fd = open_device("evtchn");
	must(port = ioctl(e->fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &unbound));
	e->port = (uint32_t)port;
}

/* event_send - returns what the call does: nobody may be there */
static inline int event_send(const struct event *e)
{
	struct ioctl_evtchn_notify notify = { .port = e->port };

	return ioctl(e->fd, IOCTL_EVTCHN_NOTIFY, &notify);
}

/* event_await - whether an event comes in time; it is taken */
static inline bool event_await(const struct event *e, int milliseconds)
{
	struct pollfd ready = { .fd = e->fd, .events = POLLIN };
	uint32_t port;

	if (poll(&ready, 1, milliseconds) != 1)
		return false;
	if (read(e->fd, &port, sizeof(port)) != sizeof(port) || port != e->port)
		fail("expected an event on port %u", e->port);
	must(write(e->fd, &port, sizeof(port)));
	return true;
}

static inline void event_close(struct event *e)
{
	close(e->fd);
	e->fd = -1;
}

/* ------------------------------------------------------------------ rings */
/* xen/include/public/io/ring.h; other people write to all of it. */
struct shared {
	volatile uint32_t req_prod, req_event, rsp_prod, rsp_event;
	uint8_t pad[48];
	uint8_t slots[];
};

struct ring {
	struct granted pages;
	struct event event;
	struct shared *shared;
	unsigned int stride, size;	/* bytes of a slot; slots */
	uint32_t prod, cons;		/* requests made, answers taken */
};

/* ring_open - pages for a ring and a port, granted and offered to this domain */
static inline void ring_open(struct ring *r, int gntalloc, uint32_t domid, unsigned int pages,
			     unsigned int stride)
{
	unsigned int fit = (unsigned int)(pages * PAGE - sizeof(struct shared)) / stride;

	grant_to(&r->pages, gntalloc, pages, true, domid);
	event_open(&r->event, domid);
	r->shared = (struct shared *)r->pages.at;
	r->stride = stride;
	for (r->size = 1; r->size * 2 <= fit; r->size *= 2)
		;
	r->prod = r->cons = 0;
	r->shared->req_event = r->shared->rsp_event = 1;
}

static inline void ring_close(struct ring *r)
{
	event_close(&r->event);
	ungrant(&r->pages);
}

static inline void *ring_slot(const struct ring *r, uint32_t index)
{
	return r->shared->slots + (index & (r->size - 1)) * r->stride;
}

/* ring_push - announce what was made, and tell the other end whether it asked for it or not */
static inline void ring_push(struct ring *r)
{
	__sync_synchronize();
	r->shared->req_prod = r->prod;
	__sync_synchronize();
	event_send(&r->event);
}

/* ring_await - whether there is another answer in time; in slot r->cons then */
static inline bool ring_await(struct ring *r, int milliseconds)
{
	int64_t end = now_ns() + milliseconds * NSEC_PER_MSEC;
	int64_t left;

	for (;;) {
		r->shared->rsp_event = r->cons + 1;
		__sync_synchronize();
		if (r->shared->rsp_prod != r->cons)
			return true;
		left = (end - now_ns()) / NSEC_PER_MSEC;
		if (left <= 0)
			return false;
		event_await(&r->event, left > 100 ? 100 : (int)left);
	}
}

#endif /* BED_FRONTEND_H */
