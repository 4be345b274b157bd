// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the arithmetic of batches.
 */
#include <kunit/test.h>

#include "../batch.h"

#define A	0x7f0000000000UL		/* some user address */

static void privcmd_test_parts_cover(struct kunit *test)
{
	static const unsigned int nrs[] = {
		1, PRIVCMD_PART - 1, PRIVCMD_PART, PRIVCMD_PART + 1, 3 * PRIVCMD_PART,
		3 * PRIVCMD_PART + 5,
	};
	unsigned int i, pos, nr, parts;

	for (i = 0; i < ARRAY_SIZE(nrs); i++) {
		parts = 0;
		for (pos = 0; pos < nrs[i]; pos += nr, parts++) {
			nr = privcmd_part(nrs[i], pos);
			KUNIT_ASSERT_GT(test, nr, 0);
			KUNIT_ASSERT_LE(test, nr, PRIVCMD_PART);
			KUNIT_EXPECT_EQ(test, pos % PRIVCMD_PART, 0);
		}
		KUNIT_EXPECT_EQ(test, pos, nrs[i]);
		KUNIT_EXPECT_EQ(test, parts, DIV_ROUND_UP(nrs[i], PRIVCMD_PART));
	}
	KUNIT_EXPECT_EQ(test, privcmd_part(UINT_MAX, 0), PRIVCMD_PART);
	KUNIT_EXPECT_EQ(test, privcmd_part(UINT_MAX, UINT_MAX - 1), 1);

	/* Each part starts on a page. */
	KUNIT_EXPECT_EQ(test, PRIVCMD_PART % XEN_PFN_PER_PAGE, 0);
}

static void privcmd_test_frame_pages(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, privcmd_frame_pages(0), 0);
	KUNIT_EXPECT_EQ(test, privcmd_frame_pages(1), 1);
	KUNIT_EXPECT_EQ(test, privcmd_frame_pages(XEN_PFN_PER_PAGE), 1);
	KUNIT_EXPECT_EQ(test, privcmd_frame_pages(XEN_PFN_PER_PAGE + 1), 2);
	KUNIT_EXPECT_EQ(test, privcmd_frame_pages(UINT_MAX),
			((u64)UINT_MAX + XEN_PFN_PER_PAGE - 1) / XEN_PFN_PER_PAGE);
}

static void privcmd_test_range_fits(struct kunit *test)
{
	const unsigned long end = A + 4 * PAGE_SIZE;

	KUNIT_EXPECT_TRUE(test, privcmd_range_fits(A, end, A, 4));
	KUNIT_EXPECT_TRUE(test, privcmd_range_fits(A, end, A, 0));
	KUNIT_EXPECT_TRUE(test, privcmd_range_fits(A, end, A + 3 * PAGE_SIZE, 1));
	KUNIT_EXPECT_FALSE(test, privcmd_range_fits(A, end, A, 5));
	KUNIT_EXPECT_FALSE(test, privcmd_range_fits(A, end, A + 3 * PAGE_SIZE, 2));
	KUNIT_EXPECT_FALSE(test, privcmd_range_fits(A, end, end, 0));
	KUNIT_EXPECT_FALSE(test, privcmd_range_fits(A, end, A - PAGE_SIZE, 1));
	KUNIT_EXPECT_FALSE(test, privcmd_range_fits(A, end, A + 8, 1));
	/* numbers whose length in bytes wraps */
	KUNIT_EXPECT_FALSE(test, privcmd_range_fits(A, end, A, ULONG_MAX));
	KUNIT_EXPECT_FALSE(test, privcmd_range_fits(A, end, A, (ULONG_MAX >> PAGE_SHIFT) + 1));
	KUNIT_EXPECT_FALSE(test, privcmd_range_fits(A, end, A, (ULONG_MAX >> PAGE_SHIFT) + 3));
}

