// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to send, from a ring that the guest may write to at any time.
 *
 * Owns no state.  Each entry is copied once and only the copy is looked at; nothing is
 * taken off the ring here, which is for the caller to do if he wants the packet.  No
 * verdict but TX_PACKET lets anybody touch the guest's memory, and then each piece lies
 * within its page, there are TX_PACKET_PIECES at most, and together they have the size
 * that the guest has announced.
 *
 * Fatal is what no frontend has ever sent by mistake; what some are known to send costs
 * them the packet.
 */
#include <linux/compiler.h>
#include <linux/if_ether.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "tx_parse.h"

/**
 * struct tx_walk - a way along the ring
 * @ring: the ring
 * @at: the next entry
 * @left: how many the guest has announced from there on
 */
struct tx_walk {
	const struct xen_netif_tx_back_ring *ring;
	RING_IDX at;
	unsigned int left;
};

static enum tx_verdict tx_broken(struct tx_packet *pkt, const char *why)
{
	pkt->why = why;
	return TX_BROKEN;
}

static bool walk_request(struct tx_walk *walk, struct xen_netif_tx_request *req)
{
	if (!walk->left)
		return false;

	RING_COPY_REQUEST(walk->ring, walk->at, req);
	walk->at++;
	walk->left--;
	return true;
}

static bool walk_extra(struct tx_walk *walk, struct xen_netif_extra_info *extra)
{
	if (!walk->left)
		return false;

	RING_COPY_REQUEST(walk->ring, walk->at, extra);
	walk->at++;
	walk->left--;
	return true;
}

static enum tx_verdict take_gso(const struct xen_netif_extra_info *extra, struct tx_packet *pkt)
{
	if (!extra->u.gso.size)
		return tx_broken(pkt, "segments of no size");

	switch (extra->u.gso.type) {
	case XEN_NETIF_GSO_TYPE_TCPV6:
	case XEN_NETIF_GSO_TYPE_TCPV4:
		pkt->gso_size = extra->u.gso.size;
		pkt->gso_type = extra->u.gso.type;
		return TX_PACKET;
	default:
		return tx_broken(pkt, "segments of an unknown type");
	}
}

/* Of two of a kind the later one counts. */
static enum tx_verdict take_extra(const struct xen_netif_extra_info *extra, struct tx_packet *pkt)
{
	switch (extra->type) {
	case XEN_NETIF_EXTRA_TYPE_GSO:
		return take_gso(extra, pkt);
	case XEN_NETIF_EXTRA_TYPE_HASH:
		pkt->has_hash = true;
		pkt->hash_type = extra->u.hash.type;
		memcpy(&pkt->hash, extra->u.hash.value, sizeof(pkt->hash));
		return TX_PACKET;
	case XEN_NETIF_EXTRA_TYPE_MCAST_ADD:
	case XEN_NETIF_EXTRA_TYPE_MCAST_DEL:
		pkt->group = extra->type;
		memcpy(pkt->addr, extra->u.mcast.addr, sizeof(pkt->addr));
		return TX_PACKET;
	case XEN_NETIF_EXTRA_TYPE_XDP:
		/* Of a meaning only in the other direction. */
		return TX_PACKET;
	default:
		return tx_broken(pkt, "extra information of an unknown type");
	}
}

static enum tx_verdict take_extras(struct tx_walk *walk, struct tx_packet *pkt)
{
	struct xen_netif_extra_info extra;
	enum tx_verdict verdict;

	do {
		if (!walk_extra(walk, &extra))
			return tx_broken(pkt, "extra information without an end");
		pkt->extras++;

		verdict = take_extra(&extra, pkt);
		if (verdict == TX_BROKEN)
			return verdict;
	} while (extra.flags & XEN_NETIF_EXTRA_FLAG_MORE);

	return pkt->group ? TX_GROUP : TX_PACKET;
}

/*
 * The slots behind the first.  @rest is what they leave for it, which wraps if they are
 * larger than the whole: that happens to frontends whose packet has 64 KiB or more, as
 * the announced size has 16 bits.
 */
static enum tx_verdict take_slots(struct tx_walk *walk, unsigned int fatal_slots, u16 *rest,
				  struct tx_packet *pkt)
{
	struct xen_netif_tx_request req;
	unsigned int more = 0;

