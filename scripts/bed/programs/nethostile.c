// SPDX-License-Identifier: GPL-2.0
/*
 * nethostile - a network frontend that breaks the rules of the protocol.
 *
 *	nethostile NUMBER JOB [ROUNDS]
 *
 * NUMBER is the card's; the kernel has no frontend for it.  After each offence the
 * backend must still take packets, or take them again after a reconnect.  The jobs:
 *	honest		no offence: packets, answers, hash settings, groups of addresses
 *	packets		packets that are no packets, which cost nothing but themselves
 *	lies		untrue words about checksums and segments
 *	grants		memory that is not, or not any more, granted
 *	fatal		what no frontend sends by mistake
 *	changing	slots that change while they are read
 *	buffers		buffers that are none
 *	stall		no buffers at all, until Dom0 says "feed"
 *	control		control requests
 *	keys		nodes in the store
 *	states		states out of order
 *	flight		disconnects with packets on their way
 *	storm		events without a reason
 *	cycles		ROUNDS good connections
 *	flood		traffic without an end
 *	gone		no state any more
 *
 * The last line says how many offences there were.
 *
 * build: 64
 */
#include "netcases.h"

#define ALL_RULES { .queues = 1, .split = true, .ctrl = true }

static volatile bool stop_thread;

/* ---------------------------------------------------------------- changing */
/* scribble - another thread, which writes to one field of the ring after the other */
static void *scribble(void *argument)
{
	static const uint16_t sizes[] = { 0, 14, 60, 333, 4096, 9000, PACKET_MAX };
	struct net *n = argument;
	uint64_t state = 1;
	struct tx_request *slot;

	while (!stop_thread) {
		slot = ring_slot(&n->tx[0], (uint32_t)random_next(&state));
		switch (random_below(&state, 6)) {
		case 0:
			slot->size = sizes[random_below(&state, ARRAY_SIZE(sizes))];
			break;
		case 1:
			slot->offset = (uint16_t)random_below(&state, 5000);
			break;
		case 2:
			slot->flags ^= TXF_MORE;
			break;
		case 3:
			slot->gref = n->data.refs[random_below(&state, DATA_PAGES)];
			break;
		case 4:
			((struct extra *)slot)->type = (uint8_t)random_below(&state, 7);
			break;
		default:
			((uint8_t *)n->data.at)[random_below(&state, 128)]++;
		}
	}
	return argument;
}

/* Well-formed at first; few of them stay so, and not many connections either. */
static void changing(struct net *n, unsigned int rounds)
{
	unsigned int round, i;
	pthread_t thread;

	for (round = 0; round < rounds; round++, offences++) {
		step("slots that change");
		net_up(n);
		stop_thread = false;
		thread = thread_start(scribble, n);
		for (i = 0; i < 200; i++) {
			tell(n, &lies_table[i % 3]);
			ring_push(&n->tx[0]);
			tx_take(n, 0, 16, i < 20 ? 20 : 1);
			if (n->tx[0].prod - n->tx[0].cons > 200)
				break;
		}
		stop_thread = true;
		thread_end(thread, n);
		net_down(n);
	}
	net_up(n);
	net_works(n);
	net_down(n);
}

/* ----------------------------------------------------------------- buffers */
/* Everything that Dom0 sends must come to an end, with an error or without. */
static void offer_and_ask(struct net *n, uint32_t gref, int16_t below)
{
	struct ring *rx = &n->rx[0];
	const struct rx_answer *answer;
	unsigned int i, bad = 0;

	for (i = 0; i < 8; i++)
		rx_offer(n, 0, (uint16_t)i, gref);
	ring_push(rx);
	for (i = 0; i < 60 && !bad; i++) {
		tx_works(n);
		while (ring_await(rx, 200)) {
			answer = ring_slot(rx, rx->cons++);
			bad += answer->status < below;
			if (rx->prod == rx->cons)
				break;
		}
		if (rx->prod == rx->cons)
			break;
	}
	if (!bad)
		fail("expected answers below %d", below);
	offences++;
	net_down(n);
	net_up(n);
}

