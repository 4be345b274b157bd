// SPDX-License-Identifier: GPL-2.0
/*
 * Pages for grants that a device can reach in one piece.
 *
 * Their memory belongs to the DMA allocator; between allocation and release the hypervisor
 * has what was behind it.
 */
#include <linux/slab.h>

#include "gntdev_map.h"

/**
 * struct gntdev_dma - memory behind the pages of a map
 * @args: as it was allocated
 * @frames: room that the release needs
 */
struct gntdev_dma {
	struct gnttab_dma_alloc_args args;
	xen_pfn_t frames[];
};

/**
 * gntdev_dma_pages_alloc() - give a map pages that a device can reach
 * @map: new map
 * @dma_flags: GNTDEV_DMA_FLAG_COHERENT, or GNTDEV_DMA_FLAG_WC for write-combined memory
 *
 * Context: Process context, may sleep.
 * Return: 0 or -errno.
 */
int gntdev_dma_pages_alloc(struct gntdev_map *map, u32 dma_flags)
{
	unsigned int count = map->span.count;
	struct gntdev_dma *dma;
	int err;

	if (count > INT_MAX >> PAGE_SHIFT)
		return -ENOMEM;

	dma = kvzalloc(struct_size(dma, frames, count), GFP_KERNEL);
	if (!dma)
		return -ENOMEM;

	dma->args.dev = gntdev_device();
	dma->args.coherent = dma_flags & GNTDEV_DMA_FLAG_COHERENT;
	dma->args.nr_pages = count;
	dma->args.pages = map->pages;
	dma->args.frames = dma->frames;
	err = gnttab_dma_alloc_pages(&dma->args);
	if (err) {
		kvfree(dma);
		return err;
	}
	map->dma = dma;

	return 0;
}

/**
 * gntdev_dma_pages_free() - give them back
 * @map: map without users
 *
 * If one page is lost with a grant on it, then so is the piece.
 *
 * Context: Process context, may sleep.
 */
void gntdev_dma_pages_free(struct gntdev_map *map)
{
	if (!map->nr_lost)
		gnttab_dma_free_pages(&map->dma->args);
	kvfree(map->dma);
}
