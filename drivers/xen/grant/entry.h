/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How an entry of the grant table is written, in both layouts.
 *
 * The hypervisor reads an entry whenever another domain names it. Its flags make it valid, so
 * they are written last and cleared first. Source: xen/include/public/grant_table.h, "Introducing
 * a valid entry" and "Invalidating an unused GTF_permit_access entry".
 */
#ifndef XEN_GRANT_ENTRY_H
#define XEN_GRANT_ENTRY_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/wordpart.h>

#include <asm/barrier.h>
#include <asm/sync_bitops.h>

#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

#define GRANT_IN_USE	(GTF_reading | GTF_writing)

static inline bool grant_entry_v1_set(struct grant_entry_v1 *entry, domid_t domid,
				      unsigned long frame, u16 flags)
{
	/* A shorter number would grant some other frame. */
	if (upper_32_bits(frame))
		return false;

	entry->frame = lower_32_bits(frame);
	entry->domid = domid;
	wmb(); /* All of the entry, before the hypervisor may look at it. */
	WRITE_ONCE(entry->flags, flags);
	return true;
}

/* One word has both our flags and the hypervisor's marks of use. */
static inline bool grant_entry_v1_end(struct grant_entry_v1 *entry)
{
	u16 seen = READ_ONCE(entry->flags);

	while (!(seen & GRANT_IN_USE)) {
		if (sync_try_cmpxchg(&entry->flags, &seen, 0))
			return true;
	}

	return false;
}

static inline void grant_entry_v2_set(union grant_entry_v2 *entry, domid_t domid,
				      unsigned long frame, u16 flags)
{
	entry->full_page.frame = frame;
	entry->hdr.domid = domid;
	wmb(); /* As above. */
	WRITE_ONCE(entry->hdr.flags, flags);
}

/* The marks of use are in a word of their own; what is in use now can become unused only. */
static inline bool grant_entry_v2_end(union grant_entry_v2 *entry, const grant_status_t *status)
{
	WRITE_ONCE(entry->hdr.flags, 0);
	mb(); /* The hypervisor marks the use, then looks at the flags again. */

	/* What the other domain has written is there before the page is looked at. */
	return !(smp_load_acquire(status) & GRANT_IN_USE);
}

#endif /* XEN_GRANT_ENTRY_H */