static void buffers(struct net *n)
{
	struct granted other, still;

	grant_to(&other, n->gntalloc, 1, true, n->f.domid + 1);
	grant_to(&still, n->gntalloc, 1, false, n->f.domid);
	net_up(n);
	step("a buffer that is none");
	offer_and_ask(n, 0x12345678, 0);
	step("a buffer for somebody else");
	offer_and_ask(n, other.refs[0], 0);
	step("a buffer to read only");
	offer_and_ask(n, still.refs[0], 0);
	step("one buffer for all");
	offer_and_ask(n, n->bufs.refs[0], 4096);
	step("answers that somebody else writes");
	memset(n->rx[0].shared, 255, PAGE);
	event_send(&n->rx[0].event);
	sleep_ns(100 * NSEC_PER_MSEC);
	offences++;
	net_down(n);
	net_up(n);
	net_works(n);
	net_down(n);
	ungrant(&other);
	ungrant(&still);
}

/* ------------------------------------------------------------------- stall */
static bool dom0_said(const char *word)
{
	const char *said = node_get("data", "go");

	return said && !strcmp(said, word);
}

static void stall(struct net *n)
{
	step("no buffers");
	net_up(n);
	while (!dom0_said("feed")) {
		watchdog(300);
		sleep_ns(200 * NSEC_PER_MSEC);
	}
	step("buffers again");
	net_works(n);
	net_down(n);
	offences++;
}

/* ----------------------------------------------------------------- control */
static void ctrl_make(struct net *n, unsigned int type, uint32_t a, uint32_t b, uint32_t c)
{
	struct ctrl_request *request = ring_next(&n->ctrl);

	*request = (struct ctrl_request) {
		.id = (uint16_t)n->ctrl.prod, .type = (uint16_t)type, .data = { a, b, c },
	};
}

static void ctrl_ask(struct net *n, unsigned int type, uint32_t a, uint32_t b, uint32_t c,
		     uint32_t status)
{
	const struct ctrl_answer *answer;

	ctrl_make(n, type, a, b, c);
	ring_push(&n->ctrl);
	if (!ring_await(&n->ctrl, ANSWER_MS))
		fail("expected an answer to request %u", type);
	answer = ring_slot(&n->ctrl, n->ctrl.cons++);
	if (answer->type != type || answer->status != status)
		fail("expected status %u for request %u of %x %x %x, got %u for %u", status, type,
		     a, b, c, answer->status, answer->type);
	offences += status != 0;
}

/* The settings of a frontend that wants a hash. */
static void ctrl_settings(struct net *n)
{
	uint32_t *map = (uint32_t *)(n->data.at + 30 * PAGE);

	memset(map, 0, PAGE);
	ctrl_ask(n, CTRL_SET_ALGORITHM, 1, 0, 0, 0);
	ctrl_ask(n, CTRL_GET_FLAGS, 0, 0, 0, 0);
	ctrl_ask(n, CTRL_SET_FLAGS, 15, 0, 0, 0);
	ctrl_ask(n, CTRL_GET_MAP_SIZE, 0, 0, 0, 0);
	ctrl_ask(n, CTRL_SET_MAP_SIZE, 128, 0, 0, 0);
	ctrl_ask(n, CTRL_SET_MAP, n->data.refs[30], 128, 0, 0);
	ctrl_ask(n, CTRL_SET_KEY, n->data.refs[30], 40, 0, 0);
}

static void ctrl_refused(struct net *n)
{
	uint32_t *map = (uint32_t *)(n->data.at + 30 * PAGE), ref = n->data.refs[30];

	ctrl_ask(n, CTRL_INVALID, 0, 0, 0, 1);
	ctrl_ask(n, 8, 0, 0, 0, 1);
	ctrl_ask(n, 65535, 0, 0, 0, 1);
	ctrl_ask(n, CTRL_SET_ALGORITHM, 7, 0, 0, 2);
	ctrl_ask(n, CTRL_SET_FLAGS, 16, 0, 0, 2);
	ctrl_ask(n, CTRL_SET_KEY, ref, 41, 0, 2);
	ctrl_ask(n, CTRL_SET_KEY, ref, 0xffffffff, 0, 2);
	ctrl_ask(n, CTRL_SET_KEY, 0x12345678, 40, 0, 2);
	ctrl_ask(n, CTRL_SET_MAP_SIZE, 129, 0, 0, 2);
	ctrl_ask(n, CTRL_SET_MAP_SIZE, 0xffffffff, 0, 0, 2);
	ctrl_ask(n, CTRL_SET_MAP, ref, 129, 0, 2);
	ctrl_ask(n, CTRL_SET_MAP, ref, 1, 128, 2);
	ctrl_ask(n, CTRL_SET_MAP, ref, 2, 0xffffffff, 2);
	ctrl_ask(n, CTRL_SET_MAP, ref, 0xffffffff, 2, 2);
	ctrl_ask(n, CTRL_SET_MAP, ref, 0x40000001, 0, 2);
	ctrl_ask(n, CTRL_SET_MAP, 0x12345678, 1, 0, 2);
	map[5] = 1;		/* there is only queue 0 */
	ctrl_ask(n, CTRL_SET_MAP, ref, 6, 0, 2);
	map[5] = 0;
}

