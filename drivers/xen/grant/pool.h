/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which grant references are free, and lists of those that somebody has set aside.
 *
 * A bitmap has a bit for each reference, set while it is free; the lowest one is given
 * out first, so that runs stay together at the upper end. Next to it stands one word for
 * each reference that links references which are not free into private lists; who has a
 * list may walk it without a lock, since a word never moves.
 *
 * Nothing here knows of the hypervisor. The caller has a lock around each function that
 * is not about links.
 */
#ifndef XEN_GRANT_POOL_H
#define XEN_GRANT_POOL_H

#include <linux/gfp_types.h>
#include <linux/mm.h>
#include <linux/types.h>

#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

/* No reference: ends a private list, and says that there is none. */
#define GRANT_REF_NONE		U32_MAX

#define GRANT_LINKS_PER_PAGE	(PAGE_SIZE / sizeof(grant_ref_t))

/**
 * struct grant_pool - references from 0 to @size - 1
 * @free:	the bitmap, of @limit bits
 * @links:	pages of links, as many as @size needs
 * @limit:	as far as @size may ever grow
 * @size:	how many references there are, reserved ones included
 * @nr_free:	how many bits of @free are set
 * @low:	no reference below this one is free
 */
struct grant_pool {
	unsigned long *free;
	grant_ref_t **links;
	unsigned int limit;
	unsigned int size;
	unsigned int nr_free;
	unsigned int low;
};

int grant_pool_init(struct grant_pool *pool, unsigned int limit);
void grant_pool_destroy(struct grant_pool *pool);
int grant_pool_prepare(struct grant_pool *pool, unsigned int extra, gfp_t gfp);
void grant_pool_extend(struct grant_pool *pool, unsigned int extra);
grant_ref_t grant_pool_take_list(struct grant_pool *pool, unsigned int count);
grant_ref_t grant_pool_take_run(struct grant_pool *pool, unsigned int count);
unsigned int grant_pool_tail(const struct grant_pool *pool, unsigned int most);
bool grant_pool_put(struct grant_pool *pool, grant_ref_t ref);

static inline grant_ref_t *grant_pool_link(const struct grant_pool *pool, grant_ref_t ref)
{
	return &pool->links[ref / GRANT_LINKS_PER_PAGE][ref % GRANT_LINKS_PER_PAGE];
}

#endif /* XEN_GRANT_POOL_H */
