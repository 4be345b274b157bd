// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the CPUID filter of PV domains; they need no hypervisor.
 */
#include <kunit/test.h>

#include <asm/processor.h>

#include "../cpu.h"

static const struct xen_cpuid_view view = {
	.apic_id = 5, .mwait_ecx = 0x3, .mwait_edx = 0x1120,
};

static const struct cpuid_regs host = {
	.eax = 0x11111111, .ebx = 0x7f020800, .ecx = 0x33333333, .edx = 0x44444444,
};

/* Everything but EBX passes; EBX is expected to be @ebx. */
static void expect_filtered(struct kunit *test, u32 leaf, u32 ebx)
{
	struct cpuid_regs regs = host;

	xen_cpuid_filter(leaf, &view, &regs);
	KUNIT_EXPECT_EQ_MSG(test, regs.ebx, ebx, "leaf %x", leaf);
	KUNIT_EXPECT_EQ(test, regs.eax, host.eax);
	KUNIT_EXPECT_EQ(test, regs.ecx, host.ecx);
	KUNIT_EXPECT_EQ(test, regs.edx, host.edx);
}

static void apic_id_is_the_vcpu(struct kunit *test)
{
	expect_filtered(test, 0x1, 0x05020800);
}

static void topology_has_no_levels(struct kunit *test)
{
	expect_filtered(test, 0xb, 0);
	expect_filtered(test, 0x1f, 0);
}

static void other_leaves_pass(struct kunit *test)
{
	static const u32 leaves[] = {
		0x0, 0x2, 0x4, 0x5, 0x6, 0x7, 0xa, 0xc, 0xd, 0x1e, 0x20,
		0x40000000, 0x80000000, 0x80000001, 0x80000008, 0x8000001e,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		expect_filtered(test, leaves[i], host.ebx);
}

static void mwait_leaf_is_synthetic(struct kunit *test)
{
	struct cpuid_regs regs = host;

	KUNIT_ASSERT_TRUE(test, xen_cpuid_synthetic(0x5, &view, &regs));
	KUNIT_EXPECT_EQ(test, regs.eax, 0);
	KUNIT_EXPECT_EQ(test, regs.ebx, 0);
	KUNIT_EXPECT_EQ(test, regs.ecx, view.mwait_ecx);
	KUNIT_EXPECT_EQ(test, regs.edx, view.mwait_edx);
}

static void no_other_leaf_is_synthetic(struct kunit *test)
{
	static const u32 leaves[] = { 0x0, 0x1, 0x4, 0x6, 0xb, 0x80000005 };
	struct cpuid_regs regs = host;
	int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		KUNIT_EXPECT_FALSE(test, xen_cpuid_synthetic(leaves[i], &view, &regs));
	KUNIT_EXPECT_MEMEQ(test, &regs, &host, sizeof(regs));
}

static struct kunit_case cpuid_cases[] = {
	KUNIT_CASE(apic_id_is_the_vcpu),
	KUNIT_CASE(topology_has_no_levels),
	KUNIT_CASE(other_leaves_pass),
	KUNIT_CASE(mwait_leaf_is_synthetic),
	KUNIT_CASE(no_other_leaf_is_synthetic),
	{ }
};

static struct kunit_suite cpuid_suite = {
	.name = "xen-pv-cpuid",
	.test_cases = cpuid_cases,
};

kunit_test_suite(cpuid_suite);

MODULE_DESCRIPTION("Tests of the CPUID filter of Xen PV domains");
MODULE_LICENSE("GPL");
