/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The PMU's registers: which MSRs they are, and where the page that is shared with
 * the hypervisor has a copy.
 */
#ifndef XEN_PV_PMU_MSR_H
#define XEN_PV_PMU_MSR_H

#include <linux/types.h>

#include <xen/interface/xenpmu.h>

enum pmu_vendor {
	PMU_VENDOR_NONE,
	PMU_VENDOR_AMD,
	PMU_VENDOR_INTEL,
};

/**
 * struct pmu_model - what there is to know of a processor's PMU
 * @vendor: whose MSRs
 * @general: number of general counters
 * @fixed: number of fixed counters (Intel)
 * @core_ext: counters and their controls alternate in the MSRs of the core counter
 *	extension, with the older MSRs as aliases (AMD)
 */
struct pmu_model {
	enum pmu_vendor vendor;
	unsigned int general;
	unsigned int fixed;
	bool core_ext;
};

enum pmu_reg_kind {
	PMU_REG_NONE,		/* not an MSR of the PMU */
	PMU_REG_UNCACHED,	/* one, but only hardware has it */
	PMU_REG_COUNTER,
	PMU_REG_CONTROL,
	PMU_REG_FIXED_COUNTER,
	PMU_REG_FIXED_CONTROL,
	PMU_REG_GLOBAL_CONTROL,
	PMU_REG_GLOBAL_STATUS,
	PMU_REG_GLOBAL_CLEAR,	/* written bits clear those of GLOBAL_STATUS */
};

/**
 * struct pmu_reg - a register of the PMU, by meaning
 * @kind: what it is
 * @index: which of them
 */
struct pmu_reg {
	enum pmu_reg_kind kind;
	unsigned int index;
};

struct pmu_model pmu_model_amd(unsigned int family);
struct pmu_model pmu_model_intel(u32 leaf_a_eax, u32 leaf_a_edx);
void pmu_model_refine(struct pmu_model *model, const struct xen_pmu_data *data);

struct pmu_reg pmu_reg_of_msr(const struct pmu_model *model, u32 msr);
struct pmu_reg pmu_reg_of_pmc(const struct pmu_model *model, u32 pmc);
u32 pmu_msr_of_pmc(const struct pmu_model *model, u32 pmc);

u64 *pmu_reg_slot(const struct pmu_model *model, struct xen_pmu_data *data,
		  struct pmu_reg reg);
void pmu_reg_write(struct xen_pmu_data *data, struct pmu_reg reg, u64 *slot, u64 value);

#endif /* XEN_PV_PMU_MSR_H */
