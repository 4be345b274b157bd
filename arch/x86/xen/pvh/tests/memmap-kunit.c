// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include <linux/pfn.h>
#include <linux/sizes.h>

#include <asm/bootparam.h>
#include <asm/e820/types.h>

#include "../memmap.h"

/* What xen_pvh_plan_extra_mem() has found. */
static struct {
	unsigned long start, pages;
} memmap_found[4];
static unsigned int memmap_nr_found;

static void memmap_note(unsigned long start_pfn, unsigned long n_pfns)
{
	if (memmap_nr_found < ARRAY_SIZE(memmap_found)) {
		memmap_found[memmap_nr_found].start = start_pfn;
		memmap_found[memmap_nr_found].pages = n_pfns;
	}
	memmap_nr_found++;
}

static void memmap_add(struct boot_params *params, u64 addr, u64 size, u32 type)
{
	params->e820_table[params->e820_entries++] = (struct boot_e820_entry) {
		.addr = addr,
		.size = size,
		.type = type,
	};
}

static struct boot_params *memmap_new(struct kunit *test, u64 ram)
{
	struct boot_params *params = kunit_kzalloc(test, sizeof(*params),
						   GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, params);
	memmap_nr_found = 0;
	memmap_add(params, 0, ram, E820_TYPE_RAM);
	return params;
}

static void memmap_expect_entry(struct kunit *test, struct boot_params *params,
				unsigned int i, u64 addr, u64 size, u32 type)
{
	KUNIT_EXPECT_EQ(test, params->e820_table[i].addr, addr);
	KUNIT_EXPECT_EQ(test, params->e820_table[i].size, size);
	KUNIT_EXPECT_EQ(test, params->e820_table[i].type, type);
}

static void __init memmap_takes_whole_range(struct kunit *test)
{
	struct boot_params *params = memmap_new(test, SZ_16M);

	memmap_add(params, SZ_64M, SZ_32M, E820_TYPE_UNUSABLE);
	memmap_add(params, SZ_128M, SZ_32M, E820_TYPE_RESERVED);
	xen_pvh_plan_extra_mem(params, memmap_note);

	KUNIT_ASSERT_EQ(test, memmap_nr_found, 1);
	KUNIT_EXPECT_EQ(test, memmap_found[0].start, PFN_DOWN(SZ_64M));
	KUNIT_EXPECT_EQ(test, memmap_found[0].pages, PFN_DOWN(SZ_32M));
	KUNIT_EXPECT_EQ(test, params->e820_entries, 3);
	memmap_expect_entry(test, params, 1, SZ_64M, SZ_32M, E820_TYPE_RAM);
	memmap_expect_entry(test, params, 2, SZ_128M, SZ_32M, E820_TYPE_RESERVED);
}

/* 1 MiB of RAM is good for 10 MiB, taken from the first range of 16 MiB. */
static void __init memmap_splits_at_the_limit(struct kunit *test)
{
	struct boot_params *params = memmap_new(test, SZ_1M);

	memmap_add(params, SZ_64M, SZ_16M, E820_TYPE_UNUSABLE);
	memmap_add(params, SZ_128M, SZ_16M, E820_TYPE_UNUSABLE);
	xen_pvh_plan_extra_mem(params, memmap_note);

	KUNIT_ASSERT_EQ(test, memmap_nr_found, 1);
	KUNIT_EXPECT_EQ(test, memmap_found[0].pages, PFN_DOWN(10 * SZ_1M));
	KUNIT_EXPECT_EQ(test, params->e820_entries, 4);
	memmap_expect_entry(test, params, 1, SZ_64M, 10 * SZ_1M, E820_TYPE_RAM);
	memmap_expect_entry(test, params, 2, SZ_64M + 10 * SZ_1M, 6 * SZ_1M,
			    E820_TYPE_UNUSABLE);
	memmap_expect_entry(test, params, 3, SZ_128M, SZ_16M,
			    E820_TYPE_UNUSABLE);
}

/* Parts of a page are nobody's; a range inside one page has none to give. */
static void __init memmap_rounds_inwards(struct kunit *test)
{
	struct boot_params *params = memmap_new(test, SZ_1M);

	memmap_add(params, SZ_64M + 1, SZ_1K, E820_TYPE_UNUSABLE);
	memmap_add(params, SZ_128M + SZ_1K, 2 * SZ_4K, E820_TYPE_UNUSABLE);
	xen_pvh_plan_extra_mem(params, memmap_note);

	KUNIT_ASSERT_EQ(test, memmap_nr_found, 1);
	KUNIT_EXPECT_EQ(test, memmap_found[0].start, PFN_DOWN(SZ_128M) + 1);
	KUNIT_EXPECT_EQ(test, memmap_found[0].pages, 1);
	memmap_expect_entry(test, params, 1, SZ_64M + 1, SZ_1K,
			    E820_TYPE_UNUSABLE);
}

/* No room to split the large range: the small one behind it is taken whole. */
static void __init memmap_full_table(struct kunit *test)
{
	struct boot_params *params = memmap_new(test, SZ_1M);
	unsigned int last = ARRAY_SIZE(params->e820_table) - 1;

	memmap_add(params, SZ_64M, SZ_16M, E820_TYPE_UNUSABLE);
	while (params->e820_entries < last)
		memmap_add(params, SZ_128M, SZ_4K, E820_TYPE_RESERVED);
	memmap_add(params, SZ_256M, SZ_1M, E820_TYPE_UNUSABLE);
	xen_pvh_plan_extra_mem(params, memmap_note);

	KUNIT_ASSERT_EQ(test, memmap_nr_found, 1);
	KUNIT_EXPECT_EQ(test, memmap_found[0].start, PFN_DOWN(SZ_256M));
	KUNIT_EXPECT_EQ(test, params->e820_entries, last + 1);
	memmap_expect_entry(test, params, 1, SZ_64M, SZ_16M,
			    E820_TYPE_UNUSABLE);
	memmap_expect_entry(test, params, last, SZ_256M, SZ_1M, E820_TYPE_RAM);
}

static struct kunit_case __refdata memmap_cases[] = {
	KUNIT_CASE(memmap_takes_whole_range),
	KUNIT_CASE(memmap_splits_at_the_limit),
	KUNIT_CASE(memmap_rounds_inwards),
	KUNIT_CASE(memmap_full_table),
	{}
};

static struct kunit_suite memmap_suite = {
	.name = "xen_pvh_memmap",
	.test_cases = memmap_cases,
};
kunit_test_init_section_suite(memmap_suite);
