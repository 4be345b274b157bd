// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of a hostile block frontend, from the bytes in the ring to what would be
 * mapped and submitted.
 */
#include "fuzz.h"

#include "drivers/xen/blkback/abi.c"
#include "drivers/xen/blkback/parse.c"

static u8 slot[128] __aligned(8);
static struct blkif_request_segment descs[BLKBACK_MAX_SEGS];

static void put(unsigned int offset, u64 value, unsigned int bytes)
{
	memcpy(slot + offset, &value, bytes);
}

static void make_segment(struct blkif_request_segment *seg)
{
	seg->gref = fuzz_any();
	seg->first_sect = fuzz_chance(8) ? fuzz_any() : fuzz_below(8);
	seg->last_sect = fuzz_chance(8) ? fuzz_any() : fuzz_below(9);
}

/* Mostly right, as nothing gets far otherwise. */
static void make_request(const struct blkback_layout *layout, u64 sectors)
{
	struct blkif_request_segment seg;
	unsigned int i;

	fuzz_fill(slot, sizeof(slot));
	if (!fuzz_chance(8))
		put(0, fuzz_below(8), 1);
	if (!fuzz_chance(4)) {
		put(1, fuzz_below(14), 1);
		put(2, fuzz_chance(4) ? fuzz_edge() : fuzz_below(258), 2);
	}
	put(layout->sector, fuzz_chance(2) ? fuzz_below(sectors + 2) : fuzz_edge(), 8);
	if (slot[0] == BLKIF_OP_DISCARD) {
		put(layout->body, fuzz_chance(2) ? fuzz_below(sectors + 2) : fuzz_edge(), 8);
		return;
	}
	if (slot[0] == BLKIF_OP_INDIRECT)
		return;
	for (i = 0; i < BLKIF_MAX_SEGMENTS_PER_REQUEST; i++) {
		make_segment(&seg);
		if (layout->body + (i + 1) * sizeof(seg) <= layout->stride)
			memcpy(slot + layout->body + i * sizeof(seg), &seg, sizeof(seg));
	}
}

static void check_rejection(const struct blkback_plan *plan)
{
	require(plan->status == BLKIF_RSP_ERROR || plan->status == BLKIF_RSP_EOPNOTSUPP);
}

static void check_range(const struct blkback_plan *plan, const struct blkback_limits *limits)
{
	if (!plan->nr_sectors)
		return;
	require(plan->sector < limits->sectors);
	require(plan->nr_sectors <= limits->sectors - plan->sector);
	require(!(plan->sector & limits->block_mask));
	require(!(plan->nr_sectors & limits->block_mask));
}

static void check_transfer(struct blkback_plan *plan, const struct blkback_request *req,
			   const struct blkback_limits *limits)
{
	static struct blkback_frame frames[BLKBACK_MAX_SEGS];
	static struct bio_vec vecs[BLKBACK_MAX_SEGS];
	unsigned int i;
	u64 bytes = 0;

	require(plan->nr_segs <= (plan->indirect ? BLKBACK_MAX_SEGS :
				  BLKIF_MAX_SEGMENTS_PER_REQUEST));
	require(plan->kind == BLKBACK_READ || !limits->readonly);

	for (i = 0; i < plan->nr_segs && plan->indirect; i++)
		make_segment(&descs[i]);
	if (blkback_plan_segs(plan, plan->indirect ? descs : req->seg, limits->block_mask, frames,
			      vecs))
		return;
	for (i = 0; i < plan->nr_segs; i++) {
		require(vecs[i].bv_len && vecs[i].bv_len <= PAGE_SIZE);
		require(vecs[i].bv_offset <= PAGE_SIZE - vecs[i].bv_len);
		bytes += vecs[i].bv_len;
	}
	require(bytes == plan->nr_sectors << 9);
	if (blkback_range_is_valid(plan, limits))
		check_range(plan, limits);
}

static void check_ring(void)
{
	u32 size = 1U << fuzz_below(10);
	u32 rsp = fuzz_edge(), cons = fuzz_chance(4) ? fuzz_edge() : rsp + fuzz_below(size + 1);
	u32 prod = fuzz_chance(4) ? fuzz_edge() : cons + fuzz_below(size + 2);
	int got = blkback_announced(prod, cons, rsp, size);

	if (got >= 0) {
		require(got <= size);
		require(prod - rsp <= size);
		require(cons + got == prod);
	}
}

static void target_run(void)
{
	const struct blkback_layout *layout = blkback_layout_of(BLKBACK_ABI_NATIVE + fuzz_below(3));
	struct blkback_limits limits = {
		.sectors = fuzz_chance(4) ? fuzz_edge() : 8 * fuzz_below(1000),
		.block_mask = fuzz_chance(2) ? 0 : 7,
		.readonly = fuzz_chance(4),
		.can_erase = fuzz_chance(2),
	};
	struct blkback_request req;
	struct blkback_plan plan;

	check_ring();
	memset(&req, 0xa5, sizeof(req));
	memset(&plan, 0xa5, sizeof(plan));
	make_request(layout, limits.sectors);
	blkback_decode(layout, slot, &req);
	switch (blkback_parse(&req, &limits, &plan)) {
	case BLKBACK_REJECT:
		check_rejection(&plan);
		break;
	case BLKBACK_DISCARD:
	case BLKBACK_ERASE:
		require(!limits.readonly);
		require(plan.kind == BLKBACK_DISCARD || limits.can_erase);
		check_range(&plan, &limits);
		break;
	default:
		check_transfer(&plan, &req, &limits);
	}
}
