// SPDX-License-Identifier: GPL-2.0
/*
 * blkhostile - a block frontend that breaks the rules, each in its turn.
 *
 *	blkhostile NUMBER JOB [COUNT]
 *
 * NUMBER is the virtual device's. What comes back must be an error, or nothing
 * where the ring can make no sense any more; and an honest connection afterwards
 * must be served. The last line says how many connections there were. The jobs:
 *	honest		keeps to the rules: layouts, ring sizes, queues, operations
 *	indexes		producer indexes that jump, and scribbling over the others
 *	requests	that cannot be: segments, counts, operations, nesting, the disk's end
 *	grants		bad, revoked, read-only, the same one many times
 *	revoked		ended while they are mapped
 *	changing	requests that change while they are read
 *	unread		answers that nobody takes
 *	storm		events without a reason
 *	readonly	writes of any kind to a disk that is not to be written to
 *	blocks		parts of blocks; for a disk with 4 KiB ones
 *	nodes		nonsense in the store when it connects
 *	changes		nodes that change while it is connected
 *	states		jumps from any state to any other
 *	inflight	disconnects while requests are with the disk
 *	cycles COUNT	connects and disconnects as fast as it can
 *	resized		the size changes, and is announced
 *	vanish		the state's node goes away, for ever
 *	load		requests until somebody ends it
 *
 * build: 64
 */
#include "blkring.h"

#define SILENCE 250	/* ms in which nothing is to come */

/* ------------------------------------------------------------------ honest */
static void honest_sectors(struct disk *d)
{
	struct request q = rw(d, OP_WRITE, 32, 1);

	/* one sector of a page, then of another one */
	pattern_fill(d->data.at, PAGE, 77, 0);
	q.seg[0].first = q.seg[0].last = 3;
	answered(RSP_OKAY, d, &q);
	memset(d->data.at, 0, PAGE);
	q.op = OP_READ;
	q.seg[0].first = q.seg[0].last = 6;
	answered(RSP_OKAY, d, &q);
	holds(pattern_differs(d->data.at + 6 * 512, 512, 77, 3 * 512) < 0);
	holds(d->data.at[5 * 512] == 0 && d->data.at[7 * 512] == 0);
}

static void honest_others(struct disk *d)
{
	struct request discard = { .op = OP_DISCARD, .sector = 2048, .sectors = 1024 };
	struct request q;

	q = rw(d, OP_FLUSH, 0, 0);
	answered(RSP_OKAY, d, &q);
	q = rw(d, OP_BARRIER, 0, 0);
	answered(RSP_OKAY, d, &q);
	pattern_fill(d->data.at, 2 * PAGE, 5, 1024 * 512);
	q = rw(d, OP_BARRIER, 1024, 2);
	answered(RSP_OKAY, d, &q);
	disk_verify(d, 1024, 2, 5);
	if (node_number(d->f.backend, "feature-discard", 0)) {
		answered(RSP_OKAY, d, &discard);
		discard.byte = 1;
		answered(RSP_OKAY, d, &discard);
	}
	disk_verify(d, 1024, 2, 5);
}

/* All slots at once. */
static void honest_deep(struct disk *d)
{
	struct ring *r = &d->ring[d->use];
	struct request q;
	unsigned int i;

	for (i = 0; i < r->size; i++) {
		q = rw(d, i % 3 ? OP_READ : OP_WRITE, 8 * i, 1 + i % SEGS);
		disk_make(d, r, &q);
	}
	ring_push(r);
	holds(disk_drain(r) == 0);
}

static void honest_one(struct disk *d, const struct options *o)
{
	disk_connect(d, o);
	for (d->use = 0; d->use < d->rings; d->use++) {
		disk_is_well(d, 10 + d->use);
		honest_sectors(d);
		honest_others(d);
		honest_deep(d);
	}
	d->use = 0;
	disk_disconnect(d);
}

static void honest(struct disk *d)
{
	static const char *const abis[] = { "x86_64-abi", "x86_32-abi", NULL };
	unsigned int order = (unsigned int)node_number(d->f.backend, "max-ring-page-order", 0);
	unsigned int queues = (unsigned int)node_number(d->f.backend, "multi-queue-max-queues", 1);
	unsigned int i, count = 0;

	holds(node_number(d->f.backend, "feature-max-indirect-segments", 0) == INDIRECT_SEGS);
	holds(order <= 4 && queues > 1);
	for (i = 0; i < ARRAY_SIZE(abis) * 2; i++) {
		struct options o = {
			.abi = abis[i / 2], .order = i & 1 ? order : 0,
			.persistent = (i + i / 2) & 1, .queues = i & 1 ? 1 : 2,
		};

		step(o.abi ? o.abi : "no abi");
		honest_one(d, &o);
		count++;
	}
	say("%u kinds of connections", count);
}

