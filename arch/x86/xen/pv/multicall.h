/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Batches of hypercalls.
 *
 * Every CPU owns one buffer of queued hypercalls. Whoever queues has
 * interrupts off from xen_batch_begin() to xen_batch_end(), because a handler
 * may queue and flush as well. In a lazy mode the batch outlives the end and
 * goes to the hypervisor with the first flush: when the lazy mode is left,
 * when the buffer is full, or when someone outside of that mode ends a batch.
 *
 * The order of the queue is the order of execution, and nothing that waits in
 * the queue is visible in memory: who reads a page-table entry back must
 * flush first.
 *
 * Lists (mmu_update and mmuext_op take an array of requests) grow in place as
 * long as the same operation is queued again; xen_batch_list_slot() is the
 * fast path for that and is inline for this reason.
 *
 * No lock: the buffer is per CPU and guarded by the interrupt flag.
 */
#ifndef XEN_PV_MULTICALL_H
#define XEN_PV_MULTICALL_H

#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/xen.h>

#include <trace/events/xen.h>

/* Hypercalls, bytes of arguments and callbacks that one batch can hold. */
#define XEN_BATCH_CALLS		64
#define XEN_BATCH_ARG_BYTES	4096
#define XEN_BATCH_CALLBACKS	64

struct xen_batch_callback {
	void (*fn)(void *data);
	void *data;
};

/**
 * struct xen_batch - what one CPU has queued
 * @nr_calls:		queued hypercalls
 * @arg_bytes:		used bytes of @args, a multiple of 8
 * @nr_callbacks:	functions to call after the flush
 * @calls:		the hypercalls, in order
 * @callers:		who queued each of @calls, for the report of a failure
 * @args:		what the hypercalls' pointers point to
 * @callbacks:		called in order, with interrupts off
 */
struct xen_batch {
	unsigned int nr_calls;
	unsigned int arg_bytes;
	unsigned int nr_callbacks;
	struct multicall_entry calls[XEN_BATCH_CALLS];
	void *callers[XEN_BATCH_CALLS];
	u8 args[XEN_BATCH_ARG_BYTES] __aligned(sizeof(u64));
	struct xen_batch_callback callbacks[XEN_BATCH_CALLBACKS];
};

DECLARE_PER_CPU(struct xen_batch, xen_batch);

/* Have a function called once the batch was sent. */
void xen_mc_callback(void (*fn)(void *), void *data);
/* Send what this CPU has queued. */
void xen_mc_flush(void);

/* Start a list call with one request; flushes first if there is no room. */
void *xen_batch_open_list(unsigned long op, size_t size);
/* Room for a call without arguments in memory; flushes first if there is none. */
struct multicall_entry *xen_batch_call(void);

/**
 * xen_batch_begin - start to queue hypercalls
 *
 * Context: any; interrupts are off until the matching xen_batch_end().
 * Return: the interrupt state, for xen_batch_end().
 */
static __always_inline unsigned long xen_batch_begin(void)
{
	unsigned long flags;

	local_irq_save(flags);
	trace_xen_mc_batch(xen_get_lazy_mode());
	return flags;
}

/**
 * xen_batch_end - stop to queue, and send what is queued unless @mode defers
 * @flags:	what xen_batch_begin() returned
 * @mode:	lazy modes (a mask) in which the batch may wait; 0 sends now
 */
static __always_inline void xen_batch_end(unsigned long flags, unsigned int mode)
{
	trace_xen_mc_issue(mode);
	if (!mode || !(xen_get_lazy_mode() & mode))
		xen_mc_flush();
	local_irq_restore(flags);
}

/**
 * xen_batch_defer - stop to queue, in a lazy mode that is known to last
 * @flags:	what xen_batch_begin() returned
 * @mode:	that mode
 */
static __always_inline void xen_batch_defer(unsigned long flags, unsigned int mode)
{
	trace_xen_mc_issue(mode);
	local_irq_restore(flags);
}

/* Whether @size more bytes of arguments can join the last call. */
static __always_inline enum xen_mc_extend_args
batch_can_extend(const struct xen_batch *b, unsigned long op, size_t size)
{
	if (!b->nr_calls || b->calls[b->nr_calls - 1].op != op)
		return XEN_MC_XE_BAD_OP;
	if (size > XEN_BATCH_ARG_BYTES - b->arg_bytes)
		return XEN_MC_XE_NO_SPACE;
	return XEN_MC_XE_OK;
}

/**
 * xen_batch_list_slot - room for one more request of a list call
 * @op:		__HYPERVISOR_mmu_update or __HYPERVISOR_mmuext_op, whose
 *		arguments are (list, count, done, domain)
 * @size:	bytes of one request, a multiple of 8
 *
 * Context: between xen_batch_begin() and xen_batch_end().
 * Return: the request to fill in, for this domain.
 */
static __always_inline void *xen_batch_list_slot(unsigned long op, size_t size)
{
	struct xen_batch *b = this_cpu_ptr(&xen_batch);
	void *slot = b->args + b->arg_bytes;

	if (likely(batch_can_extend(b, op, size) == XEN_MC_XE_OK)) {
		b->calls[b->nr_calls - 1].args[1]++;
		b->arg_bytes += size;
		trace_xen_mc_extend_args(op, size, XEN_MC_XE_OK);
		return slot;
	}
	return xen_batch_open_list(op, size);
}

/**
 * xen_batch_mmu_update - queue one change of a page-table entry
 * @where:	machine address of the entry, in bytes, or'ed with the kind
 *		(MMU_NORMAL_PT_UPDATE, MMU_PT_UPDATE_PRESERVE_AD)
 * @val:	new value, with a machine frame
 *
 * Context: between xen_batch_begin() and xen_batch_end().
 */
static __always_inline void xen_batch_mmu_update(u64 where, u64 val)
{
	struct mmu_update *req;

	req = xen_batch_list_slot(__HYPERVISOR_mmu_update, sizeof(*req));
	req->ptr = where;
	req->val = val;
}

/**
 * xen_batch_mmuext_op - queue one mmuext_op
 * @cmd:	MMUEXT_*
 *
 * Context: between xen_batch_begin() and xen_batch_end().
 * Return: the request; the caller fills in what @cmd takes.
 */
static __always_inline struct mmuext_op *xen_batch_mmuext_op(unsigned int cmd)
{
	struct mmuext_op *req;

	req = xen_batch_list_slot(__HYPERVISOR_mmuext_op, sizeof(*req));
	req->cmd = cmd;
	return req;
}

#endif /* XEN_PV_MULTICALL_H */
