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

#include "netcontrol.h"
#include "netnodes.h"

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
