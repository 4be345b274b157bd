// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the arithmetic of /dev/xen/gntdev: places in a file, ranges of addresses, access
 * flags, pieces of copies. No grant is touched.
 */
#include <kunit/test.h>

#include "../gntdev_flags.h"
#include "../gntdev_segment.h"
#include "../gntdev_span.h"

#define BASE	0x7f0000000000UL
#define P(n)	((unsigned long)(n) << PAGE_SHIFT)

static struct gntdev_span *span_test_add(struct kunit *test, struct list_head *spans,
					 unsigned int count)
{
	struct gntdev_span *span = kunit_kzalloc(test, sizeof(*span), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, span);
	span->count = count;
	KUNIT_ASSERT_TRUE(test, gntdev_span_insert(spans, span));

	return span;
}

static void span_test_fills_gaps(struct kunit *test)
{
	struct gntdev_span *a, *b, *c, *d;
	LIST_HEAD(spans);

	a = span_test_add(test, &spans, 3);
	b = span_test_add(test, &spans, 2);
	c = span_test_add(test, &spans, 1);
	KUNIT_EXPECT_EQ(test, a->first, 0);
	KUNIT_EXPECT_EQ(test, b->first, 3);
	KUNIT_EXPECT_EQ(test, c->first, 5);

	list_del(&b->node);
	d = span_test_add(test, &spans, 3);
	KUNIT_EXPECT_EQ(test, d->first, 6);
	d = span_test_add(test, &spans, 1);
	KUNIT_EXPECT_EQ(test, d->first, 3);
	d = span_test_add(test, &spans, 1);
	KUNIT_EXPECT_EQ(test, d->first, 4);
	d = span_test_add(test, &spans, 1);
	KUNIT_EXPECT_EQ(test, d->first, 9);

	list_del(&a->node);
	d = span_test_add(test, &spans, 3);
	KUNIT_EXPECT_EQ(test, d->first, 0);
}

/* Whatever comes and goes, the list stays sorted and nothing overlaps. */
static void span_test_never_overlaps(struct kunit *test)
{
	struct gntdev_span *span, *all[32] = {};
	u32 random = 12345;
	LIST_HEAD(spans);
	int round;

	for (round = 0; round < 2000; round++) {
		unsigned long end = 0;
		unsigned int i;

		random = random * 1664525 + 1013904223;
		i = random >> 27;
		if (all[i]) {
			list_del(&all[i]->node);
			all[i] = NULL;
		} else {
			all[i] = span_test_add(test, &spans, 1 + (random >> 10) % 9);
		}
		list_for_each_entry(span, &spans, node) {
			KUNIT_ASSERT_GE(test, span->first, end);
			end = span->first + span->count;
		}
		KUNIT_ASSERT_LE(test, end, 32 * 9 * 2);
	}
}

static void span_test_lookup(struct kunit *test)
{
	struct gntdev_span *a, *b;
	LIST_HEAD(spans);

	a = span_test_add(test, &spans, 4);
	b = span_test_add(test, &spans, 2);

	KUNIT_EXPECT_PTR_EQ(test, gntdev_span_at(&spans, 0), a);
	KUNIT_EXPECT_PTR_EQ(test, gntdev_span_at(&spans, 3), a);
	KUNIT_EXPECT_PTR_EQ(test, gntdev_span_at(&spans, 4), b);
	KUNIT_EXPECT_PTR_EQ(test, gntdev_span_at(&spans, 5), b);
	KUNIT_EXPECT_NULL(test, gntdev_span_at(&spans, 6));
	KUNIT_EXPECT_NULL(test, gntdev_span_at(&spans, U64_MAX));

	KUNIT_EXPECT_PTR_EQ(test, gntdev_span_starting_at(&spans, 0, 4), a);
	KUNIT_EXPECT_PTR_EQ(test, gntdev_span_starting_at(&spans, 4, 0), b);
	KUNIT_EXPECT_NULL(test, gntdev_span_starting_at(&spans, 1, 3));
	KUNIT_EXPECT_NULL(test, gntdev_span_starting_at(&spans, 0, 3));
	KUNIT_EXPECT_NULL(test, gntdev_span_starting_at(&spans, 0, 4 + BIT_ULL(32)));
	KUNIT_EXPECT_NULL(test, gntdev_span_starting_at(&spans, 4 + BIT_ULL(32), 2));
}

struct covered_case {
	unsigned long from, to;
	unsigned int count, first;
};

