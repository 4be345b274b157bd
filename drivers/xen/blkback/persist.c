// SPDX-License-Identifier: GPL-2.0
/*
 * Which mappings stay, and for how long.
 *
 * There are never more than the limit, and none that was unused for too long. Once more are
 * wanted than there may be, the ones that were not used for longest make room, a few at a
 * time, as a frontend that goes round among too many would otherwise have each unmapped just
 * before its next use.
 */
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>

#include "persist.h"

/* The part of the limit that makes room at a time, in percent. */
#define ROOM_PERCENT	5

static struct hlist_head *bucket_of(struct blkback_keep *keep, grant_ref_t gref)
{
	return &keep->buckets[hash_32(gref, BLKBACK_KEEP_BUCKETS_ORDER)];
}

/**
 * blkback_keep_init - start without mappings
 * @keep: where
 */
void blkback_keep_init(struct blkback_keep *keep)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keep->buckets); i++)
		INIT_HLIST_HEAD(&keep->buckets[i]);
	INIT_LIST_HEAD(&keep->by_age);
	keep->count = 0;
	keep->overflowed = false;
}

/**
 * blkback_keep_get - use a mapping
 * @keep: all of the ring's
 * @gref: the reference
 * @now: jiffies
 *
 * Return: a mapping for blkback_keep_put(), or NULL.
 */
struct blkback_kept *blkback_keep_get(struct blkback_keep *keep, grant_ref_t gref,
				      unsigned long now)
{
	struct blkback_kept *kept;

	hlist_for_each_entry(kept, bucket_of(keep, gref), hash) {
		if (kept->gref != gref)
			continue;
		atomic_inc(&kept->users);
		kept->last_used = now;
		list_move_tail(&kept->age, &keep->by_age);
		return kept;
	}
	return NULL;
}

/**
 * blkback_keep_add - make a mapping one that stays
 * @keep: all of the ring's
 * @kept: with the reference, the handle and the page; on success it has one user
 * @max: how many there may be
 * @now: jiffies
 *
 * Return: whether it stays.
 */
bool blkback_keep_add(struct blkback_keep *keep, struct blkback_kept *kept, unsigned int max,
		      unsigned long now)
{
	struct hlist_head *bucket = bucket_of(keep, kept->gref);
	struct blkback_kept *other;
	unsigned int chain = 0;

	if (keep->count >= max) {
		keep->overflowed = true;
		return false;
	}
	hlist_for_each_entry(other, bucket, hash) {
		/* Twice in one request, the second is for that request only. */
		if (other->gref == kept->gref || ++chain >= BLKBACK_KEEP_CHAIN_MAX)
			return false;
	}

	atomic_set(&kept->users, 1);
	kept->last_used = now;
	hlist_add_head(&kept->hash, bucket);
	list_add_tail(&kept->age, &keep->by_age);
	keep->count++;
	return true;
}

/**
 * blkback_keep_excess - how many have to make room?
 * @keep: all of the ring's
 * @max: how many there may be, which may have been more before
 *
 * Return: how many.
 */
unsigned int blkback_keep_excess(const struct blkback_keep *keep, unsigned int max)
{
	unsigned int room = max / 100 * ROOM_PERCENT;

	if (keep->count < max || (keep->count == max && !keep->overflowed))
		return 0;
	return min(keep->count - max + room, keep->count);
}

static void keep_remove(struct blkback_keep *keep, struct blkback_kept *kept,
			struct list_head *taken)
{
	hlist_del(&kept->hash);
	list_move_tail(&kept->age, taken);
	keep->count--;
}

/**
 * blkback_keep_take - take out what is too old or too much
 * @keep: all of the ring's
 * @excess: how many to take out at least, as far as they are not in use
 * @max_age: in jiffies, how long one may be unused; 0 for ever
 * @now: jiffies
 * @taken: they are added to this list, for the caller to unmap and free
 *
 * Return: how many were taken out.
 */
unsigned int blkback_keep_take(struct blkback_keep *keep, unsigned int excess,
			       unsigned long max_age, unsigned long now, struct list_head *taken)
{
	struct blkback_kept *kept, *next;
	unsigned int n = 0;

	list_for_each_entry_safe(kept, next, &keep->by_age, age) {
		bool is_old = max_age && now - kept->last_used >= max_age;

		/* All that follow are younger. */
		if (n >= excess && !is_old)
			break;
		/* Pairs with the release of its last user. */
		if (atomic_read_acquire(&kept->users))
			continue;
		keep_remove(keep, kept, taken);
		n++;
	}
	if (n)
		keep->overflowed = false;
	return n;
}

/**
 * blkback_keep_take_all - take out all, none of which is in use
 * @keep: all of the ring's
 * @taken: they are added to this list
 */
void blkback_keep_take_all(struct blkback_keep *keep, struct list_head *taken)
{
	struct blkback_kept *kept, *next;

	list_for_each_entry_safe(kept, next, &keep->by_age, age)
		keep_remove(keep, kept, taken);
}
