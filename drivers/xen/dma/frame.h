/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the domain's frames to those that a device uses.
 *
 * On x86 only PV domains need this; what is one page to Linux is one frame, and the
 * device's address of a frame is its address in the machine. Elsewhere devices may see
 * memory at yet another place, and a page may be several frames.
 */
#ifndef _DRIVERS_XEN_DMA_FRAME_H
#define _DRIVERS_XEN_DMA_FRAME_H

#include <linux/dma-direct.h>
#include <linux/mm.h>

#include <xen/page.h>

#include "reach.h"

bool xen_dma_frames_follow(unsigned long pfn, unsigned long frame, unsigned long count);

#ifdef CONFIG_X86

/*
 * Backends' pages are foreign ones as a rule, so that a mark is nothing special here.
 * INVALID_P2M_ENTRY if there is no frame.
 */
static __always_inline unsigned long dma_frame(unsigned long pfn)
{
	unsigned long entry = __pfn_to_mfn(pfn);

	if (unlikely(entry == INVALID_P2M_ENTRY))
		return entry;

	return entry & ~(FOREIGN_FRAME_BIT | IDENTITY_FRAME_BIT);
}

static __always_inline dma_addr_t dma_frame_address(struct device *dev, unsigned long frame)
{
	return PFN_PHYS(frame);
}

/* What the balloon has taken has no frame, and so no address. */
static __always_inline bool dma_has_address(unsigned long frame, dma_addr_t addr)
{
	return frame != INVALID_P2M_ENTRY;
}

/*
 * One look at the list a frame. False also for a run that the list does not have, of
 * which xen_dma_frames_follow() knows.
 */
static __always_inline bool dma_frames_listed(unsigned long pfn, unsigned long frame,
					      unsigned long count)
{
	return pfn + count <= xen_p2m_size && dma_is_run(xen_p2m_addr + pfn, count);
}

#else

static inline unsigned long dma_frame(unsigned long pfn)
{
	return pfn_to_bfn(pfn);
}

static inline dma_addr_t dma_frame_address(struct device *dev, unsigned long frame)
{
	return phys_to_dma(dev, (phys_addr_t)frame << XEN_PAGE_SHIFT);
}

/* The device's bus may not lead to all memory. */
static inline bool dma_has_address(unsigned long frame, dma_addr_t addr)
{
	return addr != DMA_MAPPING_ERROR;
}

static inline bool dma_frames_listed(unsigned long pfn, unsigned long frame, unsigned long count)
{
	return xen_dma_frames_follow(pfn, frame, count);
}

#endif

/* The device's address of one byte. */
static inline dma_addr_t dma_address(struct device *dev, phys_addr_t phys)
{
	return dma_frame_address(dev, dma_frame(XEN_PFN_DOWN(phys))) | xen_offset_in_page(phys);
}

#endif /* _DRIVERS_XEN_DMA_FRAME_H */
