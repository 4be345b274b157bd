/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of a frontend that breaks the rules: what each is made of, and what has to
 * come of it.
 */
#ifndef BED_NETCASES_H
#define BED_NETCASES_H

#include "netring.h"

static unsigned int offences;

/* ----------------------------------------------------------------- packets */
struct packet_case {
	const char *name;
	void (*make)(struct net *n);
	int status;
};

static void run_packets(struct net *n, const struct packet_case *cases, unsigned int count)
{
	unsigned int i;
	uint32_t before;

	for (i = 0; i < count; i++, offences++) {
		step(cases[i].name);
		before = n->tx[0].prod;
		cases[i].make(n);
		ring_push(&n->tx[0]);
		tx_answered(n, n->tx[0].prod - before, cases[i].status);
		tx_works(n);
	}
}

static void make_nothing(struct net *n)
{
	tx_piece(n, 0, 0, 0, 0);
}

static void make_short(struct net *n)
{
	tx_piece(n, 0, 0, 13, 0);
}

/* The size of the whole leaves 4 bytes for the first slot. */
static void make_short_first(struct net *n)
{
	tx_piece(n, 0, 0, 104, TXF_MORE);
	tx_piece(n, 1, 0, 100, 0);
}

static void make_zero_slots(struct net *n)
{
	unsigned int i;

	tx_piece(n, 0, 0, 4000, TXF_MORE);
	for (i = 0; i < 8; i++)
		tx_piece(n, i, 4096, 0, TXF_MORE);
	tx_piece(n, 1, 96, 1000, 0);
}

static void make_wrapped_size(struct net *n)
{
	tx_piece(n, 0, 0, 1000, TXF_MORE);
	tx_piece(n, 1, 0, 4096, TXF_MORE);
	tx_piece(n, 2, 0, 4096, 0);
}

static void make_too_many(struct net *n)
{
	unsigned int i;

	tx_piece(n, 0, 0, 1000, TXF_MORE);
	for (i = 1; i < 20; i++)
		tx_piece(n, i, 0, 10, i < 19 ? TXF_MORE : 0);
}

static void make_giant(struct net *n)
{
	tx_head(n, PACKET_MAX, 0);
	tx_tail(n, PACKET_MAX);
}

/* As many pieces as a packet may have, all at odd places. */
static void make_odd_pieces(struct net *n)
{
	unsigned int i;

	tx_piece(n, 0, 4096 - 17, 17 + 18 * 333, TXF_MORE);
	for (i = 1; i < 19; i++)
		tx_piece(n, i, 4096 - 333 - i, 333, i < 18 ? TXF_MORE : 0);
}

static void make_full_ring(struct net *n)
{
	unsigned int i;

	for (i = 0; i < 256; i++)
		tx_piece(n, 0, 0, i % 60, 0)->id = 7;
}

static void make_groups(struct net *n)
{
	unsigned int i;

	for (i = 0; i < 80; i++) {
		tx_piece(n, 0, 0, 60, TXF_EXTRA);
		tx_extra(n, i < 70 ? EXTRA_MCAST_ADD : EXTRA_MCAST_DEL, false)->addr[5] =
			(uint8_t)(i < 70 ? i : 200 + i);
	}
}

static void packets(struct net *n)
{
	static const struct packet_case cases[] = {
		{ "a packet of no bytes", make_nothing, RSP_ERROR },
		{ "a packet without a header", make_short, RSP_ERROR },
		{ "a first slot without a header", make_short_first, RSP_ERROR },
		{ "slots of no bytes", make_zero_slots, RSP_OKAY },
		{ "slots larger than the packet", make_wrapped_size, RSP_ERROR },
		{ "more slots than a packet has", make_too_many, RSP_ERROR },
		{ "the largest packet", make_giant, RSP_OKAY },
		{ "pieces at odd places", make_odd_pieces, RSP_OKAY },
		{ "a full ring, one number for all", make_full_ring, RSP_ANY },
		{ "too many addresses", make_groups, RSP_ANY },
	};

	net_up(n);
	run_packets(n, cases, ARRAY_SIZE(cases));
	net_works(n);
	net_down(n);
}

/* -------------------------------------------------------------------- lies */
struct lie {
	const char *name;
	bool v6;
	uint8_t flags, gso_type;
	uint16_t gso_size, total;
	uint8_t at, value;	/* a byte that is changed, if at is not 0 */
};

