/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that a device cannot use where it is, by a copy that it can use.
 */
#ifndef _DRIVERS_XEN_DMA_BOUNCE_H
#define _DRIVERS_XEN_DMA_BOUNCE_H

#include <linux/dma-direction.h>
#include <linux/types.h>

struct device;

dma_addr_t xen_bounce_map(struct device *dev, phys_addr_t phys, size_t size,
			  enum dma_data_direction dir, unsigned long attrs);
void xen_bounce_unmap(struct device *dev, dma_addr_t addr, size_t size,
		      enum dma_data_direction dir, unsigned long attrs);
void xen_bounce_to_cpu(struct device *dev, dma_addr_t addr, size_t size,
		       enum dma_data_direction dir);
void xen_bounce_to_device(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir);

#endif /* _DRIVERS_XEN_DMA_BOUNCE_H */
