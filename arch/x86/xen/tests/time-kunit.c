// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what timekeeping computes without the hypervisor: when its timer has to
 * be set, and when the TSC may be used.
 */
#include <kunit/test.h>

#include "../timer_plan.h"
#include "../tsc_rule.h"

static struct timer_plan fresh_plan(unsigned int trust)
{
	struct timer_plan plan = { .trust = trust };

	timer_plan_forget(&plan);
	return plan;
}

static void plan_asks_for_first_and_earlier(struct kunit *test)
{
	struct timer_plan plan = fresh_plan(TIMER_TRUST_MAX);

	KUNIT_EXPECT_TRUE(test, timer_plan_want(&plan, 1000));
	KUNIT_EXPECT_EQ(test, plan.asked, 1000);
	KUNIT_EXPECT_FALSE(test, timer_plan_want(&plan, 1000));
	KUNIT_EXPECT_TRUE(test, timer_plan_want(&plan, 999));
	KUNIT_EXPECT_EQ(test, plan.asked, 999);
}

static void plan_without_trust_asks_for_later(struct kunit *test)
{
	struct timer_plan plan = fresh_plan(0);

	KUNIT_EXPECT_TRUE(test, timer_plan_want(&plan, 1000));
	KUNIT_EXPECT_TRUE(test, timer_plan_want(&plan, 5000));
	KUNIT_EXPECT_EQ(test, plan.asked, 5000);
	KUNIT_EXPECT_FALSE(test, timer_plan_fired(&plan));
}

static void plan_with_trust_keeps_earlier(struct kunit *test)
{
	struct timer_plan plan = fresh_plan(TIMER_TRUST_ENOUGH);

	KUNIT_EXPECT_TRUE(test, timer_plan_want(&plan, 1000));
	KUNIT_EXPECT_FALSE(test, timer_plan_want(&plan, 5000));
	KUNIT_EXPECT_EQ(test, plan.asked, 1000);
	KUNIT_EXPECT_EQ(test, plan.wanted, 5000);

	/* Its interrupt is early; then the wanted one is asked for. */
	KUNIT_EXPECT_TRUE(test, timer_plan_fired(&plan));
	timer_plan_was_early(&plan);
	KUNIT_EXPECT_EQ(test, plan.asked, 5000);
	KUNIT_EXPECT_EQ(test, plan.trust, TIMER_TRUST_ENOUGH - 1);
	KUNIT_EXPECT_FALSE(test, timer_plan_fired(&plan));
}

/* Into idle and out again, over and over, before the tick comes. */
static void plan_learns_short_sleeps(struct kunit *test)
{
	struct timer_plan plan = fresh_plan(0);
	unsigned int i, calls = 0;

	timer_plan_want(&plan, 4000);
	for (i = 0; i < 100; i++) {
		calls += timer_plan_want(&plan, 100000 + i);
		calls += timer_plan_want(&plan, 4000);
	}
	KUNIT_EXPECT_LE(test, calls, 2 * TIMER_TRUST_ENOUGH);
}

/* Asleep until long after the tick, over and over. */
static void plan_learns_long_sleeps(struct kunit *test)
{
	struct timer_plan plan = fresh_plan(TIMER_TRUST_MAX);
	unsigned int i, early = 0;
	ktime_t now = 0;

	for (i = 0; i < 100; i++, now += 100000) {
		timer_plan_want(&plan, now + 4000);
		timer_plan_want(&plan, now + 100000);
		if (timer_plan_fired(&plan)) {
			early++;
			timer_plan_was_early(&plan);
			timer_plan_fired(&plan);
		}
	}
	KUNIT_EXPECT_LE(test, early, TIMER_TRUST_MAX);
}

/* Whatever is wanted: the hypervisor has a deadline, and none that is too late. */
static void plan_is_never_late(struct kunit *test)
{
	struct timer_plan plan = fresh_plan(0);
	u32 random = 1;
	ktime_t now = 0;
	int i;

	for (i = 0; i < 100000; i++) {
		random = random * 1664525 + 1013904223;
		now += random >> 24;
		timer_plan_want(&plan, now + (random >> 12 & 0xfff));

		if (plan.asked > plan.wanted) {
			KUNIT_FAIL(test, "late after %d steps", i);
			return;
		}
		if (plan.asked <= now && timer_plan_fired(&plan) && plan.wanted > now)
			timer_plan_was_early(&plan);
	}
}

static void tsc_of_invariant_hosts(struct kunit *test)
{
	const u32 mode = XEN_CPUID_TSC_MODE_NEVER_EMULATE;

	KUNIT_EXPECT_TRUE(test, xen_tsc_rule(0, mode, true));
	KUNIT_EXPECT_FALSE(test, xen_tsc_rule(XEN_CPUID_HOST_TSC_RELIABLE, mode, false));
}

static void tsc_of_default_mode(struct kunit *test)
{
	const u32 mode = XEN_CPUID_TSC_MODE_DEFAULT, good = XEN_CPUID_HOST_TSC_RELIABLE;

	KUNIT_EXPECT_TRUE(test, xen_tsc_rule(good, mode, false));
	KUNIT_EXPECT_FALSE(test, xen_tsc_rule(0, mode, true));
	KUNIT_EXPECT_FALSE(test, xen_tsc_rule(good | XEN_CPUID_TSC_EMULATED, mode, true));
}

static void tsc_of_other_modes(struct kunit *test)
{
	const u32 good = XEN_CPUID_HOST_TSC_RELIABLE;

	KUNIT_EXPECT_FALSE(test, xen_tsc_rule(good, XEN_CPUID_TSC_MODE_ALWAYS_EMULATE, true));
	KUNIT_EXPECT_FALSE(test, xen_tsc_rule(good, XEN_CPUID_TSC_MODE_PVRDTSCP, true));
}

static struct kunit_case time_cases[] = {
	KUNIT_CASE(plan_asks_for_first_and_earlier),
	KUNIT_CASE(plan_without_trust_asks_for_later),
	KUNIT_CASE(plan_with_trust_keeps_earlier),
	KUNIT_CASE(plan_learns_short_sleeps),
	KUNIT_CASE(plan_learns_long_sleeps),
	KUNIT_CASE(plan_is_never_late),
	KUNIT_CASE(tsc_of_invariant_hosts),
	KUNIT_CASE(tsc_of_default_mode),
	KUNIT_CASE(tsc_of_other_modes),
	{}
};

static struct kunit_suite time_suite = {
	.name = "xen-time",
	.test_cases = time_cases,
};

kunit_test_suite(time_suite);

MODULE_DESCRIPTION("KUnit tests of timekeeping on Xen");
MODULE_LICENSE("GPL");
