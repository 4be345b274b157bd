// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of whether a device can use memory where it is; they need no hypervisor.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/dma-mapping.h>

#include "../reach.h"

static void narrower_limit_counts(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dma_limit(DMA_BIT_MASK(64), 0), U64_MAX);
	KUNIT_EXPECT_EQ(test, dma_limit(DMA_BIT_MASK(32), 0), 0xffffffffULL);
	KUNIT_EXPECT_EQ(test, dma_limit(DMA_BIT_MASK(64), 0xbfffffff), 0xbfffffffULL);
	KUNIT_EXPECT_EQ(test, dma_limit(DMA_BIT_MASK(24), 0xbfffffff), 0xffffffULL);
}

static void last_byte_is_in_reach(struct kunit *test)
{
	u64 limit = DMA_BIT_MASK(32);

	KUNIT_EXPECT_TRUE(test, dma_in_reach(0, 1, limit));
	KUNIT_EXPECT_TRUE(test, dma_in_reach(0xffffffff, 1, limit));
	KUNIT_EXPECT_TRUE(test, dma_in_reach(0xfffff000, 0x1000, limit));
	KUNIT_EXPECT_FALSE(test, dma_in_reach(0xfffff000, 0x1001, limit));
	KUNIT_EXPECT_FALSE(test, dma_in_reach(0x100000000, 1, limit));
	KUNIT_EXPECT_TRUE(test, dma_in_reach(BIT_ULL(52) - 1, 1, U64_MAX));
}

static void run_has_no_gap(struct kunit *test)
{
	static const unsigned long run[] = { 0x100, 0x101, 0x102, 0x103, 0x104 };
	static const unsigned long gap[] = { 0x100, 0x101, 0x103, 0x104, 0x105 };
	static const unsigned long back[] = { 0x105, 0x104 };
	static const unsigned long same[] = { 0x105, 0x105 };

	KUNIT_EXPECT_TRUE(test, dma_is_run(run, 5));
	KUNIT_EXPECT_TRUE(test, dma_is_run(gap, 1));
	KUNIT_EXPECT_TRUE(test, dma_is_run(gap, 2));
	KUNIT_EXPECT_FALSE(test, dma_is_run(gap, 3));
	KUNIT_EXPECT_TRUE(test, dma_is_run(gap + 2, 3));
	KUNIT_EXPECT_FALSE(test, dma_is_run(back, 2));
	KUNIT_EXPECT_FALSE(test, dma_is_run(same, 2));
}

/* Foreign frames may be a run, but not together with our own, nor may no frames be. */
static void run_is_of_one_kind(struct kunit *test)
{
	const unsigned long mark = BIT(BITS_PER_LONG - 1);
	const unsigned long foreign[] = { mark | 0x100, mark | 0x101, 0x102 };
	const unsigned long none[] = { ~0UL, ~0UL, 0 };

	KUNIT_EXPECT_TRUE(test, dma_is_run(foreign, 2));
	KUNIT_EXPECT_FALSE(test, dma_is_run(foreign, 3));
	KUNIT_EXPECT_FALSE(test, dma_is_run(foreign + 1, 2));
	KUNIT_EXPECT_FALSE(test, dma_is_run(none, 2));
}

static void bits_stay_within_the_limit(struct kunit *test)
{
	unsigned int bits;

	for (bits = 1; bits < 64; bits++) {
		KUNIT_EXPECT_EQ(test, dma_limit_bits(DMA_BIT_MASK(bits)), bits);
		KUNIT_EXPECT_EQ(test, dma_limit_bits(BIT_ULL(bits)), bits);
		KUNIT_EXPECT_EQ(test, dma_limit_bits(DMA_BIT_MASK(bits) - 1), bits - 1);
	}
	KUNIT_EXPECT_EQ(test, dma_limit_bits(U64_MAX), 64);
	KUNIT_EXPECT_EQ(test, dma_limit_bits(0xbfffffff), 31);
}

static void room_is_for_aligned_memory(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, dma_limit_has_room(DMA_BIT_MASK(24), 24));
	KUNIT_EXPECT_FALSE(test, dma_limit_has_room(DMA_BIT_MASK(24), 25));
	KUNIT_EXPECT_FALSE(test, dma_limit_has_room(DMA_BIT_MASK(24) - 1, 24));
	KUNIT_EXPECT_TRUE(test, dma_limit_has_room(U64_MAX, 40));
}

static struct kunit_case reach_cases[] = {
	KUNIT_CASE(narrower_limit_counts),
	KUNIT_CASE(last_byte_is_in_reach),
	KUNIT_CASE(run_has_no_gap),
	KUNIT_CASE(run_is_of_one_kind),
	KUNIT_CASE(bits_stay_within_the_limit),
	KUNIT_CASE(room_is_for_aligned_memory),
	{}
};

static struct kunit_suite reach_suite = {
	.name = "xen_dma_reach",
	.test_cases = reach_cases,
};

kunit_test_suite(reach_suite);

MODULE_DESCRIPTION("Tests of whether a device can use memory where it is");
MODULE_LICENSE("GPL");
