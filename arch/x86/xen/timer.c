// SPDX-License-Identifier: GPL-2.0
/*
 * Each CPU's timer: the clock event device "xen".
 *
 * The hypervisor has one single-shot timer for each vCPU, set to an absolute time
 * of its clock, that raises VIRQ_TIMER. It is set by set_timer_op, which takes the
 * time in a register; VCPUOP_set_singleshot_timer does the same from memory.
 *
 * Deadlines arrive as times on CLOCK_MONOTONIC (CLOCK_EVT_FEAT_KTIME), because
 * those compare equal when they mean the same event: whether the hypervisor needs
 * to be told is up to timer_plan.h. The two clocks drift apart when the kernel's is
 * disciplined, so each deadline is converted when it is asked for and at most a few
 * seconds ahead.
 *
 * Locking: a CPU's device is used by that CPU alone, with interrupts off.
 */
#include <linux/clockchips.h>
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/timekeeping.h>

#include <asm/xen/hypercall.h>

#include <xen/events.h>
#include <xen/interface/vcpu.h>
#include <xen/xen-ops.h>

#include "clock.h"
#include "timer_plan.h"

/* The least and the most time to a deadline, in nanoseconds; see xen_timer_slop=. */
static u64 vcpu_timer_least_ns __ro_after_init = 1;
static const u64 vcpu_timer_most_ns = U32_MAX;

struct vcpu_timer {
	struct clock_event_device device;
	struct timer_plan plan;
	char name[16];
};

static DEFINE_PER_CPU(struct vcpu_timer, vcpu_timers) = { .device.irq = -1 };

/*
 * A deadline that has passed makes the hypervisor raise VIRQ_TIMER at once. It is
 * reported as well, for the callers that rather handle it now: they keep an eye on
 * how often that happens.
 */
static int vcpu_timer_ask(struct timer_plan *plan)
{
	s64 delta = ktime_sub(plan->asked, ktime_get());
	bool passed = delta <= 0;
	int err;

	if (unlikely(delta > (s64)vcpu_timer_most_ns)) {
		delta = vcpu_timer_most_ns;
		plan->asked = ktime_add_ns(ktime_get(), delta);
	}
	delta = max_t(s64, delta, vcpu_timer_least_ns);

	err = HYPERVISOR_set_timer_op(xen_clock_read() + delta);
	if (unlikely(err)) {
		pr_err_ratelimited("xen: setting the timer failed: %d\n", err);
		plan->asked = KTIME_MAX;
		return err;
	}
	return passed ? -ETIME : 0;
}

static int vcpu_timer_set_next(ktime_t deadline, struct clock_event_device *device)
{
	struct vcpu_timer *timer = container_of(device, struct vcpu_timer, device);

	return timer_plan_want(&timer->plan, deadline) ? vcpu_timer_ask(&timer->plan) : 0;
}

static int vcpu_timer_shutdown(struct clock_event_device *device)
{
	struct vcpu_timer *timer = container_of(device, struct vcpu_timer, device);

	timer_plan_forget(&timer->plan);
	return HYPERVISOR_set_timer_op(0);
}

static int vcpu_timer_set_oneshot(struct clock_event_device *device)
{
	xen_timer_stop_ticks(smp_processor_id());
	return 0;
}

static const struct clock_event_device vcpu_timer_model = {
	.name			= "xen",
	.rating			= 500,
	.features		= CLOCK_EVT_FEAT_ONESHOT | CLOCK_EVT_FEAT_KTIME,
	.mult			= 1,
	.shift			= 0,
	.set_next_ktime		= vcpu_timer_set_next,
	.set_state_oneshot	= vcpu_timer_set_oneshot,
	.set_state_shutdown	= vcpu_timer_shutdown,
};

static irqreturn_t vcpu_timer_interrupt(int irq, void *dev_id)
{
	struct vcpu_timer *timer = this_cpu_ptr(&vcpu_timers);
	struct timer_plan *plan = &timer->plan;

	/*
	 * Kept from an earlier event: nothing has expired. Without a handler or while
	 * timekeeping is stopped nothing is kept.
	 */
	if (timer_plan_fired(plan) && plan->wanted > ktime_get()) {
		timer_plan_was_early(plan);
		vcpu_timer_ask(plan);
		return IRQ_HANDLED;
	}

	if (unlikely(!timer->device.event_handler))
		return IRQ_NONE;

	timer->device.event_handler(&timer->device);
	return IRQ_HANDLED;
}

