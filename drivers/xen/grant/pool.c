// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of free grant references; see pool.h.
 *
 * The invariant: @nr_free bits are set, all of them at or above @low and below @size, and
 * none of them is in a private list.
 */
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/slab.h>

#include "pool.h"

static unsigned int pool_link_pages(unsigned int size)
{
	return DIV_ROUND_UP(size, GRANT_LINKS_PER_PAGE);
}

/**
 * grant_pool_init() - make an empty pool
 * @pool: where
 * @limit: most references that it will ever have
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int grant_pool_init(struct grant_pool *pool, unsigned int limit)
{
	*pool = (struct grant_pool) { .limit = limit };

	pool->free = bitmap_zalloc(limit, GFP_KERNEL);
	pool->links = kcalloc(pool_link_pages(limit), sizeof(*pool->links), GFP_KERNEL);
	if (pool->free && pool->links)
		return 0;

	grant_pool_destroy(pool);
	return -ENOMEM;
}

/**
 * grant_pool_destroy() - the opposite
 * @pool: a pool, also one that could not be made
 *
 * Context: nobody has a reference or a list of it any more.
 */
void grant_pool_destroy(struct grant_pool *pool)
{
	unsigned int i;

	for (i = 0; pool->links && i < pool_link_pages(pool->limit); i++)
		free_page((unsigned long)pool->links[i]);
	kfree(pool->links);
	bitmap_free(pool->free);
	*pool = (struct grant_pool) { };
}

/**
 * grant_pool_prepare() - get the memory that more references need
 * @pool: a pool
 * @extra: how many more
 * @gfp: how to get it
 *
 * What it got stays for the next time if it fails, or if the references do not come.
 *
 * Context: as @gfp says, with the pool's lock.
 * Return: 0, -ENOSPC beyond the limit, or -ENOMEM.
 */
int grant_pool_prepare(struct grant_pool *pool, unsigned int extra, gfp_t gfp)
{
	unsigned int i;

	if (extra > pool->limit - pool->size)
		return -ENOSPC;

	for (i = pool->size / GRANT_LINKS_PER_PAGE; i < pool_link_pages(pool->size + extra); i++) {
		if (pool->links[i])
			continue;
		pool->links[i] = (grant_ref_t *)__get_free_page(gfp);
		if (!pool->links[i])
			return -ENOMEM;
	}

	return 0;
}

/**
 * grant_pool_extend() - add free references behind the last one
 * @pool: a pool with memory for them, see grant_pool_prepare()
 * @extra: how many
 *
 * Those that the toolstack has reserved are there, but never free.
 */
void grant_pool_extend(struct grant_pool *pool, unsigned int extra)
{
	unsigned int first = max_t(unsigned int, pool->size, GNTTAB_NR_RESERVED_ENTRIES);
	unsigned int end = pool->size + extra;

	pool->size = end;
	if (first >= end)
		return;

	bitmap_set(pool->free, first, end - first);
	if (!pool->nr_free)
		pool->low = first;
	pool->nr_free += end - first;
}

/**
 * grant_pool_take_list() - set references aside in a private list
 * @pool: a pool
 * @count: how many
 *
 * Return: the first of the list, or GRANT_REF_NONE if @count is 0 or not free.
 */
grant_ref_t grant_pool_take_list(struct grant_pool *pool, unsigned int count)
{
	grant_ref_t head = GRANT_REF_NONE;
	grant_ref_t *tail = &head;
	unsigned int ref = pool->low;

	if (count > pool->nr_free)
		return GRANT_REF_NONE;
	pool->nr_free -= count;

	for (; count; count--, ref++) {
		ref = find_next_bit(pool->free, pool->size, ref);
		__clear_bit(ref, pool->free);
		*tail = ref;
		tail = grant_pool_link(pool, ref);
	}
	pool->low = ref;
	*tail = GRANT_REF_NONE;

	return head;
}

/**
 * grant_pool_take_run() - take references with consecutive numbers
 * @pool: a pool
 * @count: how many, at least one
 *
 * Return: the first, or GRANT_REF_NONE if no such run is free.
 */
grant_ref_t grant_pool_take_run(struct grant_pool *pool, unsigned int count)
{
	unsigned int first = pool->low;
	unsigned int end;

	if (count > pool->nr_free)
		return GRANT_REF_NONE;

	for (;; first = end) {
		first = find_next_bit(pool->free, pool->size, first);
		if (count > pool->size - first)
			return GRANT_REF_NONE;

		/* Further than needed nobody has to look. */
		end = find_next_zero_bit(pool->free, first + count, first);
		if (end - first >= count)
			break;
	}

	bitmap_clear(pool->free, first, count);
	pool->nr_free -= count;
	return first;
}

/**
 * grant_pool_tail() - how long is the free run at the upper end?
 * @pool: a pool
 * @most: count no further than this
 *
 * Together with what the pool is extended by, these make one run.
 *
 * Return: references, at most @most.
 */
unsigned int grant_pool_tail(const struct grant_pool *pool, unsigned int most)
{
	unsigned int n;

	for (n = 0; n < most && n < pool->size; n++) {
		if (!test_bit(pool->size - 1 - n, pool->free))
			break;
	}

	return n;
}

/**
 * grant_pool_put() - give a reference back
 * @pool: a pool
 * @ref: the reference
 *
 * Return: whether it was one of the pool's and not free already. Otherwise nothing is done.
 */
bool grant_pool_put(struct grant_pool *pool, grant_ref_t ref)
{
	if (ref < GNTTAB_NR_RESERVED_ENTRIES || ref >= pool->size ||
	    __test_and_set_bit(ref, pool->free))
		return false;

	pool->nr_free++;
	if (ref < pool->low)
		pool->low = ref;
	return true;
}
