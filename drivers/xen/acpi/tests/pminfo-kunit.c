// SPDX-License-Identifier: GPL-2.0
/* Tests of how processors' power states are put for the hypervisor. */
#include <kunit/test.h>

#include "../pminfo.h"

static void pminfo_test_cx_register(struct kunit *test)
{
	struct xen_power_register reg;

	reg = pminfo_cx_register(ACPI_CSTATE_SYSTEMIO, 0x614);
	KUNIT_EXPECT_EQ(test, reg.space_id, ACPI_ADR_SPACE_SYSTEM_IO);
	KUNIT_EXPECT_EQ(test, reg.bit_width, 8);
	KUNIT_EXPECT_EQ(test, reg.bit_offset, 0);
	KUNIT_EXPECT_EQ(test, reg.access_size, 1);
	KUNIT_EXPECT_EQ(test, reg.address, 0x614);

	reg = pminfo_cx_register(ACPI_CSTATE_FFH, 0x20);
	KUNIT_EXPECT_EQ(test, reg.space_id, ACPI_ADR_SPACE_FIXED_HARDWARE);
	KUNIT_EXPECT_EQ(test, reg.bit_width, 1);
	KUNIT_EXPECT_EQ(test, reg.bit_offset, 2);
	KUNIT_EXPECT_EQ(test, reg.access_size, 0);
	KUNIT_EXPECT_EQ(test, reg.address, 0x20);

	reg = pminfo_cx_register(ACPI_CSTATE_HALT, 0);
	KUNIT_EXPECT_EQ(test, reg.space_id, ACPI_ADR_SPACE_FIXED_HARDWARE);
	KUNIT_EXPECT_EQ(test, reg.bit_width, 0);
	KUNIT_EXPECT_EQ(test, reg.bit_offset, 0);
}

/* States count from 1; those that are not valid are left out and leave no hole. */
static void pminfo_test_cx_states(struct kunit *test)
{
	struct acpi_processor_power *power = kunit_kzalloc(test, sizeof(*power), GFP_KERNEL);
	struct xen_processor_cx *to;

	KUNIT_ASSERT_NOT_NULL(test, power);
	power->count = 3;
	power->states[0] = (struct acpi_processor_cx) { .valid = 1, .type = 9 };
	power->states[1] = (struct acpi_processor_cx) { .valid = 1, .type = 1, .latency = 1 };
	power->states[2] = (struct acpi_processor_cx) { .type = 2, .latency = 20 };
	power->states[3] = (struct acpi_processor_cx) { .valid = 1, .type = 3, .latency = 300 };
	power->states[4] = (struct acpi_processor_cx) { .valid = 1, .type = 3, .latency = 400 };

	to = kunit_kcalloc(test, pminfo_cx_count(power), sizeof(*to), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, to);
	KUNIT_EXPECT_EQ(test, pminfo_cx_states(to, power), 2);
	KUNIT_EXPECT_EQ(test, to[0].type, 1);
	KUNIT_EXPECT_EQ(test, to[0].latency, 1);
	KUNIT_EXPECT_EQ(test, to[1].type, 3);
	KUNIT_EXPECT_EQ(test, to[1].latency, 300);
	KUNIT_EXPECT_EQ(test, to[1].dpcnt, 0);
	KUNIT_EXPECT_EQ(test, to[2].type, 0);
}

static void pminfo_test_cx_count(struct kunit *test)
{
	struct acpi_processor_power *power = kunit_kzalloc(test, sizeof(*power), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, power);
	KUNIT_EXPECT_EQ(test, pminfo_cx_count(power), 0);
	power->count = ACPI_PROCESSOR_MAX_POWER - 1;
	KUNIT_EXPECT_EQ(test, pminfo_cx_count(power), ACPI_PROCESSOR_MAX_POWER - 1);
	power->count = ACPI_PROCESSOR_MAX_POWER;
	KUNIT_EXPECT_EQ(test, pminfo_cx_count(power), ACPI_PROCESSOR_MAX_POWER - 1);
	power->count = -1;
	KUNIT_EXPECT_EQ(test, pminfo_cx_count(power), 0);
}