static const struct lie lies_table[] = {
	{ "true segments", false, 1, 1, 1448, 60000, 0, 0 },
	{ "true segments, IPv6", true, 1, 2, 1428, 60000, 0, 0 },
	{ "segments with a checksum", false, 0, 1, 1448, 30000, 0, 0 },
	{ "segments of a byte", false, 1, 1, 1, 5000, 0, 0 },
	{ "segments of 65535 bytes", false, 1, 1, 65535, 60000, 0, 0 },
	{ "IPv4 that is called IPv6", false, 1, 2, 1000, 9000, 0, 0 },
	{ "IPv6 that is called IPv4", true, 1, 1, 1000, 9000, 0, 0 },
	{ "segments of ARP", false, 1, 1, 1000, 9000, 13, 6 },
	{ "segments of UDP", false, 1, 1, 1000, 9000, 23, 17 },
	{ "segments of UDP, IPv6", true, 1, 2, 1000, 9000, 20, 17 },
	{ "segments of a fragment", false, 1, 1, 1000, 9000, 20, 0x20 },
	{ "segments of headers only", false, 1, 1, 1000, 54, 0, 0 },
	{ "segments of half a header", false, 1, 1, 1000, 44, 0, 0 },
	{ "segments, TCP header of 0", false, 1, 1, 1000, 9000, 46, 0 },
	{ "segments, TCP header of 60 in 20", false, 1, 1, 1000, 54, 46, 0xf0 },
	{ "segments, IPv4 header of 60", false, 1, 1, 1000, 9000, 14, 0x4f },
	{ "segments, IPv4 header of 0", false, 1, 1, 1000, 9000, 14, 0x40 },
	{ "a checksum in ARP", false, 1, 0, 0, 60, 13, 6 },
	{ "a checksum in nothing", false, 1, 0, 0, 14, 0, 0 },
	{ "a checksum behind the end", false, 1, 0, 0, 36, 0, 0 },
	{ "a checksum in ICMP", false, 1, 0, 0, 100, 23, 1 },
	{ "a checksum in a fragment", false, 1, 0, 0, 100, 20, 0x20 },
	{ "a checksum, IPv4 header of 60", false, 1, 0, 0, 60, 14, 0x4f },
	{ "a checksum, IPv6 options", true, 1, 0, 0, 100, 20, 0 },
	{ "a checksum, IPv6 fragment", true, 1, 0, 0, 62, 20, 44 },
	{ "a checksum that was never seen", false, 2, 0, 0, 200, 50, 77 },
	{ "flags that nobody knows", false, 0xf3 & ~TXF_MORE, 0, 0, 200, 0, 0 },
};

static void tell(struct net *n, const struct lie *lie)
{
	uint8_t *at = (uint8_t *)n->data.at;
	struct extra *extra;

	ip_headers(n, at, lie->v6, lie->total < 74 ? 74 : lie->total);
	if (lie->at)
		at[lie->at] = lie->value;
	tx_head(n, lie->total, lie->flags | (lie->gso_type ? TXF_EXTRA : 0));
	if (lie->gso_type) {
		extra = tx_extra(n, EXTRA_GSO, false);
		extra->gso.type = lie->gso_type;
		extra->gso.size = lie->gso_size;
	}
	tx_tail(n, lie->total);
}

static void tell_extras(struct net *n)
{
	struct extra *extra;
	unsigned int i;

	ip_headers(n, (uint8_t *)n->data.at, false, 200);
	tx_head(n, 200, TXF_EXTRA | TXF_CSUM_BLANK);
	for (i = 0; i < 3; i++) {
		extra = tx_extra(n, EXTRA_HASH, true);
		extra->hash.type = (uint8_t)(99 * i);
		extra->hash.algorithm = 99;
	}
	tx_extra(n, EXTRA_XDP, true);
	for (i = 0; i < 3; i++) {
		extra = tx_extra(n, EXTRA_GSO, i < 2);
		extra->gso.type = (uint8_t)(i < 2 ? 2 - i : 1);
		extra->gso.size = (uint16_t)(60000 - i * 29900);
	}
}

