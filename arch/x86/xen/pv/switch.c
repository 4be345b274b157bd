// SPDX-License-Identifier: GPL-2.0
/*
 * Context switch of a PV domain: one hypercall for what changes.
 *
 * Between xen_start_context_switch() and xen_end_context_switch() the CPU is in
 * the lazy mode XEN_LAZY_CPU, in which operations queue their hypercalls. The end
 * adds the kernel stack of the next task, which is known by then, and sends the
 * batch. What the hypervisor has already is not sent: the stack and the TLS
 * descriptors are remembered per CPU.
 *
 * The order of a switch is __schedule()'s: start, page tables and LDT, saving of
 * the old bases, TLS, end, loading of the new bases, and last load_sp0().
 */
#include <linux/hardirq.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

#include <asm/desc.h>
#include <asm/processor.h>
#include <asm/segment.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>

#include "cpu.h"
#include "multicall.h"

DEFINE_PER_CPU(enum xen_lazy_mode, xen_lazy_mode) = XEN_LAZY_NONE;
DEFINE_PER_CPU(unsigned int, xen_lazy_nesting);

/* What the hypervisor was told last for this CPU; sp 0 is nothing yet. */
struct told_state {
	unsigned long sp;
	struct desc_struct tls[GDT_ENTRY_TLS_ENTRIES];
};

static DEFINE_PER_CPU(struct told_state, told);

/**
 * xen_get_lazy_mode - which hypercalls may be deferred here?
 *
 * An interrupt does not take part in the laziness of what it interrupted.
 *
 * Context: any.
 * Return: the lazy mode.
 */
enum xen_lazy_mode xen_get_lazy_mode(void)
{
	return in_interrupt() ? XEN_LAZY_NONE : this_cpu_read(xen_lazy_mode);
}

/* User mode enters the kernel on the stack of the task that runs. In a batch. */
static void queue_stack(unsigned long sp)
{
	if (this_cpu_read(told.sp) == sp)
		return;

	MULTI_stack_switch(xen_batch_call(), __KERNEL_DS, sp);
	this_cpu_write(told.sp, sp);
}

/**
 * xen_start_context_switch - begin to collect what a switch changes
 * @prev: task that is switched away from
 *
 * A task may be preempted while it updates page tables lazily.  Its queue is sent,
 * and it goes on lazily when it runs again.
 *
 * Runqueue locked, interrupts off.
 */
void xen_start_context_switch(struct task_struct *prev)
{
	bool preempted_lazy = this_cpu_read(xen_lazy_mode) == XEN_LAZY_MMU;

	lockdep_assert_preemption_disabled();

	if (preempted_lazy) {
		set_tsk_thread_flag(prev, TIF_LAZY_MMU_UPDATES);
		arch_leave_lazy_mmu_mode();
	}
	enter_lazy(XEN_LAZY_CPU);
}

/**
 * xen_end_context_switch - send what a switch changes
 * @next: task that is switched to
 *
 * A kernel thread never enters the kernel from user mode and needs no stack told.
 *
 * Runqueue locked, interrupts off.
 */
void xen_end_context_switch(struct task_struct *next)
{
	lockdep_assert_preemption_disabled();

	if (!(next->flags & PF_KTHREAD))
		queue_stack(task_top_of_stack(next));
	xen_mc_flush();
	leave_lazy(XEN_LAZY_CPU);

	if (test_and_clear_tsk_thread_flag(next, TIF_LAZY_MMU_UPDATES))
		arch_enter_lazy_mmu_mode();
}

/**
 * xen_load_sp0 - set the stack on which user mode enters the kernel
 * @sp0: its top
 *
 * The last operation of a context switch, when the stack has been told already;
 * from here on the task is the current one and may go to user mode.
 *
 * Preemption off.
 */
void xen_load_sp0(unsigned long sp0)
{
	unsigned long flags;

	if (!(current->flags & PF_KTHREAD)) {
		xen_user_gs_forget();
		if (unlikely(this_cpu_read(told.sp) != sp0)) {
			flags = xen_batch_begin();
			queue_stack(sp0);
			xen_batch_end(flags, XEN_LAZY_CPU);
		}
	}
	this_cpu_write(cpu_tss_rw.x86_tss.sp0, sp0);
}

/**
 * xen_load_tls - put the TLS descriptors of a task into the GDT
 * @thread: of the task
 * @cpu: the current CPU
 *
 * During a switch FS may still hold a selector of a TLS or LDT descriptor that the
 * batch takes away, and the hypervisor would fail to reload it when it schedules
 * this vCPU. __switch_to() loads FS anew in any case. GS is the kernel's.
 *
 * Preemption off.
 */
void xen_load_tls(struct thread_struct *thread, unsigned int cpu)
{
	const struct desc_struct *want = thread->tls_array;
	struct told_state *state = this_cpu_ptr(&told);
	struct desc_struct *gdt;
	unsigned long flags;
	unsigned short fs;
	int i;

	savesegment(fs, fs);
	if (fs && xen_get_lazy_mode() == XEN_LAZY_CPU)
		loadsegment(fs, 0);

	if (likely(!memcmp(state->tls, want, sizeof(state->tls))))
		return;

	gdt = get_cpu_gdt_rw(cpu) + GDT_ENTRY_TLS_MIN;
	flags = xen_batch_begin();
	for (i = 0; i < GDT_ENTRY_TLS_ENTRIES; i++) {
		if (!memcmp(&state->tls[i], &want[i], sizeof(*want)))
			continue;

		state->tls[i] = want[i];
		MULTI_update_descriptor(xen_batch_call(),
					arbitrary_virt_to_machine(&gdt[i]).maddr, want[i]);
	}
	xen_batch_end(flags, XEN_LAZY_CPU);
}

/**
 * xen_switch_prepare - a vCPU is about to be started
 * @cpu: which
 *
 * It may have been given a stack that it did not ask for.
 *
 * @cpu is not running.
 */
void xen_switch_prepare(unsigned int cpu)
{
	per_cpu(told.sp, cpu) = 0;
}
