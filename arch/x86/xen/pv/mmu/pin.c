// SPDX-License-Identifier: GPL-2.0
/*
 * Whole address spaces: pinned while in use, ordinary memory before and after.
 *
 * The hypervisor accepts a page as a table only if nothing maps it writable,
 * and it looks at all 512 entries when it does. A pin keeps that result, so
 * that loading cr3 costs nothing. It is given to the top-level tables, whose
 * pin covers what they refer to, and to each leaf table by itself: that way
 * the time in which a leaf table is read-only but not yet known to the
 * hypervisor ends with the batch, and only for that time its lock is held.
 * Were it not held, another processor that changes an entry (reverse mapping)
 * would write to read-only memory and nobody would emulate the write.
 *
 * A small address space is treated the other way round: it is pinned before
 * it has any table but the top ones, and until the last one has gone. A change
 * of an entry then costs a place in a batch, and the tables can come from and
 * go to those that are kept (kept.c), which the hypervisor need not look at.
 *
 * Invariant: PagePinned() of a table changes with its lock held (leaf tables)
 * or with nobody else around (upper tables).
 *
 * Locks: mm->page_table_lock, then the leaf tables' locks. The latter are
 * taken one by one and released by callbacks when the batch has been carried
 * out, so at most XEN_BATCH_CALLBACKS are held.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include <asm/mmu_context.h>
#include <asm/tlbflush.h>

#include "../stats.h"
#include "internal.h"
#include "walk.h"

/*
 * An entry costs some 500 instructions of the hypervisor more to set or to
 * clear in a batch than in memory, a table some 19000 to take and to give
 * back, and there are about nine. A space that is made will be cleared, too.
 */
#define PIN_SMALL_TO_MAKE	192	/* pages */
#define PIN_SMALL_TO_CLEAR	384
/* Pages that are swapped out have entries, too, and the count of pages is a rough one. */
#define PIN_SMALL_TABLES	24

static bool pin_is_small(struct mm_struct *mm, unsigned long pages)
{
	return get_mm_rss(mm) <= pages &&
	       mm_pgtables_bytes(mm) <= PIN_SMALL_TABLES * PAGE_SIZE;
}

/**
 * xen_batch_pin - queue to give a table a pin or take it
 * @cmd:	MMUEXT_PIN_L1_TABLE to MMUEXT_PIN_L4_TABLE, or MMUEXT_UNPIN_TABLE
 * @pfn:	the table
 *
 * Context: between xen_batch_begin() and xen_batch_end().
 */
void xen_batch_pin(unsigned int cmd, unsigned long pfn)
{
	xen_batch_mmuext_op(cmd)->arg1.mfn = pfn_to_mfn(pfn);
}

#ifdef CONFIG_SPLIT_PTE_PTLOCKS
/* The lock of a leaf table; the lock of @mm makes it safe to hold many. */
static spinlock_t *pin_lock_leaf(struct mm_struct *mm, struct page *table)
{
	spinlock_t *ptl = ptlock_ptr(page_ptdesc(table));

	spin_lock_nest_lock(ptl, &mm->page_table_lock);
	__release(ptl);		/* for sparse: pin_unlock_leaf() does it later */
	return ptl;
}
#else
/* Leaf tables share mm->page_table_lock, which is held all the time. */
static spinlock_t *pin_lock_leaf(struct mm_struct *mm, struct page *table)
{
	return NULL;
}
#endif

static void pin_unlock_leaf(void *ptl)
{
	__acquire(ptl);		/* for sparse: pin_lock_leaf() has done it */
	spin_unlock((spinlock_t *)ptl);
}

/* The top comes last and takes stale translations of the others with it. */
static unsigned long pin_flush_for(enum pt_level level)
{
	return level == PT_PGD ? UVMF_TLB_FLUSH : UVMF_NONE;
}

static void pin_one(struct mm_struct *mm, struct page *table, enum pt_level level)
{
	unsigned long pfn = page_to_pfn(table);
	spinlock_t *ptl;

	if (TestSetPagePinned(table))
		return;
	xen_stat_inc(XEN_STAT_TABLES_PINNED);

	ptl = level == PT_PTE ? pin_lock_leaf(mm, table) : NULL;
	xen_batch_set_prot(pfn, PAGE_KERNEL_RO, pin_flush_for(level));
	if (!ptl)
		return;
	xen_batch_pin(MMUEXT_PIN_L1_TABLE, pfn);
	xen_mc_callback(pin_unlock_leaf, ptl);
}

