// SPDX-License-Identifier: GPL-2.0
/*
 * Every change of a page-table entry.
 *
 * An entry of a pinned table is read-only to Linux. It is changed by an
 * mmu_update: queued in lazy MMU mode, at once otherwise. An entry of a table
 * that is not pinned is memory like any other and is written directly; a fork
 * fills the child's tables that way, and the hypervisor looks at them once,
 * when they are pinned.
 *
 * Whether a table is pinned can change only while its lock is held (pin.c),
 * and whoever changes an entry of a user's table holds it as well.
 *
 * What may wait, and why
 * ----------------------
 * A queued change is not in memory until the lazy mode is left, which happens
 * before the table's lock is dropped and before the TLB flush that covers the
 * change. In between, other processors see and use the old entry:
 *
 * - A page stays allocated: who clears an entry holds the reference that the
 *   entry stood for until the TLB has been flushed (mmu_gather, or the new
 *   place of an entry that is moved).
 * - Reverse mapping (writeback, reclaim, migration) looks at an entry that is
 *   there with the table's lock held, after the queue has gone. It may pass by
 *   one that is queued to be set; the page counts as mapped already, so that
 *   whoever needs it unmapped fails, or takes the lock to look.
 * - The lockless walk of get_user_pages takes a reference and looks again. It
 *   may find the old entry a little longer, as if it had come earlier; the
 *   page it gets is one that is still allocated. Fork is covered by
 *   mm->write_protect_seq as on bare metal, and the code that clears an entry
 *   and then looks for such references flushes the TLB first, which sends the
 *   queue (tlb.c).
 * - The dirty bit: a processor can set it in a writable entry until the
 *   clearing is carried out. So the answer of a deferred get-and-clear has
 *   the dirty bit set if the entry is writable: the page is treated as
 *   dirtied, and its reverse mapping is kept until the TLB flush.
 *   Write-protection is carried out with MMU_PT_UPDATE_PRESERVE_AD, in which
 *   the hypervisor exchanges the entry atomically and carries over the bits.
 * - The accessed bit may be lost; it is a hint.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "codec.h"
#include "internal.h"

/**
 * xen_report_mmu_update - say which change the hypervisor refused
 * @where:	machine address of the entry, or'ed with the kind of update
 * @val:	the value, with an mfn
 * @err:	what the hypervisor answered
 *
 * The entry keeps its old value. Context: any.
 */
void xen_report_mmu_update(u64 where, u64 val, int err)
{
	unsigned long pfn = mfn_to_pfn(PFN_DOWN(where));
	unsigned int idx = offset_in_page(where) / sizeof(pteval_t);

	WARN_ONCE(1, "Xen refused to change a page table\n");
	pr_err_ratelimited("xen: entry %u of table pfn %#lx to %#llx (kind %llu): error %d; %s[%d] mm %p\n",
			   idx, pfn, val, where & 7, err, current->comm,
			   task_pid_nr(current), current->active_mm);
}

/* One change that cannot wait. */
static void update_now(u64 where, u64 val)
{
	struct mmu_update req = { .ptr = where, .val = val };
	int err = HYPERVISOR_mmu_update(&req, 1, NULL, DOMID_SELF);

	if (unlikely(err < 0))
		xen_report_mmu_update(where, val, err);
}

/* One change in a lazy mode, which the caller has found to be on. */
static __always_inline void update_later(u64 where, u64 val)
{
	unsigned long flags = xen_batch_begin();

	xen_batch_mmu_update(where, val);
	xen_batch_defer(flags, XEN_LAZY_MMU);
}

static void update_queue(u64 where, u64 val)
{
	unsigned long flags = xen_batch_begin();

	xen_batch_mmu_update(where, val);
	xen_batch_end(flags, XEN_LAZY_MMU);
}

/*
 * A leaf entry. Faults change one at a time, outside of a lazy mode; a call
 * of its own is cheaper there than a batch of one.
 */
static __always_inline void update_leaf(pte_t *ptep, pteval_t val, u64 kind)
{
	u64 where = xen_lowmem_maddr(ptep) | kind;

	if (xen_get_lazy_mode() == XEN_LAZY_MMU)
		update_later(where, val);
	else
		update_now(where, val);
}

/**
 * xen_set_pte_early - set an entry of a table known to be pinned
 * @ptep:	the entry, in the linear mapping
 * @pte:	value, with an mfn
 *
 * Context: any; the caller serialises changes of the table.
 */
void xen_set_pte_early(pte_t *ptep, pte_t pte)
{
	update_leaf(ptep, pte.pte, MMU_NORMAL_PT_UPDATE);
}

/**
 * xen_set_pte - set a leaf entry (pv_ops.mmu.set_pte)
 * @ptep:	the entry, in the linear mapping
 * @pte:	value, with an mfn
 *
 * Context: any; the caller holds the table's lock if it has one.
 */
