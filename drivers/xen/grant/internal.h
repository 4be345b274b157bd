/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the grant table share.
 *
 * The table's layout (version) and the way to its frames are each chosen once, by filling in
 * a pointer to a const table of functions. Only a resume may change the former: then every
 * other processor is stopped.
 */
#ifndef XEN_GRANT_INTERNAL_H
#define XEN_GRANT_INTERNAL_H

#include <linux/lockdep.h>
#include <linux/spinlock_types.h>

#include <xen/grant_table.h>

#include "pool.h"

/**
 * struct grant_version - what one layout of the table can do
 * @number:		as the hypervisor counts them, or 0 for no table
 * @refs_per_frame:	entries in one frame
 * @status_per_frame:	status words in one frame, 0 if the layout has none
 * @set:		let @domid have the frame; fails only if the layout has no room for
 *			its number, and grants nothing then
 * @end:		stop granting; false while the other domain still uses the frame, after
 *			which it can begin no new use, or (version 1) it is to be tried again
 * @frame:		the frame that a reference names
 */
struct grant_version {
	unsigned int number;
	unsigned int refs_per_frame;
	unsigned int status_per_frame;
	bool (*set)(grant_ref_t ref, domid_t domid, unsigned long frame, u16 flags);
	bool (*end)(grant_ref_t ref);
	unsigned long (*frame)(grant_ref_t ref);
};

/**
 * struct grant_frame_ops - how the table's frames become visible
 * @map:	have the hypervisor provide frames up to (not including) @end, of which those
 *		below @first are mapped already; returns 0 or -errno
 * @unmap:	let go of all @count frames before a suspend
 */
struct grant_frame_ops {
	int (*map)(const struct grant_version *version, unsigned int first, unsigned int end);
	void (*unmap)(const struct grant_version *version, unsigned int count);
};

/* Where the entries and the status words are, see frames.c. */
extern void *grant_entries;
extern grant_status_t *grant_status_words;

extern const struct grant_version *grant_version;
extern const struct grant_version grant_version_1;
extern const struct grant_version grant_version_2;
extern const struct grant_version grant_version_none;

extern const struct grant_frame_ops grant_frames_pv;
extern const struct grant_frame_ops grant_frames_translated;

/* Guards the pool of free references and the size of the table, see ref.c. */
extern spinlock_t grant_lock;
extern struct grant_pool grant_pool;

static inline unsigned int grant_status_frames(const struct grant_version *version,
					       unsigned int frames)
{
	if (!version->status_per_frame)
		return 0;

	return DIV_ROUND_UP(frames * version->refs_per_frame, version->status_per_frame);
}

const struct grant_version *grant_request_version(void);
int grant_table_grow(unsigned int missing);
void grant_defer(grant_ref_t ref, struct page *page);

#endif /* XEN_GRANT_INTERNAL_H */
