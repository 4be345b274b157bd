// SPDX-License-Identifier: GPL-2.0
/*
 * Foreign memory in a domain whose frames the hypervisor translates: it is put behind
 * pages of this domain that have no memory, by frame number (gfn), and the pages are
 * mapped like any other.
 *
 * A page of the kernel may consist of several frames (XEN_PFN_PER_PAGE). The last page of
 * a mapping may be used in part only.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/memory.h>
#include <xen/interface/xen.h>
#include <xen/page.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

/* Frames that one hypercall puts in place: its arguments are on the stack. */
#define XLATE_BATCH	32U

static_assert(XLATE_BATCH % XEN_PFN_PER_PAGE == 0);

/* The gfn of the frame number @index in @pages. */
static xen_pfn_t xlate_gfn(struct page **pages, unsigned int index)
{
	unsigned long first = page_to_xen_pfn(pages[index / XEN_PFN_PER_PAGE]);

	return pfn_to_gfn(first + index % XEN_PFN_PER_PAGE);
}

/*
 * Put @nr frames of @domid in place. @errs gets an error for each; what it may share
 * memory with, the numbers of the frames, has been read before.
 *
 * Return: 0, or the error that all of them have.
 */
static int xlate_populate(domid_t domid, const xen_pfn_t *foreign, unsigned int nr,
			  struct page **pages, int *errs)
{
	xen_ulong_t idxs[XLATE_BATCH];
	xen_pfn_t gfns[XLATE_BATCH];
	int results[XLATE_BATCH] = {};
	struct xen_add_to_physmap_range add = {
		.domid = DOMID_SELF,
		.space = XENMAPSPACE_gmfn_foreign,
		.foreign_domid = domid,
		.size = nr,
	};
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		idxs[i] = foreign[i];
		gfns[i] = xlate_gfn(pages, i);
	}
	set_xen_guest_handle(add.idxs, idxs);
	set_xen_guest_handle(add.gpfns, gfns);
	set_xen_guest_handle(add.errs, results);

	err = HYPERVISOR_memory_op(XENMEM_add_to_physmap_range, &add);

	for (i = 0; i < nr; i++)
		errs[i] = err < 0 ? err : results[i];
	return min(err, 0);
}

struct xlate_map {
	struct mm_struct *mm;
	struct page **next;
	pgprot_t prot;
};

static int xlate_map_page(pte_t *ptep, unsigned long addr, void *data)
{
	struct xlate_map *map = data;
	unsigned long pfn = page_to_pfn(*map->next++);

	set_pte_at(map->mm, addr, ptep, pte_mkspecial(pfn_pte(pfn, map->prot)));
	return 0;
}

static int xlate_map_pages(struct vm_area_struct *vma, unsigned long addr, unsigned long len,
			   struct page **pages, pgprot_t prot)
{
	struct xlate_map map = { .mm = vma->vm_mm, .next = pages, .prot = prot };

	return apply_to_page_range(vma->vm_mm, addr, len, xlate_map_page, &map);
}

static unsigned int xlate_count_good(const int *errs, unsigned int nr)
{
	unsigned int good = 0;

	while (nr--)
		good += !*errs++;
	return good;
}

/**
 * xen_xlate_remap_gfn_array - map another domain's memory into a process
 * @vma: a VM_IO | VM_PFNMAP mapping
 * @addr: where in it, page-aligned
 * @gfns: frames of the other domain
 * @nr: how many
 * @errs: an error or 0 for each frame; may be the memory that @gfns is in
 * @prot: protection of the mapping
 * @domid: the other domain
 * @pages: pages without memory, enough for @nr frames
 *
 * A page is mapped also if only some of its frames, or none, could be had: a program may
 * use the rest, and knows which from @errs.
 *
 * Context: process, mmap lock held for writing.
 * Return: how many frames are there, or a negative error.
 */
int xen_xlate_remap_gfn_array(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t *gfns,
			      int nr, int *errs, pgprot_t prot, unsigned int domid,
			      struct page **pages)
{
	unsigned int left = nr, part, part_pages;
	unsigned long len;
	int mapped = 0, err;

	if (WARN_ON_ONCE((vma->vm_flags & (VM_PFNMAP | VM_IO)) != (VM_PFNMAP | VM_IO)))
		return -EINVAL;

