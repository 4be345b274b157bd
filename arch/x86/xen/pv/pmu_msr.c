// SPDX-License-Identifier: GPL-2.0
/*
 * The PMU's registers, by vendor. Pure: nothing here touches hardware, calls the
 * hypervisor or has a state of its own.
 *
 * The page shared with the hypervisor has registers of fixed places and banks of
 * registers that it gives the offsets of, counted from the vendor's part.
 */
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include <asm/msr-index.h>

#include "pmu_msr.h"

#define AMD_GENERAL_OLD		4
#define AMD_GENERAL_CORE_EXT	6

#define INTEL_GENERAL_NR	GENMASK(15, 8)	/* of leaf 0xa, EAX */
#define INTEL_FIXED_NR		GENMASK(4, 0)	/* of leaf 0xa, EDX */

/* Operand of RDPMC on Intel: a fixed counter, and which. */
#define INTEL_PMC_FIXED		BIT(30)
#define INTEL_PMC_INDEX		GENMASK(15, 0)

/**
 * pmu_model_amd - the PMU of AMD's and Hygon's processors
 * @family: CPU family, as in /proc/cpuinfo
 *
 * Return: the model, as hypervisors of all ages agree on it.
 */
struct pmu_model pmu_model_amd(unsigned int family)
{
	bool core_ext = family == 0x15;

	return (struct pmu_model) {
		.vendor = PMU_VENDOR_AMD,
		.core_ext = core_ext,
		.general = core_ext ? AMD_GENERAL_CORE_EXT : AMD_GENERAL_OLD,
	};
}

/**
 * pmu_model_intel - the PMU of Intel's, Centaur's and Zhaoxin's processors
 * @leaf_a_eax: EAX of CPUID leaf 0xa
 * @leaf_a_edx: EDX of the same
 *
 * Return: the model.
 */
struct pmu_model pmu_model_intel(u32 leaf_a_eax, u32 leaf_a_edx)
{
	return (struct pmu_model) {
		.vendor = PMU_VENDOR_INTEL,
		.general = FIELD_GET(INTEL_GENERAL_NR, leaf_a_eax),
		.fixed = FIELD_GET(INTEL_FIXED_NR, leaf_a_edx),
	};
}

/**
 * pmu_model_refine - let the shared page correct what the family made us think
 * @model: the model
 * @data: the page, as the hypervisor has initialised it
 *
 * Which families the hypervisor drives by the core counter extension depends on its
 * version. The distance from the bank of counters to that of controls, which follows
 * it, tells.
 */
void pmu_model_refine(struct pmu_model *model, const struct xen_pmu_data *data)
{
	const struct xen_pmu_amd_ctxt *amd = &data->pmu.c.amd;
	u32 bank = amd->ctrls - amd->counters;

	if (model->vendor != PMU_VENDOR_AMD)
		return;

	if (bank == AMD_GENERAL_OLD * sizeof(u64) ||
	    bank == AMD_GENERAL_CORE_EXT * sizeof(u64)) {
		model->general = bank / sizeof(u64);
		model->core_ext = model->general == AMD_GENERAL_CORE_EXT;
	}
}

static struct pmu_reg reg_of_amd_msr(const struct pmu_model *model, u32 msr)
{
	const u32 old_end = MSR_K7_PERFCTR0 + AMD_GENERAL_OLD;
	const u32 ext_end = MSR_F15H_PERF_CTL + 2 * AMD_GENERAL_CORE_EXT;
	u32 nr;

	/* The old MSRs: four controls, then four counters. */
	if (msr >= MSR_K7_EVNTSEL0 && msr < old_end) {
		nr = msr - MSR_K7_EVNTSEL0;
		return (struct pmu_reg) {
			nr < AMD_GENERAL_OLD ? PMU_REG_CONTROL : PMU_REG_COUNTER,
			nr % AMD_GENERAL_OLD
		};
	}

	/* The extension's: a control and its counter take turns. */
	if (msr >= MSR_F15H_PERF_CTL && msr < ext_end) {
		nr = msr - MSR_F15H_PERF_CTL;
		if (!model->core_ext)
			return (struct pmu_reg) { PMU_REG_UNCACHED };
		return (struct pmu_reg) {
			nr % 2 ? PMU_REG_COUNTER : PMU_REG_CONTROL, nr / 2
		};
	}

	return (struct pmu_reg) { PMU_REG_NONE };
}

static struct pmu_reg reg_of_intel_bank(const struct pmu_model *model, u32 msr)
{
	const struct {
		u32 first;
		u32 count;
		enum pmu_reg_kind kind;
	} banks[] = {
		{ MSR_IA32_PERFCTR0,		model->general, PMU_REG_COUNTER },
		/* The same counters, where they can be written in full width. */
		{ MSR_IA32_PMC0,		model->general, PMU_REG_COUNTER },
		{ MSR_P6_EVNTSEL0,		model->general, PMU_REG_CONTROL },
		{ MSR_CORE_PERF_FIXED_CTR0,	model->fixed,	PMU_REG_FIXED_COUNTER },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(banks); i++) {
		if (msr - banks[i].first < banks[i].count)
			return (struct pmu_reg) { banks[i].kind, msr - banks[i].first };
	}
	return (struct pmu_reg) { PMU_REG_NONE };
}

