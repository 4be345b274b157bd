// SPDX-License-Identifier: GPL-2.0
/* Tests of reading requests: every field of every kind, in the three layouts. */
#include <kunit/test.h>
#include <linux/unaligned.h>

#include "../abi.h"

#define FILL	0xa5

/* Where the published contract (xen/include/public/io/blkif.h) puts the fields. */
struct expected {
	enum blkback_abi abi;
	unsigned int stride, id, sector, body, gref;
};

static const struct expected expected[] = {
	{ BLKBACK_ABI_X86_32, 108, 4, 12, 20, 24 },
	{ BLKBACK_ABI_X86_64, 112, 8, 16, 24, 28 },
#ifdef CONFIG_X86_32
	{ BLKBACK_ABI_NATIVE, 108, 4, 12, 20, 24 },
#else
	{ BLKBACK_ABI_NATIVE, 112, 8, 16, 24, 28 },
#endif
};

static void abi_name(const struct expected *e, char *desc)
{
	sprintf(desc, "layout %d", e->abi);
}

KUNIT_ARRAY_PARAM(abi, expected, abi_name);

#define TEST_ID		0x1122334455667788ULL
#define TEST_SECTOR	0x99aabbccddeeff01ULL

static const struct expected *start(struct kunit *test, u8 *slot, u8 op)
{
	const struct expected *e = test->param_value;

	memset(slot, FILL, 112);
	slot[0] = op;
	put_unaligned(TEST_ID, (u64 *)(slot + e->id));
	put_unaligned(TEST_SECTOR, (u64 *)(slot + e->sector));
	return e;
}

static void decode(struct kunit *test, const struct expected *e, const void *slot,
		   struct blkback_request *req)
{
	const struct blkback_layout *layout = blkback_layout_of(e->abi);

	memset(req, FILL, sizeof(*req));
	KUNIT_ASSERT_EQ(test, (unsigned int)layout->stride, e->stride);
	blkback_decode(layout, slot, req);
	KUNIT_EXPECT_EQ(test, req->id, TEST_ID);
}

static void put_seg(u8 *at, u32 gref, u8 first, u8 last)
{
	put_unaligned(gref, (u32 *)at);
	at[4] = first;
	at[5] = last;
}

static void check_direct(struct kunit *test, u8 op)
{
	u8 slot[112] __aligned(8);
	const struct expected *e = start(test, slot, op);
	struct blkback_request req;
	unsigned int i;

	slot[1] = BLKIF_MAX_SEGMENTS_PER_REQUEST;
	for (i = 0; i < BLKIF_MAX_SEGMENTS_PER_REQUEST; i++)
		put_seg(slot + e->body + 8 * i, 0x10203040 + i, i % 8, 7 - i % 4);

	decode(test, e, slot, &req);
	KUNIT_EXPECT_EQ(test, req.op, op);
	KUNIT_EXPECT_EQ(test, req.sector, TEST_SECTOR);
	KUNIT_EXPECT_EQ(test, req.nr_segs, BLKIF_MAX_SEGMENTS_PER_REQUEST);
	for (i = 0; i < BLKIF_MAX_SEGMENTS_PER_REQUEST; i++) {
		KUNIT_EXPECT_EQ(test, req.seg[i].gref, 0x10203040 + i);
		KUNIT_EXPECT_EQ(test, req.seg[i].first_sect, i % 8);
		KUNIT_EXPECT_EQ(test, req.seg[i].last_sect, 7 - i % 4);
	}
}

static void abi_test_read(struct kunit *test)
{
	check_direct(test, BLKIF_OP_READ);
}

static void abi_test_write(struct kunit *test)
{
	check_direct(test, BLKIF_OP_WRITE);
}

static void abi_test_barrier(struct kunit *test)
{
	check_direct(test, BLKIF_OP_WRITE_BARRIER);
}

static void abi_test_flush(struct kunit *test)
{
	check_direct(test, BLKIF_OP_FLUSH_DISKCACHE);
}

/* The number is told as it is; what is copied stays within the slot. */
static void abi_test_too_many(struct kunit *test)
{
	u8 slot[112] __aligned(8);
	const struct expected *e = start(test, slot, BLKIF_OP_READ);
	struct blkback_request req;
	const u8 *after = (u8 *)(&req + 1);
	const u8 *p;

	slot[1] = 255;
	memset(slot + 2, 0x5a, 2);
	decode(test, e, slot, &req);
	KUNIT_EXPECT_EQ(test, req.nr_segs, 255);
	for (p = (u8 *)&req.seg[BLKIF_MAX_SEGMENTS_PER_REQUEST]; p < after; p++)
		KUNIT_EXPECT_EQ(test, *p, FILL);
}