static void pminfo_test_px_state(struct kunit *test)
{
	const struct acpi_processor_px from = {
		.core_frequency = 2400, .power = 30000, .transition_latency = 10,
		.bus_master_latency = 11, .control = 0x18, .status = 0x19,
	};
	struct xen_processor_px to = pminfo_px_state(&from);

	KUNIT_EXPECT_EQ(test, to.core_frequency, 2400);
	KUNIT_EXPECT_EQ(test, to.power, 30000);
	KUNIT_EXPECT_EQ(test, to.transition_latency, 10);
	KUNIT_EXPECT_EQ(test, to.bus_master_latency, 11);
	KUNIT_EXPECT_EQ(test, to.control, 0x18);
	KUNIT_EXPECT_EQ(test, to.status, 0x19);
}

static void pminfo_test_pct(struct kunit *test)
{
	const struct acpi_pct_register from = {
		.descriptor = 0x82, .length = 12, .space_id = 1, .bit_width = 8,
		.bit_offset = 3, .reserved = 1, .address = 0x8000000000000080ULL,
	};
	struct xen_pct_register to = pminfo_pct(&from);

	KUNIT_EXPECT_EQ(test, to.descriptor, 0x82);
	KUNIT_EXPECT_EQ(test, to.length, 12);
	KUNIT_EXPECT_EQ(test, to.space_id, 1);
	KUNIT_EXPECT_EQ(test, to.bit_width, 8);
	KUNIT_EXPECT_EQ(test, to.bit_offset, 3);
	KUNIT_EXPECT_EQ(test, to.reserved, 1);
	KUNIT_EXPECT_EQ(test, to.address, 0x8000000000000080ULL);
}

static void pminfo_test_psd(struct kunit *test)
{
	const struct acpi_psd_package from = {
		.num_entries = 5, .revision = 0, .domain = 6,
		.coord_type = 0xfd, .num_processors = 4,
	};
	struct xen_psd_package to = pminfo_psd(&from);

	KUNIT_EXPECT_EQ(test, to.num_entries, 5);
	KUNIT_EXPECT_EQ(test, to.revision, 0);
	KUNIT_EXPECT_EQ(test, to.domain, 6);
	KUNIT_EXPECT_EQ(test, to.coord_type, 0xfd);
	KUNIT_EXPECT_EQ(test, to.num_processors, 4);
}

static void pminfo_test_shared_type(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, pminfo_shared_type(0xfc), CPUFREQ_SHARED_TYPE_ALL);
	KUNIT_EXPECT_EQ(test, pminfo_shared_type(0xfd), CPUFREQ_SHARED_TYPE_ANY);
	KUNIT_EXPECT_EQ(test, pminfo_shared_type(0xfe), CPUFREQ_SHARED_TYPE_HW);
	KUNIT_EXPECT_EQ(test, pminfo_shared_type(0), CPUFREQ_SHARED_TYPE_NONE);
	KUNIT_EXPECT_EQ(test, pminfo_shared_type(0x1000000fcULL), CPUFREQ_SHARED_TYPE_NONE);
}

/* Processors without _PSD are each in a domain of its own, none of the firmware's. */
static void pminfo_test_alone(struct kunit *test)
{
	struct acpi_psd_package a = pminfo_psd_alone(0), b = pminfo_psd_alone(1);

	KUNIT_EXPECT_NE(test, a.domain, b.domain);
	KUNIT_EXPECT_GT(test, a.domain, 0xffff);
	KUNIT_EXPECT_EQ(test, a.num_processors, 1);
	KUNIT_EXPECT_EQ(test, a.num_entries, 5);
	KUNIT_EXPECT_EQ(test, pminfo_shared_type(a.coord_type), CPUFREQ_SHARED_TYPE_ALL);
}

static struct kunit_case pminfo_cases[] = {
	KUNIT_CASE(pminfo_test_cx_register),
	KUNIT_CASE(pminfo_test_cx_states),
	KUNIT_CASE(pminfo_test_cx_count),
	KUNIT_CASE(pminfo_test_px_state),
	KUNIT_CASE(pminfo_test_pct),
	KUNIT_CASE(pminfo_test_psd),
	KUNIT_CASE(pminfo_test_shared_type),
	KUNIT_CASE(pminfo_test_alone),
	{}
};

static struct kunit_suite pminfo_suite = {
	.name = "xen-pminfo",
	.test_cases = pminfo_cases,
};

kunit_test_suite(pminfo_suite);

MODULE_DESCRIPTION("Tests of the power states for the hypervisor");
MODULE_LICENSE("GPL");
