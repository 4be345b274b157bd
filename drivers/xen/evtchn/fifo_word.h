/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event word of the FIFO ABI: flags, and the next port in the queue that the
 * event is linked into (xen/include/public/event_channel.h). Words of consecutive
 * ports fill pages.
 *
 * Pure: numbers in, numbers out.
 */
#ifndef _XEN_EVTCHN_FIFO_WORD_H
#define _XEN_EVTCHN_FIFO_WORD_H

#include <linux/bits.h>
#include <linux/types.h>

#include <xen/interface/event_channel.h>
#include <xen/page.h>

#define FIFO_WORDS_PER_PAGE	(XEN_PAGE_SIZE / sizeof(event_word_t))
#define FIFO_PAGES		(EVTCHN_FIFO_NR_CHANNELS / FIFO_WORDS_PER_PAGE)
#define FIFO_WORD_BITS		32

#define FIFO_FLAG(which)	((event_word_t)1 << EVTCHN_FIFO_##which)

static inline unsigned int fifo_page_of(evtchn_port_t port)
{
	return port / FIFO_WORDS_PER_PAGE;
}

static inline unsigned int fifo_slot_of(evtchn_port_t port)
{
	return port % FIFO_WORDS_PER_PAGE;
}

/* The number of a flag's bit in its page, when that is taken as one bitmap. */
static inline unsigned int fifo_bit_of(evtchn_port_t port, unsigned int flag)
{
	return fifo_slot_of(port) * FIFO_WORD_BITS + flag;
}

/* The port after it in the queue, 0 if it is the last. */
static inline evtchn_port_t fifo_next(event_word_t word)
{
	return word & EVTCHN_FIFO_LINK_MASK;
}

/* The word when the event is taken out of its queue. */
static inline event_word_t fifo_without_link(event_word_t word)
{
	return word & ~(FIFO_FLAG(LINKED) | EVTCHN_FIFO_LINK_MASK);
}

/* It was queued with reason, and nobody masked it meanwhile. */
static inline bool fifo_is_deliverable(event_word_t word)
{
	return (word & (FIFO_FLAG(PENDING) | FIFO_FLAG(MASKED))) == FIFO_FLAG(PENDING);
}

/* Opening it loses nothing; a pending event would have to be queued by Xen. */
static inline bool fifo_is_masked_idle(event_word_t word)
{
	return (word & (FIFO_FLAG(PENDING) | FIFO_FLAG(MASKED))) == FIFO_FLAG(MASKED);
}

#endif /* _XEN_EVTCHN_FIFO_WORD_H */
