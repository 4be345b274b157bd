// SPDX-License-Identifier: GPL-2.0
/*
 * Transfers: reads and writes, with or without a flush of the disk's cache.
 *
 * One request is one bio, which is part of it. The block layer splits it as the disk needs.
 */
#include <linux/blkdev.h>
#include <linux/highmem.h>

#include "blkback.h"

static void transfer_unmapped(int err, struct gntab_unmap_queue_data *item)
{
	struct blkback_io *io = item->data;

	blkback_unmapped(io->ring, err, item);
	blkback_io_finish(io);
}

/* The last thing to happen to a request. Any context. */
static void transfer_end(struct blkback_io *io)
{
	unsigned int n = blkback_frames_put(io);

	if (!n) {
		blkback_io_finish(io);
		return;
	}
	io->item = (struct gntab_unmap_queue_data) {
		.data = io, .done = transfer_unmapped,
		.unmap_ops = io->unmap, .pages = io->pages, .count = n,
	};
	gnttab_unmap_refs_async(&io->item);
}

static void transfer_done(struct bio *bio)
{
	struct blkback_io *io = bio->bi_private;

	if (unlikely(bio->bi_status)) {
		io->status = BLKIF_RSP_ERROR;
		if (io->is_flush && bio->bi_status == BLK_STS_NOTSUPP) {
			io->status = BLKIF_RSP_EOPNOTSUPP;
			blkback_ring_wake(io->ring, BLKBACK_NO_FLUSH);
		}
	}
	bio_uninit(bio);
	transfer_end(io);
}

static blk_opf_t transfer_opf(const struct blkback_plan *plan)
{
	switch (plan->kind) {
	case BLKBACK_READ:
		return REQ_OP_READ;
	case BLKBACK_FLUSH:
		return REQ_OP_WRITE | REQ_PREFLUSH;
	case BLKBACK_BARRIER:
		/* Frontends ask for a barrier where they want FUA. */
		return REQ_OP_WRITE | REQ_PREFLUSH | (plan->nr_segs ? REQ_FUA : 0);
	default:
		return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE;
	}
}

static void transfer_submit(struct blkback_ring *ring, struct blkback_io *io,
			    const struct blkback_plan *plan)
{
	struct bio *bio = &io->bio;

	bio_init(bio, ring->dev->disk.bdev, io->vecs, io->room, transfer_opf(plan));
	/* The vectors are complete: offsets and lengths were planned, pages were mapped. */
	bio->bi_vcnt = plan->nr_segs;
	bio->bi_iter.bi_size = plan->nr_sectors << SECTOR_SHIFT;
	bio->bi_iter.bi_sector = plan->nr_segs ? plan->sector : 0;
	bio->bi_end_io = transfer_done;
	bio->bi_private = io;
	submit_bio(bio);
}

static void transfer_count(struct blkback_ring *ring, const struct blkback_plan *plan)
{
	switch (plan->kind) {
	case BLKBACK_READ:
		ring->stats[BLKBACK_RD_REQ]++;
		ring->stats[BLKBACK_RD_SECT] += plan->nr_sectors;
		return;
	case BLKBACK_WRITE:
		ring->stats[BLKBACK_WR_REQ]++;
		break;
	default:
		ring->stats[BLKBACK_F_REQ]++;
	}
	ring->stats[BLKBACK_WR_SECT] += plan->nr_sectors;
}

/* The segments are described in a frame of the frontend's. */
static int plan_indirect(struct blkback_ring *ring, grant_ref_t gref, struct blkback_plan *plan,
			 struct blkback_io *io)
{
	struct blkback_frame frame = { .gref = gref };
	struct bio_vec vec = { };
	void *descs;
	int err;

	err = blkback_frames_map(ring, &frame, &vec, 1, true);
	if (!err) {
		descs = kmap_local_page(vec.bv_page);
		err = blkback_plan_segs(plan, descs, ring->limits.block_mask, io->frames,
					io->vecs);
		kunmap_local(descs);
	}
	blkback_frame_unmap(ring, &frame, vec.bv_page);
	return err;
}

static int transfer_prepare(struct blkback_ring *ring, const struct blkback_request *req,
			    struct blkback_plan *plan, struct blkback_io *io)
{
	int err;

	err = blkback_io_reserve(io, plan->nr_segs);
	if (err)
		return err;

	if (plan->indirect)
		err = plan_indirect(ring, req->gref, plan, io);
	else
		err = blkback_plan_segs(plan, req->seg, ring->limits.block_mask, io->frames,
					io->vecs);
	if (err)
		return err;
	if (!blkback_range_is_valid(plan, &ring->limits))
		return -ERANGE;
	/* What was sent before a barrier ends before it, and nothing is taken meanwhile. */
	if (plan->kind == BLKBACK_BARRIER && !blkback_wait_alone(ring))
		return -EINTR;

	io->nr = plan->nr_segs;
	return blkback_frames_map(ring, io->frames, io->vecs, io->nr,
				  plan->kind != BLKBACK_READ);
}

/**
 * blkback_transfer - serve a read, a write or a flush
 * @ring: whose it is
 * @req: the request
 * @plan: from blkback_parse()
 *
 * Context: the ring's thread.
 */
void blkback_transfer(struct blkback_ring *ring, const struct blkback_request *req,
		      struct blkback_plan *plan)
{
	struct blkback_io *io = blkback_io_get(ring);
	int err;

	if (!io)
		return;
	io->id = req->id;
	io->op = plan->op;
	io->status = BLKIF_RSP_OKAY;
	io->is_flush = plan->kind == BLKBACK_FLUSH || plan->kind == BLKBACK_BARRIER;
	io->nr = 0;

	err = transfer_prepare(ring, req, plan, io);
	if (unlikely(err)) {
		pr_debug("domain %u: a request of kind %u at sector %llu fails: %d\n",
			 ring->dev->domid, plan->kind, plan->sector, err);
		io->status = BLKIF_RSP_ERROR;
		plan->status = BLKIF_RSP_ERROR;
		transfer_end(io);
		return;
	}
	transfer_count(ring, plan);
	transfer_submit(ring, io, plan);
}