/* As much as the ring holds, of any content, all the time. */
static void *ask_and_ask(void *argument)
{
	struct net *n = argument;
	uint64_t state = 1;

	while (!stop_thread) {
		while (n->ctrl.prod - n->ctrl.shared->rsp_prod < 128)
			ctrl_make(n, (unsigned int)random_below(&state, 9),
				  n->data.refs[random_below(&state, DATA_PAGES)],
				  (uint32_t)random_below(&state, 140),
				  (uint32_t)random_below(&state, 140));
		n->ctrl.shared->req_prod = n->ctrl.prod;
		event_send(&n->ctrl.event);
	}
	return argument;
}

static void control(struct net *n)
{
	const struct shape shape = ALL_RULES;
	pthread_t thread;

	step("control requests");
	net_up_as(n, shape);
	ctrl_ask(n, CTRL_GET_FLAGS, 0, 0, 0, 1);
	ctrl_ask(n, CTRL_SET_FLAGS, 15, 0, 0, 2);
	ctrl_settings(n);
	ctrl_refused(n);
	net_works(n);

	step("control requests without an end");
	stop_thread = false;
	thread = thread_start(ask_and_ask, n);
	sleep_ns(2 * NSEC_PER_SEC);
	tx_works(n);
	frontend_reset(&n->f);
	stop_thread = true;
	thread_end(thread, n);
	net_rings_close(n);
	offences++;

	step("more control requests than there is room");
	net_up_as(n, shape);
	ctrl_settings(n);
	n->ctrl.shared->req_prod = n->ctrl.prod + 129;
	event_send(&n->ctrl.event);
	sleep_ns(100 * NSEC_PER_MSEC);
	offences++;
	net_down(n);
	net_up_as(n, shape);
	net_works(n);
	net_down(n);
}

/* -------------------------------------------------------------------- keys */
struct key_case {
	const char *key, *value;	/* no value: the key is not there */
	bool refused;
};

static void key_case(struct net *n, const struct key_case *key)
{
	unsigned int got;

	net_rings_open(n);
	net_keys(n);
	if (key->value)
		frontend_put(&n->f, key->key, "%s", key->value);
	else
		frontend_forget(&n->f, key->key);
	frontend_state(&n->f, STATE_CONNECTED);
	got = backend_await(&n->f, 1U << STATE_CONNECTED | 1U << STATE_CLOSING,
			    FRONTEND_SECONDS);
	if (got != (key->refused ? STATE_CLOSING : STATE_CONNECTED))
		fail("expected %s to be %s, got state %u", key->value ? key->value : "nothing",
		     key->refused ? "refused" : "borne", got);
	offences += key->refused;
	net_down(n);
}

static void keys_at_connection(struct net *n)
{
	static const struct key_case cases[] = {
		{ "tx-ring-ref", NULL, true },
		{ "tx-ring-ref", "nothing", true },
		{ "tx-ring-ref", "4294967295", true },
		{ "rx-ring-ref", "305419896", true },
		{ "rx-ring-ref", NULL, true },
		{ "event-channel-tx", "0", true },
		{ "event-channel-tx", "99999", true },
		{ "event-channel-rx", "4000000000", true },
		{ "event-channel-rx", NULL, true },
		{ "request-rx-copy", "0", true },
		{ "multi-queue-num-queues", "0", true },
		{ "multi-queue-num-queues", "1000", true },
		{ "multi-queue-num-queues", "4294967295", true },
		{ "multi-queue-num-queues", "2", true },	/* of which there are no keys */
		{ "multi-queue-num-queues", "many", false },
		{ "ctrl-ring-ref", "305419896", true },
		{ "ctrl-ring-ref", NULL, false },
		{ "event-channel-ctrl", NULL, true },
		{ "event-channel-ctrl", "99999", true },
		{ "xdp-headroom", "99999", false },
		{ "xdp-headroom", "-1", false },
		{ "feature-sg", "4294967296", false },
	};
	unsigned int i;

	n->shape = (struct shape)ALL_RULES;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		step(cases[i].key);
		key_case(n, &cases[i]);
	}
}

