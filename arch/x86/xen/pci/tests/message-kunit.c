// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of messages that stand for PIRQs; they need no hypervisor.
 */
#include <kunit/test.h>

#include <xen/interface/xen.h>

#include "../message.h"

static void hvm_message_carries_a_pirq(struct kunit *test)
{
	static const struct {
		u32 pirq, low, high;
	} cases[] = {
		{ 0x17, 0xfee17000, 0x0 },
		{ 0xff, 0xfeeff000, 0x0 },
		{ 0x1234, 0xfee34000, 0x1200 },
		{ 0xabcdef01, 0xfee01000, 0xabcdef00 },
	};
	struct msi_msg msg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(&msg, 0xa5, sizeof(msg));
		hvm_pirq_message(cases[i].pirq, &msg);
		KUNIT_EXPECT_EQ(test, msg.address_lo, cases[i].low);
		KUNIT_EXPECT_EQ(test, msg.address_hi, cases[i].high);
		/* Vector 0, edge, delivered as an external interrupt. */
		KUNIT_EXPECT_EQ(test, msg.data, 0x700);
	}
}

static void single_message(struct kunit *test)
{
	struct dom0_message message = {
		.domid = 7, .segment = 0x8001, .bus = 0x42, .devfn = 0x19, .group = 1,
	};
	struct physdev_map_pirq map = dom0_map_request(&message);

	KUNIT_EXPECT_EQ(test, map.domid, 7);
	KUNIT_EXPECT_EQ(test, map.type, MAP_PIRQ_TYPE_MSI_SEG);
	KUNIT_EXPECT_EQ(test, map.index, -1);
	KUNIT_EXPECT_EQ(test, map.pirq, -1);
	KUNIT_EXPECT_EQ(test, (u32)map.bus, 0x80010042);
	KUNIT_EXPECT_EQ(test, map.devfn, 0x19);
	KUNIT_EXPECT_EQ(test, map.entry_nr, 0);
	KUNIT_EXPECT_EQ(test, map.table_base, 0);
}

static void message_of_a_group(struct kunit *test)
{
	struct dom0_message message = { .domid = DOMID_SELF, .bus = 1, .group = 4 };
	struct physdev_map_pirq map = dom0_map_request(&message);

	KUNIT_EXPECT_EQ(test, map.type, MAP_PIRQ_TYPE_MULTI_MSI);
	KUNIT_EXPECT_EQ(test, map.entry_nr, 4);
	KUNIT_EXPECT_EQ(test, map.table_base, 0);
}

static void message_of_a_table(struct kunit *test)
{
	struct dom0_message message = {
		.domid = DOMID_SELF, .bus = 1, .group = 1, .entry = 2047, .table = 0x12fe000000,
	};
	struct physdev_map_pirq map = dom0_map_request(&message);

	KUNIT_EXPECT_EQ(test, map.type, MAP_PIRQ_TYPE_MSI_SEG);
	KUNIT_EXPECT_EQ(test, map.entry_nr, 2047);
	KUNIT_EXPECT_EQ(test, map.table_base, 0x12fe000000);
}

static void old_request_has_no_segment(struct kunit *test)
{
	struct dom0_message message = {
		.domid = 3, .segment = 0, .bus = 0xf0, .devfn = 8, .group = 1,
		.entry = 5, .table = 0xfebf0000,
	};
	struct physdev_map_pirq map = dom0_map_request_old(&message);

	KUNIT_EXPECT_EQ(test, map.type, MAP_PIRQ_TYPE_MSI);
	KUNIT_EXPECT_EQ(test, map.bus, 0xf0);
	KUNIT_EXPECT_EQ(test, map.devfn, 8);
	KUNIT_EXPECT_EQ(test, map.entry_nr, 5);
	KUNIT_EXPECT_EQ(test, map.table_base, 0xfebf0000);
}

static void groups_only_shrink(struct kunit *test)
{
	int wanted, offered, next;

	for (wanted = 2; wanted <= 32; wanted++) {
		for (offered = -40; offered <= 40; offered++) {
			next = msi_group_retry(wanted, offered);
			KUNIT_EXPECT_GE(test, next, 1);
			KUNIT_EXPECT_LT(test, next, wanted);
		}
	}
	KUNIT_EXPECT_EQ(test, msi_group_retry(8, 5), 5);
	KUNIT_EXPECT_EQ(test, msi_group_retry(8, 8), 1);
	KUNIT_EXPECT_EQ(test, msi_group_retry(8, 0), 1);
}

static void table_is_in_a_bar(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, msix_table_bar(0x2000), 0);
	KUNIT_EXPECT_EQ(test, msix_table_bar(0xfffffffd), 5);
	KUNIT_EXPECT_EQ(test, msix_table_bar(0x6), -EINVAL);
	KUNIT_EXPECT_EQ(test, msix_table_bar(0xffffffff), -EINVAL);
}

static struct kunit_case message_cases[] = {
	KUNIT_CASE(hvm_message_carries_a_pirq),
	KUNIT_CASE(single_message),
	KUNIT_CASE(message_of_a_group),
	KUNIT_CASE(message_of_a_table),
	KUNIT_CASE(old_request_has_no_segment),
	KUNIT_CASE(groups_only_shrink),
	KUNIT_CASE(table_is_in_a_bar),
	{}
};

static struct kunit_suite message_suite = {
	.name = "xen_pci_message",
	.test_cases = message_cases,
};

kunit_test_suite(message_suite);

MODULE_DESCRIPTION("Tests of messages that stand for PIRQs");
MODULE_LICENSE("GPL");
