/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of /dev/xen/gntalloc share: a page that is granted.
 */
#ifndef XEN_GRANT_GNTALLOC_H
#define XEN_GRANT_GNTALLOC_H

#include <linux/mm_types.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>

/**
 * struct gntalloc_page - a page of ours that another domain may map
 * @users: references: the file's, and one for each view that shows it
 * @page: the memory
 * @ref: the grant
 * @notify_flags: UNMAP_NOTIFY_*, what happens at the end; the file's lock, or the last user
 * @notify_offset: byte to clear, in the page
 * @notify_port: event channel to send on; a reference is held
 */
struct gntalloc_page {
	refcount_t users;
	struct page *page;
	grant_ref_t ref;
	u32 notify_flags;
	unsigned int notify_offset;
	evtchn_port_t notify_port;
};

struct gntalloc_page *gntalloc_page_alloc(domid_t domid, bool readonly);
void gntalloc_page_get(struct gntalloc_page *page);
void gntalloc_page_put(struct gntalloc_page *page);
bool gntalloc_pages_reserve(unsigned int count);
void gntalloc_pages_cancel(unsigned int count);

#endif /* XEN_GRANT_GNTALLOC_H */
