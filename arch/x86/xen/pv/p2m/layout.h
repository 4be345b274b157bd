/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic of the p2m list: how page frame numbers fall into leaves and
 * groups, and which of these need memory of their own.
 *
 * A leaf is one page of entries. A group is what one page of page-table
 * entries maps and, which is the same number, what one middle page of the tools'
 * tree refers to: 512 leaves, the entries of 1 GiB of memory.
 */
#ifndef XEN_PV_P2M_LAYOUT_H
#define XEN_PV_P2M_LAYOUT_H

#include <linux/types.h>

#include <asm/pgtable.h>

#include <xen/page.h>

#define P2M_LEAVES_PER_GROUP	PTRS_PER_PTE
#define P2M_PER_GROUP		(P2M_PER_PAGE * P2M_LEAVES_PER_GROUP)

/* The tree's top is one page, so it ends at 512 GiB; the list does not. */
#define P2M_TREE_GROUPS		(PAGE_SIZE / sizeof(unsigned long))

/**
 * enum p2m_kind - what a run of entries is made of
 * @P2M_MISSING: no frame stands behind any of them
 * @P2M_IDENTITY: each stands for the machine frame of the same number
 * @P2M_FRAMES: anything else
 */
enum p2m_kind {
	P2M_MISSING,
	P2M_IDENTITY,
	P2M_FRAMES,
};

static inline unsigned long p2m_group_index(unsigned long pfn)
{
	return pfn / P2M_PER_GROUP;
}

static inline unsigned int p2m_leaf_index(unsigned long pfn)
{
	return pfn / P2M_PER_PAGE % P2M_LEAVES_PER_GROUP;
}

unsigned long p2m_area_size(unsigned long nr_pfns, unsigned long hotplug_gib);
enum p2m_kind p2m_entry_kind(unsigned long entry);
enum p2m_kind p2m_leaf_kind(const unsigned long *leaf, unsigned long first_pfn);
enum p2m_kind p2m_gap_kind(const struct xen_memory_region *extra, unsigned int nr_extra,
			   unsigned long first_pfn, unsigned long nr_pfns);
void p2m_fill_gap(unsigned long *leaf, unsigned long first_pfn,
		  const struct xen_memory_region *extra, unsigned int nr_extra);

#endif /* XEN_PV_P2M_LAYOUT_H */