/**
 * xen_timer_stop_ticks - stop the ticks that the hypervisor gives a new PV vCPU
 * @cpu: the vCPU's CPU
 *
 * A vCPU starts with a periodic timer of 100 Hz on the same VIRQ, delivered only
 * while it runs: of no use to Linux.
 *
 * Context: any.
 */
void xen_timer_stop_ticks(int cpu)
{
	int err = HYPERVISOR_vcpu_op(VCPUOP_stop_periodic_timer, xen_vcpu_nr(cpu), NULL);

	if (err)
		pr_warn_once("xen: the periodic timer of vCPU %u goes on: %d\n",
			     xen_vcpu_nr(cpu), err);
}

/**
 * xen_timer_resume - set the timers of all CPUs up again after a restore
 *
 * The new vCPUs tick again. Their single-shot timers are off, which the plans say
 * since the devices were shut down for the save.
 *
 * Context: stop_machine() on CPU 0, interrupts off.
 */
void xen_timer_resume(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		xen_timer_stop_ticks(cpu);
}

/**
 * xen_teardown_timer - take a CPU's timer interrupt away
 * @cpu: a CPU that is not online; its timer may be gone already
 *
 * Context: may sleep.
 */
void xen_teardown_timer(int cpu)
{
	struct clock_event_device *device = &per_cpu(vcpu_timers, cpu).device;

	if (device->irq < 0)
		return;

	unbind_from_irqhandler(device->irq, NULL);
	device->irq = -1;
}

/**
 * xen_setup_timer - prepare a CPU's timer: interrupt and clock event device
 * @cpu: a CPU that is about to come up, or the boot CPU
 *
 * Context: may sleep.
 */
void xen_setup_timer(int cpu)
{
	struct vcpu_timer *timer = per_cpu_ptr(&vcpu_timers, cpu);
	const unsigned long flags = IRQF_TIMER | IRQF_PERCPU | IRQF_NOBALANCING |
				    IRQF_FORCE_RESUME | IRQF_EARLY_RESUME;
	int irq;

	if (WARN(timer->device.irq >= 0, "IRQ%d for CPU%d is already allocated\n",
		 timer->device.irq, cpu))
		xen_teardown_timer(cpu);

	pr_info("installing Xen timer for CPU %d\n", cpu);

	snprintf(timer->name, sizeof(timer->name), "timer%d", cpu);
	timer_plan_forget(&timer->plan);
	timer->device = vcpu_timer_model;
	timer->device.cpumask = cpumask_of(cpu);
	timer->device.min_delta_ns = vcpu_timer_least_ns;
	timer->device.min_delta_ticks = vcpu_timer_least_ns;
	timer->device.max_delta_ns = vcpu_timer_most_ns;
	timer->device.max_delta_ticks = vcpu_timer_most_ns;

	irq = bind_virq_to_irqhandler(VIRQ_TIMER, cpu, vcpu_timer_interrupt, flags, timer->name,
				      NULL);
	timer->device.irq = irq;
	if (irq < 0)
		pr_err("xen: no timer interrupt for CPU %d: %d\n", cpu, irq);
	else
		xen_set_irq_priority(irq, XEN_IRQ_PRIORITY_MAX);
}

/**
 * xen_setup_cpu_clockevents - start the calling CPU's timer
 *
 * Context: the CPU that xen_setup_timer() prepared it for, interrupts off.
 */
void xen_setup_cpu_clockevents(void)
{
	clockevents_register_device(&this_cpu_ptr(&vcpu_timers)->device);
}

/* xen_timer_slop=NS: never ask for an event sooner than that from now. */
static int __init vcpu_timer_parse_slop(char *value)
{
	vcpu_timer_least_ns = memparse(value, NULL);
	return 0;
}
early_param("xen_timer_slop", vcpu_timer_parse_slop);