static void privcmd_test_outcome(struct kunit *test)
{
	int errors[4] = { };

	KUNIT_EXPECT_EQ(test, privcmd_outcome(errors, 0), PRIVCMD_ALL_MAPPED);
	KUNIT_EXPECT_EQ(test, privcmd_outcome(errors, 4), PRIVCMD_ALL_MAPPED);
	errors[3] = -EINVAL;
	KUNIT_EXPECT_EQ(test, privcmd_outcome(errors, 4), PRIVCMD_SOME_FAILED);
	KUNIT_EXPECT_EQ(test, privcmd_outcome(errors, 3), PRIVCMD_ALL_MAPPED);
	errors[1] = -ENOENT;
	KUNIT_EXPECT_EQ(test, privcmd_outcome(errors, 4), PRIVCMD_SOME_PAGED_OUT);
	/* whichever comes first */
	errors[0] = -EPERM;
	KUNIT_EXPECT_EQ(test, privcmd_outcome(errors, 4), PRIVCMD_SOME_PAGED_OUT);
	KUNIT_EXPECT_EQ(test, privcmd_outcome(errors, 1), PRIVCMD_SOME_FAILED);
}

static void privcmd_test_v1_marks(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, privcmd_v1_marked(0x1234, 0), 0x1234);
	KUNIT_EXPECT_EQ(test, privcmd_v1_marked(0x1234, -ENOENT), 0x80001234);
	KUNIT_EXPECT_EQ(test, privcmd_v1_marked(0x1234, -EINVAL), 0xf0001234);
	KUNIT_EXPECT_EQ(test, privcmd_v1_marked(0x1234, -EPERM), 0xf0001234);
}

static void privcmd_test_buf_pages(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, privcmd_buf_pages(A, 0), 0);
	KUNIT_EXPECT_EQ(test, privcmd_buf_pages(A + 5, 0), 0);
	KUNIT_EXPECT_EQ(test, privcmd_buf_pages(A, 1), 1);
	KUNIT_EXPECT_EQ(test, privcmd_buf_pages(A, PAGE_SIZE), 1);
	KUNIT_EXPECT_EQ(test, privcmd_buf_pages(A + 1, PAGE_SIZE), 2);
	KUNIT_EXPECT_EQ(test, privcmd_buf_pages(A + PAGE_SIZE - 1, 1), 1);
	KUNIT_EXPECT_EQ(test, privcmd_buf_pages(A + PAGE_SIZE - 1, 2), 2);
	KUNIT_EXPECT_EQ(test, privcmd_buf_pages(A, UINT_MAX), (UINT_MAX >> PAGE_SHIFT) + 1);
}

static void privcmd_test_bufs_limits(struct kunit *test)
{
	struct privcmd_dm_op_buf bufs[3] = {
		{ .uptr = (void __user *)A, .size = 16 },
		{ .uptr = (void __user *)(A + PAGE_SIZE - 1), .size = 4096 },
		{ .uptr = NULL, .size = 0 },
	};
	struct privcmd_dm_op_buf *many;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, privcmd_bufs_pages(bufs, 0, 4096), 0);
	KUNIT_EXPECT_EQ(test, privcmd_bufs_pages(bufs, 1, 4096), 1);
	KUNIT_EXPECT_EQ(test, privcmd_bufs_pages(bufs, 3, 4096),
			1 + privcmd_buf_pages(A + PAGE_SIZE - 1, 4096));
	KUNIT_EXPECT_EQ(test, privcmd_bufs_pages(bufs, 2, 4095), -E2BIG);
	KUNIT_EXPECT_EQ(test, privcmd_bufs_pages(bufs, 1, 15), -E2BIG);
	KUNIT_EXPECT_EQ(test, privcmd_bufs_pages(bufs, 1, 16), 1);

	/* so many that a 32-bit sum of pages would wrap to few */
	many = kunit_kcalloc(test, 4096, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (i = 0; i < 4096; i++) {
		many[i].uptr = (void __user *)A;
		many[i].size = UINT_MAX;
	}
	KUNIT_EXPECT_EQ(test, privcmd_bufs_pages(many, 4096, UINT_MAX), -E2BIG);
}

static struct kunit_case privcmd_test_cases[] = {
	KUNIT_CASE(privcmd_test_parts_cover),
	KUNIT_CASE(privcmd_test_frame_pages),
	KUNIT_CASE(privcmd_test_range_fits),
	KUNIT_CASE(privcmd_test_outcome),
	KUNIT_CASE(privcmd_test_v1_marks),
	KUNIT_CASE(privcmd_test_buf_pages),
	KUNIT_CASE(privcmd_test_bufs_limits),
	{ }
};

static struct kunit_suite privcmd_test_suite = {
	.name = "xen-privcmd-batch",
	.test_cases = privcmd_test_cases,
};

kunit_test_suite(privcmd_test_suite);

MODULE_DESCRIPTION("Tests of the arithmetic of privcmd's batches");
MODULE_LICENSE("GPL");
