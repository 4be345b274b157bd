/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When to ask the hypervisor for a timer interrupt. Pure: no clock is read and no
 * call is made here.
 *
 * Asking costs a hypercall. A CPU that sleeps and wakes often postpones its next
 * event on the way into idle and wants the old one back a moment later; a timer
 * that is pushed back over and over does much the same. While the hypervisor still
 * has an earlier deadline than the wanted one, not asking is safe: its interrupt
 * comes early, and then the wanted deadline is asked for. Such an early interrupt
 * is a loss, so postponing is left to the hypervisor's old deadline only while that
 * has been paying off.
 *
 * Invariant: as long as something is wanted, a deadline that is not later than the
 * wanted one is with the hypervisor, or its interrupt is pending.
 */
#ifndef XEN_TIMER_PLAN_H
#define XEN_TIMER_PLAN_H

#include <linux/ktime.h>
#include <linux/types.h>

/* Trust in keeping an earlier deadline: grows by one, shrinks by one. */
#define TIMER_TRUST_MAX		3
#define TIMER_TRUST_ENOUGH	2

/**
 * struct timer_plan - one CPU's timer; all times on CLOCK_MONOTONIC
 * @wanted: what the kernel waits for, KTIME_MAX for nothing
 * @asked: what the hypervisor has, KTIME_MAX for nothing
 * @dropped: the earlier deadline that @asked was put in place of, KTIME_MAX if none
 * @trust: how well keeping earlier deadlines has paid off
 */
struct timer_plan {
	ktime_t wanted;
	ktime_t asked;
	ktime_t dropped;
	unsigned int trust;
};

/* The hypervisor has nothing, or is not known to have. */
static inline void timer_plan_forget(struct timer_plan *plan)
{
	plan->wanted = KTIME_MAX;
	plan->asked = KTIME_MAX;
	plan->dropped = KTIME_MAX;
}

/**
 * timer_plan_want - the kernel wants its next event at a new time
 * @plan: the CPU's plan
 * @deadline: the new time
 *
 * Return: whether to ask the hypervisor for @deadline.
 */
static inline bool timer_plan_want(struct timer_plan *plan, ktime_t deadline)
{
	ktime_t before = plan->wanted;

	plan->wanted = deadline;

	if (plan->asked == KTIME_MAX)
		goto ask;

	if (deadline < plan->asked) {
		/* Had it been kept, neither that call nor this one were needed. */
		if (deadline == plan->dropped && plan->trust < TIMER_TRUST_MAX)
			plan->trust++;
		plan->dropped = KTIME_MAX;
		goto ask;
	}

	if (deadline == plan->asked) {
		if (before != deadline && plan->trust < TIMER_TRUST_MAX)
			plan->trust++;
		return false;
	}

	if (plan->trust >= TIMER_TRUST_ENOUGH)
		return false;

	if (plan->dropped == KTIME_MAX)
		plan->dropped = plan->asked;
ask:
	plan->asked = deadline;
	return true;
}

/**
 * timer_plan_fired - the timer's interrupt has come
 * @plan: the CPU's plan
 *
 * Return: whether it was asked for at a time that is not the wanted one, so that
 * it may have come early.
 */
static inline bool timer_plan_fired(struct timer_plan *plan)
{
	bool kept = plan->asked != plan->wanted && plan->asked != KTIME_MAX;

	plan->asked = KTIME_MAX;
	plan->dropped = KTIME_MAX;
	return kept;
}

/**
 * timer_plan_was_early - the interrupt came for a deadline that had been kept
 * @plan: the CPU's plan, after timer_plan_fired()
 *
 * The caller asks the hypervisor for @plan->wanted.
 */
static inline void timer_plan_was_early(struct timer_plan *plan)
{
	if (plan->trust)
		plan->trust--;
	plan->asked = plan->wanted;
}

#endif /* XEN_TIMER_PLAN_H */
