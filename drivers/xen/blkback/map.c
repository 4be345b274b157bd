// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping frontends' frames.
 *
 * Each operation's status is the frontend's choice. A frame is in one of three states: it has
 * a persistent mapping, which it counts as a user; it has a mapping of its own, with a
 * handle; or it has neither.
 *
 * A page whose mapping cannot be undone is never used again.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <xen/page.h>

#include "blkback.h"

static phys_addr_t page_addr(struct page *page)
{
	return (unsigned long)pfn_to_kaddr(page_to_pfn(page));
}

/* Let a mapping that was just made stay, if that is possible. */
static void frame_keep(struct blkback_ring *ring, struct blkback_frame *frame, struct page *page)
{
	struct blkback_kept *kept;

	kept = kmalloc(sizeof(*kept), GFP_KERNEL | __GFP_NOWARN);
	if (!kept)
		return;
	kept->gref = frame->gref;
	kept->handle = frame->handle;
	kept->page = page;
	if (blkback_keep_add(&ring->keep, kept, blkback_keep_max(), jiffies))
		frame->kept = kept;
	else
		kfree(kept);
}

/* Map what was collected. */
static int map_batch(struct blkback_ring *ring, struct blkback_frame *frames, unsigned int n)
{
	struct blkback_frame *frame;
	unsigned int i;
	int err;

	if (!n)
		return 0;
	err = gnttab_map_refs(ring->map, NULL, ring->map_pages, n);
	for (i = 0; i < n; i++) {
		frame = &frames[ring->map_index[i]];
		if (ring->map[i].status != GNTST_okay) {
			/* Nothing is mapped there: the page is as good as before. */
			gnttab_page_cache_put(&ring->pages, &ring->map_pages[i], 1);
			err = err ?: -EFAULT;
			continue;
		}
		frame->handle = ring->map[i].handle;
		if (ring->persistent && !err)
			frame_keep(ring, frame, ring->map_pages[i]);
	}
	return err;
}

/* Collect one more; 1 if there is no room for another, 0 if there is, or -errno. */
static int batch_add(struct blkback_ring *ring, const struct blkback_frame *frame,
		     unsigned int index, unsigned int n, u32 flags)
{
	int err = gnttab_page_cache_get(&ring->pages, &ring->map_pages[n]);

	if (err)
		return err;
	ring->map_index[n] = index;
	gnttab_set_map_op(&ring->map[n], page_addr(ring->map_pages[n]), flags, frame->gref,
			  ring->dev->domid);
	return n + 1 == BLKBACK_MAP_BATCH;
}

/**
 * blkback_frames_map - map frames
 * @ring: whose they are
 * @frames: the frames, with their references
 * @vecs: as many; their pages are set
 * @nr: how many
 * @readonly: the disk does not write to them; persistent mappings are not, in any case
 *
 * Context: the ring's thread.
 * Return: 0, or -errno; also then all frames have a state, and some may be mapped.
 */
int blkback_frames_map(struct blkback_ring *ring, struct blkback_frame *frames,
		       struct bio_vec *vecs, unsigned int nr, bool readonly)
{
	u32 flags = GNTMAP_host_map | (readonly && !ring->persistent ? GNTMAP_readonly : 0);
	unsigned long now = jiffies;
	unsigned int i, n = 0;
	int full, err = 0;

	for (i = 0; i < nr; i++) {
		struct blkback_frame *frame = &frames[i];

		frame->handle = BLKBACK_NO_HANDLE;
		frame->kept = NULL;
		if (unlikely(err))
			continue;
		if (ring->persistent)
			frame->kept = blkback_keep_get(&ring->keep, frame->gref, now);
		if (frame->kept) {
			vecs[i].bv_page = frame->kept->page;
			continue;
		}

		full = batch_add(ring, frame, i, n, flags);
		if (full < 0) {
			err = full;
			continue;
		}
		vecs[i].bv_page = ring->map_pages[n++];
		if (full) {
			err = map_batch(ring, frames, n);
			n = 0;
		}
	}
	full = map_batch(ring, frames, n);
	return err ?: full;
}