static void covered_test(struct kunit *test)
{
	static const struct covered_case cases[] = {
		{ BASE, BASE + P(8), 8, 0 },
		{ 0, ULONG_MAX, 8, 0 },
		{ BASE + P(2), BASE + P(5), 3, 2 },
		{ BASE - P(3), BASE + P(1), 1, 0 },
		{ BASE + P(7), BASE + P(99), 1, 7 },
		{ BASE + P(3) + 1, BASE + P(3) + 2, 1, 3 },
		{ BASE + P(3) + 1, BASE + P(4) + 1, 2, 3 },
		{ BASE - P(3), BASE, 0, 0 },
		{ BASE + P(8), BASE + P(9), 0, 0 },
		{ BASE + P(4), BASE + P(4), 0, 0 },
		{ BASE + P(5), BASE + P(4), 0, 0 },
	};
	unsigned int first;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		first = 0;
		KUNIT_EXPECT_EQ(test, cases[i].count,
				gntdev_pages_covered(BASE, 8, cases[i].from, cases[i].to, &first));
		KUNIT_EXPECT_EQ(test, cases[i].first, first);
	}
}

static void flags_test(struct kunit *test)
{
	u32 read = gntdev_frame_flags(VM_READ | VM_SHARED);
	u32 write = gntdev_frame_flags(VM_READ | VM_WRITE | VM_SHARED);

	KUNIT_EXPECT_EQ(test, read, GNTMAP_host_map | GNTMAP_readonly);
	KUNIT_EXPECT_EQ(test, write, GNTMAP_host_map);
	/* An entry of a program: PTE address, user access, software bit 0 (special). */
	KUNIT_EXPECT_EQ(test, gntdev_pte_flags(read), 0x1001e);
	KUNIT_EXPECT_EQ(test, gntdev_pte_flags(write), 0x1001a);
	KUNIT_EXPECT_EQ(test, gntdev_pte_flags(write | GNTMAP_device_map), 0x1001a);

	KUNIT_EXPECT_TRUE(test, gntdev_may_mmap(VM_READ | VM_WRITE | VM_SHARED));
	KUNIT_EXPECT_TRUE(test, gntdev_may_mmap(VM_READ | VM_SHARED));
	KUNIT_EXPECT_TRUE(test, gntdev_may_mmap(VM_READ));
	KUNIT_EXPECT_FALSE(test, gntdev_may_mmap(VM_READ | VM_WRITE));
	KUNIT_EXPECT_FALSE(test, gntdev_may_mmap(VM_WRITE));
}

static void segment_test_check(struct kunit *test)
{
	struct gntdev_grant_copy_segment s = { .len = 16 };

	KUNIT_EXPECT_EQ(test, gntdev_segment_check(&s), -EINVAL);

	s.flags = GNTCOPY_source_gref;
	s.source.foreign.offset = XEN_PAGE_SIZE - 16;
	KUNIT_EXPECT_EQ(test, gntdev_segment_check(&s), 0);
	s.source.foreign.offset++;
	KUNIT_EXPECT_EQ(test, gntdev_segment_check(&s), -EINVAL);
	s.source.foreign.offset = U16_MAX;
	s.len = U16_MAX;
	KUNIT_EXPECT_EQ(test, gntdev_segment_check(&s), -EINVAL);

	s.flags = GNTCOPY_dest_gref;
	s.len = XEN_PAGE_SIZE;
	s.dest.foreign.offset = 0;
	KUNIT_EXPECT_EQ(test, gntdev_segment_check(&s), 0);
	s.dest.foreign.offset = 1;
	KUNIT_EXPECT_EQ(test, gntdev_segment_check(&s), -EINVAL);

	/* With both, both count. */
	s.flags |= GNTCOPY_source_gref;
	s.source.foreign.offset = 1;
	s.dest.foreign.offset = 0;
	KUNIT_EXPECT_EQ(test, gntdev_segment_check(&s), -EINVAL);
	s.source.foreign.offset = 0;
	KUNIT_EXPECT_EQ(test, gntdev_segment_check(&s), 0);
}

