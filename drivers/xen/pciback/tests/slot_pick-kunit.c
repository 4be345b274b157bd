// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of where on its virtual bus a guest finds its devices.
 */
#include <kunit/test.h>

#include "../slot_pick.h"

#define DEV(_bus, _slot, _func)	\
	{ .is_used = true, .bus = (_bus), .slot = (_slot), .func = (_func) }
#define VIRTFN(_bus, _slot, _func)	\
	{ .is_used = true, .is_virtfn = true, .bus = (_bus), .slot = (_slot), .func = (_func) }

/* Let devices come one after the other; the slot of the last. */
static int pick_all(struct pciback_pick *first, const struct pciback_pick *devs, unsigned int nr)
{
	int slot = -EINVAL;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		slot = pciback_slot_pick(first, &devs[i]);
		if (slot >= 0 && !first[slot].is_used)
			first[slot] = devs[i];
	}
	return slot;
}

static void pick_test_one_each(struct kunit *test)
{
	struct pciback_pick first[PCIBACK_SLOTS] = { };
	const struct pciback_pick devs[] = { DEV(0, 3, 0), DEV(0, 4, 0), DEV(1, 3, 0) };

	KUNIT_EXPECT_EQ(test, pick_all(first, devs, 1), 0);
	KUNIT_EXPECT_EQ(test, pick_all(first, devs, 2), 1);
	KUNIT_EXPECT_EQ(test, pick_all(first, devs, 3), 2);
}

static void pick_test_functions_together(struct kunit *test)
{
	struct pciback_pick first[PCIBACK_SLOTS] = { };
	const struct pciback_pick devs[] = {
		DEV(0, 3, 0), DEV(5, 0, 2), DEV(0, 3, 7), DEV(5, 0, 0),
	};

	KUNIT_EXPECT_EQ(test, pick_all(first, devs, 3), 0);
	KUNIT_EXPECT_EQ(test, pick_all(first, devs, 4), 1);
	KUNIT_EXPECT_FALSE(test, first[2].is_used);
}

static void pick_test_segments_apart(struct kunit *test)
{
	struct pciback_pick first[PCIBACK_SLOTS] = { };
	struct pciback_pick devs[] = { DEV(0, 3, 0), DEV(0, 3, 1) };

	devs[1].domain = 1;
	KUNIT_EXPECT_EQ(test, pick_all(first, devs, 2), 1);
}

/* A virtual function 0 has its slot for itself, whoever comes first. */
static void pick_test_loners(struct kunit *test)
{
	struct pciback_pick first[PCIBACK_SLOTS] = { };
	const struct pciback_pick devs[] = {
		VIRTFN(2, 0x10, 0), VIRTFN(2, 0x10, 2), VIRTFN(2, 0x10, 4), VIRTFN(2, 0x11, 4),
		VIRTFN(2, 0x11, 0), VIRTFN(2, 0x11, 6),
	};

	KUNIT_EXPECT_EQ(test, pick_all(first, devs, 1), 0);
	KUNIT_EXPECT_EQ(test, pick_all(&first[0], &devs[1], 1), 1);
	KUNIT_EXPECT_EQ(test, pick_all(&first[0], &devs[2], 1), 1);
	KUNIT_EXPECT_EQ(test, pick_all(&first[0], &devs[3], 1), 2);
	KUNIT_EXPECT_EQ(test, pick_all(&first[0], &devs[4], 1), 3);
	KUNIT_EXPECT_EQ(test, pick_all(&first[0], &devs[5], 1), 2);
}

static void pick_test_freed_and_full(struct kunit *test)
{
	struct pciback_pick first[PCIBACK_SLOTS] = { };
	const struct pciback_pick mate = DEV(7, 9, 1);
	const struct pciback_pick loner = VIRTFN(7, 9, 0);
	unsigned int i;

	for (i = 0; i < PCIBACK_SLOTS; i++) {
		const struct pciback_pick dev = DEV(7, i, 0);

		KUNIT_EXPECT_EQ(test, pick_all(first, &dev, 1), i);
	}

	/* Full, but there is always room for what shares a slot. */
	KUNIT_EXPECT_EQ(test, pick_all(first, &loner, 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, pick_all(first, &mate, 1), 9);

	first[20].is_used = false;
	first[5].is_used = false;
	KUNIT_EXPECT_EQ(test, pick_all(first, &loner, 1), 5);
	KUNIT_EXPECT_EQ(test, pick_all(first, &loner, 1), 20);
	KUNIT_EXPECT_EQ(test, pick_all(first, &loner, 1), -ENOSPC);
}

static struct kunit_case pick_cases[] = {
	KUNIT_CASE(pick_test_one_each),
	KUNIT_CASE(pick_test_functions_together),
	KUNIT_CASE(pick_test_segments_apart),
	KUNIT_CASE(pick_test_loners),
	KUNIT_CASE(pick_test_freed_and_full),
	{ }
};

static struct kunit_suite pick_suite = {
	.name = "xen-pciback-slots",
	.test_cases = pick_cases,
};

kunit_test_suite(pick_suite);

MODULE_DESCRIPTION("Tests of slots on a guest's virtual bus");
MODULE_LICENSE("GPL");
