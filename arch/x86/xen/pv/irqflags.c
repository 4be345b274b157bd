// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt flag and halt of a PV domain.
 *
 * Interrupts are events, and the flag is the upcall mask in the vcpu_info that a
 * vCPU shares with the hypervisor. Where that structure lies is settled here, too:
 * at boot in the shared info page, for the first vCPUs only; then in each CPU's
 * per-cpu area, where entry.S reaches it with a single instruction.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include <asm/paravirt.h>
#include <asm/x86_init.h>
#include <asm/xen/hypercall.h>

#include <xen/events.h>
#include <xen/interface/sched.h>
#include <xen/interface/vcpu.h>
#include <xen/xen-ops.h>

#include "../vcpu.h"
#include "cpu.h"

/*
 * Blocking unmasks events, in one step with going to sleep.  Should that ever be
 * refused, the vCPU goes on idling awake.
 */
static noinstr void xen_safe_halt(void)
{
	if (HYPERVISOR_sched_op(SCHEDOP_block, NULL))
		xen_irq_enable_direct();
}

/* With events masked nothing would wake the vCPU: this is its end. */
static void xen_halt(void)
{
	if (!irqs_disabled())
		xen_safe_halt();
	else
		HYPERVISOR_vcpu_op(VCPUOP_down, xen_vcpu_nr(smp_processor_id()), NULL);
}

/*
 * Boot runs with events masked until the vcpu_info has its final place, so until
 * then the flag is off and stays off.
 */
static const typeof(pv_ops) xen_irq_ops __initconst = {
	.irq = {
		.safe_halt = xen_safe_halt,
		.halt = xen_halt,
		.irq_enable = __PV_IS_CALLEE_SAVE(BUG_func),
		.irq_disable = __PV_IS_CALLEE_SAVE(paravirt_nop),
		.save_fl = __PV_IS_CALLEE_SAVE(paravirt_ret0),
	},
};

/**
 * xen_init_irq_ops - the interrupt operations of early boot
 *
 * Early boot.
 */
void __init xen_init_irq_ops(void)
{
	x86_init.irqs.intr_init = xen_init_IRQ;
	pv_ops.irq = xen_irq_ops.irq;
}

/**
 * xen_force_evtchn_callback - have pending events delivered
 *
 * Any hypercall does; the hypervisor looks at the pending flag when it returns.
 *
 * Events unmasked, any context.
 */
noinstr void xen_force_evtchn_callback(void)
{
	(void)HYPERVISOR_xen_version(0, NULL);
}

/**
 * xen_setup_vcpu_info_placement - move every vcpu_info to its CPU
 *
 * From here on events can be unmasked.  Once, when the possible CPUs are known.
 * vCPUs are numbered like CPUs.
 */
void __init xen_setup_vcpu_info_placement(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(xen_vcpu_id, cpu) = cpu;
		xen_vcpu_setup(cpu);
	}

	pv_ops.mmu.read_cr2 = __PV_IS_CALLEE_SAVE(xen_read_cr2_direct);
	pv_ops.irq.irq_enable = __PV_IS_CALLEE_SAVE(xen_irq_enable_direct);
	pv_ops.irq.irq_disable = __PV_IS_CALLEE_SAVE(xen_irq_disable_direct);
	pv_ops.irq.save_fl = __PV_IS_CALLEE_SAVE(xen_save_fl_direct);
}
