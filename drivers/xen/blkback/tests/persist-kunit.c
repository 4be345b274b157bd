// SPDX-License-Identifier: GPL-2.0
/* Tests of which mappings stay, and for how long. */
#include <kunit/test.h>
#include <linux/hash.h>

#include "../persist.h"

static struct blkback_keep *make(struct kunit *test)
{
	struct blkback_keep *keep = kunit_kzalloc(test, sizeof(*keep), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, keep);
	blkback_keep_init(keep);
	return keep;
}

/* Added and not in use; NULL if it may not stay. */
static struct blkback_kept *add(struct kunit *test, struct blkback_keep *keep, grant_ref_t gref,
				unsigned int max, unsigned long now)
{
	struct blkback_kept *kept = kunit_kzalloc(test, sizeof(*kept), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, kept);
	kept->gref = gref;
	if (!blkback_keep_add(keep, kept, max, now))
		return NULL;
	KUNIT_EXPECT_EQ(test, atomic_read(&kept->users), 1);
	blkback_keep_put(kept);
	return kept;
}

static void persist_test_get(struct kunit *test)
{
	struct blkback_keep *keep = make(test);
	struct blkback_kept *a, *b;

	KUNIT_EXPECT_NULL(test, blkback_keep_get(keep, 7, 0));
	a = add(test, keep, 7, 10, 0);
	b = add(test, keep, ~0U, 10, 0);
	KUNIT_EXPECT_EQ(test, keep->count, 2);
	KUNIT_EXPECT_PTR_EQ(test, blkback_keep_get(keep, 7, 5), a);
	KUNIT_EXPECT_PTR_EQ(test, blkback_keep_get(keep, ~0U, 5), b);
	KUNIT_EXPECT_NULL(test, blkback_keep_get(keep, 8, 5));
	KUNIT_EXPECT_EQ(test, a->last_used, 5);

	/* By more than one request at a time. */
	KUNIT_EXPECT_PTR_EQ(test, blkback_keep_get(keep, 7, 6), a);
	KUNIT_EXPECT_EQ(test, atomic_read(&a->users), 2);
}

static void persist_test_limit(struct kunit *test)
{
	struct blkback_keep *keep = make(test);

	KUNIT_EXPECT_NOT_NULL(test, add(test, keep, 1, 2, 0));
	KUNIT_EXPECT_NOT_NULL(test, add(test, keep, 2, 2, 0));
	KUNIT_EXPECT_FALSE(test, keep->overflowed);
	KUNIT_EXPECT_NULL(test, add(test, keep, 3, 2, 0));
	KUNIT_EXPECT_TRUE(test, keep->overflowed);
	KUNIT_EXPECT_EQ(test, keep->count, 2);
	KUNIT_EXPECT_NULL(test, add(test, make(test), 3, 0, 0));
}

static void persist_test_twice(struct kunit *test)
{
	struct blkback_keep *keep = make(test);

	KUNIT_EXPECT_NOT_NULL(test, add(test, keep, 1, 10, 0));
	KUNIT_EXPECT_NULL(test, add(test, keep, 1, 10, 0));
	KUNIT_EXPECT_EQ(test, keep->count, 1);
	KUNIT_EXPECT_FALSE(test, keep->overflowed);
}

/* References that are chosen to make a chain long. */
static void persist_test_chain(struct kunit *test)
{
	struct blkback_keep *keep = make(test);
	unsigned int tried = 0;
	grant_ref_t gref;

	for (gref = 0; tried < BLKBACK_KEEP_CHAIN_MAX + 5; gref++) {
		if (hash_32(gref, BLKBACK_KEEP_BUCKETS_ORDER))
			continue;
		tried++;
		add(test, keep, gref, 10000, 0);
	}
	KUNIT_EXPECT_EQ(test, keep->count, BLKBACK_KEEP_CHAIN_MAX);
}

static void persist_test_excess(struct kunit *test)
{
	struct blkback_keep *keep = make(test);

	keep->count = 1056;
	KUNIT_EXPECT_EQ(test, blkback_keep_excess(keep, 1057), 0);
	KUNIT_EXPECT_EQ(test, blkback_keep_excess(keep, 1056), 0);
	keep->overflowed = true;
	KUNIT_EXPECT_EQ(test, blkback_keep_excess(keep, 1057), 0);
	KUNIT_EXPECT_EQ(test, blkback_keep_excess(keep, 1056), 50);
	/* The limit was lowered. */
	keep->overflowed = false;
	KUNIT_EXPECT_EQ(test, blkback_keep_excess(keep, 1000), 106);
	KUNIT_EXPECT_EQ(test, blkback_keep_excess(keep, 0), 1056);
	keep->count = 0;
	KUNIT_EXPECT_EQ(test, blkback_keep_excess(keep, 0), 0);
}

