// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that the domain may come to have: page frames that Linux knows of, but
 * behind which there is no RAM yet. The balloon driver, or the allocator of
 * unpopulated pages, takes them over during boot.
 *
 * The regions are filled and emptied by the boot processor alone, so no lock.
 */
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>

#include <xen/page.h>
#include <xen/xen.h>

#include "domain.h"

/* Entries without pages are free. */
struct xen_memory_region xen_extra_mem[XEN_EXTRA_MEM_MAX_REGIONS] __initdata;

/* Pages that the domain was started with and gave back at boot. */
unsigned long xen_released_pages;

/**
 * xen_add_extra_mem - note page frames that RAM may be put behind later
 * @start_pfn: the first one
 * @n_pfns: how many
 *
 * Nobody else gets them, also if there is no room left for the note.
 * Context: boot, while memblock allocates.
 */
void __init xen_add_extra_mem(unsigned long start_pfn, unsigned long n_pfns)
{
	struct xen_memory_region *region = xen_extra_mem;
	struct xen_memory_region *end = region + ARRAY_SIZE(xen_extra_mem);

	/* An own entry only for what does not continue another one. */
	while (region < end && region->n_pfns &&
	       region->start_pfn + region->n_pfns != start_pfn)
		region++;

	if (region == end) {
		pr_warn("Warning: not enough extra memory regions\n");
	} else {
		if (!region->n_pfns)
			region->start_pfn = start_pfn;
		region->n_pfns += n_pfns;
	}

	memblock_reserve(PFN_PHYS(start_pfn), PFN_PHYS(n_pfns));
}

#ifdef CONFIG_XEN_UNPOPULATED_ALLOC

static void __init extra_mem_release(struct xen_memory_region *region)
{
	unsigned long end = region->start_pfn + region->n_pfns;
	unsigned long pfn;
	struct page *page;

	for (pfn = region->start_pfn; pfn < end; pfn++) {
		page = pfn_to_page(pfn);
		xen_free_unpopulated_pages(1, &page);
	}

	/*
	 * They are in the memory map without RAM, which the balloon driver must
	 * know to set its first target. It must not have them a second time.
	 */
	xen_unpopulated_pages += region->n_pfns;
	region->n_pfns = 0;
}

/**
 * arch_xen_unpopulated_init - give the allocator its first pages
 * @res: where it may look for address space when it needs more
 *
 * Context: boot, may sleep.
 * Return: 0, or -ENODEV where there is no Xen.
 */
int __init arch_xen_unpopulated_init(struct resource **res)
{
	struct xen_memory_region *region = xen_extra_mem;

	if (!xen_domain())
		return -ENODEV;

	/* The allocator is ready to take pages only once it has this. */
	*res = &iomem_resource;

	for (; region < xen_extra_mem + ARRAY_SIZE(xen_extra_mem); region++)
		extra_mem_release(region);

	return 0;
}

#endif /* CONFIG_XEN_UNPOPULATED_ALLOC */
