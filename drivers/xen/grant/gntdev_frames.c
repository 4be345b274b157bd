// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's mappings of grants, one for each struct page that is in use.
 *
 * The invariant: a page that anybody outside of gntdev has got hold of is mapped for as long
 * as its reference count says that it is in use.
 *
 * Handles are changed with the map's lock, and with frame_lock too while pages can be looked
 * up. Look-ups come from page table walks with a page table's spinlock held.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/mm.h>

#include "gntdev_map.h"

/**
 * gntdev_frame_address() - where the kernel sees a frame
 * @map: the map
 * @i: number of the grant in it
 *
 * Context: any.
 * Return: the address, to be used only with a valid frame handle.
 */
void *gntdev_frame_address(struct gntdev_map *map, unsigned int i)
{
	return pfn_to_kaddr(page_to_pfn(map->pages[i]));
}

static void frame_prepare(struct gntdev_map *map, unsigned int i, struct gnttab_map_grant_ref *op)
{
	const struct gntdev_slot *slot = &map->slots[i];

	gnttab_set_map_op(op, (phys_addr_t)(unsigned long)gntdev_frame_address(map, i),
			  map->flags, slot->ref, slot->domid);
}

static bool frame_record(struct gntdev_map *map, unsigned int i,
			 const struct gnttab_map_grant_ref *op)
{
	struct gntdev_slot *slot = &map->slots[i];

	lockdep_assert_held(&map->frame_lock);

	if (op->status != GNTST_okay)
		return false;

	slot->frame = op->handle;
	if (map->flags & GNTMAP_device_map)
		slot->dev_bus = op->dev_bus_addr;
	map->nr_frames++;

	return true;
}

/**
 * gntdev_frames_map() - map all grants of a map for the kernel
 * @map: map whose flags are set
 *
 * Context: Process context, may sleep. The map's lock.
 * Return: 0; -EINVAL if a grant was refused, or the error of the hypercall, with those grants
 * mapped that came before. The caller detaches the map then.
 */
int gntdev_frames_map(struct gntdev_map *map)
{
	struct gnttab_map_grant_ref *ops = map->batch.map;
	unsigned int first, n, k;
	int err = 0;

	lockdep_assert_held(&map->lock);

	for (first = 0; first < map->span.count && !err; first += n) {
		n = min(map->batch.size, map->span.count - first);
		for (k = 0; k < n; k++)
			frame_prepare(map, first + k, &ops[k]);

		err = gnttab_map_refs(ops, NULL, map->pages + first, n);

		spin_lock(&map->frame_lock);
		for (k = 0; k < n; k++)
			if (!frame_record(map, first + k, &ops[k]) && !err)
				err = -EINVAL;
		spin_unlock(&map->frame_lock);
	}

	return err;
}

/**
 * gntdev_frame_lookup() - the page of a grant, mapped for the kernel
 * @map: the map
 * @i: number of the grant in it
 *
 * A frame that is not mapped yet is mapped now, if the program has it mapped. That pins it, so
 * that the hypervisor never asks to try again and gnttab_map_refs() does not sleep.
 *
 * Context: any but interrupts; takes frame_lock.
 * Return: the page, or NULL.
 */
struct page *gntdev_frame_lookup(struct gntdev_map *map, unsigned int i)
{
	const struct gntdev_slot *slot = &map->slots[i];
	struct gnttab_map_grant_ref op;
	struct page *page = NULL;

	spin_lock(&map->frame_lock);
	if (slot->frame == INVALID_GRANT_HANDLE && slot->user != INVALID_GRANT_HANDLE) {
		frame_prepare(map, i, &op);
		if (!gnttab_map_refs(&op, NULL, &map->pages[i], 1))
			frame_record(map, i, &op);
	}
	if (slot->frame != INVALID_GRANT_HANDLE)
		page = map->pages[i];
	spin_unlock(&map->frame_lock);

	return page;
}

static void frames_flush(struct gntdev_map *map, unsigned int n)
{
	struct gntdev_batch *batch = &map->batch;
	unsigned int k;
	int err;

	if (!n)
		return;

	err = gnttab_unmap_refs(batch->unmap, NULL, batch->pages, n);
	map->nr_frames -= n;
	for (k = 0; k < n; k++) {
		map->slots[batch->slots[k]].frame = INVALID_GRANT_HANDLE;
		if (!err && batch->unmap[k].status == GNTST_okay)
			continue;

		map->pages[batch->slots[k]] = NULL;
		map->nr_lost++;
		pr_err_ratelimited("a page is lost, its grant was not unmapped: %d, status %d\n",
				   err, batch->unmap[k].status);
	}
}

/**
 * gntdev_frames_unmap() - unmap all frames that are idle
 * @map: map whose pages nobody can look up any more
 *
 * Context: Process context. The map's lock.
 * Return: true if none is left.
 */
bool gntdev_frames_unmap(struct gntdev_map *map)
{
	struct gntdev_batch *batch = &map->batch;
	unsigned int i, n = 0, left = map->nr_frames;

	lockdep_assert_held(&map->lock);

	for (i = 0; left; i++) {
		const struct gntdev_slot *slot = &map->slots[i];

		if (slot->frame == INVALID_GRANT_HANDLE)
			continue;
		left--;
		if (page_count(map->pages[i]) > 1)
			continue;

		gnttab_set_unmap_op(&batch->unmap[n],
				    (phys_addr_t)(unsigned long)gntdev_frame_address(map, i),
				    map->flags, slot->frame);
		if (map->flags & GNTMAP_device_map)
			batch->unmap[n].dev_bus_addr = slot->dev_bus;
		batch->unmap[n].status = 1;	/* not an answer of the hypervisor */
		batch->pages[n] = map->pages[i];
		batch->slots[n] = i;
		if (++n == batch->size) {
			frames_flush(map, n);
			n = 0;
		}
	}
	frames_flush(map, n);

	return !map->nr_frames;
}
