// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the memory map's plan.
 *
 * The plan and what it calls are gone after boot, so the suite runs once, at boot.
 */
#include <kunit/test.h>

#include <linux/memblock.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include <asm/e820/api.h>

#include "../memmap.h"

#define RAM	E820_TYPE_RAM
#define RES	E820_TYPE_RESERVED
#define NVS	E820_TYPE_NVS
#define ACPI	E820_TYPE_ACPI
#define BAD	E820_TYPE_UNUSABLE

struct piece {
	u64 start;
	u64 end;
	enum e820_type type;
};

/* A PC with 4 GiB, as its firmware describes it. */
static const struct piece pc[] __initconst = {
	{ 0x0, 0x9fc00, RAM },
	{ 0x9fc00, 0xa0000, RES },
	{ 0xf0000, 0x100000, RES },
	{ 0x100000, 0xbffdf000, RAM },
	{ 0xbffdf000, 0xc0000000, RES },
	{ 0xfeffc000, 0xff000000, RES },
	{ 0x100000000, 0x140000000, RAM },
};

static const struct piece guest[] __initconst = {
	{ 0x0, 0x20000000, RAM },
};

static struct memmap *__init new_map(struct kunit *test, const struct piece *ranges,
				     unsigned int nr, unsigned long nr_pages)
{
	struct memmap *map = kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, map);
	map->nr_pages = nr_pages;
	for (i = 0; i < nr; i++) {
		map->table.entries[i].addr = ranges[i].start;
		map->table.entries[i].size = ranges[i].end - ranges[i].start;
		map->table.entries[i].type = ranges[i].type;
	}
	map->table.nr_entries = nr;
	memmap_prepare(map, false);

	return map;
}

#define NEW_MAP(test, ranges, nr_pages) new_map(test, ranges, ARRAY_SIZE(ranges), nr_pages)

static struct memmap_layout *__init new_layout(struct kunit *test, const struct memmap *map,
					       unsigned long extra)
{
	struct memmap_layout *layout = kunit_kzalloc(test, sizeof(*layout), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, layout);
	memmap_lay_out(map, extra, layout);

	return layout;
}

static void __init expect_table(struct kunit *test, const struct e820_table *table,
				const struct piece *want, unsigned int nr)
{
	unsigned int i;

	KUNIT_ASSERT_EQ(test, table->nr_entries, nr);
	for (i = 0; i < nr; i++) {
		const struct e820_entry entry = table->entries[i];

		KUNIT_EXPECT_EQ(test, entry.addr, want[i].start);
		KUNIT_EXPECT_EQ(test, entry.addr + entry.size, want[i].end);
		KUNIT_EXPECT_EQ(test, entry.type, want[i].type);
	}
}

static void __init expect_hole(struct kunit *test, const struct memmap *map,
			       struct memmap_hole_iter *iter, unsigned long pfn, unsigned long end)
{
	struct memmap_hole hole;

	KUNIT_ASSERT_TRUE(test, memmap_next_hole(map, iter, &hole));
	KUNIT_EXPECT_EQ(test, hole.pfn, pfn);
	KUNIT_EXPECT_EQ(test, hole.end, end);
}

static void __init expect_move(struct kunit *test, struct memmap_move_iter *iter,
			       unsigned long pfn, unsigned long nr, unsigned long to)
{
	struct memmap_move move;

	KUNIT_ASSERT_TRUE(test, memmap_next_move(iter, &move));
	KUNIT_EXPECT_EQ(test, move.pfn, pfn);
	KUNIT_EXPECT_EQ(test, move.nr, nr);
	KUNIT_EXPECT_EQ(test, move.to, to);
}

