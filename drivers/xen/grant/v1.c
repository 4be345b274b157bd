// SPDX-License-Identifier: GPL-2.0
/*
 * The table's first layout: eight bytes an entry, frame numbers of 32 bits.
 *
 * An entry belongs to whoever has its reference; there is no lock.
 */
#include <linux/bug.h>

#include "entry.h"
#include "internal.h"

static struct grant_entry_v1 *v1_entry(grant_ref_t ref)
{
	return (struct grant_entry_v1 *)grant_entries + ref;
}

static bool v1_set(grant_ref_t ref, domid_t domid, unsigned long frame, u16 flags)
{
	return grant_entry_v1_set(v1_entry(ref), domid, frame, flags);
}

static bool v1_end(grant_ref_t ref)
{
	return grant_entry_v1_end(v1_entry(ref));
}

static unsigned long v1_frame(grant_ref_t ref)
{
	return v1_entry(ref)->frame;
}

const struct grant_version grant_version_1 = {
	.number		= 1,
	.refs_per_frame	= XEN_PAGE_SIZE / sizeof(struct grant_entry_v1),
	.set		= v1_set,
	.end		= v1_end,
	.frame		= v1_frame,
};