/**
 * blkback_frames_put - a request does not use its frames any more
 * @io: the request; its @unmap and @pages are filled in
 *
 * Context: any.
 * Return: how many are to be unmapped, as they do not stay.
 */
unsigned int blkback_frames_put(struct blkback_io *io)
{
	unsigned int i, n = 0;

	for (i = 0; i < io->nr; i++) {
		struct blkback_frame *frame = &io->frames[i];
		struct page *page = io->vecs[i].bv_page;

		if (likely(frame->kept)) {
			blkback_keep_put(frame->kept);
		} else if (frame->handle != BLKBACK_NO_HANDLE) {
			io->pages[n] = page;
			gnttab_set_unmap_op(&io->unmap[n++], page_addr(page), GNTMAP_host_map,
					    frame->handle);
		}
	}
	return n;
}

/**
 * blkback_unmapped - take the pages back after an unmapping
 * @ring: whose they are
 * @err: the result
 * @item: what was unmapped
 *
 * Context: any.
 */
void blkback_unmapped(struct blkback_ring *ring, int err,
		      const struct gntab_unmap_queue_data *item)
{
	unsigned int i, n = 0, bad = 0;

	/* Move the good ones to the front; mostly they all are. */
	for (i = 0; i < item->count; i++) {
		if (likely(!err && item->unmap_ops[i].status == GNTST_okay))
			item->pages[n++] = item->pages[i];
		else
			bad++;
	}
	gnttab_page_cache_put(&ring->pages, item->pages, n);
	if (unlikely(bad))
		pr_err_ratelimited("%u grants of domain %u could not be unmapped: %d\n",
				   bad, ring->dev->domid, err);
}

static void unmap_now(struct blkback_ring *ring, struct gnttab_unmap_grant_ref *ops,
		      struct page **pages, unsigned int n)
{
	struct gntab_unmap_queue_data item = {
		.unmap_ops = ops, .pages = pages, .count = n,
	};

	if (n)
		blkback_unmapped(ring, gnttab_unmap_refs_sync(&item), &item);
}

/**
 * blkback_frame_unmap - the same as blkback_frames_put(), for one frame, to the end
 * @ring: whose it is
 * @frame: the frame
 * @page: where it is mapped
 *
 * Context: the ring's thread.
 */
void blkback_frame_unmap(struct blkback_ring *ring, struct blkback_frame *frame,
			 struct page *page)
{
	struct gnttab_unmap_grant_ref op;

	if (frame->kept) {
		blkback_keep_put(frame->kept);
	} else if (frame->handle != BLKBACK_NO_HANDLE) {
		gnttab_set_unmap_op(&op, page_addr(page), GNTMAP_host_map, frame->handle);
		unmap_now(ring, &op, &page, 1);
	}
}

/**
 * blkback_kept_unmap - unmap what was taken out of the persistent mappings
 * @ring: whose they are
 * @taken: struct blkback_kept, linked by @age; freed
 *
 * Context: may sleep, as long as somebody still uses a page.
 */
void blkback_kept_unmap(struct blkback_ring *ring, struct list_head *taken)
{
	struct gnttab_unmap_grant_ref ops[8];
	struct page *pages[ARRAY_SIZE(ops)];
	struct blkback_kept *kept, *next;
	unsigned int n = 0;

	list_for_each_entry_safe(kept, next, taken, age) {
		pages[n] = kept->page;
		gnttab_set_unmap_op(&ops[n++], page_addr(kept->page), GNTMAP_host_map,
				    kept->handle);
		kfree(kept);
		if (n == ARRAY_SIZE(ops)) {
			unmap_now(ring, ops, pages, n);
			n = 0;
		}
	}
	unmap_now(ring, ops, pages, n);
	INIT_LIST_HEAD(taken);
}
