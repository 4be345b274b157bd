// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what is taken from guests.
 */
#include <kunit/test.h>

#include "../op_check.h"

static struct xen_pci_op *check_op(struct kunit *test, unsigned int nr)
{
	struct xen_pci_op *op = kunit_kzalloc(test, sizeof(*op), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, op);
	op->value = nr;
	for (i = 0; i < SH_INFO_MAX_VEC; i++)
		op->msix_entries[i].entry = i;
	return op;
}

static void check_test_msix_count(struct kunit *test)
{
	struct xen_pci_op *op = check_op(test, 1);

	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 1), 0);
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 0), -EINVAL);

	op->value = SH_INFO_MAX_VEC;
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 2048), 0);
	op->value = SH_INFO_MAX_VEC + 1;
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 2048), -EINVAL);
	op->value = U32_MAX;
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 2048), -EINVAL);
	op->value = 0;
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 2048), -EINVAL);
}

static void check_test_msix_entries(struct kunit *test)
{
	struct xen_pci_op *op = check_op(test, 4);

	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 4), 0);
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 3), -EINVAL);

	/* In any order, with gaps. */
	op->msix_entries[0].entry = 9;
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 10), 0);
	op->msix_entries[3].entry = 9;
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 10), -EINVAL);
	op->msix_entries[3].entry = U16_MAX;
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 10), -EINVAL);

	/* What is behind those that are asked for does not count. */
	op->value = 3;
	KUNIT_EXPECT_EQ(test, pciback_check_msix(op, 10), 0);
}

static void check_test_aer(struct kunit *test)
{
	static const s32 verdicts[] = {
		(__force s32)PCI_ERS_RESULT_NONE, (__force s32)PCI_ERS_RESULT_CAN_RECOVER,
		(__force s32)PCI_ERS_RESULT_NEED_RESET, (__force s32)PCI_ERS_RESULT_DISCONNECT,
		(__force s32)PCI_ERS_RESULT_RECOVERED, (__force s32)PCI_ERS_RESULT_NO_AER_DRIVER,
	};
	static const s32 nonsense[] = { 0, -1, 7, S32_MAX, S32_MIN, 0x10001 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		KUNIT_EXPECT_EQ(test, (__force s32)pciback_check_aer_answer(verdicts[i]),
				verdicts[i]);
	for (i = 0; i < ARRAY_SIZE(nonsense); i++)
		KUNIT_EXPECT_EQ(test, (__force s32)pciback_check_aer_answer(nonsense[i]),
				(__force s32)PCI_ERS_RESULT_NONE);
}

static struct kunit_case check_cases[] = {
	KUNIT_CASE(check_test_msix_count),
	KUNIT_CASE(check_test_msix_entries),
	KUNIT_CASE(check_test_aer),
	{ }
};

static struct kunit_suite check_suite = {
	.name = "xen-pciback-op",
	.test_cases = check_cases,
};

kunit_test_suite(check_suite);

MODULE_DESCRIPTION("Tests of what is taken from guests");
MODULE_LICENSE("GPL");
