// SPDX-License-Identifier: GPL-2.0
/*
 * Pages for frames, and a few of them at hand.
 *
 * A page that may stand for a foreign frame has no memory of its own. Where it is made by
 * giving memory back to the hypervisor, that costs more than the mapping of the grant; so a
 * number of them is kept while somebody has the device open.
 *
 * The invariant: a page in the pool is as gnttab_alloc_pages() made it, its grant unmapped.
 */
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "gntdev_map.h"

#define GNTDEV_POOL_PAGES	256U

static DEFINE_SPINLOCK(pool_lock);	/* guards all below; leaf lock */
static struct page *pool[GNTDEV_POOL_PAGES];
static unsigned int pool_count;
static unsigned int pool_openers;	/* the pool is empty without any */

static unsigned int pool_take(unsigned int count, struct page **pages)
{
	spin_lock(&pool_lock);
	count = min(count, pool_count);
	pool_count -= count;
	memcpy(pages, pool + pool_count, count * sizeof(*pages));
	spin_unlock(&pool_lock);

	return count;
}

static unsigned int pool_give(unsigned int count, struct page **pages)
{
	spin_lock(&pool_lock);
	count = pool_openers ? min(count, GNTDEV_POOL_PAGES - pool_count) : 0;
	memcpy(pool + pool_count, pages, count * sizeof(*pages));
	pool_count += count;
	spin_unlock(&pool_lock);

	return count;
}

/**
 * gntdev_pages_alloc() - pages that grants can be mapped to
 * @count: how many
 * @pages: gets them
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno, with nothing taken.
 */
int gntdev_pages_alloc(unsigned int count, struct page **pages)
{
	unsigned int found = pool_take(count, pages);
	int err;

	if (found == count)
		return 0;

	err = gnttab_alloc_pages(count - found, pages + found);
	if (err)
		gntdev_pages_free(found, pages);

	return err;
}

/**
 * gntdev_pages_free() - give back pages without a mapping
 * @count: how many, may be 0
 * @pages: the pages
 *
 * Context: Process context, may sleep.
 */
void gntdev_pages_free(unsigned int count, struct page **pages)
{
	unsigned int kept = pool_give(count, pages);

	if (kept < count)
		gnttab_free_pages(count - kept, pages + kept);
}

/**
 * gntdev_pages_open() - somebody has opened the device
 *
 * Context: any, no interrupts.
 */
void gntdev_pages_open(void)
{
	spin_lock(&pool_lock);
	pool_openers++;
	spin_unlock(&pool_lock);
}

/**
 * gntdev_pages_close() - somebody has closed the device; the last one empties the pool
 *
 * Context: Process context, may sleep.
 */
void gntdev_pages_close(void)
{
	struct page *pages[16];
	unsigned int count;
	bool last;

	spin_lock(&pool_lock);
	last = --pool_openers == 0;
	spin_unlock(&pool_lock);

	/* With an opener since, its first map refills what is taken from it here. */
	while (last && (count = pool_take(ARRAY_SIZE(pages), pages)) > 0)
		gnttab_free_pages(count, pages);
}
