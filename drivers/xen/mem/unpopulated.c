// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that never had memory, for foreign memory to be mapped in.
 *
 * The pool starts with what the architecture knows of, and grows by address space that
 * nothing uses, a memory section at a time, described by ZONE_DEVICE. It does not shrink.
 * So no memory in use has to be given up for foreign memory.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <xen/balloon.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "pv_pages.h"

static DEFINE_MUTEX(pool_lock);
static struct page *pool;		/* linked by zone_device_data; pool_lock */
static unsigned int pool_count;		/* pool_lock */

/* Where unused address space is looked for; NULL if there is none to be had. */
static struct resource *pool_space __ro_after_init;

/* Pages of the memory map that went into the pool; the balloon's first target needs it. */
unsigned long xen_unpopulated_pages __initdata;

static void pool_put(struct page *page)
{
	lockdep_assert_held(&pool_lock);

	page->zone_device_data = pool;
	pool = page;
	pool_count++;
}

static struct page *pool_get(void)
{
	struct page *page = pool;

	lockdep_assert_held(&pool_lock);

	pool = page->zone_device_data;
	pool_count--;
	return page;
}

/*
 * A range of address space. If the architecture has a map of its own of what is free,
 * the range is claimed there, and again in the general one.
 */
struct scratch {
	struct resource *free;
	struct resource *claim;
};

static struct resource *scratch_resource(void)
{
	struct resource *res = kzalloc(sizeof(*res), GFP_KERNEL);

	if (res) {
		res->name = "Xen scratch";
		res->flags = IORESOURCE_MEM | IORESOURCE_BUSY;
	}
	return res;
}

static void scratch_drop(struct resource *res)
{
	if (!res)
		return;
	if (res->parent)
		release_resource(res);
	kfree(res);
}

static void scratch_release(struct scratch *scratch)
{
	scratch_drop(scratch->claim);
	scratch_drop(scratch->free);
}

static int scratch_claim(struct scratch *scratch)
{
	int err;

	if (pool_space == &iomem_resource)
		return 0;

	scratch->claim = scratch_resource();
	if (!scratch->claim)
		return -ENOMEM;

	scratch->claim->start = scratch->free->start;
	scratch->claim->end = scratch->free->end;
	err = request_resource(&iomem_resource, scratch->claim);
	if (err)
		pr_err("Cannot request resource %pR (%d)\n", scratch->claim, err);
	return err;
}

static int scratch_find(struct scratch *scratch, resource_size_t size)
{
	struct range pluggable = mhp_get_pluggable_range(true);
	int err;

	scratch->free = scratch_resource();
	if (!scratch->free)
		return -ENOMEM;

	err = allocate_resource(pool_space, scratch->free, size, pluggable.start, pluggable.end,
				(resource_size_t)PAGES_PER_SECTION * PAGE_SIZE, NULL, NULL);
	if (err)
		pr_err("Cannot allocate new IOMEM resource\n");
	else
		err = scratch_claim(scratch);

	if (err)
		scratch_release(scratch);
	return err;
}

/* Have pages for a range, which stays as long as the kernel runs. */
static int scratch_describe(const struct scratch *scratch)
{
	const struct resource *res = scratch->free;
	struct dev_pagemap *map;
	void *start;
	int err;

	err = xen_pages_without_memory(PFN_DOWN(res->start), PFN_DOWN(resource_size(res)));
	if (err)
		return err;

	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;

	map->type = MEMORY_DEVICE_GENERIC;
	map->owner = (void *)res;
	map->nr_range = 1;
	map->range.start = res->start;
	map->range.end = res->end;

	start = memremap_pages(map, NUMA_NO_NODE);
	if (IS_ERR(start)) {
		pr_err("Cannot remap memory range\n");
		kfree(map);
		return PTR_ERR(start);
	}
	return 0;
}

static int pool_grow(unsigned int missing)
{
	unsigned long nr = round_up((unsigned long)missing, PAGES_PER_SECTION);
	struct scratch scratch = {};
	unsigned long pfn;
	int err;

	lockdep_assert_held(&pool_lock);

	err = scratch_find(&scratch, (resource_size_t)nr * PAGE_SIZE);
	if (err)
		return err;

	err = scratch_describe(&scratch);
	if (err) {
		scratch_release(&scratch);
		return err;
	}

	for (pfn = PFN_DOWN(scratch.free->start); nr--; pfn++)
		pool_put(pfn_to_page(pfn));
	return 0;
}

static int pool_get_pages(unsigned int nr, struct page **pages)
{
	unsigned int i = 0;
	int err = 0;

	if (pool_count < nr)
		err = pool_grow(nr - pool_count);

	while (!err && i < nr) {
		pages[i] = pool_get();
		err = xen_page_make_room(page_to_pfn(pages[i++]));
	}

	if (err)
		while (i--)
			pool_put(pages[i]);
	return err;
}

/**
 * xen_alloc_unpopulated_pages - get pages that have no memory
 * @nr_pages: how many
 * @pages: they are put here
 *
 * Context: process, may sleep.
 * Return: 0, or a negative error and no pages.
 */
int xen_alloc_unpopulated_pages(unsigned int nr_pages, struct page **pages)
{
	int err;

	if (!pool_space)
		return xen_alloc_ballooned_pages(nr_pages, pages);

	mutex_lock(&pool_lock);
	err = pool_get_pages(nr_pages, pages);
	mutex_unlock(&pool_lock);
	return err;
}
EXPORT_SYMBOL(xen_alloc_unpopulated_pages);

/**
 * xen_free_unpopulated_pages - give pages from xen_alloc_unpopulated_pages() back
 * @nr_pages: how many
 * @pages: the pages, nothing is mapped there any more
 *
 * Context: process, may sleep; also in arch_xen_unpopulated_init(), to fill the pool.
 */
void xen_free_unpopulated_pages(unsigned int nr_pages, struct page **pages)
{
	unsigned int i;

	if (!pool_space) {
		xen_free_ballooned_pages(nr_pages, pages);
		return;
	}

	mutex_lock(&pool_lock);
	for (i = 0; i < nr_pages; i++)
		pool_put(pages[i]);
	mutex_unlock(&pool_lock);
}
EXPORT_SYMBOL(xen_free_unpopulated_pages);

/**
 * arch_xen_unpopulated_init - say where unused address space is
 * @res: set to the resource to look in
 *
 * This is for architectures that do not know better.
 *
 * Return: 0, or a negative error.
 */
int __weak __init arch_xen_unpopulated_init(struct resource **res)
{
	*res = &iomem_resource;
	return 0;
}

static int __init unpopulated_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;

	err = arch_xen_unpopulated_init(&pool_space);
	if (err) {
		pr_err("xen:unpopulated: Cannot initialize target resource\n");
		pool_space = NULL;
	}
	return err;
}
early_initcall(unpopulated_init);
