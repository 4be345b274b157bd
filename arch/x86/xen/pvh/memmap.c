// SPDX-License-Identifier: GPL-2.0
/*
 * Room for foreign memory in the memory map of a PVH domain. Pure: works on the
 * table that it is given.
 *
 * A PVH Dom0 sees the host's memory map. What is RAM there but is not Dom0's shows
 * as unusable, and nothing else can be in its place: no device, whereas a hole in
 * the map may turn out to be one's. So that is where grants and other domains'
 * pages are to be mapped.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/pfn.h>
#include <linux/string.h>

#include <asm/bootparam.h>
#include <asm/e820/types.h>
#include <asm/page.h>

#include "memmap.h"

/*
 * Pages without RAM for each one with it, at the most. Each costs its struct page,
 * which comes out of the RAM.
 */
#define MEMMAP_EXTRA_RATIO	10

static unsigned long __init memmap_whole_pages(const struct boot_e820_entry *entry)
{
	unsigned long start = PFN_UP(entry->addr);
	unsigned long end = PFN_DOWN(entry->addr + entry->size);

	return end > start ? end - start : 0;
}

static unsigned long __init memmap_ram_pages(const struct boot_params *params)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = 0; i < params->e820_entries; i++) {
		if (params->e820_table[i].type == E820_TYPE_RAM)
			pages += memmap_whole_pages(&params->e820_table[i]);
	}
	return pages;
}

/* Leave @pages whole pages in entry @i, the rest goes into a new one behind it. */
static bool __init memmap_split(struct boot_params *params, unsigned int i,
				unsigned long pages)
{
	struct boot_e820_entry *entry = &params->e820_table[i];
	u64 kept = PFN_PHYS((u64)PFN_UP(entry->addr) + pages) - entry->addr;

	if (params->e820_entries >= ARRAY_SIZE(params->e820_table))
		return false;

	memmove(entry + 1, entry, (params->e820_entries - i) * sizeof(*entry));
	params->e820_entries++;
	entry[0].size = kept;
	entry[1].addr += kept;
	entry[1].size -= kept;
	return true;
}

/**
 * xen_pvh_plan_extra_mem - turn unusable ranges into RAM that is not there yet
 * @params: has the memory map, which is changed
 * @add: called for each such range: its first page frame, and how many
 *
 * Context: boot.
 */
void __init xen_pvh_plan_extra_mem(struct boot_params *params,
				   xen_pvh_extra_fn add)
{
	unsigned long left = MEMMAP_EXTRA_RATIO * memmap_ram_pages(params);
	struct boot_e820_entry *entry;
	unsigned long whole, pages;
	unsigned int i;

	for (i = 0; i < params->e820_entries && left; i++) {
		entry = &params->e820_table[i];
		whole = memmap_whole_pages(entry);
		if (entry->type != E820_TYPE_UNUSABLE || !whole)
			continue;

		/* A table without a free entry has maybe a smaller range for us. */
		pages = min(left, whole);
		if (pages < whole && !memmap_split(params, i, pages))
			continue;

		entry->type = E820_TYPE_RAM;
		left -= pages;
		add(PFN_UP(entry->addr), pages);
	}
}
