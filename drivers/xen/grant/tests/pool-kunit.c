// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the pool of free grant references.
 *
 * Each has a small pool of its own, of one frame that can grow to three.
 */
#include <kunit/test.h>

#include "../pool.h"

#define FRAME		512
#define LIMIT		(3 * FRAME)
#define FIRST		GNTTAB_NR_RESERVED_ENTRIES

static int pool_test_init(struct kunit *test)
{
	struct grant_pool *pool = kunit_kzalloc(test, sizeof(*pool), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pool);
	KUNIT_ASSERT_EQ(test, grant_pool_init(pool, LIMIT), 0);
	KUNIT_ASSERT_EQ(test, grant_pool_prepare(pool, FRAME, GFP_KERNEL), 0);
	grant_pool_extend(pool, FRAME);
	test->priv = pool;

	return 0;
}

static void pool_test_exit(struct kunit *test)
{
	if (test->priv)
		grant_pool_destroy(test->priv);
}

static void pool_grow(struct kunit *test, struct grant_pool *pool)
{
	KUNIT_ASSERT_EQ(test, grant_pool_prepare(pool, FRAME, GFP_KERNEL), 0);
	grant_pool_extend(pool, FRAME);
}

static void pool_test_reserved(struct kunit *test)
{
	struct grant_pool *pool = test->priv;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, pool->nr_free, FRAME - FIRST);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), FIRST);
	for (i = 0; i < FIRST; i++)
		KUNIT_EXPECT_FALSE(test, grant_pool_put(pool, i));
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), FIRST + 1);
}

static void pool_test_list(struct kunit *test)
{
	struct grant_pool *pool = test->priv;
	grant_ref_t ref;
	unsigned int n = 0;

	/* A hole, so that the list is not a run. */
	KUNIT_ASSERT_EQ(test, grant_pool_take_run(pool, 3), FIRST);
	KUNIT_ASSERT_TRUE(test, grant_pool_put(pool, FIRST + 1));

	for (ref = grant_pool_take_list(pool, 4); ref != GRANT_REF_NONE && n < 9;
	     ref = *grant_pool_link(pool, ref)) {
		KUNIT_EXPECT_EQ(test, ref, n ? FIRST + 2 + n : FIRST + 1);
		KUNIT_EXPECT_FALSE(test, test_bit(ref, pool->free));
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 4);
	KUNIT_EXPECT_EQ(test, pool->nr_free, FRAME - FIRST - 6);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 0), GRANT_REF_NONE);
	KUNIT_EXPECT_EQ(test, pool->nr_free, FRAME - FIRST - 6);
}

static void pool_test_exhaustion(struct kunit *test)
{
	struct grant_pool *pool = test->priv;

	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, FRAME - FIRST + 1), GRANT_REF_NONE);
	KUNIT_EXPECT_EQ(test, pool->nr_free, FRAME - FIRST);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, FRAME - FIRST), FIRST);
	KUNIT_EXPECT_EQ(test, pool->nr_free, 0);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), GRANT_REF_NONE);
	KUNIT_EXPECT_EQ(test, grant_pool_take_run(pool, 1), GRANT_REF_NONE);

	KUNIT_EXPECT_TRUE(test, grant_pool_put(pool, FRAME - 1));
	KUNIT_EXPECT_TRUE(test, grant_pool_put(pool, FIRST + 7));
	KUNIT_EXPECT_EQ(test, grant_pool_take_run(pool, 2), GRANT_REF_NONE);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), FIRST + 7);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), FRAME - 1);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), GRANT_REF_NONE);
}

static void pool_test_put_twice(struct kunit *test)
{
	struct grant_pool *pool = test->priv;
	grant_ref_t ref = grant_pool_take_list(pool, 1);

	KUNIT_EXPECT_TRUE(test, grant_pool_put(pool, ref));
	KUNIT_EXPECT_FALSE(test, grant_pool_put(pool, ref));
	KUNIT_EXPECT_FALSE(test, grant_pool_put(pool, FRAME));
	KUNIT_EXPECT_FALSE(test, grant_pool_put(pool, GRANT_REF_NONE));
	KUNIT_EXPECT_EQ(test, pool->nr_free, FRAME - FIRST);
}

