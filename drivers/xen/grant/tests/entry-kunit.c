// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the entries of both layouts, on memory that no hypervisor looks at, and of grant
 * references as DMA addresses.
 */
#include <kunit/test.h>

#include "../dma_addr.h"
#include "../entry.h"

#define DOMAIN		0x1234
#define FRAME		0x89abcdefUL
#define WIDE_FRAME	0x123456789aUL

static void entry_test_v1_set(struct kunit *test)
{
	struct grant_entry_v1 entry = { };

	KUNIT_EXPECT_TRUE(test, grant_entry_v1_set(&entry, DOMAIN, FRAME,
						   GTF_permit_access | GTF_readonly));
	KUNIT_EXPECT_EQ(test, entry.domid, DOMAIN);
	KUNIT_EXPECT_EQ(test, entry.frame, FRAME);
	KUNIT_EXPECT_EQ(test, entry.flags, 5);
}

/* A frame that the layout has no room for must not become another one. */
static void entry_test_v1_wide(struct kunit *test)
{
	struct grant_entry_v1 entry = { };

	KUNIT_EXPECT_TRUE(test, grant_entry_v1_set(&entry, 0, U32_MAX, GTF_permit_access));
	entry.flags = 0;
	KUNIT_EXPECT_FALSE(test, grant_entry_v1_set(&entry, 0, 1UL << 32, GTF_permit_access));
	KUNIT_EXPECT_EQ(test, entry.flags, 0);
}

static void entry_test_v1_end(struct kunit *test)
{
	struct grant_entry_v1 entry = { .flags = GTF_permit_access | GTF_readonly };
	u16 flags;

	KUNIT_EXPECT_TRUE(test, grant_entry_v1_end(&entry));
	KUNIT_EXPECT_EQ(test, entry.flags, 0);
	KUNIT_EXPECT_TRUE(test, grant_entry_v1_end(&entry));

	for (flags = GTF_reading; flags <= (GTF_reading | GTF_writing); flags += GTF_reading) {
		entry.flags = GTF_permit_access | flags;
		KUNIT_EXPECT_FALSE(test, grant_entry_v1_end(&entry));
		KUNIT_EXPECT_EQ(test, entry.flags, GTF_permit_access | flags);
	}
}

static void entry_test_v2_set(struct kunit *test)
{
	union grant_entry_v2 entry = { };

	grant_entry_v2_set(&entry, DOMAIN, WIDE_FRAME, GTF_permit_access);
	KUNIT_EXPECT_EQ(test, entry.hdr.domid, DOMAIN);
	KUNIT_EXPECT_EQ(test, entry.full_page.frame, WIDE_FRAME);
	KUNIT_EXPECT_EQ(test, entry.hdr.flags, GTF_permit_access);
}

/* Ended in any case, so that no new use begins, but free only without marks of use. */
static void entry_test_v2_end(struct kunit *test)
{
	union grant_entry_v2 entry = { .hdr.flags = GTF_permit_access };
	grant_status_t status = 0;

	KUNIT_EXPECT_TRUE(test, grant_entry_v2_end(&entry, &status));
	KUNIT_EXPECT_EQ(test, entry.hdr.flags, 0);

	entry.hdr.flags = GTF_permit_access;
	for (status = GTF_reading; status <= GRANT_IN_USE; status += GTF_reading)
		KUNIT_EXPECT_FALSE(test, grant_entry_v2_end(&entry, &status));
	KUNIT_EXPECT_EQ(test, entry.hdr.flags, 0);
}

static void entry_test_dma_addr(struct kunit *test)
{
	dma_addr_t addr = grant_dma_addr(0x12345, 0x678);

	KUNIT_EXPECT_EQ(test, addr, (1ULL << 63) | 0x12345678ULL);
	KUNIT_EXPECT_EQ(test, grant_dma_ref(addr), 0x12345);
	KUNIT_EXPECT_EQ(test, grant_dma_ref(grant_dma_addr(U32_MAX, 0)), U32_MAX);
	KUNIT_EXPECT_EQ(test, grant_dma_ref(addr + XEN_PAGE_SIZE), 0x12346);
}

static struct kunit_case entry_cases[] = {
	KUNIT_CASE(entry_test_v1_set),
	KUNIT_CASE(entry_test_v1_wide),
	KUNIT_CASE(entry_test_v1_end),
	KUNIT_CASE(entry_test_v2_set),
	KUNIT_CASE(entry_test_v2_end),
	KUNIT_CASE(entry_test_dma_addr),
	{ }
};

static struct kunit_suite entry_suite = {
	.name = "xen-grant-entry",
	.test_cases = entry_cases,
};

kunit_test_suite(entry_suite);

MODULE_DESCRIPTION("Tests of the entries of the grant table");
MODULE_LICENSE("GPL");
