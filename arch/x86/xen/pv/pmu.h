/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The performance counters of a PV domain; see pmu.c.
 */
#ifndef XEN_PV_PMU_H
#define XEN_PV_PMU_H

#include <linux/irqreturn.h>
#include <linux/types.h>

extern bool is_xen_pmu;

irqreturn_t xen_pmu_irq_handler(int irq, void *dev_id);
bool pmu_msr_read(unsigned int msr, u64 *val, int *err);
bool pmu_msr_write(unsigned int msr, u32 low, u32 high, int *err);
int pmu_apic_update(u32 reg);
unsigned long long xen_read_pmc(int counter);

#ifdef CONFIG_XEN_HAVE_VPMU
void xen_pmu_init(int cpu);
void xen_pmu_finish(int cpu);
#else
static inline void xen_pmu_init(int cpu) {}
static inline void xen_pmu_finish(int cpu) {}
#endif

#endif /* XEN_PV_PMU_H */
