// SPDX-License-Identifier: GPL-2.0
/*
 * From Xen's memory map to the kernel's: a plan, as functions of their arguments.
 *
 * A domain starts with frames behind its pfns 0 to nr_pages, without a gap. The map, which
 * is the machine's in Dom0, has gaps and firmware tables in the middle of that. So:
 *
 *   holes   pages that are not wholly RAM; a pfn in a hole is to mean the machine frame of
 *           the same number, and the frame that stands behind it goes elsewhere;
 *   extra   RAM above nr_pages: the frames out of holes go to its start, the balloon may
 *           fill the rest;
 *   limits  extra memory that can never be filled would only cost struct pages.
 *
 * Owns no state. Everything is rounded against RAM: a page of which the map calls only a
 * part RAM belongs to a hole.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/iscsi_ibft.h>
#include <linux/memblock.h>
#include <linux/minmax.h>
#include <linux/pfn.h>
#include <linux/sizes.h>

#include <asm/e820/api.h>

#include "memmap.h"

/*
 * Each page of extra memory has a struct page in the domain's first memory, 1/64 of a page.
 * Ten times as much extra memory leaves the domain most of what it has.
 */
#define MEMMAP_EXTRA_FACTOR	10UL

static phys_addr_t __init entry_end(const struct e820_entry *entry)
{
	return entry->addr + entry->size;
}

static void __init table_append(struct e820_table *table, phys_addr_t start, phys_addr_t end,
				enum e820_type type)
{
	if (start >= end || table->nr_entries == ARRAY_SIZE(table->entries))
		return;

	table->entries[table->nr_entries++] = (struct e820_entry) {
		.addr = start,
		.size = end - start,
		.type = type,
	};
}

/*
 * Low memory is searched for the table that says where a boot from iSCSI found its disk;
 * there, a pfn has to be the machine's.
 */
#ifdef CONFIG_ISCSI_IBFT_FIND
static void __init memmap_reserve_ibft(struct e820_table *table)
{
	table_append(table, IBFT_START, IBFT_END, E820_TYPE_RESERVED);
}
#else
static inline void memmap_reserve_ibft(struct e820_table *table) { }
#endif

/**
 * memmap_prepare() - make the hypervisor's answer fit for the rest
 * @map: with @map->table as the hypervisor has written it
 * @machine: it is the machine's map, Dom0's
 *
 * Xen refuses to map what the machine's firmware calls unusable. Taken for RAM, such pfns have
 * other frames behind them.
 */
void __init memmap_prepare(struct memmap *map, bool machine)
{
	struct e820_entry *entry = map->table.entries;
	unsigned int i;

	for (i = 0; i < map->table.nr_entries && machine; i++, entry++) {
		if (entry->type == E820_TYPE_UNUSABLE)
			entry->type = E820_TYPE_RAM;
	}

	if (machine)
		memmap_reserve_ibft(&map->table);

	e820__update_table(&map->table);
}

/**
 * memmap_is_ram() - ask whether a range is all RAM
 * @map: memory map
 * @start: first byte
 * @size: in bytes; nothing at all is RAM anywhere
 *
 * Return: whether one entry of RAM has all of it.
 */
bool __init memmap_is_ram(const struct memmap *map, phys_addr_t start, phys_addr_t size)
{
	const struct e820_entry *entry = map->table.entries;
	unsigned int i;

	for (i = 0; i < map->table.nr_entries; i++, entry++) {
		if (entry->type == E820_TYPE_RAM && entry->addr <= start &&
		    start + size <= entry_end(entry))
			return true;
	}

	return !size;
}

/* Whole pages at the end of RAM that has no frames behind it. */
static struct e820_entry * __init memmap_spare_ram(struct memmap *map, phys_addr_t size,
						   phys_addr_t *place)
{
	struct e820_entry *entry = map->table.entries;
	unsigned int i;

	for (i = 0; i < map->table.nr_entries; i++, entry++) {
		phys_addr_t end = PAGE_ALIGN_DOWN(entry_end(entry));
		phys_addr_t first = max(PAGE_ALIGN(entry->addr), PFN_PHYS(map->nr_pages));

		if (entry->type == E820_TYPE_RAM && end >= first && end - first >= size) {
			*place = end - size;
			return entry;
		}
	}

	return NULL;
}