static void lies(struct net *n)
{
	unsigned int i;
	uint32_t before;

	net_up(n);
	for (i = 0; i <= ARRAY_SIZE(lies_table); i++, offences++) {
		before = n->tx[0].prod;
		step(i ? lies_table[i - 1].name : "many extras");
		if (i)
			tell(n, &lies_table[i - 1]);
		else
			tell_extras(n);
		ring_push(&n->tx[0]);
		tx_answered(n, n->tx[0].prod - before, RSP_ANY);
		tx_works(n);
	}
	net_works(n);
	net_down(n);
}

/* ------------------------------------------------------------------ grants */
static struct granted foreign, readonly;
static uint32_t revoked;

static void make_unknown_ref(struct net *n)
{
	static const uint32_t refs[] = { 60000, 100000, 0x7fffffff, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refs); i++)
		tx_piece(n, 0, 0, 100, 0)->gref = refs[i];
}

static void make_foreign(struct net *n)
{
	tx_piece(n, 0, 0, 3000, 0)->gref = foreign.refs[0];
}

static void make_revoked(struct net *n)
{
	tx_piece(n, 0, 0, 3000, 0)->gref = revoked;
}

static void make_readonly(struct net *n)
{
	tx_piece(n, 0, 0, 3000, 0)->gref = readonly.refs[0];
}

static void make_reused(struct net *n)
{
	uint32_t i = n->tx[0].prod;

	make_giant(n);
	make_giant(n);
	for (; i != n->tx[0].prod; i++)
		((struct tx_request *)ring_slot(&n->tx[0], i))->gref = n->data.refs[3];
}

/* One of many is bad: what is mapped has to be given back. */
static void make_one_bad(struct net *n)
{
	uint32_t i = n->tx[0].prod;

	make_giant(n);
	for (i += 2; (int32_t)(i - n->tx[0].prod) < 0; i += 7)
		((struct tx_request *)ring_slot(&n->tx[0], i))->gref = 0x12345678;
}

static void make_bad_head(struct net *n)
{
	uint32_t i = n->tx[0].prod;

	make_giant(n);
	((struct tx_request *)ring_slot(&n->tx[0], i))->gref = revoked;
}

static void grants(struct net *n)
{
	static const struct packet_case cases[] = {
		{ "references that are not in use", make_unknown_ref, RSP_ERROR },
		{ "a page for somebody else", make_foreign, RSP_ERROR },
		{ "a revoked page", make_revoked, RSP_ERROR },
		{ "a page to read only", make_readonly, RSP_OKAY },
		{ "one page for all slots", make_reused, RSP_OKAY },
		{ "one bad page of many", make_one_bad, RSP_ERROR },
		{ "a bad first page", make_bad_head, RSP_ERROR },
	};
	struct granted gone;
	unsigned int i;

	grant_to(&foreign, n->gntalloc, 1, true, n->f.domid + 1);
	grant_to(&readonly, n->gntalloc, 1, false, n->f.domid);
	memset(readonly.at, 255, 14);

	/* The last one, so that nothing else gets its number. */
	net_up(n);
	grant_to(&gone, n->gntalloc, 1, true, n->f.domid);
	revoked = gone.refs[0];
	ungrant(&gone);
	for (i = 0; i < 5; i++)
		run_packets(n, cases, ARRAY_SIZE(cases));
	net_works(n);
	net_down(n);
	ungrant(&foreign);
	ungrant(&readonly);
}

/* ------------------------------------------------------------------- fatal */
/* make announces its own requests. */
struct fatal_case {
	const char *name;
	void (*make)(struct net *n);
};

static void announce(struct net *n, uint32_t prod)
{
	n->tx[0].shared->req_prod = prod;
	__sync_synchronize();
	event_send(&n->tx[0].event);
}

static void fatal_jump(struct net *n)
{
	announce(n, n->tx[0].prod + 257);
}

static void fatal_jump_far(struct net *n)
{
	announce(n, n->tx[0].prod + 0x80000000);
}

static void fatal_jump_back(struct net *n)
{
	announce(n, n->tx[0].prod - 1);
}

static void fatal_extras_endless(struct net *n)
{
	unsigned int i;

	tx_piece(n, 0, 0, 60, TXF_EXTRA);
	for (i = 1; i < 256; i++)
		tx_extra(n, EXTRA_HASH, true);
	ring_push(&n->tx[0]);
}

static void fatal_extras_cut(struct net *n)
{
	tx_piece(n, 0, 0, 60, TXF_EXTRA);
	ring_push(&n->tx[0]);
}