static void rings_at_connection(struct net *n)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		step("a ring that is full of nothing");
		n->shape = (struct shape)ALL_RULES;
		net_rings_open(n);
		net_keys(n);
		(i ? i > 1 ? &n->ctrl : n->rx : n->tx)->shared->req_prod = 1000;
		frontend_state(&n->f, STATE_CONNECTED);
		backend_reaches(&n->f, STATE_CLOSING);
		net_down(n);
		offences++;
	}
	step("a ring to read only");
	net_rings_open(n);
	ring_close(&n->tx[0]);
	grant_to(&n->tx[0].pages, n->gntalloc, 1, false, n->f.domid);
	event_open(&n->tx[0].event, n->f.domid);
	net_keys(n);
	frontend_state(&n->f, STATE_CONNECTED);
	backend_reaches(&n->f, STATE_CLOSING);
	net_down(n);
	offences++;
}

/* Nobody looks at most of them; the others have to be borne. */
static void keys_while_connected(struct net *n)
{
	static const char * const keys[] = {
		"request-multicast-control", "xdp-headroom", "tx-ring-ref", "event-channel-tx",
		"multi-queue-num-queues", "feature-rx-notify", "feature-sg",
	};
	unsigned int i;

	step("keys that change");
	net_up(n);
	for (i = 0; i < 200; i++) {
		frontend_put(&n->f, keys[i % ARRAY_SIZE(keys)], "%u", i * 77777);
		if (i % 20 == 19)
			tx_works(n);
	}
	for (i = 0; i < 10; i++) {
		frontend_put(&n->f, "xdp-headroom", "%u", i * 300);
		frontend_state(&n->f, 7);	/* Reconfiguring */
		backend_reaches(&n->f, 8);
		tx_works(n);
	}
	net_down(n);
	offences++;
}

static void keys(struct net *n)
{
	keys_at_connection(n);
	rings_at_connection(n);
	keys_while_connected(n);
	step("the right ones");
	net_up(n);
	net_works(n);
	net_down(n);
}

/* ------------------------------------------------------------------ states */
/* The backend has only to be found in order afterwards; what is no state ends a device. */
static void states(struct net *n, unsigned int rounds)
{
	static const unsigned int jumps[] = { 4, 1, 4, 6, 4, 5, 4, 3, 2, 4, 8, 7, 4, 5, 6, 1, 4 };
	uint64_t state = rounds;
	unsigned int round, i;

	for (round = 0; round < rounds; round++) {
		step("states out of order");
		n->shape = (struct shape)ALL_RULES;
		net_rings_open(n);
		net_keys(n);
		for (i = 0; i < ARRAY_SIZE(jumps); i++, offences++) {
			frontend_state(&n->f, round ? 1 + (unsigned int)random_below(&state, 8) :
						      jumps[i]);
			if (random_below(&state, 3) == 0)
				sleep_ns((int64_t)random_below(&state, 30) * NSEC_PER_MSEC);
		}
		net_down(n);
		net_up(n);
		tx_works(n);
		net_down(n);
	}
	net_up(n);
	net_works(n);
	net_down(n);
}

/* ------------------------------------------------------------------ flight */
/* With rings as full as they can be, of what is mapped and what is copied. */
static void fill(struct net *n)
{
	uint32_t first = n->tx[0].prod;

	while (n->tx[0].prod - first < 200) {
		tell(n, &lies_table[0]);
		tell(n, &lies_table[1]);
		make_short_first(n);
		make_odd_pieces(n);
	}
}

