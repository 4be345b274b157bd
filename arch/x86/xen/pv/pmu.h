/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The performance counters of a PV domain; see pmu.c.
 */
#ifndef XEN_PV_PMU_H
#define XEN_PV_PMU_H

#include <linux/irqreturn.h>
#include <linux/types.h>

#ifdef CONFIG_XEN_HAVE_VPMU
void xen_pmu_init(int cpu);
void xen_pmu_finish(int cpu);
#else
static inline void xen_pmu_finish(int cpu) {}
static inline void xen_pmu_init(int cpu) {}
#endif

/* The hypervisor offers counters; bind the handler of their interrupt. */
extern bool is_xen_pmu;
irqreturn_t xen_pmu_irq_handler(int irq, void *dev_id);

/* The counters' registers, for who emulates the processor's. */
unsigned long long xen_read_pmc(int counter);
int pmu_apic_update(u32 reg);
bool pmu_msr_write(unsigned int msr, u32 low, u32 high, int *err);
bool pmu_msr_read(unsigned int msr, u64 *val, int *err);

#endif /* XEN_PV_PMU_H */
