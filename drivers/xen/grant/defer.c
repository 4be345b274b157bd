// SPDX-License-Identifier: GPL-2.0
/*
 * Grants that another domain still uses when they are to end.
 *
 * Neither the page nor the reference may be used for anything else until it stops, and it may
 * never do so. The page is kept here with a reference to it, and once a second the grant is
 * tried again.
 *
 * defer_lock guards the list and the numbers; a leaf lock, taken with interrupts off. An entry
 * that is off the list belongs to the work.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "defer.h"
#include "internal.h"

static unsigned int free_per_iteration = 10;
module_param(free_per_iteration, uint, 0600);

static void defer_work_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(defer_work, defer_work_fn);

static DEFINE_SPINLOCK(defer_lock);
static LIST_HEAD(defer_list);
static u64 defer_count;
static u64 defer_leaked;

/* For when there is no memory, which is when much is freed. */
#define DEFER_RESERVE	64
static mempool_t *defer_pool __ro_after_init;

static bool defer_try(struct deferred_grant *grant)
{
	if (!gnttab_try_end_foreign_access(grant->ref)) {
		if (defer_tell(grant))
			pr_info("g.e. %#x still pending\n", grant->ref);
		return false;
	}

	pr_debug("freeing g.e. %#x (pfn %#lx)\n", grant->ref, page_to_pfn(grant->page));
	put_page(grant->page);
	return true;
}

static void defer_work_fn(struct work_struct *work)
{
	struct deferred_grant *grant, *next;
	unsigned int freed = 0;
	LIST_HEAD(pass);

	spin_lock_irq(&defer_lock);
	defer_pick(&defer_list, &pass, READ_ONCE(free_per_iteration));
	spin_unlock_irq(&defer_lock);

	list_for_each_entry_safe(grant, next, &pass, list) {
		if (!defer_try(grant))
			continue;
		list_del(&grant->list);
		mempool_free(grant, defer_pool);
		freed++;
	}

	spin_lock_irq(&defer_lock);
	list_splice_tail(&pass, &defer_list);
	defer_count -= freed;
	if (!list_empty(&defer_list))
		schedule_delayed_work(&defer_work, HZ);
	spin_unlock_irq(&defer_lock);

	pr_debug("freed %u references\n", freed);
}

/* The page that a reference names, with a reference to it, or NULL if it is no RAM of ours. */
static struct page *defer_granted_page(grant_ref_t ref)
{
	unsigned long pfn = gfn_to_pfn(grant_version->frame(ref));
	struct page *page;

	if (!pfn_valid(pfn))
		return NULL;

	page = pfn_to_page(pfn);
	get_page(page);
	return page;
}

/**
 * grant_defer() - end a grant as soon as the other domain lets go of it
 * @ref: the reference; the hypervisor has said that it is in use
 * @page: freed together with it; or NULL: then the granted page is kept from being free until
 *	then, whatever the caller does with it
 *
 * Without memory to remember it by, and with the reserve used up, both are lost for good,
 * which is better than to use them again.
 *
 * Context: any.
 */
void grant_defer(grant_ref_t ref, struct page *page)
{
	struct deferred_grant *grant = NULL;
	u64 count, leaked;
	unsigned long flags;

	if (defer_pool)
		grant = mempool_alloc(defer_pool, GFP_ATOMIC | __GFP_NOWARN);
	if (!page)
		page = defer_granted_page(ref);

	spin_lock_irqsave(&defer_lock, flags);
	if (grant && page) {
		*grant = (struct deferred_grant) { .ref = ref, .page = page };
		list_add_tail(&grant->list, &defer_list);
		defer_count++;
		schedule_delayed_work(&defer_work, HZ);
	} else {
		defer_leaked++;
	}
	count = defer_count;
	leaked = defer_leaked;
	spin_unlock_irqrestore(&defer_lock, flags);

	if (grant && page) {
		pr_debug("deferring g.e. %#x (pfn %#lx) (total deferred %llu, total leaked %llu)\n",
			 ref, page_to_pfn(page), count, leaked);
		return;
	}

	if (grant)
		mempool_free(grant, defer_pool);
	pr_warn_ratelimited("leaking g.e. %#x (pfn %#lx) (total deferred %llu, total leaked %llu)\n",
			    ref, page ? page_to_pfn(page) : -1UL, count, leaked);
}

static int __init defer_init(void)
{
	defer_pool = mempool_create_kmalloc_pool(DEFER_RESERVE, sizeof(struct deferred_grant));

	return defer_pool ? 0 : -ENOMEM;
}
core_initcall(defer_init);
