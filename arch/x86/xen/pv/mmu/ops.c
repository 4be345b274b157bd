// SPDX-License-Identifier: GPL-2.0
/*
 * pv_ops.mmu of a PV domain.
 *
 * The functions change twice: boot.c's own serve while the kernel builds its
 * tables and nothing has a struct page; xen_mmu_ops_late() puts the final
 * ones in place. Both happen before alternatives are patched, so the final
 * ones are called directly afterwards.
 *
 * No locks: one processor is up when the table changes.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/preempt.h>

#include <asm/paravirt.h>
#include <asm/tlb.h>
#include <asm/x86_init.h>

#include <asm/xen/hypervisor.h>

#include "../cpu.h"
#include "internal.h"

/*
 * True from the time on that every table has a struct page. Until then an
 * entry that generic code clears or write-protects is written directly, and
 * the hypervisor emulates that.
 */
DEFINE_STATIC_KEY_FALSE(xen_struct_pages_ready);
EXPORT_SYMBOL(xen_struct_pages_ready);

static void ops_enter_lazy(void)
{
	enter_lazy(XEN_LAZY_MMU);
}

static void ops_leave_lazy(void)
{
	preempt_disable();
	xen_mc_flush();
	leave_lazy(XEN_LAZY_MMU);
	preempt_enable();
}

/* Make memory agree with what has been queued, and stay lazy. */
static void ops_flush_lazy(void)
{
	preempt_disable();
	if (xen_get_lazy_mode() == XEN_LAZY_MMU)
		xen_mc_flush();
	preempt_enable();
}

#define OPS_TO_LINEAR	__PV_IS_CALLEE_SAVE(__raw_callee_save_xen_pte_val)
#define OPS_TO_MACHINE	__PV_IS_CALLEE_SAVE(__raw_callee_save_xen_make_pte)

static const typeof(pv_ops) xen_mmu_ops __initconst = {
	.mmu = {
		.pte_val = OPS_TO_LINEAR,
		.pmd_val = OPS_TO_LINEAR,
		.pud_val = OPS_TO_LINEAR,
		.pgd_val = OPS_TO_LINEAR,
		.make_pte = PV_CALLEE_SAVE(xen_make_pte_init),
		.make_pmd = OPS_TO_MACHINE,
		.make_pud = OPS_TO_MACHINE,
		.make_pgd = OPS_TO_MACHINE,
#if CONFIG_PGTABLE_LEVELS >= 5
		.p4d_val = OPS_TO_LINEAR,
		.make_p4d = OPS_TO_MACHINE,
#endif

		.set_pte = xen_set_pte_init,
		.set_pmd = xen_set_pmd_early,
		.set_pud = xen_set_pud_early,
		.set_p4d = xen_set_p4d_early,
		.ptep_modify_prot_start = xen_ptep_modify_prot_start,
		.ptep_modify_prot_commit = xen_ptep_modify_prot_commit,
		.set_fixmap = xen_set_fixmap,

		.alloc_pte = xen_alloc_pte_init,
		.alloc_pmd = xen_alloc_pmd_init,
		.alloc_pud = xen_alloc_pmd_init,
		.release_pte = xen_release_pte_init,
		.release_pmd = xen_release_pmd_init,
		.release_pud = xen_release_pmd_init,
		.pgd_alloc = xen_pgd_alloc,
		.pgd_free = xen_pgd_free,
		.enter_mmap = xen_enter_mmap,
		.exit_mmap = xen_exit_mmap,

		.lazy_mode.enter = ops_enter_lazy,
		.lazy_mode.flush = ops_flush_lazy,
		.lazy_mode.leave = ops_leave_lazy,

		.flush_tlb_one_user = xen_flush_tlb_one_user,
		.flush_tlb_user = xen_flush_tlb,
		.flush_tlb_kernel = xen_flush_tlb,
		.tlb_remove_table = tlb_remove_table,
		.flush_tlb_multi = xen_flush_tlb_multi,

		.write_cr2 = xen_write_cr2,
		.read_cr2 = __PV_IS_CALLEE_SAVE(xen_read_cr2),
		.write_cr3 = xen_write_cr3_init,
		.read_cr3 = xen_read_cr3,
	},
};

/**
 * xen_mmu_ops_late - put the final functions in place
 *
 * Called when the kernel's tables have been built. From here on a function
 * may look at the struct page of a table that has been allocated since.
 */
void __init xen_mmu_ops_late(void)
{
	struct pv_mmu_ops *mmu = &pv_ops.mmu;

	mmu->make_pte = OPS_TO_MACHINE;
	mmu->set_pte = xen_set_pte;
	mmu->alloc_pte = xen_alloc_pte;
	mmu->release_pte = xen_release_pte;

	mmu->set_pmd = xen_set_pmd;
	mmu->alloc_pmd = xen_alloc_pmd;
	mmu->release_pmd = xen_release_pmd;

	mmu->set_pud = xen_set_pud;
	mmu->alloc_pud = xen_alloc_pud;
	mmu->release_pud = xen_release_pud;

	mmu->set_p4d = xen_set_p4d;
	mmu->write_cr3 = xen_write_cr3;
}

/* Every table has a struct page now. */
static void __init ops_after_bootmem(void)
{
	static_branch_enable(&xen_struct_pages_ready);
	xen_mark_init_mm_pinned();
}

/**
 * xen_init_mmu_ops - take over pv_ops.mmu, early in the boot of a PV domain
 */
void __init xen_init_mmu_ops(void)
{
	x86_init.paging.pagetable_init = xen_pagetable_init;
	x86_init.hyper.init_after_bootmem = ops_after_bootmem;

	pv_ops.mmu = xen_mmu_ops.mmu;
	xen_fixmap_init();
}
