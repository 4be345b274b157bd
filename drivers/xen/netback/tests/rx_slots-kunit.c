// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of how many buffers a packet to the guest takes.
 */
#include <kunit/test.h>

#include "../rx_slots.h"

static void data(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rx_data_slots(0, 0), 1);
	KUNIT_EXPECT_EQ(test, rx_data_slots(1, 0), 1);
	KUNIT_EXPECT_EQ(test, rx_data_slots(4096, 0), 1);
	KUNIT_EXPECT_EQ(test, rx_data_slots(4097, 0), 2);
	KUNIT_EXPECT_EQ(test, rx_data_slots(65536, 0), 16);
	KUNIT_EXPECT_EQ(test, rx_data_slots(65537, 0), 17);
}

static void data_with_headroom(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rx_data_slots(3840, 256), 1);
	KUNIT_EXPECT_EQ(test, rx_data_slots(3841, 256), 2);
	KUNIT_EXPECT_EQ(test, rx_data_slots(65536, 256), 18);
	KUNIT_EXPECT_EQ(test, rx_data_slots(3, 4095), 3);

	/* No room at all is not a division by zero. */
	KUNIT_EXPECT_EQ(test, rx_data_slots(3, 4096), 3);
	KUNIT_EXPECT_EQ(test, rx_data_slots(3, 0x7fff), 3);
}

static void extras(struct kunit *test)
{
	struct rx_shape shape = { .len = 5000 };

	KUNIT_EXPECT_EQ(test, rx_slots(&shape), 2);
	shape.gso = true;
	KUNIT_EXPECT_EQ(test, rx_slots(&shape), 3);
	shape.hash = true;
	KUNIT_EXPECT_EQ(test, rx_slots(&shape), 4);
	shape.headroom = 256;
	KUNIT_EXPECT_EQ(test, rx_slots(&shape), 5);
	shape.headroom = 2048;
	KUNIT_EXPECT_EQ(test, rx_slots(&shape), 6);
}

static struct kunit_case slots_cases[] = {
	KUNIT_CASE(data),
	KUNIT_CASE(data_with_headroom),
	KUNIT_CASE(extras),
	{}
};

static struct kunit_suite slots_suite = {
	.name = "xen_netback_rx_slots",
	.test_cases = slots_cases,
};

kunit_test_suite(slots_suite);
