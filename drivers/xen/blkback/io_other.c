// SPDX-License-Identifier: GPL-2.0
/*
 * Requests without data: discards. A flush without data is a transfer of nothing.
 */
#include <linux/blkdev.h>

#include "blkback.h"

/**
 * blkback_discard - serve a discard, secure or not, and answer it
 * @ring: whose it is
 * @id: of the request
 * @plan: of kind BLKBACK_DISCARD or BLKBACK_ERASE
 *
 * Context: the ring's thread; waits for the disk.
 */
void blkback_discard(struct blkback_ring *ring, u64 id, const struct blkback_plan *plan)
{
	struct block_device *bdev = ring->dev->disk.bdev;
	s8 status = BLKIF_RSP_OKAY;
	int err = 0;

	ring->stats[BLKBACK_DS_REQ]++;
	if (!plan->nr_sectors)
		goto answer;

	if (plan->kind == BLKBACK_ERASE)
		err = blkdev_issue_secure_erase(bdev, plan->sector, plan->nr_sectors, GFP_KERNEL);
	else
		err = blkdev_issue_discard(bdev, plan->sector, plan->nr_sectors, GFP_KERNEL);
	if (err)
		status = err == -EOPNOTSUPP ? BLKIF_RSP_EOPNOTSUPP : BLKIF_RSP_ERROR;
answer:
	blkback_respond(ring, id, plan->op, status);
}
