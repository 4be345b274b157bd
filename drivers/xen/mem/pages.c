// SPDX-License-Identifier: GPL-2.0
/*
 * The pages in the balloon: allocated, marked offline, without memory behind them.
 *
 * A page is on balloon_pages or has been taken off by lend.c; either way the allocator
 * does not count it. Everything here is guarded by balloon_lock.
 */
#define pr_fmt(fmt) "xen:balloon: " fmt

#include <linux/highmem.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/page-flags.h>

#include <asm/tlbflush.h>

#include <xen/mem-reservation.h>
#include <xen/page.h>

#include "mem.h"
#include "pv_pages.h"

/* Pages that one step moves: their frame numbers fill a page. */
#define BALLOON_BATCH	(PAGE_SIZE / sizeof(xen_pfn_t))

/* Lowmem at the front: it is wanted first, and lend.c takes nothing else. */
static LIST_HEAD(balloon_pages);

/* What a step works on; balloon_lock */
static struct {
	struct page *pages[BALLOON_BATCH];
	xen_pfn_t frames[BALLOON_BATCH];
} batch;

/* Woken when a page is put into the empty balloon. */
DECLARE_WAIT_QUEUE_HEAD(balloon_filled);

/**
 * balloon_is_empty - whether there is no page to put memory behind
 *
 * Context: any; a hint without balloon_lock.
 * Return: true if so.
 */
bool balloon_is_empty(void)
{
	return list_empty(&balloon_pages);
}

/**
 * balloon_put_page - a page has no memory behind it any more
 * @page: it is the caller's; it belongs to the balloon afterwards
 *
 * Context: balloon_lock held.
 */
void balloon_put_page(struct page *page)
{
	bool first = list_empty(&balloon_pages);

	lockdep_assert_held(&balloon_lock);

	/* Memory that was added comes with the mark. */
	if (!PageOffline(page))
		__SetPageOffline(page);

	if (PageHighMem(page)) {
		balloon_stats.balloon_high++;
		list_add_tail(&page->lru, &balloon_pages);
	} else {
		balloon_stats.balloon_low++;
		list_add(&page->lru, &balloon_pages);
	}

	if (first)
		wake_up(&balloon_filled);
}

static void balloon_remove(struct page *page)
{
	lockdep_assert_held(&balloon_lock);

	list_del(&page->lru);
	if (PageHighMem(page))
		balloon_stats.balloon_high--;
	else
		balloon_stats.balloon_low--;
	__ClearPageOffline(page);
}

/**
 * balloon_get_lowmem_page - take a page without memory out of the balloon
 *
 * Context: balloon_lock held.
 * Return: the page, now the caller's, or NULL if there is none with a kernel address.
 */
struct page *balloon_get_lowmem_page(void)
{
	struct page *page = list_first_entry_or_null(&balloon_pages, struct page, lru);

	lockdep_assert_held(&balloon_lock);

	if (!page || PageHighMem(page))
		return NULL;

	balloon_remove(page);
	return page;
}

/* Have pages that nobody uses, for the hypervisor to take their memory. */
static unsigned long batch_allocate(unsigned long nr, gfp_t gfp)
{
	unsigned long i;

	gfp = balloon_gfp(gfp, READ_ONCE(xen_scrub_pages));

	for (i = 0; i < nr; i++) {
		struct page *page = alloc_page(gfp);

		if (!page)
			break;
		adjust_managed_page_count(page, -1);
		batch.pages[i] = page;
		batch.frames[i] = xen_page_to_gfn(page);
	}
	return i;
}

/* Pages FROM to TO of the batch are memory like any other again. */
static void batch_free(unsigned long from, unsigned long to)
{
	for (; from < to; from++)
		free_reserved_page(batch.pages[from]);
}

/* The memory of pages FROM to TO of the batch goes to the hypervisor. How many went? */
static unsigned long batch_release_frames(unsigned long from, unsigned long to)
{
	int done;

	if (from == to)
		return 0;

	done = xenmem_reservation_decrease(to - from, batch.frames + from);
	if (done != to - from)
		pr_err_ratelimited("Xen took %d of %lu pages\n", done, to - from);

	return clamp_t(long, done, 0, to - from);
}

/**
 * balloon_give - give the hypervisor memory
 * @nr: pages to give; a step has a limit
 * @gfp: how hard to try to get them
 *
 * What the hypervisor does not take stays in use.
 *
 * Context: balloon_lock held, may sleep as far as @gfp lets it.
 * Return: BALLOON_DONE, or BALLOON_FAILED if it were less than the step's worth.
 */
enum balloon_result balloon_give(unsigned long nr, gfp_t gfp)
{
	unsigned long i, have, unmapped, gone, back;

	lockdep_assert_held(&balloon_lock);

	nr = min(nr, BALLOON_BATCH);
	have = batch_allocate(nr, gfp);
	if (!have)
		return BALLOON_FAILED;

	/* Temporary mappings of highmem are looked up by what the p2m still says. */
	kmap_flush_unused();

	unmapped = xen_pages_unmap(have, batch.pages);
	flush_tlb_all();
	gone = batch_release_frames(0, unmapped);

	for (i = 0; i < gone; i++)
		balloon_put_page(batch.pages[i]);
	WRITE_ONCE(balloon_stats.current_pages, balloon_stats.current_pages - gone);

	/* A page that cannot be mapped again is lost, and its frame with it. */
	back = gone + xen_pages_map(unmapped - gone, batch.pages + gone, batch.frames + gone);
	batch_free(gone, back);
	batch_free(unmapped, have);

	return gone == nr ? BALLOON_DONE : BALLOON_FAILED;
}

/**
 * balloon_take - get memory from the hypervisor
 * @nr: pages to get; a step has a limit
 *
 * Context: balloon_lock held, the balloon not empty; may sleep.
 * Return: BALLOON_DONE if there was some, or BALLOON_FAILED.
 */
enum balloon_result balloon_take(unsigned long nr)
{
	unsigned long i, want = 0, usable;
	struct page *page;
	int got;

	lockdep_assert_held(&balloon_lock);

	nr = min(nr, BALLOON_BATCH);
	list_for_each_entry(page, &balloon_pages, lru) {
		if (want == nr)
			break;
		batch.pages[want] = page;
		batch.frames[want++] = page_to_xen_pfn(page);
	}

	got = xenmem_reservation_increase(want, batch.frames);
	if (got <= 0)
		return BALLOON_FAILED;

	usable = xen_pages_map(got, batch.pages, batch.frames);
	for (i = 0; i < usable; i++)
		balloon_remove(batch.pages[i]);
	batch_free(0, usable);
	WRITE_ONCE(balloon_stats.current_pages, balloon_stats.current_pages + usable);

	/* The others are still in the balloon. */
	batch_release_frames(usable, got);

	return usable ? BALLOON_DONE : BALLOON_FAILED;
}
