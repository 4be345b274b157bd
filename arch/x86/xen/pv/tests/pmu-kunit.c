// SPDX-License-Identifier: GPL-2.0
/* Tests of the PMU's registers: what an MSR is, and where its copy is. */
#include <kunit/test.h>

#include <asm/msr-index.h>

#include "../pmu_msr.h"

/* A page as the hypervisor lays it out: two banks behind the vendor's fixed part. */
static struct xen_pmu_data *amd_page(struct kunit *test, unsigned int counters)
{
	struct xen_pmu_data *data = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, data);
	data->pmu.c.amd.counters = sizeof(struct xen_pmu_amd_ctxt);
	data->pmu.c.amd.ctrls = data->pmu.c.amd.counters + counters * sizeof(u64);
	return data;
}

static struct xen_pmu_data *intel_page(struct kunit *test, unsigned int fixed)
{
	struct xen_pmu_data *data = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, data);
	data->pmu.c.intel.fixed_counters = sizeof(struct xen_pmu_intel_ctxt);
	data->pmu.c.intel.arch_counters = data->pmu.c.intel.fixed_counters +
					  fixed * sizeof(u64);
	return data;
}

static void expect_reg(struct kunit *test, const struct pmu_model *model, u32 msr,
		       enum pmu_reg_kind kind, unsigned int index)
{
	struct pmu_reg reg = pmu_reg_of_msr(model, msr);

	KUNIT_EXPECT_EQ_MSG(test, reg.kind, kind, "MSR %x", msr);
	KUNIT_EXPECT_EQ_MSG(test, reg.index, index, "MSR %x", msr);
}

static u64 *slot_of(const struct pmu_model *model, struct xen_pmu_data *data,
		    enum pmu_reg_kind kind, unsigned int index)
{
	return pmu_reg_slot(model, data, (struct pmu_reg) { kind, index });
}

static void amd_old_msrs(struct kunit *test)
{
	struct pmu_model model = pmu_model_amd(0x10);

	expect_reg(test, &model, MSR_K7_EVNTSEL0, PMU_REG_CONTROL, 0);
	expect_reg(test, &model, MSR_K7_EVNTSEL3, PMU_REG_CONTROL, 3);
	expect_reg(test, &model, MSR_K7_PERFCTR0, PMU_REG_COUNTER, 0);
	expect_reg(test, &model, MSR_K7_PERFCTR3, PMU_REG_COUNTER, 3);
	expect_reg(test, &model, MSR_K7_PERFCTR3 + 1, PMU_REG_NONE, 0);
	expect_reg(test, &model, MSR_F15H_PERF_CTL0, PMU_REG_UNCACHED, 0);
	KUNIT_EXPECT_EQ(test, pmu_msr_of_pmc(&model, 2), MSR_K7_PERFCTR2);
}

static void amd_core_extension(struct kunit *test)
{
	struct pmu_model model = pmu_model_amd(0x15);

	expect_reg(test, &model, MSR_F15H_PERF_CTL0, PMU_REG_CONTROL, 0);
	expect_reg(test, &model, MSR_F15H_PERF_CTR0, PMU_REG_COUNTER, 0);
	expect_reg(test, &model, MSR_F15H_PERF_CTL5, PMU_REG_CONTROL, 5);
	expect_reg(test, &model, MSR_F15H_PERF_CTR5, PMU_REG_COUNTER, 5);
	expect_reg(test, &model, MSR_F15H_PERF_CTR5 + 1, PMU_REG_NONE, 0);
	expect_reg(test, &model, MSR_F15H_PERF_CTL0 - 1, PMU_REG_NONE, 0);
	/* The old ones are the same registers. */
	expect_reg(test, &model, MSR_K7_EVNTSEL2, PMU_REG_CONTROL, 2);
	expect_reg(test, &model, MSR_K7_PERFCTR1, PMU_REG_COUNTER, 1);
	KUNIT_EXPECT_EQ(test, pmu_msr_of_pmc(&model, 5), MSR_F15H_PERF_CTR5);
}

static void amd_page_decides(struct kunit *test)
{
	struct pmu_model model = pmu_model_amd(0x17);

	pmu_model_refine(&model, amd_page(test, 6));
	KUNIT_EXPECT_TRUE(test, model.core_ext);
	KUNIT_EXPECT_EQ(test, model.general, 6);

	pmu_model_refine(&model, amd_page(test, 4));
	KUNIT_EXPECT_FALSE(test, model.core_ext);
	KUNIT_EXPECT_EQ(test, model.general, 4);

	pmu_model_refine(&model, amd_page(test, 5));
	KUNIT_EXPECT_EQ(test, model.general, 4);
}

