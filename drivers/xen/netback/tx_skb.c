// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of a guest, completed for the network stack.
 *
 * What the guest says about checksums and segments is held against the packet itself; a
 * packet of which it is not true goes no further.
 */
#include <linux/ip.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "netback.h"

/* Segments need a blank checksum. Some frontends forget to say so. */
static int skb_set_checksum(struct netback_queue *queue, struct sk_buff *skb, u16 flags)
{
	bool recalculate = false;

	if (flags & XEN_NETTXF_csum_blank) {
		skb->ip_summed = CHECKSUM_PARTIAL;
	} else if (skb_is_gso(skb)) {
		queue->stats.rx_gso_checksum_fixup++;
		skb->ip_summed = CHECKSUM_PARTIAL;
		recalculate = true;
	} else {
		if (flags & XEN_NETTXF_data_validated)
			skb->ip_summed = CHECKSUM_UNNECESSARY;
		return 0;
	}

	return skb_checksum_setup(skb, recalculate);
}

/* Are those TCP segments, and is there anything in them? */
static bool skb_gso_is_true(struct sk_buff *skb)
{
	bool v6 = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6;
	unsigned int headers;

	/* To the network stack that is no size, but says that there is a list. */
	if (skb_shinfo(skb)->gso_size == GSO_BY_FRAGS)
		return false;
	if (skb->protocol != (v6 ? htons(ETH_P_IPV6) : htons(ETH_P_IP)))
		return false;
	if (!v6 && ip_hdr(skb)->protocol != IPPROTO_TCP)
		return false;
	if (!skb_transport_header_was_set(skb) ||
	    skb->csum_offset != offsetof(struct tcphdr, check))
		return false;

	headers = skb_tcp_all_headers(skb);
	if (tcp_hdrlen(skb) < sizeof(struct tcphdr) || skb->len <= headers)
		return false;

	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len - headers,
						 skb_shinfo(skb)->gso_size);
	return true;
}

static bool skb_complete(struct netback_queue *queue, struct sk_buff *skb,
			 const struct tx_job *job)
{
	if (job->gso_type) {
		skb_shinfo(skb)->gso_type = job->gso_type == XEN_NETIF_GSO_TYPE_TCPV6 ?
					    SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
		skb_shinfo(skb)->gso_size = job->gso_size;
	}

	skb->protocol = eth_type_trans(skb, queue->vif->dev);
	skb_reset_network_header(skb);
	skb_record_rx_queue(skb, queue->id);

	if (skb_set_checksum(queue, skb, job->flags))
		return false;
	if (skb_is_gso(skb) && !skb_gso_is_true(skb))
		return false;

	skb_probe_transport_header(skb);
	return true;
}

/**
 * netback_tx_finish() - complete a packet
 * @queue: whose NAPI the caller is
 * @job: the packet, which has its data
 *
 * Context: as @queue allows.
 * Return: the packet, for the network stack; or NULL if it is not what it claims to be,
 * with its pages given back.
 */
struct sk_buff *netback_tx_finish(struct netback_queue *queue, const struct tx_job *job)
{
	struct sk_buff *skb = job->skb;
	bool ok = skb_complete(queue, skb, job);

	/* Only now: to pull headers into the linear part is no reason to make a copy. */
	if (job->nr_maps) {
		netback_tx_hold(queue, skb);
		queue->stats.tx_zerocopy_sent++;
	}
	if (!ok) {
		net_dbg_ratelimited("%s: a packet is not what it claims to be\n", queue->name);
		kfree_skb(skb);
		return NULL;
	}

	queue->stats.rx_bytes += skb->len;
	queue->stats.rx_packets++;
	return skb;
}
