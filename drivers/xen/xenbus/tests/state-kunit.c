// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the states of a device's ends; they need no hypervisor.
 */
#include <kunit/test.h>

#include <xen/xenbus.h>

#include "../state.h"

/* A row for each state before, a column for each after, in the order of their numbers. */
static const char * const hops[XENBUS_STATES] = {
	"=LLLLLLLL",	/* Unknown */
	"L=LLLLL..",	/* Initialising */
	"LR=LLLL..",	/* InitWait */
	"LRL=LLL..",	/* Initialised */
	"LR..=LLLL",	/* Connected */
	"LR...=L..",	/* Closing */
	"LRL..L=..",	/* Closed */
	"LR..LLL=L",	/* Reconfiguring */
	"LR..LLLL=",	/* Reconfigured */
};

static void every_hop(struct kunit *test)
{
	static const char letters[] = {
		[XENBUS_HOP_NONE] = '=', [XENBUS_HOP_LEGAL] = 'L',
		[XENBUS_HOP_RESET] = 'R', [XENBUS_HOP_ODD] = '.',
	};
	unsigned int from, to;

	for (from = 0; from < XENBUS_STATES; from++)
		for (to = 0; to < XENBUS_STATES; to++)
			KUNIT_EXPECT_EQ_MSG(test, letters[xenbus_state_hop(from, to)],
					    hops[from][to], "from %u to %u", from, to);
}

static void no_hop_outside(struct kunit *test)
{
	unsigned int state;

	for (state = 0; state < XENBUS_STATES; state++) {
		KUNIT_EXPECT_EQ(test, xenbus_state_hop(state, XENBUS_STATES), XENBUS_HOP_ODD);
		KUNIT_EXPECT_EQ(test, xenbus_state_hop(XENBUS_STATES, state), XENBUS_HOP_ODD);
		KUNIT_EXPECT_EQ(test, xenbus_state_hop(state, UINT_MAX), XENBUS_HOP_ODD);
	}
	KUNIT_EXPECT_EQ(test, xenbus_state_hop(99, 99), XENBUS_HOP_ODD);
}

static void names(struct kunit *test)
{
	static const char * const expected[] = {
		"Unknown", "Initialising", "InitWait", "Initialised", "Connected",
		"Closing", "Closed", "Reconfiguring", "Reconfigured", "INVALID",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(expected); i++)
		KUNIT_EXPECT_STREQ(test, xenbus_strstate(i), expected[i]);
	KUNIT_EXPECT_STREQ(test, xenbus_strstate(UINT_MAX), "INVALID");
}

static void text_of_a_state(struct kunit *test)
{
	enum xenbus_state state;
	char text[2] = "0";

	for (; text[0] <= '8'; text[0]++) {
		KUNIT_ASSERT_EQ(test, xenbus_state_decode(text, &state), 0);
		KUNIT_EXPECT_EQ(test, (int)state, text[0] - '0');
	}
	KUNIT_EXPECT_EQ(test, xenbus_state_decode("4\n", &state), 0);
	KUNIT_EXPECT_EQ(test, xenbus_state_decode("04", &state), 0);
	KUNIT_EXPECT_EQ(test, (int)state, XenbusStateConnected);
}

static void text_of_no_state(struct kunit *test)
{
	static const char * const bad[] = {
		"", "9", "10", "-1", "4294967297", "18446744073709551617", "x", "4x", "0x4",
		" ", "4 4", "Connected", "4\n\n",
	};
	enum xenbus_state state = XenbusStateClosing;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, xenbus_state_decode(bad[i], &state), -EINVAL,
				    "\"%s\"", bad[i]);
	KUNIT_EXPECT_EQ(test, (int)state, XenbusStateClosing);
}

static struct kunit_case state_cases[] = {
	KUNIT_CASE(every_hop),
	KUNIT_CASE(no_hop_outside),
	KUNIT_CASE(names),
	KUNIT_CASE(text_of_a_state),
	KUNIT_CASE(text_of_no_state),
	{ }
};

static struct kunit_suite state_suite = {
	.name = "xenbus-state",
	.test_cases = state_cases,
};

kunit_test_suite(state_suite);

MODULE_DESCRIPTION("Tests of the states of xenbus devices");
MODULE_LICENSE("GPL");
