// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of how long the EOI of a spurious event is put off.
 */
#include <kunit/test.h>

#include "../eoi_policy.h"

static const unsigned int rates[] = { 100, 250, 300, 1000 };

static void lateeoi_test_free(struct kunit *test)
{
	unsigned int run;

	KUNIT_EXPECT_EQ(test, eoi_run_delay(0, 0, 250), 0);
	KUNIT_EXPECT_EQ(test, eoi_run_delay(1, 0, 250), 0);
	KUNIT_EXPECT_EQ(test, eoi_run_delay(2, 0, 250), 1);
	for (run = 0; run <= 5; run++)
		KUNIT_EXPECT_EQ(test, eoi_run_delay(run, 5, 250), 0);
	KUNIT_EXPECT_EQ(test, eoi_run_delay(6, 5, 250), 1);
	/* A device that may have any number. */
	KUNIT_EXPECT_EQ(test, eoi_run_delay(U8_MAX, U8_MAX, 250), 0);
	KUNIT_EXPECT_EQ(test, eoi_run_delay(U8_MAX, UINT_MAX, 250), 0);
}

static void lateeoi_test_doubles(struct kunit *test)
{
	unsigned int run;

	for (run = 3; run < 10; run++)
		KUNIT_EXPECT_EQ(test, eoi_run_delay(run, 1, 1000),
				2 * eoi_run_delay(run - 1, 1, 1000));
}

static void lateeoi_test_cap(struct kunit *test)
{
	unsigned int i, run;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		for (run = 0; run <= U8_MAX; run++)
			KUNIT_ASSERT_LE(test, eoi_run_delay(run, 1, rates[i]), rates[i]);
		KUNIT_EXPECT_EQ(test, eoi_run_delay(31, 1, rates[i]), rates[i]);
		KUNIT_EXPECT_EQ(test, eoi_run_delay(U8_MAX, 1, rates[i]), rates[i]);
	}
}

/* The longest run that is remembered reaches the cap, and no overflow is near. */
static void lateeoi_test_run_ends(struct kunit *test)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		u8 run = 0, before;

		for (n = 0; n < 1000; n++) {
			before = run;
			run = eoi_run_longer(run, rates[i]);
			KUNIT_ASSERT_GE(test, run, before);
			KUNIT_ASSERT_LE(test, run - before, 1);
		}
		KUNIT_EXPECT_EQ(test, eoi_run_delay(run, 1, rates[i]), rates[i]);
		KUNIT_EXPECT_LT(test, run, 31);
	}
	KUNIT_EXPECT_EQ(test, eoi_run_longer(0, 250), 1);
	KUNIT_EXPECT_EQ(test, eoi_run_longer(9, 250), 10);
	KUNIT_EXPECT_EQ(test, eoi_run_longer(10, 250), 10);
}

static struct kunit_case lateeoi_test_cases[] = {
	KUNIT_CASE(lateeoi_test_free),
	KUNIT_CASE(lateeoi_test_doubles),
	KUNIT_CASE(lateeoi_test_cap),
	KUNIT_CASE(lateeoi_test_run_ends),
	{}
};

static struct kunit_suite lateeoi_test_suite = {
	.name = "xen_evtchn_lateeoi",
	.test_cases = lateeoi_test_cases,
};

kunit_test_suite(lateeoi_test_suite);

MODULE_DESCRIPTION("Tests of late EOIs of event channels");
MODULE_LICENSE("GPL");