void xen_set_pte(pte_t *ptep, pte_t pte)
{
	trace_xen_mmu_set_pte(ptep, pte);

	if (xen_table_is_pinned(ptep))
		update_leaf(ptep, pte.pte, MMU_NORMAL_PT_UPDATE);
	else
		native_set_pte(ptep, pte);
}

/**
 * xen_ptep_get_and_clear - clear a leaf entry and tell what it was
 * @ptep:	the entry, in the linear mapping
 *
 * Writing the entry directly would be emulated by the hypervisor instruction
 * by instruction, which costs several times a hypercall and a great multiple
 * of a place in a batch.
 *
 * Outside of lazy MMU mode the answer is exact: if the hardware can still set
 * the dirty bit, the hypervisor keeps the two hardware bits while it clears
 * the rest, and they are read from the entry afterwards. What is left there
 * counts as an empty entry (pte_none()).
 *
 * Context: the caller holds the table's lock if it has one.
 * Return: the old value; see the top of the file for the deferred case.
 */
pte_t xen_ptep_get_and_clear(pte_t *ptep)
{
	pteval_t old = READ_ONCE(ptep->pte);
	u64 where;

	/* The hardware does not walk a table that is not pinned. */
	if (!xen_table_is_pinned(ptep))
		return native_local_ptep_get_and_clear(ptep);

	where = xen_lowmem_maddr(ptep);
	if (xen_get_lazy_mode() == XEN_LAZY_MMU && !xen_entries_are_read_back()) {
		update_later(where | MMU_NORMAL_PT_UPDATE, 0);
		return native_make_pte(xen_codec_deferred_clear(old));
	}

	if (!xen_codec_can_become_dirty(old)) {
		update_now(where | MMU_NORMAL_PT_UPDATE, 0);
		return native_make_pte(old);
	}

	update_now(where | MMU_PT_UPDATE_PRESERVE_AD, 0);
	old |= READ_ONCE(ptep->pte) & (_PAGE_ACCESSED | _PAGE_DIRTY);
	return native_make_pte(old);
}
EXPORT_SYMBOL(xen_ptep_get_and_clear);

/**
 * xen_ptep_set_wrprotect - take write permission from a leaf entry
 * @ptep:	the entry, in the linear mapping
 *
 * Context: the caller holds the table's lock. In lazy MMU mode the entry is
 * still writable until the mode is left.
 */
void xen_ptep_set_wrprotect(pte_t *ptep)
{
	pte_t old = READ_ONCE(*ptep);

	if (!xen_table_is_pinned(ptep)) {
		native_set_pte(ptep, pte_wrprotect(old));
		return;
	}
	update_leaf(ptep, pte_wrprotect(old).pte, MMU_PT_UPDATE_PRESERVE_AD);
}
EXPORT_SYMBOL(xen_ptep_set_wrprotect);

/**
 * xen_ptep_modify_prot_start - read an entry whose protection will change
 * @vma:	the area it belongs to
 * @addr:	what it maps
 * @ptep:	the entry
 *
 * The entry stays as it is: what the hardware adds until the commit is kept
 * by the commit.
 *
 * Return: the entry.
 */
pte_t xen_ptep_modify_prot_start(struct vm_area_struct *vma, unsigned long addr,
				 pte_t *ptep)
{
	pte_t pte = READ_ONCE(*ptep);

	trace_xen_mmu_ptep_modify_prot_start(vma->vm_mm, addr, ptep, pte);
	return pte;
}

/**
 * xen_ptep_modify_prot_commit - change the protection of an entry
 * @vma:	the area it belongs to
 * @addr:	what it maps
 * @ptep:	the entry, in the linear mapping
 * @pte:	the new value, with an mfn
 *
 * Context: the caller holds the table's lock since the start.
 */
void xen_ptep_modify_prot_commit(struct vm_area_struct *vma, unsigned long addr,
				 pte_t *ptep, pte_t pte)
{
	trace_xen_mmu_ptep_modify_prot_commit(vma->vm_mm, addr, ptep, pte);
	/* The old value is still in the table: this counts it out, too. */
	page_table_check_ptes_set(vma->vm_mm, ptep, pte, 1);

	/* The hardware does not walk a table that is not pinned. */
	if (xen_table_is_pinned(ptep))
		update_leaf(ptep, pte.pte, MMU_PT_UPDATE_PRESERVE_AD);
	else
		native_set_pte(ptep, pte);
}

/*
 * Upper levels. While the kernel builds its first tables, an entry may be
 * reached through a temporary mapping, hence the general translation.
 */
static void update_upper_early(void *entry, u64 val)
{
	update_queue(arbitrary_virt_to_machine(entry).maddr, val);
}

/**
 * xen_set_pmd_early - set an L2 entry before the late functions are in place
 * @pmdp:	the entry, mapped anywhere
 * @pmd:	value, with an mfn
 */
