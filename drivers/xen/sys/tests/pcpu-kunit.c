// SPDX-License-Identifier: GPL-2.0
/* Tests of what becomes of a physical CPU's device: every case there is. */
#include <kunit/test.h>

#include "../pcpu_change.h"

#define ONLINE	XEN_PCPU_FLAGS_ONLINE
#define INVALID	XEN_PCPU_FLAGS_INVALID

static const struct {
	bool known, online;
	u32 flags;
	enum pcpu_change change;
} pcpu_test_cases[] = {
	{ false, false, 0, PCPU_APPEARS },
	{ false, false, ONLINE, PCPU_APPEARS },
	{ false, false, INVALID, PCPU_STAYS },
	{ false, false, INVALID | ONLINE, PCPU_STAYS },
	{ true, false, 0, PCPU_STAYS },
	{ true, false, ONLINE, PCPU_GOES_ONLINE },
	{ true, false, INVALID, PCPU_DISAPPEARS },
	{ true, false, INVALID | ONLINE, PCPU_DISAPPEARS },
	{ true, true, 0, PCPU_GOES_OFFLINE },
	{ true, true, ONLINE, PCPU_STAYS },
	{ true, true, INVALID, PCPU_DISAPPEARS },
	{ true, true, INVALID | ONLINE, PCPU_DISAPPEARS },
};

static void pcpu_test_all(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pcpu_test_cases); i++)
		KUNIT_EXPECT_EQ_MSG(test, pcpu_change(pcpu_test_cases[i].known,
						      pcpu_test_cases[i].online,
						      pcpu_test_cases[i].flags),
				    pcpu_test_cases[i].change, "case %u", i);
}

/* Flags that a later hypervisor may have are not taken for these. */
static void pcpu_test_unknown_flags(struct kunit *test)
{
	u32 unknown = ~(ONLINE | INVALID);

	KUNIT_EXPECT_EQ(test, pcpu_change(true, false, unknown), PCPU_STAYS);
	KUNIT_EXPECT_EQ(test, pcpu_change(true, true, unknown | ONLINE), PCPU_STAYS);
	KUNIT_EXPECT_EQ(test, pcpu_change(false, false, unknown), PCPU_APPEARS);
}

static struct kunit_case pcpu_cases[] = {
	KUNIT_CASE(pcpu_test_all),
	KUNIT_CASE(pcpu_test_unknown_flags),
	{}
};

static struct kunit_suite pcpu_suite = {
	.name = "xen-pcpu",
	.test_cases = pcpu_cases,
};

kunit_test_suite(pcpu_suite);

MODULE_DESCRIPTION("Tests of the list of physical CPUs");
MODULE_LICENSE("GPL");