/* ----------------------------------------------------------------- indexes */
static void indexes_jump(struct disk *d, uint32_t jump)
{
	struct ring *r = &d->ring[0];
	struct request q;

	disk_connect(d, &plain);
	disk_is_well(d, 1);
	r->shared->req_prod = r->prod + jump;
	must(event_send(&r->event));
	holds(!ring_await(r, SILENCE));
	/* what was broken once stays so */
	q = rw(d, OP_READ, 0, 1);
	holds(disk_try(d, &q, SILENCE) == RSP_NONE);
	disk_disconnect(d);
}

/* The other indexes are there for the frontend; nobody may trust them. */
static void indexes_scribble(struct disk *d)
{
	struct ring *r = &d->ring[0];
	uint64_t random = 4;
	int64_t end = now_ns() + 100 * NSEC_PER_SEC;
	struct request q;
	unsigned int i;

	disk_connect(d, &plain);
	for (i = 0; i < 100; i++) {
		r->shared->req_event = (uint32_t)random_next(&random);
		r->shared->rsp_event = (uint32_t)random_next(&random);
		r->shared->rsp_prod = (uint32_t)random_next(&random);
		q = rw(d, OP_READ, 0, 1);
		disk_make(d, r, &q);
		ring_push(r);
		while (r->shared->rsp_prod != r->prod) {
			if (now_ns() > end)
				fail("expected an answer in round %u", i);
			sleep_ns(NSEC_PER_MSEC);
		}
		r->cons = r->prod;
	}
	disk_disconnect(d);
}

/* Connected with indexes that are not zero, or not possible. */
static void indexes_at_start(struct disk *d)
{
	struct options o = plain;

	o.start = 0xfffffff0;
	disk_connect(d, &o);
	disk_is_well(d, 8);
	honest_deep(d);
	disk_disconnect(d);

	disk_offer(d, &plain);
	d->ring[0].shared->req_prod = d->ring[0].size + 1;
	frontend_state(&d->f, STATE_INITIALISED);
	backend_reaches(&d->f, STATE_CLOSING);
	disk_disconnect(d);
}

static void indexes(struct disk *d)
{
	/* the ring has 32 slots */
	static const uint32_t jumps[] = { 33, 0x7fffffff, 0x80000000, 0xffffffff, -33U };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(jumps); i++) {
		step("an index that jumps");
		indexes_jump(d, jumps[i]);
	}
	step("scribbling");
	indexes_scribble(d);
	step("indexes at the start");
	indexes_at_start(d);
	disk_recovers(d);
}

/* ---------------------------------------------------------------- segments */
static struct segment *seg_of(struct disk *d, struct request *q, unsigned int i)
{
	return q->op == OP_INDIRECT ? &((struct segment *)d->desc.at)[i] : &q->seg[i];
}

static void segments_one(struct disk *d, uint8_t first, uint8_t last)
{
	static const struct { uint8_t op; unsigned int pages, at; } places[] = {
		{ OP_READ, 1, 0 }, { OP_WRITE, 1, 0 }, { OP_BARRIER, 1, 0 }, { OP_FLUSH, 1, 0 },
		{ OP_READ, 3, 1 }, { OP_WRITE, 3, 2 }, { OP_WRITE, SEGS, SEGS - 1 },
		{ OP_READ, 12, 0 }, { OP_WRITE, 12, 5 }, { OP_WRITE, INDIRECT_SEGS, INDIRECT_SEGS - 1 },
	};
	struct request q;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		q = rw(d, places[i].op, 256, places[i].pages);
		seg_of(d, &q, places[i].at)->first = first;
		seg_of(d, &q, places[i].at)->last = last;
		answered(RSP_ERROR, d, &q);
	}
}

/*
 * Segments that share sectors of a page, and requests that share sectors of the disk, are
 * the frontend's to make sense of; each is done, in whatever order.
 */
static void segments_overlap(struct disk *d)
{
	static const uint8_t sectors[][2] = { { 0, 7 }, { 2, 5 }, { 0, 3 }, { 3, 7 }, { 5, 5 } };
	struct ring *r = &d->ring[0];
	struct request q;
	unsigned int i, k;

	for (i = 0; i < r->size; i++) {
		q = rw(d, i & 1 ? OP_WRITE : OP_READ, 3072 + i % 3, i & 2 ? 5 : 15);
		for (k = 0; k < (i & 2 ? 5 : 15); k++)
			*seg_of(d, &q, k) = (struct segment) {
				.gref = d->data.refs[k / ARRAY_SIZE(sectors)],
				.first = sectors[k % ARRAY_SIZE(sectors)][0],
				.last = sectors[k % ARRAY_SIZE(sectors)][1],
			};
		disk_make(d, r, &q);
	}
	ring_push(r);
	holds(disk_drain(r) == 0);
}

