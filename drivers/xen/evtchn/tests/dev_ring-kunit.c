// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the ring of ports that had events.
 */
#include <kunit/test.h>

#include "../dev_ring.h"

static evtchn_port_t small[4], large[8];

static void ring_at(struct port_ring *ring, u32 tail, u32 used)
{
	u32 i;

	*ring = (struct port_ring) {
		.slots = small, .size = ARRAY_SIZE(small), .tail = tail, .head = tail + used,
	};
	memset(small, 0xff, sizeof(small));
	memset(large, 0xff, sizeof(large));
	for (i = 0; i < used; i++)
		*port_ring_slot(ring, tail + i) = 100 + i;
}

/* Positions around the end of the slots, and around the end of the numbers. */
static const u32 tails[] = { 0, 1, 3, 4, 6, 7, 8, U32_MAX - 4, U32_MAX - 1, U32_MAX };

static void dev_ring_test_used(struct kunit *test)
{
	struct port_ring ring;
	u32 i, used;

	for (i = 0; i < ARRAY_SIZE(tails); i++) {
		for (used = 0; used <= ARRAY_SIZE(small); used++) {
			ring_at(&ring, tails[i], used);
			KUNIT_EXPECT_EQ(test, port_ring_used(&ring), used);
		}
	}
}

static void dev_ring_test_pieces(struct kunit *test)
{
	struct port_ring ring;
	u32 i, index, nr, left, pieces;

	for (i = 0; i < ARRAY_SIZE(tails); i++) {
		ring_at(&ring, tails[i], 4);
		pieces = 0;
		index = ring.tail;
		for (left = 4; left; left -= nr, index += nr, pieces++) {
			nr = port_ring_piece(&ring, index, left);
			KUNIT_ASSERT_GT(test, nr, 0);
			KUNIT_ASSERT_LE(test, nr, left);
			/* inside of the slots from the first to the last */
			KUNIT_EXPECT_PTR_EQ(test, port_ring_slot(&ring, index) + nr - 1,
					    port_ring_slot(&ring, index + nr - 1));
		}
		KUNIT_EXPECT_EQ(test, pieces, tails[i] % 4 ? 2 : 1);
	}
	ring_at(&ring, 2, 4);
	KUNIT_EXPECT_EQ(test, port_ring_piece(&ring, 2, 1), 1);
	KUNIT_EXPECT_EQ(test, port_ring_piece(&ring, 2, 0), 0);
}

static void dev_ring_test_growth(struct kunit *test)
{
	struct port_ring ring;
	u32 i, k, used;

	for (i = 0; i < ARRAY_SIZE(tails); i++) {
		for (used = 0; used <= ARRAY_SIZE(small); used++) {
			ring_at(&ring, tails[i], used);
			port_ring_move(&ring, large, ARRAY_SIZE(large));
			KUNIT_EXPECT_EQ(test, port_ring_used(&ring), used);
			KUNIT_EXPECT_EQ(test, ring.size, ARRAY_SIZE(large));
			for (k = 0; k < used; k++)
				KUNIT_EXPECT_EQ(test, *port_ring_slot(&ring, tails[i] + k),
						100 + k);
		}
	}
}

static void dev_ring_test_sizes(struct kunit *test)
{
	u32 size = 0, i;

	for (i = 0; i < 12; i++) {
		KUNIT_EXPECT_GT(test, port_ring_next_size(size), size);
		size = port_ring_next_size(size);
		KUNIT_EXPECT_EQ(test, size & (size - 1), 0);
	}
	/* as many as there can be event channels */
	KUNIT_EXPECT_GE(test, size, 1 << 17);
}

static struct kunit_case dev_ring_test_cases[] = {
	KUNIT_CASE(dev_ring_test_used),
	KUNIT_CASE(dev_ring_test_pieces),
	KUNIT_CASE(dev_ring_test_growth),
	KUNIT_CASE(dev_ring_test_sizes),
	{ }
};

static struct kunit_suite dev_ring_test_suite = {
	.name = "xen-evtchn-dev-ring",
	.test_cases = dev_ring_test_cases,
};

kunit_test_suite(dev_ring_test_suite);

MODULE_DESCRIPTION("Tests of the ring of /dev/xen/evtchn");
MODULE_LICENSE("GPL");
