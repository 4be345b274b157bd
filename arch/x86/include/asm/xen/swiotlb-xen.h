/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of a PV domain that is contiguous for a device, that is in the host's
 * frames.
 */
#ifndef _ASM_X86_SWIOTLB_XEN_H
#define _ASM_X86_SWIOTLB_XEN_H

#include <linux/types.h>

int xen_create_contiguous_region(phys_addr_t pstart, unsigned int order,
				 unsigned int address_bits,
				 dma_addr_t *dma_handle);
void xen_destroy_contiguous_region(phys_addr_t pstart, unsigned int order);

/* The bounce buffer's slabs, a segment of them at a time; 0 or -errno. */
int xen_swiotlb_fixup(void *buf, unsigned long nslabs);

#endif /* _ASM_X86_SWIOTLB_XEN_H */
