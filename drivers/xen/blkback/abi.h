/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests as frontends write them, and one form of them all.
 *
 * Pure: nothing here needs a hypervisor.
 */
#ifndef _XEN_BLKBACK_ABI_H
#define _XEN_BLKBACK_ABI_H

#include <linux/errno.h>
#include <linux/types.h>

#include <xen/interface/io/blkif.h>

/* As they are numbered in the log. */
enum blkback_abi {
	BLKBACK_ABI_NATIVE = 1,
	BLKBACK_ABI_X86_32,
	BLKBACK_ABI_X86_64,
};

/*
 * Descriptors of an indirect request that are taken, and advertised. They always fit in one
 * frame.
 */
#define BLKBACK_MAX_SEGS	256

/**
 * struct blkback_layout - where the fields of a request are; all offsets in bytes
 * @stride:	from a slot of the ring to the next
 * @id:		of the identity, in all requests
 * @sector:	of the first sector, in all requests that have one
 * @body:	of what follows it: segments, or the number of sectors to discard
 * @gref:	of the first reference of an indirect request
 *
 * All offsets are multiples of four. What comes before @id is the same in all layouts.
 */
struct blkback_layout {
	u8 stride, id, sector, body, gref;
};

/**
 * struct blkback_request - a request, out of the frontend's reach
 * @op:		BLKIF_OP_*, or what the frontend thinks is one
 * @inner_op:	of an indirect request: what to do
 * @flags:	of a discard: BLKIF_DISCARD_*
 * @nr_segs:	of reads, writes and indirect requests: how many, not checked
 * @id:		to be sent back
 * @sector:	the first, in units of 512 bytes
 * @nr_sectors:	of a discard
 * @gref:	of an indirect request: the frame with the descriptors
 * @seg:	of reads and writes: @nr_segs of them, but at most what there are
 *
 * Fields that the kind of the request does not have are undefined.
 */
struct blkback_request {
	u8 op;
	u8 inner_op;
	u8 flags;
	u16 nr_segs;
	u64 id;
	u64 sector;
	u64 nr_sectors;
	grant_ref_t gref;
	struct blkif_request_segment seg[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};

/**
 * blkback_announced - how many requests has the frontend announced?
 * @prod: its producer index
 * @cons: requests that were taken
 * @rsp: responses that were made; read after @prod, so that it is not the one behind
 * @size: of the ring
 *
 * A producer that runs ahead of the answers, or back, is a lie.
 *
 * Return: how many, or -EPROTO.
 */
static inline int blkback_announced(u32 prod, u32 cons, u32 rsp, u32 size)
{
	u32 announced = prod - cons, unanswered = cons - rsp;

	return unanswered <= size && announced <= size - unanswered ? announced : -EPROTO;
}

const struct blkback_layout *blkback_layout_of(enum blkback_abi abi);
void blkback_copy_words(void *to, const void *from, unsigned int bytes);
void blkback_decode(const struct blkback_layout *layout, const void *slot,
		    struct blkback_request *req);

#endif /* _XEN_BLKBACK_ABI_H */
