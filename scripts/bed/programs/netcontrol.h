/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The job of nethostile that is about control requests. Included by it once.
 */
#ifndef BED_NETCONTROL_H
#define BED_NETCONTROL_H

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

#endif /* BED_NETCONTROL_H */