static void segment_test_from_grant(struct kunit *test)
{
	struct gntdev_grant_copy_segment s = {
		.flags = GNTCOPY_source_gref | 0xf0,
		.len = 1000,
		.source.foreign = { .ref = 77, .offset = 2000, .domid = 5 },
		.dest.virt = (void __user *)(BASE + XEN_PAGE_SIZE - 300),
	};
	struct gnttab_copy op = {};

	KUNIT_EXPECT_TRUE(test, gntdev_segment_piece(&s, 0, &op) == s.dest.virt);
	KUNIT_EXPECT_EQ(test, op.len, 300);
	KUNIT_EXPECT_EQ(test, op.flags, GNTCOPY_source_gref);
	KUNIT_EXPECT_EQ(test, op.source.u.ref, 77);
	KUNIT_EXPECT_EQ(test, op.source.domid, 5);
	KUNIT_EXPECT_EQ(test, op.source.offset, 2000);
	KUNIT_EXPECT_EQ(test, op.dest.domid, DOMID_SELF);
	KUNIT_EXPECT_EQ(test, op.dest.offset, XEN_PAGE_SIZE - 300);

	KUNIT_EXPECT_TRUE(test, gntdev_segment_piece(&s, 300, &op) == s.dest.virt + 300);
	KUNIT_EXPECT_EQ(test, op.len, 700);
	KUNIT_EXPECT_EQ(test, op.source.offset, 2300);
	KUNIT_EXPECT_EQ(test, op.dest.offset, 0);
}

static void segment_test_to_grant(struct kunit *test)
{
	struct gntdev_grant_copy_segment s = {
		.flags = GNTCOPY_dest_gref,
		.len = XEN_PAGE_SIZE,
		.source.virt = (void __user *)(BASE + 1),
		.dest.foreign = { .ref = 9, .domid = 1 },
	};
	struct gnttab_copy op = {};

	KUNIT_EXPECT_TRUE(test, gntdev_segment_piece(&s, 0, &op) == s.source.virt);
	KUNIT_EXPECT_EQ(test, op.len, XEN_PAGE_SIZE - 1);
	KUNIT_EXPECT_EQ(test, op.source.offset, 1);
	KUNIT_EXPECT_EQ(test, op.source.domid, DOMID_SELF);
	KUNIT_EXPECT_EQ(test, op.dest.u.ref, 9);
	KUNIT_EXPECT_EQ(test, op.dest.domid, 1);

	KUNIT_EXPECT_TRUE(test, gntdev_segment_piece(&s, op.len, &op));
	KUNIT_EXPECT_EQ(test, op.len, 1);
	KUNIT_EXPECT_EQ(test, op.source.offset, 0);
	KUNIT_EXPECT_EQ(test, op.dest.offset, XEN_PAGE_SIZE - 1);
}

static void segment_test_between_grants(struct kunit *test)
{
	struct gntdev_grant_copy_segment s = {
		.flags = GNTCOPY_source_gref | GNTCOPY_dest_gref,
		.len = 100,
		.source.foreign = { .ref = 1, .offset = 3, .domid = 2 },
		.dest.foreign = { .ref = 4, .offset = 6, .domid = 5 },
	};
	struct gnttab_copy op = {};

	KUNIT_EXPECT_TRUE(test, !gntdev_segment_piece(&s, 0, &op));
	KUNIT_EXPECT_EQ(test, op.len, 100);
	KUNIT_EXPECT_EQ(test, op.flags, GNTCOPY_source_gref | GNTCOPY_dest_gref);
	KUNIT_EXPECT_EQ(test, op.source.u.ref, 1);
	KUNIT_EXPECT_EQ(test, op.source.offset, 3);
	KUNIT_EXPECT_EQ(test, op.dest.u.ref, 4);
	KUNIT_EXPECT_EQ(test, op.dest.domid, 5);
	KUNIT_EXPECT_EQ(test, op.dest.offset, 6);
}

static struct kunit_case gntdev_test_cases[] = {
	KUNIT_CASE(span_test_fills_gaps),
	KUNIT_CASE(span_test_never_overlaps),
	KUNIT_CASE(span_test_lookup),
	KUNIT_CASE(covered_test),
	KUNIT_CASE(flags_test),
	KUNIT_CASE(segment_test_check),
	KUNIT_CASE(segment_test_from_grant),
	KUNIT_CASE(segment_test_to_grant),
	KUNIT_CASE(segment_test_between_grants),
	{}
};

static struct kunit_suite gntdev_test_suite = {
	.name = "xen-gntdev",
	.test_cases = gntdev_test_cases,
};

kunit_test_suite(gntdev_test_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of the arithmetic of /dev/xen/gntdev");
