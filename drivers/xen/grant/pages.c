// SPDX-License-Identifier: GPL-2.0
/*
 * Pages without memory of their own, to map grants to, and caches of them.
 *
 * Each cache has a lock of its own, which guards its list and number. It is a leaf lock, taken
 * with interrupts off. A page in a cache is linked by a word that only ZONE_DEVICE pages have a
 * use for, while they have no owner; no other page on no list uses it either.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include <xen/grant_table.h>
#include <xen/xen.h>

#include "private.h"

/* Pages that a cache gives back at a time. */
#define CACHE_SHRINK_BATCH	16

/**
 * gnttab_pages_set_private() - prepare pages for gnttab_map_refs()
 * @count: how many
 * @pages: the pages
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM with some of the pages prepared.
 */
int gnttab_pages_set_private(int count, struct page **pages)
{
	int i;

	for (i = 0; i < count; i++) {
		if (grant_private_alloc(pages[i]))
			return -ENOMEM;
		SetPagePrivate(pages[i]);
	}

	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_pages_set_private);

/**
 * gnttab_pages_clear_private() - the opposite
 * @count: how many
 * @pages: the pages, also those that were not prepared
 *
 * Context: any; nothing is mapped to them.
 */
void gnttab_pages_clear_private(int count, struct page **pages)
{
	int i;

	for (i = 0; i < count; i++) {
		if (!PagePrivate(pages[i]))
			continue;
		ClearPagePrivate(pages[i]);
		grant_private_free(pages[i]);
	}
}
EXPORT_SYMBOL_GPL(gnttab_pages_clear_private);

/**
 * gnttab_alloc_pages() - get pages to map grants to
 * @count: how many
 * @pages: filled in
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int gnttab_alloc_pages(int count, struct page **pages)
{
	int err = xen_alloc_unpopulated_pages(count, pages);

	if (err < 0)
		return err;

	err = gnttab_pages_set_private(count, pages);
	if (err)
		gnttab_free_pages(count, pages);
	return err;
}
EXPORT_SYMBOL_GPL(gnttab_alloc_pages);

/**
 * gnttab_free_pages() - give them back
 * @count: how many
 * @pages: the pages, with nothing mapped to them
 *
 * Context: may sleep.
 */
void gnttab_free_pages(int count, struct page **pages)
{
	gnttab_pages_clear_private(count, pages);
	xen_free_unpopulated_pages(count, pages);
}
EXPORT_SYMBOL_GPL(gnttab_free_pages);

static void cache_push(struct gnttab_page_cache *cache, struct page *page)
{
	lockdep_assert_held(&cache->lock);

	page->zone_device_data = cache->pages;
	cache->pages = page;
	cache->num_pages++;
}

static struct page *cache_pop(struct gnttab_page_cache *cache)
{
	struct page *page = cache->pages;

	lockdep_assert_held(&cache->lock);

	if (page) {
		cache->pages = page->zone_device_data;
		cache->num_pages--;
	}
	return page;
}

/**
 * gnttab_page_cache_init() - make an empty cache
 * @cache: where
 */
void gnttab_page_cache_init(struct gnttab_page_cache *cache)
{
	cache->pages = NULL;
	cache->num_pages = 0;
	spin_lock_init(&cache->lock);
}
EXPORT_SYMBOL_GPL(gnttab_page_cache_init);

/**
 * gnttab_page_cache_get() - take a page from a cache, or a new one if it is empty
 * @cache: the cache
 * @page: set to the page
 *
 * Context: may sleep.
 * Return: 0, or the error of gnttab_alloc_pages().
 */
int gnttab_page_cache_get(struct gnttab_page_cache *cache, struct page **page)
{
	unsigned long flags;

	spin_lock_irqsave(&cache->lock, flags);
	*page = cache_pop(cache);
	spin_unlock_irqrestore(&cache->lock, flags);

	return *page ? 0 : gnttab_alloc_pages(1, page);
}
EXPORT_SYMBOL_GPL(gnttab_page_cache_get);

/**
 * gnttab_page_cache_put() - put pages into a cache
 * @cache: the cache
 * @pages: the pages, with nothing mapped to them
 * @count: how many
 *
 * Context: any.
 */
void gnttab_page_cache_put(struct gnttab_page_cache *cache, struct page **pages,
			   unsigned int count)
{
	unsigned long flags;

	spin_lock_irqsave(&cache->lock, flags);
	while (count--)
		cache_push(cache, *pages++);
	spin_unlock_irqrestore(&cache->lock, flags);
}
EXPORT_SYMBOL_GPL(gnttab_page_cache_put);

static unsigned int cache_take_excess(struct gnttab_page_cache *cache, unsigned int keep,
				      struct page **excess)
{
	unsigned int n = 0;
	unsigned long flags;

	spin_lock_irqsave(&cache->lock, flags);
	while (n < CACHE_SHRINK_BATCH && cache->num_pages > keep)
		excess[n++] = cache_pop(cache);
	spin_unlock_irqrestore(&cache->lock, flags);

	return n;
}

/**
 * gnttab_page_cache_shrink() - give back what a cache has too much
 * @cache: the cache
 * @keep: how many pages it may keep
 *
 * Context: may sleep.
 */
void gnttab_page_cache_shrink(struct gnttab_page_cache *cache, unsigned int keep)
{
	struct page *excess[CACHE_SHRINK_BATCH];
	unsigned int n;

	while ((n = cache_take_excess(cache, keep, excess)))
		gnttab_free_pages(n, excess);
}
EXPORT_SYMBOL_GPL(gnttab_page_cache_shrink);
