/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs of nethostile that are about the store: nodes and states. Included by it once.
 */
#ifndef BED_NETNODES_H
#define BED_NETNODES_H

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

#endif /* BED_NETNODES_H */
