// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the pieces that grants can cover. Where a page of Linux's is as large as one of the
 * hypervisor's there is never more than one.
 */
#include <kunit/test.h>

#include <xen/grant_table.h>

#include "../chunk.h"

struct chunk_sum {
	unsigned int pieces;
	unsigned int bytes;
	unsigned int first_offset;
	bool straddles;
};

static struct chunk_sum chunk_sum(unsigned int offset, unsigned int len)
{
	struct chunk_sum sum = { };
	struct grant_chunk chunk = grant_chunk_first(offset, len);

	sum.first_offset = chunk.index * XEN_PAGE_SIZE + chunk.offset;
	for (; chunk.len; chunk = grant_chunk_next(chunk)) {
		sum.straddles |= chunk.offset + chunk.len > XEN_PAGE_SIZE;
		sum.bytes += chunk.len;
		sum.pieces++;
	}

	return sum;
}

static void chunk_test_ranges(struct kunit *test)
{
	static const unsigned int edges[] = {
		0, 1, 511, XEN_PAGE_SIZE - 1, PAGE_SIZE / 2, PAGE_SIZE - 1,
	};
	struct chunk_sum sum;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		for (j = 0; j < ARRAY_SIZE(edges); j++) {
			sum = chunk_sum(edges[i], edges[j]);
			KUNIT_EXPECT_EQ(test, sum.first_offset, edges[i]);
			KUNIT_EXPECT_EQ(test, sum.bytes,
					min_t(unsigned int, edges[j], PAGE_SIZE - edges[i]));
			KUNIT_EXPECT_FALSE(test, sum.straddles);
		}
	}
}

static void chunk_test_whole_page(struct kunit *test)
{
	struct chunk_sum sum = chunk_sum(0, PAGE_SIZE);

	KUNIT_EXPECT_EQ(test, sum.pieces, XEN_PFN_PER_PAGE);
	KUNIT_EXPECT_EQ(test, sum.bytes, PAGE_SIZE);

	/* What is beyond the page does not count, however much it is. */
	sum = chunk_sum(PAGE_SIZE - 1, UINT_MAX);
	KUNIT_EXPECT_EQ(test, sum.pieces, 1);
	KUNIT_EXPECT_EQ(test, sum.bytes, 1);
	KUNIT_EXPECT_EQ(test, chunk_sum(7, 0).pieces, 0);
}

/* As a larger page would be: the pieces that follow the first. */
static void chunk_test_next(struct kunit *test)
{
	struct grant_chunk chunk = { .index = 2, .offset = 96, .left = XEN_PAGE_SIZE + 5 };

	chunk = grant_chunk_next(chunk);
	KUNIT_EXPECT_EQ(test, chunk.index, 3);
	KUNIT_EXPECT_EQ(test, chunk.offset, 0);
	KUNIT_EXPECT_EQ(test, chunk.len, XEN_PAGE_SIZE);

	chunk = grant_chunk_next(chunk);
	KUNIT_EXPECT_EQ(test, chunk.index, 4);
	KUNIT_EXPECT_EQ(test, chunk.len, 5);
	KUNIT_EXPECT_EQ(test, grant_chunk_next(chunk).len, 0);
}

static void chunk_test_count(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, gnttab_count_grant(0, XEN_PAGE_SIZE), 1);
	KUNIT_EXPECT_EQ(test, gnttab_count_grant(1, XEN_PAGE_SIZE), 2);
	KUNIT_EXPECT_EQ(test, gnttab_count_grant(XEN_PAGE_SIZE - 1, 1), 1);
	KUNIT_EXPECT_EQ(test, gnttab_count_grant(5 * XEN_PAGE_SIZE + 9, 2 * XEN_PAGE_SIZE), 3);
	KUNIT_EXPECT_EQ(test, gnttab_count_grant(0, 0), 0);
}

static struct kunit_case chunk_cases[] = {
	KUNIT_CASE(chunk_test_ranges),
	KUNIT_CASE(chunk_test_whole_page),
	KUNIT_CASE(chunk_test_next),
	KUNIT_CASE(chunk_test_count),
	{ }
};

static struct kunit_suite chunk_suite = {
	.name = "xen-grant-chunk",
	.test_cases = chunk_cases,
};

kunit_test_suite(chunk_suite);

MODULE_DESCRIPTION("Tests of the pieces that grants cover");
MODULE_LICENSE("GPL");
