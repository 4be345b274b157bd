/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the bounce buffer is, in the device's addresses.
 */
#ifndef _DRIVERS_XEN_DMA_POOL_H
#define _DRIVERS_XEN_DMA_POOL_H

#include <linux/bitops.h>
#include <linux/sizes.h>
#include <linux/swiotlb.h>
#include <linux/types.h>

#include "frame.h"

#ifdef CONFIG_X86

/*
 * The buffer is made of segments, each a run of frames aligned to its size and below
 * 4 GiB. One bit says of each such place whether a segment is there, so that the end of
 * a mapping need not go back from the machine's frame to the domain's.
 */
#define POOL_SEGMENT_SHIFT	(IO_TLB_SHIFT + ilog2(IO_TLB_SEGSIZE))
#define POOL_ADDRESS_BITS	32
#define POOL_PLACES		(1UL << (POOL_ADDRESS_BITS - POOL_SEGMENT_SHIFT))

extern unsigned long xen_pool_places[BITS_TO_LONGS(POOL_PLACES)];
extern dma_addr_t xen_pool_end;

/* False if @addr is not in the bounce buffer for sure; so it is for most memory. */
static __always_inline bool dma_may_be_bounced(dma_addr_t addr)
{
	if (likely(addr >= xen_pool_end))
		return false;

	return addr >> POOL_ADDRESS_BITS || test_bit(addr >> POOL_SEGMENT_SHIFT, xen_pool_places);
}

void xen_pool_note_place(dma_addr_t addr);
dma_addr_t xen_pool_top(void);

static inline dma_addr_t dma_pool_top(struct device *dev)
{
	return xen_pool_top();
}

#else

static inline bool dma_may_be_bounced(dma_addr_t addr)
{
	return true;
}

static inline dma_addr_t dma_pool_top(struct device *dev)
{
	return dma_address(dev, default_swiotlb_limit());
}

#endif

#endif /* _DRIVERS_XEN_DMA_POOL_H */