/* Exchange a firmware table with spare RAM, each by whole pages. */
static int __init memmap_swap(struct memmap *map, struct e820_entry *fixed,
			      memmap_moved_fn moved)
{
	phys_addr_t start = PAGE_ALIGN_DOWN(fixed->addr);
	phys_addr_t size = PAGE_ALIGN(entry_end(fixed)) - start;
	struct e820_entry *spare;
	phys_addr_t place;

	spare = memmap_spare_ram(map, size, &place);
	if (!spare || map->table.nr_entries == ARRAY_SIZE(map->table.entries))
		return -ENOSPC;

	spare->size = place - spare->addr;
	table_append(&map->table, place + offset_in_page(fixed->addr),
		     place + offset_in_page(fixed->addr) + fixed->size, fixed->type);

	fixed->addr = start;
	fixed->size = size;
	fixed->type = E820_TYPE_RAM;

	e820__update_table(&map->table);
	moved(start, place, size);
	return 0;
}

/**
 * memmap_make_room() - move firmware tables that lie where the kernel has been loaded
 * @map: memory map
 * @start: first byte of what cannot be moved itself
 * @size: in bytes
 * @moved: is told of each table: where its page is, where it will be found, its size in
 *	bytes, all in whole pages
 *
 * Only the tables that ACPI keeps across sleep (NVS) can be shown elsewhere, since they are
 * reached through acpi_os_ioremap() alone.
 *
 * Return: 0, or -ENOSPC if there is no RAM to exchange for it.
 */
int __init memmap_make_room(struct memmap *map, phys_addr_t start, phys_addr_t size,
			    memmap_moved_fn moved)
{
	unsigned int i = 0;

	while (i < map->table.nr_entries) {
		struct e820_entry *entry = &map->table.entries[i++];

		if (entry->type != E820_TYPE_NVS || entry->addr >= start + size ||
		    entry_end(entry) <= start)
			continue;
		if (memmap_swap(map, entry, moved))
			return -ENOSPC;
		/* Entries have been sorted and merged. */
		i = 0;
	}

	return 0;
}

/**
 * memmap_next_hole() - walk over the holes, in ascending order
 * @map: memory map
 * @iter: zeroed before the first call
 * @hole: the one found
 *
 * Return: whether there was one more.
 */
bool __init memmap_next_hole(const struct memmap *map, struct memmap_hole_iter *iter,
			     struct memmap_hole *hole)
{
	const struct e820_table *table = &map->table;

	while (iter->entry < table->nr_entries) {
		const struct e820_entry *entry = &table->entries[iter->entry++];
		bool is_ram = entry->type == E820_TYPE_RAM;

		/* Everything between two pieces of RAM is one hole. */
		if (!is_ram && iter->entry < table->nr_entries)
			continue;

		hole->pfn = PFN_DOWN(iter->ram_end);
		hole->end = PFN_UP(is_ram ? entry->addr : entry_end(entry));
		iter->ram_end = entry_end(entry);
		if (hole->pfn < hole->end)
			return true;
	}

	return false;
}

/**
 * memmap_displaced() - count the frames that stand behind holes
 * @map: memory map
 *
 * Return: pages.
 */
unsigned long __init memmap_displaced(const struct memmap *map)
{
	struct memmap_hole_iter iter = { };
	struct memmap_hole hole;
	unsigned long pages = 0;

	while (memmap_next_hole(map, &iter, &hole) && hole.pfn < map->nr_pages)
		pages += min(hole.end, map->nr_pages) - hole.pfn;

	return pages;
}

/**
 * memmap_extra_pages() - how much RAM beyond what has frames the kernel is to see
 * @map: memory map
 * @max_pages: frames that the domain may ever have
 *
 * Return: pages; never fewer than are displaced.
 */
unsigned long __init memmap_extra_pages(const struct memmap *map, unsigned long max_pages)
{
	unsigned long displaced = memmap_displaced(map);
	unsigned long growth = max_pages > map->nr_pages ? max_pages - map->nr_pages : 0;

	return min(growth + displaced,
		   MEMMAP_EXTRA_FACTOR * min(map->nr_pages, PFN_DOWN(MAXMEM)));
}

/* RAM above nr_pages, as far as the budget goes; the end of what was taken. */
static phys_addr_t __init layout_extra(struct memmap_layout *out, phys_addr_t start,
				       phys_addr_t end, unsigned long *budget)
{
	unsigned long pfn = PFN_UP(start);
	unsigned long nr;

	if (PFN_DOWN(end) <= pfn || out->nr_extra == ARRAY_SIZE(out->extra))
		return start;

	nr = min(PFN_DOWN(end) - pfn, *budget);
	if (!nr)
		return start;

	out->extra[out->nr_extra++] = (struct xen_memory_region) {
		.start_pfn = pfn,
		.n_pfns = nr,
	};
	*budget -= nr;

	return PFN_PHYS(pfn + nr);
}