static void flight(struct net *n, unsigned int rounds)
{
	unsigned int i;

	for (i = 0; i < rounds; i++, offences++) {
		step("a disconnect in flight");
		net_up(n);
		rx_offer_all(n);
		fill(n);
		ring_push(&n->tx[0]);
		sleep_ns(i % 4 * 2 * NSEC_PER_MSEC);
		if (i % 3 == 2)		/* while the pages may be mapped */
			ungrant(&n->data);
		net_down(n);
		if (i % 3 == 2)
			grant_to(&n->data, n->gntalloc, DATA_PAGES, true, n->f.domid);
	}
	net_up(n);
	net_works(n);
	net_down(n);
}

/* ------------------------------------------------------------------- storm */
static void *event_and_event(void *argument)
{
	struct net *n = argument;

	while (!stop_thread) {
		event_send(&n->tx[0].event);
		event_send(&n->rx[0].event);
		event_send(&n->ctrl.event);
	}
	return argument;
}

static void storm(struct net *n)
{
	pthread_t thread;

	step("events without a reason");
	net_up_as(n, (struct shape)ALL_RULES);
	stop_thread = false;
	thread = thread_start(event_and_event, n);
	sleep_ns(5 * NSEC_PER_SEC);
	tx_works(n);
	stop_thread = true;
	thread_end(thread, n);
	net_works(n);
	net_down(n);
	offences++;
}

/* ------------------------------------------------------------------ cycles */
static void cycles(struct net *n, unsigned int rounds)
{
	static const struct shape shapes[] = {
		{ 1, false, false }, { 1, true, false }, { 2, true, true }, { 2, false, false },
		{ 1, true, true },
	};
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		step("connections");
		net_up_as(n, shapes[i % ARRAY_SIZE(shapes)]);
		tx_works(n);
		net_down(n);
	}
}

/* ------------------------------------------------------------------- flood */
static __attribute__((noreturn)) void flood(struct net *n)
{
	step("a flood");
	net_up_as(n, (struct shape)ALL_RULES);
	thread_start(event_and_event, n);
	for (;;) {
		watchdog(600);
		rx_offer_all(n);
		fill(n);
		ring_push(&n->tx[0]);
		while (n->tx[0].prod != n->tx[0].cons)
			tx_take(n, 0, 1, 1000);
		rx_has_reply(n, 0);
	}
}

/* -------------------------------------------------------------------- gone */
static void gone(struct net *n)
{
	step("no state");
	net_up(n);
	tx_works(n);
	frontend_forget(&n->f, "state");
	offences++;
}

/* The honest part: that this program knows the rules. */
static void honest(struct net *n)
{
	step("no offence");
	net_up_as(n, (struct shape)ALL_RULES);
	net_works(n);
	ctrl_settings(n);
	make_groups(n);
	ring_push(&n->tx[0]);
	tx_answered(n, 160, RSP_ANY);
	net_works(n);
	net_down(n);
	cycles(n, 5);
	offences = 1;		/* too many addresses */
}

int main(int argc, char **argv)
{
	static struct net net;
	const char *job = argc > 2 ? argv[2] : "";
	unsigned int rounds = argc > 3 ? (unsigned int)number(argv[3], 1, 100000) : 30, i;
	static const struct {
		const char *name;
		void (*run)(struct net *n);
		void (*run_rounds)(struct net *n, unsigned int rounds);
	} jobs[] = {
		{ "honest", honest, NULL }, { "packets", packets, NULL }, { "lies", lies, NULL },
		{ "grants", grants, NULL }, { "fatal", fatal, NULL },
		{ "changing", NULL, changing }, { "buffers", buffers, NULL },
		{ "stall", stall, NULL }, { "control", control, NULL }, { "keys", keys, NULL },
		{ "states", NULL, states }, { "flight", NULL, flight }, { "storm", storm, NULL },
		{ "cycles", NULL, cycles }, { "flood", flood, NULL }, { "gone", gone, NULL },
	};

	for (i = 0; i < ARRAY_SIZE(jobs) && strcmp(jobs[i].name, job); i++)
		;
	if (argc < 3 || argc > 4 || i == ARRAY_SIZE(jobs))
		usage("nethostile NUMBER JOB [ROUNDS]");
	net_find(&net, (unsigned int)number(argv[1], 0, 1000));
	if (jobs[i].run)
		jobs[i].run(&net);
	else
		jobs[i].run_rounds(&net, rounds);
	say("%u offences", offences);
	return 0;
}
