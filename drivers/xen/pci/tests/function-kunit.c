// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of how a PCI function is described to the hypervisor; they need none.
 */
#include <kunit/test.h>
#include <linux/overflow.h>

#include "../function.h"

#define FUNCTION(_segment, _bus, _devfn, ...)					\
	((struct pci_function) {						\
		.at = { .segment = (_segment), .bus = (_bus), .devfn = (_devfn) },	\
		.owner = { .bus = 0x11, .devfn = 0x22 },				\
		__VA_ARGS__							\
	})

static void expect_described(struct kunit *test, struct pci_function fn, u32 flags,
			     u8 bus, u8 devfn)
{
	DEFINE_RAW_FLEX(struct physdev_pci_device_add, add, optarr, 1);
	struct physdev_manage_pci_ext ext = pci_function_describe_ext(&fn);

	add->flags = ~0;
	pci_function_describe(&fn, add);
	KUNIT_EXPECT_EQ(test, add->seg, fn.at.segment);
	KUNIT_EXPECT_EQ(test, add->bus, fn.at.bus);
	KUNIT_EXPECT_EQ(test, add->devfn, fn.at.devfn);
	KUNIT_EXPECT_EQ(test, add->flags, flags);
	KUNIT_EXPECT_EQ(test, add->physfn.bus, bus);
	KUNIT_EXPECT_EQ(test, add->physfn.devfn, devfn);

	KUNIT_EXPECT_EQ(test, ext.bus, fn.at.bus);
	KUNIT_EXPECT_EQ(test, ext.devfn, fn.at.devfn);
	KUNIT_EXPECT_EQ(test, ext.is_virtfn, !!(flags & XEN_PCI_DEV_VIRTFN));
	KUNIT_EXPECT_EQ(test, ext.is_extfn, !!(flags & XEN_PCI_DEV_EXTFN));
	KUNIT_EXPECT_EQ(test, ext.physfn.bus, bus);
	KUNIT_EXPECT_EQ(test, ext.physfn.devfn, devfn);
}

static void plain_has_no_flags(struct kunit *test)
{
	expect_described(test, FUNCTION(0, 3, PCI_DEVFN(31, 7)), 0, 0, 0);
	expect_described(test, FUNCTION(0xfffe, 0xff, 0), 0, 0, 0);
}

static void extended_needs_ari_and_a_number_above_seven(struct kunit *test)
{
	expect_described(test, FUNCTION(1, 3, 7, .has_ari = true), 0, 0, 0);
	expect_described(test, FUNCTION(1, 3, 8, .has_ari = true), XEN_PCI_DEV_EXTFN, 0, 0);
	expect_described(test, FUNCTION(1, 3, 0xff, .has_ari = true), XEN_PCI_DEV_EXTFN, 0, 0);
	expect_described(test, FUNCTION(1, 3, 8), 0, 0, 0);
}

static void virtual_names_its_owner_and_is_never_extended(struct kunit *test)
{
	expect_described(test, FUNCTION(2, 4, 0x40, .is_virtual = true),
			 XEN_PCI_DEV_VIRTFN, 0x11, 0x22);
	expect_described(test, FUNCTION(2, 4, 0x40, .is_virtual = true, .has_ari = true),
			 XEN_PCI_DEV_VIRTFN, 0x11, 0x22);
}

static void invented_segments_have_no_name(struct kunit *test)
{
	struct pci_place at = { .segment = 0xffff, .bus = 9, .devfn = 0x81 };

	KUNIT_EXPECT_TRUE(test, pci_place_has_name(&at));
	KUNIT_EXPECT_EQ(test, pci_place_to_xen(&at).seg, 0xffff);
	KUNIT_EXPECT_EQ(test, pci_place_to_xen(&at).bus, 9);
	KUNIT_EXPECT_EQ(test, pci_place_to_xen(&at).devfn, 0x81);

	at.segment = 0x10000;
	KUNIT_EXPECT_FALSE(test, pci_place_has_name(&at));
}

static struct kunit_case function_cases[] = {
	KUNIT_CASE(plain_has_no_flags),
	KUNIT_CASE(extended_needs_ari_and_a_number_above_seven),
	KUNIT_CASE(virtual_names_its_owner_and_is_never_extended),
	KUNIT_CASE(invented_segments_have_no_name),
	{}
};

static struct kunit_suite function_suite = {
	.name = "xen_pci_function",
	.test_cases = function_cases,
};

kunit_test_suite(function_suite);

MODULE_DESCRIPTION("Tests of how PCI functions are described to the hypervisor");
MODULE_LICENSE("GPL");
