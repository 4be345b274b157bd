/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a page that a grant is mapped to remembers whose it is: in its private word, or, if
 * that is too short, in memory that the word points to.
 */
#ifndef XEN_GRANT_PRIVATE_H
#define XEN_GRANT_PRIVATE_H

#include <linux/mm.h>
#include <linux/slab.h>

#include <xen/grant_table.h>

#if BITS_PER_LONG < 64

static inline int grant_private_alloc(struct page *page)
{
	struct xen_page_foreign *room = kzalloc(sizeof(*room), GFP_KERNEL);

	set_page_private(page, (unsigned long)room);
	return room ? 0 : -ENOMEM;
}

static inline void grant_private_free(struct page *page)
{
	kfree((void *)page_private(page));
}

#else

static inline int grant_private_alloc(struct page *page)
{
	return 0;
}

static inline void grant_private_free(struct page *page)
{
}

#endif

#endif /* XEN_GRANT_PRIVATE_H */
