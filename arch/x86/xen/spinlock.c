// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for a contended spinlock without burning the physical CPU.
 *
 * The queued spinlock calls pv_ops.lock.wait when its turn is far away and
 * pv_ops.lock.kick when it has come. A waiter polls an event channel that is never
 * delivered, so that the hypervisor may run another vCPU in the meantime; a kick
 * raises the channel.
 *
 * Invariant: a raised channel may be swallowed by a wait that was not meant. The
 * outermost wait of a CPU therefore looks at the channel first and leaves if it is
 * raised, and the caller checks its lock again in any case.
 *
 * Built without function tracing, because tracers take locks as well.
 */
#include <linux/hardirq.h>
#include <linux/irq.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>

#include <asm/paravirt.h>
#include <asm/qspinlock.h>

#include <xen/events.h>
#include <xen/xen-ops.h>

#include "cpuirq.h"
#include "spinlock.h"

static DEFINE_PER_CPU(struct xen_cpu_irq, lock_channel) = XEN_CPU_IRQ_UNBOUND;

/* How many waits this CPU is in: interrupt handlers wait for locks, too. */
static DEFINE_PER_CPU(unsigned int, lock_wait_depth);

static void lock_kick(int cpu)
{
	/* Until it has its channel, a CPU spins and needs no kick. */
	if (per_cpu(lock_channel, cpu).irq >= 0)
		xen_send_IPI_one(cpu, XEN_SPIN_UNLOCK_VECTOR);
}

static void lock_wait(u8 *state, u8 waiting)
{
	int irq = __this_cpu_read(lock_channel.irq);

	/*
	 * An NMI may have come between the test and the clearing of another wait's
	 * event; it spins instead.
	 */
	if (irq < 0 || in_nmi())
		return;

	/*
	 * Only the outermost wait may clear the event: further in, it may be the
	 * kick that the outer wait needs.
	 */
	if (this_cpu_inc_return(lock_wait_depth) == 1 && xen_test_irq_pending(irq))
		xen_clear_irq_pending(irq);
	else if (READ_ONCE(*state) == waiting)
		xen_poll_irq(irq);

	this_cpu_dec(lock_wait_depth);
}

static irqreturn_t lock_channel_delivered(int irq, void *dev_id)
{
	WARN_ONCE(1, "xen: the spinlock event is masked but was delivered\n");
	return IRQ_HANDLED;
}

static const struct xen_cpu_irq_type lock_channel_type = {
	.prefix = "spinlock",
	.source = XEN_CPU_IRQ_IPI,
	.number = XEN_SPIN_UNLOCK_VECTOR,
	.handler = lock_channel_delivered,
};

/**
 * xen_init_lock_cpu - give a CPU the channel that its lock waits poll
 * @cpu: an online CPU
 *
 * Without a channel the CPU's waits spin.
 *
 * Context: may sleep.
 */
void xen_init_lock_cpu(int cpu)
{
	struct xen_cpu_irq *channel = per_cpu_ptr(&lock_channel, cpu);
	struct xen_cpu_irq fresh = XEN_CPU_IRQ_UNBOUND;
	int rc;

	if (nopvspin)
		return;

	if (WARN(channel->irq >= 0, "spinlock on CPU%d exists on IRQ%d!\n", cpu, channel->irq))
		return;

	rc = xen_cpu_irq_bind(&fresh, &lock_channel_type, cpu);
	if (!rc) {
		/* Polling works on a masked channel; nobody sees it before it is one. */
		disable_irq(fresh.irq);
		channel->name = fresh.name;
		WRITE_ONCE(channel->irq, fresh.irq);
	}

	pr_info("cpu %d spinlock event irq %d\n", cpu, rc ?: fresh.irq);
}

/**
 * xen_uninit_lock_cpu - take a CPU's channel away
 * @cpu: a CPU that is not online; it may never have had one
 *
 * Context: may sleep.
 */
void xen_uninit_lock_cpu(int cpu)
{
	if (!nopvspin)
		xen_cpu_irq_unbind(per_cpu_ptr(&lock_channel, cpu));
}

PV_CALLEE_SAVE_REGS_THUNK(xen_vcpu_stolen);

/**
 * xen_forgo_spinlocks - wait for locks as on a real machine
 *
 * Context: boot, before xen_init_spinlocks().
 */
void __init xen_forgo_spinlocks(void)
{
	nopvspin = true;
}

/**
 * xen_init_spinlocks - choose between native and paravirtual lock waits
 *
 * Runs before alternatives are patched into the kernel's text: what is chosen here
 * is what gets patched in. The channels follow, see xen_init_lock_cpu().
 *
 * Context: boot CPU, before other CPUs are up.
 */
void __init xen_init_spinlocks(void)
{
	/* A single CPU never waits for another one. */
	if (num_possible_cpus() == 1)
		nopvspin = true;

	pr_info("xen: PV spinlocks %s\n", nopvspin ? "disabled" : "enabled");
	if (nopvspin) {
		static_branch_disable(&virt_spin_lock_key);
		return;
	}

	__pv_init_lock_hash();
	pv_ops.lock.kick = lock_kick;
	pv_ops.lock.wait = lock_wait;
	pv_ops.lock.vcpu_is_preempted = PV_CALLEE_SAVE(xen_vcpu_stolen);
	pv_ops.lock.queued_spin_unlock = PV_CALLEE_SAVE(__pv_queued_spin_unlock);
	pv_ops.lock.queued_spin_lock_slowpath = __pv_queued_spin_lock_slowpath;
}