void xen_set_pmd_early(pmd_t *pmdp, pmd_t pmd)
{
	update_upper_early(pmdp, pmd_val_ma(pmd));
}

/**
 * xen_set_pud_early - set an L3 entry before the late functions are in place
 * @pudp:	the entry, mapped anywhere
 * @pud:	value, with an mfn
 */
void xen_set_pud_early(pud_t *pudp, pud_t pud)
{
	update_upper_early(pudp, pud_val_ma(pud));
}

/**
 * xen_set_p4d_early - set an L4 entry before the late functions are in place
 * @p4dp:	the entry, in the linear mapping
 * @p4d:	value, with an mfn
 *
 * There is no other table than the kernel's yet, and no user half to it.
 */
void xen_set_p4d_early(p4d_t *p4dp, p4d_t p4d)
{
	update_queue(xen_lowmem_maddr(p4dp), p4d_val_ma(p4d));
}

/**
 * xen_set_pmd - set an L2 entry (pv_ops.mmu.set_pmd)
 * @pmdp:	the entry, mapped anywhere
 * @pmd:	value, with an mfn
 *
 * Context: the caller serialises changes of the table.
 */
void xen_set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	trace_xen_mmu_set_pmd(pmdp, pmd);

	if (xen_table_is_pinned(pmdp))
		update_upper_early(pmdp, pmd_val_ma(pmd));
	else
		native_set_pmd(pmdp, pmd);
}

/**
 * xen_set_pud - set an L3 entry (pv_ops.mmu.set_pud)
 * @pudp:	the entry, mapped anywhere
 * @pud:	value, with an mfn
 *
 * Context: the caller serialises changes of the table.
 */
void xen_set_pud(pud_t *pudp, pud_t pud)
{
	trace_xen_mmu_set_pud(pudp, pud);

	if (xen_table_is_pinned(pudp))
		update_upper_early(pudp, pud_val_ma(pud));
	else
		native_set_pud(pudp, pud);
}

/* The counterpart of @p4dp in the table that user mode runs on, or NULL. */
static p4d_t *update_user_p4d(p4d_t *p4dp)
{
	unsigned int idx = offset_in_page(p4dp) / sizeof(p4d_t);
	pgd_t *user;

	if (idx >= pgd_index(XEN_USER_LIMIT))
		return NULL;
	user = xen_user_pgd((pgd_t *)p4dp);
	return user ? (p4d_t *)(user + idx) : NULL;
}

/**
 * xen_set_p4d - set an L4 entry, also for user mode (pv_ops.mmu.set_p4d)
 * @p4dp:	the entry in the kernel's table, in the linear mapping
 * @p4d:	value, with an mfn
 *
 * Kernel and user mode of a 64-bit PV domain run on two top-level tables. The
 * lower half of them is kept equal here. Both are pinned or none is.
 *
 * Context: the caller serialises changes of the table.
 */
void xen_set_p4d(p4d_t *p4dp, p4d_t p4d)
{
	p4d_t *user = update_user_p4d(p4dp);
	unsigned long flags;

	trace_xen_mmu_set_p4d(p4dp, user, p4d);

	if (!xen_table_is_pinned(p4dp)) {
		WRITE_ONCE(*p4dp, p4d);
		if (user) {
			WARN_ON_ONCE(xen_table_is_pinned(user));
			WRITE_ONCE(*user, p4d);
		}
		return;
	}

	flags = xen_batch_begin();
	xen_batch_mmu_update(xen_lowmem_maddr(p4dp), p4d_val_ma(p4d));
	if (user)
		xen_batch_mmu_update(xen_lowmem_maddr(user), p4d_val_ma(p4d));
	xen_batch_end(flags, XEN_LAZY_MMU);
}

/**
 * xen_set_va_prot - map a page at an address with a protection, now
 * @va:		address whose tables exist
 * @pfn:	the page
 * @prot:	protection
 * @uvmf:	UVMF_*: what to flush from the TLB
 *
 * Context: any.
 * Return: 0 or a negative error of the hypervisor.
 */
int xen_set_va_prot(void *va, unsigned long pfn, pgprot_t prot, unsigned long uvmf)
{
	return HYPERVISOR_update_va_mapping((unsigned long)va, pfn_pte(pfn, prot), uvmf);
}

/**
 * xen_batch_set_prot - queue another protection of a page's linear mapping
 * @pfn:	the page
 * @prot:	protection
 * @uvmf:	UVMF_*: what to flush from the TLB
 *
 * Context: between xen_batch_begin() and xen_batch_end().
 */
void xen_batch_set_prot(unsigned long pfn, pgprot_t prot, unsigned long uvmf)
{
	unsigned long va = (unsigned long)__va(PFN_PHYS(pfn));

	MULTI_update_va_mapping(xen_batch_call(), va, pfn_pte(pfn, prot), uvmf);
}
