/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ring in which a file of /dev/xen/evtchn keeps the ports that had events.
 *
 * Both indices run freely and wrap at 2^32; the size is a power of two.  Pure
 * functions; who calls them has the locks.
 */
#ifndef _XEN_EVTCHN_DEV_RING_H
#define _XEN_EVTCHN_DEV_RING_H

#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include <xen/interface/xen.h>
#include <xen/interface/event_channel.h>

struct port_ring {
	evtchn_port_t *slots;
	u32 size;
	u32 head;		/* next to be written */
	u32 tail;		/* next to be read */
};

static inline u32 port_ring_used(const struct port_ring *ring)
{
	return READ_ONCE(ring->head) - READ_ONCE(ring->tail);
}

static inline evtchn_port_t *port_ring_slot(const struct port_ring *ring, u32 index)
{
	return &ring->slots[index & (ring->size - 1)];
}

/* Length of the piece of at most @max ports from @index that wraps nowhere. */
static inline u32 port_ring_piece(const struct port_ring *ring, u32 index, u32 max)
{
	return min(max, ring->size - (index & (ring->size - 1)));
}

/* The size after @size; each bound port needs a slot. */
static inline u32 port_ring_next_size(u32 size)
{
	return size ? 2 * size : 64;
}

/* The contents stay at their indices, so readers and writers notice nothing. */
static inline void port_ring_move(struct port_ring *ring, evtchn_port_t *slots, u32 size)
{
	struct port_ring larger = { .slots = slots, .size = size };
	u32 i;

	for (i = ring->tail; i != ring->head; i++)
		*port_ring_slot(&larger, i) = *port_ring_slot(ring, i);
	ring->slots = slots;
	ring->size = size;
}

#endif /* _XEN_EVTCHN_DEV_RING_H */
