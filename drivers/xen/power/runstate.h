/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic of the times that a vCPU spent in its states. Pure.
 *
 * The hypervisor counts from the vCPU's creation. A domain that is saved and restored
 * gets new vCPUs that start at zero, so what their predecessors had is kept and added.
 * Nanoseconds in 64 bits do not wrap in the life of any host; sums of them are taken
 * modulo 2^64 like the kernel's own clocks.
 */
#ifndef XEN_POWER_RUNSTATE_H
#define XEN_POWER_RUNSTATE_H

#include <linux/types.h>

#include <asm/xen/interface.h>

#include <xen/interface/vcpu.h>

#define RUNSTATES	4

/* Times by RUNSTATE_*, in nanoseconds. */
struct runstate_times {
	u64 ns[RUNSTATES];
};

static inline void runstate_add(struct runstate_times *sum, const struct runstate_times *more)
{
	unsigned int i;

	for (i = 0; i < RUNSTATES; i++)
		sum->ns[i] += more->ns[i];
}

/*
 * Stolen is what the vCPU wanted to run and could not: others had the processor, or the
 * host had put it aside. Not what it was idle.
 */
static inline u64 runstate_stolen(u64 runnable, u64 offline, const struct runstate_times *past)
{
	return runnable + offline + past->ns[RUNSTATE_runnable] + past->ns[RUNSTATE_offline];
}

/* Whether a copy is of one moment: the entry time was @before and is @after. */
static inline bool runstate_is_consistent(u64 before, u64 after)
{
	return before == after && !(before & XEN_RUNSTATE_UPDATE);
}

#endif /* XEN_POWER_RUNSTATE_H */
