// SPDX-License-Identifier: GPL-2.0
/*
 * Batches of hypercalls: the queue and its way to the hypervisor.
 *
 * Owns the per-CPU batches.  Invariant: a batch that was flushed is empty, and
 * everything in it was attempted, also where the hypervisor refused some of it
 * (multicall_report.c).  No lock: a batch belongs to its CPU and is used with
 * interrupts off.
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>

#include "batch_room.h"
#include "multicall.h"
#include "multicall_report.h"
#include "stats.h"

DEFINE_PER_CPU(struct xen_batch, xen_batch);

/*
 * A call for itself, without the batch: the registers carry five arguments,
 * the most that a hypercall has.
 */
static void batch_call_alone(struct multicall_entry *call)
{
	call->result = xen_single_call(call->op, call->args[0], call->args[1],
				       call->args[2], call->args[3], call->args[4]);
}

/* True if all went well; else the results tell what did not. */
static bool batch_send(struct xen_batch *b)
{
	unsigned int i;
	long any = 0;

	if (b->nr_calls == 1) {
		batch_call_alone(&b->calls[0]);
		return b->calls[0].result >= 0;
	}

	/* Not one of the calls but the batch: refused where it is malformed. */
	if (WARN_ON_ONCE(HYPERVISOR_multicall(b->calls, b->nr_calls))) {
		for (i = 0; i < b->nr_calls; i++)
			batch_call_alone(&b->calls[i]);
	}

	for (i = 0; i < b->nr_calls; i++)
		any |= b->calls[i].result;

	return any >= 0;
}

/* Emptied first: a callback may queue for itself. */
static void batch_run_callbacks(struct xen_batch *b)
{
	unsigned int i, count = b->nr_callbacks;

	b->nr_callbacks = 0;
	for (i = 0; i < count; i++)
		b->callbacks[i].fn(b->callbacks[i].data);
}

/**
 * xen_mc_flush() - send what this CPU has queued
 *
 * Failures are reported here; callers that need a result do not queue.
 *
 * Context: any, preemption off.
 */
void xen_mc_flush(void)
{
	struct xen_batch *b = this_cpu_ptr(&xen_batch);
	unsigned long flags;

	lockdep_assert_preemption_disabled();

	/* What an interrupt queues outside of the lazy modes, it sends as well. */
	if (!b->nr_calls && !b->nr_callbacks)
		return;

	local_irq_save(flags);
	trace_xen_mc_flush(b->nr_calls, b->arg_bytes, b->nr_callbacks);

	if (b->nr_calls) {
		xen_stat_batch(b->nr_calls, b->arg_bytes);
		if (unlikely(!batch_send(b)))
			xen_batch_report(b);
	}
	b->nr_calls = 0;
	b->arg_bytes = 0;

	batch_run_callbacks(b);
	local_irq_restore(flags);
}

/* The batch of this CPU, with room for a call and its arguments. */
static struct xen_batch *batch_make_room(size_t args)
{
	struct xen_batch *b = this_cpu_ptr(&xen_batch);
	enum xen_mc_flush_reason lacks = batch_lacks(b, args);

	trace_xen_mc_entry_alloc(args);
	if (unlikely(lacks != XEN_MC_FL_NONE)) {
		trace_xen_mc_flush_reason(lacks);
		xen_mc_flush();
		/* Going on would write behind the batch. */
		BUG_ON(batch_lacks(b, args) != XEN_MC_FL_NONE);
	}

	return b;
}

/**
 * xen_batch_call() - queue a call whose arguments are all in registers
 *
 * Context: between xen_batch_begin() and xen_batch_end().
 * Return: the call, to be filled in by one of MULTI_*().
 */
struct multicall_entry *xen_batch_call(void)
{
	return batch_take_call(batch_make_room(0), __builtin_return_address(0));
}

/**
 * xen_batch_open_list() - queue a list call with its first request
 * @op:		__HYPERVISOR_mmu_update or __HYPERVISOR_mmuext_op, which take
 *		list, count, where to count what was done, and domain
 * @size:	bytes of a request
 *
 * Context: between xen_batch_begin() and xen_batch_end().
 * Return: the request to fill in.
 */
void *xen_batch_open_list(unsigned long op, size_t size)
{
	struct xen_batch *b = batch_make_room(size);
	struct multicall_entry *call = batch_take_call(b, __builtin_return_address(0));
	void *request = batch_take_args(b, size);

	call->op = op;
	call->args[0] = (unsigned long)request;
	call->args[1] = 1;
	call->args[2] = 0;
	call->args[3] = DOMID_SELF;
	trace_xen_mc_entry(call, 4);

	return request;
}

/**
 * xen_mc_callback() - have a function called once the batch was sent
 * @fn:		called with interrupts off, on this CPU
 * @data:	for @fn
 *
 * Context: between xen_batch_begin() and xen_batch_end(); may flush what was queued before.
 */
void xen_mc_callback(void (*fn)(void *), void *data)
{
	struct xen_batch *b = this_cpu_ptr(&xen_batch);

	if (unlikely(b->nr_callbacks == XEN_BATCH_CALLBACKS)) {
		trace_xen_mc_flush_reason(XEN_MC_FL_CALLBACK);
		xen_mc_flush();
	}

	xen_stat_inc(XEN_STAT_CALLBACKS);
	trace_xen_mc_callback(fn, data);
	b->callbacks[b->nr_callbacks++] = (struct xen_batch_callback) { fn, data };
}
