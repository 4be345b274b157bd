// SPDX-License-Identifier: GPL-2.0
/*
 * Bouncing: the device works on a copy in the bounce buffer, which is that of
 * kernel/dma/swiotlb.c, or in a spare one (spare.c). Here is what the first needs to be
 * told: where a copy is in the domain's memory, from the address that the device has.
 *
 * Nothing is owned; buffers are the callers' until they unmap them.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/swiotlb.h>

#include <xen/page.h>

#include <trace/events/swiotlb.h>

#include "bounce.h"
#include "frame.h"
#include "record.h"
#include "spare.h"

/**
 * xen_dma_frames_follow - whether pages that are neighbours are so in the machine
 * @pfn: the first page, in pages of the hypervisor
 * @frame: its frame
 * @count: how many pages
 *
 * Context: any.
 * Return: true if each frame follows the one before.
 */
bool xen_dma_frames_follow(unsigned long pfn, unsigned long frame, unsigned long count)
{
	unsigned long i;

	for (i = 1; i < count; i++) {
		if (dma_frame(pfn + i) != frame + i)
			return false;
	}

	return true;
}

static enum dma_trouble bounce_reason(struct device *dev, unsigned long frame, dma_addr_t addr,
				      size_t size)
{
	if (frame == INVALID_P2M_ENTRY)
		return DMA_NO_FRAME;
	if (is_swiotlb_force_bounce(dev))
		return DMA_FORCED;
	if (!dma_capable(dev, addr, size, true))
		return DMA_OUT_OF_REACH;

	return DMA_SCATTERED;
}

/* Drivers try again and again, so each device is heard of once; the rest is counted. */
static dma_addr_t bounce_fail(struct device *dev, size_t size, unsigned long attrs)
{
	size_t most = swiotlb_max_mapping_size(dev);

	if (!xen_dma_record_failure(dev) || (attrs & DMA_ATTR_NO_WARN))
		return DMA_MAPPING_ERROR;

	if (size > most)
		dev_warn(dev, "no contiguous buffer of this size (sz: %zu bytes), swiotlb has up to %zu\n",
			 size, most);
	else
		dev_warn(dev, "swiotlb buffer is full (sz: %zu bytes), total %lu (slots)\n",
			 size, dev->dma_io_tlb_mem ? dev->dma_io_tlb_mem->nslabs : 0);

	return DMA_MAPPING_ERROR;
}

static dma_addr_t bounce_in_pool(struct device *dev, phys_addr_t phys, size_t size,
				 enum dma_data_direction dir, unsigned long attrs)
{
	phys_addr_t copy = swiotlb_tbl_map_single(dev, phys, size, 0, dir,
						  attrs | DMA_ATTR_NO_WARN);
	dma_addr_t addr;

	if (copy == (phys_addr_t)DMA_MAPPING_ERROR)
		return DMA_MAPPING_ERROR;

	addr = dma_address(dev, copy);
	if (likely(dma_capable(dev, addr, size, true)))
		return addr;

	__swiotlb_tbl_unmap_single(dev, copy, size, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC,
				   swiotlb_find_pool(dev, copy));
	return DMA_MAPPING_ERROR;
}

static dma_addr_t bounce_in_spare(struct device *dev, phys_addr_t phys, size_t size)
{
	dma_addr_t addr = xen_spare_map(dev, phys, size);

	if (addr == DMA_MAPPING_ERROR)
		return addr;

	/* From here on CPU and device no longer see the same memory. */
	dma_reset_need_sync(dev);
	xen_dma_record_spare(dev);
	return addr;
}

/**
 * xen_bounce_map - let a device work on a copy
 * @dev: the device
 * @phys: the memory
 * @size: in bytes
 * @dir: which way data goes; for all but reads of the CPU it is copied now
 * @attrs: DMA_ATTR_*
 *
 * Context: any.
 * Return: the copy's address for the device, or DMA_MAPPING_ERROR.
 */
