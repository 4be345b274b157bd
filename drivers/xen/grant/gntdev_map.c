// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a map.
 *
 * Owns the memory of a map. The invariant: when the last reference goes there is no mapping
 * of a grant left, neither a program's nor the kernel's, because whoever made them took them
 * away before it gave up its reference. Pages that could not be unmapped stay with the
 * hypervisor's mapping for ever.
 *
 * Frames can be in use when their last VMA goes: by a disk that reads from them, or a socket
 * that sends them. A work item then looks again until they are idle, and holds a reference.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "gntdev_map.h"

#define GNTDEV_BATCH_MAX	64U
#define GNTDEV_DELAY_FIRST	5
#define GNTDEV_DELAY_MAX	1000

static struct workqueue_struct *release_queue;
static atomic_t releases_pending;
static DECLARE_WAIT_QUEUE_HEAD(releases_done);

/* All arrays follow the map in one piece, those with the strictest alignment first. */
static struct gntdev_map *map_alloc_room(unsigned int count)
{
	unsigned int size = min(count, GNTDEV_BATCH_MAX);
	struct gntdev_map *map;
	size_t bytes;
	void *room;

	BUILD_BUG_ON(sizeof(struct gnttab_unmap_grant_ref) > sizeof(struct gnttab_map_grant_ref));

	bytes = size_add(sizeof(*map), size_mul(count, sizeof(*map->slots)));
	bytes = size_add(bytes, size_mul(count, sizeof(*map->pages)));
	bytes = size_add(bytes, size * (sizeof(*map->batch.map) + sizeof(*map->batch.pages) +
					sizeof(*map->batch.slots)));
	map = kvmalloc(bytes, GFP_KERNEL);
	if (!map)
		return NULL;

	memset(map, 0, sizeof(*map));
	room = map + 1;
	map->slots = room;
	room += count * sizeof(*map->slots);
	map->batch.map = room;
	room += size * sizeof(*map->batch.map);
	map->pages = room;
	room += count * sizeof(*map->pages);
	map->batch.pages = room;
	room += size * sizeof(*map->batch.pages);
	map->batch.slots = room;
	map->batch.size = size;

	return map;
}

/**
 * gntdev_map_alloc() - make a map and its pages
 * @count: grants, checked by gntdev_count_is_valid()
 * @dma_flags: GNTDEV_DMA_FLAG_* for memory that devices can reach, or 0
 *
 * The caller fills in the slots' domain and reference.
 *
 * Context: Process context, may sleep.
 * Return: the map with one reference, or an ERR_PTR().
 */
struct gntdev_map *gntdev_map_alloc(unsigned int count, u32 dma_flags)
{
	struct gntdev_map *map = map_alloc_room(count);
	unsigned int i;
	int err;

	if (!map)
		return ERR_PTR(-ENOMEM);

	INIT_LIST_HEAD(&map->span.node);
	map->span.count = count;
	refcount_set(&map->users, 1);
	mutex_init(&map->lock);
	spin_lock_init(&map->frame_lock);
	for (i = 0; i < count; i++) {
		map->slots[i].user = INVALID_GRANT_HANDLE;
		map->slots[i].frame = INVALID_GRANT_HANDLE;
	}

	if (dma_flags & (GNTDEV_DMA_FLAG_WC | GNTDEV_DMA_FLAG_COHERENT))
		err = gntdev_dma_pages_alloc(map, dma_flags);
	else
		err = gntdev_pages_alloc(count, map->pages);
	if (err) {
		kvfree(map);
		return ERR_PTR(-ENOMEM);
	}

	return map;
}

static void map_free_pages(struct gntdev_map *map)
{
	unsigned int i, kept = 0;

	if (map->dma) {
		gntdev_dma_pages_free(map);
		return;
	}

	for (i = 0; i < map->span.count; i++)
		if (map->pages[i])
			map->pages[kept++] = map->pages[i];
	gntdev_pages_free(kept, map->pages);
}

/**
 * gntdev_map_get() - take a reference
 * @map: map that the caller has a reference to
 *
 * Context: any.
 */
void gntdev_map_get(struct gntdev_map *map)
{
	refcount_inc(&map->users);
}

/**
 * gntdev_map_put() - give up a reference
 * @map: map, not to be used any more; it has been detached if it was ever mapped
 *
 * The last one sends the event that the program asked for.
 *
 * Context: Process context, may sleep. None of gntdev's locks.
 */
void gntdev_map_put(struct gntdev_map *map)
{
	if (!refcount_dec_and_test(&map->users))
		return;

	/* Its memory is known to the hypervisor: better lost than used for something else. */
	if (WARN_ON_ONCE(map->nr_user || map->nr_frames))
		return;

	gntdev_notify_send(map);
	map_free_pages(map);
	mutex_destroy(&map->lock);
	kvfree(map);
}

static bool map_release_frames(struct gntdev_map *map)
{
	bool idle;

	mutex_lock(&map->lock);
	gntdev_notify_clear(map, 0, map->span.count);
	idle = gntdev_frames_unmap(map);
	mutex_unlock(&map->lock);

	return idle;
}

static void map_release_work(struct work_struct *work)
{
	struct gntdev_map *map = container_of(work, struct gntdev_map, release.work);

	if (!map_release_frames(map)) {
		map->delay = min(map->delay * 2, GNTDEV_DELAY_MAX);
		queue_delayed_work(release_queue, &map->release, msecs_to_jiffies(map->delay));
		return;
	}

	gntdev_map_put(map);
	if (atomic_dec_and_test(&releases_pending))
		wake_up_all(&releases_done);
}

/**
 * gntdev_map_detach() - unmap the frames of a map that nobody can look up any more
 * @map: map whose last VMA, or whose exported buffer, is gone; called once
 *
 * What is idle is unmapped before it returns, and the rest as soon as it is.
 *
 * Context: Process context, may sleep. None of gntdev's locks.
 */
void gntdev_map_detach(struct gntdev_map *map)
{
	if (map_release_frames(map))
		return;

	gntdev_map_get(map);
	atomic_inc(&releases_pending);
	INIT_DELAYED_WORK(&map->release, map_release_work);
	map->delay = GNTDEV_DELAY_FIRST;
	queue_delayed_work(release_queue, &map->release, msecs_to_jiffies(map->delay));
}

/**
 * gntdev_release_init() - prepare for frames that stay in use
 *
 * Context: Process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int gntdev_release_init(void)
{
	release_queue = alloc_workqueue("xen-gntdev", 0, 0);

	return release_queue ? 0 : -ENOMEM;
}

/**
 * gntdev_release_exit() - wait for the frames that are still in use
 *
 * Context: Process context, sleeps until they are idle. No file is open any more.
 */
void gntdev_release_exit(void)
{
	wait_event(releases_done, !atomic_read(&releases_pending));
	destroy_workqueue(release_queue);
}
