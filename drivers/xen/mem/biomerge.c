// SPDX-License-Identifier: GPL-2.0
/*
 * Which pages a device may see as one: their host frames have to follow each other, not
 * only their own numbers.
 */
#include <linux/bvec.h>
#include <linux/pfn.h>

#include <xen/page.h>
#include <xen/xen.h>

/**
 * xen_biovec_phys_mergeable - whether a page continues a segment for a device
 * @vec1: the segment
 * @page: the page
 *
 * Where a page is several of the hypervisor's, nothing is said of what is between them,
 * so nothing is merged.
 *
 * Context: any.
 * Return: true if it does.
 */
bool xen_biovec_phys_mergeable(const struct bio_vec *vec1, const struct page *page)
{
	unsigned long next;

	if (XEN_PAGE_SIZE != PAGE_SIZE)
		return false;

	next = pfn_to_bfn(page_to_pfn(vec1->bv_page)) +
	       PFN_DOWN(vec1->bv_offset + vec1->bv_len);
	return next == pfn_to_bfn(page_to_pfn(page));
}
