/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The states of a backend, and the way from each to the one that the frontend calls for.
 */
#ifndef _NETBACK_STATES_H
#define _NETBACK_STATES_H

#include <linux/types.h>
#include <xen/xenbus.h>

#define BACKEND_STATES	(XenbusStateClosed + 1)

/* The next one on the way; XenbusStateUnknown if there is none. */
static inline enum xenbus_state backend_next(enum xenbus_state now, enum xenbus_state goal)
{
	static const u8 next[BACKEND_STATES][BACKEND_STATES] = {
		[XenbusStateInitialising] = {
			[XenbusStateInitWait]	= XenbusStateInitWait,
			[XenbusStateConnected]	= XenbusStateInitWait,
			[XenbusStateClosing]	= XenbusStateInitWait,
			[XenbusStateClosed]	= XenbusStateClosed,
		},
		[XenbusStateInitWait] = {
			[XenbusStateConnected]	= XenbusStateConnected,
			[XenbusStateClosing]	= XenbusStateClosing,
			[XenbusStateClosed]	= XenbusStateClosing,
		},
		[XenbusStateConnected] = {
			[XenbusStateInitWait]	= XenbusStateClosing,
			[XenbusStateClosing]	= XenbusStateClosing,
			[XenbusStateClosed]	= XenbusStateClosing,
		},
		[XenbusStateClosing] = {
			[XenbusStateInitWait]	= XenbusStateClosed,
			[XenbusStateConnected]	= XenbusStateClosed,
			[XenbusStateClosed]	= XenbusStateClosed,
		},
		[XenbusStateClosed] = {
			[XenbusStateInitWait]	= XenbusStateInitWait,
			[XenbusStateConnected]	= XenbusStateInitWait,
			[XenbusStateClosing]	= XenbusStateClosing,
		},
	};

	if (now >= BACKEND_STATES || goal >= BACKEND_STATES)
		return XenbusStateUnknown;
	return next[now][goal];
}

#endif /* _NETBACK_STATES_H */
