/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block protocol (xen/include/public/io/blkif.h) from a frontend's side, and
 * how a frontend behaves that keeps to it.  Requests are put together byte by
 * byte, in either layout, so that each field can have any value.
 */
#ifndef BED_BLKRING_H
#define BED_BLKRING_H

#include "frontend.h"

enum { OP_READ, OP_WRITE, OP_BARRIER, OP_FLUSH, OP_RESERVED, OP_DISCARD, OP_INDIRECT };
enum { RSP_OKAY = 0, RSP_ERROR = -1, RSP_UNSUPPORTED = -2, RSP_NONE = 99 };

#define SEGS 11			/* in a slot */
#define INDIRECT_SEGS 256	/* that the backend advertises */
#define SECTORS 8		/* of a page */
#define QUEUES 4
#define DATA_PAGES INDIRECT_SEGS
#define AREA 4096		/* sectors at the start that honest requests use */

struct segment {
	uint32_t gref;
	uint8_t first, last;
	uint16_t pad;
};

struct request {
	uint8_t op;
	uint8_t byte;		/* segments, flag of a discard, operation of an indirect one */
	uint16_t half;		/* handle, or segments of an indirect one */
	uint64_t id, sector, sectors;
	uint32_t gref;		/* of descriptors */
	struct segment seg[SEGS];
};

struct options {
	const char *abi;	/* NULL: say nothing */
	unsigned int order;	/* of the ring's pages */
	unsigned int queues;
	bool persistent;
	uint32_t start;		/* where the indexes start */
};

struct disk {
	struct frontend f;
	struct options o;
	struct ring ring[QUEUES];
	unsigned int rings, use;	/* that are open; the one that disk_try() uses */
	int gntalloc;
	struct granted data, desc;	/* pages for data; one for descriptors */
	uint64_t sectors;
	unsigned int block;		/* in sectors */
	uint64_t next_id;
};

static unsigned int disk_offers;	/* how often there was something to connect to */

static inline bool disk_is_4(const struct disk *d)
{
	return !d->o.abi || !strcmp(d->o.abi, "x86_32-abi");
}

static const struct options plain = { .abi = "x86_64-abi", .queues = 1 };

/* --------------------------------------------------------------- connecting */
/* disk_forget - the nodes of an earlier connection */
static inline void disk_forget(struct disk *d)
{
	static const char *const keys[] = {
		"protocol", "feature-persistent", "multi-queue-num-queues", "ring-page-order",
		"ring-ref", "event-channel", "queue-0", "queue-1", "queue-2", "queue-3",
	};
	char key[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		frontend_forget(&d->f, keys[i]);
	for (i = 0; i < 16; i++) {
		snprintf(key, sizeof(key), "ring-ref%u", i);
		frontend_forget(&d->f, key);
	}
}

static inline void disk_open(struct disk *d, unsigned int number)
{
	memset(d, 0, sizeof(*d));
	frontend_find(&d->f, "vbd", number);
	d->gntalloc = open_device("gntalloc");
	grant_to(&d->data, d->gntalloc, DATA_PAGES, true, d->f.domid);
	grant_to(&d->desc, d->gntalloc, 1, true, d->f.domid);
	frontend_reset(&d->f);
	disk_forget(d);
}

static inline void disk_put_ring(struct disk *d, const struct ring *r, const char *prefix)
{
	char key[48];
	unsigned int i;

	for (i = 0; i < r->pages.count; i++) {
		if (d->o.order)
			snprintf(key, sizeof(key), "%sring-ref%u", prefix, i);
		else
			snprintf(key, sizeof(key), "%sring-ref", prefix);
		frontend_put(&d->f, key, "%u", r->pages.refs[i]);
	}
	snprintf(key, sizeof(key), "%sevent-channel", prefix);
	frontend_put(&d->f, key, "%u", r->event.port);
}

/* disk_offer - rings, and all nodes that a backend wants to see; no state yet */
static inline void disk_offer(struct disk *d, const struct options *o)
{
	char prefix[16] = "";
	unsigned int i;

	disk_offers++;
	d->o = *o;
	if (o->abi)
		frontend_put(&d->f, "protocol", "%s", o->abi);
	frontend_put(&d->f, "feature-persistent", "%d", o->persistent);
	if (o->queues > 1)
		frontend_put(&d->f, "multi-queue-num-queues", "%u", o->queues);
	if (o->order)
		frontend_put(&d->f, "ring-page-order", "%u", o->order);
	for (i = 0; i < o->queues; i++) {
		struct ring *r = &d->ring[i];

		ring_open(r, d->gntalloc, d->f.domid, 1U << o->order, disk_is_4(d) ? 108 : 112);
		r->prod = r->cons = o->start;
		r->shared->req_prod = r->shared->rsp_prod = o->start;
		r->shared->req_event = r->shared->rsp_event = o->start + 1;
		if (o->queues > 1)
			snprintf(prefix, sizeof(prefix), "queue-%u/", i);
		disk_put_ring(d, r, prefix);
	}
	d->rings = o->queues;
}

/* disk_connected - after disk_offer() and a state: what is it a disk of? */
static inline void disk_connected(struct disk *d)
{
	backend_reaches(&d->f, STATE_CONNECTED);
	d->sectors = node_number(d->f.backend, "sectors", 0);
	d->block = (unsigned int)node_number(d->f.backend, "sector-size", 512) / 512;
	frontend_state(&d->f, STATE_CONNECTED);
}

static inline void disk_connect(struct disk *d, const struct options *o)
{
	disk_offer(d, o);
	frontend_state(&d->f, STATE_INITIALISED);
	disk_connected(d);
}

/* disk_disconnect - and be ready for the next connection */
static inline void disk_disconnect(struct disk *d)
{
	frontend_reset(&d->f);
	while (d->rings)
		ring_close(&d->ring[--d->rings]);
	disk_forget(d);
}

static inline void disk_close(struct disk *d)
{
	frontend_close(&d->f);
	while (d->rings)
		ring_close(&d->ring[--d->rings]);
	ungrant(&d->data);
	ungrant(&d->desc);
	close(d->gntalloc);
	close(store);
}

/* ----------------------------------------------------------------- requests */
static inline void encode(const struct disk *d, uint8_t *slot, const struct request *r)
{
	unsigned int id = disk_is_4(d) ? 4 : 8, body = disk_is_4(d) ? 20 : 24;

	slot[0] = r->op;
	slot[1] = r->byte;
	memcpy(slot + 2, &r->half, 2);
	memcpy(slot + id, &r->id, 8);
	memcpy(slot + id + 8, &r->sector, 8);
	switch (r->op) {
	case OP_DISCARD:
		memcpy(slot + body, &r->sectors, 8);
		break;
	case OP_INDIRECT:
		memcpy(slot + body + 4, &r->gref, 4);
		break;
	default:
		memcpy(slot + body, r->seg, sizeof(r->seg));
	}
}

/* disk_make - put a request onto a ring; it is not announced */
static inline void disk_make(struct disk *d, struct ring *r, struct request *q)
{
	q->id = 0x5a5a000000000000 | d->next_id++;
	encode(d, ring_slot(r, r->prod++), q);
}

/* What an answer says; the same in all layouts. */
struct answer {
	uint64_t id;
	uint8_t op, pad;
	int16_t status;
};

/* disk_take - the next answer, or RSP_NONE */
static inline int disk_take(struct ring *r, int milliseconds, struct answer *a)
{
	if (!ring_await(r, milliseconds))
		return RSP_NONE;
	memcpy(a, ring_slot(r, r->cons++), sizeof(*a));
	return a->status;
}

/* disk_drain - take answers until all that was asked is answered; returns how many are bad */
static inline unsigned int disk_drain(struct ring *r)
{
	unsigned int bad = 0;
	struct answer a;
	int status;

	while (r->cons != r->prod) {
		status = disk_take(r, 60000, &a);
		if (status == RSP_NONE)
			fail("expected %u more answers, got none", r->prod - r->cons);
		bad += status != RSP_OKAY;
	}
	return bad;
}

/* disk_try - ask and wait for the answer, which has to be to this request */
static inline int disk_try(struct disk *d, struct request *q, int milliseconds)
{
	struct ring *r = &d->ring[d->use];
	struct answer a;
	int status;

	disk_make(d, r, q);
	ring_push(r);
	status = disk_take(r, milliseconds, &a);
	if (status == RSP_NONE)
		return status;
	if (a.id != q->id)
		fail("expected an answer to 0x%llx, got one to 0x%llx", (unsigned long long)q->id,
		     (unsigned long long)a.id);
	if (a.op != (q->op == OP_INDIRECT ? q->byte : q->op))
		fail("expected an answer about operation %u, got %u", q->op, a.op);
	return status;
}

/* answered - the one answer that is right */
#define answered(want, d, q) do {						\
	int got_ = disk_try(d, q, 60000);					\
	if (got_ != (want))							\
		fail("line %d: expected the answer %d to operation %u, got %d", __LINE__, \
		     want, (q)->op, got_);					\
} while (0)

