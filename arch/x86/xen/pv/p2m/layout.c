// SPDX-License-Identifier: GPL-2.0
/*
 * What the p2m list needs memory for, as functions of their arguments alone.
 *
 * Owns no state. The rule behind all of it: a leaf whose entries are all missing,
 * or all identity, is never stored; two pages that every such leaf shares stand for
 * it. So a domain pays for the memory it has, not for the room it might grow into.
 */
#include <linux/align.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "layout.h"

/**
 * p2m_area_size() - how much virtual address space the list takes
 * @nr_pfns: page frame numbers that it has to cover from the start
 * @hotplug_gib: memory that may be added later, in GiB from address 0
 *
 * Return: bytes, a whole number of groups.
 */
unsigned long p2m_area_size(unsigned long nr_pfns, unsigned long hotplug_gib)
{
	unsigned long room = hotplug_gib * (SZ_1G / PAGE_SIZE);

	return ALIGN(max(nr_pfns, room), P2M_PER_GROUP) * sizeof(unsigned long);
}

/**
 * p2m_entry_kind() - tell what one entry says
 * @entry: as it stands in the list
 *
 * Return: P2M_FRAMES also for a foreign frame.
 */
enum p2m_kind p2m_entry_kind(unsigned long entry)
{
	if (entry == INVALID_P2M_ENTRY)
		return P2M_MISSING;

	return entry & IDENTITY_FRAME_BIT ? P2M_IDENTITY : P2M_FRAMES;
}

/**
 * p2m_leaf_kind() - tell whether a shared page can stand for a leaf
 * @leaf: P2M_PER_PAGE entries
 * @first_pfn: page frame number of the first
 *
 * Return: P2M_FRAMES if the leaf has to be stored.
 */
enum p2m_kind p2m_leaf_kind(const unsigned long *leaf, unsigned long first_pfn)
{
	enum p2m_kind kind = p2m_entry_kind(leaf[0]);
	unsigned int i;

	for (i = 0; i < P2M_PER_PAGE && kind != P2M_FRAMES; i++) {
		unsigned long want = kind == P2M_MISSING ? INVALID_P2M_ENTRY :
							   IDENTITY_FRAME(first_pfn + i);

		if (leaf[i] != want)
			return P2M_FRAMES;
	}

	return kind;
}

/*
 * Regions may touch without having been merged, and may come in any order. So count
 * what is covered instead of looking for one region that covers all.
 */
static unsigned long p2m_extra_pfns(const struct xen_memory_region *extra,
				    unsigned int nr_extra, unsigned long first,
				    unsigned long end)
{
	unsigned long covered = 0;
	unsigned int i;

	for (i = 0; i < nr_extra; i++) {
		unsigned long from = max(first, extra[i].start_pfn);
		unsigned long to = min(end, extra[i].start_pfn + extra[i].n_pfns);

		if (from < to)
			covered += to - from;
	}

	return covered;
}

/**
 * p2m_gap_kind() - tell what lies beyond the entries that the domain builder made
 * @extra: regions of RAM that have no frames yet, none overlapping another
 * @nr_extra: how many
 * @first_pfn: where the run starts
 * @nr_pfns: how long it is
 *
 * Outside of RAM a pfn is the machine frame of the same number, which is what lets
 * Dom0 reach a device's memory.
 *
 * Return: P2M_FRAMES if the run has both.
 */
enum p2m_kind p2m_gap_kind(const struct xen_memory_region *extra, unsigned int nr_extra,
			   unsigned long first_pfn, unsigned long nr_pfns)
{
	unsigned long covered = p2m_extra_pfns(extra, nr_extra, first_pfn, first_pfn + nr_pfns);

	if (!covered)
		return P2M_IDENTITY;

	return covered == nr_pfns ? P2M_MISSING : P2M_FRAMES;
}

/**
 * p2m_fill_gap() - write a leaf of which only a part is RAM without frames
 * @leaf: P2M_PER_PAGE entries to write
 * @first_pfn: page frame number of the first
 * @extra: as for p2m_gap_kind()
 * @nr_extra: how many
 */
void p2m_fill_gap(unsigned long *leaf, unsigned long first_pfn,
		  const struct xen_memory_region *extra, unsigned int nr_extra)
{
	unsigned int i;

	for (i = 0; i < P2M_PER_PAGE; i++) {
		unsigned long pfn = first_pfn + i;

		leaf[i] = p2m_extra_pfns(extra, nr_extra, pfn, pfn + 1) ?
			  INVALID_P2M_ENTRY : IDENTITY_FRAME(pfn);
	}
}
