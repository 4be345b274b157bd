/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A network card whose frontend is the program: rings, packets and answers, right
 * ones and any others.  The layouts are those of xen/include/public/io/netif.h.
 */
#ifndef BED_NETRING_H
#define BED_NETRING_H

#include "frontend.h"

#define DATA_PAGES 32		/* that packets are made of */
#define BUF_PAGES 128		/* that packets come in */
#define QUEUES_MAX 2
#define PACKET_MAX 65535
#define ANSWER_MS 20000

enum { TXF_CSUM_BLANK = 1, TXF_VALIDATED = 2, TXF_MORE = 4, TXF_EXTRA = 8 };
enum { EXTRA_GSO = 1, EXTRA_MCAST_ADD, EXTRA_MCAST_DEL, EXTRA_HASH, EXTRA_XDP };
enum { RSP_ERROR = -1, RSP_OKAY = 0, RSP_NULL = 1, RSP_ANY = 2 };
enum {
	CTRL_INVALID, CTRL_GET_FLAGS, CTRL_SET_FLAGS, CTRL_SET_KEY, CTRL_GET_MAP_SIZE,
	CTRL_SET_MAP_SIZE, CTRL_SET_MAP, CTRL_SET_ALGORITHM,
};

struct tx_request {
	uint32_t gref;
	uint16_t offset, flags, id, size;
};

struct tx_answer {
	uint16_t id;
	int16_t status;
};

struct rx_request {
	uint16_t id, pad;
	uint32_t gref;
};

struct rx_answer {
	uint16_t id, offset, flags;
	int16_t status;
};

struct extra {
	uint8_t type, flags;	/* the only flag is 1: there are more */
	union {
		struct {
			uint16_t size;
			uint8_t type, pad;
			uint16_t features;
		} gso;
		struct {
			uint8_t type, algorithm, value[4];
		} hash;
		uint8_t addr[6];
	};
};

struct ctrl_request {
	uint16_t id, type;
	uint32_t data[3];
};

struct ctrl_answer {
	uint16_t id, type;
	uint32_t status, data;
};

/* How the card connects: what is false or one is left out. */
struct shape {
	unsigned int queues;
	bool split, ctrl;
};

struct net {
	struct frontend f;
	int gntalloc;
	struct shape shape;
	struct ring tx[QUEUES_MAX], rx[QUEUES_MAX], ctrl;
	struct granted data, bufs;
	uint8_t mac[6];
};

/* What came back for some slots. */
struct tally {
	unsigned int okay, error, null;
};

static const uint8_t everybody[6] = { 255, 255, 255, 255, 255, 255 };

/* --------------------------------------------------------------- connection */
static inline void net_find(struct net *n, unsigned int number)
{
	const char *mac;

	frontend_find(&n->f, "vif", number);
	n->gntalloc = open_device("gntalloc");
	grant_to(&n->data, n->gntalloc, DATA_PAGES, true, n->f.domid);
	grant_to(&n->bufs, n->gntalloc, BUF_PAGES, true, n->f.domid);
	mac = node_get(n->f.folder, "mac");
	if (!mac || sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &n->mac[0], &n->mac[1],
			   &n->mac[2], &n->mac[3], &n->mac[4], &n->mac[5]) != 6)
		fail("expected an address of %s", n->f.folder);
	if (backend_state(&n->f) != STATE_INIT_WAIT)
		frontend_reset(&n->f);
}

static inline void queue_keys(const struct net *n, unsigned int q)
{
	const struct ring *tx = &n->tx[q], *rx = &n->rx[q];
	char at[16] = "", key[64];

	if (n->shape.queues > 1)
		snprintf(at, sizeof(at), "queue-%u/", q);
	snprintf(key, sizeof(key), "%stx-ring-ref", at);
	frontend_put(&n->f, key, "%u", tx->pages.refs[0]);
	snprintf(key, sizeof(key), "%srx-ring-ref", at);
	frontend_put(&n->f, key, "%u", rx->pages.refs[0]);
	if (n->shape.split) {
		snprintf(key, sizeof(key), "%sevent-channel-tx", at);
		frontend_put(&n->f, key, "%u", tx->event.port);
		snprintf(key, sizeof(key), "%sevent-channel-rx", at);
		frontend_put(&n->f, key, "%u", rx->event.port);
	} else {
		snprintf(key, sizeof(key), "%sevent-channel", at);
		frontend_put(&n->f, key, "%u", tx->event.port);
	}
}

