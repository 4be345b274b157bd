/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many of the guest's buffers a packet to it takes.
 */
#ifndef _NETBACK_RX_SLOTS_H
#define _NETBACK_RX_SLOTS_H

#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <xen/page.h>

/**
 * struct rx_shape - what the count depends on
 * @len: of the packet in bytes
 * @headroom: bytes that are left free in each buffer
 * @gso: the guest is told about segments
 * @hash: the guest is told a hash
 */
struct rx_shape {
	unsigned int len;
	unsigned int headroom;
	bool gso;
	bool hash;
};

/*
 * Buffers for data, less @headroom that the guest wants to have free in each.  One that
 * has no room at all would take for ever.
 */
static inline unsigned int rx_data_slots(unsigned int len, unsigned int headroom)
{
	unsigned int room = XEN_PAGE_SIZE - min_t(unsigned int, headroom, XEN_PAGE_SIZE - 1);

	return max(1U, DIV_ROUND_UP(len, room));
}

static inline unsigned int rx_extra_slots(const struct rx_shape *shape)
{
	return shape->gso + shape->hash + !!shape->headroom;
}

static inline unsigned int rx_slots(const struct rx_shape *shape)
{
	return rx_data_slots(shape->len, shape->headroom) + rx_extra_slots(shape);
}

#endif /* _NETBACK_RX_SLOTS_H */
