// SPDX-License-Identifier: GPL-2.0
/* Tests of checking requests: what is let through, and each reason not to. */
#include <kunit/test.h>

#include "../parse.h"

/* 1000 blocks of 4 KiB. */
static const struct blkback_limits disk = {
	.sectors = 8000, .block_mask = 7, .can_erase = true,
};

static const struct blkback_limits small_blocks = { .sectors = 8000 };
static const struct blkback_limits readonly = { .sectors = 8000, .readonly = true };

static enum blkback_kind kind_of(struct blkback_request req, const struct blkback_limits *limits,
				 struct blkback_plan *plan)
{
	enum blkback_kind kind = blkback_parse(&req, limits, plan);

	return kind == plan->kind ? kind : -1;
}

#define REQ(...)	((struct blkback_request) { .id = 1, __VA_ARGS__ })

#define EXPECT_KIND(test, limits, expected, ...)					\
({											\
	struct blkback_plan _plan;							\
											\
	KUNIT_EXPECT_EQ(test, kind_of(REQ(__VA_ARGS__), limits, &_plan), expected);	\
	_plan;										\
})

#define EXPECT_REJECT(test, limits, expected_status, ...)				\
	KUNIT_EXPECT_EQ(test,								\
			EXPECT_KIND(test, limits, BLKBACK_REJECT, __VA_ARGS__).status,	\
			expected_status)

static void parse_test_transfers(struct kunit *test)
{
	struct blkback_plan plan;

	plan = EXPECT_KIND(test, &disk, BLKBACK_READ, .op = BLKIF_OP_READ, .nr_segs = 11,
			   .sector = 16);
	KUNIT_EXPECT_EQ(test, plan.op, BLKIF_OP_READ);
	KUNIT_EXPECT_EQ(test, plan.status, BLKIF_RSP_OKAY);
	KUNIT_EXPECT_EQ(test, plan.nr_segs, 11);
	KUNIT_EXPECT_EQ(test, plan.sector, 16);
	KUNIT_EXPECT_FALSE(test, plan.indirect);

	EXPECT_KIND(test, &disk, BLKBACK_WRITE, .op = BLKIF_OP_WRITE, .nr_segs = 1);
	EXPECT_KIND(test, &disk, BLKBACK_FLUSH, .op = BLKIF_OP_FLUSH_DISKCACHE, .nr_segs = 1);
	EXPECT_KIND(test, &disk, BLKBACK_BARRIER, .op = BLKIF_OP_WRITE_BARRIER, .nr_segs = 1);
	EXPECT_KIND(test, &disk, BLKBACK_FLUSH, .op = BLKIF_OP_FLUSH_DISKCACHE);
	EXPECT_KIND(test, &disk, BLKBACK_BARRIER, .op = BLKIF_OP_WRITE_BARRIER);
	EXPECT_KIND(test, &readonly, BLKBACK_READ, .op = BLKIF_OP_READ, .nr_segs = 1);
}

static void parse_test_transfers_rejected(struct kunit *test)
{
	static const u8 writes[] = {
		BLKIF_OP_WRITE, BLKIF_OP_WRITE_BARRIER, BLKIF_OP_FLUSH_DISKCACHE,
	};
	unsigned int i;

	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, .op = BLKIF_OP_READ, .nr_segs = 0);
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, .op = BLKIF_OP_WRITE, .nr_segs = 0);
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, .op = BLKIF_OP_READ, .nr_segs = 12);
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, .op = BLKIF_OP_READ, .nr_segs = 255);
	for (i = 0; i < ARRAY_SIZE(writes); i++) {
		EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, .op = writes[i], .nr_segs = 12);
		EXPECT_REJECT(test, &readonly, BLKIF_RSP_ERROR, .op = writes[i], .nr_segs = 1);
	}
}

static void parse_test_indirect(struct kunit *test)
{
	struct blkback_plan plan;

	plan = EXPECT_KIND(test, &disk, BLKBACK_READ, .op = BLKIF_OP_INDIRECT,
			   .inner_op = BLKIF_OP_READ, .nr_segs = 256, .sector = 8);
	KUNIT_EXPECT_EQ(test, plan.op, BLKIF_OP_READ);
	KUNIT_EXPECT_EQ(test, plan.nr_segs, 256);
	KUNIT_EXPECT_EQ(test, plan.sector, 8);
	KUNIT_EXPECT_TRUE(test, plan.indirect);
	EXPECT_KIND(test, &disk, BLKBACK_WRITE, .op = BLKIF_OP_INDIRECT,
		    .inner_op = BLKIF_OP_WRITE, .nr_segs = 1);
}

#define INDIRECT(inner, nr)	.op = BLKIF_OP_INDIRECT, .inner_op = (inner), .nr_segs = (nr)

