/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs of blkhostile that are about the store. Included by it once.
 */
#ifndef BED_BLKNODES_H
#define BED_BLKNODES_H

static char nodes_long[900];

/* Values that a frontend may write into its nodes; NULL: there is no such node. */
static const struct { const char *key, *value; } nodes_bad[] = {
	{ "protocol", "foo" }, { "protocol", "" }, { "protocol", nodes_long },
	{ "protocol", "\033[31m%s%n" }, { "protocol", "x86_64-abi2" },
	{ "multi-queue-num-queues", "0" }, { "multi-queue-num-queues", "-1" },
	{ "multi-queue-num-queues", "4294967296" }, { "multi-queue-num-queues", "65536" },
	{ "multi-queue-num-queues", "2" }, { "multi-queue-num-queues", nodes_long },
	{ "ring-page-order", "5" }, { "ring-page-order", "32" }, { "ring-page-order", "64" },
	{ "ring-page-order", "-1" }, { "ring-page-order", "4294967295" },
	{ "ring-page-order", "1" }, { "ring-page-order", "x" },
	{ "ring-ref", NULL }, { "ring-ref", "x" }, { "ring-ref", "-1" }, { "ring-ref", "99999" },
	{ "ring-ref", "4294967295" }, { "ring-ref", "99999999999999999999" }, { "ring-ref", "" },
	{ "event-channel", NULL }, { "event-channel", "x" }, { "event-channel", "-1" },
	{ "event-channel", "0" }, { "event-channel", "1" }, { "event-channel", "4000" },
	{ "event-channel", "4294967295" }, { "event-channel", nodes_long },
	{ "feature-persistent", "x" }, { "feature-persistent", "-1" },
	{ "feature-persistent", "4294967297" }, { "feature-persistent", nodes_long },
	{ "device-type", "cdrom" }, { "device-type", nodes_long },
};

static void node_set(struct disk *d, const char *key, const char *value)
{
	if (value)
		frontend_put(&d->f, key, "%s", value);
	else
		frontend_forget(&d->f, key);
}

/* The backend connects or closes; it does neither hang nor break. */
static void nodes_settle(struct disk *d, const char *what)
{
	unsigned int state;

	frontend_state(&d->f, STATE_INITIALISED);
	state = backend_await(&d->f, 1U << STATE_CONNECTED | 1U << STATE_CLOSING, 60);
	if (state != STATE_CONNECTED && state != STATE_CLOSING)
		fail("expected a decision about %s, the backend is in %u", what, state);
	if (state == STATE_CONNECTED) {
		ring_push(&d->ring[0]);
		sleep_ns(5 * NSEC_PER_MSEC);
	}
	disk_disconnect(d);
}

/* Two queues that share what each should have of its own. */
static void nodes_shared(struct disk *d, const char *key, uint32_t value)
{
	struct options o = { .abi = plain.abi, .queues = 2 };

	step(key);
	disk_offer(d, &o);
	if (value)
		frontend_put(&d->f, key, "%u", value);
	else
		frontend_forget(&d->f, key);
	nodes_settle(d, key);
}

static void nodes(struct disk *d)
{
	struct options o = { .abi = plain.abi, .queues = 2 };
	unsigned int i;

	memset(nodes_long, 'a', sizeof(nodes_long) - 1);
	for (i = 0; i < ARRAY_SIZE(nodes_bad); i++) {
		step(nodes_bad[i].key);
		disk_offer(d, &plain);
		node_set(d, nodes_bad[i].key, nodes_bad[i].value);
		nodes_settle(d, nodes_bad[i].key);
	}
	frontend_put(&d->f, "device-type", "disk");
	nodes_shared(d, "queue-1/event-channel", 0);
	nodes_shared(d, "queue-1/ring-ref", 0);
	nodes_shared(d, "queue-1", 0);
	disk_offer(d, &o);
	frontend_put(&d->f, "queue-1/event-channel", "%u", d->ring[0].event.port);
	frontend_put(&d->f, "queue-1/ring-ref", "%u", d->ring[0].pages.refs[0]);
	nodes_settle(d, "the same twice");
	disk_recovers(d);
}

/* ----------------------------------------------------------------- changes */
static void changes_all(struct disk *d)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nodes_bad); i++)
		node_set(d, nodes_bad[i].key, nodes_bad[i].value);
	frontend_put(&d->f, "device-type", "disk");
}

