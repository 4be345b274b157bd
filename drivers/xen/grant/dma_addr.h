/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A grant reference as a DMA address: it stands where the frame number would, and the highest
 * bit tells the backend that it is one. Source: the binding xen,grant-dma, and the virtio
 * backends of QEMU and xen-vhost.
 */
#ifndef XEN_GRANT_DMA_ADDR_H
#define XEN_GRANT_DMA_ADDR_H

#include <linux/bits.h>
#include <linux/types.h>

#include <xen/interface/grant_table.h>
#include <xen/page.h>

#define GRANT_DMA_BIT	BIT_ULL(63)

static inline dma_addr_t grant_dma_addr(grant_ref_t ref, unsigned int offset)
{
	return GRANT_DMA_BIT | (u64)ref << XEN_PAGE_SHIFT | offset;
}

static inline grant_ref_t grant_dma_ref(dma_addr_t addr)
{
	return (addr & ~GRANT_DMA_BIT) >> XEN_PAGE_SHIFT;
}

#endif /* XEN_GRANT_DMA_ADDR_H */