static void parse_test_indirect_rejected(struct kunit *test)
{
	struct blkback_plan plan;

	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, INDIRECT(BLKIF_OP_READ, 257));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, INDIRECT(BLKIF_OP_READ, 65535));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, INDIRECT(BLKIF_OP_READ, 0));
	EXPECT_REJECT(test, &readonly, BLKIF_RSP_ERROR, INDIRECT(BLKIF_OP_WRITE, 1));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, INDIRECT(BLKIF_OP_FLUSH_DISKCACHE, 1));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, INDIRECT(BLKIF_OP_WRITE_BARRIER, 1));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, INDIRECT(BLKIF_OP_DISCARD, 1));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, INDIRECT(BLKIF_OP_INDIRECT, 1));

	plan = EXPECT_KIND(test, &disk, BLKBACK_REJECT, INDIRECT(99, 1));
	KUNIT_EXPECT_EQ(test, plan.op, 99);
}

#define DISCARD(from, nr)	.op = BLKIF_OP_DISCARD, .sector = (from), .nr_sectors = (nr)

static void parse_test_discard(struct kunit *test)
{
	struct blkback_plan plan;

	plan = EXPECT_KIND(test, &disk, BLKBACK_DISCARD, DISCARD(8, 7992));
	KUNIT_EXPECT_EQ(test, plan.sector, 8);
	KUNIT_EXPECT_EQ(test, plan.nr_sectors, 7992);
	EXPECT_KIND(test, &disk, BLKBACK_DISCARD, DISCARD(0, 0));
	EXPECT_KIND(test, &disk, BLKBACK_ERASE, DISCARD(0, 8), .flags = BLKIF_DISCARD_SECURE);
	/* Where it cannot be secure, it is a hint like any other. */
	EXPECT_KIND(test, &small_blocks, BLKBACK_DISCARD, DISCARD(1, 1),
		    .flags = BLKIF_DISCARD_SECURE);
}

static void parse_test_discard_rejected(struct kunit *test)
{
	EXPECT_REJECT(test, &readonly, BLKIF_RSP_ERROR, DISCARD(0, 8));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, DISCARD(0, 8008));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, DISCARD(8000, 8));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, DISCARD(8, ~7ULL));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, DISCARD(~7ULL, 16));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, DISCARD(1, 8));
	EXPECT_REJECT(test, &disk, BLKIF_RSP_ERROR, DISCARD(8, 1));
}

static void parse_test_unknown(struct kunit *test)
{
	struct blkback_plan plan;

	EXPECT_REJECT(test, &disk, BLKIF_RSP_EOPNOTSUPP, .op = 4);
	plan = EXPECT_KIND(test, &disk, BLKBACK_REJECT, .op = 255);
	KUNIT_EXPECT_EQ(test, plan.op, 255);
	KUNIT_EXPECT_EQ(test, plan.status, BLKIF_RSP_EOPNOTSUPP);
}

static int plan_segs(struct blkback_plan *plan, const struct blkif_request_segment *segs,
		     unsigned int nr, u32 block_mask, struct blkback_frame *frames,
		     struct bio_vec *vecs)
{
	*plan = (struct blkback_plan) { .kind = BLKBACK_READ, .nr_segs = nr };
	return blkback_plan_segs(plan, segs, block_mask, frames, vecs);
}

static void parse_test_segments(struct kunit *test)
{
	static const struct blkif_request_segment segs[] = {
		{ .gref = 10, .first_sect = 0, .last_sect = 7 },
		{ .gref = ~0U, .first_sect = 3, .last_sect = 3 },
		{ .gref = 10, .first_sect = 6, .last_sect = 7 },
	};
	struct blkback_frame frames[3];
	struct bio_vec vecs[3];
	struct blkback_plan plan;

	KUNIT_ASSERT_EQ(test, plan_segs(&plan, segs, 3, 0, frames, vecs), 0);
	KUNIT_EXPECT_EQ(test, plan.nr_sectors, 11);
	KUNIT_EXPECT_EQ(test, frames[0].gref, 10);
	KUNIT_EXPECT_EQ(test, vecs[0].bv_offset, 0);
	KUNIT_EXPECT_EQ(test, vecs[0].bv_len, 4096);
	KUNIT_EXPECT_EQ(test, frames[1].gref, ~0U);
	KUNIT_EXPECT_EQ(test, vecs[1].bv_offset, 3 * 512);
	KUNIT_EXPECT_EQ(test, vecs[1].bv_len, 512);
	KUNIT_EXPECT_EQ(test, vecs[2].bv_offset, 6 * 512);
	KUNIT_EXPECT_EQ(test, vecs[2].bv_len, 1024);
	KUNIT_EXPECT_EQ(test, plan_segs(&plan, segs, 0, 0, frames, vecs), 0);
	KUNIT_EXPECT_EQ(test, plan.nr_sectors, 0);
}

