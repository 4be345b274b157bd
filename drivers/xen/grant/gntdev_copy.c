// SPDX-License-Identifier: GPL-2.0
/*
 * Copies between grants and the memory of programs, made by the hypervisor.
 *
 * A batch owns the pages that are pinned for its operations. The invariant: between two
 * batches no page is pinned, and each segment's status in user memory is that of its first
 * piece that failed, or GNTST_okay.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "gntdev_map.h"
#include "gntdev_segment.h"

#define COPY_OPS	16
#define COPY_SEGMENTS	16

/**
 * struct gntdev_copy - room for one batch; owned by the one who took it from the file
 * @nr_ops: operations that are waiting
 * @nr_pages: pages that are pinned
 * @written: which of the pages are written to
 * @failed: status word of the last segment that was told of a failure
 * @ops: the operations
 * @status: status word of each one's segment
 * @pages: the pages
 * @segments: copies of what user space asks for
 */
struct gntdev_copy {
	unsigned int nr_ops;
	unsigned int nr_pages;
	unsigned long written;
	s16 __user *failed;
	struct gnttab_copy ops[COPY_OPS];
	s16 __user *status[COPY_OPS];
	struct page *pages[COPY_OPS];
	struct gntdev_grant_copy_segment segments[COPY_SEGMENTS];
};

static struct gntdev_copy *copy_take(struct gntdev_file *file)
{
	struct gntdev_copy *copy = xchg(&file->copy, NULL);

	if (!copy)
		copy = kmalloc(sizeof(*copy), GFP_KERNEL);

	return copy;
}

static void copy_give(struct gntdev_file *file, struct gntdev_copy *copy)
{
	kfree(xchg(&file->copy, copy));
}

/**
 * gntdev_copy_free() - free what a file keeps for copies
 * @file: file that nobody uses any more
 *
 * Context: any.
 */
void gntdev_copy_free(struct gntdev_file *file)
{
	kfree(file->copy);
}

static void copy_unpin(struct gntdev_copy *copy)
{
	unsigned int i;

	if (!copy->written || copy->written == GENMASK(copy->nr_pages - 1, 0)) {
		unpin_user_pages_dirty_lock(copy->pages, copy->nr_pages, copy->written);
	} else {
		for (i = 0; i < copy->nr_pages; i++)
			unpin_user_pages_dirty_lock(&copy->pages[i], 1,
						    copy->written & BIT(i));
	}
	copy->nr_pages = 0;
	copy->written = 0;
}

/* Make the copies that wait, and tell of those that failed. */
static int copy_flush(struct gntdev_copy *copy)
{
	unsigned int i, n = copy->nr_ops;

	if (!n)
		return 0;

	gnttab_batch_copy(copy->ops, n);
	copy_unpin(copy);
	copy->nr_ops = 0;

	for (i = 0; i < n; i++) {
		s16 status = copy->ops[i].status;

		/* Pieces of a segment follow each other: only the first failure is told. */
		if (status == GNTST_okay || copy->status[i] == copy->failed)
			continue;
		if (put_user(status, copy->status[i]))
			return -EFAULT;
		copy->failed = copy->status[i];
	}

	return 0;
}

static int copy_pin(struct gntdev_copy *copy, void __user *virt, struct gnttab_copy *op)
{
	bool write = !(op->flags & GNTCOPY_dest_gref);
	unsigned long addr = (unsigned long)virt;
	unsigned long frame;
	struct page *page;
	int got;

	got = pin_user_pages_fast(addr, 1, write ? FOLL_WRITE : 0, &page);
	if (got != 1)
		return got < 0 ? got : -EFAULT;

	frame = pfn_to_gfn(page_to_xen_pfn(page) + XEN_PFN_DOWN(offset_in_page(addr)));
	if (write) {
		op->dest.u.gmfn = frame;
		copy->written |= BIT(copy->nr_pages);
	} else {
		op->source.u.gmfn = frame;
	}
	copy->pages[copy->nr_pages++] = page;

	return 0;
}

static int copy_segment(struct gntdev_copy *copy, const struct gntdev_grant_copy_segment *segment,
			s16 __user *status)
{
	unsigned int done = 0;
	int err;

	err = gntdev_segment_check(segment);
	if (err)
		return err;
	if (put_user(GNTST_okay, status))
		return -EFAULT;

	while (done < segment->len) {
		struct gnttab_copy *op;
		void __user *virt;

		if (copy->nr_ops == COPY_OPS) {
			err = copy_flush(copy);
			if (err)
				return err;
		}

		op = &copy->ops[copy->nr_ops];
		virt = gntdev_segment_piece(segment, done, op);
		if ((op->flags & GNTDEV_SEGMENT_GREFS) != GNTDEV_SEGMENT_GREFS) {
			err = copy_pin(copy, virt, op);
			if (err)
				return err;
		}
		copy->status[copy->nr_ops++] = status;
		done += op->len;
	}

	return 0;
}

static int copy_segments(struct gntdev_copy *copy,
			 struct gntdev_grant_copy_segment __user *segments, unsigned int count)
{
	unsigned int first, n, k;
	int err;

	for (first = 0; first < count; first += n) {
		n = min_t(unsigned int, COPY_SEGMENTS, count - first);
		if (copy_from_user(copy->segments, segments + first,
				   n * sizeof(*copy->segments)))
			return -EFAULT;

		for (k = 0; k < n; k++) {
			err = copy_segment(copy, &copy->segments[k], &segments[first + k].status);
			if (err)
				return err;
		}

		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}

	return copy_flush(copy);
}

/**
 * gntdev_grant_copy() - IOCTL_GNTDEV_GRANT_COPY
 * @file: the open device
 * @arg: struct ioctl_gntdev_grant_copy of the caller
 *
 * After an error, it is unknown which segments have been copied.
 *
 * Context: Process context, may sleep.
 * Return: 0 if each segment has its status; -EFAULT; -EINVAL for a segment that cannot be
 * copied; -ENOMEM; -EINTR if the caller is being killed.
 */
long gntdev_grant_copy(struct gntdev_file *file, void __user *arg)
{
	struct ioctl_gntdev_grant_copy request;
	struct gntdev_copy *copy;
	int err;

	if (copy_from_user(&request, arg, sizeof(request)))
		return -EFAULT;

	copy = copy_take(file);
	if (!copy)
		return -ENOMEM;

	copy->nr_ops = 0;
	copy->nr_pages = 0;
	copy->written = 0;
	copy->failed = NULL;
	err = copy_segments(copy, request.segments, request.count);
	if (copy->nr_pages)
		copy_unpin(copy);
	copy_give(file, copy);

	return err;
}
