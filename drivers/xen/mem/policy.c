// SPDX-License-Identifier: GPL-2.0
/*
 * What the balloon does next; policy.h tells the idea. All memory is counted in pages
 * of the kernel.
 */
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>

#include "policy.h"

/**
 * balloon_credit - how far the domain is from its target
 * @stats: the balloon
 *
 * Return: pages to get if positive, pages to give back if negative.
 */
long balloon_credit(const struct balloon_stats *stats)
{
	return READ_ONCE(stats->target_pages) - READ_ONCE(stats->current_pages);
}

/**
 * balloon_to_give - how much of an excess the kernel can do without now
 * @excess: pages more than the target
 * @available: pages that could be allocated without swapping (si_mem_available())
 * @reserve: pages that the allocator keeps for itself (totalreserve_pages)
 * @tight: set if what is left to give is so little that the rest has to wait until
 *	   the kernel has freed something
 *
 * Return: pages, at most @excess.
 */
unsigned long balloon_to_give(long excess, long available, unsigned long reserve,
			      bool *tight)
{
	unsigned long spare = max(available, 0L);

	*tight = false;
	if (excess <= 0)
		return 0;
	if (spare >= (unsigned long)excess)
		return excess;

	*tight = spare < reserve;
	return spare;
}

/**
 * balloon_to_add - how much memory the domain does not even have a place for
 * @stats: the balloon
 * @granule: memory can be added in multiples of this many pages, a power of two
 *
 * Pages that were lent for foreign memory (target_unpopulated) have a place that is of
 * no use to us.
 *
 * Return: pages, a multiple of @granule; 0 if all that is missing was added before.
 */
unsigned long balloon_to_add(const struct balloon_stats *stats, unsigned long granule)
{
	long missing = stats->target_pages + stats->target_unpopulated - stats->total_pages;

	return missing > 0 ? round_up((unsigned long)missing, granule) : 0;
}

static void plan_start_over(struct balloon_stats *stats)
{
	stats->schedule_delay = 1;
	stats->retry_count = 1;
}

static void plan_wait_longer(struct balloon_stats *stats)
{
	unsigned long limit = clamp(stats->max_schedule_delay, 1UL, BALLOON_IDLE_SECONDS);

	/* Both are user space's to write: the sum must not wrap, nor end at zero. */
	stats->schedule_delay = clamp(stats->schedule_delay, 1UL, limit);
	stats->schedule_delay = min(stats->schedule_delay * 2, limit);
}

static bool plan_is_exhausted(const struct balloon_stats *stats)
{
	return stats->max_retry_count != RETRY_UNLIMITED &&
	       stats->retry_count > stats->max_retry_count;
}

/**
 * balloon_plan_next - take note of a step's result
 * @stats: schedule_delay and retry_count are brought up to date
 * @before: what the step before has come to
 * @now: what this one has come to
 * @moved: some pages changed hands in this step, whatever its result
 *
 * Return: @now, or BALLOON_STUCK if it is not worth while to go on.
 */
enum balloon_result balloon_plan_next(struct balloon_stats *stats, enum balloon_result before,
				      enum balloon_result now, bool moved)
{
	if (now == BALLOON_DONE || now != before)
		plan_start_over(stats);

	switch (now) {
	case BALLOON_FAILED:
		/* As long as it gets ahead, be it slowly, it is not hopeless. */
		stats->retry_count = moved ? 1 : stats->retry_count + 1;
		if (plan_is_exhausted(stats)) {
			plan_start_over(stats);
			return BALLOON_STUCK;
		}
		plan_wait_longer(stats);
		break;
	case BALLOON_WAITING:
		plan_wait_longer(stats);
		break;
	case BALLOON_DONE:
	case BALLOON_STUCK:
		break;
	}

	return now;
}

/**
 * balloon_plan_sleep - how long to wait for something to happen
 * @stats: the balloon
 * @result: what balloon_plan_next() returned
 *
 * Return: seconds, never 0.
 */
unsigned long balloon_plan_sleep(const struct balloon_stats *stats,
				 enum balloon_result result)
{
	if (result == BALLOON_FAILED || result == BALLOON_WAITING)
		return clamp(stats->schedule_delay, 1UL, BALLOON_IDLE_SECONDS);

	return BALLOON_IDLE_SECONDS;
}

/**
 * balloon_gfp - how to allocate a page that goes to the hypervisor
 * @gfp: how the caller wants it
 * @scrub: nothing must be left in it
 *
 * The allocator knows whether it clears pages anyway, and then does it only once.
 *
 * Return: the flags.
 */
gfp_t balloon_gfp(gfp_t gfp, bool scrub)
{
	return scrub ? gfp | __GFP_ZERO : gfp & ~__GFP_ZERO;
}

/**
 * balloon_pages_of_kib - the toolstack counts in KiB
 * @kib: what it wrote
 *
 * Return: whole pages in that.
 */
unsigned long balloon_pages_of_kib(u64 kib)
{
	u64 pages = kib >> (PAGE_SHIFT - 10);

	return min_t(u64, pages, LONG_MAX);
}

/**
 * balloon_target_bias - what the toolstack's numbers have on top of the balloon's
 * @stats: the balloon, before it was given a target by the toolstack
 * @target_is_exact: the first target is what the hypervisor says the domain has
 * @max_is_known: the toolstack has said what the domain may have at most
 * @static_max: that much
 *
 * A domain that takes its size from the firmware's memory map does not see what the
 * toolstack uses for itself (video memory, special pages), and there is nobody to ask.
 * At its start it has all that it may have, so the difference is that.
 *
 * Return: pages to take off a target from the toolstack.
 */
long balloon_target_bias(const struct balloon_stats *stats, bool target_is_exact,
			 bool max_is_known, unsigned long static_max)
{
	if (target_is_exact)
		return 0;

	return (max_is_known ? static_max : stats->current_pages) - stats->target_pages;
}

/**
 * balloon_target_of - the balloon's own target
 * @wanted: what the toolstack wants, by its own count
 * @bias: from balloon_target_bias()
 *
 * Return: pages; a target below nothing is nothing.
 */
unsigned long balloon_target_of(unsigned long wanted, long bias)
{
	long target;

	if (check_sub_overflow(min_t(unsigned long, wanted, LONG_MAX), bias, &target))
		return LONG_MAX;

	return max(target, 0L);
}
