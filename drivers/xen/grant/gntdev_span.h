/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ranges of page numbers: where a map stands in its file, and which of its pages a range of
 * user addresses covers. Pure arithmetic on a sorted list; the caller has the lock.
 *
 * The invariant of such a list: sorted by first page, no two spans share a page.
 */
#ifndef XEN_GRANT_GNTDEV_SPAN_H
#define XEN_GRANT_GNTDEV_SPAN_H

#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/types.h>

/* Page numbers above this have no byte offset in a loff_t. */
#define GNTDEV_LAST_PAGE	(((u64)LLONG_MAX >> PAGE_SHIFT) & ULONG_MAX)

/**
 * struct gntdev_span - a range of pages of a file
 * @node: in the file's list, or empty
 * @first: number of the first page, as in vm_pgoff
 * @count: pages, at least one
 */
struct gntdev_span {
	struct list_head node;
	unsigned long first;
	unsigned int count;
};

/**
 * gntdev_span_insert() - give a span the lowest free pages
 * @spans: list to enter it into
 * @new: has its count; gets its first page
 *
 * Context: the list's lock.
 * Return: false if the numbers have run out.
 */
static inline bool gntdev_span_insert(struct list_head *spans, struct gntdev_span *new)
{
	struct list_head *before = spans;
	struct gntdev_span *span;
	unsigned long first = 0;

	list_for_each_entry(span, spans, node) {
		if (span->first - first >= new->count) {
			before = &span->node;
			break;
		}
		first = span->first + span->count;
	}
	if (first > GNTDEV_LAST_PAGE - new->count)
		return false;

	new->first = first;
	list_add_tail(&new->node, before);

	return true;
}

/**
 * gntdev_span_at() - the span that has a page
 * @spans: list to look at
 * @page: page number in the file
 *
 * Context: the list's lock.
 * Return: the span, or NULL.
 */
static inline struct gntdev_span *gntdev_span_at(struct list_head *spans, u64 page)
{
	struct gntdev_span *span;

	list_for_each_entry(span, spans, node)
		if (page >= span->first && page - span->first < span->count)
			return span;

	return NULL;
}

/**
 * gntdev_span_starting_at() - the span that begins with a page
 * @spans: list to look at
 * @page: page number in the file
 * @count: how many pages it must have, 0 for any
 *
 * Context: the list's lock.
 * Return: the span, or NULL.
 */
static inline struct gntdev_span *gntdev_span_starting_at(struct list_head *spans, u64 page,
							  unsigned long count)
{
	struct gntdev_span *span = gntdev_span_at(spans, page);

	if (!span || span->first != page || (count && span->count != count))
		return NULL;

	return span;
}

/**
 * gntdev_pages_covered() - which pages of a mapping a range of addresses touches
 * @start: address of the mapping's first page
 * @count: pages of the mapping
 * @from: first address of the range
 * @to: address behind the range
 * @first: gets the number of the first page touched, if any
 *
 * Context: any.
 * Return: how many pages are touched, wholly or in part.
 */
static inline unsigned int gntdev_pages_covered(unsigned long start, unsigned int count,
						unsigned long from, unsigned long to,
						unsigned int *first)
{
	unsigned long end = start + ((unsigned long)count << PAGE_SHIFT);
	unsigned long low = max(start, from), high = min(end, to);

	if (low >= high)
		return 0;

	*first = (low - start) >> PAGE_SHIFT;

	return ((high - 1 - start) >> PAGE_SHIFT) - *first + 1;
}

#endif /* XEN_GRANT_GNTDEV_SPAN_H */
