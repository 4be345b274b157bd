// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what a guest may put on its ring, on rings that no guest shares.
 */
#include <kunit/test.h>
#include <linux/if_ether.h>

#include "../tx_parse.h"

#define FATAL	20

struct parse_test {
	struct xen_netif_tx_sring *shared;
	struct xen_netif_tx_back_ring ring;
	struct tx_packet pkt;
};

static int parse_init(struct kunit *test)
{
	struct parse_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->shared = kunit_kzalloc(test, XEN_PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->shared);
	SHARED_RING_INIT(t->shared);
	BACK_RING_INIT(&t->ring, t->shared, XEN_PAGE_SIZE);
	test->priv = t;
	return 0;
}

static void put(struct parse_test *t, u16 flags, u16 offset, u16 size)
{
	*RING_GET_REQUEST(&t->ring, t->shared->req_prod) = (struct xen_netif_tx_request) {
		.gref = 1000 + t->shared->req_prod, .id = t->shared->req_prod,
		.flags = flags, .offset = offset, .size = size,
	};
	t->shared->req_prod++;
}

static struct xen_netif_extra_info *put_extra(struct parse_test *t, u8 type, u8 flags)
{
	struct xen_netif_extra_info *extra =
		(void *)RING_GET_REQUEST(&t->ring, t->shared->req_prod);

	memset(extra, 0, sizeof(*extra));
	extra->type = type;
	extra->flags = flags;
	t->shared->req_prod++;
	return extra;
}

static void put_gso(struct parse_test *t, u8 type, u16 size, u8 flags)
{
	struct xen_netif_extra_info *extra = put_extra(t, XEN_NETIF_EXTRA_TYPE_GSO, flags);

	extra->u.gso.type = type;
	extra->u.gso.size = size;
}

/* A packet of @slots slots of @size bytes each. */
static void put_slots(struct parse_test *t, unsigned int slots, u16 size)
{
	unsigned int i;

	put(t, slots > 1 ? XEN_NETTXF_more_data : 0, 0, slots * size);
	for (i = 1; i < slots; i++)
		put(t, i < slots - 1 ? XEN_NETTXF_more_data : 0, 0, size);
}

static enum tx_verdict parse(struct parse_test *t)
{
	return netback_tx_parse(&t->ring, FATAL, &t->pkt);
}

static void nothing_there(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, parse(test->priv), TX_IDLE);
	KUNIT_EXPECT_EQ(test, netback_tx_waiting(&((struct parse_test *)test->priv)->ring), 0);
}

static void one_slot(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_csum_blank, 100, 60);
	KUNIT_ASSERT_EQ(test, parse(t), TX_PACKET);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 1);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, 1);
	KUNIT_EXPECT_EQ(test, t->pkt.extras, 0);
	KUNIT_EXPECT_EQ(test, t->pkt.size, 60);
	KUNIT_EXPECT_EQ(test, t->pkt.flags, XEN_NETTXF_csum_blank);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[0].gref, 1000);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[0].offset, 100);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[0].size, 60);

	/* The ring is as it was: the caller takes things off it. */
	KUNIT_EXPECT_EQ(test, t->ring.req_cons, 0);
	KUNIT_EXPECT_EQ(test, netback_tx_waiting(&t->ring), 1);
}

static void first_slot_has_what_the_others_leave(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_more_data, 0, 1500);
	put(t, XEN_NETTXF_more_data, 4000, 96);
	put(t, 0, 0, 4);
	KUNIT_ASSERT_EQ(test, parse(t), TX_PACKET);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, 3);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 3);
	KUNIT_EXPECT_EQ(test, t->pkt.size, 1500);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[0].size, 1400);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[1].size, 96);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[1].offset, 4000);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[2].gref, 1002);
	KUNIT_EXPECT_EQ(test, t->pkt.id[2], 2);
}

static void slots_without_data_are_answered(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_more_data, 0, 60);
	put(t, XEN_NETTXF_more_data, 0, 0);
	put(t, 0, 4096 - 1, 0);
	KUNIT_ASSERT_EQ(test, parse(t), TX_PACKET);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, 3);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[0].size, 60);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[1].size, 0);
}

static void ring_wraps(struct kunit *test)
{
	struct parse_test *t = test->priv;

	t->shared->req_prod = -1;
	t->shared->rsp_prod = -1;
	t->ring.req_cons = -1;
	t->ring.rsp_prod_pvt = -1;
	put(t, XEN_NETTXF_more_data, 0, 200);
	put(t, 0, 0, 100);
	KUNIT_ASSERT_EQ(test, parse(t), TX_PACKET);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 2);
	KUNIT_EXPECT_EQ(test, t->pkt.id[1], 0);
}

static void segments(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_extra_info | XEN_NETTXF_more_data, 0, 4160);
	put_gso(t, XEN_NETIF_GSO_TYPE_TCPV6, 1400, 0);
	put(t, 0, 0, 4096);
	KUNIT_ASSERT_EQ(test, parse(t), TX_PACKET);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 3);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, 2);
	KUNIT_EXPECT_EQ(test, t->pkt.extras, 1);
	KUNIT_EXPECT_EQ(test, t->pkt.gso_type, XEN_NETIF_GSO_TYPE_TCPV6);
	KUNIT_EXPECT_EQ(test, t->pkt.gso_size, 1400);
	KUNIT_EXPECT_EQ(test, t->pkt.id[1], 2);
}

