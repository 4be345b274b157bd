// SPDX-License-Identifier: GPL-2.0
/*
 * Packets into the guest's buffers.
 *
 * Each buffer is one grant of a page, read off the ring once; its answer takes the same
 * place.  Answers are written as buffers are filled and seen by the guest after the copies
 * have been made, as far as whole packets go.  Whoever has RX_BUSY owns all this.
 */
#include <linux/highmem.h>
#include <xen/events.h>

#include "netback.h"

/**
 * struct rx_source - a way through a packet's data
 * @skb: the packet, or a packet of its list
 * @next: the packet of the list that comes next
 * @frag: the next fragment of @skb
 * @at: where we are
 * @left: bytes that follow there
 * @total: bytes to the end of the packet
 */
struct rx_source {
	const struct sk_buff *skb;
	const struct sk_buff *next;
	unsigned int frag;
	void *at;
	unsigned int left;
	unsigned int total;
};

static void source_init(struct rx_source *src, const struct sk_buff *skb)
{
	*src = (struct rx_source) {
		.skb = skb,
		.next = skb_shinfo(skb)->frag_list,
		.at = skb->data,
		.left = skb_headlen(skb),
		.total = skb->len,
	};
}

/* On to where there is data. */
static bool source_advance(struct rx_source *src)
{
	while (!src->left) {
		const struct skb_shared_info *shared = skb_shinfo(src->skb);

		if (src->frag < shared->nr_frags) {
			const skb_frag_t *frag = &shared->frags[src->frag++];

			src->at = skb_frag_address(frag);
			src->left = skb_frag_size(frag);
		} else if (src->next) {
			src->skb = src->next;
			src->next = src->skb->next;
			src->frag = 0;
			src->at = src->skb->data;
			src->left = skb_headlen(src->skb);
		} else {
			return false;
		}
	}
	return true;
}

/* A page of another guest is named by its grant, as the hypervisor wants it. */
static void op_set_source(struct gnttab_copy *op, void *from)
{
	const struct xen_page_foreign *foreign = xen_page_foreign(virt_to_page(from));

	op->source.offset = xen_offset_in_page(from);
	if (foreign) {
		op->source.u.ref = foreign->gref;
		op->source.domid = foreign->domid;
		op->flags = GNTCOPY_source_gref | GNTCOPY_dest_gref;
	} else {
		op->source.u.gmfn = virt_to_gfn(from);
		op->source.domid = DOMID_SELF;
		op->flags = GNTCOPY_dest_gref;
	}
}

/* Fill one buffer from @offset on. Returns where the data ends. */
static unsigned int fill_buffer(struct netback_queue *queue, struct rx_source *src,
				grant_ref_t gref, unsigned int offset)
{
	struct rx_side *rx = &queue->rx;

	while (src->total && offset < XEN_PAGE_SIZE) {
		struct gnttab_copy *op;
		unsigned int len;

		/* Less data than the packet says: not to go on is what matters. */
		if (unlikely(!source_advance(src))) {
			src->total = 0;
			break;
		}
		len = min_t(unsigned int, src->left, XEN_PAGE_SIZE - offset);
		len = min_t(unsigned int, len, XEN_PAGE_SIZE - xen_offset_in_page(src->at));
		if (rx->nr_copies == RX_COPIES)
			netback_rx_flush(queue);

		rx->slot[rx->nr_copies] = rx->ring.req_cons;
		op = &rx->copies[rx->nr_copies++];
		op_set_source(op, src->at);
		op->dest.u.ref = gref;
		op->dest.domid = queue->vif->domid;
		op->dest.offset = offset;
		op->len = len;

		offset += len;
		src->at += len;
		src->left -= len;
		src->total -= len;
	}
	return offset;
}

static u16 checksum_flags(const struct sk_buff *skb)
{
	switch (skb->ip_summed) {
	case CHECKSUM_PARTIAL:
		return XEN_NETRXF_csum_blank | XEN_NETRXF_data_validated;
	case CHECKSUM_UNNECESSARY:
		return XEN_NETRXF_data_validated;
	default:
		return 0;
	}
}

static void extra_gso(struct xen_netif_extra_info *extra, const struct sk_buff *skb)
{
	extra->type = XEN_NETIF_EXTRA_TYPE_GSO;
	extra->u.gso.size = skb_shinfo(skb)->gso_size;
	extra->u.gso.type = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4 ?
			    XEN_NETIF_GSO_TYPE_TCPV4 : XEN_NETIF_GSO_TYPE_TCPV6;
}

