/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the PV domain's memory management share.
 *
 * A page-table entry holds a machine frame (mfn). pte.c converts between that
 * and Linux's frame (pfn); update.c changes entries; walk.c visits the tables
 * of one address space; pin.c makes a whole address space known to the
 * hypervisor and takes it back; alloc.c does so for single tables; cr3.c and
 * tlb.c are the processor's side; ops.c fills pv_ops.mmu.
 *
 * A table of a pinned address space is read-only to Linux and typed (L1 to
 * L4) in the hypervisor; PagePinned() of its struct page says so. So is an
 * empty one that waits for its next use (kept.c). Every other table is
 * ordinary memory and may be written directly.
 *
 * Order of locks:
 *	mmap_lock
 *	  mm->page_table_lock	pinning of the tables of mm
 *	    split PTE locks	held from the change of a table's mapping until
 *				the hypervisor knows (or has forgotten) its type
 *	init_mm.page_table_lock
 *	  pgd_lock		the list of top-level tables (suspend)
 *	contig_lock		leaf (contig.c)
 */
#ifndef XEN_PV_MMU_INTERNAL_H
#define XEN_PV_MMU_INTERNAL_H

#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include <asm/xen/page.h>

#include "../multicall.h"
#include "mmu.h"

/* The first address above user space, at a top-level entry's boundary. */
#define XEN_USER_LIMIT	((STACK_TOP_MAX + PGDIR_SIZE - 1) & PGDIR_MASK)

/* Which level a table is of. */
enum pt_level {
	PT_PGD,
	PT_P4D,
	PT_PUD,
	PT_PMD,
	PT_PTE,
};

/* Before there are struct pages every table that exists is pinned. */
static inline bool xen_table_is_pinned(const void *table)
{
	if (static_branch_likely(&xen_struct_pages_ready))
		return PagePinned(virt_to_page(table));
	return true;
}

/*
 * The hypervisor holds a pinned table because of what refers to it, or by a
 * pin of its own. With split locks every leaf table has one. Of the tables
 * between leaf and top those that were linked one by one have one; the flag
 * means something else for the top (suspend).
 */
#define XEN_LEAVES_HAVE_PINS	IS_ENABLED(CONFIG_SPLIT_PTE_PTLOCKS)

static inline bool xen_table_has_own_pin(struct page *table, enum pt_level level)
{
	if (level == PT_PTE)
		return XEN_LEAVES_HAVE_PINS;
	return level != PT_PGD && PageSavePinned(table);
}

static inline void xen_set_own_pin(unsigned long pfn, enum pt_level level)
{
	if (level != PT_PTE)
		SetPageSavePinned(pfn_to_page(pfn));
}

/* True if @table has a pin of its own, which the caller takes away. */
static inline bool xen_take_own_pin(struct page *table, enum pt_level level)
{
	bool own = xen_table_has_own_pin(table, level);

	if (own && level != PT_PTE)
		ClearPageSavePinned(table);
	return own;
}

/* The machine address of what lies in the linear mapping at @p. */
static __always_inline u64 xen_lowmem_maddr(const void *p)
{
	unsigned long pa = __pa(p);

	return PFN_PHYS(pfn_to_mfn(PFN_DOWN(pa))) | offset_in_page(pa);
}

/* pte.c: values with pfn to values with mfn, and back */
pteval_t xen_pteval_to_mfn(pteval_t val);
pteval_t xen_pteval_to_pfn(pteval_t val);

/* pte.c: the same for pv_ops, which wants every register but rax preserved */
__no_caller_saved_registers pteval_t __raw_callee_save_xen_pte_val(pteval_t val);
__no_caller_saved_registers pteval_t __raw_callee_save_xen_make_pte(pteval_t val);

/* update.c: entries */
void xen_set_pte(pte_t *ptep, pte_t pte);
void xen_set_pte_early(pte_t *ptep, pte_t pte);		/* no trace, before the late ops */
void xen_set_pmd(pmd_t *pmdp, pmd_t pmd);
void xen_set_pud(pud_t *pudp, pud_t pud);
void xen_set_p4d(p4d_t *p4dp, p4d_t p4d);
void xen_set_pmd_early(pmd_t *pmdp, pmd_t pmd);		/* also where __pa() does not work */
void xen_set_pud_early(pud_t *pudp, pud_t pud);
void xen_set_p4d_early(p4d_t *p4dp, p4d_t p4d);
pte_t xen_ptep_modify_prot_start(struct vm_area_struct *vma, unsigned long addr,
				 pte_t *ptep);
