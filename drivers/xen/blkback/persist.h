/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mappings of grants that stay between requests.
 *
 * Pure: to map and to unmap is the caller's part.
 */
#ifndef _XEN_BLKBACK_PERSIST_H
#define _XEN_BLKBACK_PERSIST_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/types.h>

#include <xen/interface/grant_table.h>

#define BLKBACK_KEEP_BUCKETS_ORDER	8
/* A frontend that chooses references to fill one bucket has fewer of them. */
#define BLKBACK_KEEP_CHAIN_MAX		32

struct page;

/**
 * struct blkback_kept - a persistent mapping
 * @hash:	in its bucket
 * @age:	in the list by last use
 * @users:	requests that use it; only the ring's thread adds to them
 * @gref:	the reference
 * @handle:	of the mapping
 * @page:	what it is mapped to
 * @last_used:	in jiffies
 */
struct blkback_kept {
	struct hlist_node hash;
	struct list_head age;
	atomic_t users;
	grant_ref_t gref;
	grant_handle_t handle;
	struct page *page;
	unsigned long last_used;
};

/**
 * struct blkback_keep - all of a ring's persistent mappings; of its thread only
 * @buckets:	by reference
 * @by_age:	the one that was not used for longest is the first
 * @count:	how many there are
 * @overflowed:	more were wanted than there may be, since the last time some were taken out
 */
struct blkback_keep {
	struct hlist_head buckets[1 << BLKBACK_KEEP_BUCKETS_ORDER];
	struct list_head by_age;
	unsigned int count;
	bool overflowed;
};

void blkback_keep_init(struct blkback_keep *keep);
struct blkback_kept *blkback_keep_get(struct blkback_keep *keep, grant_ref_t gref,
				      unsigned long now);
bool blkback_keep_add(struct blkback_keep *keep, struct blkback_kept *kept, unsigned int max,
		      unsigned long now);
unsigned int blkback_keep_excess(const struct blkback_keep *keep, unsigned int max);
unsigned int blkback_keep_take(struct blkback_keep *keep, unsigned int excess,
			       unsigned long max_age, unsigned long now, struct list_head *taken);
void blkback_keep_take_all(struct blkback_keep *keep, struct list_head *taken);

/**
 * blkback_keep_put - a request does not use a mapping any more
 * @kept: the mapping, which may be gone on return
 *
 * Context: any.
 */
static inline void blkback_keep_put(struct blkback_kept *kept)
{
	/* Pairs with the acquire of whoever unmaps it. */
	atomic_dec_return_release(&kept->users);
}

#endif /* _XEN_BLKBACK_PERSIST_H */
