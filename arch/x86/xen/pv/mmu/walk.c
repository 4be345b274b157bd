// SPDX-License-Identifier: GPL-2.0
/*
 * The walk over the tables of an address space.
 *
 * The visitor is called once for each reference to a table, a table before
 * the tables below it, except for the top, which comes last: the visitor can
 * take it as the sign to finish. Leaf entries are not visited. The upper
 * three levels are scanned four entries at a time, as nearly all are empty.
 *
 * The visitor must not change entries. The caller keeps the tables from being
 * freed (mm->page_table_lock, and no user left or not yet any).
 */
#include <linux/mm.h>

#include "internal.h"
#include "walk.h"

#define WALK_STRIDE	4

struct walk {
	struct mm_struct *mm;
	xen_table_visitor_t visit;
};

static void walk_entries(const struct walk *w, const pteval_t *table,
			 unsigned int first, unsigned int end, enum pt_level below);

static void walk_entry(const struct walk *w, pteval_t entry, enum pt_level below)
{
	unsigned long pfn;

	if ((entry & (_PAGE_PRESENT | _PAGE_PSE)) != _PAGE_PRESENT)
		return;
	entry = xen_pteval_to_pfn(entry);
	/* A table of someone else's is none of our business. */
	if (WARN_ON_ONCE(!(entry & _PAGE_PRESENT)))
		return;
	pfn = (entry & PTE_PFN_MASK) >> PAGE_SHIFT;

	w->visit(w->mm, pfn_to_page(pfn), below);
	if (below != PT_PTE)
		walk_entries(w, __va(PFN_PHYS(pfn)), 0, PTRS_PER_PTE, below + 1);
}

static void walk_entries(const struct walk *w, const pteval_t *table,
			 unsigned int first, unsigned int end, enum pt_level below)
{
	const pteval_t *quad;
	unsigned int i, j;

	for (i = first; i < end; i += WALK_STRIDE) {
		quad = table + i;
		if (likely(!(quad[0] | quad[1] | quad[2] | quad[3])))
			continue;
		for (j = 0; j < WALK_STRIDE; j++)
			walk_entry(w, quad[j], below);
	}
}

/**
 * xen_walk_user_tables - visit the tables of the user half, and the top
 * @mm:		passed to @visit
 * @pgd:	the top
 * @visit:	called for each table
 *
 * The kernel half is shared with every other address space and always pinned.
 */
void xen_walk_user_tables(struct mm_struct *mm, pgd_t *pgd, xen_table_visitor_t visit)
{
	const struct walk w = { .mm = mm, .visit = visit };

	walk_entries(&w, (pteval_t *)pgd, 0, pgd_index(XEN_USER_LIMIT), PT_PUD);
	visit(mm, virt_to_page(pgd), PT_PGD);
}

/**
 * xen_walk_below - visit the tables below one table
 * @mm:		passed to @visit
 * @table:	the table, in the linear mapping
 * @below:	level of the tables that its entries name
 * @visit:	called for each table below, not for @table
 */
void xen_walk_below(struct mm_struct *mm, void *table, enum pt_level below,
		    xen_table_visitor_t visit)
{
	const struct walk w = { .mm = mm, .visit = visit };

	walk_entries(&w, table, 0, PTRS_PER_PTE, below);
}

/**
 * xen_walk_all_tables - visit the tables of both halves, and the top
 * @mm:		passed to @visit
 * @pgd:	the top
 * @visit:	called for each table
 *
 * The hypervisor's own range, above the user half, is left out.
 */
void xen_walk_all_tables(struct mm_struct *mm, pgd_t *pgd, xen_table_visitor_t visit)
{
	const struct walk w = { .mm = mm, .visit = visit };
	const pteval_t *top = (pteval_t *)pgd;

	walk_entries(&w, top, 0, pgd_index(GUARD_HOLE_BASE_ADDR), PT_PUD);
	walk_entries(&w, top, pgd_index(GUARD_HOLE_END_ADDR), PTRS_PER_PGD, PT_PUD);
	visit(mm, virt_to_page(pgd), PT_PGD);
}
