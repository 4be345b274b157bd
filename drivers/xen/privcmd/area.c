// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings of /dev/xen/privcmd, empty until an ioctl puts foreign frames in.
 *
 * Invariant: a mapping is cut nowhere and copied to no child.  Its length, and
 * which page stands where, therefore hold from the first frame to the close.
 * It can be moved as a whole: then two mappings show one area for a moment.
 *
 * Locks: the mmap lock guards vm_private_data and what it points to.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/slab.h>

#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/xen-ops.h>
#include <asm/xen/hypercall.h>

#include "batch.h"
#include "internal.h"

/**
 * privcmd_area_of() - the area that a mapping shows
 * @vma:	mapping of this device
 *
 * Return: the area, NULL if it is empty or a PV domain's.
 */
struct privcmd_area *privcmd_area_of(const struct vm_area_struct *vma)
{
	void *private = vma->vm_private_data;

	if (!private || private == PRIVCMD_CLAIMED)
		return NULL;

	return private - offsetof(struct privcmd_area, pages);
}

/**
 * privcmd_area_put() - drop a reference
 * @area:	the area; its pages are gone when the last mapping is
 */
void privcmd_area_put(struct privcmd_area *area)
{
	if (refcount_dec_and_test(&area->refs))
		kvfree(area);
}

/* Only a move gets here, fork leaves these mappings out. */
static void area_vma_open(struct vm_area_struct *vma)
{
	struct privcmd_area *area = privcmd_area_of(vma);

	if (area)
		refcount_inc(&area->vmas);
}

static void area_vma_close(struct vm_area_struct *vma)
{
	struct privcmd_area *area = privcmd_area_of(vma);

	if (!area || !refcount_dec_and_test(&area->vmas))
		return;

	privcmd_ioeventfd_forget(area);
	privcmd_mapper->release(vma);
}

/* A part that is unmapped alone would give back frames that the rest shows. */
static int area_vma_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	return -EINVAL;
}

/* A frame that is not there cannot be brought in by touching it. */
static vm_fault_t area_vma_fault(struct vm_fault *vmf)
{
	pr_debug("fault at %#lx in %#lx-%#lx\n", vmf->address, vmf->vma->vm_start,
		 vmf->vma->vm_end);

	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct area_vm_ops = {
	.open		= area_vma_open,
	.close		= area_vma_close,
	.may_split	= area_vma_may_split,
	.fault		= area_vma_fault,
};

/**
 * privcmd_mmap() - mmap() of the device
 * @file:	the open file
 * @vma:	the new mapping
 *
 * A child does not get it, for page tables with foreign frames cannot be copied
 * entry by entry.
 *
 * Context: process, mmap lock held for writing.
 * Return: 0.
 */
int privcmd_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &area_vm_ops;
	vm_flags_set(vma, VM_PFNMAP | VM_IO | VM_DONTEXPAND | VM_DONTCOPY | VM_DONTDUMP);

	return 0;
}

/**
 * privcmd_area_find() - the mapping of this device that a range lies in
 * @addr:	start of the range in the current process
 * @nr_pages:	its length
 *
 * Context: mmap lock held.
 * Return: the mapping, NULL if the range is not on page boundaries and inside of one.
 */
struct vm_area_struct *privcmd_area_find(unsigned long addr, unsigned long nr_pages)
{
	struct vm_area_struct *vma = vma_lookup(current->mm, addr);

	if (!vma || vma->vm_ops != &area_vm_ops)
		return NULL;
	if (!privcmd_range_fits(vma->vm_start, vma->vm_end, addr, nr_pages))
		return NULL;

	return vma;
}

/**
 * privcmd_area_check() - could a range be mapped into?
 * @addr:	start of the range in the current process
 * @nr_frames:	how many frames are to go there
 *
 * For before memory is spent on a number that is a mistake. It can be otherwise
 * when the lock is taken to map.
 *
 * Context: process; takes the mmap lock.
 * Return: 0, -EINVAL if no mapping of this device holds the range, -EINTR.
 */
int privcmd_area_check(unsigned long addr, unsigned int nr_frames)
{
	bool fits;

	if (mmap_read_lock_killable(current->mm))
		return -EINTR;
	fits = privcmd_area_find(addr, privcmd_frame_pages(nr_frames));
	mmap_read_unlock(current->mm);

	return fits ? 0 : -EINVAL;
}

/**
 * privcmd_area_empty() - make a mapping as it was before any ioctl
 * @vma:	mapping that is claimed
 *
 * Context: mmap lock held for writing; may sleep.
 */
void privcmd_area_empty(struct vm_area_struct *vma)
{
	zap_vma_ptes(vma, vma->vm_start, vma->vm_end - vma->vm_start);
	privcmd_mapper->release(vma);
	vma->vm_private_data = NULL;
}

/**
 * privcmd_area_get() - hold the area at an address of the current process
 * @addr:	user address
 * @offset:	set to the distance in bytes from the area's start
 *
 * Context: process; takes the mmap lock.
 * Return: the area with a reference for privcmd_area_put(), or an error pointer:
 * -EFAULT if nothing is mapped there, -EOPNOTSUPP if the kernel has no address
 * for what is, as in a PV domain.
 */
struct privcmd_area *privcmd_area_get(unsigned long addr, unsigned long *offset)
{
	struct mm_struct *mm = current->mm;
	struct privcmd_area *area = ERR_PTR(-EFAULT);
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = privcmd_area_find(addr & PAGE_MASK, 1);
	if (vma && vma->vm_private_data) {
		area = privcmd_area_of(vma) ?: ERR_PTR(-EOPNOTSUPP);
		*offset = addr - vma->vm_start;
	}
	if (!IS_ERR(area))
		refcount_inc(&area->refs);
	mmap_read_unlock(mm);

	return area;
}

/**
 * privcmd_acquire_resource() - ask for frames of a resource
 * @what:	which of them; nr_frames is set for a question without @frames
 * @frames:	a translated domain's own frames to put them in; else set to the
 *		host's frames.  NULL asks how many there are.
 *
 * XENMEM_acquire_resource in the hypervisor's memory.h.
 *
 * Context: process, may sleep.
 * Return: 0 or a negative error.
 */
int privcmd_acquire_resource(struct xen_mem_acquire_resource *what, xen_pfn_t *frames)
{
	int err;

	set_xen_guest_handle(what->frame_list, frames);
	xen_preemptible_hcall_begin();
	err = HYPERVISOR_memory_op(XENMEM_acquire_resource, what);
	xen_preemptible_hcall_end();

	return err;
}
