// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of other domains in a process's address space.
 *
 * A tool names frames of a domain and gets them mapped.  Only the hypervisor
 * may write such entries, and it takes them in a list with one target each, so
 * this file turns the part of the range that one page table covers into one
 * list and one hypercall.
 *
 * Owns nothing that outlives a call.  Invariant: between two lists, each frame
 * before foreign_map.pos is either mapped or has its error noted.
 * Locks: the caller holds the mmap lock, which keeps the page tables there;
 * the page table's own lock is taken inside, for finding it.
 */
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include <xen/interface/xen.h>
#include <xen/xen-ops.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "internal.h"

/* For few frames, a page is not worth its allocation. */
#define FOREIGN_FEW	16
#define FOREIGN_MANY	(PAGE_SIZE / sizeof(struct mmu_update))

/* Larger numbers would spill into the flags; the hypervisor has none so large. */
#define FOREIGN_FRAME_MAX	((xen_pfn_t)(XEN_PTE_MFN_MASK >> PAGE_SHIFT))

struct foreign_map {
	struct mm_struct *mm;
	unsigned long addr;		/* of the first page */
	const xen_pfn_t *frames;	/* one each, or the first of a run */
	int *errors;			/* one each; NULL for a run */
	unsigned int nr;
	unsigned int pos;		/* frames that are done with */
	pteval_t flags;
	unsigned int command;
	unsigned int domid;

	struct mmu_update *list;
	unsigned int list_max;

	bool replaced;			/* an entry was in use before */
	int err;
};

static xen_pfn_t foreign_frame(const struct foreign_map *map, unsigned int i)
{
	xen_pfn_t frame = map->errors ? map->frames[i] : map->frames[0] + i;

	return min(frame, FOREIGN_FRAME_MAX);
}

/* Lists the next frames, as many as go into one page table and into the list. */
static int foreign_list(struct foreign_map *map)
{
	unsigned long addr = map->addr + ((unsigned long)map->pos << PAGE_SHIFT);
	unsigned int count, i;
	spinlock_t *ptl;
	pte_t *ptep;
	u64 target;

	ptep = get_locked_pte(map->mm, addr, &ptl);
	if (!ptep)
		return -ENOMEM;
	__acquire(ptl);		/* for sparse, which does not see it in get_locked_pte() */

	count = PTRS_PER_PTE - pte_index(addr);
	count = min3(count, map->nr - map->pos, map->list_max);
	target = virt_to_machine(ptep).maddr | map->command;

	for (i = 0; i < count; i++) {
		map->replaced |= !pte_none(ptep[i]);
		map->list[i].ptr = target + i * sizeof(*ptep);
		map->list[i].val = foreign_frame(map, map->pos + i) << PAGE_SHIFT | map->flags;
	}
	pte_unmap_unlock(ptep, ptl);

	return count;
}

/* A frame that is only paged out is what the caller has to hear of first. */
static void foreign_note_error(struct foreign_map *map, int err)
{
	if (!map->err || err == -ENOENT)
		map->err = err;
}

/*
 * The hypervisor stops at the first entry that it refuses and says how many
 * went before.  The errors may overwrite the frames, but only of this list.
 */
static int foreign_submit(struct foreign_map *map, unsigned int count)
{
	unsigned int at = 0;

	while (at < count) {
		int done = 0;
		int err = HYPERVISOR_mmu_update(map->list + at, count - at,
						&done, map->domid);

		if (map->errors)
			memset(map->errors + map->pos + at, 0, done * sizeof(int));
		at += done;
		if (at >= count)
			break;

		if (err >= 0)
			err = -EIO;
		foreign_note_error(map, err);
		if (!map->errors)
			return err;
		map->errors[map->pos + at++] = err;
	}
	map->pos += count;

	return 0;
}

static void foreign_fill(struct foreign_map *map)
{
	int count;

	while (map->pos < map->nr) {
		count = foreign_list(map);
		if (count < 0)
			break;
		if (foreign_submit(map, count))
			return;
		cond_resched();
	}

	/* No page table for these. */
	if (map->pos < map->nr)
		foreign_note_error(map, -ENOMEM);
	while (map->errors && map->pos < map->nr)
		map->errors[map->pos++] = -ENOMEM;
}

/**
 * xen_remap_pfn() - map frames of another domain
 * @area:	area that takes them, marked VM_PFNMAP and VM_IO
 * @start:	user address of the first, on a page boundary and with all of the
 *		range inside of @area
 * @frames:	the frames, @count of them; without @errors only the first of a run
 * @count:	number of frames
 * @errors:	takes 0 or a negative error a frame; may be the memory of @frames
 * @prot:	protection of the mapping
 * @domid:	domain that owns the frames
 * @no_translate: the numbers are the host's even if the domain is translated
 *
 * With @errors every frame is tried; without it the first refusal ends it.
 * Entries of the hypervisor's list: mmu_update in its public header, where
 * DOMID_IO stands for frames that belong to no domain.
 *
 * Context: process, may sleep; the caller holds the mmap lock for writing.
 * Return: @count if all frames are mapped, else a negative error: -ENOENT if
 * any frame was paged out by its domain, which is worth another try, else the
 * error of the first that failed.
 */
int xen_remap_pfn(struct vm_area_struct *area, unsigned long start, xen_pfn_t *frames,
		  int count, int *errors, pgprot_t prot, unsigned int domid,
		  bool no_translate)
{
	struct mmu_update few[FOREIGN_FEW];
	struct foreign_map map = {
		.mm = area->vm_mm,
		.addr = start,
		.frames = frames,
		.errors = errors,
		.nr = count,
		.flags = pte_val_ma(pte_mkspecial(mfn_pte(0, prot))),
		.command = no_translate ? MMU_PT_UPDATE_NO_TRANSLATE : MMU_NORMAL_PT_UPDATE,
		.domid = domid,
		.list = few,
		.list_max = ARRAY_SIZE(few),
	};
	unsigned long page = 0;

	if (WARN_ON_ONCE(~area->vm_flags & (VM_PFNMAP | VM_IO)))
		return -EINVAL;

	if (count > FOREIGN_FEW)
		page = __get_free_page(GFP_KERNEL | __GFP_NOWARN);
	if (page) {
		map.list = (struct mmu_update *)page;
		map.list_max = FOREIGN_MANY;
	}

	foreign_fill(&map);
	free_page(page);

	/* Nobody can have kept a translation where there was none. */
	if (map.replaced)
		xen_flush_tlb_all();

	return map.err ?: count;
}
EXPORT_SYMBOL_GPL(xen_remap_pfn);