static void changes_while_connected(struct disk *d)
{
	struct request q;
	unsigned int i;

	step("changes while it is connected");
	disk_connect(d, &plain);
	for (i = 0; i < ARRAY_SIZE(nodes_bad); i++) {
		node_set(d, nodes_bad[i].key, nodes_bad[i].value);
		frontend_state(&d->f, STATE_CONNECTED);
		q = rw(d, OP_READ, 0, 2);
		answered(RSP_OKAY, d, &q);
	}
	frontend_state(&d->f, STATE_INITIALISED);
	disk_is_well(d, 5);
	frontend_state(&d->f, STATE_INITIALISING);
	disk_is_well(d, 6);
	changes_all(d);
	disk_is_well(d, 7);
	disk_disconnect(d);
}

static void changes(struct disk *d)
{
	static const unsigned int at[] = {
		STATE_INITIALISING, STATE_INIT_WAIT, STATE_INITIALISED, STATE_CLOSING, STATE_CLOSED,
	};
	unsigned int i;

	memset(nodes_long, 'a', sizeof(nodes_long) - 1);
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		step("changes at another state");
		disk_offer(d, &plain);
		frontend_state(&d->f, at[i]);
		changes_all(d);
		disk_disconnect(d);
	}
	changes_while_connected(d);
	disk_recovers(d);
}

/* ------------------------------------------------------------------ states */
static void states(struct disk *d)
{
	/* not 0, which is for ever */
	static const char *const values[] = {
		"1", "2", "3", "4", "5", "6", "7", "8", "3", "4", "6", "1", "9", "12", "-1", "x", "",
		"4294967300", "4 ", "0x4", "4x",
	};
	struct ring *r = &d->ring[0];
	uint64_t random = 21;
	struct request q;
	unsigned int i;

	step("states");
	disk_offer(d, &plain);
	for (i = 0; i < 5 * rounds; i++) {
		frontend_put(&d->f, "state", "%s", values[random_below(&random, ARRAY_SIZE(values))]);
		if (i % 3 == 0) {
			q = rw(d, OP_READ, 8 * (i % 32), 2);
			if (r->prod - r->shared->rsp_prod < r->size)
				disk_make(d, r, &q);
			ring_push(r);
		}
		sleep_ns((int64_t)random_below(&random, 12) * NSEC_PER_MSEC);
	}
	disk_disconnect(d);
	disk_recovers(d);
	say("%u jumps", i);
}

/* ----------------------------------------------------------------- resized */
/* Whoever calls this makes the disk larger, and then smaller. */
static uint64_t resized_to(struct disk *d, uint64_t from)
{
	int64_t end = now_ns() + 120 * NSEC_PER_SEC;
	uint64_t now;

	do {
		if (now_ns() > end)
			fail("expected another size than %llu", (unsigned long long)from);
		sleep_ns(50 * NSEC_PER_MSEC);
		now = node_number(d->f.backend, "sectors", 0);
	} while (now == from);
	holds(backend_state(&d->f) == STATE_CONNECTED);
	return now;
}

static void resized(struct disk *d)
{
	struct request q;
	uint64_t more;

	step("resized");
	disk_connect(d, &plain);
	q = rw(d, OP_READ, d->sectors, 1);
	answered(RSP_ERROR, d, &q);
	say("connected");
	more = resized_to(d, d->sectors);
	holds(more > d->sectors);
	disk_write(d, more - 8, 1, 5);
	disk_verify(d, more - 8, 1, 5);
	say("larger");
	holds(resized_to(d, more) == d->sectors);
	q = rw(d, OP_READ, d->sectors, 1);
	answered(RSP_ERROR, d, &q);
	disk_disconnect(d);
	disk_recovers(d);
}

/* ------------------------------------------------------------------ vanish */
static void vanish(struct disk *d)
{
	struct request q;
	unsigned int i;

	step("vanish");
	disk_connect(d, &plain);
	disk_is_well(d, 5);
	for (i = 0; i < d->ring[0].size; i++) {
		q = rw(d, OP_WRITE, 256 * (i % 16), INDIRECT_SEGS);
		disk_make(d, &d->ring[0], &q);
	}
	ring_push(&d->ring[0]);
	frontend_forget(&d->f, "state");
	backend_reaches(&d->f, STATE_CLOSED);
	/* nobody hears this any more */
	frontend_state(&d->f, STATE_INITIALISED);
	frontend_state(&d->f, STATE_CONNECTED);
	sleep_ns(NSEC_PER_SEC / 2);
}

#endif /* BED_BLKNODES_H */
