// SPDX-License-Identifier: GPL-2.0
/*
 * Making and freeing rings.
 *
 * In the order of blkback_ring_disconnect(): the thread stops, so that nothing new is taken;
 * the last request ends, which may be at once; then nobody knows the ring any more, and its
 * event channel, its memory and what was mapped for it go.
 */
#include <linux/kthread.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include <xen/events.h>
#include <xen/page.h>

#include "blkback.h"

static void io_arrays_free(struct blkback_io *io)
{
	kvfree(io->frames);
	kvfree(io->vecs);
	kvfree(io->unmap);
	kvfree(io->pages);
	io->frames = NULL;
	io->vecs = NULL;
	io->unmap = NULL;
	io->pages = NULL;
	io->room = 0;
}

/**
 * blkback_io_reserve - make room for segments
 * @io: a request without any
 * @nr: how many
 *
 * Most requests never need more than fit into a slot, others soon need as many as there can be.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int blkback_io_reserve(struct blkback_io *io, unsigned int nr)
{
	unsigned int room;

	if (likely(nr <= io->room))
		return 0;
	room = nr <= BLKIF_MAX_SEGMENTS_PER_REQUEST ? BLKIF_MAX_SEGMENTS_PER_REQUEST :
						      BLKBACK_MAX_SEGS;

	io_arrays_free(io);
	io->frames = kvcalloc(room, sizeof(*io->frames), GFP_KERNEL);
	io->vecs = kvcalloc(room, sizeof(*io->vecs), GFP_KERNEL);
	io->unmap = kvcalloc(room, sizeof(*io->unmap), GFP_KERNEL);
	io->pages = kvcalloc(room, sizeof(*io->pages), GFP_KERNEL);
	if (!io->frames || !io->vecs || !io->unmap || !io->pages) {
		io_arrays_free(io);
		return -ENOMEM;
	}
	io->room = room;
	return 0;
}

static void ring_free(struct blkback_ring *ring)
{
	struct blkback_dev *dev = ring->dev;
	LIST_HEAD(taken);
	unsigned int i;

	if (ring->irq)
		unbind_from_irqhandler(ring->irq, ring);
	/* Until now an event could still wake it. */
	if (ring->thread)
		put_task_struct(ring->thread);
	if (ring->memory)
		xenbus_unmap_ring_vfree(dev->xendev, ring->memory);

	blkback_keep_take_all(&ring->keep, &taken);
	blkback_kept_unmap(ring, &taken);
	gnttab_page_cache_shrink(&ring->pages, 0);

	for (i = 0; ring->ios && i < ring->shared.nr_ents; i++)
		io_arrays_free(&ring->ios[i]);
	kvfree(ring->ios);
	kvfree(ring);
	blkback_dev_put(dev);
}

/* The last request has ended after the ring was disconnected. */
static void ring_release(struct work_struct *work)
{
	struct blkback_ring *ring = container_of(work, struct blkback_ring, release);
	struct blkback_dev *dev = ring->dev;

	blkback_dev_get(dev);
	ring_free(ring);
	/* Now the frontend may connect again. */
	atomic_dec(&dev->draining);
	blkback_dev_put(dev);
}

static int ring_make_ios(struct blkback_ring *ring)
{
	unsigned int i, nr = ring->shared.nr_ents;
	struct blkback_io *io;
	int err;

	ring->ios = kvcalloc(nr, sizeof(*ring->ios), GFP_KERNEL);
	if (!ring->ios)
		return -ENOMEM;

	for (i = 0; i < nr; i++) {
		io = &ring->ios[i];
		io->ring = ring;
		err = blkback_io_reserve(io, BLKIF_MAX_SEGMENTS_PER_REQUEST);
		if (err)
			return err;
		io->next = ring->free;
		ring->free = io;
	}
	return 0;
}

