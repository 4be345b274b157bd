// SPDX-License-Identifier: GPL-2.0
/*
 * The event-channel upcall of a PV domain, and the hypercalls that it may preempt.
 *
 * The toolstack issues hypercalls that run for seconds. The hypervisor lets events
 * in between the pieces of such a call, but without kernel preemption nothing would
 * reschedule before the call is done. privcmd marks those calls with
 * xen_preemptible_hcall_begin() and _end(); the upcall that interrupts a marked one
 * reschedules on its way out.
 */
#include <linux/entry-common.h>
#include <linux/export.h>
#include <linux/hardirq.h>
#include <linux/percpu.h>

#include <asm/hardirq.h>
#include <asm/irq_regs.h>
#include <asm/irq_stack.h>

#include <xen/events.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#ifndef CONFIG_PREEMPTION

DEFINE_PER_CPU(bool, xen_in_preemptible_hcall);
EXPORT_PER_CPU_SYMBOL_GPL(xen_in_preemptible_hcall);

/* The mark belongs to the task that is about to sleep, and it may wake elsewhere. */
static __always_inline bool hcall_mark_take(void)
{
	return __this_cpu_xchg(xen_in_preemptible_hcall, false);
}

static __always_inline void hcall_mark_put_back(void)
{
	__this_cpu_write(xen_in_preemptible_hcall, true);
}

#else

static __always_inline bool hcall_mark_take(void)
{
	return false;
}

static __always_inline void hcall_mark_put_back(void)
{
}

#endif

static void handle_events(struct pt_regs *regs)
{
	struct pt_regs *interrupted = set_irq_regs(regs);

	inc_irq_stat(irq_hv_callback_count);
	xen_evtchn_do_upcall();
	set_irq_regs(interrupted);
}

/**
 * xen_pv_evtchn_do_upcall - the hypervisor says that events are pending
 * @regs: what was interrupted
 *
 * From entry_64.S, events masked.
 */
__visible noinstr void xen_pv_evtchn_do_upcall(struct pt_regs *regs)
{
	irqentry_state_t entered = irqentry_enter(regs);

	instrumentation_begin();
	run_sysvec_on_irqstack_cond(handle_events, regs);

	if (hcall_mark_take()) {
		/* A hypercall is issued by a task that RCU watches. */
		if (!WARN_ON_ONCE(entered.exit_rcu))
			irqentry_exit_cond_resched();
		hcall_mark_put_back();
	}
	instrumentation_end();

	irqentry_exit(regs, entered);
}
