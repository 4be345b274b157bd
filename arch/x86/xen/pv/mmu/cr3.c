// SPDX-License-Identifier: GPL-2.0
/*
 * cr2 and cr3 of a PV processor.
 *
 * A switch of the address space sets two bases: the table of kernel mode and
 * that of user mode. Both are requests of one list, and in lazy CPU mode (a
 * context switch) they wait for the rest of the switch.
 *
 * xen_cr3 is written with interrupts off, together with the queuing, so that
 * an interrupt never sees one without the other. xen_current_cr3 follows from
 * a callback when the hypervisor has carried out the batch.
 *
 * No locks; both variables are written by their own processor only.
 */
#include <linux/percpu.h>

#include <asm/xen/hypervisor.h>

#include <xen/xen-ops.h>

#include "internal.h"

DEFINE_PER_CPU(unsigned long, xen_cr3);
DEFINE_PER_CPU(unsigned long, xen_current_cr3);

/**
 * xen_write_cr2 - set the address of the last page fault
 * @cr2:	address
 */
noinstr void xen_write_cr2(unsigned long cr2)
{
	this_cpu_read(xen_vcpu)->arch.cr2 = cr2;
}

/**
 * xen_read_cr3 - what this processor has loaded, or will with its batch
 *
 * Return: physical address of the top-level table.
 */
unsigned long xen_read_cr3(void)
{
	return this_cpu_read(xen_cr3);
}

static void cr3_arrived(void *cr3)
{
	this_cpu_write(xen_current_cr3, (unsigned long)cr3);
}

static void cr3_queue_kernel(unsigned long cr3)
{
	trace_xen_mmu_write_cr3(true, cr3);

	this_cpu_write(xen_cr3, cr3);
	xen_batch_mmuext_op(MMUEXT_NEW_BASEPTR)->arg1.mfn = pfn_to_mfn(PFN_DOWN(cr3));
	xen_mc_callback(cr3_arrived, (void *)cr3);
}

/* Without a table for user mode (kernel threads) mfn 0 says that there is none. */
static void cr3_queue_user(const pgd_t *user)
{
	unsigned long cr3 = user ? __pa(user) : 0;

	trace_xen_mmu_write_cr3(false, cr3);

	xen_batch_mmuext_op(MMUEXT_NEW_USER_BASEPTR)->arg1.mfn =
		user ? pfn_to_mfn(PFN_DOWN(cr3)) : 0;
}

/**
 * xen_write_cr3_init - load a table without a user half
 * @cr3:	physical address of the top-level table
 *
 * Used as long as there are no struct pages to name the user half.
 *
 * Context: preemption off.
 */
void xen_write_cr3_init(unsigned long cr3)
{
	unsigned long flags = xen_batch_begin();

	cr3_queue_kernel(cr3);
	xen_batch_end(flags, XEN_LAZY_CPU);
}

/**
 * xen_write_cr3 - load an address space (pv_ops.mmu.write_cr3)
 * @cr3:	physical address of its top-level table
 *
 * Context: preemption off.
 */
void xen_write_cr3(unsigned long cr3)
{
	const pgd_t *user = xen_user_pgd(__va(cr3));
	unsigned long flags = xen_batch_begin();

	cr3_queue_kernel(cr3);
	cr3_queue_user(user);
	xen_batch_end(flags, XEN_LAZY_CPU);
}
