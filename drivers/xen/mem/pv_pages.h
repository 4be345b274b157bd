/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of a domain that translates frames itself (PV): a page has a frame only as long
 * as the p2m and the linear mapping say so, and the p2m needs room to say it. Every
 * other domain gets by without all that; nothing is done for it here.
 */
#ifndef XEN_MEM_PV_PAGES_H
#define XEN_MEM_PV_PAGES_H

#include <linux/types.h>

#include <xen/features.h>
#include <xen/interface/xen.h>
#include <xen/page.h>

struct page;

#ifdef CONFIG_XEN_HAVE_PVMMU

unsigned long xen_pv_map_pages(unsigned long nr, struct page **pages, const xen_pfn_t *frames);
unsigned long xen_pv_unmap_pages(unsigned long nr, struct page **pages);
int xen_pv_pages_without_memory(unsigned long pfn, unsigned long nr);

static inline bool xen_pages_are_pv(void)
{
	return !xen_feature(XENFEAT_auto_translated_physmap);
}

static inline int xen_pv_page_entry(unsigned long pfn)
{
	return xen_alloc_p2m_entry(pfn);
}

#else /* CONFIG_XEN_HAVE_PVMMU */

static inline bool xen_pages_are_pv(void) { return false; }
static inline int xen_pv_page_entry(unsigned long pfn) { return 0; }

static inline unsigned long xen_pv_map_pages(unsigned long nr, struct page **pages,
					     const xen_pfn_t *frames)
{
	return nr;
}

static inline unsigned long xen_pv_unmap_pages(unsigned long nr, struct page **pages)
{
	return nr;
}

static inline int xen_pv_pages_without_memory(unsigned long pfn, unsigned long nr)
{
	return 0;
}

#endif /* CONFIG_XEN_HAVE_PVMMU */

/**
 * xen_pages_map - put frames behind pages that have none
 * @nr: how many
 * @pages: the pages, in lowmem
 * @frames: a frame for each, from XENMEM_populate_physmap
 *
 * Context: may sleep.
 * Return: how many, from the first on, can be used now.
 */
static inline unsigned long xen_pages_map(unsigned long nr, struct page **pages,
					  const xen_pfn_t *frames)
{
	return xen_pages_are_pv() ? xen_pv_map_pages(nr, pages, frames) : nr;
}

/**
 * xen_pages_unmap - forget the frames behind pages
 * @nr: how many
 * @pages: the pages, in lowmem
 *
 * The caller has noted the frames, and flushes the TLBs before it gives them away.
 *
 * Return: how many, from the first on, have none any more.
 */
static inline unsigned long xen_pages_unmap(unsigned long nr, struct page **pages)
{
	return xen_pages_are_pv() ? xen_pv_unmap_pages(nr, pages) : nr;
}

/**
 * xen_pages_without_memory - pages are about to be added that have no frames yet
 * @pfn: the first
 * @nr: how many
 *
 * They are mapped when they are added, and the entries are written by what the p2m
 * says: nothing, so that they are not present.
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM if the p2m cannot hold them.
 */
static inline int xen_pages_without_memory(unsigned long pfn, unsigned long nr)
{
	return xen_pages_are_pv() ? xen_pv_pages_without_memory(pfn, nr) : 0;
}

/**
 * xen_page_make_room - have a place for the frame that a page will get
 * @pfn: the page
 *
 * Context: may sleep.
 * Return: 0, or a negative error.
 */
static inline int xen_page_make_room(unsigned long pfn)
{
	return xen_pages_are_pv() ? xen_pv_page_entry(pfn) : 0;
}

#endif /* XEN_MEM_PV_PAGES_H */
