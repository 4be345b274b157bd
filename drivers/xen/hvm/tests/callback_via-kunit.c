// SPDX-License-Identifier: GPL-2.0
/* Tests of how the ways to signal events are encoded. */
#include <kunit/test.h>

#include "../callback_via.h"

static void callback_via_test_isa(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, callback_via_is_isa(0));
	KUNIT_EXPECT_TRUE(test, callback_via_is_isa(15));
	KUNIT_EXPECT_FALSE(test, callback_via_is_isa(16));
}

static void callback_via_test_pci(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, callback_via_pci(0, 0, 0, 1), 0x0100000000000000ULL);
	KUNIT_EXPECT_EQ(test, callback_via_pci(0, 0, 0x18, 1), 0x0100000000001800ULL);
	KUNIT_EXPECT_EQ(test, callback_via_pci(0xabcd, 0xef, 0xff, 4), 0x0100abcd00efff03ULL);
	/* A device without a pin is as if it had the last. */
	KUNIT_EXPECT_EQ(test, callback_via_pci(0, 0, 0, 0), 0x0100000000000003ULL);
}

static void callback_via_test_vector(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, HVM_CALLBACK_VECTOR(0xf3), 0x02000000000000f3ULL);
}

static struct kunit_case callback_via_cases[] = {
	KUNIT_CASE(callback_via_test_isa),
	KUNIT_CASE(callback_via_test_pci),
	KUNIT_CASE(callback_via_test_vector),
	{}
};

static struct kunit_suite callback_via_suite = {
	.name = "xen-callback-via",
	.test_cases = callback_via_cases,
};

kunit_test_suite(callback_via_suite);

MODULE_DESCRIPTION("Tests of the Xen HVM callback's encoding");
MODULE_LICENSE("GPL");