static void pool_test_run(struct kunit *test)
{
	struct grant_pool *pool = test->priv;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, grant_pool_take_run(pool, 100), FIRST);
	for (i = 0; i < 100; i += 10)
		grant_pool_put(pool, FIRST + i);
	for (i = 41; i < 48; i++)
		grant_pool_put(pool, FIRST + i);

	/* The first that is long enough, to the reference. */
	KUNIT_EXPECT_EQ(test, grant_pool_take_run(pool, 9), FIRST + 100);
	KUNIT_EXPECT_EQ(test, grant_pool_take_run(pool, 8), FIRST + 40);
	KUNIT_EXPECT_EQ(test, grant_pool_take_run(pool, 1), FIRST);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), FIRST + 10);
	/* All that is left behind them, and no more. */
	i = FRAME - FIRST - 109;
	KUNIT_EXPECT_EQ(test, grant_pool_take_run(pool, i + 1), GRANT_REF_NONE);
	KUNIT_EXPECT_EQ(test, grant_pool_take_run(pool, i), FIRST + 109);
}

static void pool_test_tail(struct kunit *test)
{
	struct grant_pool *pool = test->priv;

	KUNIT_EXPECT_EQ(test, grant_pool_tail(pool, FRAME), FRAME - FIRST);
	KUNIT_EXPECT_EQ(test, grant_pool_tail(pool, 5), 5);
	KUNIT_ASSERT_EQ(test, grant_pool_take_list(pool, FRAME - FIRST), FIRST);
	KUNIT_EXPECT_EQ(test, grant_pool_tail(pool, FRAME), 0);

	grant_pool_put(pool, FRAME - 1);
	grant_pool_put(pool, FRAME - 2);
	grant_pool_put(pool, FRAME - 4);
	KUNIT_EXPECT_EQ(test, grant_pool_tail(pool, FRAME), 2);

	/* A run may go from the old references into the new ones. */
	pool_grow(test, pool);
	KUNIT_EXPECT_EQ(test, grant_pool_take_run(pool, FRAME + 2), FRAME - 2);
}

static void pool_test_growth(struct kunit *test)
{
	struct grant_pool *pool = test->priv;
	grant_ref_t head = grant_pool_take_list(pool, FRAME - FIRST);

	pool_grow(test, pool);
	KUNIT_EXPECT_EQ(test, pool->nr_free, FRAME);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), FRAME);
	grant_pool_put(pool, head);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 1), head);

	/* Into the second page of links. */
	pool_grow(test, pool);
	KUNIT_EXPECT_EQ(test, grant_pool_take_list(pool, 2 * FRAME - 1), FRAME + 1);
	KUNIT_EXPECT_EQ(test, *grant_pool_link(pool, LIMIT - 1), GRANT_REF_NONE);
	KUNIT_EXPECT_EQ(test, *grant_pool_link(pool, LIMIT - 2), LIMIT - 1);

	KUNIT_EXPECT_EQ(test, grant_pool_prepare(pool, 1, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, grant_pool_prepare(pool, UINT_MAX, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, grant_pool_prepare(pool, 0, GFP_KERNEL), 0);
}

static struct kunit_case pool_cases[] = {
	KUNIT_CASE(pool_test_reserved),
	KUNIT_CASE(pool_test_list),
	KUNIT_CASE(pool_test_exhaustion),
	KUNIT_CASE(pool_test_put_twice),
	KUNIT_CASE(pool_test_run),
	KUNIT_CASE(pool_test_tail),
	KUNIT_CASE(pool_test_growth),
	{ }
};

static struct kunit_suite pool_suite = {
	.name = "xen-grant-pool",
	.init = pool_test_init,
	.exit = pool_test_exit,
	.test_cases = pool_cases,
};

kunit_test_suite(pool_suite);

MODULE_DESCRIPTION("Tests of the pool of free grant references");
MODULE_LICENSE("GPL");
