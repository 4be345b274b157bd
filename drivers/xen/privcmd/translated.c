// SPDX-License-Identifier: GPL-2.0
/*
 * Foreign frames in a domain that the hypervisor translates for.
 *
 * A foreign frame needs a place in the domain's own physical address space.  An
 * area holds one unpopulated page for each page of its mapping; the hypervisor
 * puts the frames there, and the page tables name the unpopulated pages.
 *
 * Invariant: as long as the pages are unpopulated again when they are given
 * back, nobody gets a page with another domain's contents.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/page.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "internal.h"

static int translated_claim(struct vm_area_struct *vma, unsigned long nr_pages)
{
	struct privcmd_area *area;
	int err;

	if (nr_pages > INT_MAX / XEN_PFN_PER_PAGE)
		return -ENOMEM;
	area = kvzalloc(struct_size(area, pages, nr_pages), PRIVCMD_GFP);
	if (!area)
		return -ENOMEM;

	area->nr_pages = nr_pages;
	err = xen_alloc_unpopulated_pages(nr_pages, area->pages);
	if (err) {
		pr_warn_ratelimited("no place for %lu foreign pages: %d\n", nr_pages, err);
		kvfree(area);
		return -ENOMEM;
	}
	refcount_set(&area->refs, 1);
	refcount_set(&area->vmas, 1);
	vma->vm_private_data = area->pages;

	return 0;
}

static void translated_release(struct vm_area_struct *vma)
{
	struct privcmd_area *area = privcmd_area_of(vma);
	unsigned int nr = area->nr_pages;
	int err;

	err = xen_unmap_domain_gfn_range(vma, nr * XEN_PFN_PER_PAGE, area->pages);
	if (!err)
		xen_free_unpopulated_pages(nr, area->pages);
	else
		pr_crit("leaking %u pages with foreign frames: %d\n", nr, err);

	privcmd_area_put(area);
}

static void translated_map(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t *frames,
			   int *errors, unsigned int nr, domid_t domid)
{
	struct privcmd_area *area = privcmd_area_of(vma);
	unsigned long first = (addr - vma->vm_start) >> PAGE_SHIFT;
	unsigned long nr_pages = DIV_ROUND_UP(nr, XEN_PFN_PER_PAGE);
	unsigned int i;

	/* What is not reached stays with this error. */
	for (i = 0; i < nr; i++)
		errors[i] = -ENOMEM;
	if (first + nr_pages > area->nr_pages)
		return;

	xen_remap_domain_gfn_array(vma, addr, frames, nr, errors, vma->vm_page_prot, domid,
				   area->pages + first);

	/* One that is paged out is asked for again, which takes an empty place. */
	for (i = 0; i < nr; i++)
		if (errors[i] == -ENOENT)
			zap_vma_ptes(vma, addr + (i / XEN_PFN_PER_PAGE) * PAGE_SIZE, PAGE_SIZE);
}

/* The hypervisor is told where to put them. */
static int translated_resource(struct vm_area_struct *vma,
			       struct xen_mem_acquire_resource *what, xen_pfn_t *frames)
{
	struct privcmd_area *area = privcmd_area_of(vma);
	unsigned int i;
	int err;

	for (i = 0; i < what->nr_frames; i++)
		frames[i] = page_to_xen_pfn(area->pages[i / XEN_PFN_PER_PAGE]) +
			    i % XEN_PFN_PER_PAGE;

	err = privcmd_acquire_resource(what, frames);
	if (err)
		return err;

	return xen_remap_vma_range(vma, vma->vm_start,
				   (unsigned long)area->nr_pages << PAGE_SHIFT);
}

const struct privcmd_mapper privcmd_translated = {
	.claim		= translated_claim,
	.release	= translated_release,
	.map		= translated_map,
	.resource	= translated_resource,
};
