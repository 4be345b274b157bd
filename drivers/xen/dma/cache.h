/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Caches of the CPU that a device does not see through; there are none on x86.
 *
 * Memory of another domain has no kernel address to clean by, so that the hypervisor is
 * asked. It is told from ours by its frame, which is no pfn here: our memory has its
 * frames in the machine's place.
 */
#ifndef _DRIVERS_XEN_DMA_CACHE_H
#define _DRIVERS_XEN_DMA_CACHE_H

#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/mm.h>

#include <xen/swiotlb-xen.h>

static inline void dma_cache_for_device(struct device *dev, dma_addr_t addr, size_t size,
					enum dma_data_direction dir)
{
	phys_addr_t phys;

	if (dev_is_dma_coherent(dev))
		return;

	phys = dma_to_phys(dev, addr);
	if (pfn_valid(PFN_DOWN(phys)))
		arch_sync_dma_for_device(phys, size, dir);
	else
		xen_dma_sync_for_device(dev, addr, size, dir);
}

static inline void dma_cache_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
				     enum dma_data_direction dir)
{
	phys_addr_t phys;

	if (dev_is_dma_coherent(dev))
		return;

	phys = dma_to_phys(dev, addr);
	if (pfn_valid(PFN_DOWN(phys)))
		arch_sync_dma_for_cpu(phys, size, dir);
	else
		xen_dma_sync_for_cpu(dev, addr, size, dir);
}

#endif /* _DRIVERS_XEN_DMA_CACHE_H */
