/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Room for foreign memory in the memory map of a PVH domain.
 */
#ifndef _XEN_PVH_MEMMAP_H
#define _XEN_PVH_MEMMAP_H

struct boot_params;

typedef void (*xen_pvh_extra_fn)(unsigned long start_pfn, unsigned long n_pfns);

void xen_pvh_plan_extra_mem(struct boot_params *params, xen_pvh_extra_fn add);

#endif /* _XEN_PVH_MEMMAP_H */
