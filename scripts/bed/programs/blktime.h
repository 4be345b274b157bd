/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs of blkhostile that are about when things happen. Included by it once.
 */
#ifndef BED_BLKTIME_H
#define BED_BLKTIME_H

#include <stdatomic.h>

static unsigned int rounds = 30;

/* ---------------------------------------------------------------- changing */
static struct disk *changing_disk;
static atomic_bool changing_over;

/*
 * Numbers that mean something somewhere in a request. Each may end up where a grant is
 * named, so none may be one of the first eight: those are of the guest's own console and
 * store, and the backend would do what it is asked to.
 */
static uint32_t changing_word(uint64_t *random)
{
	static const uint32_t words[] = {
		0x00000b00, 0x0000ff00, 0x00000c01, 0xffffffff, 0x01000106, 0xffff0006,
		0x00080000, 0x0000ffff, 0x00000700, 0x00000b02, 0x00000b03, 0x00000105,
	};
	uint64_t pick = random_next(random);

	return pick & 1 ? words[pick % ARRAY_SIZE(words)] :
			  changing_disk->data.refs[pick % DATA_PAGES];
}

static void *changing_thread(void *unused)
{
	struct disk *d = changing_disk;
	volatile uint32_t *slots = (volatile uint32_t *)d->ring[0].shared->slots;
	volatile uint32_t *descs = (volatile uint32_t *)d->desc.at;
	size_t words = d->ring[0].size * d->ring[0].stride / 4;
	uint64_t random = 12;
	unsigned int i;

	(void)unused;
	while (!changing_over) {
		for (i = 0; i < 64; i++) {
			slots[random_below(&random, words)] = changing_word(&random);
			descs[random_below(&random, PAGE / 4)] = changing_word(&random);
		}
		relax();
	}
	return &changing_disk;
}

/* Each request has one answer, whatever it was when it was read. */
static void changing_round(struct disk *d, unsigned int round)
{
	struct ring *r = &d->ring[0];
	int64_t end = now_ns() + 100 * NSEC_PER_SEC;
	struct request q;
	unsigned int i;

	for (i = 0; i < r->size; i++) {
		q = rw(d, i & 1 ? OP_READ : OP_WRITE, 256 + 8 * i,
		       round & 1 ? 1 + i % SEGS : 12 + i);
		disk_make(d, r, &q);
	}
	ring_push(r);
	while (r->shared->rsp_prod != r->prod) {
		if (now_ns() > end)
			fail("expected %u more answers in round %u",
			     r->prod - r->shared->rsp_prod, round);
		sleep_ns(NSEC_PER_MSEC);
	}
	r->cons = r->prod;
}

static void changing(struct disk *d)
{
	struct options o = plain;
	unsigned int i, k;
	pthread_t thread;

	changing_disk = d;
	for (i = 0; i < 4; i++) {
		step("changing");
		o.abi = i & 2 ? "x86_32-abi" : plain.abi;
		o.persistent = i & 1;
		disk_connect(d, &o);
		changing_over = false;
		thread = thread_start(changing_thread, NULL);
		for (k = 0; k < rounds; k++)
			changing_round(d, k);
		changing_over = true;
		thread_end(thread, &changing_disk);
		disk_disconnect(d);
	}
	disk_recovers(d);
}

/* ------------------------------------------------------------------ unread */
static void unread(struct disk *d)
{
	struct ring *r = &d->ring[0];
	int64_t end = now_ns() + 200 * NSEC_PER_SEC;
	struct request q;
	unsigned int i, k;

	step("unread");
	disk_connect(d, &plain);
	for (k = 0; k < 4 * rounds; k++) {
		for (i = 0; i < r->size; i++) {
			q = rw(d, OP_READ, 8 * i, 1);
			disk_make(d, r, &q);
		}
		ring_push(r);
		while (r->shared->rsp_prod != r->prod)
			if (now_ns() > end)
				fail("expected an answer in round %u", k);
			else
				sleep_ns(NSEC_PER_MSEC / 2);
	}
	r->cons = r->prod;
	disk_is_well(d, 7);

	/* and all at once, until the ring makes no sense any more */
	for (i = 0; i < 200 * r->size; i++) {
		q = rw(d, OP_READ, 0, 1);
		disk_make(d, r, &q);
		r->shared->req_prod = r->prod;
		if (i % 7 == 0)
			event_send(&r->event);
	}
	disk_disconnect(d);
	disk_recovers(d);
}

