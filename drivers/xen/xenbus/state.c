// SPDX-License-Identifier: GPL-2.0
/*
 * The states of a device's two ends: pure, a table and three readers of it.
 *
 * Each end is free to skip steps (a network frontend goes to Connected at once)
 * and any end may vanish or close at any time, so the table says what is odd, for
 * diagnosis; drivers still have to cope with every change.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>

#include <xen/xenbus.h>

#include "state.h"

#define ANY		GENMASK(XENBUS_STATES - 1, 0)
#define LEAVE		(BIT(XenbusStateUnknown) | BIT(XenbusStateClosing) | \
			 BIT(XenbusStateClosed))
#define CONNECT		(BIT(XenbusStateInitialised) | BIT(XenbusStateConnected))
#define RECONFIGURE	(BIT(XenbusStateReconfiguring) | BIT(XenbusStateReconfigured))
#define INIT_WAIT	BIT(XenbusStateInitWait)

/* A state's name, and where it may lead besides a reset. */
static const struct {
	const char *name;
	unsigned int leads_to;
} states[XENBUS_STATES] = {
	[XenbusStateUnknown]	   = { "Unknown", ANY },
	[XenbusStateInitialising]  = { "Initialising", LEAVE | INIT_WAIT | CONNECT },
	[XenbusStateInitWait]	   = { "InitWait", LEAVE | CONNECT },
	[XenbusStateInitialised]   = { "Initialised", LEAVE | INIT_WAIT | CONNECT },
	[XenbusStateConnected]	   = { "Connected", LEAVE | RECONFIGURE },
	[XenbusStateClosing]	   = { "Closing", LEAVE },
	[XenbusStateClosed]	   = { "Closed", LEAVE | INIT_WAIT },
	[XenbusStateReconfiguring] = { "Reconfiguring",
				       LEAVE | RECONFIGURE | BIT(XenbusStateConnected) },
	[XenbusStateReconfigured]  = { "Reconfigured",
				       LEAVE | RECONFIGURE | BIT(XenbusStateConnected) },
};

/**
 * xenbus_strstate - a state for people
 * @state: any number
 *
 * Context: Any.
 * Return: a constant string, "INVALID" if @state is no state.
 */
const char *xenbus_strstate(enum xenbus_state state)
{
	return (unsigned int)state < XENBUS_STATES ? states[state].name : "INVALID";
}
EXPORT_SYMBOL_GPL(xenbus_strstate);

/**
 * xenbus_state_decode - read a state as the other end or the tools wrote it
 * @text: the node's value, terminated
 * @state: set on success only
 *
 * Context: Any.
 * Return: 0, or -EINVAL if @text is not the decimal number of a state.
 */
int xenbus_state_decode(const char *text, enum xenbus_state *state)
{
	unsigned int number;

	if (kstrtouint(text, 10, &number) || number >= XENBUS_STATES)
		return -EINVAL;
	*state = number;
	return 0;
}

/**
 * xenbus_state_hop - classify a change of one end's state
 * @from: the state it was in, any number
 * @to: the state it is in now, any number
 *
 * Context: Any.
 * Return: what the change is.
 */
enum xenbus_hop xenbus_state_hop(unsigned int from, unsigned int to)
{
	if (from >= XENBUS_STATES || to >= XENBUS_STATES)
		return XENBUS_HOP_ODD;
	if (from == to)
		return XENBUS_HOP_NONE;
	if (states[from].leads_to & BIT(to))
		return XENBUS_HOP_LEGAL;
	return to == XenbusStateInitialising ? XENBUS_HOP_RESET : XENBUS_HOP_ODD;
}
