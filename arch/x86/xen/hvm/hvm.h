/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of an HVM or PVH domain share.
 */
#ifndef _XEN_HVM_HVM_H
#define _XEN_HVM_HVM_H

#include <linux/types.h>

/* shared_info.c */
void xen_hvm_reserve_shared_info(void);
void xen_hvm_init_shared_info(void);
void xen_hvm_remap_shared_info(void);

/* hotplug.c */
int xen_hvm_cpuhp_init(void);

/* smp.c */
#ifdef CONFIG_SMP
void xen_hvm_smp_init(void);
#else
static inline void xen_hvm_smp_init(void) {}
#endif

/* mmu.c */
void xen_hvm_init_mmu_ops(void);

/* unplug.c */
void xen_unplug_emulated_devices(void);

/* ../pvh/start.c */
#ifdef CONFIG_XEN_PVH
void xen_pvh_late_init(void);
#else
static inline void xen_pvh_late_init(void) {}
#endif

#endif /* _XEN_HVM_HVM_H */
