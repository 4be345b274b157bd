/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest has put on its ring to be sent, taken apart.
 */
#ifndef _NETBACK_TX_PARSE_H
#define _NETBACK_TX_PARSE_H

#include <linux/types.h>
#include <xen/page.h>
#include <xen/interface/io/netif.h>

#define TX_RING_SLOTS		__CONST_RING_SIZE(xen_netif_tx, XEN_PAGE_SIZE)

/* The first, and as many more as the protocol grants to each frontend. */
#define TX_PACKET_PIECES	(1 + XEN_NETIF_NR_SLOTS_MIN)

enum tx_verdict {
	TX_IDLE,	/* there is nothing on the ring */
	TX_PACKET,	/* a packet */
	TX_GROUP,	/* no data, but a multicast address to add or to delete */
	TX_DROP,	/* a packet that cannot be, to be answered with errors */
	TX_BROKEN,	/* nothing that comes from this frontend can be trusted */
};

/**
 * struct tx_piece - a part of a packet in the guest's memory
 * @gref: the grant of the page
 * @offset: in the page, in bytes
 * @size: in bytes, possibly none
 */
struct tx_piece {
	grant_ref_t gref;
	u16 offset;
	u16 size;
};

/**
 * struct tx_packet - a packet, or what has to be answered like one
 * @consumed: entries of the ring that it takes
 * @extras: those among them that follow the first and hold no data
 * @slots: the others
 * @size: of the packet in bytes
 * @flags: XEN_NETTXF_* of the first slot
 * @gso_type: XEN_NETIF_GSO_TYPE_*
 * @gso_size: payload of each segment in bytes, if there is a type
 * @group: XEN_NETIF_EXTRA_TYPE_MCAST_ADD or _DEL for TX_GROUP, or 0
 * @has_hash: the guest tells a hash
 * @hash_type: _XEN_NETIF_CTRL_HASH_TYPE_*
 * @hash: its value
 * @addr: the multicast address
 * @why: for TX_DROP and TX_BROKEN, what is wrong
 * @id: what each slot's response has to name
 * @piece: the data of TX_PACKET, one for each slot
 */
struct tx_packet {
	unsigned int consumed;
	unsigned int extras;
	unsigned int slots;
	unsigned int size;
	u16 flags;
	u8 gso_type;
	u16 gso_size;
	u8 group;
	bool has_hash;
	u8 hash_type;
	u32 hash;
	u8 addr[6];
	const char *why;
	u16 id[TX_RING_SLOTS];
	struct tx_piece piece[TX_PACKET_PIECES];
};

enum tx_verdict netback_tx_parse(const struct xen_netif_tx_back_ring *ring,
				 unsigned int fatal_slots, struct tx_packet *pkt);
unsigned int netback_tx_waiting(const struct xen_netif_tx_back_ring *ring);

#endif /* _NETBACK_TX_PARSE_H */