/* Go on where the frontend and its last backend have left off, which is zero at first. */
static int ring_attach(struct blkback_ring *ring, unsigned int bytes)
{
	struct blkback_sring *sring = ring->memory;
	RING_IDX rsp = READ_ONCE(sring->rsp_prod);
	RING_IDX req = READ_ONCE(sring->req_prod);

	ring->shared.sring = sring;
	ring->shared.rsp_prod_pvt = rsp;
	ring->shared.req_cons = rsp;
	ring->shared.nr_ents = rounddown_pow_of_two((bytes - offsetof(struct blkback_sring, ring)) /
						    ring->layout->stride);

	return blkback_announced(req, rsp, rsp, ring->shared.nr_ents) < 0 ? -EIO : 0;
}

static int ring_bind(struct blkback_ring *ring, unsigned int evtchn)
{
	int irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(ring->dev->xendev, evtchn,
								blkback_ring_event, 0,
								"blkif-backend", ring);

	if (irq < 0)
		return irq;
	ring->irq = irq;
	return 0;
}

/**
 * blkback_ring_create - map a ring and bind its event channel
 * @dev: whose it is, with all that was negotiated
 * @grefs: references of its pages, @dev->ring_pages of them
 * @evtchn: the frontend's port
 *
 * Context: may sleep.
 * Return: the ring for blkback_ring_disconnect(), or an ERR_PTR.
 */
struct blkback_ring *blkback_ring_create(struct blkback_dev *dev, grant_ref_t *grefs,
					 unsigned int evtchn)
{
	struct blkback_ring *ring;
	int err;

	ring = kvzalloc(sizeof(*ring), GFP_KERNEL);
	if (!ring)
		return ERR_PTR(-ENOMEM);
	blkback_dev_get(dev);
	ring->dev = dev;
	ring->layout = blkback_layout_of(dev->abi);
	ring->persistent = dev->persistent;
	ring->busy = 1;
	ring->next_tend = jiffies;
	ring->next_log = jiffies;
	set_bit(BLKBACK_LOOK, &ring->todo);
	spin_lock_init(&ring->lock);
	blkback_keep_init(&ring->keep);
	gnttab_page_cache_init(&ring->pages);
	INIT_WORK(&ring->release, ring_release);

	err = xenbus_map_ring_valloc(dev->xendev, grefs, dev->ring_pages, &ring->memory);
	if (err) {
		ring->memory = NULL;
		goto failed;
	}
	err = ring_attach(ring, dev->ring_pages * XEN_PAGE_SIZE);
	if (!err)
		err = ring_make_ios(ring);
	if (!err)
		err = ring_bind(ring, evtchn);
	if (err)
		goto failed;
	return ring;

failed:
	ring_free(ring);
	return ERR_PTR(err);
}

/**
 * blkback_ring_start - start the thread
 * @ring: the ring; its device has a disk
 * @name: the thread's name
 * @index: the ring's number, which becomes part of the name
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int blkback_ring_start(struct blkback_ring *ring, const char *name, unsigned int index)
{
	struct task_struct *thread;

	thread = kthread_create(blkback_ring_thread, ring, "%s-%u", name, index);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	/* Events wake it even after it has stopped. */
	get_task_struct(thread);
	/* Pairs with blkback_ring_wake(). */
	smp_store_release(&ring->thread, thread);
	wake_up_process(thread);
	return 0;
}

/**
 * blkback_ring_disconnect - take nothing from a ring any more, and free it
 * @ring: the ring, which is gone then, or once its last request has ended
 *
 * Context: may sleep.
 */
void blkback_ring_disconnect(struct blkback_ring *ring)
{
	struct blkback_dev *dev = ring->dev;
	bool idle;

	if (ring->thread)
		kthread_stop(ring->thread);

	atomic_inc(&dev->draining);
	spin_lock_irq(&ring->lock);
	idle = !--ring->busy;
	spin_unlock_irq(&ring->lock);
	if (!idle)
		return;
	ring_free(ring);
	atomic_dec(&dev->draining);
}