static void unpin_one(struct mm_struct *mm, struct page *table, enum pt_level level)
{
	unsigned long pfn = page_to_pfn(table);
	spinlock_t *ptl;

	if (!TestClearPagePinned(table))
		return;
	xen_stat_inc(XEN_STAT_TABLES_UNPINNED);

	ptl = level == PT_PTE ? pin_lock_leaf(mm, table) : NULL;
	if (xen_take_own_pin(table, level))
		xen_batch_pin(MMUEXT_UNPIN_TABLE, pfn);
	xen_batch_set_prot(pfn, PAGE_KERNEL, pin_flush_for(level));
	if (ptl)
		xen_mc_callback(pin_unlock_leaf, ptl);
}

/*
 * Make everything below @pgd read-only first, then have the hypervisor type
 * it from the top, once for the kernel's and once for the user's top.
 */
static void pin_space(struct mm_struct *mm, pgd_t *pgd)
{
	pgd_t *user = xen_user_pgd(pgd);
	unsigned long flags;

	lockdep_assert_held(&mm->page_table_lock);
	trace_xen_mmu_pgd_pin(mm, pgd);
	xen_stat_inc(XEN_STAT_SPACES_PINNED);

	flags = xen_batch_begin();
	xen_walk_user_tables(mm, pgd, pin_one);
	xen_batch_pin(MMUEXT_PIN_L4_TABLE, PFN_DOWN(__pa(pgd)));
	if (user) {
		pin_one(mm, virt_to_page(user), PT_PGD);
		xen_batch_pin(MMUEXT_PIN_L4_TABLE, PFN_DOWN(__pa(user)));
	}
	xen_batch_end(flags, 0);
}

/* Untype from both tops, of which the kernel's stays read-only until what is below is not. */
static void unpin_tops(pgd_t *pgd)
{
	pgd_t *user = xen_user_pgd(pgd);

	xen_stat_inc(XEN_STAT_SPACES_UNPINNED);
	xen_batch_pin(MMUEXT_UNPIN_TABLE, PFN_DOWN(__pa(pgd)));
	if (user) {
		xen_batch_pin(MMUEXT_UNPIN_TABLE, PFN_DOWN(__pa(user)));
		unpin_one(NULL, virt_to_page(user), PT_PGD);
	}
}

/* The reverse: untype from the top, then hand out write permission. */
static void unpin_space(struct mm_struct *mm, pgd_t *pgd)
{
	unsigned long flags;

	lockdep_assert_held(&mm->page_table_lock);
	trace_xen_mmu_pgd_unpin(mm, pgd);

	flags = xen_batch_begin();
	unpin_tops(pgd);
	xen_walk_user_tables(mm, pgd, unpin_one);
	xen_batch_end(flags, 0);
}

/**
 * xen_enter_mmap - pin an address space that is about to be used
 * @mm:		made by fork or exec, not run on yet
 *
 * Context: may not sleep, takes mm->page_table_lock.
 */
void xen_enter_mmap(struct mm_struct *mm)
{
	if (xen_table_is_pinned(mm->pgd))
		return;
	spin_lock(&mm->page_table_lock);
	pin_space(mm, mm->pgd);
	spin_unlock(&mm->page_table_lock);
}

/**
 * xen_space_will_be_small - whether pinning from the start is worthwhile
 * @mm:		without any table but the top one, or without that, too
 *
 * A fork's is as large as its parent, an exec's begins with its stack.
 *
 * Context: any.
 * Return: true if it will probably have few pages.
 */
bool xen_space_will_be_small(struct mm_struct *mm)
{
	return mm->total_vm <= PIN_SMALL_TO_MAKE ||
	       (current->mm && pin_is_small(current->mm, PIN_SMALL_TO_MAKE));
}

/**
 * xen_space_gets_pinned - whether the next table is linked into a pinned one
 * @mm:		a table will be linked into it
 *
 * Pins a new address space that will be small.
 *
 * Context: may not sleep, takes mm->page_table_lock.
 * Return: true if the table may be one that the hypervisor knows already.
 */
bool xen_space_gets_pinned(struct mm_struct *mm)
{
	if (xen_table_is_pinned(mm->pgd))
		return true;
	/* Once it has tables it goes on as it has begun. */
	if (mm_pgtables_bytes(mm) || !xen_space_will_be_small(mm))
		return false;
	xen_enter_mmap(mm);
	return true;
}

