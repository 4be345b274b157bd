// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of how much a guest may send.
 */
#include <kunit/test.h>

#include "../credit.h"

#define WINDOW_USEC	50000UL

static void unlimited(struct kunit *test)
{
	struct credit credit;
	unsigned int i;

	credit_init(&credit, ULONG_MAX, 0, 1000);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_TRUE(test, credit_allows(&credit, 65535, 1000));
		credit_spend(&credit, 65535);
	}
}

static void spent_until_the_window_ends(struct kunit *test)
{
	struct credit credit;
	u64 end;

	credit_init(&credit, 1000000, WINDOW_USEC, 1000);
	end = credit_window_end(&credit);
	KUNIT_EXPECT_EQ(test, end, 1000 + msecs_to_jiffies(50));

	credit_spend(&credit, 999000);
	KUNIT_EXPECT_TRUE(test, credit_allows(&credit, 1000, 1000));
	KUNIT_EXPECT_FALSE(test, credit_allows(&credit, 1001, 1000));
	KUNIT_EXPECT_FALSE(test, credit_allows(&credit, 1001, end - 1));
	KUNIT_EXPECT_TRUE(test, credit_allows(&credit, 1001, end));
	KUNIT_EXPECT_EQ(test, credit.window, end);
}

static void saved_up_to_one_burst(struct kunit *test)
{
	struct credit credit;

	credit_init(&credit, 1000000, WINDOW_USEC, 0);
	credit_add(&credit);
	KUNIT_EXPECT_EQ(test, credit.left, 1000000);

	/* A small rate saves for the largest packet, and more, but not for ever. */
	credit_init(&credit, 1000, WINDOW_USEC, 0);
	credit_add(&credit);
	KUNIT_EXPECT_EQ(test, credit.left, 2000);
	credit.left = CREDIT_BURST_MIN - 1;
	credit_add(&credit);
	KUNIT_EXPECT_EQ(test, credit.left, CREDIT_BURST_MIN);
}

static void does_not_wrap(struct kunit *test)
{
	struct credit credit;

	credit_init(&credit, ULONG_MAX - 5, WINDOW_USEC, 0);
	credit.left = 100;
	credit_add(&credit);
	KUNIT_EXPECT_EQ(test, credit.left, ULONG_MAX - 5);

	credit.left = 10;
	credit_spend(&credit, 11);
	KUNIT_EXPECT_EQ(test, credit.left, 0);
}

static void changes(struct kunit *test)
{
	struct credit credit;

	credit_init(&credit, ULONG_MAX, 0, 0);
	credit_change(&credit, 5000, WINDOW_USEC);
	KUNIT_EXPECT_EQ(test, credit.left, 5000);
	KUNIT_EXPECT_EQ(test, credit.usec, WINDOW_USEC);

	/* More comes with the next window. */
	credit_change(&credit, 9000, WINDOW_USEC);
	KUNIT_EXPECT_EQ(test, credit.left, 5000);
	credit_add(&credit);
	KUNIT_EXPECT_EQ(test, credit.left, 14000);
}

static struct kunit_case credit_cases[] = {
	KUNIT_CASE(unlimited),
	KUNIT_CASE(spent_until_the_window_ends),
	KUNIT_CASE(saved_up_to_one_burst),
	KUNIT_CASE(does_not_wrap),
	KUNIT_CASE(changes),
	{}
};

static struct kunit_suite credit_suite = {
	.name = "xen_netback_credit",
	.test_cases = credit_cases,
};

kunit_test_suite(credit_suite);
