// SPDX-License-Identifier: GPL-2.0
/*
 * Pages without memory of their own, lent to those who map another domain's memory there.
 * They come out of the balloon, which is filled for that if need be: then the domain has
 * less memory than its target, until the balloon has made up for it.
 *
 * What is lent is counted in balloon_stats.target_unpopulated.
 */
#define pr_fmt(fmt) "xen:balloon: " fmt

#include <linux/export.h>
#include <linux/mm.h>
#include <linux/wait.h>

#include "mem.h"
#include "pv_pages.h"

/* Have added pages put into the balloon. That is up to user space, so it may take long. */
static int lend_wait_for_memory(void)
{
	int err;

	mutex_unlock(&balloon_lock);
	err = wait_event_interruptible(balloon_filled, !balloon_is_empty());
	mutex_lock(&balloon_lock);

	return err ? -ENOMEM : 0;
}

static int lend_fill_balloon(unsigned int nr)
{
	lockdep_assert_held(&balloon_lock);

	if (balloon_hotplug_lends() && balloon_add_memory() != BALLOON_STUCK)
		return lend_wait_for_memory();

	if (si_mem_available() < nr)
		return -ENOMEM;

	return balloon_give(nr, GFP_USER) == BALLOON_DONE ? 0 : -ENOMEM;
}

static int lend_page(unsigned int missing, struct page **page)
{
	int err;

	/* Others want pages as well: the balloon may be empty again after it was filled. */
	while (!(*page = balloon_get_lowmem_page())) {
		err = lend_fill_balloon(missing);
		if (err)
			return err;
	}

	err = xen_page_make_room(page_to_pfn(*page));
	if (err)
		balloon_put_page(*page);
	return err;
}

static void lend_end(unsigned int nr, struct page **pages)
{
	unsigned int i;

	lockdep_assert_held(&balloon_lock);

	for (i = 0; i < nr; i++)
		if (pages[i])
			balloon_put_page(pages[i]);
}

/**
 * xen_alloc_ballooned_pages - get pages that have no memory
 * @nr_pages: how many
 * @pages: they are put here
 *
 * Context: process, may sleep; with xen.balloon.hotplug_unpopulated set until memory is
 * set online.
 * Return: 0, or a negative error and no pages.
 */
int xen_alloc_ballooned_pages(unsigned int nr_pages, struct page **pages)
{
	unsigned int got = 0;
	int err = 0;

	mutex_lock(&balloon_lock);
	balloon_stats.target_unpopulated += nr_pages;

	while (got < nr_pages) {
		err = lend_page(nr_pages - got, &pages[got]);
		if (err)
			break;
		got++;
	}

	if (err) {
		lend_end(got, pages);
		balloon_stats.target_unpopulated -= nr_pages;
	}
	mutex_unlock(&balloon_lock);

	if (err)
		balloon_look_again();
	return err;
}
EXPORT_SYMBOL(xen_alloc_ballooned_pages);

/**
 * xen_free_ballooned_pages - give pages from xen_alloc_ballooned_pages() back
 * @nr_pages: how many
 * @pages: the pages, nothing is mapped there any more; entries may be NULL
 *
 * Context: process, may sleep.
 */
void xen_free_ballooned_pages(unsigned int nr_pages, struct page **pages)
{
	mutex_lock(&balloon_lock);
	lend_end(nr_pages, pages);
	balloon_stats.target_unpopulated -= nr_pages;
	mutex_unlock(&balloon_lock);

	/* Memory that was given for them can be had back. */
	balloon_look_again();
}
EXPORT_SYMBOL(xen_free_ballooned_pages);