/*
 * Leave @mm on this processor. It may have been kept as the borrowed address
 * space of a kernel thread; and the change away from it may still be queued.
 */
static void pin_drop_mm(void *arg)
{
	struct mm_struct *mm = arg;

	if (this_cpu_read(cpu_tlbstate.loaded_mm) == mm)
		leave_mm();
	if (this_cpu_read(xen_current_cr3) == __pa(mm->pgd))
		xen_mc_flush();
}

static bool pin_cpu_has_mm(int cpu, void *arg)
{
	const struct mm_struct *mm = arg;

	return per_cpu(xen_current_cr3, cpu) == __pa(mm->pgd);
}

/**
 * xen_exit_mmap - prepare to destroy an address space that nobody will use
 * @mm:		no task runs on it; kernel threads may still borrow it
 *
 * Taking the tables of a large one down is writing to plain memory once it
 * has been unpinned; a small one stays pinned, and its tables are kept. The
 * hypervisor does not give up tables that a processor has loaded, and what is
 * kept must be in no TLB, so every processor that still has them is moved
 * away first.
 *
 * Context: may sleep; takes mm->page_table_lock, and sends IPIs.
 */
void xen_exit_mmap(struct mm_struct *mm)
{
	preempt_disable();
	pin_drop_mm(mm);
	on_each_cpu_cond(pin_cpu_has_mm, pin_drop_mm, mm, true);
	preempt_enable();

	/* An exec that failed early has not pinned anything. */
	if (!xen_table_is_pinned(mm->pgd))
		return;
	if (pin_is_small(mm, PIN_SMALL_TO_CLEAR))
		return;
	spin_lock(&mm->page_table_lock);
	unpin_space(mm, mm->pgd);
	spin_unlock(&mm->page_table_lock);
}

/**
 * xen_unpin_empty_space - make the top-level tables ordinary memory again
 * @pgd:	kernel's table of an address space that has no other table left
 *
 * Context: any; nobody else knows @pgd.
 */
void xen_unpin_empty_space(pgd_t *pgd)
{
	unsigned long flags;

	if (!xen_table_is_pinned(pgd))
		return;

	flags = xen_batch_begin();
	unpin_tops(pgd);
	unpin_one(NULL, virt_to_page(pgd), PT_PGD);
	xen_batch_end(flags, 0);
}

/* A space that is under construction or destruction: pinned for the save only. */
static void pin_for_save(struct page *top)
{
	if (!PagePinned(top)) {
		pin_space(&init_mm, page_address(top));
		SetPageSavePinned(top);
	}
}

static void unpin_after_save(struct page *top)
{
	if (PageSavePinned(top)) {
		ClearPageSavePinned(top);
		unpin_space(&init_mm, page_address(top));
	}
}

/* The kernel's own lock stands for that of each space: nobody else runs. */
static void pin_each_space(void (*fn)(struct page *top))
{
	struct page *top;

	spin_lock(&init_mm.page_table_lock);
	spin_lock(&pgd_lock);
	list_for_each_entry(top, &pgd_list, lru)
		fn(top);
	spin_unlock(&pgd_lock);
	spin_unlock(&init_mm.page_table_lock);
}

/**
 * xen_mm_pin_all - pin what is not pinned, before the domain is saved
 *
 * The tools that save and restore a domain translate the frames in tables,
 * and they know a table by its type.
 *
 * Context: stop_machine(), that is nobody else runs.
 */
void xen_mm_pin_all(void)
{
	pin_each_space(pin_for_save);
}

/**
 * xen_mm_unpin_all - undo xen_mm_pin_all() after the domain has been resumed
 *
 * Context: as xen_mm_pin_all().
 */
void xen_mm_unpin_all(void)
{
	pin_each_space(unpin_after_save);
}

static void __init pin_mark(struct mm_struct *mm, struct page *table, enum pt_level level)
{
	SetPagePinned(table);
}

/**
 * xen_mark_init_mm_pinned - give the kernel's tables their PagePinned()
 *
 * They have been pinned since they were made, but had no struct page yet.
 * The tables of the vsyscall page hang on no table of the kernel's own.
 */
void __init xen_mark_init_mm_pinned(void)
{
	xen_walk_all_tables(&init_mm, init_mm.pgd, pin_mark);
	if (IS_ENABLED(CONFIG_X86_VSYSCALL_EMULATION)) {
		SetPagePinned(virt_to_page(xen_vsyscall_pud));
		xen_walk_below(&init_mm, xen_vsyscall_pud, PT_PMD, pin_mark);
	}
}
