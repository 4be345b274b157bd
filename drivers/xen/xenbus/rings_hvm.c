// SPDX-License-Identifier: GPL-2.0
/*
 * Rings of the other end where the hypervisor translates addresses: they are mapped in
 * the place of pages that have no memory, which then get addresses side by side.
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <xen/balloon.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "rings.h"

struct ring_walk {
	struct xenbus_ring_map *map;
	unsigned int next;
};

static void remember_frame(unsigned long gfn, unsigned int offset, unsigned int len, void *data)
{
	struct ring_walk *walk = data;

	walk->map->virt[walk->next++] = (unsigned long)gfn_to_virt(gfn);
}

static int ring_open(struct xenbus_ring_map *map)
{
	struct ring_walk walk = { .map = map };
	unsigned int pages = XENBUS_RING_PAGES(map->count);
	int err;

	err = xen_alloc_unpopulated_pages(pages, map->pages);
	if (err)
		return err;
	map->addr = vmap(map->pages, pages, VM_MAP | VM_IOREMAP, PAGE_KERNEL);
	if (!map->addr) {
		xen_free_unpopulated_pages(pages, map->pages);
		return -ENOMEM;
	}
	gnttab_foreach_grant(map->pages, map->count, remember_frame, &walk);
	return 0;
}

static phys_addr_t ring_host_addr(const struct xenbus_ring_map *map, unsigned int i)
{
	return map->virt[i];
}

static void ring_close(struct xenbus_ring_map *map)
{
	vunmap(map->addr);
	xen_free_unpopulated_pages(XENBUS_RING_PAGES(map->count), map->pages);
}

const struct xenbus_ring_ops xenbus_ring_ops_hvm = {
	.flags = GNTMAP_host_map,
	.open = ring_open,
	.host_addr = ring_host_addr,
	.close = ring_close,
};
