// SPDX-License-Identifier: GPL-2.0
/*
 * The balloon: a thread that brings the domain's memory to its target.
 *
 * It works in steps, each under balloon_lock and followed by a chance for others. After
 * a step that did what it should the next one follows at once if there is credit left.
 * Otherwise the thread sleeps, for the time that policy.c tells, or until it is kicked:
 * by a new target, and by what it was waiting for. Nothing else wakes it early, so that
 * a target that cannot be reached does not keep it running.
 */
#define pr_fmt(fmt) "xen:balloon: " fmt

#include <linux/export.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/wait.h>

#include "mem.h"

/* mem.h has what it guards. */
DEFINE_MUTEX(balloon_lock);

struct balloon_stats balloon_stats;
EXPORT_SYMBOL_GPL(balloon_stats);

/* The thread writes it under balloon_lock; others look at it for a hint. */
static enum balloon_result balloon_result = BALLOON_DONE;

/* Somebody has news. Set before the wake-up, cleared before the step that sees them. */
static bool balloon_kicked;
static DECLARE_WAIT_QUEUE_HEAD(balloon_wait);

/* Not as hard as to have somebody killed for it. */
#define BALLOON_GFP	(GFP_HIGHUSER | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC)

/**
 * balloon_kick - have the balloon do a step, whatever it waits for
 *
 * Context: any.
 */
void balloon_kick(void)
{
	WRITE_ONCE(balloon_kicked, true);
	wake_up(&balloon_wait);
}

/**
 * balloon_look_again - pages came back to the balloon, or its credit has changed
 *
 * An idle balloon finds out by itself whether there is work. One that waits for added
 * memory has some now. One that was refused is left to its patience.
 *
 * Context: any.
 */
void balloon_look_again(void)
{
	if (READ_ONCE(balloon_result) == BALLOON_WAITING)
		balloon_kick();
	else
		wake_up(&balloon_wait);
}

/**
 * balloon_is_stuck - whether the balloon has given up for now
 *
 * Context: any.
 * Return: true if so.
 */
bool balloon_is_stuck(void)
{
	return READ_ONCE(balloon_result) == BALLOON_STUCK;
}

/**
 * balloon_set_new_target - set how much memory the domain should have
 * @target: pages
 *
 * Context: any. The balloon sets out at once, but it may never arrive.
 */
void balloon_set_new_target(unsigned long target)
{
	WRITE_ONCE(balloon_stats.target_pages, target);
	balloon_kick();
}
EXPORT_SYMBOL_GPL(balloon_set_new_target);

static enum balloon_result balloon_shrink(unsigned long excess)
{
	enum balloon_result result;
	unsigned long nr;
	bool tight;

	nr = balloon_to_give(excess, si_mem_available(), totalreserve_pages, &tight);
	if (!nr)
		return BALLOON_FAILED;

	result = balloon_give(nr, BALLOON_GFP);
	return tight ? BALLOON_FAILED : result;
}

static enum balloon_result balloon_step(void)
{
	long credit = balloon_credit(&balloon_stats);

	lockdep_assert_held(&balloon_lock);

	if (credit < 0)
		return balloon_shrink(-credit);
	if (credit > 0)
		return balloon_is_empty() ? balloon_add_memory() : balloon_take(credit);

	return BALLOON_DONE;
}

static bool balloon_has_work(void)
{
	return READ_ONCE(balloon_kicked) ||
	       (balloon_result == BALLOON_DONE && balloon_credit(&balloon_stats));
}

static int balloon_thread(void *unused)
{
	unsigned long sleep = BALLOON_IDLE_SECONDS, before;
	enum balloon_result result;

	set_freezable();

	for (;;) {
		wait_event_freezable_timeout(balloon_wait, balloon_has_work(), sleep * HZ);
		WRITE_ONCE(balloon_kicked, false);

		mutex_lock(&balloon_lock);
		before = balloon_stats.current_pages;
		result = balloon_step();
		result = balloon_plan_next(&balloon_stats, balloon_result, result,
					   before != balloon_stats.current_pages);
		WRITE_ONCE(balloon_result, result);
		sleep = balloon_plan_sleep(&balloon_stats, result);
		mutex_unlock(&balloon_lock);

		cond_resched();
	}
}

/**
 * balloon_start_thread - from now on targets are followed
 *
 * Return: 0, or a negative error.
 */
int __init balloon_start_thread(void)
{
	struct task_struct *task = kthread_run(balloon_thread, NULL, "xen-balloon");

	if (!IS_ERR(task))
		return 0;

	pr_err("xen-balloon thread could not be started, ballooning will not work!\n");
	return PTR_ERR(task);
}
