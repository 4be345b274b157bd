// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what the balloon decides: how much, when again, and what the toolstack's
 * numbers mean.
 */
#include <kunit/test.h>

#include <linux/mm.h>
#include <linux/sizes.h>

#include "../policy.h"

static struct balloon_stats fresh_stats(void)
{
	return (struct balloon_stats) {
		.current_pages = 1000,
		.target_pages = 1000,
		.total_pages = 1000,
		.schedule_delay = 1,
		.max_schedule_delay = 32,
		.retry_count = 1,
		.max_retry_count = 4,
	};
}

static void credit_has_a_sign(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();

	KUNIT_EXPECT_EQ(test, balloon_credit(&stats), 0);
	stats.target_pages = 1300;
	KUNIT_EXPECT_EQ(test, balloon_credit(&stats), 300);
	stats.target_pages = 0;
	KUNIT_EXPECT_EQ(test, balloon_credit(&stats), -1000);
}

/* A target beyond all memory is wanted, not negative. */
static void credit_with_the_largest_target(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();

	stats.target_pages = balloon_target_of(balloon_pages_of_kib(U64_MAX), 0);
	KUNIT_EXPECT_GT(test, balloon_credit(&stats), 0);
	stats.target_pages = balloon_target_of(balloon_pages_of_kib(0), 0);
	KUNIT_EXPECT_EQ(test, balloon_credit(&stats), -1000);
}

static void gives_no_more_than_there_is(struct kunit *test)
{
	bool tight = true;

	KUNIT_EXPECT_EQ(test, balloon_to_give(300, 5000, 200, &tight), 300);
	KUNIT_EXPECT_FALSE(test, tight);
	KUNIT_EXPECT_EQ(test, balloon_to_give(9000, 5000, 200, &tight), 5000);
	KUNIT_EXPECT_FALSE(test, tight);
	KUNIT_EXPECT_EQ(test, balloon_to_give(9000, 150, 200, &tight), 150);
	KUNIT_EXPECT_TRUE(test, tight);
	/* Not tight if it is enough, however little it is. */
	KUNIT_EXPECT_EQ(test, balloon_to_give(150, 150, 200, &tight), 150);
	KUNIT_EXPECT_FALSE(test, tight);
}

static void gives_nothing_of_nothing(struct kunit *test)
{
	bool tight;

	KUNIT_EXPECT_EQ(test, balloon_to_give(300, 0, 200, &tight), 0);
	KUNIT_EXPECT_TRUE(test, tight);
	KUNIT_EXPECT_EQ(test, balloon_to_give(300, -7, 200, &tight), 0);
	KUNIT_EXPECT_TRUE(test, tight);
	KUNIT_EXPECT_EQ(test, balloon_to_give(0, 5000, 200, &tight), 0);
	KUNIT_EXPECT_FALSE(test, tight);
	KUNIT_EXPECT_EQ(test, balloon_to_give(-300, 5000, 200, &tight), 0);
}

static void adds_what_has_no_place(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();

	KUNIT_EXPECT_EQ(test, balloon_to_add(&stats, 256), 0);
	stats.target_pages = 1001;
	KUNIT_EXPECT_EQ(test, balloon_to_add(&stats, 256), 256);
	stats.target_pages = 1256;
	KUNIT_EXPECT_EQ(test, balloon_to_add(&stats, 256), 256);
	stats.target_pages = 1257;
	KUNIT_EXPECT_EQ(test, balloon_to_add(&stats, 256), 512);

	/* Added before, and not yet online. */
	stats.total_pages += 512;
	KUNIT_EXPECT_EQ(test, balloon_to_add(&stats, 256), 0);

	/* What is lent has a place that cannot be used. */
	stats.target_unpopulated = 600;
	KUNIT_EXPECT_EQ(test, balloon_to_add(&stats, 256), 512);
	stats.target_pages = 100;
	KUNIT_EXPECT_EQ(test, balloon_to_add(&stats, 256), 0);
}

