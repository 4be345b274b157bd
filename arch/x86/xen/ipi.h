/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupts between processors; see ipi.c.
 */
#ifndef XEN_IPI_H
#define XEN_IPI_H

#ifdef CONFIG_SMP

#include <linux/cpumask.h>

int xen_smp_intr_init(unsigned int cpu);
void xen_smp_intr_free(unsigned int cpu);
void xen_smp_cpus_done(unsigned int max_cpus);

/* members of smp_ops */
void xen_smp_send_reschedule(int cpu);
void xen_smp_send_call_function_ipi(const struct cpumask *mask);
void xen_smp_send_call_function_single_ipi(int cpu);

/* members of the PV domain's local APIC, which names a purpose by its vector */
void xen_send_IPI_mask(const struct cpumask *mask, int vector);
void xen_send_IPI_mask_allbutself(const struct cpumask *mask, int vector);
void xen_send_IPI_allbutself(int vector);
void xen_send_IPI_all(int vector);
void xen_send_IPI_self(int vector);

#else

static inline int xen_smp_intr_init(unsigned int cpu) { return 0; }
static inline void xen_smp_intr_free(unsigned int cpu) {}

#endif

#endif /* XEN_IPI_H */