/* -------------------------------------------------------------- honest ones */
/* rw - so many whole pages of data, from the first, in one request */
static inline struct request rw(struct disk *d, uint8_t op, uint64_t sector, unsigned int pages)
{
	struct request q = { .op = op, .byte = (uint8_t)pages, .sector = sector };
	struct segment *seg = q.seg;
	unsigned int i;

	if (pages > SEGS) {
		q.op = OP_INDIRECT;
		q.byte = op;
		q.half = (uint16_t)pages;
		q.gref = d->desc.refs[0];
		seg = (struct segment *)d->desc.at;
	}
	for (i = 0; i < pages; i++)
		seg[i] = (struct segment) { .gref = d->data.refs[i], .last = SECTORS - 1 };
	return q;
}

static inline void disk_write(struct disk *d, uint64_t sector, unsigned int pages, uint64_t seed)
{
	struct request q = rw(d, OP_WRITE, sector, pages);

	pattern_fill(d->data.at, pages * PAGE, seed, sector * 512);
	answered(RSP_OKAY, d, &q);
}

static inline void disk_verify(struct disk *d, uint64_t sector, unsigned int pages, uint64_t seed)
{
	struct request q = rw(d, OP_READ, sector, pages);
	ssize_t at;

	memset(d->data.at, 0x77, pages * PAGE);
	answered(RSP_OKAY, d, &q);
	at = pattern_differs(d->data.at, pages * PAGE, seed, sector * 512);
	if (at >= 0)
		fail("expected what was written at sector %llu, it differs at byte %zd",
		     (unsigned long long)sector, at);
}

/* disk_is_well - on the connection that there is */
static inline void disk_is_well(struct disk *d, uint64_t seed)
{
	disk_write(d, 64, 3, seed);
	disk_write(d, 128, 64, seed + 1);
	disk_verify(d, 64, 3, seed);
	disk_verify(d, 128, 64, seed + 1);
}

/* disk_recovers - an honest frontend is served after all that happened */
static inline void disk_recovers(struct disk *d)
{
	static uint64_t seed = 1000;
	const char *was = bed_step;

	step("an honest connection afterwards");
	disk_connect(d, &plain);
	disk_is_well(d, seed += 2);
	disk_disconnect(d);
	bed_step = was;
}

#endif /* BED_BLKRING_H */
