// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of /dev/xen/gntalloc, and how many of them there may be.
 *
 * The other domain decides when it unmaps a page. It can keep the memory from being freed for
 * ever, hence the limit on what programs can allocate. The invariant: nr_pages is the number of
 * pages that exist or are reserved, and is not above the limit that was valid when the last one
 * was reserved.
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <xen/events.h>
#include <xen/gntalloc.h>
#include <xen/grant_table.h>
#include <xen/page.h>

#include "gntalloc.h"

static int limit = 1024;
module_param(limit, int, 0644);
MODULE_PARM_DESC(limit, "Largest number of pages that programs may grant at a time");

static DEFINE_SPINLOCK(pages_lock);	/* guards nr_pages; leaf lock */
static unsigned int nr_pages;

/**
 * gntalloc_pages_reserve() - may there be so many more pages?
 * @count: how many, any number from user space
 *
 * Context: any, no interrupts.
 * Return: true if so; each is then given up by gntalloc_page_put() or gntalloc_pages_cancel().
 */
bool gntalloc_pages_reserve(unsigned int count)
{
	unsigned int most = READ_ONCE(limit);
	bool fits;

	spin_lock(&pages_lock);
	fits = nr_pages <= most && count <= most - nr_pages;
	if (fits)
		nr_pages += count;
	spin_unlock(&pages_lock);

	return fits;
}

/**
 * gntalloc_pages_cancel() - give up a reservation
 * @count: pages that were reserved and do not exist
 *
 * Context: any, no interrupts.
 */
void gntalloc_pages_cancel(unsigned int count)
{
	spin_lock(&pages_lock);
	nr_pages -= count;
	spin_unlock(&pages_lock);
}

/**
 * gntalloc_page_alloc() - make a page and grant it
 * @domid: who may map it
 * @readonly: may it only be read there?
 *
 * One page must have been reserved.
 *
 * Context: Process context, may sleep.
 * Return: the page, filled with zeroes, with one reference; or an ERR_PTR(), with the page
 * still reserved.
 */
struct gntalloc_page *gntalloc_page_alloc(domid_t domid, bool readonly)
{
	struct gntalloc_page *page = kzalloc(sizeof(*page), GFP_KERNEL);
	int ref;

	if (!page)
		return ERR_PTR(-ENOMEM);

	page->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page->page) {
		ref = -ENOMEM;
		goto free;
	}

	ref = gnttab_grant_foreign_access(domid, xen_page_to_gfn(page->page), readonly);
	if (ref < 0)
		goto free_page;

	page->ref = ref;
	refcount_set(&page->users, 1);

	return page;

free_page:
	__free_page(page->page);
free:
	kfree(page);
	return ERR_PTR(ref);
}

/**
 * gntalloc_page_get() - take a reference
 * @page: page that cannot go away now
 *
 * Context: any.
 */
void gntalloc_page_get(struct gntalloc_page *page)
{
	refcount_inc(&page->users);
}

/**
 * gntalloc_page_put() - give up a reference; the last one ends the grant
 * @page: the page
 *
 * The other domain is notified first, as the program wished. The memory is freed when that
 * domain has unmapped it.
 *
 * Context: Process context, may sleep.
 */
void gntalloc_page_put(struct gntalloc_page *page)
{
	if (!refcount_dec_and_test(&page->users))
		return;

	if (page->notify_flags & UNMAP_NOTIFY_CLEAR_BYTE)
		memzero_page(page->page, page->notify_offset, 1);
	if (page->notify_flags & UNMAP_NOTIFY_SEND_EVENT) {
		notify_remote_via_evtchn(page->notify_port);
		evtchn_put(page->notify_port);
	}

	gnttab_end_foreign_access(page->ref, page->page);
	kfree(page);
	gntalloc_pages_cancel(1);
}
