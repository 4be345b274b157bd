// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the page-table codec. They run on any machine: the frame
 * lookups are made up here.
 */
#include <kunit/test.h>

#include "../codec.h"

/* A domain of 16 pages, whose frames lie backwards from 0x1234500. */
#define TEST_PAGES	16
#define TEST_TOP	0x1234500UL

static unsigned long test_to_mfn(unsigned long pfn)
{
	return pfn < TEST_PAGES ? TEST_TOP - pfn : XEN_NO_FRAME;
}

static unsigned long test_to_pfn(unsigned long mfn)
{
	return mfn <= TEST_TOP && mfn > TEST_TOP - TEST_PAGES ? TEST_TOP - mfn : XEN_NO_FRAME;
}

static pteval_t test_val(unsigned long frame, pteval_t flags)
{
	return ((pteval_t)frame << PAGE_SHIFT) | flags;
}

static const pteval_t test_flags[] = {
	_PAGE_PRESENT,
	_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY,
	_PAGE_PRESENT | _PAGE_NX | _PAGE_GLOBAL | _PAGE_SPECIAL,
	_PAGE_PRESENT | _PAGE_PCD | _PAGE_PWT | _PAGE_SOFTW1,
};

static void codec_exchanges_frames(struct kunit *test)
{
	unsigned long pfn;
	unsigned int i;

	for (pfn = 0; pfn < TEST_PAGES; pfn++) {
		for (i = 0; i < ARRAY_SIZE(test_flags); i++) {
			pteval_t lin = test_val(pfn, test_flags[i]);
			pteval_t mach = test_val(TEST_TOP - pfn, test_flags[i]);

			KUNIT_EXPECT_EQ(test, xen_codec_to_machine(lin, test_to_mfn), mach);
			KUNIT_EXPECT_EQ(test, xen_codec_to_linear(mach, test_to_pfn), lin);
		}
	}
}

/* Swap entries and the like hold no frame, whatever their bits look like. */
static void codec_leaves_absent_alone(struct kunit *test)
{
	static const pteval_t vals[] = {
		0,
		_PAGE_PROTNONE | (3UL << PAGE_SHIFT),
		0xdeadbeef00000000UL & ~(pteval_t)_PAGE_PRESENT,
		_PAGE_ACCESSED | _PAGE_DIRTY,
		~(pteval_t)_PAGE_PRESENT,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vals); i++) {
		KUNIT_EXPECT_EQ(test, xen_codec_to_machine(vals[i], test_to_mfn), vals[i]);
		KUNIT_EXPECT_EQ(test, xen_codec_to_linear(vals[i], test_to_pfn), vals[i]);
	}
}

static void codec_without_counterpart(struct kunit *test)
{
	const pteval_t flags = _PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_NX;

	/* A frame of another domain reads as not present, flags kept. */
	KUNIT_EXPECT_EQ(test,
			xen_codec_to_linear(test_val(TEST_TOP + 1, flags), test_to_pfn),
			(pteval_t)(flags & ~(pteval_t)_PAGE_PRESENT));
	/* A page that was given back leaves nothing behind. */
	KUNIT_EXPECT_EQ(test,
			xen_codec_to_machine(test_val(TEST_PAGES, flags), test_to_mfn),
			(pteval_t)0);
}

/* Frames up to bit 51 of the address pass through. */
static unsigned long test_same(unsigned long frame)
{
	return frame;
}

static void codec_keeps_high_frames(struct kunit *test)
{
	unsigned int bit;

	for (bit = PAGE_SHIFT; bit < 52; bit++) {
		pteval_t val = BIT_ULL(bit) | _PAGE_PRESENT | _PAGE_NX;

		KUNIT_EXPECT_EQ(test, xen_codec_to_linear(val, test_same), val);
		if (val & PTE_PFN_MASK)
			KUNIT_EXPECT_EQ(test, xen_codec_to_machine(val, test_same), val);
	}
}

static void codec_deferred_clear(struct kunit *test)
{
	const pteval_t rw = _PAGE_PRESENT | _PAGE_RW;

	/* What hardware may still dirty is called dirty. */
	KUNIT_EXPECT_EQ(test, xen_codec_deferred_clear(rw), rw | _PAGE_DIRTY);
	KUNIT_EXPECT_EQ(test, xen_codec_deferred_clear(rw | _PAGE_DIRTY), rw | _PAGE_DIRTY);
	/* And nothing else. */
	KUNIT_EXPECT_EQ(test, xen_codec_deferred_clear(_PAGE_PRESENT), (pteval_t)_PAGE_PRESENT);
	KUNIT_EXPECT_EQ(test, xen_codec_deferred_clear(_PAGE_RW), (pteval_t)_PAGE_RW);
	KUNIT_EXPECT_EQ(test, xen_codec_deferred_clear(0), (pteval_t)0);

	KUNIT_EXPECT_TRUE(test, xen_codec_can_become_dirty(rw));
	KUNIT_EXPECT_TRUE(test, xen_codec_can_become_dirty(rw | _PAGE_ACCESSED));
	KUNIT_EXPECT_FALSE(test, xen_codec_can_become_dirty(rw | _PAGE_DIRTY));
	KUNIT_EXPECT_FALSE(test, xen_codec_can_become_dirty(_PAGE_PRESENT));
	KUNIT_EXPECT_FALSE(test, xen_codec_can_become_dirty(_PAGE_RW));
}

static struct kunit_case codec_cases[] = {
	KUNIT_CASE(codec_exchanges_frames),
	KUNIT_CASE(codec_leaves_absent_alone),
	KUNIT_CASE(codec_without_counterpart),
	KUNIT_CASE(codec_keeps_high_frames),
	KUNIT_CASE(codec_deferred_clear),
	{}
};

static struct kunit_suite codec_suite = {
	.name = "xen-pv-mmu-codec",
	.test_cases = codec_cases,
};

kunit_test_suite(codec_suite);

MODULE_DESCRIPTION("KUnit tests of the page-table codec of Xen PV domains");
MODULE_LICENSE("GPL");