static void __init prepare_machine(struct kunit *test)
{
	static const struct piece raw[] __initconst = {
		{ 0x40000000, 0x50000000, RAM },
		{ 0x0, 0x80000, RAM },
		{ 0x100000, 0x30000000, RAM },
		{ 0x30000000, 0x40000000, BAD },
	};
	struct memmap *map = NEW_MAP(test, raw, 0x1000);

	/* sorted only; a guest's unusable memory stays what it is */
	KUNIT_EXPECT_EQ(test, map->table.nr_entries, 4);
	KUNIT_EXPECT_EQ(test, map->table.entries[0].addr, 0);
	KUNIT_EXPECT_EQ(test, map->table.entries[2].type, BAD);

	memmap_prepare(map, true);
	KUNIT_EXPECT_TRUE(test, memmap_is_ram(map, 0x100000, 0x4ff00000));
	KUNIT_EXPECT_EQ(test, map->table.nr_entries,
			IS_ENABLED(CONFIG_ISCSI_IBFT_FIND) ? 3 : 2);
}

static void __init is_ram(struct kunit *test)
{
	struct memmap *map = NEW_MAP(test, pc, 0x40000);

	KUNIT_EXPECT_TRUE(test, memmap_is_ram(map, 0x0, 0x9fc00));
	KUNIT_EXPECT_FALSE(test, memmap_is_ram(map, 0x0, 0x9fc01));
	KUNIT_EXPECT_TRUE(test, memmap_is_ram(map, 0x1000000, 0x2000000));
	KUNIT_EXPECT_FALSE(test, memmap_is_ram(map, 0xf0000, 0x20000));
	KUNIT_EXPECT_FALSE(test, memmap_is_ram(map, 0xbffde000, 0x2000));
	/* what is not listed is not RAM, and nothing at all is in no one's way */
	KUNIT_EXPECT_FALSE(test, memmap_is_ram(map, 0xd0000000, 0x1000));
	KUNIT_EXPECT_TRUE(test, memmap_is_ram(map, 0xd0000000, 0));
}

static void __init holes(struct kunit *test)
{
	struct memmap *map = NEW_MAP(test, pc, 0x40000);
	struct memmap_hole_iter iter = { };
	struct memmap_hole hole;

	/* a page that is RAM in part is a hole, as is what the map leaves out */
	expect_hole(test, map, &iter, 0x9f, 0x100);
	expect_hole(test, map, &iter, 0xbffdf, 0x100000);
	KUNIT_EXPECT_FALSE(test, memmap_next_hole(map, &iter, &hole));

	KUNIT_EXPECT_EQ(test, memmap_displaced(map), 0x61);
	map->nr_pages = 0xbfff0;
	KUNIT_EXPECT_EQ(test, memmap_displaced(map), 0x61 + 0x11);
	map->nr_pages = 0xb0;
	KUNIT_EXPECT_EQ(test, memmap_displaced(map), 0x11);
}

static void __init holes_at_both_ends(struct kunit *test)
{
	static const struct piece raw[] __initconst = {
		{ 0x10000, 0x200000, RAM },
		{ 0x200000, 0x300800, ACPI },
		{ 0x300800, 0x300c00, RES },
	};
	struct memmap *map = NEW_MAP(test, raw, 0x400);
	struct memmap_hole_iter iter = { };
	struct memmap_hole hole;

	expect_hole(test, map, &iter, 0x0, 0x10);
	expect_hole(test, map, &iter, 0x200, 0x301);
	KUNIT_EXPECT_FALSE(test, memmap_next_hole(map, &iter, &hole));
}

static void __init extra_pages(struct kunit *test)
{
	struct memmap *map = NEW_MAP(test, pc, 0x40000);

	/* no growth: just what is displaced */
	KUNIT_EXPECT_EQ(test, memmap_extra_pages(map, 0x40000), 0x61);
	KUNIT_EXPECT_EQ(test, memmap_extra_pages(map, 0x50000), 0x10061);
	/* a limit below what the domain has is no limit for what is displaced */
	KUNIT_EXPECT_EQ(test, memmap_extra_pages(map, 0x1000), 0x61);
	/* ten times at most */
	KUNIT_EXPECT_EQ(test, memmap_extra_pages(map, 1UL << 40), 10 * 0x40000UL);
}