	do {
		if (more >= fatal_slots)
			return tx_broken(pkt, "too many slots");
		if (!walk_request(walk, &req))
			return tx_broken(pkt, "more slots than requests");
		more++;

		pkt->id[pkt->slots] = req.id;
		if (req.offset + req.size > XEN_PAGE_SIZE)
			return tx_broken(pkt, "data behind the end of a page");

		if (pkt->slots >= TX_PACKET_PIECES) {
			pkt->why = "more slots than a packet may have";
		} else {
			pkt->piece[pkt->slots] = (struct tx_piece) {
				.gref = req.gref, .offset = req.offset, .size = req.size,
			};
			if (req.size > *rest)
				pkt->why = "slots larger than the packet";
		}
		*rest -= req.size;
		pkt->slots++;
	} while (req.flags & XEN_NETTXF_more_data);

	return pkt->why ? TX_DROP : TX_PACKET;
}

static enum tx_verdict take_data(struct tx_walk *walk, const struct xen_netif_tx_request *first,
				 unsigned int fatal_slots, struct tx_packet *pkt)
{
	enum tx_verdict verdict;
	u16 rest = first->size;

	if (first->flags & XEN_NETTXF_more_data) {
		verdict = take_slots(walk, fatal_slots, &rest, pkt);
		if (verdict != TX_PACKET)
			return verdict;
	}

	/* So that the first slot alone tells where the packet goes. */
	if (rest < ETH_HLEN) {
		pkt->why = "no Ethernet header in the first slot";
		return TX_DROP;
	}
	if (first->offset + rest > XEN_PAGE_SIZE)
		return tx_broken(pkt, "data behind the end of the first page");

	pkt->piece[0] = (struct tx_piece) {
		.gref = first->gref, .offset = first->offset, .size = rest,
	};
	return TX_PACKET;
}

/**
 * netback_tx_waiting() - count what is on the ring
 * @ring: the ring
 *
 * Context: any.
 * Return: entries of the ring, at most as many as can be answered.
 */
unsigned int netback_tx_waiting(const struct xen_netif_tx_back_ring *ring)
{
	unsigned int announced = READ_ONCE(ring->sring->req_prod) - ring->req_cons;
	unsigned int possible = RING_SIZE(ring) - (ring->req_cons - ring->rsp_prod_pvt);

	return min(announced, possible);
}

/**
 * netback_tx_parse() - look at what comes next on the ring
 * @ring: the ring, which only the guest changes meanwhile
 * @fatal_slots: how many slots behind the first are no mistake any more
 * @pkt: filled in; @pkt->consumed unless TX_IDLE or TX_BROKEN
 *
 * Context: any; no access to anything but the ring.
 * Return: what it is. The format is that of `xen/include/public/io/netif.h`.
 */
enum tx_verdict netback_tx_parse(const struct xen_netif_tx_back_ring *ring,
				 unsigned int fatal_slots, struct tx_packet *pkt)
{
	RING_IDX prod = READ_ONCE(ring->sring->req_prod);
	struct tx_walk walk = { .ring = ring, .at = ring->req_cons };
	struct xen_netif_tx_request first;
	enum tx_verdict verdict = TX_PACKET;

	/* All but the large arrays, of which @slots tells what is in use. */
	memset(pkt, 0, offsetof(struct tx_packet, id));

	if (RING_REQUEST_PROD_OVERFLOW(ring, prod) || prod - ring->req_cons > RING_SIZE(ring))
		return tx_broken(pkt, "more requests than the ring has room for");

	/* Pairs with the guest's barrier between its requests and req_prod. */
	virt_rmb();
	walk.left = prod - ring->req_cons;
	if (!walk_request(&walk, &first))
		return TX_IDLE;

	pkt->id[pkt->slots++] = first.id;
	pkt->flags = first.flags;
	pkt->size = first.size;

	if (first.flags & XEN_NETTXF_extra_info)
		verdict = take_extras(&walk, pkt);
	if (verdict == TX_PACKET)
		verdict = take_data(&walk, &first, fatal_slots, pkt);

	pkt->consumed = walk.at - ring->req_cons;
	return verdict;
}
