/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the hypervisor says of itself, as text of one sysfs file.
 *
 * Pure functions. Whatever they are given, they stay inside the page of the file.
 */
#ifndef XEN_SYS_VERSION_TEXT_H
#define XEN_SYS_VERSION_TEXT_H

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/types.h>

/* A line with the string in @field, which has @size bytes and maybe no end mark. */
static inline ssize_t version_text_line(char *page, const char *field, size_t size)
{
	return sysfs_emit(page, "%.*s\n", (int)size, field);
}

/*
 * The @told bytes of a build id, of which there is room for @room at @id. It is
 * binary, so there is neither an end mark nor a new line.
 */
static inline ssize_t version_text_build_id(char *page, const u8 *id, size_t room, size_t told)
{
	size_t bytes = min3(told, room, (size_t)PAGE_SIZE);

	memcpy(page, id, bytes);
	return bytes;
}

/* The bits of feature words, the last word first; nothing of no words. */
static inline ssize_t version_text_features(char *page, const u32 *words, unsigned int count)
{
	ssize_t length = 0;

	if (!count)
		return 0;
	while (count--)
		length += sysfs_emit_at(page, length, "%08x", words[count]);

	return length + sysfs_emit_at(page, length, "\n");
}

#endif /* XEN_SYS_VERSION_TEXT_H */
