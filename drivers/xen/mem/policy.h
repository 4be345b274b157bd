/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the balloon does next. Pure: no memory is moved and no clock is read here,
 * every function works on its arguments alone.
 *
 * A domain should have balloon_stats.target_pages. What it lacks (or has too much) is
 * the credit. The balloon works on it in steps; a step that fails is repeated later and
 * later, and in the end given up until somebody sets a new target. A target that cannot
 * be reached thus costs a handful of attempts, not a processor.
 */
#ifndef XEN_MEM_POLICY_H
#define XEN_MEM_POLICY_H

#include <linux/gfp_types.h>
#include <linux/types.h>

#include <xen/balloon.h>

/* The balloon looks again after this time, whatever it had come to. */
#define BALLOON_IDLE_SECONDS	3600UL

/**
 * enum balloon_result - what has come of a step
 * @BALLOON_DONE: it did what it was to do; go on at once if there is credit
 * @BALLOON_WAITING: memory was added, but nobody has set it online yet
 * @BALLOON_FAILED: the hypervisor or the allocator refused; try later
 * @BALLOON_STUCK: given up until there is a new target
 */
enum balloon_result {
	BALLOON_DONE,
	BALLOON_WAITING,
	BALLOON_FAILED,
	BALLOON_STUCK,
};

long balloon_credit(const struct balloon_stats *stats);
unsigned long balloon_to_give(long excess, long available, unsigned long reserve,
			      bool *tight);
unsigned long balloon_to_add(const struct balloon_stats *stats, unsigned long granule);
enum balloon_result balloon_plan_next(struct balloon_stats *stats, enum balloon_result before,
				      enum balloon_result now, bool moved);
unsigned long balloon_plan_sleep(const struct balloon_stats *stats,
				 enum balloon_result result);
gfp_t balloon_gfp(gfp_t gfp, bool scrub);

unsigned long balloon_pages_of_kib(u64 kib);
long balloon_target_bias(const struct balloon_stats *stats, bool target_is_exact,
			 bool max_is_known, unsigned long static_max);
unsigned long balloon_target_of(unsigned long wanted, long bias);

#endif /* XEN_MEM_POLICY_H */
