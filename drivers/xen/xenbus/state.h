/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The states that the two ends of a device tell each other, as pure functions:
 * their names, their text in the store, and which change may follow which.
 */
#ifndef _XENBUS_STATE_H
#define _XENBUS_STATE_H

#include <xen/interface/io/xenbus.h>

#define XENBUS_STATES	(XenbusStateReconfigured + 1)

/**
 * enum xenbus_hop - what a change from one state to another is
 * @XENBUS_HOP_NONE:	no change
 * @XENBUS_HOP_LEGAL:	a step of the protocol
 * @XENBUS_HOP_RESET:	back to the start: a new instance of that end
 * @XENBUS_HOP_ODD:	a step that no driver takes, or a value that is no state
 */
enum xenbus_hop {
	XENBUS_HOP_NONE,
	XENBUS_HOP_LEGAL,
	XENBUS_HOP_RESET,
	XENBUS_HOP_ODD,
};

int xenbus_state_decode(const char *text, enum xenbus_state *state);
enum xenbus_hop xenbus_state_hop(unsigned int from, unsigned int to);

#endif /* _XENBUS_STATE_H */