	for (; left; left -= part) {
		part = min(left, XLATE_BATCH);
		part_pages = DIV_ROUND_UP(part, XEN_PFN_PER_PAGE);

		len = (unsigned long)part_pages << PAGE_SHIFT;

		if (!xlate_populate(domid, gfns, part, pages, errs)) {
			err = xlate_map_pages(vma, addr, len, pages, prot);
			if (err)
				return err;
		}

		mapped += xlate_count_good(errs, part);
		gfns += part;
		errs += part;
		pages += part_pages;
		addr += len;
	}
	return mapped;
}
EXPORT_SYMBOL_GPL(xen_xlate_remap_gfn_array);

/**
 * xen_xlate_unmap_gfn_range - take another domain's memory from behind pages
 * @vma: where it was mapped; not needed
 * @nr: frames
 * @pages: the pages
 *
 * Nothing maps the pages any more. A frame that was not there is no error.
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int xen_xlate_unmap_gfn_range(struct vm_area_struct *vma, int nr, struct page **pages)
{
	int i;

	for (i = 0; i < nr; i++) {
		struct xen_remove_from_physmap remove = {
			.domid = DOMID_SELF,
			.gpfn = xlate_gfn(pages, i),
		};

		(void)HYPERVISOR_memory_op(XENMEM_remove_from_physmap, &remove);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(xen_xlate_unmap_gfn_range);

static void * __init xlate_map_frames(xen_pfn_t *gfns, unsigned long nr_frames,
				      struct page **pages, unsigned long nr_pages)
{
	unsigned long i;
	void *addr;
	int err;

	err = xen_alloc_unpopulated_pages(nr_pages, pages);
	if (err) {
		pr_warn("Xen: no %lu pages for frames to be mapped: %d\n", nr_pages, err);
		return ERR_PTR(err);
	}

	addr = vmap(pages, nr_pages, 0, PAGE_KERNEL);
	if (!addr) {
		pr_warn("Xen: cannot map %lu pages\n", nr_pages);
		xen_free_unpopulated_pages(nr_pages, pages);
		return ERR_PTR(-ENOMEM);
	}

	for (i = 0; i < nr_frames; i++)
		gfns[i] = xlate_gfn(pages, i);
	return addr;
}

/**
 * xen_xlate_map_ballooned_pages - have a place in the kernel for frames to be put at
 * @pfns: set to an array of the frames' numbers (gfn), to be freed with kfree()
 * @vaddr: set to the kernel address
 * @nr_grant_frames: how many
 *
 * Context: boot, may sleep.
 * Return: 0, or a negative error.
 */
int __init xen_xlate_map_ballooned_pages(xen_pfn_t **pfns, void **vaddr,
					 unsigned long nr_grant_frames)
{
	unsigned long nr_pages = DIV_ROUND_UP(nr_grant_frames, XEN_PFN_PER_PAGE);
	struct page **pages;
	xen_pfn_t *gfns;
	void *addr;

	if (WARN_ON(!nr_grant_frames))
		return -EINVAL;

	pages = kcalloc(nr_pages, sizeof(*pages), GFP_KERNEL);
	gfns = kcalloc(nr_grant_frames, sizeof(*gfns), GFP_KERNEL);
	if (pages && gfns)
		addr = xlate_map_frames(gfns, nr_grant_frames, pages, nr_pages);
	else
		addr = ERR_PTR(-ENOMEM);
	kfree(pages);

	if (IS_ERR(addr)) {
		kfree(gfns);
		return PTR_ERR(addr);
	}
	*pfns = gfns;
	*vaddr = addr;
	return 0;
}

/**
 * xen_remap_vma_range - map the pages that a mapping was given
 * @vma: its vm_private_data is the array of pages for what follows
 * @addr: from where
 * @len: how many bytes, page-aligned
 *
 * Built in because Arm does not export what it needs.
 *
 * Context: process, mmap lock held.
 * Return: 0 or a negative error.
 */
int xen_remap_vma_range(struct vm_area_struct *vma, unsigned long addr, unsigned long len)
{
	return xlate_map_pages(vma, addr, len, vma->vm_private_data, vma->vm_page_prot);
}
EXPORT_SYMBOL_GPL(xen_remap_vma_range);