static void failures_come_later_and_later(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();
	enum balloon_result result = BALLOON_DONE;
	static const unsigned int seconds[] = { 2, 4, 8 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(seconds); i++) {
		result = balloon_plan_next(&stats, result, BALLOON_FAILED, false);
		KUNIT_EXPECT_EQ(test, result, BALLOON_FAILED);
		KUNIT_EXPECT_EQ(test, balloon_plan_sleep(&stats, result), seconds[i]);
	}

	result = balloon_plan_next(&stats, result, BALLOON_FAILED, false);
	KUNIT_EXPECT_EQ(test, result, BALLOON_STUCK);
	KUNIT_EXPECT_EQ(test, balloon_plan_sleep(&stats, result), BALLOON_IDLE_SECONDS);
	KUNIT_EXPECT_EQ(test, stats.retry_count, 1);

	/* A new target that fails as well has all its attempts, and its patience. */
	result = balloon_plan_next(&stats, result, BALLOON_FAILED, false);
	KUNIT_EXPECT_EQ(test, result, BALLOON_FAILED);
	KUNIT_EXPECT_EQ(test, balloon_plan_sleep(&stats, result), 2);
}

static void failures_without_limit_have_a_longest_wait(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();
	enum balloon_result result = BALLOON_DONE;
	unsigned int i;

	stats.max_retry_count = RETRY_UNLIMITED;
	for (i = 0; i < 100; i++) {
		result = balloon_plan_next(&stats, result, BALLOON_FAILED, false);
		KUNIT_ASSERT_EQ(test, result, BALLOON_FAILED);
		KUNIT_ASSERT_LE(test, balloon_plan_sleep(&stats, result), 32);
	}
	KUNIT_EXPECT_EQ(test, balloon_plan_sleep(&stats, result), 32);
}

static void success_is_followed_by_patience_anew(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();

	balloon_plan_next(&stats, BALLOON_DONE, BALLOON_FAILED, false);
	balloon_plan_next(&stats, BALLOON_FAILED, BALLOON_FAILED, false);
	KUNIT_EXPECT_EQ(test, stats.schedule_delay, 4);
	KUNIT_EXPECT_EQ(test, balloon_plan_next(&stats, BALLOON_FAILED, BALLOON_DONE, true),
			BALLOON_DONE);
	KUNIT_EXPECT_EQ(test, stats.schedule_delay, 1);
	KUNIT_EXPECT_EQ(test, stats.retry_count, 1);
}

/* Slowly is not hopeless, but it is no reason to hurry either. */
static void slow_progress_is_not_given_up(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();
	enum balloon_result result = BALLOON_DONE;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		result = balloon_plan_next(&stats, result, BALLOON_FAILED, true);
		KUNIT_ASSERT_EQ(test, result, BALLOON_FAILED);
	}
	KUNIT_EXPECT_EQ(test, balloon_plan_sleep(&stats, result), 32);
}

static void waiting_is_not_given_up(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();
	enum balloon_result result = BALLOON_DONE;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		result = balloon_plan_next(&stats, result, BALLOON_WAITING, false);
		KUNIT_ASSERT_EQ(test, result, BALLOON_WAITING);
	}
	KUNIT_EXPECT_EQ(test, balloon_plan_sleep(&stats, result), 32);

	/* A failure after that is a new trouble. */
	result = balloon_plan_next(&stats, result, BALLOON_FAILED, false);
	KUNIT_EXPECT_EQ(test, balloon_plan_sleep(&stats, result), 2);
}

/* Limits are files that root writes anything into. */
static void odd_limits_do_not_make_it_spin(struct kunit *test)
{
	static const unsigned long limits[] = { 0, 1, LONG_MAX, ULONG_MAX };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		struct balloon_stats stats = fresh_stats();
		enum balloon_result result = BALLOON_DONE;

		stats.max_schedule_delay = limits[i];
		stats.max_retry_count = RETRY_UNLIMITED;
		for (j = 0; j < 80; j++) {
			result = balloon_plan_next(&stats, result, BALLOON_FAILED, false);
			KUNIT_ASSERT_GE(test, balloon_plan_sleep(&stats, result), 1);
			KUNIT_ASSERT_LE(test, balloon_plan_sleep(&stats, result),
					BALLOON_IDLE_SECONDS);
		}
	}
}