static void extras_of_each_kind(struct kunit *test)
{
	struct parse_test *t = test->priv;
	struct xen_netif_extra_info *extra;
	u32 value = 0x12345678;

	put(t, XEN_NETTXF_extra_info, 0, 60);
	put_gso(t, XEN_NETIF_GSO_TYPE_TCPV6, 1400, XEN_NETIF_EXTRA_FLAG_MORE);
	put_extra(t, XEN_NETIF_EXTRA_TYPE_XDP, XEN_NETIF_EXTRA_FLAG_MORE);
	put_gso(t, XEN_NETIF_GSO_TYPE_TCPV4, 1448, XEN_NETIF_EXTRA_FLAG_MORE);
	extra = put_extra(t, XEN_NETIF_EXTRA_TYPE_HASH, 0);
	extra->u.hash.type = _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP;
	memcpy(extra->u.hash.value, &value, sizeof(value));

	KUNIT_ASSERT_EQ(test, parse(t), TX_PACKET);
	KUNIT_EXPECT_EQ(test, t->pkt.extras, 4);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 5);
	/* The later one of two. */
	KUNIT_EXPECT_EQ(test, t->pkt.gso_type, XEN_NETIF_GSO_TYPE_TCPV4);
	KUNIT_EXPECT_EQ(test, t->pkt.gso_size, 1448);
	KUNIT_EXPECT_TRUE(test, t->pkt.has_hash);
	KUNIT_EXPECT_EQ(test, t->pkt.hash, value);
	KUNIT_EXPECT_EQ(test, t->pkt.hash_type, _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP);
}

static void groups(struct kunit *test)
{
	static const u8 addr[6] = { 1, 2, 3, 4, 5, 6 };
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_extra_info, 0, 0);
	memcpy(put_extra(t, XEN_NETIF_EXTRA_TYPE_MCAST_DEL, 0)->u.mcast.addr, addr, 6);
	put(t, 0, 0, 60);
	KUNIT_ASSERT_EQ(test, parse(t), TX_GROUP);
	KUNIT_EXPECT_EQ(test, t->pkt.group, XEN_NETIF_EXTRA_TYPE_MCAST_DEL);
	KUNIT_EXPECT_MEMEQ(test, t->pkt.addr, addr, 6);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 2);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, 1);

	/* And the next one is another packet. */
	t->ring.req_cons += t->pkt.consumed;
	KUNIT_ASSERT_EQ(test, parse(t), TX_PACKET);
	KUNIT_EXPECT_EQ(test, t->pkt.group, 0);
}

static void most_slots(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put_slots(t, TX_PACKET_PIECES, 100);
	KUNIT_ASSERT_EQ(test, parse(t), TX_PACKET);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, TX_PACKET_PIECES);
	KUNIT_EXPECT_EQ(test, t->pkt.piece[TX_PACKET_PIECES - 1].size, 100);
}

/* It costs the packet, and each slot is answered. */
static void drop_too_many_slots(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put_slots(t, FATAL + 1, 100);
	KUNIT_ASSERT_EQ(test, parse(t), TX_DROP);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, FATAL + 1);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, FATAL + 1);
	KUNIT_EXPECT_EQ(test, t->pkt.id[FATAL], FATAL);
}

static void drop_slots_larger_than_the_packet(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_more_data, 0, 100);
	put(t, XEN_NETTXF_more_data, 0, 101);
	put(t, 0, 0, 20);
	KUNIT_ASSERT_EQ(test, parse(t), TX_DROP);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, 3);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 3);
}

/* 64 KiB and more: 16 bits of size are not enough. */
static void drop_giants(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put_slots(t, 17, 4096);
	KUNIT_EXPECT_EQ(test, parse(t), TX_DROP);
	KUNIT_EXPECT_EQ(test, t->pkt.slots, 17);
}

static void drop_no_header(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, 0, 0, ETH_HLEN - 1);
	KUNIT_EXPECT_EQ(test, parse(t), TX_DROP);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 1);

	t->ring.req_cons++;
	put(t, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, parse(t), TX_DROP);

	t->ring.req_cons++;
	put(t, 0, 0, ETH_HLEN);
	KUNIT_EXPECT_EQ(test, parse(t), TX_PACKET);
}

static void drop_header_in_second_slot(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_more_data, 0, 60);
	put(t, 0, 0, 60 - ETH_HLEN + 1);
	KUNIT_EXPECT_EQ(test, parse(t), TX_DROP);
	KUNIT_EXPECT_EQ(test, t->pkt.consumed, 2);
}

static void broken_producer(struct kunit *test)
{
	struct parse_test *t = test->priv;

	t->shared->req_prod = TX_RING_SLOTS + 1;
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	t->shared->req_prod = -1;
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);

	/* There is room only where an answer has been given. */
	t->ring.req_cons = 8;
	t->ring.rsp_prod_pvt = 4;
	t->shared->req_prod = 4 + TX_RING_SLOTS + 1;
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	KUNIT_EXPECT_NOT_NULL(test, t->pkt.why);
}

