/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What raises the events of a channel, and what kind of irq it gets for that.
 * Pure: names of things and the choice between them.
 */
#ifndef _XEN_EVTCHN_KIND_H
#define _XEN_EVTCHN_KIND_H

#include <linux/types.h>

enum chan_source {
	CHAN_NONE,
	CHAN_EVENT,	/* another domain, or a port that has no other side yet */
	CHAN_VIRQ,
	CHAN_IPI,
	CHAN_PIRQ,
};

enum chan_kind {
	KIND_EVENT,		/* ended by its handler's return */
	KIND_EVENT_LATE,	/* ended by xen_irq_lateeoi() */
	KIND_VIRQ,		/* can move between CPUs */
	KIND_VIRQ_PERCPU,
	KIND_IPI,
	KIND_PIRQ_EDGE,
	KIND_PIRQ_LEVEL,
	KIND_COUNT
};

static inline enum chan_source kind_source(enum chan_kind kind)
{
	switch (kind) {
	case KIND_EVENT:
	case KIND_EVENT_LATE:
		return CHAN_EVENT;
	case KIND_VIRQ:
	case KIND_VIRQ_PERCPU:
		return CHAN_VIRQ;
	case KIND_IPI:
		return CHAN_IPI;
	case KIND_PIRQ_EDGE:
	case KIND_PIRQ_LEVEL:
		return CHAN_PIRQ;
	case KIND_COUNT:
		break;
	}
	return CHAN_NONE;
}

/* A descriptor of this kind can be lent to the next channel of it. */
static inline bool kind_is_pooled(enum chan_kind kind)
{
	return kind_source(kind) == CHAN_EVENT;
}

/* It belongs to one CPU for good; the affinity says so. */
static inline bool kind_is_percpu(enum chan_kind kind)
{
	return kind == KIND_IPI || kind == KIND_VIRQ_PERCPU;
}

#endif /* _XEN_EVTCHN_KIND_H */
