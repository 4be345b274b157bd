// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the order in which grants that are still in use are looked at again.
 */
#include <kunit/test.h>

#include "../defer.h"

#define GRANTS	5

struct defer_test {
	struct deferred_grant grants[GRANTS];
	struct list_head waiting;
	struct list_head pass;
};

static int defer_test_init(struct kunit *test)
{
	struct defer_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	INIT_LIST_HEAD(&t->waiting);
	INIT_LIST_HEAD(&t->pass);
	for (i = 0; i < GRANTS; i++) {
		t->grants[i].ref = i;
		list_add_tail(&t->grants[i].list, &t->waiting);
	}
	test->priv = t;

	return 0;
}

/* Expect the references from @first on, @count of them, in turn. */
static void defer_expect(struct kunit *test, struct list_head *list, unsigned int first,
			 unsigned int count)
{
	struct deferred_grant *grant;
	unsigned int n = 0;

	list_for_each_entry(grant, list, list)
		KUNIT_EXPECT_EQ(test, grant->ref, (first + n++) % GRANTS);
	KUNIT_EXPECT_EQ(test, n, count);
}

static void defer_test_some(struct kunit *test)
{
	struct defer_test *t = test->priv;

	defer_pick(&t->waiting, &t->pass, 2);
	defer_expect(test, &t->pass, 0, 2);
	defer_expect(test, &t->waiting, 2, 3);
}

static void defer_test_all(struct kunit *test)
{
	struct defer_test *t = test->priv;

	defer_pick(&t->waiting, &t->pass, 0);
	defer_expect(test, &t->pass, 0, GRANTS);
	defer_expect(test, &t->waiting, 0, 0);
	list_splice_tail_init(&t->pass, &t->waiting);

	/* A limit that is not reached is none. */
	defer_pick(&t->waiting, &t->pass, GRANTS);
	defer_expect(test, &t->pass, 0, GRANTS);
	list_splice_tail_init(&t->pass, &t->waiting);
	defer_pick(&t->waiting, &t->pass, UINT_MAX);
	defer_expect(test, &t->pass, 0, GRANTS);
	defer_expect(test, &t->waiting, 0, 0);
}

static void defer_test_none(struct kunit *test)
{
	LIST_HEAD(empty);
	LIST_HEAD(pass);

	defer_pick(&empty, &pass, 3);
	KUNIT_EXPECT_TRUE(test, list_empty(&pass));
	defer_pick(&empty, &pass, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&pass));
	KUNIT_EXPECT_TRUE(test, list_empty(&empty));
}

/* What never comes free goes to the end, so the others have their turn. */
static void defer_test_turns(struct kunit *test)
{
	struct defer_test *t = test->priv;
	unsigned int pass;

	for (pass = 0; pass < 2 * GRANTS; pass++) {
		defer_pick(&t->waiting, &t->pass, 2);
		defer_expect(test, &t->pass, 2 * pass, 2);
		list_splice_tail_init(&t->pass, &t->waiting);
	}
}

static void defer_test_tells_once(struct kunit *test)
{
	struct deferred_grant grant = { };
	unsigned int i, told = 0, when = 0;

	for (i = 1; i < 5 * DEFER_TRIES_TO_TELL; i++) {
		if (!defer_tell(&grant))
			continue;
		when = i;
		told++;
	}
	KUNIT_EXPECT_EQ(test, told, 1);
	KUNIT_EXPECT_EQ(test, when, 60);
}

static struct kunit_case defer_cases[] = {
	KUNIT_CASE(defer_test_some),
	KUNIT_CASE(defer_test_all),
	KUNIT_CASE(defer_test_none),
	KUNIT_CASE(defer_test_turns),
	KUNIT_CASE(defer_test_tells_once),
	{ }
};

static struct kunit_suite defer_suite = {
	.name = "xen-grant-defer",
	.init = defer_test_init,
	.test_cases = defer_cases,
};

kunit_test_suite(defer_suite);

MODULE_DESCRIPTION("Tests of grants that wait for their end");
MODULE_LICENSE("GPL");