static unsigned int length(struct list_head *list)
{
	return list_count_nodes(list);
}

static void persist_test_age(struct kunit *test)
{
	struct blkback_keep *keep = make(test);
	LIST_HEAD(taken);

	add(test, keep, 1, 10, 100);
	add(test, keep, 2, 10, 120);
	add(test, keep, 3, 10, 140);
	blkback_keep_put(blkback_keep_get(keep, 1, 150));

	KUNIT_EXPECT_EQ(test, blkback_keep_take(keep, 0, 0, ~0UL, &taken), 0);
	KUNIT_EXPECT_EQ(test, blkback_keep_take(keep, 0, 61, 180, &taken), 0);
	KUNIT_EXPECT_EQ(test, blkback_keep_take(keep, 0, 60, 180, &taken), 1);
	KUNIT_EXPECT_EQ(test, length(&taken), 1);
	KUNIT_EXPECT_EQ(test, list_first_entry(&taken, struct blkback_kept, age)->gref, 2);
	KUNIT_EXPECT_NULL(test, blkback_keep_get(keep, 2, 180));
	KUNIT_EXPECT_EQ(test, keep->count, 2);
}

/* Time wraps. */
static void persist_test_age_wraps(struct kunit *test)
{
	struct blkback_keep *keep = make(test);
	LIST_HEAD(taken);

	add(test, keep, 1, 10, ~0UL - 5);
	KUNIT_EXPECT_EQ(test, blkback_keep_take(keep, 0, 20, 10, &taken), 0);
	KUNIT_EXPECT_EQ(test, blkback_keep_take(keep, 0, 20, 14, &taken), 1);
}

static void persist_test_room(struct kunit *test)
{
	struct blkback_keep *keep = make(test);
	struct blkback_kept *busy;
	LIST_HEAD(taken);

	add(test, keep, 1, 4, 1);
	add(test, keep, 2, 4, 2);
	add(test, keep, 3, 4, 3);
	add(test, keep, 4, 4, 4);
	add(test, keep, 5, 4, 5);
	KUNIT_EXPECT_TRUE(test, keep->overflowed);

	/* What is in use stays, however old. */
	busy = blkback_keep_get(keep, 1, 6);
	list_move(&busy->age, &keep->by_age);
	KUNIT_EXPECT_EQ(test, blkback_keep_take(keep, 2, 0, 1000, &taken), 2);
	KUNIT_EXPECT_FALSE(test, keep->overflowed);
	KUNIT_EXPECT_EQ(test, keep->count, 2);
	KUNIT_EXPECT_NULL(test, blkback_keep_get(keep, 2, 7));
	KUNIT_EXPECT_NULL(test, blkback_keep_get(keep, 3, 7));
	KUNIT_EXPECT_PTR_EQ(test, blkback_keep_get(keep, 1, 7), busy);
	KUNIT_EXPECT_NOT_NULL(test, add(test, keep, 5, 4, 8));
}

static void persist_test_all(struct kunit *test)
{
	struct blkback_keep *keep = make(test);
	LIST_HEAD(taken);
	grant_ref_t gref;

	for (gref = 0; gref < 300; gref++)
		add(test, keep, gref, 1000, gref);
	blkback_keep_take_all(keep, &taken);
	KUNIT_EXPECT_EQ(test, length(&taken), 300);
	KUNIT_EXPECT_EQ(test, keep->count, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&keep->by_age));
	for (gref = 0; gref < 300; gref++)
		KUNIT_EXPECT_NULL(test, blkback_keep_get(keep, gref, 0));
}

static struct kunit_case persist_cases[] = {
	KUNIT_CASE(persist_test_get),
	KUNIT_CASE(persist_test_limit),
	KUNIT_CASE(persist_test_twice),
	KUNIT_CASE(persist_test_chain),
	KUNIT_CASE(persist_test_excess),
	KUNIT_CASE(persist_test_age),
	KUNIT_CASE(persist_test_age_wraps),
	KUNIT_CASE(persist_test_room),
	KUNIT_CASE(persist_test_all),
	{}
};

static struct kunit_suite persist_suite = {
	.name = "xen-blkback-persist",
	.test_cases = persist_cases,
};

kunit_test_suite(persist_suite);
