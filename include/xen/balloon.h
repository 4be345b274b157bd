/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The balloon: memory of the domain that is given back to the hypervisor, and asked for
 * again. What is counted is pages of the kernel.
 */
#ifndef _XEN_BALLOON_H
#define _XEN_BALLOON_H

struct page;

/* max_retry_count: never give up. */
#define RETRY_UNLIMITED	0

/**
 * struct balloon_stats - the balloon's books
 * @current_pages: memory that the domain has
 * @target_pages: memory that it should have
 * @total_pages: places for memory, with or without
 * @balloon_high: places in the balloon that have no kernel address
 * @balloon_low: the others
 * @target_unpopulated: places lent to foreign memory
 * @retry_count: number of the next attempt, while attempts fail
 * @max_retry_count: attempts after which to give up, or RETRY_UNLIMITED
 * @schedule_delay: seconds until the next attempt
 * @max_schedule_delay: and at most
 */
struct balloon_stats {
	unsigned long current_pages;
	unsigned long target_pages;
	unsigned long total_pages;

	unsigned long balloon_high;
	unsigned long balloon_low;
	unsigned long target_unpopulated;

	unsigned long retry_count;
	unsigned long max_retry_count;
	unsigned long schedule_delay;
	unsigned long max_schedule_delay;
};

#ifndef CONFIG_XEN_BALLOON
static inline void xen_balloon_init(void) {}
#else
void xen_balloon_init(void);
#endif

/* How much memory the domain should have, in pages. */
void balloon_set_new_target(unsigned long pages);

extern struct balloon_stats balloon_stats;

/* Pages without memory, out of the balloon; xen/xen.h has a better source. */
void xen_free_ballooned_pages(unsigned int nr, struct page **pages);
int xen_alloc_ballooned_pages(unsigned int nr, struct page **pages);

#endif /* _XEN_BALLOON_H */
