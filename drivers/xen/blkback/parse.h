/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a request asks for, and whether it may.
 *
 * Pure: nothing here needs a hypervisor or a disk.
 */
#ifndef _XEN_BLKBACK_PARSE_H
#define _XEN_BLKBACK_PARSE_H

#include <linux/bvec.h>
#include <linux/types.h>

#include "abi.h"
#include "persist.h"

enum blkback_kind {
	BLKBACK_REJECT,		/* answer with the plan's status */
	BLKBACK_READ,
	BLKBACK_WRITE,
	BLKBACK_FLUSH,		/* the disk's cache; then write, if there are segments */
	BLKBACK_BARRIER,	/* the same between what is before and after it, and durable */
	BLKBACK_DISCARD,
	BLKBACK_ERASE,		/* discard, and nobody can read it ever again */
};

/**
 * struct blkback_limits - what a disk allows
 * @sectors:	its size in units of 512 bytes
 * @block_mask:	the size of its blocks in the same unit, less one
 * @readonly:	for this frontend
 * @can_erase:	securely
 */
struct blkback_limits {
	u64 sectors;
	u32 block_mask;
	bool readonly;
	bool can_erase;
};

/**
 * struct blkback_plan - what to do
 * @kind:	what
 * @op:		for the answer
 * @status:	of the answer, if it is a rejection
 * @indirect:	the segments are described in a frame of their own
 * @nr_segs:	how many segments there are
 * @sector:	the first
 * @nr_sectors:	how many, once the segments are planned
 */
struct blkback_plan {
	enum blkback_kind kind;
	u8 op;
	s8 status;
	bool indirect;
	u16 nr_segs;
	u64 sector;
	u64 nr_sectors;
};

/**
 * struct blkback_frame - a frontend's frame that a request uses
 * @gref:	its reference
 * @handle:	of its mapping, if that is for this request only
 * @kept:	its mapping, if that is a persistent one
 */
struct blkback_frame {
	grant_ref_t gref;
	grant_handle_t handle;
	struct blkback_kept *kept;
};

enum blkback_kind blkback_parse(const struct blkback_request *req,
				const struct blkback_limits *limits, struct blkback_plan *plan);
int blkback_plan_segs(struct blkback_plan *plan, const void *descs, u32 block_mask,
		      struct blkback_frame *frames, struct bio_vec *vecs);
bool blkback_range_is_valid(const struct blkback_plan *plan, const struct blkback_limits *limits);

#endif /* _XEN_BLKBACK_PARSE_H */
