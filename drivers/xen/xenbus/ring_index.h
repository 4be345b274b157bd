/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic on the indices of the store's two byte rings.  Pure.
 *
 * The indices run freely and wrap at 32 bits; an index modulo the ring's size
 * is a place.  All four stand in a page that the peer can write, so nothing
 * here trusts them: whatever they are, a span lies inside of the ring.
 *
 * Source: xen/include/public/io/xs_wire.h, docs/misc/xenstore-ring.txt
 */
#ifndef XENBUS_RING_INDEX_H
#define XENBUS_RING_INDEX_H

#include <linux/minmax.h>
#include <linux/types.h>
#include <xen/interface/io/xs_wire.h>

/* A run of bytes that does not go round the ring's end. */
struct ring_span {
	unsigned int at;
	unsigned int len;
};

/* ring_sane - may these two indices be a ring's state? */
static inline bool ring_sane(u32 cons, u32 prod)
{
	return prod - cons <= XENSTORE_RING_SIZE;
}

/* ring_clip - as much of @bytes from index @from as has no end between. */
static inline struct ring_span ring_clip(u32 from, u32 bytes)
{
	unsigned int at = MASK_XENSTORE_IDX(from);

	return (struct ring_span){ at, min_t(u32, bytes, XENSTORE_RING_SIZE - at) };
}

/* ring_filled - what the consumer may read next; empty if the indices are bad. */
static inline struct ring_span ring_filled(u32 cons, u32 prod)
{
	return ring_clip(cons, ring_sane(cons, prod) ? prod - cons : 0);
}

/* ring_room - where the producer may write next; empty if the indices are bad. */
static inline struct ring_span ring_room(u32 cons, u32 prod)
{
	return ring_clip(prod, ring_sane(cons, prod) ? XENSTORE_RING_SIZE - (prod - cons) : 0);
}

/*
 * ring_consumer_idles - may the consumer have seen all that came before @prod?
 * Then it may sleep, and needs an event for what was added there.
 */
static inline bool ring_consumer_idles(u32 cons, u32 prod)
{
	return (s32)(cons - prod) >= 0;
}

/* ring_producer_idles - was the ring full while the consumer stood at @cons? */
static inline bool ring_producer_idles(u32 cons, u32 prod)
{
	return prod - cons >= XENSTORE_RING_SIZE;
}

#endif /* XENBUS_RING_INDEX_H */
