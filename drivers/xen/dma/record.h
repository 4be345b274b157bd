/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What could not go the short way, counted for each device.
 */
#ifndef _DRIVERS_XEN_DMA_RECORD_H
#define _DRIVERS_XEN_DMA_RECORD_H

#include <linux/types.h>

struct device;

/* Why a device cannot use memory where it is. */
enum dma_trouble {
	DMA_SCATTERED,		/* frames that do not follow each other, or no cache control */
	DMA_OUT_OF_REACH,	/* above the device's mask */
	DMA_FORCED,		/* the administrator wants copies */
	DMA_TROUBLES,
	DMA_NO_FRAME = DMA_TROUBLES,
};

void xen_dma_record_bounce(struct device *dev, size_t size, enum dma_trouble why);
bool xen_dma_record_failure(struct device *dev);
void xen_dma_record_spare(struct device *dev);
void xen_dma_record_exchange(struct device *dev, bool done);

#endif /* _DRIVERS_XEN_DMA_RECORD_H */