static void segments(struct disk *d)
{
	static const uint8_t bad[][2] = {
		{ 4, 3 }, { 1, 0 }, { 7, 6 }, { 255, 0 }, { 0, 8 }, { 8, 8 }, { 0, 255 }, { 255, 255 },
		{ 8, 7 }, { 128, 127 },
	};
	unsigned int i;

	step("segments");
	disk_connect(d, &plain);
	disk_write(d, 256, INDIRECT_SEGS, 3);
	pattern_fill(d->data.at, DATA_PAGES * PAGE, 4, 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		segments_one(d, bad[i][0], bad[i][1]);
	segments_overlap(d);
	disk_verify(d, 256, INDIRECT_SEGS, 3);
	disk_disconnect(d);
}

/* ------------------------------------------------------------------ counts */
static void counts(struct disk *d)
{
	static const uint8_t direct[] = { 12, 13, 64, 128, 255 };
	static const uint16_t indirect[] = { 0, 257, 511, 512, 4096, 32768, 65535 };
	struct request q;
	unsigned int i;
	uint8_t op;

	step("counts");
	disk_connect(d, &plain);
	disk_write(d, 256, INDIRECT_SEGS, 3);
	for (op = OP_READ; op <= OP_FLUSH; op++) {
		for (i = 0; i < ARRAY_SIZE(direct); i++) {
			q = rw(d, op, 256, SEGS);
			q.byte = direct[i];
			answered(RSP_ERROR, d, &q);
		}
		q.byte = 0;
		answered(op == OP_READ || op == OP_WRITE ? RSP_ERROR : RSP_OKAY, d, &q);
	}
	for (op = OP_READ; op <= OP_WRITE; op++)
		for (i = 0; i < ARRAY_SIZE(indirect); i++) {
			q = rw(d, op, 256, INDIRECT_SEGS);
			q.half = indirect[i];
			answered(RSP_ERROR, d, &q);
		}
	disk_verify(d, 256, INDIRECT_SEGS, 3);
	disk_disconnect(d);
}

static void operations(struct disk *d)
{
	struct request q;
	unsigned int op;

	step("operations");
	disk_connect(d, &plain);
	for (op = 0; op < 256; op++) {
		if (op <= OP_INDIRECT && op != OP_RESERVED)
			continue;
		q = rw(d, OP_WRITE, 0, 3);
		q.op = (uint8_t)op;
		answered(RSP_UNSUPPORTED, d, &q);
	}
	disk_disconnect(d);
}

#include "blkgrants.h"
#include "blktime.h"
#include "blknodes.h"

/* ------------------------------------------------------------ on the disk */
static void nesting(struct disk *d)
{
	static const uint8_t inner[] = {
		OP_BARRIER, OP_FLUSH, OP_RESERVED, OP_DISCARD, OP_INDIRECT, 7, 255,
	};
	uint64_t random = 6, *word = (uint64_t *)d->desc.at;
	struct request q;
	unsigned int i, k;

	step("nesting");
	disk_connect(d, &plain);
	for (i = 0; i < ARRAY_SIZE(inner); i++) {
		q = rw(d, OP_READ, 256, 16);
		q.byte = inner[i];
		answered(RSP_ERROR, d, &q);
	}
	for (i = 0; i < 50; i++) {
		q = rw(d, i & 1 ? OP_READ : OP_WRITE, 256, INDIRECT_SEGS);
		for (k = 0; k < PAGE / 8; k++)
			word[k] = random_next(&random);
		answered(RSP_ERROR, d, &q);
	}
	/* the ring describes it */
	q = rw(d, OP_READ, 256, 16);
	q.gref = d->ring[0].pages.refs[0];
	answered(RSP_ERROR, d, &q);
	disk_disconnect(d);
}

static void end_of_disk(struct disk *d)
{
	struct request q;
	unsigned int i;

	step("the end of the disk");
	disk_connect(d, &plain);
	{
		const struct { uint64_t sector; unsigned int pages; } bad[] = {
			{ d->sectors, 1 }, { d->sectors - d->block, 1 + (d->block == SECTORS) },
			{ d->sectors - 8, 2 }, { d->sectors - 8, INDIRECT_SEGS },
			{ -1ULL, 1 }, { -8ULL, 1 }, { -8ULL, 2 }, { -16ULL, 3 },
			{ -8ULL * INDIRECT_SEGS, INDIRECT_SEGS },
			{ 1ULL << 63, 1 }, { 1ULL << 55, 1 }, { 1ULL << 32, 1 },
		};
		const uint64_t discards[][2] = {
			{ d->sectors, 8 }, { 0, d->sectors + 8 }, { 8, -8ULL }, { -8ULL, 16 },
			{ d->sectors - 8, 16 }, { 1ULL << 63, 1ULL << 63 }, { 8, -1ULL },
		};

		q = rw(d, OP_READ, d->sectors - 8, 1);
		answered(RSP_OKAY, d, &q);
		disk_write(d, 0, 8, 9);
		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			q = rw(d, OP_READ, bad[i].sector, bad[i].pages);
			answered(RSP_ERROR, d, &q);
			q = rw(d, OP_WRITE, bad[i].sector, bad[i].pages);
			answered(RSP_ERROR, d, &q);
		}
		for (i = 0; i < ARRAY_SIZE(discards); i++) {
			q = (struct request) { .op = OP_DISCARD, .byte = i & 1,
					       .sector = discards[i][0], .sectors = discards[i][1] };
			answered(RSP_ERROR, d, &q);
		}
		disk_verify(d, 0, 8, 9);
	}
	disk_disconnect(d);
}

