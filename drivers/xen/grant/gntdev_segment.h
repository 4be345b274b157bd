/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A segment of IOCTL_GNTDEV_GRANT_COPY in pieces that the hypervisor can copy: none crosses a
 * page on either side. Pure; the caller fills in frames of its own memory.
 */
#ifndef XEN_GRANT_GNTDEV_SEGMENT_H
#define XEN_GRANT_GNTDEV_SEGMENT_H

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include <xen/interface/grant_table.h>
#include <xen/gntdev.h>
#include <xen/page.h>

#define GNTDEV_SEGMENT_GREFS	(GNTCOPY_source_gref | GNTCOPY_dest_gref)

/**
 * gntdev_segment_check() - can a segment be copied?
 * @segment: from user space
 *
 * A grant is of one page. With no grant at all there is nothing that needs the hypervisor.
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
static inline int gntdev_segment_check(const struct gntdev_grant_copy_segment *segment)
{
	unsigned int len = segment->len;

	if (!(segment->flags & GNTDEV_SEGMENT_GREFS))
		return -EINVAL;
	if ((segment->flags & GNTCOPY_source_gref) &&
	    segment->source.foreign.offset + len > XEN_PAGE_SIZE)
		return -EINVAL;
	if ((segment->flags & GNTCOPY_dest_gref) &&
	    segment->dest.foreign.offset + len > XEN_PAGE_SIZE)
		return -EINVAL;

	return 0;
}

/**
 * gntdev_segment_piece() - the next piece
 * @segment: one that has been checked
 * @done: bytes in earlier pieces, less than its length
 * @op: gets the lengths, offsets, flags, domains and grants; a side in the caller's memory
 *	lacks its frame
 *
 * Context: any.
 * Return: where the side in the caller's memory begins, or NULL if there is none.
 */
static inline void __user *gntdev_segment_piece(const struct gntdev_grant_copy_segment *segment,
						unsigned int done, struct gnttab_copy *op)
{
	struct gnttab_copy_ptr *local = NULL;
	void __user *virt = NULL;
	unsigned int room;

	op->len = segment->len - done;
	op->flags = segment->flags & GNTDEV_SEGMENT_GREFS;

	if (op->flags & GNTCOPY_source_gref) {
		op->source.u.ref = segment->source.foreign.ref;
		op->source.domid = segment->source.foreign.domid;
		op->source.offset = segment->source.foreign.offset + done;
	} else {
		local = &op->source;
		virt = segment->source.virt + done;
	}

	if (op->flags & GNTCOPY_dest_gref) {
		op->dest.u.ref = segment->dest.foreign.ref;
		op->dest.domid = segment->dest.foreign.domid;
		op->dest.offset = segment->dest.foreign.offset + done;
	} else {
		local = &op->dest;
		virt = segment->dest.virt + done;
	}

	if (!local)
		return NULL;

	local->domid = DOMID_SELF;
	local->offset = (unsigned long)virt & ~XEN_PAGE_MASK;
	room = XEN_PAGE_SIZE - local->offset;
	op->len = min_t(unsigned int, op->len, room);

	return virt;
}

#endif /* XEN_GRANT_GNTDEV_SEGMENT_H */
