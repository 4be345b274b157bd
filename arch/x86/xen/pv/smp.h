/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processors of a PV domain; see smp.c.
 */
#ifndef XEN_PV_SMP_H
#define XEN_PV_SMP_H

#include <linux/linkage.h>

#ifdef CONFIG_SMP

void xen_smp_init(void);
void xen_smp_count_cpus(void);
int xen_smp_intr_init_pv(unsigned int cpu);
void xen_smp_intr_free_pv(unsigned int cpu);
void xen_pv_smp_restored(void);

/* head.S: where a vCPU starts, and where it starts again after it was offline */
void asm_cpu_bringup_and_idle(void);
void __noreturn xen_cpu_bringup_again(unsigned long stack);

/* called from there */
asmlinkage void cpu_bringup_and_idle(void);

#else

static inline void xen_smp_init(void) {}
static inline void xen_smp_count_cpus(void) {}
static inline int xen_smp_intr_init_pv(unsigned int cpu) { return 0; }
static inline void xen_smp_intr_free_pv(unsigned int cpu) {}
static inline void xen_pv_smp_restored(void) {}

#endif

#endif /* XEN_PV_SMP_H */