static void __init layout_dom0(struct kunit *test)
{
	static const struct piece want[] __initconst = {
		{ 0x0, 0x9f000, RAM },
		{ 0x9fc00, 0xa0000, RES },
		{ 0xf0000, 0x100000, RES },
		{ 0x100000, 0x40061000, RAM },
		{ 0xbffdf000, 0xc0000000, RES },
		{ 0xfeffc000, 0xff000000, RES },
	};
	struct memmap *map = NEW_MAP(test, pc, 0x40000);
	struct memmap_layout *layout = new_layout(test, map, 0x61);

	expect_table(test, &layout->table, want, ARRAY_SIZE(want));
	KUNIT_ASSERT_EQ(test, layout->nr_extra, 1);
	KUNIT_EXPECT_EQ(test, layout->extra[0].start_pfn, 0x40000);
	KUNIT_EXPECT_EQ(test, layout->extra[0].n_pfns, 0x61);
	KUNIT_EXPECT_EQ(test, layout->ram_end, 0x40061000);
	KUNIT_EXPECT_EQ(test, layout->map_end, 0x140000000);
	KUNIT_EXPECT_TRUE(test, layout->has_reserved);
}

static void __init layout_across_hole(struct kunit *test)
{
	struct memmap *map = NEW_MAP(test, pc, 0xbff00);
	struct memmap_layout *layout = new_layout(test, map, 0x1000);

	/* extra memory goes on behind the hole */
	KUNIT_ASSERT_EQ(test, layout->nr_extra, 2);
	KUNIT_EXPECT_EQ(test, layout->extra[0].start_pfn, 0xbff00);
	KUNIT_EXPECT_EQ(test, layout->extra[0].n_pfns, 0xdf);
	KUNIT_EXPECT_EQ(test, layout->extra[1].start_pfn, 0x100000);
	KUNIT_EXPECT_EQ(test, layout->extra[1].n_pfns, 0x1000 - 0xdf);
	KUNIT_EXPECT_EQ(test, layout->ram_end, 0x100f21000);
}

static void __init layout_guest(struct kunit *test)
{
	static const struct piece want[] __initconst = {
		{ 0x0, 0x20000000, RAM },
	};
	struct memmap *map = NEW_MAP(test, guest, 0x4000);
	struct memmap_layout *layout = new_layout(test, map, 10 * 0x4000UL);

	/* memory=64, maxmem=512: ten times 64 is more than the map has */
	expect_table(test, &layout->table, want, ARRAY_SIZE(want));
	KUNIT_EXPECT_EQ(test, layout->extra[0].start_pfn, 0x4000);
	KUNIT_EXPECT_EQ(test, layout->extra[0].n_pfns, 0x1c000);
	KUNIT_EXPECT_FALSE(test, layout->has_reserved);

	layout = new_layout(test, map, 0);
	KUNIT_EXPECT_EQ(test, layout->nr_extra, 0);
	KUNIT_EXPECT_EQ(test, layout->ram_end, 0x4000000);
	KUNIT_EXPECT_EQ(test, layout->map_end, 0x20000000);
}

static void __init layout_unaligned(struct kunit *test)
{
	static const struct piece raw[] __initconst = {
		{ 0x0, 0x100000, RAM },
		{ 0x100000, 0x100400, RES },
		{ 0x100400, 0x100800, RAM },	/* no whole page */
		{ 0x100800, 0x101000, RES },
		{ 0x200400, 0x200c00, RAM },	/* the same, above what has frames */
		{ 0x300400, 0x400c00, RAM },
	};
	struct memmap *map = NEW_MAP(test, raw, 0x180);
	struct memmap_layout *layout = new_layout(test, map, 0x1000);

	KUNIT_ASSERT_EQ(test, layout->nr_extra, 1);
	KUNIT_EXPECT_EQ(test, layout->extra[0].start_pfn, 0x301);
	KUNIT_EXPECT_EQ(test, layout->extra[0].n_pfns, 0xff);
	KUNIT_EXPECT_EQ(test, layout->ram_end, 0x400000);
	KUNIT_EXPECT_EQ(test, layout->table.nr_entries, 4);
}

