/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Book-keeping of a batch: what still fits, and where it goes.
 *
 * Pure functions of one struct xen_batch; whoever calls has the batch to
 * himself.  Invariant: arg_bytes is a multiple of 8 and no larger than args,
 * and the arguments of a list call end where the used bytes end, as long as no
 * call follows it.
 */
#ifndef XEN_PV_BATCH_ROOM_H
#define XEN_PV_BATCH_ROOM_H

#include <linux/align.h>

#include "multicall.h"

/* What the hypervisor sets in a list's count when it goes on with it later. */
#define BATCH_LIST_PREEMPTED	0x80000000u

/* What is too small for one more call with @args bytes, NONE if nothing is. */
static inline enum xen_mc_flush_reason batch_lacks(const struct xen_batch *b, size_t args)
{
	if (b->nr_calls >= XEN_BATCH_CALLS)
		return XEN_MC_FL_BATCH;
	if (args > XEN_BATCH_ARG_BYTES - b->arg_bytes)
		return XEN_MC_FL_ARGS;
	return XEN_MC_FL_NONE;
}

/* Takes @args bytes, for which there is room. */
static inline void *batch_take_args(struct xen_batch *b, size_t args)
{
	void *space = b->args + b->arg_bytes;

	b->arg_bytes += ALIGN(args, sizeof(u64));
	return space;
}

/* Takes the next call, for which there is room. */
static inline struct multicall_entry *batch_take_call(struct xen_batch *b, void *caller)
{
	b->callers[b->nr_calls] = caller;
	return &b->calls[b->nr_calls++];
}

/*
 * Requests of a list call that the hypervisor had still to look at when it
 * last went on with the call.  Continuing, it moves the list's start along.
 */
static inline unsigned int batch_list_left(const struct multicall_entry *call)
{
	return (unsigned int)call->args[1] & ~BATCH_LIST_PREEMPTED;
}

#endif /* XEN_PV_BATCH_ROOM_H */