static void amd_slots(struct kunit *test)
{
	struct pmu_model model = pmu_model_amd(0x15);
	struct xen_pmu_data *data = amd_page(test, 6);
	u64 *regs = data->pmu.c.amd.regs;

	KUNIT_EXPECT_PTR_EQ(test, &regs[0], slot_of(&model, data, PMU_REG_COUNTER, 0));
	KUNIT_EXPECT_PTR_EQ(test, &regs[11], slot_of(&model, data, PMU_REG_CONTROL, 5));
	KUNIT_EXPECT_NULL(test, slot_of(&model, data, PMU_REG_COUNTER, 6));

	data->pmu.c.amd.ctrls = PAGE_SIZE;
	KUNIT_EXPECT_NULL(test, slot_of(&model, data, PMU_REG_CONTROL, 0));
}

static void intel_msrs(struct kunit *test)
{
	struct pmu_model model = pmu_model_intel(0x07300804, 0x00000603);

	KUNIT_EXPECT_EQ(test, model.general, 8);
	KUNIT_EXPECT_EQ(test, model.fixed, 3);

	expect_reg(test, &model, MSR_IA32_PERFCTR0 + 7, PMU_REG_COUNTER, 7);
	expect_reg(test, &model, MSR_IA32_PERFCTR0 + 8, PMU_REG_NONE, 0);
	expect_reg(test, &model, MSR_IA32_PERFCTR0 - 1, PMU_REG_NONE, 0);
	expect_reg(test, &model, MSR_IA32_PMC0 + 7, PMU_REG_COUNTER, 7);
	expect_reg(test, &model, MSR_P6_EVNTSEL0 + 2, PMU_REG_CONTROL, 2);
	expect_reg(test, &model, MSR_CORE_PERF_FIXED_CTR0 + 2, PMU_REG_FIXED_COUNTER, 2);
	expect_reg(test, &model, MSR_CORE_PERF_FIXED_CTR0 + 3, PMU_REG_NONE, 0);
	expect_reg(test, &model, MSR_CORE_PERF_FIXED_CTR_CTRL, PMU_REG_FIXED_CONTROL, 0);
	expect_reg(test, &model, MSR_CORE_PERF_GLOBAL_CTRL, PMU_REG_GLOBAL_CONTROL, 0);
	expect_reg(test, &model, MSR_CORE_PERF_GLOBAL_STATUS, PMU_REG_GLOBAL_STATUS, 0);
	expect_reg(test, &model, MSR_CORE_PERF_GLOBAL_OVF_CTRL, PMU_REG_GLOBAL_CLEAR, 0);
	expect_reg(test, &model, MSR_IA32_DS_AREA, PMU_REG_UNCACHED, 0);
	expect_reg(test, &model, MSR_K7_EVNTSEL0, PMU_REG_NONE, 0);

	KUNIT_EXPECT_EQ(test, pmu_msr_of_pmc(&model, 3), MSR_IA32_PERFCTR0 + 3);
	KUNIT_EXPECT_EQ(test, pmu_msr_of_pmc(&model, BIT(30) | 1),
			MSR_CORE_PERF_FIXED_CTR0 + 1);
}

static void intel_slots(struct kunit *test)
{
	struct pmu_model model = pmu_model_intel(4 << 8, 3);
	struct xen_pmu_data *data = intel_page(test, 3);
	u64 *regs = data->pmu.c.intel.regs;

	KUNIT_EXPECT_PTR_EQ(test, &regs[2], slot_of(&model, data, PMU_REG_FIXED_COUNTER, 2));
	KUNIT_EXPECT_PTR_EQ(test, &regs[3 + 2], slot_of(&model, data, PMU_REG_COUNTER, 1));
	KUNIT_EXPECT_PTR_EQ(test, &regs[3 + 3], slot_of(&model, data, PMU_REG_CONTROL, 1));
	KUNIT_EXPECT_NULL(test, slot_of(&model, data, PMU_REG_COUNTER, 4));
	KUNIT_EXPECT_NULL(test, slot_of(&model, data, PMU_REG_UNCACHED, 0));
}

static void intel_clearing_overflows(struct kunit *test)
{
	struct pmu_model model = pmu_model_intel(4 << 8, 3);
	struct xen_pmu_data *data = intel_page(test, 3);
	struct pmu_reg reg = { PMU_REG_GLOBAL_CLEAR };

	data->pmu.c.intel.global_status = 0xf;
	pmu_reg_write(data, reg, pmu_reg_slot(&model, data, reg), 0x5);
	KUNIT_EXPECT_EQ(test, data->pmu.c.intel.global_ovf_ctrl, 0x5);
	KUNIT_EXPECT_EQ(test, data->pmu.c.intel.global_status, 0xa);
}

static struct kunit_case pmu_cases[] = {
	KUNIT_CASE(amd_old_msrs),
	KUNIT_CASE(amd_core_extension),
	KUNIT_CASE(amd_page_decides),
	KUNIT_CASE(amd_slots),
	KUNIT_CASE(intel_msrs),
	KUNIT_CASE(intel_slots),
	KUNIT_CASE(intel_clearing_overflows),
	{}
};

static struct kunit_suite pmu_suite = {
	.name = "xen-pmu",
	.test_cases = pmu_cases,
};

kunit_test_suite(pmu_suite);

MODULE_DESCRIPTION("KUnit tests of the PMU's registers on Xen");
MODULE_LICENSE("GPL");