/* ------------------------------------------------------------------- storm */
static void storm(struct disk *d)
{
	struct ring *r = &d->ring[0];
	int64_t start = now_ns();
	struct request q;
	unsigned int i;

	step("storm");
	disk_connect(d, &plain);
	for (i = 0; i < 400 * rounds; i++)
		must(event_send(&r->event));
	say("%u events in %lld ms", i, (long long)(now_ns() - start) / NSEC_PER_MSEC);
	start = now_ns();
	q = rw(d, OP_READ, 0, 1);
	answered(RSP_OKAY, d, &q);
	say("an answer after %lld ms", (long long)(now_ns() - start) / NSEC_PER_MSEC);
	disk_is_well(d, 6);

	/* with a ring that makes no sense */
	r->shared->req_prod = r->prod + 1000;
	for (i = 0; i < 400 * rounds; i++)
		must(event_send(&r->event));
	disk_disconnect(d);
	disk_recovers(d);
}

/* ---------------------------------------------------------------- inflight */
/* What ends a connection without warning. */
static void inflight_end(struct disk *d, unsigned int way)
{
	switch (way % 6) {
	case 0:
		frontend_state(&d->f, STATE_CLOSING);
		break;
	case 1:
		frontend_state(&d->f, STATE_CLOSED);
		break;
	case 2:
		frontend_state(&d->f, STATE_INITIALISING);
		break;
	case 3:
		frontend_state(&d->f, STATE_INITIALISED);
		break;
	case 4:
		event_close(&d->ring[0].event);
		d->ring[0].event.fd = open("/dev/null", O_RDWR);
		break;
	case 5:
		frontend_state(&d->f, STATE_CLOSED);
		frontend_state(&d->f, STATE_INITIALISED);
		break;
	}
}

/* A backend with requests at the disk may refuse the next connection for a while. */
static void inflight_connect(struct disk *d, const struct options *o)
{
	unsigned int tries, state;

	for (tries = 0; tries < 50; tries++) {
		disk_offer(d, o);
		frontend_state(&d->f, STATE_INITIALISED);
		state = backend_await(&d->f, 1U << STATE_CONNECTED | 1U << STATE_CLOSING, 60);
		if (state == STATE_CONNECTED) {
			disk_connected(d);
			return;
		}
		disk_disconnect(d);
	}
	fail("expected a connection after %u tries", tries);
}

static void inflight(struct disk *d)
{
	struct options o = plain;
	struct request q;
	unsigned int i, k;

	for (k = 0; k < rounds; k++) {
		step("inflight");
		o.persistent = k & 1;
		o.queues = 1 + (k & 2) / 2;
		inflight_connect(d, &o);
		for (i = 0; i < d->ring[0].size; i++) {
			q = rw(d, k & 1 ? OP_WRITE : OP_READ, 256 * (i % 16), INDIRECT_SEGS);
			if (i % 8 == 7)
				q = rw(d, OP_BARRIER, 8 * i, 1);
			disk_make(d, &d->ring[0], &q);
		}
		ring_push(&d->ring[0]);
		sleep_ns((k % 4) * NSEC_PER_MSEC);
		inflight_end(d, k);
		disk_disconnect(d);
	}
	disk_recovers(d);
}

/* ------------------------------------------------------------------ cycles */
static void cycles(struct disk *d)
{
	struct options o = plain;
	uint64_t random = 8;
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		step("cycles");
		o.order = i % 5;
		o.queues = 1 + i % 2;
		o.persistent = i & 4;
		disk_offer(d, &o);
		frontend_state(&d->f, STATE_INITIALISED);
		if (random_next(&random) & 1) {
			disk_connected(d);
			disk_is_well(d, i);
		} else {
			sleep_ns((int64_t)random_below(&random, 20) * NSEC_PER_MSEC);
		}
		disk_disconnect(d);
	}
	disk_recovers(d);
	say("%u cycles", rounds);
}

/* -------------------------------------------------------------------- load */
static void load(struct disk *d)
{
	struct options o = { .abi = plain.abi, .queues = 2, .persistent = true };
	struct request q;
	unsigned int i, k;

	disk_connect(d, &o);
	say("loads");
	for (k = 0;; k++) {
		struct ring *r = &d->ring[k & 1];

		step("load");
		for (i = 0; i < r->size; i++) {
			q = rw(d, (i + k) & 2 ? OP_WRITE : OP_READ, 256 * (i % 16), INDIRECT_SEGS);
			disk_make(d, r, &q);
		}
		ring_push(r);
		if (k)
			disk_drain(&d->ring[~k & 1]);
	}
}

#endif /* BED_BLKTIME_H */
