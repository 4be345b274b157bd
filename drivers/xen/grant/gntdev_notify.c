// SPDX-License-Identifier: GPL-2.0
/*
 * What the other side of a map is told when it goes away, however that comes about: a byte
 * that is cleared, an event that is sent.
 *
 * The invariant: while a map has UNMAP_NOTIFY_SEND_EVENT it holds a reference to the port, and
 * while it is mapped and has UNMAP_NOTIFY_CLEAR_BYTE, the byte's frame is mapped for writing.
 */
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include <xen/events.h>

#include "gntdev_map.h"

#define NOTIFY_ALL	(UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT)

static bool notify_clears(const struct gntdev_notify *notify)
{
	return notify->flags & UNMAP_NOTIFY_CLEAR_BYTE;
}

static bool notify_sends(const struct gntdev_notify *notify)
{
	return notify->flags & UNMAP_NOTIFY_SEND_EVENT;
}

/* Enter *@new, whose index counts from the start of the file, and hand back what was there. */
static int file_swap_notify(struct gntdev_file *file, u64 index, struct gntdev_notify *new)
{
	struct gntdev_span *span;
	struct gntdev_map *map;
	unsigned long page;
	int err = 0;

	lockdep_assert_held(&file->lock);

	span = gntdev_span_at(&file->maps, index >> PAGE_SHIFT);
	if (!span)
		return -ENOENT;

	map = container_of(span, struct gntdev_map, span);
	if (notify_clears(new) && (map->flags & GNTMAP_readonly))
		return -EINVAL;

	new->offset = index - ((u64)span->first << PAGE_SHIFT);
	page = array_index_nospec(new->offset >> PAGE_SHIFT, span->count);
	mutex_lock(&map->lock);
	if (notify_clears(new) && map->slots[page].user != INVALID_GRANT_HANDLE &&
	    !gntdev_frame_lookup(map, page))
		err = -ENOSPC;
	else
		swap(map->notify, *new);
	mutex_unlock(&map->lock);

	return err;
}

/**
 * gntdev_set_notify() - IOCTL_GNTDEV_SET_UNMAP_NOTIFY
 * @file: the open device
 * @arg: struct ioctl_gntdev_unmap_notify of the caller
 *
 * Context: Process context, may sleep.
 * Return: 0; -EFAULT; -EINVAL for unknown actions, a port that is not the caller's, or a byte in
 * a map that may not be written; -ENOENT if no map has the index; -ENOSPC if the hypervisor has
 * no room for the byte's frame.
 */
long gntdev_set_notify(struct gntdev_file *file, void __user *arg)
{
	struct ioctl_gntdev_unmap_notify op;
	struct gntdev_notify notify;
	int err;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	if (op.action & ~NOTIFY_ALL)
		return -EINVAL;

	notify = (struct gntdev_notify) { .flags = op.action, .port = op.event_channel_port };
	/* The new reference comes first: the old one may be the last to the same port. */
	if (notify_sends(&notify) && evtchn_get(notify.port))
		return -EINVAL;

	mutex_lock(&file->lock);
	err = file_swap_notify(file, op.index, &notify);
	mutex_unlock(&file->lock);

	/* The map's old one, or the new one if it was not taken. */
	if (notify_sends(&notify))
		evtchn_put(notify.port);

	return err;
}

/**
 * gntdev_notify_arm() - see to it that the byte can be cleared
 * @map: map that has just been mapped
 *
 * Context: Process context. The map's lock.
 * Return: 0; -EINVAL if it may not be written; -ENOSPC if its frame cannot be mapped.
 */
int gntdev_notify_arm(struct gntdev_map *map)
{
	lockdep_assert_held(&map->lock);

	if (!notify_clears(&map->notify))
		return 0;
	if (map->flags & GNTMAP_readonly)
		return -EINVAL;

	return gntdev_frame_lookup(map, map->notify.offset >> PAGE_SHIFT) ? 0 : -ENOSPC;
}

/**
 * gntdev_notify_clear() - clear the byte if its page is about to be unmapped
 * @map: the map
 * @first: first page that goes
 * @count: how many go
 *
 * Context: Process context. The map's lock.
 */
void gntdev_notify_clear(struct gntdev_map *map, unsigned int first, unsigned int count)
{
	unsigned long page = map->notify.offset >> PAGE_SHIFT;
	u8 *bytes;

	lockdep_assert_held(&map->lock);

	if (!notify_clears(&map->notify) || page < first || page - first >= count ||
	    map->slots[page].frame == INVALID_GRANT_HANDLE || (map->flags & GNTMAP_readonly))
		return;

	bytes = gntdev_frame_address(map, page);
	WRITE_ONCE(bytes[offset_in_page(map->notify.offset)], 0);
	map->notify.flags &= ~UNMAP_NOTIFY_CLEAR_BYTE;
}

/**
 * gntdev_notify_send() - send the event, the map being unmapped
 * @map: map without users
 *
 * Context: Process context, may sleep.
 */
void gntdev_notify_send(struct gntdev_map *map)
{
	if (!notify_sends(&map->notify))
		return;

	notify_remote_via_evtchn(map->notify.port);
	evtchn_put(map->notify.port);
}
