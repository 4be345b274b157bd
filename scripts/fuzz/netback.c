// SPDX-License-Identifier: GPL-2.0
/*
 * What a hostile network frontend has on its transmit ring.
 */
#include "fuzz.h"

#include "drivers/xen/netback/tx_parse.c"

static u8 page[XEN_PAGE_SIZE] __aligned(XEN_PAGE_SIZE);

/* One of a packet that is as long as it gets, and longer; its size wraps. */
static void make_long(union xen_netif_tx_sring_entry *entry)
{
	struct xen_netif_tx_request *req = &entry->req;

	fuzz_fill(entry, sizeof(*entry));
	req->flags = fuzz_chance(30) ? 0 : XEN_NETTXF_more_data;
	req->offset = fuzz_chance(30) ? 1 : 0;
	req->size = fuzz_chance(3) ? fuzz_below(200) : XEN_PAGE_SIZE - fuzz_below(8);
}

static void make_slot(union xen_netif_tx_sring_entry *entry)
{
	struct xen_netif_tx_request *req = &entry->req;

	fuzz_fill(entry, sizeof(*entry));
	if (fuzz_chance(6))
		return;
	req->flags = fuzz_chance(3) ? fuzz_below(16) : XEN_NETTXF_more_data * fuzz_below(2);
	req->offset = fuzz_chance(4) ? fuzz_edge() : fuzz_below(2048);
	req->size = fuzz_chance(4) ? fuzz_edge() : fuzz_below(2048);
}

/* Extra information lies over the words of a request. */
static void make_extra(union xen_netif_tx_sring_entry *entry)
{
	struct xen_netif_extra_info *extra = (void *)entry;

	extra->type = fuzz_chance(8) ? fuzz_any() : 1 + fuzz_below(XEN_NETIF_EXTRA_TYPE_MAX - 1);
	extra->flags = fuzz_chance(3) ? fuzz_any() : 0;
	if (fuzz_chance(2)) {
		extra->u.gso.size = fuzz_edge();
		extra->u.gso.type = fuzz_below(4);
	}
}

static void check_packet(const struct tx_packet *pkt)
{
	unsigned int i, bytes = 0;

	require(pkt->slots && pkt->slots <= TX_PACKET_PIECES);
	require(pkt->consumed == pkt->slots + pkt->extras);
	require(pkt->piece[0].size >= ETH_HLEN);
	for (i = 0; i < pkt->slots; i++) {
		require(pkt->piece[i].offset + pkt->piece[i].size <= XEN_PAGE_SIZE);
		bytes += pkt->piece[i].size;
	}
	require(bytes == pkt->size);
	require(!pkt->gso_type || pkt->gso_size);
}

static void target_run(void)
{
	struct xen_netif_tx_sring *sring = (void *)page;
	struct xen_netif_tx_back_ring ring;
	unsigned int i, count = fuzz_below(40);
	RING_IDX start = fuzz_edge();
	struct tx_packet *pkt = malloc(sizeof(*pkt));
	unsigned int fatal = 20 + fuzz_below(10), waiting;
	bool is_long = fuzz_chance(3);
	enum tx_verdict verdict;

	BACK_RING_ATTACH(&ring, sring, start, sizeof(page));
	for (i = 0; i < count; i++) {
		union xen_netif_tx_sring_entry *entry = &sring->ring[(start + i) % RING_SIZE(&ring)];

		if (is_long) {
			make_long(entry);
			continue;
		}
		make_slot(entry);
		if (i && fuzz_chance(3))
			make_extra(entry);
	}
	sring->req_prod = fuzz_chance(16) ? (RING_IDX)fuzz_edge() : start + count;
	ring.req_cons = start;
	ring.rsp_prod_pvt = start - fuzz_below(RING_SIZE(&ring) + 1);

	waiting = netback_tx_waiting(&ring);
	require(waiting <= RING_SIZE(&ring));

	memset(pkt, 0xa5, sizeof(*pkt));
	verdict = netback_tx_parse(&ring, fatal, pkt);
	switch (verdict) {
	case TX_IDLE:
		require(sring->req_prod == start);
		break;
	case TX_PACKET:
		check_packet(pkt);
		break;
	case TX_GROUP:
		require(pkt->group && pkt->slots == 1);
		break;
	case TX_DROP:
		require(pkt->why);
		break;
	case TX_BROKEN:
		require(pkt->why);
		break;
	}
	if (verdict == TX_PACKET || verdict == TX_GROUP || verdict == TX_DROP) {
		require(pkt->consumed && pkt->consumed <= sring->req_prod - start);
		require(pkt->slots <= TX_RING_SLOTS && pkt->slots <= fatal + 1);
	}
	free(pkt);
}
