// SPDX-License-Identifier: GPL-2.0
/*
 * Frames come and go behind pages of a PV domain.
 *
 * Where a page's frame is known: in the p2m, and in the page's entry of the linear
 * mapping. Both change here, the entry first when the frame goes and last when it comes,
 * so that an entry never maps a frame of which the p2m knows nothing.
 *
 * Whoever calls owns the pages, so nobody else changes these places; no lock.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include <xen/interface/xen.h>
#include <xen/mem-reservation.h>
#include <xen/page.h>

#include "pv_pages.h"

/* An entry maps one frame of the hypervisor's size. */
static_assert(XEN_PAGE_SIZE == PAGE_SIZE);

/* Entries changed with one hypercall; the requests are on the stack. */
#define PV_PAGES_BATCH	32U

/*
 * Where the entries of linear addresses are, as a machine address. Pages of a batch often
 * lie close together, so the last table is kept in mind.
 */
struct linear_table {
	unsigned long start;	/* what it maps from; 1 is no address of a table */
	u64 maddr;
};

#define NO_LINEAR_TABLE	((struct linear_table) { .start = 1 })

static bool linear_table_find(struct linear_table *table, unsigned long start)
{
	unsigned int level;
	pte_t *first = lookup_address(start, &level);

	if (!first || level != PG_LEVEL_4K)
		return false;

	table->start = start;
	table->maddr = virt_to_machine(first).maddr;
	return true;
}

static bool linear_entry_request(struct mmu_update *req, struct linear_table *table,
				 struct page *page, u64 entry)
{
	unsigned long addr = (unsigned long)page_address(page);
	unsigned long start = addr & PMD_MASK;

	if (table->start != start && !linear_table_find(table, start))
		return false;

	req->ptr = (table->maddr + pte_index(addr) * sizeof(pte_t)) | MMU_NORMAL_PT_UPDATE;
	req->val = entry;
	return true;
}

/* How many were carried out; it stops at the first that the hypervisor refuses. */
static unsigned int linear_entries_change(struct mmu_update *reqs, unsigned int nr)
{
	int done = 0;
	int err;

	if (!nr)
		return 0;

	err = HYPERVISOR_mmu_update(reqs, nr, &done, DOMID_SELF);
	if (likely(!err))
		return nr;

	WARN_ONCE(1, "Xen refused to change the linear mapping: %d\n", err);
	return clamp(done, 0, (int)nr);
}

static unsigned int pv_map_batch(unsigned int nr, struct page **pages, const xen_pfn_t *frames,
				 struct linear_table *table)
{
	struct mmu_update reqs[PV_PAGES_BATCH];
	unsigned int i, ready, done;

	for (ready = 0; ready < nr; ready++) {
		unsigned long frame = frames[ready];

		if (!linear_entry_request(&reqs[ready], table, pages[ready],
					  mfn_pte(frame, PAGE_KERNEL).pte) ||
		    !set_phys_to_machine(page_to_pfn(pages[ready]), frame))
			break;
	}

	done = linear_entries_change(reqs, ready);
	for (i = done; i < ready; i++)
		__set_phys_to_machine(page_to_pfn(pages[i]), INVALID_P2M_ENTRY);

	return done;
}

static unsigned int pv_unmap_batch(unsigned int nr, struct page **pages,
				   struct linear_table *table)
{
	struct mmu_update reqs[PV_PAGES_BATCH];
	unsigned int i, ready, done;

	for (ready = 0; ready < nr; ready++)
		if (!linear_entry_request(&reqs[ready], table, pages[ready], 0))
			break;

	done = linear_entries_change(reqs, ready);
	for (i = 0; i < done; i++)
		__set_phys_to_machine(page_to_pfn(pages[i]), INVALID_P2M_ENTRY);

	return done;
}

/**
 * xen_pv_map_pages - xen_pages_map() for a PV domain
 * @nr: how many
 * @pages: pages without a frame
 * @frames: the frame for each
 *
 * Return: how many, from the first on, have their frame. The p2m has nothing for the
 * others.
 */
unsigned long xen_pv_map_pages(unsigned long nr, struct page **pages, const xen_pfn_t *frames)
{
	struct linear_table table = NO_LINEAR_TABLE;
	unsigned long at = 0;
	unsigned int part, done;

	while (at < nr) {
		part = min(nr - at, (unsigned long)PV_PAGES_BATCH);
		done = pv_map_batch(part, pages + at, frames + at, &table);
		at += done;
		if (done < part)
			break;
	}
	return at;
}

/**
 * xen_pv_unmap_pages - xen_pages_unmap() for a PV domain
 * @nr: how many
 * @pages: pages with a frame
 *
 * Return: how many, from the first on, have none any more. The others are as they were.
 */
unsigned long xen_pv_unmap_pages(unsigned long nr, struct page **pages)
{
	struct linear_table table = NO_LINEAR_TABLE;
	unsigned long at = 0;
	unsigned int part, done;

	while (at < nr) {
		part = min(nr - at, (unsigned long)PV_PAGES_BATCH);
		done = pv_unmap_batch(part, pages + at, &table);
		at += done;
		if (done < part)
			break;
	}
	return at;
}

/**
 * xen_pv_pages_without_memory - xen_pages_without_memory() for a PV domain
 * @pfn: the first page
 * @nr: how many
 *
 * After a failure the p2m is left with a hole where it said identity before: nothing
 * else than memory can be there, so nobody misses it.
 *
 * Return: 0 or -ENOMEM.
 */
int xen_pv_pages_without_memory(unsigned long pfn, unsigned long nr)
{
	unsigned long end = pfn + nr;

	for (; pfn < end; pfn++) {
		if (!set_phys_to_machine(pfn, INVALID_P2M_ENTRY)) {
			pr_warn("set_phys_to_machine() failed, no memory added\n");
			return -ENOMEM;
		}
	}
	return 0;
}

/**
 * __xenmem_reservation_va_mapping_update - map pages that got their memory back
 * @count: how many
 * @pages: the pages
 * @frames: a frame for each
 *
 * A page that the hypervisor does not let us map stays without mapping, which was
 * reported: the first access to it is a fault.
 */
void __xenmem_reservation_va_mapping_update(unsigned long count, struct page **pages,
					    xen_pfn_t *frames)
{
	xen_pv_map_pages(count, pages, frames);
}
EXPORT_SYMBOL_GPL(__xenmem_reservation_va_mapping_update);

/**
 * __xenmem_reservation_va_mapping_reset - unmap pages whose memory will be given back
 * @count: how many
 * @pages: the pages
 */
void __xenmem_reservation_va_mapping_reset(unsigned long count, struct page **pages)
{
	xen_pv_unmap_pages(count, pages);
}
EXPORT_SYMBOL_GPL(__xenmem_reservation_va_mapping_reset);