static struct pmu_reg reg_of_intel_msr(const struct pmu_model *model, u32 msr)
{
	switch (msr) {
	case MSR_CORE_PERF_GLOBAL_CTRL:
		return (struct pmu_reg) { PMU_REG_GLOBAL_CONTROL };
	case MSR_CORE_PERF_GLOBAL_STATUS:
		return (struct pmu_reg) { PMU_REG_GLOBAL_STATUS };
	case MSR_CORE_PERF_GLOBAL_OVF_CTRL:
		return (struct pmu_reg) { PMU_REG_GLOBAL_CLEAR };
	case MSR_CORE_PERF_FIXED_CTR_CTRL:
		return (struct pmu_reg) { PMU_REG_FIXED_CONTROL };
	case MSR_IA32_DS_AREA:
	case MSR_IA32_PEBS_ENABLE:
		return (struct pmu_reg) { PMU_REG_UNCACHED };
	default:
		return reg_of_intel_bank(model, msr);
	}
}

/**
 * pmu_reg_of_msr - find out what an MSR is to the PMU
 * @model: the processor's PMU
 * @msr: number of the MSR
 *
 * Return: the register; of kind PMU_REG_NONE if it is not the PMU's.
 */
struct pmu_reg pmu_reg_of_msr(const struct pmu_model *model, u32 msr)
{
	switch (model->vendor) {
	case PMU_VENDOR_AMD:
		return reg_of_amd_msr(model, msr);
	case PMU_VENDOR_INTEL:
		return reg_of_intel_msr(model, msr);
	default:
		return (struct pmu_reg) { PMU_REG_NONE };
	}
}

/**
 * pmu_reg_of_pmc - find the counter that RDPMC would read
 * @model: the processor's PMU
 * @pmc: the instruction's operand
 *
 * Return: the register.
 */
struct pmu_reg pmu_reg_of_pmc(const struct pmu_model *model, u32 pmc)
{
	if (model->vendor == PMU_VENDOR_INTEL && (pmc & INTEL_PMC_FIXED))
		return (struct pmu_reg) { PMU_REG_FIXED_COUNTER, pmc & INTEL_PMC_INDEX };

	return (struct pmu_reg) { PMU_REG_COUNTER, pmc };
}

/**
 * pmu_msr_of_pmc - find the MSR of the counter that RDPMC would read
 * @model: the processor's PMU
 * @pmc: the instruction's operand
 *
 * Return: number of the MSR.
 */
u32 pmu_msr_of_pmc(const struct pmu_model *model, u32 pmc)
{
	struct pmu_reg reg = pmu_reg_of_pmc(model, pmc);

	if (reg.kind == PMU_REG_FIXED_COUNTER)
		return MSR_CORE_PERF_FIXED_CTR0 + reg.index;
	if (model->vendor == PMU_VENDOR_INTEL)
		return MSR_IA32_PERFCTR0 + reg.index;
	if (model->core_ext)
		return MSR_F15H_PERF_CTR + 2 * reg.index;
	return MSR_K7_PERFCTR0 + reg.index;
}

/* Register number @index of the bank that starts @offset bytes into @part, or NULL. */
static u64 *bank_slot(struct xen_pmu_data *data, void *part, u32 offset, size_t index)
{
	size_t start = part - (void *)data + offset;
	size_t end = start + (index + 1) * sizeof(u64);

	return end <= PAGE_SIZE ? part + offset + index * sizeof(u64) : NULL;
}

static u64 *amd_slot(const struct pmu_model *model, struct xen_pmu_data *data,
		     struct pmu_reg reg)
{
	struct xen_pmu_amd_ctxt *amd = &data->pmu.c.amd;

	if (reg.index >= model->general)
		return NULL;

	switch (reg.kind) {
	case PMU_REG_COUNTER:
		return bank_slot(data, amd, amd->counters, reg.index);
	case PMU_REG_CONTROL:
		return bank_slot(data, amd, amd->ctrls, reg.index);
	default:
		return NULL;
	}
}

static u64 *intel_slot(const struct pmu_model *model, struct xen_pmu_data *data,
		       struct pmu_reg reg)
{
	struct xen_pmu_intel_ctxt *intel = &data->pmu.c.intel;
	bool control = reg.kind == PMU_REG_CONTROL;

	switch (reg.kind) {
	case PMU_REG_COUNTER:
	case PMU_REG_CONTROL:
		/* The bank has pairs of a counter and its control. */
		if (reg.index >= model->general)
			return NULL;
		return bank_slot(data, intel, intel->arch_counters, 2 * reg.index + control);
	case PMU_REG_FIXED_COUNTER:
		if (reg.index >= model->fixed)
			return NULL;
		return bank_slot(data, intel, intel->fixed_counters, reg.index);
	case PMU_REG_FIXED_CONTROL:
		return &intel->fixed_ctrl;
	case PMU_REG_GLOBAL_CONTROL:
		return &intel->global_ctrl;
	case PMU_REG_GLOBAL_STATUS:
		return &intel->global_status;
	case PMU_REG_GLOBAL_CLEAR:
		return &intel->global_ovf_ctrl;
	default:
		return NULL;
	}
}

/**
 * pmu_reg_slot - find a register's copy in the shared page
 * @model: the processor's PMU
 * @data: the page
 * @reg: the register
 *
 * Return: where the copy is; NULL if the page has none.
 */
u64 *pmu_reg_slot(const struct pmu_model *model, struct xen_pmu_data *data,
		  struct pmu_reg reg)
{
	switch (model->vendor) {
	case PMU_VENDOR_AMD:
		return amd_slot(model, data, reg);
	case PMU_VENDOR_INTEL:
		return intel_slot(model, data, reg);
	default:
		return NULL;
	}
}

/**
 * pmu_reg_write - write a register's copy, with the effect that hardware would have
 * @data: the page
 * @reg: the register
 * @slot: its copy, from pmu_reg_slot()
 * @value: what to write
 */
void pmu_reg_write(struct xen_pmu_data *data, struct pmu_reg reg, u64 *slot, u64 value)
{
	*slot = value;
	if (reg.kind == PMU_REG_GLOBAL_CLEAR)
		data->pmu.c.intel.global_status &= ~value;
}
