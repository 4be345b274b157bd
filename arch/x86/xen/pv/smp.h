/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_PV_SMP_H
#define XEN_PV_SMP_H

#ifdef CONFIG_SMP
void xen_pv_smp_restored(void);
#else
static inline void xen_pv_smp_restored(void) {}
#endif

#endif /* XEN_PV_SMP_H */
