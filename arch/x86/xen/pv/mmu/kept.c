// SPDX-License-Identifier: GPL-2.0
/*
 * Empty tables that stay with the hypervisor for their next use.
 *
 * The hypervisor looks at all 512 entries of a page when the page becomes a
 * table, and again when it becomes ordinary memory. A process has about nine
 * tables with little in them and a short life, so this is most of what it
 * costs to make and destroy one. A table that a small address space leaves
 * behind (pin.c) is given to the next one instead.
 *
 * Invariant: a kept table has no entry that is present, is read-only to
 * Linux, has its level's type and a pin of its own in the hypervisor, and one
 * reference; no memory cgroup is charged for it. Who gets it has to link it
 * into a pinned table or to give it back. A top-level table is kept with its
 * counterpart for user mode and with what it refers to of the kernel's.
 *
 * A table is kept at once, without the wait for walkers that take no lock.
 * Some walk the address space of their own task or hold its mmap_lock, so
 * none of them is left when it is destroyed; the reverse mapping finds no
 * way to it, as free_pgtables() unlinks an area, under the locks of that,
 * before it frees what mapped the area. And no processor has had it loaded
 * since xen_exit_mmap(), which leaves nothing of it in any TLB.
 *
 * Each processor keeps its own tables and touches no others', except for
 * those of a processor that is offline. Preemption is off meanwhile, and no
 * interrupt frees or allocates tables of a process in a PV domain.
 */
#include <linux/cpuhotplug.h>
#include <linux/init.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include <asm/pgalloc.h>
#include <asm/tlb.h>

#include <xen/xen.h>

#include "../stats.h"
#include "internal.h"

/* Tables with PTEs, PMDs and PUDs, and top-level tables. */
#define KEPT_LEVELS	4
/* Of each level. A pipe line of small programs needs two or three dozen in all. */
#define KEPT_TABLES	16

struct kept_level {
	unsigned int nr;
	struct page *tables[KEPT_TABLES];
};

static DEFINE_PER_CPU(struct kept_level [KEPT_LEVELS], kept_levels);

/* The top may be known as level 5, with a level that the hypervisor does not have. */
static enum pt_level kept_pt_level(unsigned int level)
{
	return level < KEPT_LEVELS ? PT_PTE + 1 - level : PT_PGD;
}

/* The top comes with a page that page-table isolation would use. */
static unsigned int kept_order(unsigned int level)
{
	return level < KEPT_LEVELS ? 0 : PGD_ALLOCATION_ORDER;
}

static unsigned int kept_index(unsigned int level)
{
	return min(level, KEPT_LEVELS) - 1;
}

static struct page *kept_pop(unsigned int level)
{
	struct kept_level *kept = get_cpu_ptr(kept_levels) + kept_index(level);
	struct page *table = NULL;

	if (kept->nr)
		table = kept->tables[--kept->nr];
	put_cpu_ptr(kept_levels);
	return table;
}

static bool kept_push(struct page *table, unsigned int level)
{
	struct kept_level *kept = get_cpu_ptr(kept_levels) + kept_index(level);
	bool room = kept->nr < KEPT_TABLES;

	WARN_ON_ONCE(in_hardirq() || in_serving_softirq());
	if (room)
		kept->tables[kept->nr++] = table;
	put_cpu_ptr(kept_levels);
	return room;
}

/* Make a table that nobody is charged for ordinary memory, and free it. */
static void kept_free(struct page *table, unsigned int level)
{
	if (level < KEPT_LEVELS)
		xen_release_table(table, kept_pt_level(level));
	else
		xen_pgd_free(NULL, page_address(table));
	__free_pages(table, kept_order(level));
}

/* What the hardware has set in a cleared entry may be left (update.c). */
static bool kept_is_empty(struct page *table, unsigned int level)
{
	unsigned int end = level < KEPT_LEVELS ? PTRS_PER_PTE : pgd_index(XEN_USER_LIMIT);
	const pte_t *entry = page_address(table);
	unsigned int i;

	for (i = 0; i < end; i++) {
		if (!pte_none(entry[i]))
			return false;
	}
	return true;
}

/* Keep @table, or make it ordinary memory again. */
static bool kept_take(struct page *table, unsigned int level)
{
	if (IS_ENABLED(CONFIG_DEBUG_VM) && WARN_ON_ONCE(!kept_is_empty(table, level)))
		return false;

	memcg_kmem_uncharge_page(table, kept_order(level));
	/* Its lock is gone; generic code expects nothing of it to be left. */
	if (level < KEPT_LEVELS)
		set_page_private(table, 0);

	if (!kept_push(table, level))
		return false;
	xen_stat_inc(XEN_STAT_TABLES_KEPT);
	return true;
}

/**
 * xen_get_table - an empty table that was kept
 * @mm:		address space it is meant for
 * @level:	1 for a table with PTEs, to 3 with PUDs; above: the top
 *
 * A new address space that will be small is pinned before it gets its first
 * table below the top, as only a pinned one can use what is kept.
 *
 * Context: may sleep.
 * Return: the table, or NULL if one has to be allocated.
 */
struct ptdesc *xen_get_table(struct mm_struct *mm, unsigned int level)
{
	struct page *table;

	if (mm == &init_mm)
		return NULL;
	if (level < KEPT_LEVELS ? !xen_space_gets_pinned(mm) : !xen_space_will_be_small(mm))
		return NULL;

	table = kept_pop(level);
	if (!table)
		return NULL;

	if (memcg_kmem_charge_page(table, GFP_KERNEL_ACCOUNT, kept_order(level))) {
		if (!kept_push(table, level))
			kept_free(table, level);
		return NULL;
	}
	xen_stat_inc(XEN_STAT_TABLES_REUSED);
	return page_ptdesc(table);
}

/**
 * xen_put_table - keep an empty table, if that is of use
 * @tlb:	what is being unmapped, or NULL if the table was never linked
 * @desc:	the table
 * @level:	1 for a table with PTEs, to 3 with PUDs; above: the top
 *
 * Context: of a task; does not sleep.
 * Return: true if it is kept; if false it is the caller's to free, after the
 * release hook if it was linked.
 */
bool xen_put_table(struct mmu_gather *tlb, struct ptdesc *desc, unsigned int level)
{
	struct page *table = ptdesc_page(desc);
	enum pt_level pt = kept_pt_level(level);

	if (!PagePinned(table))
		return false;
	if (tlb)
		return tlb->fullmm && xen_table_has_own_pin(table, pt) &&
		       kept_take(table, level);

	if (kept_take(table, level))
		return true;
	if (pt != PT_PGD)
		xen_release_table(table, pt);
	return false;
}

/* What a processor that has gone offline has kept. */
static int kept_drop(unsigned int cpu)
{
	struct kept_level *levels = per_cpu(kept_levels, cpu);
	unsigned int level;

	for (level = 1; level <= KEPT_LEVELS; level++) {
		struct kept_level *kept = levels + kept_index(level);

		while (kept->nr)
			kept_free(kept->tables[--kept->nr], level);
	}
	return 0;
}

static int __init kept_init(void)
{
	int err = 0;

	if (xen_pv_domain())
		err = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "x86/xen/tables:prepare",
						NULL, kept_drop);
	return min(err, 0);
}
arch_initcall(kept_init);
