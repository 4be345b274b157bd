/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The p2m list that the domain starts with.
 */
#ifndef XEN_PV_MMU_P2M_LIST_H
#define XEN_PV_MMU_P2M_LIST_H

#include <linux/init.h>
#include <linux/types.h>

bool xen_p2m_list_has_pfn(unsigned long pfn);
void xen_p2m_list_free(void);

#endif /* XEN_PV_MMU_P2M_LIST_H */
