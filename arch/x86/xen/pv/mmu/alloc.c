// SPDX-License-Identifier: GPL-2.0
/*
 * Single tables, as generic code links them into an address space and takes
 * them out of it.
 *
 * Invariant: a table that is linked into a pinned table is read-only and has
 * a pin of its own: leaf tables if they have their own lock (pin.c says why),
 * upper tables of a process so that they can be kept (kept.c). Tables of an
 * address space that is not pinned are left alone until it is.
 *
 * The hooks come before the link is made and after it has been cut, both by
 * the same processor. In lazy MMU mode the change of the mapping waits in
 * front of the link in the same batch, or behind the cut.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include <asm/vsyscall.h>

#include "../stats.h"
#include "internal.h"

static const unsigned int alloc_pin_commands[] = {
	[PT_PUD] = MMUEXT_PIN_L3_TABLE,
	[PT_PMD] = MMUEXT_PIN_L2_TABLE,
	[PT_PTE] = MMUEXT_PIN_L1_TABLE,
};

/* The kernel's upper tables are never kept, and older than struct pages. */
static bool alloc_gives_pin(struct mm_struct *mm, enum pt_level level)
{
	return level == PT_PTE ? XEN_LEAVES_HAVE_PINS : mm != &init_mm;
}

static void alloc_table(struct mm_struct *mm, unsigned long pfn, enum pt_level level)
{
	bool pinned = xen_table_is_pinned(mm->pgd);
	unsigned long flags;

	trace_xen_mmu_alloc_ptpage(mm, pfn, level, pinned);
	if (!pinned)
		return;

	/* The kernel links some tables twice; once they are ready they stay so. */
	if (static_branch_likely(&xen_struct_pages_ready) &&
	    TestSetPagePinned(pfn_to_page(pfn)))
		return;

	xen_stat_inc(XEN_STAT_TABLES_ALLOCATED);
	flags = xen_batch_begin();
	xen_batch_set_prot(pfn, PAGE_KERNEL_RO, UVMF_NONE);
	if (alloc_gives_pin(mm, level)) {
		xen_batch_pin(alloc_pin_commands[level], pfn);
		xen_set_own_pin(pfn, level);
	}
	xen_batch_end(flags, XEN_LAZY_MMU);
}

/**
 * xen_release_table - make a table ordinary memory again
 * @table:	not linked any more; not changed if it is ordinary memory
 * @level:	its level
 *
 * Context: any. In lazy MMU mode the change waits in the batch.
 */
void xen_release_table(struct page *table, enum pt_level level)
{
	unsigned long pfn = page_to_pfn(table);
	bool pinned = PagePinned(table);
	unsigned long flags;

	trace_xen_mmu_release_ptpage(pfn, level, pinned);
	if (!pinned)
		return;

	xen_stat_inc(XEN_STAT_TABLES_RELEASED);
	flags = xen_batch_begin();
	if (xen_take_own_pin(table, level))
		xen_batch_pin(MMUEXT_UNPIN_TABLE, pfn);
	xen_batch_set_prot(pfn, PAGE_KERNEL, UVMF_NONE);
	xen_batch_end(flags, XEN_LAZY_MMU);

	ClearPagePinned(table);
}

/**
 * xen_alloc_pte - a leaf table will be linked (pv_ops.mmu.alloc_pte)
 * @mm:		into this address space
 * @pfn:	the table
 */
void xen_alloc_pte(struct mm_struct *mm, unsigned long pfn)
{
	alloc_table(mm, pfn, PT_PTE);
}

/**
 * xen_alloc_pmd - an L2 table will be linked (pv_ops.mmu.alloc_pmd)
 * @mm:		into this address space
 * @pfn:	the table
 */
void xen_alloc_pmd(struct mm_struct *mm, unsigned long pfn)
{
	alloc_table(mm, pfn, PT_PMD);
}

/**
 * xen_alloc_pud - an L3 table will be linked (pv_ops.mmu.alloc_pud)
 * @mm:		into this address space
 * @pfn:	the table
 */
void xen_alloc_pud(struct mm_struct *mm, unsigned long pfn)
{
	alloc_table(mm, pfn, PT_PUD);
}

/**
 * xen_release_pte - a leaf table has been cut off (pv_ops.mmu.release_pte)
 * @pfn:	the table, which will be freed
 */
void xen_release_pte(unsigned long pfn)
{
	xen_release_table(pfn_to_page(pfn), PT_PTE);
}

/**
 * xen_release_pmd - an L2 table has been cut off (pv_ops.mmu.release_pmd)
 * @pfn:	the table, which will be freed
 */
void xen_release_pmd(unsigned long pfn)
{
	xen_release_table(pfn_to_page(pfn), PT_PMD);
}

/**
 * xen_release_pud - an L3 table has been cut off (pv_ops.mmu.release_pud)
 * @pfn:	the table, which will be freed
 */
void xen_release_pud(unsigned long pfn)
{
	xen_release_table(pfn_to_page(pfn), PT_PUD);
}

/* What user mode sees of the kernel: the page of the legacy vsyscalls. */
static void alloc_link_vsyscall(pgd_t *user)
{
	if (IS_ENABLED(CONFIG_X86_VSYSCALL_EMULATION))
		user[pgd_index(VSYSCALL_ADDR)] =
			__pgd(__pa_symbol(xen_vsyscall_pud) | _PAGE_TABLE);
}

/**
 * xen_pgd_alloc - give a top-level table its counterpart for user mode
 * @mm:		whose pgd has just been allocated
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int xen_pgd_alloc(struct mm_struct *mm)
{
	struct page *page = virt_to_page(mm->pgd);
	pgd_t *user;

	/* A kept one has its counterpart. */
	if (PagePinned(page))
		return 0;
	WARN_ON_ONCE(page->private);

	user = (pgd_t *)get_zeroed_page(GFP_KERNEL);
	page->private = (unsigned long)user;
	if (!user)
		return -ENOMEM;
	alloc_link_vsyscall(user);
	return 0;
}

/**
 * xen_pgd_free - free the counterpart for user mode
 * @mm:		being destroyed, without any other table
 * @pgd:	its top-level table, about to be freed
 *
 * Context: any.
 */
void xen_pgd_free(struct mm_struct *mm, pgd_t *pgd)
{
	xen_unpin_empty_space(pgd);
	free_page((unsigned long)xen_user_pgd(pgd));
}