/* As many as a frame of descriptors may have here. */
static void parse_test_many_segments(struct kunit *test)
{
	struct blkif_request_segment *segs;
	struct blkback_frame *frames;
	struct blkback_plan plan;
	struct bio_vec *vecs;
	unsigned int i;

	segs = kunit_kcalloc(test, BLKBACK_MAX_SEGS, sizeof(*segs), GFP_KERNEL);
	frames = kunit_kcalloc(test, BLKBACK_MAX_SEGS, sizeof(*frames), GFP_KERNEL);
	vecs = kunit_kcalloc(test, BLKBACK_MAX_SEGS, sizeof(*vecs), GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, segs && frames && vecs);

	for (i = 0; i < BLKBACK_MAX_SEGS; i++)
		segs[i] = (struct blkif_request_segment) { .gref = i, .last_sect = 7 };
	KUNIT_ASSERT_EQ(test, plan_segs(&plan, segs, BLKBACK_MAX_SEGS, 7, frames, vecs), 0);
	KUNIT_EXPECT_EQ(test, plan.nr_sectors, 8 * BLKBACK_MAX_SEGS);
	KUNIT_EXPECT_EQ(test, frames[255].gref, 255);
	KUNIT_EXPECT_EQ(test, vecs[255].bv_len, 4096);

	/* The last counts as well. */
	segs[255].last_sect = 8;
	KUNIT_EXPECT_EQ(test, plan_segs(&plan, segs, BLKBACK_MAX_SEGS, 7, frames, vecs), -EINVAL);
}

static void parse_test_segments_rejected(struct kunit *test)
{
	static const struct blkif_request_segment bad[] = {
		{ .first_sect = 0, .last_sect = 8 },
		{ .first_sect = 8, .last_sect = 8 },
		{ .first_sect = 4, .last_sect = 3 },
		{ .first_sect = 1, .last_sect = 0 },
		{ .first_sect = 0, .last_sect = 255 },
		{ .first_sect = 255, .last_sect = 255 },
	};
	static const struct blkif_request_segment part = { .first_sect = 0, .last_sect = 3 };
	struct blkback_frame frame;
	struct blkback_plan plan;
	struct bio_vec vec;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ(test, plan_segs(&plan, &bad[i], 1, 0, &frame, &vec), -EINVAL);
	/* Half a block. */
	KUNIT_EXPECT_EQ(test, plan_segs(&plan, &part, 1, 7, &frame, &vec), -EINVAL);
	KUNIT_EXPECT_EQ(test, plan_segs(&plan, &part, 1, 3, &frame, &vec), 0);
}

static bool range(u64 sector, u64 nr, const struct blkback_limits *limits)
{
	struct blkback_plan plan = { .sector = sector, .nr_sectors = nr };

	return blkback_range_is_valid(&plan, limits);
}

static void parse_test_range(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, range(0, 8000, &small_blocks));
	KUNIT_EXPECT_TRUE(test, range(7999, 1, &small_blocks));
	KUNIT_EXPECT_FALSE(test, range(7999, 2, &small_blocks));
	KUNIT_EXPECT_FALSE(test, range(8000, 1, &small_blocks));
	KUNIT_EXPECT_FALSE(test, range(8001, 1, &small_blocks));
	KUNIT_EXPECT_FALSE(test, range(0, 8001, &small_blocks));
	KUNIT_EXPECT_FALSE(test, range(~0ULL, 1, &small_blocks));
	KUNIT_EXPECT_FALSE(test, range(~0ULL, 2, &small_blocks));
	KUNIT_EXPECT_FALSE(test, range(1, ~0ULL, &small_blocks));
	KUNIT_EXPECT_FALSE(test, range(4, 8, &disk));
	KUNIT_EXPECT_TRUE(test, range(8, 8, &disk));
	/* A flush has no place. */
	KUNIT_EXPECT_TRUE(test, range(~0ULL, 0, &disk));
}

static struct kunit_case parse_cases[] = {
	KUNIT_CASE(parse_test_transfers),
	KUNIT_CASE(parse_test_transfers_rejected),
	KUNIT_CASE(parse_test_indirect),
	KUNIT_CASE(parse_test_indirect_rejected),
	KUNIT_CASE(parse_test_discard),
	KUNIT_CASE(parse_test_discard_rejected),
	KUNIT_CASE(parse_test_unknown),
	KUNIT_CASE(parse_test_segments),
	KUNIT_CASE(parse_test_many_segments),
	KUNIT_CASE(parse_test_segments_rejected),
	KUNIT_CASE(parse_test_range),
	{}
};

static struct kunit_suite parse_suite = {
	.name = "xen-blkback-parse",
	.test_cases = parse_cases,
};

kunit_test_suite(parse_suite);
