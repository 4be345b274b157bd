/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_PV_MMU_WALK_H
#define XEN_PV_MMU_WALK_H

#include "internal.h"

typedef void (*xen_table_visitor_t)(struct mm_struct *mm, struct page *table,
				    enum pt_level level);

void xen_walk_user_tables(struct mm_struct *mm, pgd_t *pgd, xen_table_visitor_t visit);
void xen_walk_below(struct mm_struct *mm, void *table, enum pt_level below,
		    xen_table_visitor_t visit);
void xen_walk_all_tables(struct mm_struct *mm, pgd_t *pgd, xen_table_visitor_t visit);

#endif /* XEN_PV_MMU_WALK_H */
