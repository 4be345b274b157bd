/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages as the hypervisor counts them: 4 KiB, whatever the kernel's are. A page of the
 * kernel is XEN_PFN_PER_PAGE of them, in a row.
 */
#ifndef _XEN_PAGE_H
#define _XEN_PAGE_H

#include <asm/page.h>

#define XEN_PAGE_SHIFT	12

#if PAGE_SHIFT < XEN_PAGE_SHIFT
#error "A page of the kernel has to be one of the hypervisor's at least"
#endif

#define XEN_PAGE_SIZE		(_AC(1, UL) << XEN_PAGE_SHIFT)

/* How much a frame number grows from the kernel's count to the hypervisor's. */
#define __XEN_PFN_SHIFT		(PAGE_SHIFT - XEN_PAGE_SHIFT)
#define XEN_PFN_PER_PAGE	(PAGE_SIZE / XEN_PAGE_SIZE)

#define page_to_xen_pfn(page)	(page_to_pfn(page) << __XEN_PFN_SHIFT)
#define xen_pfn_to_page(xen_pfn) \
	pfn_to_page((unsigned long)(xen_pfn) >> __XEN_PFN_SHIFT)

/* Of byte addresses */
#define XEN_PAGE_MASK		(~(XEN_PAGE_SIZE - 1))
#define xen_offset_in_page(p)	((unsigned long)(p) & (XEN_PAGE_SIZE - 1))
#define XEN_PFN_UP(x)		(((x) + (XEN_PAGE_SIZE - 1)) >> XEN_PAGE_SHIFT)
#define XEN_PFN_DOWN(x)		((x) >> XEN_PAGE_SHIFT)

#include <asm/xen/page.h>

/* The gfn of a page's first 4 KiB. */
static inline unsigned long xen_page_to_gfn(struct page *page)
{
	return pfn_to_gfn(page_to_xen_pfn(page));
}

/*
 * Frames of the memory map that have no memory at boot, from which the balloon or the
 * unpopulated pages start. An entry without pages is free.
 */
#define XEN_EXTRA_MEM_MAX_REGIONS	128	/* as many as the zero page's map has */

struct xen_memory_region {
	unsigned long n_pfns;
	unsigned long start_pfn;
};

/* Pages given back to the hypervisor during boot. */
extern unsigned long xen_released_pages;

extern struct xen_memory_region xen_extra_mem[XEN_EXTRA_MEM_MAX_REGIONS] __initdata;

#endif /* _XEN_PAGE_H */