/* net_keys - the nodes of a good connection, and no others */
static inline void net_keys(const struct net *n)
{
	static const char * const ones[] = {
		"request-rx-copy", "feature-rx-notify", "feature-sg", "feature-gso-tcpv4",
		"feature-gso-tcpv6", "feature-ipv6-csum-offload",
	};
	static const char * const none[] = {
		"event-channel", "event-channel-tx", "event-channel-rx", "tx-ring-ref",
		"rx-ring-ref", "queue-0", "queue-1", "ctrl-ring-ref", "event-channel-ctrl",
		"xdp-headroom", "feature-no-csum-offload", "request-multicast-control",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(none); i++)
		frontend_forget(&n->f, none[i]);
	for (i = 0; i < ARRAY_SIZE(ones); i++)
		frontend_put(&n->f, ones[i], "1");
	frontend_put(&n->f, "multi-queue-num-queues", "%u", n->shape.queues);
	for (i = 0; i < n->shape.queues; i++)
		queue_keys(n, i);
	if (n->shape.ctrl) {
		frontend_put(&n->f, "ctrl-ring-ref", "%u", n->ctrl.pages.refs[0]);
		frontend_put(&n->f, "event-channel-ctrl", "%u", n->ctrl.event.port);
	}
}

static inline void net_rings_open(struct net *n)
{
	unsigned int i;

	for (i = 0; i < n->shape.queues; i++) {
		ring_open(&n->tx[i], n->gntalloc, n->f.domid, 1, sizeof(struct tx_request));
		ring_open(&n->rx[i], n->gntalloc, n->f.domid, 1, sizeof(struct rx_request));
	}
	if (n->shape.ctrl)
		ring_open(&n->ctrl, n->gntalloc, n->f.domid, 1, sizeof(struct ctrl_request));
}

static inline void net_rings_close(struct net *n)
{
	unsigned int i;

	for (i = 0; i < n->shape.queues; i++) {
		ring_close(&n->tx[i]);
		ring_close(&n->rx[i]);
	}
	if (n->shape.ctrl)
		ring_close(&n->ctrl);
}

static inline void net_up_as(struct net *n, struct shape shape)
{
	n->shape = shape;
	net_rings_open(n);
	net_keys(n);
	frontend_state(&n->f, STATE_CONNECTED);
	backend_reaches(&n->f, STATE_CONNECTED);
}

static inline void net_up(struct net *n)
{
	net_up_as(n, (struct shape) { .queues = 1, .split = true });
}

static inline void net_down(struct net *n)
{
	frontend_reset(&n->f);
	net_rings_close(n);
}

/* ------------------------------------------------------------- transmission */
static inline void *ring_next(struct ring *r)
{
	return memset(ring_slot(r, r->prod++), 0, r->stride);
}

static inline struct tx_request *tx_piece(struct net *n, unsigned int page, unsigned int offset,
					  unsigned int size, unsigned int flags)
{
	struct tx_request *request = ring_next(&n->tx[0]);

	*request = (struct tx_request) {
		.gref = n->data.refs[page % DATA_PAGES], .offset = (uint16_t)offset,
		.flags = (uint16_t)flags, .id = (uint16_t)(n->tx[0].prod - 1),
		.size = (uint16_t)size,
	};
	return request;
}

static inline struct extra *tx_extra(struct net *n, unsigned int type, bool more)
{
	struct extra *extra = ring_next(&n->tx[0]);

	extra->type = (uint8_t)type;
	extra->flags = more;
	return extra;
}

/* tx_head - the first slot of a packet from page 0 on; tx_tail - the others */
static inline void tx_head(struct net *n, unsigned int total, unsigned int flags)
{
	tx_piece(n, 0, 0, total, flags | (total > PAGE ? TXF_MORE : 0));
}

static inline void tx_tail(struct net *n, unsigned int total)
{
	unsigned int at, size;

	for (at = PAGE; at < total; at += size) {
		size = total - at < PAGE ? total - at : PAGE;
		tx_piece(n, at / PAGE, 0, size, at + size < total ? TXF_MORE : 0);
	}
}

/* tx_take - the answers to so many slots of a queue; those that do not come are not counted */
static inline struct tally tx_take(struct net *n, unsigned int q, unsigned int slots,
				   int milliseconds)
{
	struct ring *tx = &n->tx[q];
	struct tally tally = { 0 };
	const struct tx_answer *answer;

	for (; slots; slots--, tx->cons++) {
		if (!ring_await(tx, milliseconds))
			break;
		answer = ring_slot(tx, tx->cons);
		tally.okay += answer->status == RSP_OKAY;
		tally.error += answer->status < RSP_OKAY;
		tally.null += answer->status == RSP_NULL;
	}
	return tally;
}

static inline void tx_answered(struct net *n, unsigned int slots, int status)
{
	struct tally tally = tx_take(n, 0, slots, ANSWER_MS);

	if (tally.okay + tally.error + tally.null != slots)
		fail("expected %u answers, got %u good, %u bad, %u empty", slots, tally.okay,
		     tally.error, tally.null);
	if ((status == RSP_OKAY && tally.error) || (status == RSP_ERROR && tally.okay))
		fail("expected status %d only, got %u good, %u bad", status, tally.okay,
		     tally.error);
}