void xen_ptep_modify_prot_commit(struct vm_area_struct *vma, unsigned long addr,
				 pte_t *ptep, pte_t pte);

/* The page-table check reads an entry back when it is set again. */
#ifdef CONFIG_PAGE_TABLE_CHECK
static inline bool xen_entries_are_read_back(void)
{
	return !static_branch_likely(&page_table_check_disabled);
}
#else
static inline bool xen_entries_are_read_back(void)
{
	return false;
}
#endif

/* update.c: say which change was refused, also for multicall.c */
void xen_report_mmu_update(u64 where, u64 val, int err);

/* update.c: how a page is mapped in the linear mapping */
int xen_set_va_prot(void *va, unsigned long pfn, pgprot_t prot, unsigned long uvmf);
void xen_batch_set_prot(unsigned long pfn, pgprot_t prot, unsigned long uvmf);

/* pin.c */
void xen_enter_mmap(struct mm_struct *mm);
void xen_exit_mmap(struct mm_struct *mm);
void xen_mark_init_mm_pinned(void);
void xen_batch_pin(unsigned int cmd, unsigned long pfn);
bool xen_space_will_be_small(struct mm_struct *mm);
bool xen_space_gets_pinned(struct mm_struct *mm);
void xen_unpin_empty_space(pgd_t *pgd);

/* alloc.c */
void xen_release_table(struct page *table, enum pt_level level);
int xen_pgd_alloc(struct mm_struct *mm);
void xen_pgd_free(struct mm_struct *mm, pgd_t *pgd);
void xen_alloc_pte(struct mm_struct *mm, unsigned long pfn);
void xen_alloc_pmd(struct mm_struct *mm, unsigned long pfn);
void xen_alloc_pud(struct mm_struct *mm, unsigned long pfn);
void xen_release_pte(unsigned long pfn);
void xen_release_pmd(unsigned long pfn);
void xen_release_pud(unsigned long pfn);

/* The user half's own top-level table, or NULL: the hypervisor loads it for user mode. */
static inline pgd_t *xen_user_pgd(const pgd_t *pgd)
{
	return (pgd_t *)virt_to_page(pgd)->private;
}

/*
 * cr3.c. xen_cr3 is what this CPU has set last; its hypercall may still wait
 * in the batch. xen_current_cr3 follows when the hypervisor has done it, so it
 * is what another CPU may look at. Both are physical addresses.
 */
DECLARE_PER_CPU(unsigned long, xen_current_cr3);
unsigned long xen_read_cr3(void);
void xen_write_cr3(unsigned long cr3);
void xen_write_cr3_init(unsigned long cr3);	/* kernel table only; also boot.c's first one */
void xen_write_cr2(unsigned long cr2);

/* tlb.c */
void xen_flush_tlb(void);
void xen_flush_tlb_all(void);
void xen_flush_tlb_one_user(unsigned long addr);
void xen_flush_tlb_multi(const struct cpumask *cpus, const struct flush_tlb_info *info);

/* ops.c: from the early to the late functions */
void xen_mmu_ops_late(void);

/* boot.c */
void xen_pagetable_init(void);
void xen_set_pte_init(pte_t *ptep, pte_t pte);
void xen_alloc_pte_init(struct mm_struct *mm, unsigned long pfn);
void xen_alloc_pmd_init(struct mm_struct *mm, unsigned long pfn);
void xen_release_pte_init(unsigned long pfn);
void xen_release_pmd_init(unsigned long pfn);
pte_t xen_make_pte_init(pteval_t val);
pte_t __raw_callee_save_xen_make_pte_init(pteval_t val);

/* fixmap.c */
void xen_set_fixmap(unsigned int idx, phys_addr_t phys, pgprot_t prot);
void xen_fixmap_init(void);
extern pud_t xen_vsyscall_pud[PTRS_PER_PUD];

/* contig.c */
void xen_contig_init(void);

#endif /* XEN_PV_MMU_INTERNAL_H */
