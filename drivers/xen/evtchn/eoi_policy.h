/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long the end of an event is put off when its handler found nothing to do.
 * Pure: no state but the arguments.
 *
 * A device may have a number of spurious events in a row for free. From then on
 * each doubles the delay, up to a second; an event with something in it starts
 * anew.
 */
#ifndef _XEN_EVTCHN_EOI_POLICY_H
#define _XEN_EVTCHN_EOI_POLICY_H

#include <linux/minmax.h>
#include <linux/types.h>

#define EOI_FREE_RUN	1	/* where the device does not say otherwise */

/* The length of a run with one more in it; no longer than makes a difference. */
static inline u8 eoi_run_longer(u8 run, unsigned int hz)
{
	return run < 31 && (1U << run) < 4 * hz ? run + 1 : run;
}

/* Jiffies to wait after the run's last event. */
static inline unsigned int eoi_run_delay(u8 run, unsigned int free_run, unsigned int hz)
{
	if (!free_run)
		free_run = EOI_FREE_RUN;
	if (run <= free_run)
		return 0;

	return min(1U << min(run - free_run - 1, 30U), hz);
}

#endif /* _XEN_EVTCHN_EOI_POLICY_H */
