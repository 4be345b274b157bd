/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copies for which the bounce buffer has no room.
 */
#ifndef _DRIVERS_XEN_DMA_SPARE_H
#define _DRIVERS_XEN_DMA_SPARE_H

#include <linux/dma-mapping.h>

#ifdef CONFIG_X86

dma_addr_t xen_spare_map(struct device *dev, phys_addr_t phys, size_t size);
void xen_spare_unmap(dma_addr_t addr, size_t back);
void xen_spare_to_cpu(dma_addr_t addr, size_t size);
void xen_spare_to_device(dma_addr_t addr, size_t size);
void xen_spare_forget(void);

#else

static inline dma_addr_t xen_spare_map(struct device *dev, phys_addr_t phys, size_t size)
{
	return DMA_MAPPING_ERROR;
}

static inline void xen_spare_unmap(dma_addr_t addr, size_t back) { }
static inline void xen_spare_to_cpu(dma_addr_t addr, size_t size) { }
static inline void xen_spare_to_device(dma_addr_t addr, size_t size) { }

#endif

#endif /* _DRIVERS_XEN_DMA_SPARE_H */
