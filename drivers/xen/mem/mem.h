/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the balloon know of each other.
 *
 *   policy.c         what to do next (pure)
 *   balloon.c        the thread that does it
 *   pages.c          the pages in the balloon, and how they get in and out
 *   hotplug.c        more places for memory than the domain was started with
 *   lend.c           pages without memory, for foreign memory to be mapped in
 *   balloon_boot.c   how much there is at first
 *
 * Lock order: device hotplug lock, balloon_lock, then what the page allocator takes.
 */
#ifndef XEN_MEM_H
#define XEN_MEM_H

#include <linux/gfp_types.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <xen/balloon.h>

#include "policy.h"

struct page;

/*
 * Guards balloon_stats, the list of pages in the balloon and the batch that a step
 * works on. Single words of balloon_stats are read, and the target is set, without it as
 * well; who does so copes with yesterday's value.
 */
extern struct mutex balloon_lock;

/* balloon.c */
void balloon_kick(void);
void balloon_look_again(void);
bool balloon_is_stuck(void);
int balloon_start_thread(void);

/* pages.c */
extern wait_queue_head_t balloon_filled;
bool balloon_is_empty(void);
void balloon_put_page(struct page *page);
struct page *balloon_get_lowmem_page(void);
enum balloon_result balloon_give(unsigned long nr, gfp_t gfp);
enum balloon_result balloon_take(unsigned long nr);

#ifdef CONFIG_XEN_BALLOON_MEMORY_HOTPLUG
void balloon_hotplug_init(void);
bool balloon_hotplug_lends(void);
enum balloon_result balloon_add_memory(void);
#else
static inline void balloon_hotplug_init(void) {}
static inline bool balloon_hotplug_lends(void) { return false; }

/* There is no more to be had, so do not ask for more. */
static inline enum balloon_result balloon_add_memory(void)
{
	lockdep_assert_held(&balloon_lock);
	WRITE_ONCE(balloon_stats.target_pages,
		   balloon_stats.current_pages + balloon_stats.target_unpopulated);
	return BALLOON_STUCK;
}
#endif /* CONFIG_XEN_BALLOON_MEMORY_HOTPLUG */

#ifdef CONFIG_MEMORY_HOTPLUG
void balloon_lift_memory_limit(void);
#else
static inline void balloon_lift_memory_limit(void) {}
#endif

#endif /* XEN_MEM_H */
