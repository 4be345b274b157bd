// SPDX-License-Identifier: GPL-2.0
/*
 * Checking requests.
 *
 * blkback_parse() knows all but the segments, which may be in a frame that is not mapped yet;
 * blkback_plan_segs() adds them; blkback_range_is_valid() then has the last word.
 */
#include <linux/bio.h>
#include <linux/errno.h>

#include <xen/page.h>

#include "parse.h"

#define SECTORS_PER_FRAME	(XEN_PAGE_SIZE >> 9)

/* They are read from one frame, and go into one bio. */
static_assert(BLKBACK_MAX_SEGS * sizeof(struct blkif_request_segment) <= XEN_PAGE_SIZE);
static_assert(BLKBACK_MAX_SEGS <= BIO_MAX_VECS);

static enum blkback_kind reject(struct blkback_plan *plan, s8 status)
{
	plan->kind = BLKBACK_REJECT;
	plan->status = status;
	return BLKBACK_REJECT;
}

static enum blkback_kind parse_transfer(const struct blkback_limits *limits, unsigned int max_segs,
					struct blkback_plan *plan)
{
	if (plan->nr_segs > max_segs)
		return reject(plan, BLKIF_RSP_ERROR);
	/* Only a flush may be without. */
	if (!plan->nr_segs && plan->kind != BLKBACK_FLUSH && plan->kind != BLKBACK_BARRIER)
		return reject(plan, BLKIF_RSP_ERROR);
	if (plan->kind != BLKBACK_READ && limits->readonly)
		return reject(plan, BLKIF_RSP_ERROR);
	return plan->kind;
}

static enum blkback_kind parse_direct(const struct blkback_request *req,
				      const struct blkback_limits *limits,
				      enum blkback_kind kind, struct blkback_plan *plan)
{
	plan->kind = kind;
	plan->nr_segs = req->nr_segs;
	return parse_transfer(limits, BLKIF_MAX_SEGMENTS_PER_REQUEST, plan);
}

static enum blkback_kind parse_indirect(const struct blkback_request *req,
					const struct blkback_limits *limits,
					struct blkback_plan *plan)
{
	/* The answer is about the operation, not about how its segments were passed. */
	plan->op = req->inner_op;
	plan->indirect = true;
	plan->nr_segs = req->nr_segs;

	if (req->inner_op == BLKIF_OP_READ)
		plan->kind = BLKBACK_READ;
	else if (req->inner_op == BLKIF_OP_WRITE)
		plan->kind = BLKBACK_WRITE;
	else
		return reject(plan, BLKIF_RSP_ERROR);
	return parse_transfer(limits, BLKBACK_MAX_SEGS, plan);
}

static enum blkback_kind parse_discard(const struct blkback_request *req,
				       const struct blkback_limits *limits,
				       struct blkback_plan *plan)
{
	bool secure = req->flags & BLKIF_DISCARD_SECURE;

	plan->kind = secure && limits->can_erase ? BLKBACK_ERASE : BLKBACK_DISCARD;
	plan->nr_sectors = req->nr_sectors;
	if (limits->readonly || (req->nr_sectors & limits->block_mask) ||
	    !blkback_range_is_valid(plan, limits))
		return reject(plan, BLKIF_RSP_ERROR);
	return plan->kind;
}

/**
 * blkback_parse - find out what a request asks for
 * @req: the request
 * @limits: of the disk
 * @plan: filled in; of a transfer all but what depends on the segments
 *
 * Return: the plan's kind.
 */
enum blkback_kind blkback_parse(const struct blkback_request *req,
				const struct blkback_limits *limits, struct blkback_plan *plan)
{
	plan->op = req->op;
	plan->status = BLKIF_RSP_OKAY;
	plan->indirect = false;
	plan->nr_segs = 0;
	plan->sector = req->sector;
	plan->nr_sectors = 0;

	switch (req->op) {
	case BLKIF_OP_READ:
		return parse_direct(req, limits, BLKBACK_READ, plan);
	case BLKIF_OP_WRITE:
		return parse_direct(req, limits, BLKBACK_WRITE, plan);
	case BLKIF_OP_FLUSH_DISKCACHE:
		return parse_direct(req, limits, BLKBACK_FLUSH, plan);
	case BLKIF_OP_WRITE_BARRIER:
		return parse_direct(req, limits, BLKBACK_BARRIER, plan);
	case BLKIF_OP_INDIRECT:
		return parse_indirect(req, limits, plan);
	case BLKIF_OP_DISCARD:
		return parse_discard(req, limits, plan);
	default:
		return reject(plan, BLKIF_RSP_EOPNOTSUPP);
	}
}

/**
 * blkback_plan_segs - check the segments of a transfer and add them to the plan
 * @plan: the plan
 * @descs: @plan->nr_segs descriptors, which the frontend may be changing: each is read once
 * @block_mask: of the disk's limits
 * @frames: as many; their references are set
 * @vecs: as many; their offsets and lengths are set
 *
 * Return: 0, or -EINVAL if a segment is not within its frame, or not whole blocks.
 */
int blkback_plan_segs(struct blkback_plan *plan, const void *descs, u32 block_mask,
		      struct blkback_frame *frames, struct bio_vec *vecs)
{
	struct blkif_request_segment seg;
	unsigned int i, sectors, total = 0;

	for (i = 0; i < plan->nr_segs; i++, descs += sizeof(seg)) {
		blkback_copy_words(&seg, descs, sizeof(seg));
		if (seg.last_sect >= SECTORS_PER_FRAME || seg.first_sect > seg.last_sect)
			return -EINVAL;
		sectors = seg.last_sect - seg.first_sect + 1;
		if (sectors & block_mask)
			return -EINVAL;

		frames[i].gref = seg.gref;
		vecs[i].bv_offset = seg.first_sect << 9;
		vecs[i].bv_len = sectors << 9;
		total += sectors;
	}
	plan->nr_sectors = total;
	return 0;
}

/**
 * blkback_range_is_valid - is what a plan touches on the disk, in whole blocks?
 * @plan: the plan, complete
 * @limits: of the disk
 *
 * Where nothing is touched it does not matter.
 *
 * Return: whether it is.
 */
bool blkback_range_is_valid(const struct blkback_plan *plan, const struct blkback_limits *limits)
{
	if (!plan->nr_sectors)
		return true;
	return !(plan->sector & limits->block_mask) && plan->sector <= limits->sectors &&
	       plan->nr_sectors <= limits->sectors - plan->sector;
}
