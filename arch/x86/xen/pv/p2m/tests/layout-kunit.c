// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of what the p2m list needs memory for.
 */
#include <kunit/test.h>

#include <linux/module.h>
#include <linux/sizes.h>

#include "../layout.h"

#define GIB_PFNS	(SZ_1G / PAGE_SIZE)

static void index_of_pfn(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, P2M_PER_GROUP, GIB_PFNS);
	KUNIT_EXPECT_EQ(test, p2m_group_index(0), 0);
	KUNIT_EXPECT_EQ(test, p2m_group_index(GIB_PFNS - 1), 0);
	KUNIT_EXPECT_EQ(test, p2m_group_index(GIB_PFNS), 1);
	KUNIT_EXPECT_EQ(test, p2m_group_index(512 * GIB_PFNS), P2M_TREE_GROUPS);

	KUNIT_EXPECT_EQ(test, p2m_leaf_index(511), 0);
	KUNIT_EXPECT_EQ(test, p2m_leaf_index(512), 1);
	KUNIT_EXPECT_EQ(test, p2m_leaf_index(GIB_PFNS - 1), 511);
	KUNIT_EXPECT_EQ(test, p2m_leaf_index(3 * GIB_PFNS + 1024), 2);
}

static void area_size(struct kunit *test)
{
	/* 8 bytes a page, a whole number of groups, each 2 MiB */
	KUNIT_EXPECT_EQ(test, p2m_area_size(1, 0), SZ_2M);
	KUNIT_EXPECT_EQ(test, p2m_area_size(GIB_PFNS, 0), SZ_2M);
	KUNIT_EXPECT_EQ(test, p2m_area_size(GIB_PFNS + 1, 0), SZ_4M);
	/* room for hot-plugged memory counts, but memory that is there wins */
	KUNIT_EXPECT_EQ(test, p2m_area_size(64 * GIB_PFNS, 512), SZ_1G);
	KUNIT_EXPECT_EQ(test, p2m_area_size(4096 * GIB_PFNS, 512), 8UL * SZ_1G);
}

static void kind_of_entry(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, p2m_entry_kind(INVALID_P2M_ENTRY), P2M_MISSING);
	KUNIT_EXPECT_EQ(test, p2m_entry_kind(IDENTITY_FRAME(5)), P2M_IDENTITY);
	KUNIT_EXPECT_EQ(test, p2m_entry_kind(FOREIGN_FRAME(5)), P2M_FRAMES);
	KUNIT_EXPECT_EQ(test, p2m_entry_kind(5), P2M_FRAMES);
	KUNIT_EXPECT_EQ(test, p2m_entry_kind(0), P2M_FRAMES);
}

static unsigned long *new_leaf(struct kunit *test)
{
	unsigned long *leaf = kunit_kmalloc_array(test, P2M_PER_PAGE, sizeof(*leaf), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, leaf);
	return leaf;
}

static void kind_of_leaf(struct kunit *test)
{
	unsigned long *leaf = new_leaf(test);
	unsigned int i;

	for (i = 0; i < P2M_PER_PAGE; i++)
		leaf[i] = INVALID_P2M_ENTRY;
	KUNIT_EXPECT_EQ(test, p2m_leaf_kind(leaf, 512), P2M_MISSING);
	leaf[511] = 7;
	KUNIT_EXPECT_EQ(test, p2m_leaf_kind(leaf, 512), P2M_FRAMES);
	leaf[511] = IDENTITY_FRAME(512 + 511);
	KUNIT_EXPECT_EQ(test, p2m_leaf_kind(leaf, 512), P2M_FRAMES);

	for (i = 0; i < P2M_PER_PAGE; i++)
		leaf[i] = IDENTITY_FRAME(512 + i);
	KUNIT_EXPECT_EQ(test, p2m_leaf_kind(leaf, 512), P2M_IDENTITY);
	/* identity frames of other pfns must not be lost */
	KUNIT_EXPECT_EQ(test, p2m_leaf_kind(leaf, 1024), P2M_FRAMES);
	leaf[200] = INVALID_P2M_ENTRY;
	KUNIT_EXPECT_EQ(test, p2m_leaf_kind(leaf, 512), P2M_FRAMES);
	leaf[0] = 7;
	KUNIT_EXPECT_EQ(test, p2m_leaf_kind(leaf, 512), P2M_FRAMES);
}

/* Two regions that touch, an empty one between, and one that ends inside a leaf. */
static const struct xen_memory_region regions[] = {
	{ .start_pfn = 1024, .n_pfns = 300 },
	{ .start_pfn = 0, .n_pfns = 0 },
	{ .start_pfn = 1324, .n_pfns = 212 },
	{ .start_pfn = 4096 + 100, .n_pfns = 50 },
};

static void kind_of_gap(struct kunit *test)
{
	const unsigned int nr = ARRAY_SIZE(regions);

	KUNIT_EXPECT_EQ(test, p2m_gap_kind(regions, nr, 0, 512), P2M_IDENTITY);
	KUNIT_EXPECT_EQ(test, p2m_gap_kind(regions, nr, 512, 512), P2M_IDENTITY);
	KUNIT_EXPECT_EQ(test, p2m_gap_kind(regions, nr, 1024, 512), P2M_MISSING);
	KUNIT_EXPECT_EQ(test, p2m_gap_kind(regions, nr, 1536, 512), P2M_IDENTITY);
	KUNIT_EXPECT_EQ(test, p2m_gap_kind(regions, nr, 4096, 512), P2M_FRAMES);
	KUNIT_EXPECT_EQ(test, p2m_gap_kind(regions, nr, 0, P2M_PER_GROUP), P2M_FRAMES);
	KUNIT_EXPECT_EQ(test, p2m_gap_kind(regions, nr, P2M_PER_GROUP, P2M_PER_GROUP),
			P2M_IDENTITY);
	KUNIT_EXPECT_EQ(test, p2m_gap_kind(regions, 0, 1024, 512), P2M_IDENTITY);
}

static void fill_gap(struct kunit *test)
{
	unsigned long *leaf = new_leaf(test);

	p2m_fill_gap(leaf, 4096, regions, ARRAY_SIZE(regions));
	KUNIT_EXPECT_EQ(test, leaf[0], IDENTITY_FRAME(4096UL));
	KUNIT_EXPECT_EQ(test, leaf[99], IDENTITY_FRAME(4096UL + 99));
	KUNIT_EXPECT_EQ(test, leaf[100], INVALID_P2M_ENTRY);
	KUNIT_EXPECT_EQ(test, leaf[149], INVALID_P2M_ENTRY);
	KUNIT_EXPECT_EQ(test, leaf[150], IDENTITY_FRAME(4096UL + 150));
	KUNIT_EXPECT_EQ(test, leaf[511], IDENTITY_FRAME(4096UL + 511));
}

static struct kunit_case layout_cases[] = {
	KUNIT_CASE(index_of_pfn),
	KUNIT_CASE(area_size),
	KUNIT_CASE(kind_of_entry),
	KUNIT_CASE(kind_of_leaf),
	KUNIT_CASE(kind_of_gap),
	KUNIT_CASE(fill_gap),
	{}
};

static struct kunit_suite layout_suite = {
	.name = "xen-pv-p2m-layout",
	.test_cases = layout_cases,
};

kunit_test_suite(layout_suite);

MODULE_DESCRIPTION("KUnit tests of the p2m list's layout");
MODULE_LICENSE("GPL");
