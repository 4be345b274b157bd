/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the pages that another domain still has mapped are looked at again: a few in each pass,
 * in turn, so that one that never comes free does not keep others waiting.
 *
 * Pure: what "look" means is the caller's.
 */
#ifndef XEN_GRANT_DEFER_H
#define XEN_GRANT_DEFER_H

#include <linux/list.h>
#include <linux/types.h>

#include <xen/interface/grant_table.h>

struct page;

/* Passes, one a second, after which a pending grant is worth a line. */
#define DEFER_TRIES_TO_TELL	60

/**
 * struct deferred_grant - a grant that could not be ended
 * @list:	among the others, the next to look at first
 * @ref:	not free as long as this exists
 * @page:	freed with it
 * @tries:	how often it was looked at in vain
 */
struct deferred_grant {
	struct list_head list;
	grant_ref_t ref;
	struct page *page;
	unsigned int tries;
};

/**
 * defer_pick() - take those that the next pass looks at
 * @from: all that wait
 * @to: an empty list
 * @most: how many at most, 0 for all
 */
static inline void defer_pick(struct list_head *from, struct list_head *to, unsigned int most)
{
	struct list_head *last = from;
	unsigned int n;

	if (!most) {
		list_splice_init(from, to);
		return;
	}

	for (n = 0; n < most && !list_is_last(last, from); n++)
		last = last->next;
	if (n)
		list_cut_position(to, from, last);
}

/* Whether this is the pass in which it has been pending for long enough to be told, once. */
static inline bool defer_tell(struct deferred_grant *grant)
{
	if (grant->tries >= DEFER_TRIES_TO_TELL)
		return false;

	return ++grant->tries == DEFER_TRIES_TO_TELL;
}

#endif /* XEN_GRANT_DEFER_H */
