/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pieces of a page that one grant can cover: a page of Linux's may be larger than one of the
 * hypervisor's.
 */
#ifndef XEN_GRANT_CHUNK_H
#define XEN_GRANT_CHUNK_H

#include <linux/minmax.h>
#include <linux/mm.h>

#include <xen/page.h>

/**
 * struct grant_chunk - a piece, and how much is left after it
 * @index:	of the hypervisor's pages in the page, which one
 * @offset:	bytes into that
 * @len:	bytes of the piece; 0 at the end
 * @left:	bytes of the range after the piece
 */
struct grant_chunk {
	unsigned int index;
	unsigned int offset;
	unsigned int len;
	unsigned int left;
};

static inline struct grant_chunk grant_chunk_next(struct grant_chunk chunk)
{
	chunk.index++;
	chunk.offset = 0;
	chunk.len = min_t(unsigned int, XEN_PAGE_SIZE, chunk.left);
	chunk.left -= chunk.len;
	return chunk;
}

/**
 * grant_chunk_first() - the first piece of a range
 * @offset: where the range starts in the page, less than PAGE_SIZE
 * @len: its length; what is beyond the page does not count
 *
 * Return: the piece; nothing if @len is 0.
 */
static inline struct grant_chunk grant_chunk_first(unsigned int offset, unsigned int len)
{
	struct grant_chunk chunk = {
		.index = XEN_PFN_DOWN(offset),
		.offset = xen_offset_in_page(offset),
		.left = min_t(unsigned int, PAGE_SIZE - offset, len),
	};

	chunk.len = min_t(unsigned int, XEN_PAGE_SIZE - chunk.offset, chunk.left);
	chunk.left -= chunk.len;
	return chunk;
}

#endif /* XEN_GRANT_CHUNK_H */
