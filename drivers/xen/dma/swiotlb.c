// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's DMA interface in domains whose memory is elsewhere in the machine.
 *
 * A device gets the machine's address of memory. It works on a copy instead (bounce.c)
 * where pages that are neighbours here are none there, or are out of its reach.
 * Neither mapping nor unmapping keeps anything for memory that is used in place: this
 * is the path of each packet and each sector, and is meant to stay short.
 *
 * Nothing is owned, no locks.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/scatterlist.h>
#include <linux/swiotlb.h>

#include <xen/swiotlb-xen.h>

#include "bounce.h"
#include "cache.h"
#include "frame.h"
#include "pool.h"
#include "region.h"

/* Whether nothing but the list of frames stands in the way of memory's use in place. */
static __always_inline bool stream_in_reach(struct device *dev, phys_addr_t phys,
					    unsigned long frame, dma_addr_t addr, size_t size,
					    enum dma_data_direction dir)
{
	return dma_has_address(frame, addr) &&
	       dma_in_reach(addr, size, dma_limit(*dev->dma_mask, dev->bus_dma_limit)) &&
	       !dma_kmalloc_needs_bounce(dev, size, dir) &&
	       !xen_arch_need_swiotlb(dev, phys, addr) &&
	       !is_swiotlb_force_bounce(dev);
}

/* Frames that are looked up one by one, and copies. */
static noinline dma_addr_t stream_map_slowly(struct device *dev, phys_addr_t phys, size_t size,
					     enum dma_data_direction dir, unsigned long attrs)
{
	unsigned long pfn = XEN_PFN_DOWN(phys), offset = xen_offset_in_page(phys);
	unsigned long frame = dma_frame(pfn);
	dma_addr_t addr = dma_frame_address(dev, frame) | offset;

	if (!stream_in_reach(dev, phys, frame, addr, size, dir) ||
	    !xen_dma_frames_follow(pfn, frame, XEN_PFN_UP(offset + size)))
		addr = xen_bounce_map(dev, phys, size, dir, attrs);

	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC) && addr != DMA_MAPPING_ERROR)
		dma_cache_for_device(dev, addr, size, dir);

	return addr;
}

static __always_inline dma_addr_t stream_map(struct device *dev, phys_addr_t phys, size_t size,
					     enum dma_data_direction dir, unsigned long attrs)
{
	unsigned long pfn = XEN_PFN_DOWN(phys), offset = xen_offset_in_page(phys);
	unsigned long frame = dma_frame(pfn);
	dma_addr_t addr = dma_frame_address(dev, frame) | offset;

	if (unlikely(!stream_in_reach(dev, phys, frame, addr, size, dir)))
		return stream_map_slowly(dev, phys, size, dir, attrs);
	if (offset + size > XEN_PAGE_SIZE &&
	    unlikely(!dma_frames_listed(pfn, frame, XEN_PFN_UP(offset + size))))
		return stream_map_slowly(dev, phys, size, dir, attrs);

	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		dma_cache_for_device(dev, addr, size, dir);

	return addr;
}

static __always_inline void stream_unmap(struct device *dev, dma_addr_t addr, size_t size,
					 enum dma_data_direction dir, unsigned long attrs)
{
	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		dma_cache_for_cpu(dev, addr, size, dir);
	if (dma_may_be_bounced(addr))
		xen_bounce_unmap(dev, addr, size, dir, attrs);
}

/* The device's writes are out of the caches before they are copied, ... */
static __always_inline void stream_to_cpu(struct device *dev, dma_addr_t addr, size_t size,
					  enum dma_data_direction dir)
{
	dma_cache_for_cpu(dev, addr, size, dir);
	if (dma_may_be_bounced(addr))
		xen_bounce_to_cpu(dev, addr, size, dir);
}

/* ... and the CPU's are copied before the caches are cleaned. */
static __always_inline void stream_to_device(struct device *dev, dma_addr_t addr, size_t size,
					     enum dma_data_direction dir)
{
	if (dma_may_be_bounced(addr))
		xen_bounce_to_device(dev, addr, size, dir);
	dma_cache_for_device(dev, addr, size, dir);
}

static dma_addr_t page_map(struct device *dev, struct page *page, unsigned long offset,
			   size_t size, enum dma_data_direction dir, unsigned long attrs)
{
	return stream_map(dev, page_to_phys(page) + offset, size, dir, attrs);
}

static void page_unmap(struct device *dev, dma_addr_t addr, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	stream_unmap(dev, addr, size, dir, attrs);
}

static void page_to_cpu(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir)
{
	stream_to_cpu(dev, addr, size, dir);
}

static void page_to_device(struct device *dev, dma_addr_t addr, size_t size,
			   enum dma_data_direction dir)
{
	stream_to_device(dev, addr, size, dir);
}

static void list_unmap(struct device *dev, struct scatterlist *list, int count,
		       enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(list, sg, count, i)
		stream_unmap(dev, sg_dma_address(sg), sg_dma_len(sg), dir, attrs);
}

static int list_map(struct device *dev, struct scatterlist *list, int count,
		    enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(list, sg, count, i) {
		sg_dma_address(sg) = stream_map(dev, sg_phys(sg), sg->length, dir, attrs);
		if (unlikely(sg_dma_address(sg) == DMA_MAPPING_ERROR))
			goto undo;
		sg_dma_len(sg) = sg->length;
	}

	return count;

undo:
	/* No device has seen any of it. */
	list_unmap(dev, list, i, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC);
	sg_dma_len(list) = 0;
	return -EIO;
}

static void list_to_cpu(struct device *dev, struct scatterlist *list, int count,
			enum dma_data_direction dir)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(list, sg, count, i)
		stream_to_cpu(dev, sg_dma_address(sg), sg->length, dir);
}

static void list_to_device(struct device *dev, struct scatterlist *list, int count,
			   enum dma_data_direction dir)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(list, sg, count, i)
		stream_to_device(dev, sg_dma_address(sg), sg->length, dir);
}

/* A device has to reach the bounce buffer; what else it reaches is used in place. */
static int mask_is_supported(struct device *dev, u64 mask)
{
	return dma_pool_top(dev) <= mask;
}

const struct dma_map_ops xen_swiotlb_dma_ops = {
	/* streaming */
	.map_page		= page_map,
	.unmap_page		= page_unmap,
	.map_sg			= list_map,
	.unmap_sg		= list_unmap,
	.sync_single_for_cpu	= page_to_cpu,
	.sync_single_for_device	= page_to_device,
	.sync_sg_for_cpu	= list_to_cpu,
	.sync_sg_for_device	= list_to_device,
	/* device memory is at its own place in every domain */
	.map_resource		= dma_direct_map_resource,
	/* shared; the pages have ordinary mappings, whatever frames are behind them */
	.alloc			= xen_region_alloc,
	.free			= xen_region_free,
	.alloc_pages_op		= xen_region_alloc_pages,
	.free_pages		= xen_region_free_pages,
	.mmap			= dma_common_mmap,
	.get_sgtable		= dma_common_get_sgtable,
	/* limits */
	.dma_supported		= mask_is_supported,
	.get_required_mask	= xen_region_required_mask,
	.max_mapping_size	= swiotlb_max_mapping_size,
};