static void abi_test_few(struct kunit *test)
{
	u8 slot[112] __aligned(8);
	const struct expected *e = start(test, slot, BLKIF_OP_WRITE);
	struct blkback_request req;

	slot[1] = 1;
	memset(slot + e->body, 0x11, 16);
	decode(test, e, slot, &req);
	KUNIT_EXPECT_EQ(test, req.nr_segs, 1);
	KUNIT_EXPECT_EQ(test, req.seg[0].gref, 0x11111111);
	KUNIT_EXPECT_EQ(test, req.seg[1].gref, 0xa5a5a5a5);
}

static void abi_test_discard(struct kunit *test)
{
	u8 slot[112] __aligned(8);
	const struct expected *e = start(test, slot, BLKIF_OP_DISCARD);
	struct blkback_request req;

	slot[1] = BLKIF_DISCARD_SECURE;
	put_unaligned(0x123456789abcdef0ULL, (u64 *)(slot + e->body));
	decode(test, e, slot, &req);
	KUNIT_EXPECT_EQ(test, req.op, BLKIF_OP_DISCARD);
	KUNIT_EXPECT_EQ(test, req.flags, BLKIF_DISCARD_SECURE);
	KUNIT_EXPECT_EQ(test, req.sector, TEST_SECTOR);
	KUNIT_EXPECT_EQ(test, req.nr_sectors, 0x123456789abcdef0ULL);
}

static void abi_test_indirect(struct kunit *test)
{
	u8 slot[112] __aligned(8);
	const struct expected *e = start(test, slot, BLKIF_OP_INDIRECT);
	struct blkback_request req;

	slot[1] = BLKIF_OP_WRITE;
	put_unaligned((u16)0xbeef, (u16 *)(slot + 2));
	put_unaligned(0xcafef00d, (u32 *)(slot + e->gref));
	decode(test, e, slot, &req);
	KUNIT_EXPECT_EQ(test, req.op, BLKIF_OP_INDIRECT);
	KUNIT_EXPECT_EQ(test, req.inner_op, BLKIF_OP_WRITE);
	KUNIT_EXPECT_EQ(test, req.nr_segs, 0xbeef);
	KUNIT_EXPECT_EQ(test, req.sector, TEST_SECTOR);
	KUNIT_EXPECT_EQ(test, req.gref, 0xcafef00d);
}

/* Enough for an answer. */
static void abi_test_unknown(struct kunit *test)
{
	u8 slot[112] __aligned(8);
	const struct expected *e = start(test, slot, 77);
	struct blkback_request req;

	decode(test, e, slot, &req);
	KUNIT_EXPECT_EQ(test, req.op, 77);
}

static void abi_test_announced(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, blkback_announced(0, 0, 0, 32), 0);
	KUNIT_EXPECT_EQ(test, blkback_announced(32, 0, 0, 32), 32);
	KUNIT_EXPECT_EQ(test, blkback_announced(10, 8, 5, 32), 2);
	/* The indexes are free to wrap. */
	KUNIT_EXPECT_EQ(test, blkback_announced(3, 0xfffffffe, 0xfffffff0, 32), 5);
	KUNIT_EXPECT_EQ(test, blkback_announced(37, 37, 5, 32), 0);

	/* Ahead of the answers. */
	KUNIT_EXPECT_EQ(test, blkback_announced(33, 0, 0, 32), -EPROTO);
	KUNIT_EXPECT_EQ(test, blkback_announced(38, 8, 5, 32), -EPROTO);
	KUNIT_EXPECT_EQ(test, blkback_announced(38, 37, 5, 32), -EPROTO);
	/* Back, although not behind the answers. */
	KUNIT_EXPECT_EQ(test, blkback_announced(7, 8, 5, 32), -EPROTO);
	KUNIT_EXPECT_EQ(test, blkback_announced(0x80000000, 0, 0, 32), -EPROTO);
	/* Not to be, whatever the frontend does. */
	KUNIT_EXPECT_EQ(test, blkback_announced(40, 40, 5, 32), -EPROTO);
}

static struct kunit_case abi_cases[] = {
	KUNIT_CASE_PARAM(abi_test_read, abi_gen_params),
	KUNIT_CASE_PARAM(abi_test_write, abi_gen_params),
	KUNIT_CASE_PARAM(abi_test_barrier, abi_gen_params),
	KUNIT_CASE_PARAM(abi_test_flush, abi_gen_params),
	KUNIT_CASE_PARAM(abi_test_too_many, abi_gen_params),
	KUNIT_CASE_PARAM(abi_test_few, abi_gen_params),
	KUNIT_CASE_PARAM(abi_test_discard, abi_gen_params),
	KUNIT_CASE_PARAM(abi_test_indirect, abi_gen_params),
	KUNIT_CASE_PARAM(abi_test_unknown, abi_gen_params),
	KUNIT_CASE(abi_test_announced),
	{}
};

static struct kunit_suite abi_suite = {
	.name = "xen-blkback-abi",
	.test_cases = abi_cases,
};

kunit_test_suite(abi_suite);
