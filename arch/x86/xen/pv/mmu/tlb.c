// SPDX-License-Identifier: GPL-2.0
/*
 * TLB flushes, carried out by the hypervisor.
 *
 * A flush is sent at once, in lazy MMU mode too, and takes everything that
 * has been queued before it along: when it returns, no processor concerned
 * has a translation that stems from before the queued changes. update.c
 * builds on that.
 *
 * A vcpu that does not run has nothing in a TLB, so the hypervisor leaves it
 * alone: a flush by hypercall beats one by IPI.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>

#include <asm/tlbflush.h>

#include "internal.h"

static void tlb_flush_op(unsigned int cmd, unsigned long addr)
{
	unsigned long flags = xen_batch_begin();

	xen_batch_mmuext_op(cmd)->arg1.linear_addr = addr;
	xen_batch_end(flags, 0);
}

/**
 * xen_flush_tlb - flush all of this processor's TLB
 *
 * Context: any.
 */
noinline void xen_flush_tlb(void)
{
	tlb_flush_op(MMUEXT_TLB_FLUSH_LOCAL, 0);
}

/**
 * xen_flush_tlb_all - flush all of every processor's TLB
 *
 * Context: any.
 */
noinline void xen_flush_tlb_all(void)
{
	tlb_flush_op(MMUEXT_TLB_FLUSH_ALL, 0);
}

/**
 * xen_flush_tlb_one_user - flush one address from this processor's TLB
 * @addr:	an address in the page
 *
 * Context: any.
 */
void xen_flush_tlb_one_user(unsigned long addr)
{
	trace_xen_mmu_flush_tlb_one_user(addr);
	tlb_flush_op(MMUEXT_INVLPG_LOCAL, addr & PAGE_MASK);
}

/**
 * xen_flush_tlb_multi - flush a page or everything from some TLBs
 * @cpus:	the processors; those that are offline are left out
 * @info:	address space and range
 *
 * The hypervisor reads a bitmap of vcpus, as long as the domain has vcpus. It
 * lives in the batch beside the request, not on the stack.
 *
 * Context: preemption off.
 */
void xen_flush_tlb_multi(const struct cpumask *cpus, const struct flush_tlb_info *info)
{
	const size_t mask_bytes = BITS_TO_LONGS(num_possible_cpus()) * sizeof(unsigned long);
	struct mmuext_op *op;
	struct cpumask *online;
	unsigned long flags;

	trace_xen_mmu_flush_tlb_multi(cpus, info->mm, info->start, info->end);
	if (cpumask_empty(cpus))
		return;

	flags = xen_batch_begin();
	op = xen_batch_open_list(__HYPERVISOR_mmuext_op, sizeof(*op) + mask_bytes);
	online = (struct cpumask *)(op + 1);
	bitmap_and(cpumask_bits(online), cpumask_bits(cpus), cpumask_bits(cpu_online_mask),
		   num_possible_cpus());
	op->arg2.vcpumask = online;
	op->cmd = MMUEXT_TLB_FLUSH_MULTI;
	if (info->end != TLB_FLUSH_ALL && info->end - info->start <= PAGE_SIZE) {
		op->cmd = MMUEXT_INVLPG_MULTI;
		op->arg1.linear_addr = info->start;
	}
	xen_batch_end(flags, 0);
}
