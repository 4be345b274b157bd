// SPDX-License-Identifier: GPL-2.0
/*
 * To call a function for each piece of memory that one grant can cover. Owns nothing.
 */
#include <linux/export.h>

#include <xen/grant_table.h>

#include "chunk.h"

/**
 * gnttab_foreach_grant_in_range() - each piece of a part of a page
 * @page: the page
 * @offset: bytes into it, less than PAGE_SIZE
 * @len: bytes, cut off at the page's end
 * @fn: called with the frame (gfn), the offset in it, the length and @data
 * @data: passed on
 *
 * Context: that of @fn.
 */
void gnttab_foreach_grant_in_range(struct page *page, unsigned int offset, unsigned int len,
				   xen_grant_fn_t fn, void *data)
{
	unsigned long first = page_to_xen_pfn(page);
	struct grant_chunk chunk;

	for (chunk = grant_chunk_first(offset, len); chunk.len; chunk = grant_chunk_next(chunk))
		fn(pfn_to_gfn(first + chunk.index), chunk.offset, chunk.len, data);
}
EXPORT_SYMBOL_GPL(gnttab_foreach_grant_in_range);

/**
 * gnttab_foreach_grant() - each whole frame of some pages
 * @pages: the pages
 * @nr_grefs: how many frames of XEN_PAGE_SIZE, from the first page's first on
 * @fn: called with the frame (gfn), its offset in the page, XEN_PAGE_SIZE and @data
 * @data: passed on
 *
 * Context: that of @fn.
 */
void gnttab_foreach_grant(struct page **pages, unsigned int nr_grefs, xen_grant_fn_t fn,
			  void *data)
{
	unsigned int i;

	for (i = 0; i < nr_grefs; i++) {
		unsigned int index = i % XEN_PFN_PER_PAGE;
		unsigned long pfn = page_to_xen_pfn(pages[i / XEN_PFN_PER_PAGE]) + index;

		fn(pfn_to_gfn(pfn), index << XEN_PAGE_SHIFT, XEN_PAGE_SIZE, data);
	}
}