static void __init moves(struct kunit *test)
{
	const struct xen_memory_region extra[] = {
		{ .start_pfn = 0x40000, .n_pfns = 0x20 },
		{ },
		{ .start_pfn = 0x100000, .n_pfns = 0x30 },
	};
	struct memmap *map = NEW_MAP(test, pc, 0x40000);
	struct memmap_move_iter iter = {
		.map = map,
		.extra = extra,
		.nr_extra = ARRAY_SIZE(extra),
	};
	struct memmap_move move;

	expect_move(test, &iter, 0x9f, 0x20, 0x40000);
	expect_move(test, &iter, 0xbf, 0x30, 0x100000);
	/* no more room: given back; and nothing above nr_pages */
	expect_move(test, &iter, 0xef, 0x11, MEMMAP_NOWHERE);
	KUNIT_EXPECT_FALSE(test, memmap_next_move(&iter, &move));
	KUNIT_EXPECT_FALSE(test, memmap_next_move(&iter, &move));
}

static void __init moves_of_several_holes(struct kunit *test)
{
	const struct xen_memory_region extra[] = {
		{ .start_pfn = 0xc0000, .n_pfns = 0x1000 },
	};
	struct memmap *map = NEW_MAP(test, pc, 0xbfff0);
	struct memmap_move_iter iter = { .map = map, .extra = extra, .nr_extra = 1 };
	struct memmap_move move;

	expect_move(test, &iter, 0x9f, 0x61, 0xc0000);
	expect_move(test, &iter, 0xbffdf, 0x11, 0xc0061);
	KUNIT_EXPECT_FALSE(test, memmap_next_move(&iter, &move));
}

static struct piece moved_to __initdata;
static unsigned int times_moved __initdata;

static void __init note_moved(phys_addr_t from, phys_addr_t to, unsigned long size)
{
	moved_to = (struct piece) { .start = from, .end = to, .type = size };
	times_moved++;
}

static void __init make_room(struct kunit *test)
{
	static const struct piece raw[] __initconst = {
		{ 0x0, 0x1000000, RAM },
		{ 0x1000800, 0x1001800, NVS },
		{ 0x1002000, 0x20000800, RAM },
	};
	static const struct piece want[] __initconst = {
		{ 0x0, 0x1fffe000, RAM },
		{ 0x1fffe800, 0x1ffff800, NVS },
	};
	struct memmap *map = NEW_MAP(test, raw, 0x10000);

	times_moved = 0;
	/* not in the way */
	KUNIT_EXPECT_EQ(test, memmap_make_room(map, 0x2000000, 0x1000, note_moved), 0);
	KUNIT_EXPECT_EQ(test, times_moved, 0);

	/* in the way: to the last whole pages of spare RAM, with its offset kept */
	KUNIT_EXPECT_EQ(test, memmap_make_room(map, 0xf00000, 0x200000, note_moved), 0);
	KUNIT_EXPECT_EQ(test, times_moved, 1);
	KUNIT_EXPECT_EQ(test, moved_to.start, 0x1000000);
	KUNIT_EXPECT_EQ(test, moved_to.end, 0x1fffe000);
	KUNIT_EXPECT_EQ(test, (unsigned int)moved_to.type, 0x2000);
	expect_table(test, &map->table, want, ARRAY_SIZE(want));
	KUNIT_EXPECT_TRUE(test, memmap_is_ram(map, 0xf00000, 0x200000));
}

static void __init make_room_twice(struct kunit *test)
{
	static const struct piece raw[] __initconst = {
		{ 0x0, 0x1000000, RAM },
		{ 0x1000000, 0x1001000, NVS },
		{ 0x1001000, 0x1002000, RAM },
		{ 0x1002000, 0x1003000, NVS },
		{ 0x1003000, 0x20000000, RAM },
	};
	struct memmap *map = NEW_MAP(test, raw, 0x10000);

	times_moved = 0;
	KUNIT_EXPECT_EQ(test, memmap_make_room(map, 0xf00000, 0x200000, note_moved), 0);
	KUNIT_EXPECT_EQ(test, times_moved, 2);
	KUNIT_EXPECT_TRUE(test, memmap_is_ram(map, 0x0, 0x1fffe000));
}

