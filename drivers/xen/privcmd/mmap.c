// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that the caller names, in a mapping of this device.
 *
 * All that the caller wrote is copied before the mmap lock is taken, and the
 * errors go back to it after that lock is dropped.  A long batch looks for a
 * fatal signal between its parts; other signals wait, as tools do not expect
 * half a batch.
 *
 * Locks: the mmap lock, for writing.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <xen/privcmd.h>

#include "batch.h"
#include "internal.h"

/* So few need no memory of their own. */
#define BATCH_FEW	16

#define RUNS_MAX	0x100000

struct batch {
	unsigned long addr;		/* of the first page */
	unsigned int nr;		/* frames, at least one */
	domid_t domid;
	xen_pfn_t *frames;
	int *errors;			/* one each, valid after batch_map() */
};

/* What @count elements of @size bytes need, copied from the caller. */
static void *array_from_user(const void __user *from, size_t count, size_t size)
{
	size_t bytes = array_size(count, size);
	void *array = kvmalloc(bytes, PRIVCMD_GFP);

	if (!array)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(array, from, bytes)) {
		kvfree(array);
		return ERR_PTR(-EFAULT);
	}

	return array;
}

static int part_boundary(void)
{
	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();

	return 0;
}

/* ------------------------------------------------------------ runs of frames */

static int run_map(struct vm_area_struct *vma, const struct privcmd_mmap_entry *run,
		   domid_t domid)
{
	unsigned long addr = run->va, pos;
	unsigned int nr;
	int err;

	for (pos = 0; pos < run->npages; pos += nr, addr += (unsigned long)nr << PAGE_SHIFT) {
		nr = privcmd_part(run->npages, pos);
		err = privcmd_mapper->map_run(vma, addr, run->mfn + pos, nr, domid);
		if (!err)
			err = part_boundary();
		if (err)
			return err;
	}

	return 0;
}

/* The runs fill the mapping from its start without a gap. */
static int runs_map(const struct privcmd_mmap_entry *runs, unsigned int nr, domid_t domid)
{
	struct vm_area_struct *vma = privcmd_area_find(runs->va, 0);
	unsigned long next;
	unsigned int i;
	int err;

	if (!vma || vma->vm_private_data || runs->va != vma->vm_start)
		return -EINVAL;

	err = privcmd_mapper->claim(vma, vma_pages(vma));
	next = vma->vm_start;
	for (i = 0; !err && i < nr; i++) {
		/* An empty run may stand at the very end. */
		if (runs[i].va != next || runs[i].npages > (vma->vm_end - next) >> PAGE_SHIFT)
			err = -EINVAL;
		else
			err = run_map(vma, &runs[i], domid);
		next += runs[i].npages << PAGE_SHIFT;
	}
	if (err && vma->vm_private_data)
		privcmd_area_empty(vma);

	return err;
}

/**
 * privcmd_mmap_runs() - IOCTL_PRIVCMD_MMAP
 * @file:	the open file
 * @arg:	struct privcmd_mmap of the caller
 *
 * Context: process, may sleep; takes the mmap lock.
 * Return: 0; -ENOSYS in a translated domain; -EPERM for another domain than the
 * file may name; the error of the first frame that failed, and then none is mapped.
 */
long privcmd_mmap_runs(struct file *file, void __user *arg)
{
	struct privcmd_mmap_entry *runs;
	struct privcmd_mmap call;
	long err;

	if (!privcmd_mapper->map_run)
		return -ENOSYS;
	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (!privcmd_file_may(file, call.dom))
		return -EPERM;
	if (!call.num)
		return 0;
	if (call.num < 0)
		return -EINVAL;
	if (call.num > RUNS_MAX)
		return -ENOMEM;

	runs = array_from_user(call.entry, call.num, sizeof(*runs));
	if (IS_ERR(runs))
		return PTR_ERR(runs);

	err = -EINTR;
	if (!mmap_write_lock_killable(current->mm)) {
		err = runs_map(runs, call.num, call.dom);
		mmap_write_unlock(current->mm);
	}
	kvfree(runs);

	return err;
}

/* --------------------------------------------------------- batches of frames */

static int entry_is_used(pte_t *pte, unsigned long addr, void *data)
{
	return pte_none(ptep_get(pte)) ? 0 : -EBUSY;
}

/*
 * The first batch takes the whole mapping.  Later ones fill holes: frames that
 * were paged out by their domain when they were first asked for.
 */
static int batch_claim(struct vm_area_struct *vma, unsigned long addr, unsigned long nr_pages)
{
	if (!vma->vm_private_data) {
		if (addr != vma->vm_start || nr_pages != vma_pages(vma))
			return -EINVAL;
		return privcmd_mapper->claim(vma, nr_pages);
	}

	if (apply_to_existing_page_range(vma->vm_mm, addr, nr_pages << PAGE_SHIFT,
					 entry_is_used, NULL))
		return -EINVAL;

	return 0;
}

