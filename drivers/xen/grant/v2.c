// SPDX-License-Identifier: GPL-2.0
/*
 * The table's second layout: sixteen bytes an entry, frame numbers of 64 bits, and the
 * hypervisor's marks of use in a table of their own.
 *
 * An entry belongs to whoever has its reference; there is no lock.
 */
#include <linux/bug.h>

#include "entry.h"
#include "internal.h"

static union grant_entry_v2 *v2_entry(grant_ref_t ref)
{
	return (union grant_entry_v2 *)grant_entries + ref;
}

static bool v2_set(grant_ref_t ref, domid_t domid, unsigned long frame, u16 flags)
{
	grant_entry_v2_set(v2_entry(ref), domid, frame, flags);
	return true;
}

static bool v2_end(grant_ref_t ref)
{
	return grant_entry_v2_end(v2_entry(ref), grant_status_words + ref);
}

static unsigned long v2_frame(grant_ref_t ref)
{
	return v2_entry(ref)->full_page.frame;
}

const struct grant_version grant_version_2 = {
	.number			= 2,
	.refs_per_frame		= XEN_PAGE_SIZE / sizeof(union grant_entry_v2),
	.status_per_frame	= XEN_PAGE_SIZE / sizeof(grant_status_t),
	.set			= v2_set,
	.end			= v2_end,
	.frame			= v2_frame,
};
