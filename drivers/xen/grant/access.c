// SPDX-License-Identifier: GPL-2.0
/*
 * To grant a frame to another domain, and to end that.
 *
 * A reference belongs to whoever took it; nobody else touches its entry, so there is no lock
 * for entries. A grant has ended only when the other domain has no mapping of it left: not
 * before may the reference be given back or the page be used for something else.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "internal.h"

/**
 * gnttab_grant_foreign_access_ref() - let another domain map or copy a frame
 * @ref: a reference of the caller's that grants nothing
 * @domid: the domain
 * @frame: the frame, as the hypervisor numbers it (gfn)
 * @readonly: whether it may only read
 *
 * Context: any.
 */
void gnttab_grant_foreign_access_ref(grant_ref_t ref, domid_t domid,
				     unsigned long frame, int readonly)
{
	u16 flags = GTF_permit_access | (readonly ? GTF_readonly : 0);

	if (unlikely(!grant_version->set(ref, domid, frame, flags)))
		pr_warn_ratelimited("g.e. %#x cannot grant frame %#lx\n", ref, frame);
}
EXPORT_SYMBOL_GPL(gnttab_grant_foreign_access_ref);

/**
 * gnttab_grant_foreign_access() - the same with a reference of its own
 * @domid: the domain
 * @frame: the frame (gfn)
 * @readonly: whether it may only read
 *
 * Context: any.
 * Return: the reference, or -ENOSPC.
 */
int gnttab_grant_foreign_access(domid_t domid, unsigned long frame, int readonly)
{
	grant_ref_t ref;
	int err = gnttab_alloc_grant_references(1, &ref);

	if (unlikely(err))
		return err;

	gnttab_grant_foreign_access_ref(ref, domid, frame, readonly);
	return ref;
}
EXPORT_SYMBOL_GPL(gnttab_grant_foreign_access);

/**
 * gnttab_end_foreign_access_ref() - end a grant but keep the reference
 * @ref: the reference
 *
 * Context: any.
 * Return: 1 if it has ended, 0 if the other domain still uses it.
 */
int gnttab_end_foreign_access_ref(grant_ref_t ref)
{
	if (likely(grant_version->end(ref)))
		return 1;

	pr_warn_ratelimited("WARNING: g.e. %#x still in use!\n", ref);
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_end_foreign_access_ref);

/**
 * gnttab_try_end_foreign_access() - end a grant and give the reference back, or neither
 * @ref: the reference
 *
 * Context: any.
 * Return: 1 if it has ended, 0 if the other domain still uses it.
 */
int gnttab_try_end_foreign_access(grant_ref_t ref)
{
	if (!grant_version->end(ref))
		return 0;

	gnttab_free_grant_reference(ref);
	return 1;
}
EXPORT_SYMBOL_GPL(gnttab_try_end_foreign_access);

/**
 * gnttab_end_foreign_access() - end a grant now or as soon as possible
 * @ref: the reference, no longer the caller's
 * @page: freed (by put_page()) when the grant has ended, or NULL; if NULL, and the grant is
 *	still in use, the granted page gets a reference until then
 *
 * The other domain may go on to access the page after this. Memory of several pages must come
 * from alloc_pages_exact() and be freed with free_pages_exact(), so that the last reference to
 * each page alone decides when that page is free.
 *
 * Context: any.
 */
void gnttab_end_foreign_access(grant_ref_t ref, struct page *page)
{
	if (unlikely(!gnttab_try_end_foreign_access(ref)))
		grant_defer(ref, page);
	else if (page)
		put_page(page);
}
EXPORT_SYMBOL_GPL(gnttab_end_foreign_access);
