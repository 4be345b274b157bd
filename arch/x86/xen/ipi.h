/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupts between processors; see ipi.c.
 */
#ifndef XEN_IPI_H
#define XEN_IPI_H

#ifdef CONFIG_SMP

#include <linux/cpumask.h>

/* A processor's channels, bound before it is up and unbound when it is gone. */
int xen_smp_intr_init(unsigned int cpu);
void xen_smp_intr_free(unsigned int cpu);

/* Members of smp_ops. */
void xen_smp_cpus_done(unsigned int max_cpus);
void xen_smp_send_reschedule(int cpu);
void xen_smp_send_call_function_single_ipi(int cpu);
void xen_smp_send_call_function_ipi(const struct cpumask *mask);

/* Members of the PV domain's local APIC, which names a purpose by its vector. */
void xen_send_IPI_self(int vector);
void xen_send_IPI_all(int vector);
void xen_send_IPI_allbutself(int vector);
void xen_send_IPI_mask_allbutself(const struct cpumask *mask, int vector);
void xen_send_IPI_mask(const struct cpumask *mask, int vector);

#else

static inline void xen_smp_intr_free(unsigned int cpu) {}
static inline int xen_smp_intr_init(unsigned int cpu) { return 0; }

#endif

#endif /* XEN_IPI_H */
