// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that the CPU and a device share, in a PV domain: pages whose frames follow
 * each other, aligned and in the device's reach. Pages that are not so get other frames
 * from the hypervisor.
 *
 * Owns the flag XenRemapped of a region's first page: set as long as the region has
 * frames that were got by an exchange and are to be given back for ordinary ones.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include <asm/xen/hypercall.h>

#include <xen/swiotlb-xen.h>
#include <xen/interface/memory.h>

#include "frame.h"
#include "record.h"
#include "region.h"

/* What can be exchanged without sleeping. */
#define REGION_ATOMIC_SIZE	SZ_2M

/* Alignment is to the whole region, also for what it has more than was asked for. */
static bool region_fits(struct page *page, size_t size, u64 limit)
{
	unsigned long pfn = page_to_pfn(page), frame = dma_frame(pfn);

	return frame != INVALID_P2M_ENTRY &&
	       !(frame & ((1UL << get_order(size)) - 1)) &&
	       dma_in_reach(PFN_PHYS(frame), PAGE_ALIGN(size), limit) &&
	       xen_dma_frames_follow(pfn, frame, PFN_UP(size));
}

/* Either all frames are new ones, and it is noted, or none. */
static bool region_exchange(struct device *dev, struct page *page, size_t size, u64 limit,
			    gfp_t gfp)
{
	unsigned int order = get_order(size);
	dma_addr_t unused;
	bool done = false;

	if (dma_limit_has_room(limit, order + PAGE_SHIFT) &&
	    (size <= REGION_ATOMIC_SIZE || gfpflags_allow_blocking(gfp)))
		done = !xen_create_contiguous_region(page_to_phys(page), order,
						     dma_limit_bits(limit), &unused);
	if (done)
		SetPageXenRemapped(page);

	xen_dma_record_exchange(dev, done);
	return done;
}

/**
 * xen_region_put - free pages of a region
 * @page: the first, which nobody uses
 * @size: as for xen_region_get()
 *
 * Context: any.
 */
void xen_region_put(struct page *page, size_t size)
{
	unsigned int order = get_order(size);

	if (TestClearPageXenRemapped(page))
		xen_destroy_contiguous_region(page_to_phys(page), order);
	__free_pages(page, order);
}

/**
 * xen_region_get - get pages whose frames follow each other, in a device's reach
 * @dev: the device
 * @size: in bytes
 * @limit: the highest address that will do
 * @gfp: how to allocate
 * @addr: takes the device's address
 *
 * They are cleared: neither old frames nor new ones may show what was in them.
 *
 * Context: as @gfp says.
 * Return: the first page, or NULL.
 */
struct page *xen_region_get(struct device *dev, size_t size, u64 limit, gfp_t gfp,
			    dma_addr_t *addr)
{
	unsigned int order = get_order(size);
	struct page *page = alloc_pages_node(dev_to_node(dev), gfp & ~__GFP_ZERO, order);

	if (!page)
		return NULL;
	if (!region_fits(page, size, limit) && !region_exchange(dev, page, size, limit, gfp)) {
		__free_pages(page, order);
		return NULL;
	}

	memset(page_address(page), 0, PAGE_ALIGN(size));
	*addr = dma_address(dev, page_to_phys(page));
	return page;
}

/**
 * xen_region_alloc - memory for a CPU and a device
 * @dev: the device
 * @size: in bytes
 * @addr: takes the device's address, aligned to a power of two that is not below @size
 * @gfp: how to allocate; if it may not sleep, 2 MiB at most
 * @attrs: DMA_ATTR_*; there is always a mapping for the kernel
 *
 * Context: as @gfp says.
 * Return: the kernel's address of cleared memory, or NULL.
 */
void *xen_region_alloc(struct device *dev, size_t size, dma_addr_t *addr, gfp_t gfp,
		       unsigned long attrs)
{
	u64 limit = dma_limit(dev->coherent_dma_mask, dev->bus_dma_limit);
	struct page *page;

	if (attrs & DMA_ATTR_NO_WARN)
		gfp |= __GFP_NOWARN;
	page = xen_region_get(dev, size, limit, gfp, addr);

	return page ? page_address(page) : NULL;
}

/**
 * xen_region_free - give memory back
 * @dev: the device
 * @size: as for xen_region_alloc()
 * @vaddr: from xen_region_alloc()
 * @addr: from xen_region_alloc()
 * @attrs: DMA_ATTR_*
 *
 * Context: any.
 */
void xen_region_free(struct device *dev, size_t size, void *vaddr, dma_addr_t addr,
		     unsigned long attrs)
{
	/* Whatever that is, a device may still write to it. */
	if (WARN_ON_ONCE(dma_address(dev, virt_to_phys(vaddr)) != addr))
		return;

	xen_region_put(virt_to_page(vaddr), size);
}

/**
 * xen_region_alloc_pages - pages that are mapped for a device as long as they live
 * @dev: the device
 * @size: in bytes
 * @addr: takes the device's address
 * @dir: which way data will go
 * @gfp: how to allocate
 *
 * A buffer of many pages would be copied each time, and above the size of the bounce
 * buffer's segments not work at all, so the pages get frames that follow each other. If
 * there are none, copies are better than nothing.
 *
 * Context: as @gfp says.
 * Return: the first page, cleared, or NULL.
 */
struct page *xen_region_alloc_pages(struct device *dev, size_t size, dma_addr_t *addr,
				    enum dma_data_direction dir, gfp_t gfp)
{
	u64 limit = dma_limit(*dev->dma_mask, dev->bus_dma_limit);
	struct page *page = NULL;

	if (!is_swiotlb_force_bounce(dev))
		page = xen_region_get(dev, size, limit, gfp | __GFP_NOWARN, addr);

	return page ?: dma_common_alloc_pages(dev, size, addr, dir, gfp);
}

/**
 * xen_region_free_pages - free pages that were mapped
 * @dev: the device
 * @size: as for xen_region_alloc_pages()
 * @page: from xen_region_alloc_pages()
 * @addr: from xen_region_alloc_pages()
 * @dir: as for xen_region_alloc_pages()
 *
 * Context: any.
 */
void xen_region_free_pages(struct device *dev, size_t size, struct page *page, dma_addr_t addr,
			   enum dma_data_direction dir)
{
	/* Without an exchange there may be a copy, and the pages may be anybody's. */
	if (PageXenRemapped(page))
		xen_region_put(page, size);
	else
		dma_common_free_pages(dev, size, page, addr, dir);
}

/**
 * xen_region_required_mask - what a device needs to reach all memory
 * @dev: the device
 *
 * The domain's pages may lie anywhere in the machine, so it is the machine's memory that
 * counts. Drivers that take a device's narrow mode on a word of less memory would have
 * all copied.
 *
 * Context: any.
 * Return: a mask, of 32 bits at least.
 */
u64 xen_region_required_mask(struct device *dev)
{
	long frames = HYPERVISOR_memory_op(XENMEM_maximum_ram_page, NULL);

	if (frames <= 0)
		return DMA_BIT_MASK(64);

	return DMA_BIT_MASK(32) | DMA_BIT_MASK(fls64(PFN_PHYS(frames) - 1));
}
