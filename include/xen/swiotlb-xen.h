/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DMA in domains whose memory is elsewhere in the machine (drivers/xen/dma/).
 */
#ifndef _XEN_SWIOTLB_XEN_H
#define _XEN_SWIOTLB_XEN_H

#include <linux/swiotlb.h>
#include <linux/types.h>

#include <asm/xen/swiotlb-xen.h>

extern const struct dma_map_ops xen_swiotlb_dma_ops;

/*
 * From architectures whose devices do not see the CPU's caches: clean or drop what they
 * have of another domain's memory. @handle is the device's address.
 */
void xen_dma_sync_for_device(struct device *dev, dma_addr_t handle,
			     size_t size, enum dma_data_direction dir);
void xen_dma_sync_for_cpu(struct device *dev, dma_addr_t handle,
			  size_t size, enum dma_data_direction dir);

#endif /* _XEN_SWIOTLB_XEN_H */