static void requests(struct disk *d)
{
	segments(d);
	counts(d);
	operations(d);
	nesting(d);
	end_of_disk(d);
	disk_recovers(d);
}

static void readonly(struct disk *d)
{
	struct request q, discard = { .op = OP_DISCARD, .sectors = 8 };
	uint8_t op;

	step("a read-only disk");
	disk_connect(d, &plain);
	holds(node_number(d->f.backend, "info", 0) & 4);
	q = rw(d, OP_READ, 0, SEGS);
	answered(RSP_OKAY, d, &q);
	pattern_fill(d->data.at, DATA_PAGES * PAGE, 4, 0);
	for (op = OP_WRITE; op <= OP_FLUSH; op++) {
		q = rw(d, op, 0, SEGS);
		answered(RSP_ERROR, d, &q);
		q = rw(d, op, 0, 0);
		answered(RSP_ERROR, d, &q);
	}
	q = rw(d, OP_WRITE, 0, INDIRECT_SEGS);
	answered(RSP_ERROR, d, &q);
	for (discard.byte = 0; discard.byte < 2; discard.byte++)
		answered(RSP_ERROR, d, &discard);
	q = rw(d, OP_READ, 0, INDIRECT_SEGS);
	answered(RSP_OKAY, d, &q);
	disk_disconnect(d);
}

static void blocks(struct disk *d)
{
	struct request q;

	step("parts of blocks");
	disk_connect(d, &plain);
	holds(d->block == SECTORS);
	disk_write(d, 0, 8, 2);
	q = rw(d, OP_WRITE, 0, 1);
	q.seg[0].last = 3;
	answered(RSP_ERROR, d, &q);
	q = rw(d, OP_READ, 0, 2);
	q.seg[0].first = 4;
	q.seg[1].last = 3;
	answered(RSP_ERROR, d, &q);
	q = rw(d, OP_WRITE, 1, 1);
	answered(RSP_ERROR, d, &q);
	q = (struct request) { .op = OP_DISCARD, .sector = 1, .sectors = 8 };
	answered(RSP_ERROR, d, &q);
	q = (struct request) { .op = OP_DISCARD, .sector = 8, .sectors = 4 };
	answered(RSP_ERROR, d, &q);
	disk_verify(d, 0, 8, 2);
	disk_disconnect(d);
	disk_recovers(d);
}

static const struct { const char *name; void (*run)(struct disk *d); } jobs[] = {
	{ "honest", honest }, { "indexes", indexes }, { "requests", requests },
	{ "grants", grants }, { "revoked", revoked }, { "changing", changing },
	{ "unread", unread }, { "storm", storm }, { "readonly", readonly }, { "blocks", blocks },
	{ "nodes", nodes }, { "changes", changes }, { "states", states },
	{ "inflight", inflight }, { "cycles", cycles }, { "resized", resized },
	{ "vanish", vanish }, { "load", load },
};

int main(int argc, char **argv)
{
	struct disk disk;
	unsigned int i;

	if (argc < 3 || argc > 4)
		usage("blkhostile NUMBER JOB [COUNT]");
	if (argc == 4)
		rounds = (unsigned int)number(argv[3], 1, 1000000);
	for (i = 0; i < ARRAY_SIZE(jobs) && strcmp(jobs[i].name, argv[2]); i++)
		;
	if (i == ARRAY_SIZE(jobs))
		usage("blkhostile NUMBER JOB [COUNT]");
	step("start");
	disk_open(&disk, (unsigned int)number(argv[1], 0, 0x7fffffff));
	jobs[i].run(&disk);
	step("end");
	disk_close(&disk);
	say("%u connections", disk_offers);
	return 0;
}
