/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many events of one watch may wait at once.  Pure.
 *
 * An event says only that something below a path changed, so one that waits
 * already speaks for a second of the same path.  Looking for it costs time, and
 * readers like to see each event, so that is done only once a good number is
 * waiting.  Paths can be made up without end, though, so there is a last limit.
 */
#ifndef XENBUS_WATCH_POLICY_H
#define XENBUS_WATCH_POLICY_H

#include <linux/types.h>

#define WATCH_PENDING_FREE	128	/* queued without a look */
#define WATCH_PENDING_MAX	4096	/* no more than that of one watch */

enum watch_fate {
	WATCH_QUEUE,
	WATCH_MERGE,	/* an equal one is waiting: nothing is lost */
	WATCH_DROP,	/* a storm: something is lost */
};

/* watch_crowded - must the fate be asked with knowledge of an equal event? */
static inline bool watch_crowded(unsigned int pending)
{
	return pending >= WATCH_PENDING_FREE;
}

static inline enum watch_fate watch_fate(unsigned int pending, bool twin_waits)
{
	if (!watch_crowded(pending))
		return WATCH_QUEUE;
	if (twin_waits)
		return WATCH_MERGE;

	return pending < WATCH_PENDING_MAX ? WATCH_QUEUE : WATCH_DROP;
}

#endif /* XENBUS_WATCH_POLICY_H */
