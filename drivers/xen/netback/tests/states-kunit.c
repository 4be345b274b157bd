// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the way from each state to each other.
 */
#include <kunit/test.h>

#include "../states.h"

static const enum xenbus_state own[] = {
	XenbusStateInitialising, XenbusStateInitWait, XenbusStateConnected,
	XenbusStateClosing, XenbusStateClosed,
};

static const enum xenbus_state goals[] = {
	XenbusStateInitWait, XenbusStateConnected, XenbusStateClosing, XenbusStateClosed,
};

static void each_goal_is_reached(struct kunit *test)
{
	unsigned int from, to, hops;

	for (from = 0; from < ARRAY_SIZE(own); from++) {
		for (to = 0; to < ARRAY_SIZE(goals); to++) {
			enum xenbus_state now = own[from];

			for (hops = 0; now != goals[to] && hops < 5; hops++)
				now = backend_next(now, goals[to]);
			KUNIT_EXPECT_EQ_MSG(test, now, goals[to], "from %d", own[from]);
		}
	}
}

/* Only from there do frontends expect it, and only so is it left. */
static void connected_has_one_way_in_and_out(struct kunit *test)
{
	unsigned int now, goal;

	for (now = 0; now < BACKEND_STATES; now++) {
		for (goal = 0; goal < BACKEND_STATES; goal++) {
			if (backend_next(now, goal) == XenbusStateConnected)
				KUNIT_EXPECT_EQ(test, now, XenbusStateInitWait);
			if (now == XenbusStateConnected && backend_next(now, goal))
				KUNIT_EXPECT_EQ(test, backend_next(now, goal),
						XenbusStateClosing);
		}
	}
}

static void nowhere(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		KUNIT_EXPECT_EQ(test, backend_next(i, i), XenbusStateUnknown);
		KUNIT_EXPECT_EQ(test, backend_next(XenbusStateClosed + 1, i),
				XenbusStateUnknown);
		KUNIT_EXPECT_EQ(test, backend_next(i, XenbusStateReconfigured),
				XenbusStateUnknown);
		KUNIT_EXPECT_EQ(test, backend_next(i, -1), XenbusStateUnknown);
	}
}

static struct kunit_case states_cases[] = {
	KUNIT_CASE(each_goal_is_reached),
	KUNIT_CASE(connected_has_one_way_in_and_out),
	KUNIT_CASE(nowhere),
	{}
};

static struct kunit_suite states_suite = {
	.name = "xen_netback_states",
	.test_cases = states_cases,
};

kunit_test_suite(states_suite);
