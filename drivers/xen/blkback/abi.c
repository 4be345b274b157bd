// SPDX-License-Identifier: GPL-2.0
/*
 * Reading requests.
 *
 * A request is read from memory that its frontend can change at any time. Every word of it is
 * loaded once, here, and nobody else looks at it.
 */
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "abi.h"

/* A 32-bit x86 frontend aligns 64-bit fields to four bytes; everyone else to eight. */
static const struct blkback_layout layout_4 = {
	.stride = 108, .id = 4, .sector = 12, .body = 20, .gref = 24,
};

static const struct blkback_layout layout_8 = {
	.stride = 112, .id = 8, .sector = 16, .body = 24, .gref = 28,
};

/* xen/include/public/io/blkif.h: the layout of this kernel is one of the two. */
#define NATIVE_IS_4	IS_ENABLED(CONFIG_X86_32)
#define NATIVE_AT(offset_4, offset_8, member)				\
	static_assert(offsetof(struct blkif_request, u.member) ==	\
		      (NATIVE_IS_4 ? (offset_4) : (offset_8)))
NATIVE_AT(4, 8, rw.id);
NATIVE_AT(4, 8, other.id);
NATIVE_AT(4, 8, discard.id);
NATIVE_AT(4, 8, indirect.id);
NATIVE_AT(12, 16, rw.sector_number);
NATIVE_AT(12, 16, discard.sector_number);
NATIVE_AT(12, 16, indirect.sector_number);
NATIVE_AT(20, 24, rw.seg);
NATIVE_AT(20, 24, discard.nr_sectors);
NATIVE_AT(24, 28, indirect.indirect_grefs);
NATIVE_AT(1, 1, rw.nr_segments);
NATIVE_AT(1, 1, discard.flag);
NATIVE_AT(1, 1, indirect.indirect_op);
NATIVE_AT(2, 2, indirect.nr_segments);
static_assert(sizeof(struct blkif_request) == (NATIVE_IS_4 ? 108 : 112));
static_assert(sizeof(struct blkif_request_segment) == 8);

/* The largest header, which is all but the segments. */
union header {
	u32 word[8];
	u8 byte[32];
	u16 half[16];
};

/**
 * blkback_layout_of - what requests look like
 * @abi: one of the enumeration
 *
 * Return: a layout.
 */
const struct blkback_layout *blkback_layout_of(enum blkback_abi abi)
{
	bool is_4 = abi == BLKBACK_ABI_X86_32 || (abi == BLKBACK_ABI_NATIVE && NATIVE_IS_4);

	return is_4 ? &layout_4 : &layout_8;
}

/**
 * blkback_copy_words - copy from memory that somebody else writes to
 * @to: where to; aligned to four bytes
 * @from: likewise
 * @bytes: a multiple of four
 *
 * Each word is loaded once.
 */
void blkback_copy_words(void *to, const void *from, unsigned int bytes)
{
	const u32 *src = from;
	u32 *dst = to;
	unsigned int i;

	for (i = 0; i < bytes / sizeof(u32); i++)
		dst[i] = READ_ONCE(src[i]);
}

static u64 header_u64(const union header *header, unsigned int offset)
{
	u64 value;

	memcpy(&value, &header->byte[offset], sizeof(value));
	return value;
}

/* What follows the first sector. */
static void decode_body(const struct blkback_layout *layout, const void *slot,
			struct blkback_request *req, union header *header)
{
	switch (req->op) {
	case BLKIF_OP_READ:
	case BLKIF_OP_WRITE:
	case BLKIF_OP_WRITE_BARRIER:
	case BLKIF_OP_FLUSH_DISKCACHE:
		req->nr_segs = header->byte[1];
		blkback_copy_words(req->seg, slot + layout->body,
				   min(req->nr_segs, ARRAY_SIZE(req->seg)) * sizeof(req->seg[0]));
		break;
	case BLKIF_OP_DISCARD:
		req->flags = header->byte[1];
		blkback_copy_words(&req->nr_sectors, slot + layout->body, sizeof(req->nr_sectors));
		break;
	case BLKIF_OP_INDIRECT:
		req->inner_op = header->byte[1];
		req->nr_segs = header->half[1];
		blkback_copy_words(&req->gref, slot + layout->gref, sizeof(req->gref));
		break;
	}
}

/**
 * blkback_decode - read a request
 * @layout: what it looks like
 * @slot: where it is; @layout->stride bytes
 * @req: filled in
 *
 * Of an operation that is not known @op and @id are good, which an answer needs.
 */
void blkback_decode(const struct blkback_layout *layout, const void *slot,
		    struct blkback_request *req)
{
	union header header;

	blkback_copy_words(header.word, slot, layout->body);
	req->op = header.byte[0];
	req->id = header_u64(&header, layout->id);
	req->sector = header_u64(&header, layout->sector);
	decode_body(layout, slot, req, &header);
}
