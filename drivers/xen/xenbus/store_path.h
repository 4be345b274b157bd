/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Joining a directory and a node to a path of the store.  Pure.
 *
 * An empty node names the directory itself.
 */
#ifndef XENBUS_STORE_PATH_H
#define XENBUS_STORE_PATH_H

#include <linux/string.h>
#include <linux/types.h>

/* path_size - bytes of the joined path with its NUL. */
static inline size_t path_size(const char *dir, const char *node)
{
	size_t tail = strlen(node);

	return strlen(dir) + (tail ? tail + 1 : 0) + 1;
}

/* path_join - write path_size() bytes to @to; returns the byte after them. */
static inline char *path_join(char *to, const char *dir, const char *node)
{
	size_t head = strlen(dir), tail = strlen(node);

	memcpy(to, dir, head);
	to += head;
	if (tail) {
		*to++ = '/';
		memcpy(to, node, tail);
		to += tail;
	}
	*to++ = '\0';

	return to;
}

#endif /* XENBUS_STORE_PATH_H */
