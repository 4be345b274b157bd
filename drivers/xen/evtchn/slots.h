/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table of pointers by number (an event channel port, an irq) that grows by
 * pages and never shrinks.
 *
 * Readers need no lock: a row that was published stays, and what a slot points
 * at is for its owner to keep alive. A slot is written by one at a time.
 */
#ifndef _XEN_EVTCHN_SLOTS_H
#define _XEN_EVTCHN_SLOTS_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/math.h>
#include <linux/types.h>

#include <asm/barrier.h>
#include <asm/page.h>

#define SLOTS_PER_ROW	(PAGE_SIZE / sizeof(void *))
#define SLOT_ROWS(nr)	DIV_ROUND_UP(nr, SLOTS_PER_ROW)

struct slot_table {
	void ***rows;		/* each a page of slots, or NULL while nothing is in it */
	unsigned int limit;	/* numbers from here on have no slot */
};

static inline void *slot_get(const struct slot_table *table, unsigned int nr)
{
	void **row;

	if (unlikely(nr >= table->limit))
		return NULL;
	/* Pairs with the exchange in slot_reserve(): a row is seen with its slots empty. */
	row = READ_ONCE(table->rows[nr / SLOTS_PER_ROW]);

	return row ? READ_ONCE(row[nr % SLOTS_PER_ROW]) : NULL;
}

/* Room for @nr. Needs no lock: of two that add the same row, one wins. */
static inline int slot_reserve(struct slot_table *table, unsigned int nr, gfp_t gfp)
{
	void ***row;
	void *page;

	if (nr >= table->limit)
		return -EINVAL;
	row = &table->rows[nr / SLOTS_PER_ROW];
	if (READ_ONCE(*row))
		return 0;
	page = (void *)get_zeroed_page(gfp);
	if (!page)
		return -ENOMEM;
	if (cmpxchg(row, NULL, page))
		free_page((unsigned long)page);

	return 0;
}

/* @nr has been reserved; what the pointer leads to is complete. */
static inline void slot_set(struct slot_table *table, unsigned int nr, void *what)
{
	/* Pairs with the dependency of slot_get()'s reader on the pointer. */
	smp_store_release(&table->rows[nr / SLOTS_PER_ROW][nr % SLOTS_PER_ROW], what);
}

/* Take out @nr, which need not have been reserved. */
static inline void slot_clear(struct slot_table *table, unsigned int nr)
{
	if (nr < table->limit && table->rows[nr / SLOTS_PER_ROW])
		WRITE_ONCE(table->rows[nr / SLOTS_PER_ROW][nr % SLOTS_PER_ROW], NULL);
}

#endif /* _XEN_EVTCHN_SLOTS_H */
