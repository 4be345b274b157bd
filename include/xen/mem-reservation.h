/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that a page has from the hypervisor, for those who give it back and get it again
 * by themselves: the balloon, and DMA buffers that are shared with other domains.
 *
 *   giving back:  scrub_page, va_mapping_reset, flush TLBs, reservation_decrease
 *   getting:      reservation_increase, va_mapping_update
 */
#ifndef _XENMEM_RESERVATION_H
#define _XENMEM_RESERVATION_H

#include <linux/highmem.h>

#include <xen/features.h>
#include <xen/page.h>

/* Boot parameter xen_scrub_pages=, and a file of the balloon's in sysfs. */
extern bool xen_scrub_pages;

int xenmem_reservation_decrease(int count, xen_pfn_t *frames);
int xenmem_reservation_increase(int count, xen_pfn_t *frames);

/* Leave nothing in a page for its next owner, if that is wanted. */
static inline void xenmem_reservation_scrub_page(struct page *page)
{
	if (READ_ONCE(xen_scrub_pages))
		clear_highpage(page);
}

/*
 * Where the domain translates frames itself, its mapping of the pages goes and comes with
 * the memory. Otherwise nothing is to be done.
 */
#ifdef CONFIG_XEN_HAVE_PVMMU

void __xenmem_reservation_va_mapping_reset(unsigned long count, struct page **pages);
void __xenmem_reservation_va_mapping_update(unsigned long count, struct page **pages,
					    xen_pfn_t *frames);

static inline void xenmem_reservation_va_mapping_reset(unsigned long count,
						       struct page **pages)
{
	if (xen_feature(XENFEAT_auto_translated_physmap))
		return;
	__xenmem_reservation_va_mapping_reset(count, pages);
}

static inline void xenmem_reservation_va_mapping_update(unsigned long count,
							struct page **pages,
							xen_pfn_t *frames)
{
	if (xen_feature(XENFEAT_auto_translated_physmap))
		return;
	__xenmem_reservation_va_mapping_update(count, pages, frames);
}

#else /* CONFIG_XEN_HAVE_PVMMU */

static inline void xenmem_reservation_va_mapping_reset(unsigned long count,
						       struct page **pages) {}
static inline void xenmem_reservation_va_mapping_update(unsigned long count,
							struct page **pages,
							xen_pfn_t *frames) {}

#endif /* CONFIG_XEN_HAVE_PVMMU */

#endif /* _XENMEM_RESERVATION_H */