static void extra_hash(struct xen_netif_extra_info *extra, const struct sk_buff *skb)
{
	bool v4 = skb->protocol == htons(ETH_P_IP);
	u32 value = skb_get_hash_raw(skb);

	extra->type = XEN_NETIF_EXTRA_TYPE_HASH;
	extra->u.hash.algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ;
	if (skb->l4_hash)
		extra->u.hash.type = v4 ? _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP :
					  _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP;
	else
		extra->u.hash.type = v4 ? _XEN_NETIF_CTRL_HASH_TYPE_IPV4 :
					  _XEN_NETIF_CTRL_HASH_TYPE_IPV6;
	memcpy(extra->u.hash.value, &value, sizeof(value));
}

static unsigned int collect_extras(const struct sk_buff *skb,
				   struct xen_netif_extra_info extras[3])
{
	const struct rx_wait *wait = rx_wait(skb);
	unsigned int count = 0;
	unsigned int i;

	memset(extras, 0, 3 * sizeof(*extras));
	if (wait->gso)
		extra_gso(&extras[count++], skb);
	if (wait->hash)
		extra_hash(&extras[count++], skb);
	if (wait->headroom) {
		extras[count].type = XEN_NETIF_EXTRA_TYPE_XDP;
		extras[count++].u.xdp.headroom = wait->headroom;
	}
	for (i = 1; i < count; i++)
		extras[i - 1].flags = XEN_NETIF_EXTRA_FLAG_MORE;
	return count;
}

static void put_extras(struct rx_side *rx, const struct xen_netif_extra_info *extras,
		       unsigned int count)
{
	BUILD_BUG_ON(sizeof(*extras) != sizeof(struct xen_netif_rx_response));

	while (count--) {
		void *place = RING_GET_RESPONSE(&rx->ring, rx->ring.req_cons);

		memcpy(place, extras++, sizeof(*extras));
		rx->ring.req_cons++;
	}
}

static void put_data(struct netback_queue *queue, struct rx_source *src, unsigned int headroom,
		     u16 flags)
{
	struct rx_side *rx = &queue->rx;
	struct xen_netif_rx_response rsp = { .flags = flags };
	struct xen_netif_rx_request req;
	unsigned int end;

	RING_COPY_REQUEST(&rx->ring, rx->ring.req_cons, &req);
	rx->slot_error = 0;
	end = fill_buffer(queue, src, req.gref, headroom);

	rsp.id = req.id;
	rsp.status = rx->slot_error ? rx->slot_error : (s16)end;
	if (src->total)
		rsp.flags |= XEN_NETRXF_more_data;
	*RING_GET_RESPONSE(&rx->ring, rx->ring.req_cons) = rsp;
	rx->ring.req_cons++;
}

/**
 * netback_rx_copy() - plan the copies of a packet, and write its answers
 * @queue: whose RX_BUSY the caller has, and which has the buffers that the packet needs
 * @skb: the packet, which is to stay until netback_rx_flush()
 *
 * Context: bottom halves off.
 */
void netback_rx_copy(struct netback_queue *queue, const struct sk_buff *skb)
{
	struct rx_side *rx = &queue->rx;
	unsigned int headroom = rx_wait(skb)->headroom;
	struct xen_netif_extra_info extras[3];
	unsigned int count = collect_extras(skb, extras);
	u16 flags = checksum_flags(skb);
	struct rx_source src;

	queue->stats.tx_bytes += skb->len;
	queue->stats.tx_packets++;

	/* The guest's requests, which it wrote before it announced them. */
	virt_rmb();
	source_init(&src, skb);
	put_data(queue, &src, headroom, flags | (count ? XEN_NETRXF_extra_info : 0));
	put_extras(rx, extras, count);
	while (src.total)
		put_data(queue, &src, headroom, 0);

	/* The packet is whole. */
	rx->ring.rsp_prod_pvt = rx->ring.req_cons;
}

/* What could not be copied is told to the guest, which drops the packet. */
static void report_errors(struct rx_side *rx)
{
	unsigned int i;

	for (i = 0; i < rx->nr_copies; i++) {
		s16 status = rx->copies[i].status;

		if (likely(status == GNTST_okay))
			continue;
		if (rx->slot[i] == rx->ring.req_cons)
			rx->slot_error = status;
		else
			RING_GET_RESPONSE(&rx->ring, rx->slot[i])->status = status;
	}
}

/**
 * netback_rx_flush() - make the copies, and let the guest see whole packets
 * @queue: whose RX_BUSY the caller has
 *
 * Context: bottom halves off.
 */
void netback_rx_flush(struct netback_queue *queue)
{
	struct rx_side *rx = &queue->rx;
	int notify;

	if (rx->nr_copies)
		gnttab_batch_copy(rx->copies, rx->nr_copies);
	report_errors(rx);
	rx->nr_copies = 0;

	RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&rx->ring, notify);
	if (notify)
		notify_remote_via_irq(queue->rx_irq);
}
