// SPDX-License-Identifier: GPL-2.0
/*
 * The domain's reservation: asking the hypervisor for memory and giving it back. An
 * extent is one page of the kernel, which on Arm may be several of the hypervisor's, so
 * that a page is never left with a part of its memory.
 */
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/moduleparam.h>

#include <asm/xen/hypercall.h>

#include <xen/interface/memory.h>
#include <xen/mem-reservation.h>
#include <xen/page.h>

/* Clear pages before they are given back. */
bool xen_scrub_pages __read_mostly = IS_ENABLED(CONFIG_XEN_SCRUB_PAGES_DEFAULT);
core_param(xen_scrub_pages, xen_scrub_pages, bool, 0);

static int reservation_change(unsigned int op, int nr, xen_pfn_t *frames)
{
	struct xen_memory_reservation change = {
		.nr_extents = nr,
		.extent_order = ilog2(XEN_PFN_PER_PAGE),
		.domid = DOMID_SELF,
	};

	set_xen_guest_handle(change.extent_start, frames);
	return HYPERVISOR_memory_op(op, &change);
}

/**
 * xenmem_reservation_increase - get memory for pages
 * @count: how many
 * @frames: first frame number of each page as the hypervisor counts them (a pfn in units
 *	    of XEN_PAGE_SIZE); a PV domain finds the machine frames there afterwards
 *
 * XENMEM_populate_physmap of xen/include/public/memory.h.
 *
 * Return: how many pages, from the first on, got memory, or a negative error.
 */
int xenmem_reservation_increase(int count, xen_pfn_t *frames)
{
	return reservation_change(XENMEM_populate_physmap, count, frames);
}
EXPORT_SYMBOL_GPL(xenmem_reservation_increase);

/**
 * xenmem_reservation_decrease - give the memory of pages back
 * @count: how many
 * @frames: first gfn of each page
 *
 * XENMEM_decrease_reservation of xen/include/public/memory.h.
 *
 * Return: how many pages, from the first on, have none any more, or a negative error.
 */
int xenmem_reservation_decrease(int count, xen_pfn_t *frames)
{
	return reservation_change(XENMEM_decrease_reservation, count, frames);
}
EXPORT_SYMBOL_GPL(xenmem_reservation_decrease);