static int batch_map_locked(struct batch *b)
{
	unsigned long nr_pages = privcmd_frame_pages(b->nr);
	struct vm_area_struct *vma = privcmd_area_find(b->addr, nr_pages);
	unsigned int pos, nr;
	int err;

	if (!vma)
		return -EINVAL;
	err = batch_claim(vma, b->addr, nr_pages);

	for (pos = 0; !err && pos < b->nr; pos += nr) {
		nr = privcmd_part(b->nr, pos);
		privcmd_mapper->map(vma, b->addr + pos * XEN_PAGE_SIZE, b->frames + pos,
				    b->errors + pos, nr, b->domid);
		if (pos + nr < b->nr)
			err = part_boundary();
	}

	return err;
}

static int batch_map(struct batch *b)
{
	int err;

	if (mmap_write_lock_killable(current->mm))
		return -EINTR;
	err = batch_map_locked(b);
	mmap_write_unlock(current->mm);

	return err;
}

/*
 * Room for frames and errors.  A number that no mapping of the caller can hold
 * is refused before memory is spent on it.
 */
static int batch_room(struct batch *b)
{
	int err = b->nr > PRIVCMD_PART ? privcmd_area_check(b->addr, b->nr) : 0;
	size_t bytes;

	if (err)
		return err;

	bytes = array_size(b->nr, sizeof(*b->frames) + sizeof(*b->errors));
	b->frames = kvmalloc(bytes, PRIVCMD_GFP);
	b->errors = (int *)(b->frames + b->nr);

	return b->frames ? 0 : -ENOMEM;
}

static long batch_mark_v1(const struct batch *b, xen_pfn_t __user *marks)
{
	unsigned int i;

	for (i = 0; i < b->nr; i++)
		if (b->errors[i] &&
		    put_user(privcmd_v1_marked(b->frames[i], b->errors[i]), marks + i))
			return -EFAULT;

	return 0;
}

/* The caller's errors are those of @errors, or marks in its frames without that. */
static long batch_run(struct batch *b, xen_pfn_t __user *frames, int __user *errors)
{
	size_t bytes = b->nr * sizeof(*b->errors);
	enum privcmd_outcome outcome;
	long err;

	if (copy_from_user(b->frames, frames, b->nr * sizeof(*b->frames)))
		return -EFAULT;
	if (errors && clear_user(errors, bytes))
		return -EFAULT;

	err = batch_map(b);
	if (err)
		return err;

	outcome = privcmd_outcome(b->errors, b->nr);
	if (outcome == PRIVCMD_ALL_MAPPED)
		return 0;

	if (!errors)
		err = batch_mark_v1(b, frames);
	else if (copy_to_user(errors, b->errors, bytes))
		err = -EFAULT;

	return err ?: outcome == PRIVCMD_SOME_PAGED_OUT ? -ENOENT : 0;
}

static long batch_ioctl(struct file *file, const struct privcmd_mmapbatch_v2 *call, bool v1)
{
	xen_pfn_t __user *frames = (xen_pfn_t __user *)call->arr;
	xen_pfn_t few_frames[BATCH_FEW];
	int few_errors[BATCH_FEW];
	struct batch b = {
		.addr = call->addr,
		.nr = call->num,
		.domid = call->dom,
		.frames = few_frames,
		.errors = few_errors,
	};
	long err;

	if (!privcmd_file_may(file, b.domid))
		return -EPERM;
	if (!b.nr || b.nr > INT_MAX || b.addr != call->addr)
		return -EINVAL;
	if (!v1 && !call->err)
		return -EFAULT;

	if (b.nr > BATCH_FEW) {
		err = batch_room(&b);
		if (err)
			return err;
	}

	err = batch_run(&b, frames, v1 ? NULL : call->err);

	if (b.frames != few_frames)
		kvfree(b.frames);

	return err;
}

/**
 * privcmd_mmap_batch_v1() - IOCTL_PRIVCMD_MMAPBATCH
 * @file:	the open file
 * @arg:	struct privcmd_mmapbatch; frames that failed are marked in its array
 *
 * Context: process, may sleep; takes the mmap lock.
 * Return: 0 also if frames failed; -ENOENT if one of them is paged out; -EPERM
 * for another domain than the file may name; -EINVAL, -EFAULT, -ENOMEM, and
 * -EINTR for a process that is dying.
 */
long privcmd_mmap_batch_v1(struct file *file, void __user *arg)
{
	struct privcmd_mmapbatch_v2 call = { };

	/* The same but for the array of errors at the end. */
	BUILD_BUG_ON(offsetof(struct privcmd_mmapbatch_v2, err) !=
		     sizeof(struct privcmd_mmapbatch));
	if (copy_from_user(&call, arg, sizeof(struct privcmd_mmapbatch)))
		return -EFAULT;

	return batch_ioctl(file, &call, true);
}

/**
 * privcmd_mmap_batch_v2() - IOCTL_PRIVCMD_MMAPBATCH_V2
 * @file:	the open file
 * @arg:	struct privcmd_mmapbatch_v2; its array gets one error or 0 a frame
 *
 * Context: process, may sleep; takes the mmap lock.
 * Return: as privcmd_mmap_batch_v1().
 */
long privcmd_mmap_batch_v2(struct file *file, void __user *arg)
{
	struct privcmd_mmapbatch_v2 call;

	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;

	return batch_ioctl(file, &call, false);
}