static void scrub_is_the_allocators_work(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, balloon_gfp(GFP_USER, true) & __GFP_ZERO);
	KUNIT_EXPECT_FALSE(test, balloon_gfp(GFP_USER, false) & __GFP_ZERO);
	KUNIT_EXPECT_TRUE(test, balloon_gfp(GFP_USER, false) == GFP_USER);
	KUNIT_EXPECT_TRUE(test, balloon_gfp(GFP_HIGHUSER | __GFP_ZERO, false) == GFP_HIGHUSER);
}

static void kib_are_rounded_down_to_pages(struct kunit *test)
{
	u64 page = PAGE_SIZE / SZ_1K;

	KUNIT_EXPECT_EQ(test, balloon_pages_of_kib(0), 0);
	KUNIT_EXPECT_EQ(test, balloon_pages_of_kib(page - 1), 0);
	KUNIT_EXPECT_EQ(test, balloon_pages_of_kib(page * 5 + page - 1), 5);
	KUNIT_EXPECT_LE(test, balloon_pages_of_kib(U64_MAX), (unsigned long)LONG_MAX);
}

static void bias_of_exact_targets(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();

	KUNIT_EXPECT_EQ(test, balloon_target_bias(&stats, true, true, 5000), 0);
	KUNIT_EXPECT_EQ(test, balloon_target_bias(&stats, true, false, 0), 0);
}

static void bias_of_firmware_maps(struct kunit *test)
{
	struct balloon_stats stats = fresh_stats();

	/* The toolstack counts 24 pages that the domain does not see. */
	KUNIT_EXPECT_EQ(test, balloon_target_bias(&stats, false, true, 1024), 24);
	KUNIT_EXPECT_EQ(test, balloon_target_of(1024, 24), 1000);
	KUNIT_EXPECT_EQ(test, balloon_target_of(824, 24), 800);

	/* It does not say what the most is: take what is there for it. */
	stats.target_pages = 990;
	KUNIT_EXPECT_EQ(test, balloon_target_bias(&stats, false, false, 0), 10);

	/* Started with less than the most: the map shows the most. */
	KUNIT_EXPECT_EQ(test, balloon_target_bias(&stats, false, true, 980), -10);
	KUNIT_EXPECT_EQ(test, balloon_target_of(980, -10), 990);
}

static void target_stays_in_bounds(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, balloon_target_of(10, 24), 0);
	KUNIT_EXPECT_EQ(test, balloon_target_of(0, LONG_MAX), 0);
	KUNIT_EXPECT_EQ(test, balloon_target_of(LONG_MAX, -24), (unsigned long)LONG_MAX);
	KUNIT_EXPECT_EQ(test, balloon_target_of(ULONG_MAX, 0), (unsigned long)LONG_MAX);
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(credit_has_a_sign),
	KUNIT_CASE(credit_with_the_largest_target),
	KUNIT_CASE(gives_no_more_than_there_is),
	KUNIT_CASE(gives_nothing_of_nothing),
	KUNIT_CASE(adds_what_has_no_place),
	KUNIT_CASE(failures_come_later_and_later),
	KUNIT_CASE(failures_without_limit_have_a_longest_wait),
	KUNIT_CASE(success_is_followed_by_patience_anew),
	KUNIT_CASE(slow_progress_is_not_given_up),
	KUNIT_CASE(waiting_is_not_given_up),
	KUNIT_CASE(odd_limits_do_not_make_it_spin),
	KUNIT_CASE(scrub_is_the_allocators_work),
	KUNIT_CASE(kib_are_rounded_down_to_pages),
	KUNIT_CASE(bias_of_exact_targets),
	KUNIT_CASE(bias_of_firmware_maps),
	KUNIT_CASE(target_stays_in_bounds),
	{}
};

static struct kunit_suite policy_suite = {
	.name = "xen-balloon",
	.test_cases = policy_cases,
};

kunit_test_suite(policy_suite);

MODULE_DESCRIPTION("KUnit tests of the Xen balloon's decisions");
MODULE_LICENSE("GPL");
