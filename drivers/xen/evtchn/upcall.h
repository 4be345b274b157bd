/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One run of the upcall, from Xen's notice until nothing is pending.
 */
#ifndef _XEN_EVTCHN_UPCALL_H
#define _XEN_EVTCHN_UPCALL_H

#include <linux/ktime.h>
#include <linux/types.h>

/**
 * struct upcall_pass - what an upcall knows of itself
 * @deadline: when it has taken too long, 0 until it has many events
 * @events: delivered so far
 * @late: it has; the EOIs of further events wait until it is over
 */
struct upcall_pass {
	ktime_t deadline;
	unsigned int events;
	bool late;
};

#endif /* _XEN_EVTCHN_UPCALL_H */
