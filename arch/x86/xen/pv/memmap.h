/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan of a PV domain's memory map, and what carries it out.
 */
#ifndef XEN_PV_MEMMAP_H
#define XEN_PV_MEMMAP_H

#include <linux/types.h>

#include <asm/e820/types.h>

#include <xen/page.h>

struct memblock_region;

/**
 * struct memmap - the memory map that Xen gave, and the memory behind it
 * @table: of Xen; sorted and without overlap once memmap_prepare() has seen it
 * @nr_pages: pfns from 0 on that have a frame, whatever @table says about them
 */
struct memmap {
	struct e820_table table;
	unsigned long nr_pages;
};

/**
 * struct memmap_layout - what the kernel is told
 * @table: RAM cut to whole pages and to what the domain has or may get
 * @extra: RAM without frames, in ascending order
 * @nr_extra: how many regions
 * @ram_end: end of the last RAM in @table, in bytes
 * @map_end: end of Xen's map, in bytes
 * @has_reserved: the map has reserved ranges, so devices may be assigned
 */
struct memmap_layout {
	struct e820_table table;
	struct xen_memory_region extra[XEN_EXTRA_MEM_MAX_REGIONS];
	unsigned int nr_extra;
	phys_addr_t ram_end;
	phys_addr_t map_end;
	bool has_reserved;
};

/**
 * struct memmap_hole - pages that are not wholly RAM
 * @pfn: the first
 * @end: the one behind the last
 */
struct memmap_hole {
	unsigned long pfn;
	unsigned long end;
};

/**
 * struct memmap_hole_iter - where a walk over the holes stands; zeroed to start
 * @entry: next entry to look at
 * @ram_end: end of the last RAM before it, in bytes
 */
struct memmap_hole_iter {
	unsigned int entry;
	phys_addr_t ram_end;
};

/**
 * struct memmap_move - frames that stand behind a hole
 * @pfn: the first, in the hole
 * @nr: how many
 * @to: where they are to go, or MEMMAP_NOWHERE: give them back to Xen
 */
struct memmap_move {
	unsigned long pfn;
	unsigned long nr;
	unsigned long to;
};

#define MEMMAP_NOWHERE	(~0UL)

/**
 * struct memmap_move_iter - where a walk over the moves stands
 * @map: memory map
 * @extra: RAM that takes the frames
 * @nr_extra: how many regions
 * @holes: zeroed to start, like the rest
 * @hole: what is left of the hole at hand
 * @region: index of the region at hand
 * @used: pages of it that have been given away
 *
 * The same arguments give the same moves, which is why no list of them is kept.
 */
struct memmap_move_iter {
	const struct memmap *map;
	const struct xen_memory_region *extra;
	unsigned int nr_extra;
	struct memmap_hole_iter holes;
	struct memmap_hole hole;
	unsigned int region;
	unsigned long used;
};

typedef void (*memmap_moved_fn)(phys_addr_t from, phys_addr_t to, unsigned long size);

/* memmap.c: functions of their arguments */
void memmap_prepare(struct memmap *map, bool machine);
bool memmap_is_ram(const struct memmap *map, phys_addr_t start, phys_addr_t size);
int memmap_make_room(struct memmap *map, phys_addr_t start, phys_addr_t size,
		     memmap_moved_fn moved);
bool memmap_next_hole(const struct memmap *map, struct memmap_hole_iter *iter,
		      struct memmap_hole *hole);
unsigned long memmap_displaced(const struct memmap *map);
unsigned long memmap_extra_pages(const struct memmap *map, unsigned long max_pages);
void memmap_lay_out(const struct memmap *map, unsigned long extra_pages,
		    struct memmap_layout *out);
bool memmap_next_move(struct memmap_move_iter *iter, struct memmap_move *move);
phys_addr_t memmap_find_free(const struct memmap *map, const struct memblock_region *reserved,
			     unsigned long nr_reserved, phys_addr_t size);
unsigned long memmap_take_extra(struct xen_memory_region *region, unsigned long nr);

/* remap.c */
unsigned long xen_chk_extra_mem(unsigned long pfn);
void xen_remap_memory(void);
void xen_pv_empty_holes(const struct memmap *map);

/* memory.c */
char *xen_memory_setup(void);
void xen_pv_write_phys(phys_addr_t dest, const void *src, unsigned long size);
phys_addr_t xen_find_free_area(phys_addr_t size);
void xen_chk_is_e820_usable(phys_addr_t start, phys_addr_t size, const char *component);

#endif /* XEN_PV_MEMMAP_H */
