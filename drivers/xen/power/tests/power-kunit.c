// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of a domain's life cycle: times that go on over save and restore, and the words
 * of the toolstack.
 */
#include <kunit/test.h>

#include "../runstate.h"
#include "../words.h"

static void stolen_is_what_was_wanted(struct kunit *test)
{
	struct runstate_times past = {};

	KUNIT_EXPECT_EQ(test, runstate_stolen(30, 4, &past), 34);

	/* Neither running nor idle counts. */
	past.ns[RUNSTATE_running] = 1000;
	past.ns[RUNSTATE_blocked] = 2000;
	KUNIT_EXPECT_EQ(test, runstate_stolen(30, 4, &past), 34);

	past.ns[RUNSTATE_runnable] = 500;
	past.ns[RUNSTATE_offline] = 7;
	KUNIT_EXPECT_EQ(test, runstate_stolen(30, 4, &past), 541);
}

/* Saved and restored over and over: the new vCPUs start at zero, the sum goes on. */
static void stolen_goes_on_over_restores(struct kunit *test)
{
	struct runstate_times past = {};
	u64 before = 0;
	u64 round;

	for (round = 1; round <= 5; round++) {
		struct runstate_times saved = { { 100 * round, 10 * round, 1000, round } };
		u64 at_save = runstate_stolen(saved.ns[RUNSTATE_runnable],
					      saved.ns[RUNSTATE_offline], &past);

		KUNIT_EXPECT_EQ(test, at_save, before + 11 * round);

		runstate_add(&past, &saved);
		KUNIT_EXPECT_EQ(test, runstate_stolen(0, 0, &past), at_save);
		before = at_save;
	}
	KUNIT_EXPECT_EQ(test, past.ns[RUNSTATE_running], 1500);
	KUNIT_EXPECT_EQ(test, past.ns[RUNSTATE_blocked], 5000);
}

static void times_are_64_bits_wide(struct kunit *test)
{
	struct runstate_times past = { { 0, U32_MAX, 0, U32_MAX } };
	struct runstate_times more = { { 1, 1ULL << 40, 3, 1 } };

	runstate_add(&past, &more);
	KUNIT_EXPECT_EQ(test, past.ns[RUNSTATE_runnable], (1ULL << 40) + U32_MAX);
	KUNIT_EXPECT_EQ(test, past.ns[RUNSTATE_offline], 1ULL << 32);
	KUNIT_EXPECT_EQ(test, runstate_stolen(0, 0, &past),
			(1ULL << 40) + (1ULL << 32) + U32_MAX);
}

/* A difference of two readings is right even if the sum has wrapped in between. */
static void differences_survive_a_wrap(struct kunit *test)
{
	struct runstate_times past = { { 0, U64_MAX - 10, 0, 0 } };
	u64 before = runstate_stolen(5, 0, &past);
	u64 after = runstate_stolen(20, 3, &past);

	KUNIT_EXPECT_LT(test, after, before);
	KUNIT_EXPECT_EQ(test, after - before, 18);
}

static void copies_are_of_one_moment(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, runstate_is_consistent(77, 77));
	KUNIT_EXPECT_FALSE(test, runstate_is_consistent(77, 78));
	KUNIT_EXPECT_FALSE(test, runstate_is_consistent(77, 77 | XEN_RUNSTATE_UPDATE));
	/* The hypervisor was at it all the time. */
	KUNIT_EXPECT_FALSE(test, runstate_is_consistent(77 | XEN_RUNSTATE_UPDATE,
							77 | XEN_RUNSTATE_UPDATE));
}

static void requests_are_known_words(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, power_request_of("poweroff"), POWER_OFF);
	KUNIT_EXPECT_EQ(test, power_request_of("halt"), POWER_HALT);
	KUNIT_EXPECT_EQ(test, power_request_of("reboot"), POWER_REBOOT);
	KUNIT_EXPECT_EQ(test, power_request_of("suspend"), POWER_SUSPEND);

	KUNIT_EXPECT_EQ(test, power_request_of(""), POWER_NONE);
	KUNIT_EXPECT_EQ(test, power_request_of("crash"), POWER_NONE);
	KUNIT_EXPECT_EQ(test, power_request_of("Reboot"), POWER_NONE);
	KUNIT_EXPECT_EQ(test, power_request_of("reboot "), POWER_NONE);
	KUNIT_EXPECT_EQ(test, power_request_of("poweroffnow"), POWER_NONE);
}

static void availability_has_two_words(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, vcpu_wish_of("online"), VCPU_ONLINE);
	KUNIT_EXPECT_EQ(test, vcpu_wish_of("offline"), VCPU_OFFLINE);
	KUNIT_EXPECT_EQ(test, vcpu_wish_of(""), VCPU_UNKNOWN);
	KUNIT_EXPECT_EQ(test, vcpu_wish_of("on"), VCPU_UNKNOWN);
	KUNIT_EXPECT_EQ(test, vcpu_wish_of("online\n"), VCPU_UNKNOWN);
	KUNIT_EXPECT_EQ(test, vcpu_wish_of("onlineoffline"), VCPU_UNKNOWN);
}

static void paths_name_a_processor(struct kunit *test)
{
	unsigned int cpu = 99;

	KUNIT_EXPECT_EQ(test, vcpu_of_path("cpu/3/availability", &cpu), 0);
	KUNIT_EXPECT_EQ(test, cpu, 3);
	KUNIT_EXPECT_EQ(test, vcpu_of_path("/local/domain/5/cpu/12/availability", &cpu), 0);
	KUNIT_EXPECT_EQ(test, cpu, 12);
	KUNIT_EXPECT_EQ(test, vcpu_of_path("cpu/0", &cpu), 0);
	KUNIT_EXPECT_EQ(test, cpu, 0);
}

/* What the watch reports first is the folder itself. */
static void paths_without_processor(struct kunit *test)
{
	static const char * const paths[] = {
		"cpu", "cpu/", "", "memory/target", "cpu/x", "cpu/-1", "cpu/ 1", "cpu/1x",
		"cpu/99999999999/availability", "cpu/18446744073709551617",
	};
	unsigned int cpu = 99;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		KUNIT_EXPECT_EQ_MSG(test, vcpu_of_path(paths[i], &cpu), -EINVAL, "%s", paths[i]);
	KUNIT_EXPECT_EQ(test, cpu, 99);
}

static struct kunit_case power_cases[] = {
	KUNIT_CASE(stolen_is_what_was_wanted),
	KUNIT_CASE(stolen_goes_on_over_restores),
	KUNIT_CASE(times_are_64_bits_wide),
	KUNIT_CASE(differences_survive_a_wrap),
	KUNIT_CASE(copies_are_of_one_moment),
	KUNIT_CASE(requests_are_known_words),
	KUNIT_CASE(availability_has_two_words),
	KUNIT_CASE(paths_name_a_processor),
	KUNIT_CASE(paths_without_processor),
	{}
};

static struct kunit_suite power_suite = {
	.name = "xen-power",
	.test_cases = power_cases,
};

kunit_test_suite(power_suite);

MODULE_DESCRIPTION("KUnit tests of a Xen domain's life cycle");
MODULE_LICENSE("GPL");