static void fatal_extra_unknown(struct net *n)
{
	tx_piece(n, 0, 0, 60, TXF_EXTRA);
	tx_extra(n, 0, false);
	ring_push(&n->tx[0]);
}

static void fatal_extra_type(struct net *n)
{
	tx_piece(n, 0, 0, 60, TXF_EXTRA);
	tx_extra(n, 99, false);
	ring_push(&n->tx[0]);
}

static void fatal_gso_size(struct net *n)
{
	tx_piece(n, 0, 0, 60, TXF_EXTRA);
	tx_extra(n, EXTRA_GSO, false)->gso.type = 1;
	ring_push(&n->tx[0]);
}

static void fatal_gso_type(struct net *n)
{
	struct extra *extra;

	tx_piece(n, 0, 0, 60, TXF_EXTRA);
	extra = tx_extra(n, EXTRA_GSO, false);
	extra->gso.type = 9;
	extra->gso.size = 1000;
	ring_push(&n->tx[0]);
}

/* A slot where an extra should be: it is read as one. */
static void fatal_order(struct net *n)
{
	tx_piece(n, 0, 0, 5000, TXF_EXTRA | TXF_MORE);
	tx_piece(n, 1, 0, 904, 0)->gref = 0xffff;
	tx_extra(n, EXTRA_GSO, false)->gso.size = 1000;
	ring_push(&n->tx[0]);
}

static void fatal_page_end(struct net *n)
{
	tx_piece(n, 0, 4000, 97, 0);
	ring_push(&n->tx[0]);
}

static void fatal_page_end_later(struct net *n)
{
	tx_piece(n, 0, 0, 5000, TXF_MORE);
	tx_piece(n, 1, 65535, 904, 0);
	ring_push(&n->tx[0]);
}

static void fatal_giant_slot(struct net *n)
{
	tx_piece(n, 0, 0, PACKET_MAX, 0);
	ring_push(&n->tx[0]);
}

static void fatal_slots(struct net *n)
{
	unsigned int i;

	tx_piece(n, 0, 0, 1000, TXF_MORE);
	for (i = 1; i < 60; i++)
		tx_piece(n, i, 0, 10, i < 59 ? TXF_MORE : 0);
	ring_push(&n->tx[0]);
}

static void fatal_cut(struct net *n)
{
	tx_piece(n, 0, 0, 5000, TXF_MORE);
	ring_push(&n->tx[0]);
}

/* Found out when Dom0 has something for us, which may be at once. */
static void fatal_rx_jump(struct net *n)
{
	n->rx[0].shared->req_prod = n->rx[0].prod + 300;
	event_send(&n->rx[0].event);
	arp_question(n, (uint8_t *)n->data.at);
	tx_piece(n, 0, 0, 60, 0);
	ring_push(&n->tx[0]);
}

static void fatal(struct net *n)
{
	static const struct fatal_case cases[] = {
		{ "more requests than there is room", fatal_jump },
		{ "many more requests", fatal_jump_far },
		{ "fewer requests than before", fatal_jump_back },
		{ "extras without an end", fatal_extras_endless },
		{ "extras that are not there", fatal_extras_cut },
		{ "an extra of no type", fatal_extra_unknown },
		{ "an extra of an unknown type", fatal_extra_type },
		{ "segments of no size", fatal_gso_size },
		{ "segments of an unknown type", fatal_gso_type },
		{ "slots before extras", fatal_order },
		{ "data behind the page", fatal_page_end },
		{ "data far behind a later page", fatal_page_end_later },
		{ "64 KiB in a page", fatal_giant_slot },
		{ "many more slots than a packet has", fatal_slots },
		{ "slots that are not there", fatal_cut },
		{ "more buffers than there is room", fatal_rx_jump },
	};
	struct tally tally;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++, offences++) {
		step(cases[i].name);
		net_up(n);
		tx_works(n);
		cases[i].make(n);
		sleep_ns(100 * NSEC_PER_MSEC);
		if (cases[i].make != fatal_rx_jump) {
			announce(n, n->tx[0].prod);
			tally = tx_take(n, 0, 1, 100);
			if (tally.okay + tally.error + tally.null)
				fail("expected no answer any more");
		}
		net_down(n);
	}
	net_up(n);
	net_works(n);
	net_down(n);
}

#endif /* BED_NETCASES_H */
