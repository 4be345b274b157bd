/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs of blkhostile that are about grants. Included by it once.
 */
#ifndef BED_BLKGRANTS_H
#define BED_BLKGRANTS_H

/* One bad reference, wherever a request has references. */
static void grants_bad(struct disk *d, uint32_t gref)
{
	static const struct { unsigned int pages, at; } places[] = {
		{ 1, 0 }, { 3, 1 }, { SEGS, 0 }, { SEGS, SEGS - 1 }, { 40, 33 },
		{ INDIRECT_SEGS, INDIRECT_SEGS - 1 },
	};
	struct request q;
	unsigned int i;
	uint8_t op;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		for (op = OP_READ; op <= OP_WRITE; op++) {
			q = rw(d, op, 256, places[i].pages);
			seg_of(d, &q, places[i].at)->gref = gref;
			answered(RSP_ERROR, d, &q);
		}
	q = rw(d, OP_READ, 256, 100);
	q.gref = gref;
	answered(RSP_ERROR, d, &q);
	q = rw(d, OP_FLUSH, 256, 2);
	q.seg[1].gref = gref;
	answered(RSP_ERROR, d, &q);
}

/* Pages that the backend may read, but not write. */
static void grants_read_only(struct disk *d)
{
	struct granted ro;
	struct request q;
	int fd = open_device("gntalloc");

	grant_to(&ro, fd, 1, false, d->f.domid);
	q = rw(d, OP_READ, 256, 3);
	q.seg[1].gref = ro.refs[0];
	answered(RSP_ERROR, d, &q);
	/* mappings that stay are for both directions */
	q = rw(d, OP_WRITE, 1024, 3);
	q.seg[1].gref = ro.refs[0];
	answered(d->o.persistent ? RSP_ERROR : RSP_OKAY, d, &q);
	ungrant(&ro);
	close(fd);
}

/* The same page for all segments; the pages of the ring and of the descriptors as data. */
static void grants_same(struct disk *d)
{
	uint32_t own = d->ring[0].pages.refs[0];
	struct request q;
	unsigned int i, k;

	/* from 128 times on the hypervisor fears for its counters */
	for (i = 0; i < 3; i++) {
		q = rw(d, i & 1 ? OP_READ : OP_WRITE, 1024, 100);
		for (k = 0; k < 100; k++)
			seg_of(d, &q, k)->gref = d->data.refs[7];
		answered(RSP_OKAY, d, &q);
		q = rw(d, i & 1 ? OP_READ : OP_WRITE, 1024, SEGS);
		for (k = 0; k < SEGS; k++)
			q.seg[k].gref = d->data.refs[i];
		answered(RSP_OKAY, d, &q);
	}
	q = rw(d, OP_WRITE, 1024, 3);
	q.seg[1].gref = own;
	answered(RSP_OKAY, d, &q);
	q = rw(d, OP_WRITE, 1024, 30);
	seg_of(d, &q, 3)->gref = d->desc.refs[0];
	answered(RSP_OKAY, d, &q);
}

/* The disk overwrites the descriptors while they are read, and then the ring. */
static void grants_overwritten(struct disk *d)
{
	struct ring *r = &d->ring[0];
	struct request q;
	unsigned int i;

	disk_connect(d, &d->o);
	disk_write(d, 1024, INDIRECT_SEGS, 42);
	for (i = 0; i < 20; i++) {
		q = rw(d, OP_READ, 1024, 100);
		seg_of(d, &q, 0)->gref = d->desc.refs[0];
		disk_try(d, &q, 60000);
	}
	q = rw(d, OP_READ, 1024, 1);
	q.seg[0].gref = r->pages.refs[0];
	disk_make(d, r, &q);
	ring_push(r);
	/* whatever comes of it */
	ring_await(r, SILENCE);
	event_send(&r->event);
	disk_disconnect(d);
}

static void grants(struct disk *d)
{
	struct granted gone, foreign;
	int fd = open_device("gntalloc");
	struct options o = plain;
	unsigned int i;

	grant_to(&gone, fd, 1, true, d->f.domid);
	ungrant(&gone);
	grant_to(&foreign, fd, 1, true, 12345);
	for (i = 0; i < 2; i++) {
		const uint32_t bad[] = {
			0xffffffff, 0x7fffffff, 100000, gone.refs[0], foreign.refs[0],
		};
		unsigned int k;

		o.persistent = i;
		step(o.persistent ? "grants, persistent" : "grants");
		disk_connect(d, &o);
		disk_write(d, 256, INDIRECT_SEGS, 3);
		for (k = 0; k < ARRAY_SIZE(bad); k++)
			grants_bad(d, bad[k]);
		grants_read_only(d);
		grants_same(d);
		disk_verify(d, 256, 64, 3);
		disk_disconnect(d);
		grants_overwritten(d);
	}
	ungrant(&foreign);
	close(fd);
	disk_recovers(d);
}

/* ----------------------------------------------------------------- revoked */
static void revoked_one(struct disk *d, const struct options *o)
{
	struct granted pages;
	struct request q;
	unsigned int i;
	int fd = open_device("gntalloc");

	disk_connect(d, o);
	grant_to(&pages, fd, 64, true, d->f.domid);
	q = rw(d, OP_WRITE, 256, 64);
	for (i = 0; i < 64; i++)
		seg_of(d, &q, i)->gref = pages.refs[i];
	answered(RSP_OKAY, d, &q);
	ungrant(&pages);
	/* a mapping that stays is still there; otherwise there is nothing to be had */
	q = rw(d, OP_READ, 256, 64);
	for (i = 0; i < 64; i++)
		seg_of(d, &q, i)->gref = pages.refs[i];
	answered(o->persistent ? RSP_OKAY : RSP_ERROR, d, &q);

	/* pages that go away while requests use them */
	grant_to(&pages, fd, 64, true, d->f.domid);
	for (i = 0; i < d->ring[0].size; i++) {
		unsigned int k;

		q = rw(d, i & 1 ? OP_READ : OP_WRITE, 256 + 64 * i, SEGS);
		for (k = 0; k < SEGS; k++)
			q.seg[k].gref = pages.refs[(i + k) % 64];
		disk_make(d, &d->ring[0], &q);
	}
	ring_push(&d->ring[0]);
	ungrant(&pages);
	disk_drain(&d->ring[0]);
	disk_is_well(d, 3);
	disk_disconnect(d);
	close(fd);
}

static void revoked(struct disk *d)
{
	struct options o = plain;
	unsigned int i;

	step("revoked");
	for (i = 0; i < 4; i++) {
		o.persistent = i & 1;
		revoked_one(d, &o);
	}
	disk_recovers(d);
}

#endif /* BED_BLKGRANTS_H */