/* --------------------------------------------------------------- contents */
static inline void eth_header(const struct net *n, uint8_t *at, unsigned int type)
{
	memcpy(at, everybody, 6);
	memcpy(at + 6, n->mac, 6);
	at[12] = (uint8_t)(type >> 8);
	at[13] = (uint8_t)type;
}

/* Who has Dom0's address? Dom0 is to answer. */
static inline void arp_question(const struct net *n, uint8_t *at)
{
	static const uint8_t who[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	static const uint8_t us[4] = { 192, 168, 77, 66 }, dom0[4] = { 192, 168, 77, 1 };

	memset(at, 0, 60);
	eth_header(n, at, 0x0806);
	memcpy(at + 14, who, sizeof(who));
	memcpy(at + 22, n->mac, 6);
	memcpy(at + 28, us, 4);
	memcpy(at + 38, dom0, 4);
}

/* ip_headers - IPv4 or IPv6 and TCP, all of it right, for a packet of this length */
static inline void ip_headers(const struct net *n, uint8_t *at, bool v6, unsigned int total)
{
	static const uint8_t v4[20] = {
		0x45, [8] = 64, 6, [12] = 192, 168, 77, 66, 192, 168, 77, 99,
	};
	unsigned int rest = total - 14, sum = 0, i;
	uint8_t *ip = at + 14, *tcp = ip + (v6 ? 40 : 20);

	memset(at, 0, 128);
	eth_header(n, at, v6 ? 0x86dd : 0x0800);
	if (v6) {
		ip[0] = 0x60;
		ip[4] = (uint8_t)((rest - 40) >> 8);
		ip[5] = (uint8_t)(rest - 40);
		ip[6] = 6;
		ip[7] = 64;
		ip[8] = ip[24] = 0xfd;
		ip[23] = 66;
		ip[39] = 99;
	} else {
		memcpy(ip, v4, sizeof(v4));
		ip[2] = (uint8_t)(rest >> 8);
		ip[3] = (uint8_t)rest;
		for (i = 0; i < 20; i += 2)
			sum += (unsigned int)(ip[i] << 8 | ip[i + 1]);
		sum = ~((sum & 0xffff) + (sum >> 16));
		ip[10] = (uint8_t)(sum >> 8);
		ip[11] = (uint8_t)sum;
	}
	tcp[1] = tcp[3] = 9;
	tcp[12] = 0x50;
	tcp[13] = 0x10;
}

/* -------------------------------------------------------------- reception */
static inline void rx_offer(struct net *n, unsigned int q, uint16_t id, uint32_t gref)
{
	struct rx_request *request = ring_next(&n->rx[q]);

	request->id = id;
	request->gref = gref;
}

/* rx_offer_all - as many buffers as there can be */
static inline void rx_offer_all(struct net *n)
{
	struct ring *rx = &n->rx[0];

	while (rx->prod - rx->cons < BUF_PAGES)
		rx_offer(n, 0, (uint16_t)(rx->prod % BUF_PAGES),
			 n->bufs.refs[rx->prod % BUF_PAGES]);
	ring_push(rx);
}

/* rx_has_reply - take what has come; was Dom0's answer among it? */
static inline bool rx_has_reply(struct net *n, int milliseconds)
{
	struct ring *rx = &n->rx[0];
	const struct rx_answer *answer;
	const uint8_t *at;
	bool reply = false;

	while (!reply && ring_await(rx, milliseconds)) {
		answer = ring_slot(rx, rx->cons++);
		at = (uint8_t *)n->bufs.at + answer->id % BUF_PAGES * PAGE;
		reply = answer->status >= 42 && at[12] == 8 && at[13] == 6 && at[21] == 2 &&
			!memcmp(at, n->mac, 6);
	}
	return reply;
}

/* ------------------------------------------------------------------ alive */
/* tx_works - a good packet is taken */
static inline void tx_works(struct net *n)
{
	arp_question(n, (uint8_t *)n->data.at);
	tx_piece(n, 0, 0, 60, 0);
	ring_push(&n->tx[0]);
	tx_answered(n, 1, RSP_OKAY);
}

/* net_works - a packet goes out, and its answer comes back; the carrier may take a while */
static inline void net_works(struct net *n)
{
	int tries;

	for (tries = 0; tries < 60; tries++) {
		rx_offer_all(n);
		tx_works(n);
		if (rx_has_reply(n, 500))
			return;
	}
	fail("expected Dom0 to answer, got nothing");
}

#endif /* BED_NETRING_H */
