// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include <xen/platform_pci.h>

#include "../unplug_option.h"

static void __init unplug_option_whole_words(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, xen_unplug_option("all"),
			XEN_UNPLUG_ALL_IDE_DISKS | XEN_UNPLUG_ALL_NICS |
			XEN_UNPLUG_AUX_IDE_DISKS);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("ide-disks"),
			XEN_UNPLUG_ALL_IDE_DISKS);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("aux-ide-disks"),
			XEN_UNPLUG_AUX_IDE_DISKS);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("nics"), XEN_UNPLUG_ALL_NICS);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("unnecessary"),
			XEN_UNPLUG_UNNECESSARY);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("never"), XEN_UNPLUG_NEVER);
}

static void __init unplug_option_cut_short(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, xen_unplug_option("nic"), XEN_UNPLUG_ALL_NICS);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("ide"),
			XEN_UNPLUG_ALL_IDE_DISKS);
	/* "never" begins so too, but comes later. */
	KUNIT_EXPECT_EQ(test, xen_unplug_option("n"), XEN_UNPLUG_ALL_NICS);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("a"), XEN_UNPLUG_ALL);
}

static void __init unplug_option_unknown(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, xen_unplug_option(""), 0);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("disks"), 0);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("nicss"), 0);
	KUNIT_EXPECT_EQ(test, xen_unplug_option("ALL"), 0);
}

static struct kunit_case __refdata unplug_option_cases[] = {
	KUNIT_CASE(unplug_option_whole_words),
	KUNIT_CASE(unplug_option_cut_short),
	KUNIT_CASE(unplug_option_unknown),
	{}
};

static struct kunit_suite unplug_option_suite = {
	.name = "xen_unplug_option",
	.test_cases = unplug_option_cases,
};
kunit_test_init_section_suite(unplug_option_suite);