static void __init make_room_without_ram(struct kunit *test)
{
	static const struct piece raw[] __initconst = {
		{ 0x0, 0x1000000, RAM },
		{ 0x1000000, 0x1001000, NVS },
		{ 0x1001000, 0x2000000, RAM },
	};
	/* all of it has frames: nothing to exchange */
	struct memmap *map = NEW_MAP(test, raw, 0x2000);

	times_moved = 0;
	KUNIT_EXPECT_NE(test, memmap_make_room(map, 0xf00000, 0x200000, note_moved), 0);
	KUNIT_EXPECT_EQ(test, times_moved, 0);
	KUNIT_EXPECT_FALSE(test, memmap_is_ram(map, 0xf00000, 0x200000));
}

static void __init find_free(struct kunit *test)
{
	const struct memblock_region used[] = {
		{ .base = 0x0, .size = 0x10000 },
		{ .base = 0x1000000, .size = 0x2000000 },
		{ .base = 0x3100000, .size = 0x123456 },
	};
	struct memmap *map = NEW_MAP(test, guest, 0x4000);

	/* not below 1 MiB, and not where it would touch what is used */
	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 3, SZ_4K), 0x100000);
	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 3, 0xf00000), 0x100000);
	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 3, 0xf01000), 0);
	map->nr_pages = 0x6000;
	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 3, 0xf01000), 0x3224000);
	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 2, 0x100000), 0x100000);
	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 1, 0x5000000), 0x100000);
	/* RAM that has no frames is of no use */
	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 3, 0x10000000), 0);
}

static void __init find_free_between(struct kunit *test)
{
	const struct memblock_region used[] = {
		{ .base = 0x100000, .size = 0x1000 },
		{ .base = 0x103000, .size = 0x1000 },
	};
	struct memmap *map = NEW_MAP(test, pc, 0x40000);

	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 2, SZ_8K), 0x101000);
	KUNIT_EXPECT_EQ(test, memmap_find_free(map, used, 2, SZ_8K + 1), 0x104000);
}

static void __init take_extra(struct kunit *test)
{
	struct xen_memory_region region = { .start_pfn = 100, .n_pfns = 50 };

	KUNIT_EXPECT_EQ(test, memmap_take_extra(&region, 20), 20);
	KUNIT_EXPECT_EQ(test, region.start_pfn, 120);
	KUNIT_EXPECT_EQ(test, memmap_take_extra(&region, 31), 30);
	KUNIT_EXPECT_EQ(test, region.n_pfns, 0);
	KUNIT_EXPECT_EQ(test, memmap_take_extra(&region, 1), 0);
}

static struct kunit_case __refdata memmap_cases[] = {
	KUNIT_CASE(prepare_machine),
	KUNIT_CASE(is_ram),
	KUNIT_CASE(holes),
	KUNIT_CASE(holes_at_both_ends),
	KUNIT_CASE(extra_pages),
	KUNIT_CASE(layout_dom0),
	KUNIT_CASE(layout_across_hole),
	KUNIT_CASE(layout_guest),
	KUNIT_CASE(layout_unaligned),
	KUNIT_CASE(moves),
	KUNIT_CASE(moves_of_several_holes),
	KUNIT_CASE(make_room),
	KUNIT_CASE(make_room_twice),
	KUNIT_CASE(make_room_without_ram),
	KUNIT_CASE(find_free),
	KUNIT_CASE(find_free_between),
	KUNIT_CASE(take_extra),
	{}
};

static struct kunit_suite memmap_suite = {
	.name = "xen-pv-memmap",
	.test_cases = memmap_cases,
};
kunit_test_init_section_suite(memmap_suite);

MODULE_DESCRIPTION("KUnit tests of the PV memory map");
MODULE_LICENSE("GPL");