static void broken_slots_without_end(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_more_data, 0, 100);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	put(t, XEN_NETTXF_more_data, 0, 10);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
}

static void broken_too_many_slots(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put_slots(t, FATAL + 2, 100);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
}

static void broken_extras_without_end(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_extra_info, 0, 100);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	put_extra(t, XEN_NETIF_EXTRA_TYPE_XDP, XEN_NETIF_EXTRA_FLAG_MORE);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
}

static void broken_extra_type(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_extra_info, 0, 100);
	put_extra(t, XEN_NETIF_EXTRA_TYPE_NONE, 0);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	t->shared->req_prod--;
	put_extra(t, XEN_NETIF_EXTRA_TYPE_MAX, 0);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	t->shared->req_prod--;
	put_extra(t, XEN_NETIF_EXTRA_TYPE_MAX - 1, 0);
	KUNIT_EXPECT_EQ(test, parse(t), TX_PACKET);
}

static void broken_segments(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, XEN_NETTXF_extra_info, 0, 100);
	put_gso(t, XEN_NETIF_GSO_TYPE_TCPV4, 0, 0);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	t->shared->req_prod--;
	put_gso(t, XEN_NETIF_GSO_TYPE_NONE, 1448, 0);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	t->shared->req_prod--;
	put_gso(t, XEN_NETIF_GSO_TYPE_TCPV6 + 1, 1448, 0);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
}

static void broken_page_bounds(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put(t, 0, 4000, 97);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	t->ring.req_cons++;
	put(t, 0, 4000, 96);
	KUNIT_EXPECT_EQ(test, parse(t), TX_PACKET);

	/* The sum has more than 16 bits. */
	t->ring.req_cons++;
	put(t, XEN_NETTXF_more_data, 0, 0xffff);
	put(t, 0, 0xffff, 0xffff);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);

	t->ring.req_cons += 2;
	put(t, XEN_NETTXF_more_data, 0, 4200);
	put(t, 0, 1, 4096);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);

	/* Only what the others leave has to fit into the first. */
	t->ring.req_cons += 2;
	put(t, XEN_NETTXF_more_data, 4000, 4096 + 97);
	put(t, 0, 0, 4096);
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
	t->ring.req_cons += 2;
	put(t, XEN_NETTXF_more_data, 4000, 4096 + 96);
	put(t, 0, 0, 4096);
	KUNIT_EXPECT_EQ(test, parse(t), TX_PACKET);
}

/* Also in slots that are to be dropped. */
static void broken_page_bounds_behind_the_last(struct kunit *test)
{
	struct parse_test *t = test->priv;

	put_slots(t, TX_PACKET_PIECES + 1, 100);
	RING_GET_REQUEST(&t->ring, TX_PACKET_PIECES)->offset = 4000;
	KUNIT_EXPECT_EQ(test, parse(t), TX_BROKEN);
}

static void waiting_has_a_limit(struct kunit *test)
{
	struct parse_test *t = test->priv;

	t->shared->req_prod = 1000000;
	KUNIT_EXPECT_EQ(test, netback_tx_waiting(&t->ring), TX_RING_SLOTS);
	t->ring.req_cons = 10;
	KUNIT_EXPECT_EQ(test, netback_tx_waiting(&t->ring), TX_RING_SLOTS - 10);
	t->ring.rsp_prod_pvt = 4;
	KUNIT_EXPECT_EQ(test, netback_tx_waiting(&t->ring), TX_RING_SLOTS - 6);
}

static struct kunit_case parse_cases[] = {
	KUNIT_CASE(nothing_there),
	KUNIT_CASE(one_slot),
	KUNIT_CASE(first_slot_has_what_the_others_leave),
	KUNIT_CASE(slots_without_data_are_answered),
	KUNIT_CASE(ring_wraps),
	KUNIT_CASE(segments),
	KUNIT_CASE(extras_of_each_kind),
	KUNIT_CASE(groups),
	KUNIT_CASE(most_slots),
	KUNIT_CASE(drop_too_many_slots),
	KUNIT_CASE(drop_slots_larger_than_the_packet),
	KUNIT_CASE(drop_giants),
	KUNIT_CASE(drop_no_header),
	KUNIT_CASE(drop_header_in_second_slot),
	KUNIT_CASE(broken_producer),
	KUNIT_CASE(broken_slots_without_end),
	KUNIT_CASE(broken_too_many_slots),
	KUNIT_CASE(broken_extras_without_end),
	KUNIT_CASE(broken_extra_type),
	KUNIT_CASE(broken_segments),
	KUNIT_CASE(broken_page_bounds),
	KUNIT_CASE(broken_page_bounds_behind_the_last),
	KUNIT_CASE(waiting_has_a_limit),
	{}
};

static struct kunit_suite parse_suite = {
	.name = "xen_netback_tx_parse",
	.init = parse_init,
	.test_cases = parse_cases,
};

kunit_test_suite(parse_suite);