/**
 * memmap_lay_out() - make the kernel's map
 * @map: memory map
 * @extra_pages: from memmap_extra_pages()
 * @out: the result
 */
void __init memmap_lay_out(const struct memmap *map, unsigned long extra_pages,
			   struct memmap_layout *out)
{
	const struct e820_entry *entry = map->table.entries;
	phys_addr_t mem_end = PFN_PHYS(map->nr_pages);
	unsigned int i;

	memset(out, 0, sizeof(*out));

	for (i = 0; i < map->table.nr_entries; i++, entry++) {
		phys_addr_t start = entry->addr;
		phys_addr_t end = entry_end(entry);

		out->map_end = end;
		if (entry->type == E820_TYPE_RESERVED)
			out->has_reserved = true;

		if (entry->type == E820_TYPE_RAM) {
			if (end > mem_end)
				end = layout_extra(out, max(start, mem_end), end, &extra_pages);
			start = PAGE_ALIGN(start);
			end = PAGE_ALIGN_DOWN(end);
			if (start < end)
				out->ram_end = end;
		}

		table_append(&out->table, start, end, entry->type);
	}
}

/* The next run of extra pages; false if all are given away. */
static bool __init move_find_place(struct memmap_move_iter *iter)
{
	while (iter->region < iter->nr_extra) {
		if (iter->used < iter->extra[iter->region].n_pfns)
			return true;
		iter->region++;
		iter->used = 0;
	}

	return false;
}

/**
 * memmap_next_move() - walk over what has to happen with the frames behind holes
 * @iter: with its first three members set, zeroed otherwise before the first call
 * @move: the one found
 *
 * The frames go to the first extra pages, in their order, and what does not fit is given back.
 *
 * Return: whether there was one more.
 */
bool __init memmap_next_move(struct memmap_move_iter *iter, struct memmap_move *move)
{
	if (iter->hole.pfn == iter->hole.end) {
		if (!memmap_next_hole(iter->map, &iter->holes, &iter->hole))
			return false;
		iter->hole.end = min(iter->hole.end, iter->map->nr_pages);
		if (iter->hole.pfn >= iter->hole.end) {
			iter->hole.pfn = iter->hole.end;
			return false;
		}
	}

	move->pfn = iter->hole.pfn;
	move->nr = iter->hole.end - iter->hole.pfn;
	move->to = MEMMAP_NOWHERE;

	if (move_find_place(iter)) {
		const struct xen_memory_region *region = &iter->extra[iter->region];

		move->nr = min(move->nr, region->n_pfns - iter->used);
		move->to = region->start_pfn + iter->used;
		iter->used += move->nr;
	}

	iter->hole.pfn += move->nr;
	return true;
}

/**
 * memmap_find_free() - find memory that nothing uses yet
 * @map: memory map
 * @reserved: what is in use, sorted
 * @nr_reserved: how many
 * @size: in bytes
 *
 * Return: a page-aligned address of RAM with frames behind it, or 0.
 */
phys_addr_t __init memmap_find_free(const struct memmap *map,
				    const struct memblock_region *reserved,
				    unsigned long nr_reserved, phys_addr_t size)
{
	const struct e820_entry *entry = map->table.entries;
	unsigned int i;

	for (i = 0; i < map->table.nr_entries; i++, entry++) {
		/* Too many things poke about in the first megabyte. */
		phys_addr_t start = max_t(phys_addr_t, PAGE_ALIGN(entry->addr), SZ_1M);
		phys_addr_t end = min(entry_end(entry), PFN_PHYS(map->nr_pages));
		const struct memblock_region *used;

		if (entry->type != E820_TYPE_RAM)
			continue;

		for (used = reserved; used < reserved + nr_reserved; used++) {
			if (used->base >= start + size)
				break;
			start = max(start, PAGE_ALIGN(used->base + used->size));
		}
		if (start < end && end - start >= size)
			return start;
	}

	return 0;
}

/**
 * memmap_take_extra() - take pages off the start of a region
 * @region: of extra memory
 * @nr: how many are wanted
 *
 * Return: how many it had.
 */
unsigned long __init memmap_take_extra(struct xen_memory_region *region, unsigned long nr)
{
	unsigned long taken = min(nr, region->n_pfns);

	region->start_pfn += taken;
	region->n_pfns -= taken;

	return taken;
}
