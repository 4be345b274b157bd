/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic of batches: which frames go together, what errors are reported,
 * how much memory a device model's buffers take.
 *
 * Pure functions of their arguments.
 */
#ifndef _XEN_PRIVCMD_BATCH_H
#define _XEN_PRIVCMD_BATCH_H

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include <xen/page.h>
#include <xen/privcmd.h>

/*
 * Frames between two looks at signals: some milliseconds.  A multiple of the
 * hypervisor's frames in one page, so that each part starts on a page.
 */
#define PRIVCMD_PART	4096U

/* Frames in the part that starts at @pos of @nr. */
static inline unsigned int privcmd_part(unsigned long nr, unsigned long pos)
{
	return min(nr - pos, (unsigned long)PRIVCMD_PART);
}

/* Pages that so many frames take. */
static inline unsigned long privcmd_frame_pages(unsigned long nr_frames)
{
	return DIV_ROUND_UP(nr_frames, XEN_PFN_PER_PAGE);
}

/* True if @nr_pages pages from @addr are whole pages of [@start, @end). */
static inline bool privcmd_range_fits(unsigned long start, unsigned long end,
				      unsigned long addr, unsigned long nr_pages)
{
	if (!PAGE_ALIGNED(addr) || addr < start || addr >= end)
		return false;

	return nr_pages <= (end - addr) >> PAGE_SHIFT;
}

enum privcmd_outcome {
	PRIVCMD_ALL_MAPPED,
	PRIVCMD_SOME_FAILED,
	PRIVCMD_SOME_PAGED_OUT,		/* and are worth another try */
};

static inline enum privcmd_outcome privcmd_outcome(const int *errors, unsigned int nr)
{
	enum privcmd_outcome outcome = PRIVCMD_ALL_MAPPED;

	for (; nr; nr--, errors++) {
		if (*errors == -ENOENT)
			return PRIVCMD_SOME_PAGED_OUT;
		if (*errors)
			outcome = PRIVCMD_SOME_FAILED;
	}

	return outcome;
}

/* The first interface has no array of errors, it marks the frame's number. */
static inline xen_pfn_t privcmd_v1_marked(xen_pfn_t frame, int err)
{
	if (err == -ENOENT)
		return frame | PRIVCMD_MMAPBATCH_PAGED_ERROR;

	return err ? frame | PRIVCMD_MMAPBATCH_MFN_ERROR : frame;
}

/* Pages that a buffer of a device model touches; 0 for an empty one. */
static inline unsigned long privcmd_buf_pages(unsigned long addr, size_t size)
{
	if (!size)
		return 0;

	return ((offset_in_page(addr) + size - 1) >> PAGE_SHIFT) + 1;
}

/*
 * Pages that all buffers touch, each counted by itself; -E2BIG if one is larger
 * than @max_size or all need more pages than can be listed.
 */
static inline long privcmd_bufs_pages(const struct privcmd_dm_op_buf *bufs, unsigned int nr,
				      size_t max_size)
{
	u64 pages = 0;

	for (; nr; nr--, bufs++) {
		if (bufs->size > max_size)
			return -E2BIG;
		pages += privcmd_buf_pages((unsigned long)bufs->uptr, bufs->size);
	}

	return pages > INT_MAX / sizeof(void *) ? -E2BIG : (long)pages;
}

#endif /* _XEN_PRIVCMD_BATCH_H */
