// SPDX-License-Identifier: GPL-2.0
/* Tests of the hypervisor's description as text; the page is one that sysfs would give. */
#include <kunit/test.h>

#include <linux/gfp.h>

#include "../version_text.h"

#define FILL	0x5a

static int version_text_test_init(struct kunit *test)
{
	test->priv = (void *)__get_free_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, test->priv);
	memset(test->priv, FILL, PAGE_SIZE);

	return 0;
}

static void version_text_test_exit(struct kunit *test)
{
	free_page((unsigned long)test->priv);
}

static void version_text_test_line(struct kunit *test)
{
	static const char field[8] = "ab\0cdef";

	KUNIT_EXPECT_EQ(test, version_text_line(test->priv, field, sizeof(field)), 3);
	KUNIT_EXPECT_STREQ(test, test->priv, "ab\n");
}

/* A field that is full has no end mark; what stands behind it is not shown. */
static void version_text_test_full_field(struct kunit *test)
{
	static const char field[] = "abcdSECRET";

	KUNIT_EXPECT_EQ(test, version_text_line(test->priv, field, 4), 5);
	KUNIT_EXPECT_STREQ(test, test->priv, "abcd\n");
	KUNIT_EXPECT_EQ(test, version_text_line(test->priv, field, 0), 1);
	KUNIT_EXPECT_STREQ(test, test->priv, "\n");
}

static void version_text_test_build_id(struct kunit *test)
{
	const u8 id[] = { 0x00, 0x25, 0x73, 0xff, 0x0a };
	u8 *page = test->priv;

	KUNIT_EXPECT_EQ(test, version_text_build_id(page, id, 5, 5), 5);
	KUNIT_EXPECT_MEMEQ(test, page, id, 5);
	KUNIT_EXPECT_EQ(test, page[5], FILL);
}

/* Whichever of the three is smallest is the bound. */
static void version_text_test_build_id_bounds(struct kunit *test)
{
	u8 *page = test->priv, *id = kunit_kzalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, id);
	KUNIT_EXPECT_EQ(test, version_text_build_id(page, id, 4, 20), 4);
	KUNIT_EXPECT_EQ(test, page[4], FILL);
	KUNIT_EXPECT_EQ(test, version_text_build_id(page, id, 20, 3), 3);
	KUNIT_EXPECT_EQ(test, version_text_build_id(page, id, 2 * PAGE_SIZE, 2 * PAGE_SIZE),
			PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, version_text_build_id(page, id, 0, 20), 0);
}

static void version_text_test_features(struct kunit *test)
{
	const u32 words[] = { 0x1, 0x80000000, 0xabc };

	KUNIT_EXPECT_EQ(test, version_text_features(test->priv, words, 1), 9);
	KUNIT_EXPECT_STREQ(test, test->priv, "00000001\n");
	KUNIT_EXPECT_EQ(test, version_text_features(test->priv, words, 3), 25);
	KUNIT_EXPECT_STREQ(test, test->priv, "00000abc8000000000000001\n");
	KUNIT_EXPECT_EQ(test, version_text_features(test->priv, words, 0), 0);
}

static struct kunit_case version_text_cases[] = {
	KUNIT_CASE(version_text_test_line),
	KUNIT_CASE(version_text_test_full_field),
	KUNIT_CASE(version_text_test_build_id),
	KUNIT_CASE(version_text_test_build_id_bounds),
	KUNIT_CASE(version_text_test_features),
	{}
};

static struct kunit_suite version_text_suite = {
	.name = "xen-version-text",
	.init = version_text_test_init,
	.exit = version_text_test_exit,
	.test_cases = version_text_cases,
};

kunit_test_suite(version_text_suite);

MODULE_DESCRIPTION("Tests of the text in /sys/hypervisor");
MODULE_LICENSE("GPL");