dma_addr_t xen_bounce_map(struct device *dev, phys_addr_t phys, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	unsigned long frame = dma_frame(XEN_PFN_DOWN(phys));
	dma_addr_t addr = dma_frame_address(dev, frame) | xen_offset_in_page(phys);
	enum dma_trouble why = bounce_reason(dev, frame, addr, size);

	/* The balloon has it, and nothing can be copied either: a bug of the driver. */
	if (dev_WARN_ONCE(dev, why == DMA_NO_FRAME, "no memory at %pa\n", &phys)) {
		xen_dma_record_failure(dev);
		return DMA_MAPPING_ERROR;
	}

	trace_swiotlb_bounced(dev, addr, size);
	addr = bounce_in_pool(dev, phys, size, dir, attrs);
	if (addr == DMA_MAPPING_ERROR)
		addr = bounce_in_spare(dev, phys, size);
	if (addr == DMA_MAPPING_ERROR)
		return bounce_fail(dev, size, attrs);

	xen_dma_record_bounce(dev, size, why);
	return addr;
}

/* NULL if the device has no copy there. The machine's frame may be no page of ours. */
static struct io_tlb_pool *bounce_find(struct device *dev, dma_addr_t addr, phys_addr_t *copy)
{
	unsigned long pfn = bfn_to_local_pfn(XEN_PFN_DOWN(dma_to_phys(dev, addr)));

	*copy = (phys_addr_t)pfn << XEN_PAGE_SHIFT | xen_offset_in_page(addr);

	return pfn_valid(PFN_DOWN(*copy)) ? swiotlb_find_pool(dev, *copy) : NULL;
}

/**
 * xen_bounce_unmap - take a copy back
 * @dev: the device
 * @addr: the address from the mapping; nothing is done if no copy is there
 * @size: as for xen_bounce_map()
 * @dir: as for xen_bounce_map()
 * @attrs: DMA_ATTR_*; with DMA_ATTR_SKIP_CPU_SYNC what the device wrote is dropped
 *
 * Context: any.
 */
void xen_bounce_unmap(struct device *dev, dma_addr_t addr, size_t size,
		      enum dma_data_direction dir, unsigned long attrs)
{
	phys_addr_t copy;
	struct io_tlb_pool *pool = bounce_find(dev, addr, &copy);

	if (pool)
		__swiotlb_tbl_unmap_single(dev, copy, size, dir, attrs, pool);
	else if (dir == DMA_TO_DEVICE || (attrs & DMA_ATTR_SKIP_CPU_SYNC))
		xen_spare_unmap(addr, 0);
	else
		xen_spare_unmap(addr, size);
}

/**
 * xen_bounce_to_cpu - copy what the device wrote
 * @dev: the device
 * @addr: within a mapping; nothing is done if no copy is there
 * @size: of the part
 * @dir: as for xen_bounce_map()
 *
 * Context: any.
 */
void xen_bounce_to_cpu(struct device *dev, dma_addr_t addr, size_t size,
		       enum dma_data_direction dir)
{
	phys_addr_t copy;
	struct io_tlb_pool *pool = bounce_find(dev, addr, &copy);

	if (pool)
		__swiotlb_sync_single_for_cpu(dev, copy, size, dir, pool);
	else if (dir != DMA_TO_DEVICE)
		xen_spare_to_cpu(addr, size);
}

/**
 * xen_bounce_to_device - copy what the CPU wrote
 * @dev: the device
 * @addr: within a mapping; nothing is done if no copy is there
 * @size: of the part
 * @dir: as for xen_bounce_map()
 *
 * Context: any.
 */
void xen_bounce_to_device(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir)
{
	phys_addr_t copy;
	struct io_tlb_pool *pool = bounce_find(dev, addr, &copy);

	if (pool)
		__swiotlb_sync_single_for_device(dev, copy, size, dir, pool);
	else if (dir != DMA_FROM_DEVICE)
		xen_spare_to_device(addr, size);
}
