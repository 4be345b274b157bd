/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that CPU and device share: which functions the architecture has for it. Where
 * the domain's memory is at the machine's addresses the kernel's own do.
 */
#ifndef _DRIVERS_XEN_DMA_REGION_H
#define _DRIVERS_XEN_DMA_REGION_H

#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>

#ifdef CONFIG_X86

/* Either is all of 2^n pages, with @size at least; for the files of this folder. */
struct page *xen_region_get(struct device *dev, size_t size, u64 limit, gfp_t gfp,
			    dma_addr_t *addr);
void xen_region_put(struct page *page, size_t size);

void *xen_region_alloc(struct device *dev, size_t size, dma_addr_t *addr, gfp_t gfp,
		       unsigned long attrs);
void xen_region_free(struct device *dev, size_t size, void *vaddr, dma_addr_t addr,
		     unsigned long attrs);
struct page *xen_region_alloc_pages(struct device *dev, size_t size, dma_addr_t *addr,
				    enum dma_data_direction dir, gfp_t gfp);
void xen_region_free_pages(struct device *dev, size_t size, struct page *page, dma_addr_t addr,
			   enum dma_data_direction dir);
u64 xen_region_required_mask(struct device *dev);

#else

#define xen_region_alloc		dma_direct_alloc
#define xen_region_free			dma_direct_free
#define xen_region_alloc_pages		dma_common_alloc_pages
#define xen_region_free_pages		dma_common_free_pages
#define xen_region_required_mask	NULL

#endif

#endif /* _DRIVERS_XEN_DMA_REGION_H */
