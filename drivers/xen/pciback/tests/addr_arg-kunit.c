// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of addresses as administrators write them.
 */
#include <kunit/test.h>

#include "../addr_arg.h"

struct addr_text {
	const char *text;
	struct pciback_pattern is;
};

#define ANY	PCIBACK_ANY

static void addr_test_good(struct kunit *test)
{
	static const struct addr_text texts[] = {
		{ "0000:00:03.0", { 0, 0, 3, 0 } },
		{ "00:1f.7", { 0, 0, 0x1f, 7 } },
		{ " 10000:e1:00.0\n", { 0x10000, 0xe1, 0, 0 } },
		{ "1:2:3.*", { 1, 2, 3, ANY } },
		{ "aB:*.*", { 0, 0xab, ANY, ANY } },
		{ "0001:02:*.*", { 1, 2, ANY, ANY } },
		{ "0x0:0x10:0X4.0", { 0, 0x10, 4, 0 } },
		{ "7fffffff:0:0.0", { INT_MAX, 0, 0, 0 } },
		/* What a backend publishes has two digits. */
		{ "0000:00:00.01", { 0, 0, 0, 1 } },
	};
	struct pciback_pattern pattern;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		const struct pciback_pattern *is = &texts[i].is;

		KUNIT_EXPECT_EQ_MSG(test, pciback_pattern_parse(texts[i].text, &pattern), 0,
				    "%s", texts[i].text);
		KUNIT_EXPECT_EQ_MSG(test, pattern.domain, is->domain, "%s", texts[i].text);
		KUNIT_EXPECT_EQ_MSG(test, pattern.bus, is->bus, "%s", texts[i].text);
		KUNIT_EXPECT_EQ_MSG(test, pattern.slot, is->slot, "%s", texts[i].text);
		KUNIT_EXPECT_EQ_MSG(test, pattern.func, is->func, "%s", texts[i].text);
	}
}

static void addr_test_bad(struct kunit *test)
{
	static const char * const texts[] = {
		"", " ", "\n", "3", "03.0", "00:03", "00:03.", ":03.0", "00:.0", "g:0.0",
		"0:0:0:0.0", "00:03.0x", "00:03.0 1", "(00:03.0)", "-1:03.0", "00:-3.0",
		"*:03.0", "*:*.*", "0:*:03.0", "*:0:03.0", "00:*.0", "00:03.**", "0x:03.0",
		"80000000:00:03.0", "10000000000000000:00:03.0", "00:03.80000000",
	};
	struct pciback_pattern pattern;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		KUNIT_EXPECT_EQ_MSG(test, pciback_pattern_parse(texts[i], &pattern), -EINVAL,
				    "%s", texts[i]);
}

static void addr_test_list(struct kunit *test)
{
	const char *at = " (03:00.0)(0001:04:*.*) (05:06.*)";
	struct pciback_pattern pattern;

	KUNIT_ASSERT_EQ(test, pciback_pattern_next(&at, &pattern), 0);
	KUNIT_EXPECT_EQ(test, pattern.bus, 3);
	KUNIT_ASSERT_EQ(test, pciback_pattern_next(&at, &pattern), 0);
	KUNIT_EXPECT_EQ(test, pattern.domain, 1);
	KUNIT_EXPECT_EQ(test, pattern.slot, PCIBACK_ANY);
	KUNIT_EXPECT_EQ(test, *at, '(');
	KUNIT_ASSERT_EQ(test, pciback_pattern_next(&at, &pattern), 0);
	KUNIT_EXPECT_EQ(test, pattern.slot, 6);
	KUNIT_EXPECT_EQ(test, *at, '\0');
}

/* It has to be said where a list is wrong, so the place must not move. */
static void addr_test_list_bad(struct kunit *test)
{
	static const char * const texts[] = { "", "03:00.0", "(03:00.0", "(03:00)", "()", ",(" };
	struct pciback_pattern pattern;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *at = texts[i];

		KUNIT_EXPECT_EQ_MSG(test, pciback_pattern_next(&at, &pattern), -EINVAL, "%s",
				    texts[i]);
		KUNIT_EXPECT_PTR_EQ(test, at, texts[i]);
	}
}

static void addr_test_sane(struct kunit *test)
{
	static const struct {
		struct pciback_pattern pattern;
		int max_domain;
		bool is;
	} cases[] = {
		{ { 0, 0, 0, 0 }, 0, true },
		{ { 0, 255, 31, 7 }, 0, true },
		{ { 0, 0, ANY, ANY }, 0, true },
		{ { 0, 0, 31, ANY }, 0, true },
		{ { 1, 0, 0, 0 }, 0, false },
		{ { 0xffff, 0, 0, 0 }, 0xffff, true },
		{ { 0x10000, 0, 0, 0 }, 0xffff, false },
		{ { 0, 256, 0, 0 }, 0xffff, false },
		{ { 0, 0, 32, 0 }, 0xffff, false },
		{ { 0, 0, 0, 8 }, 0xffff, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    pciback_pattern_is_sane(&cases[i].pattern,
							    cases[i].max_domain),
				    cases[i].is, "case %u", i);
}

static void addr_test_matches(struct kunit *test)
{
	const struct pciback_pattern one = { 1, 2, 3, 4 };
	const struct pciback_pattern slot = { 1, 2, 3, ANY };
	const struct pciback_pattern bus = { 1, 2, ANY, ANY };
	unsigned int devfn, ones = 0, slots = 0, buses = 0;

	for (devfn = 0; devfn < 256; devfn++) {
		ones += pciback_pattern_matches(&one, 1, 2, devfn);
		slots += pciback_pattern_matches(&slot, 1, 2, devfn);
		buses += pciback_pattern_matches(&bus, 1, 2, devfn);
	}
	KUNIT_EXPECT_EQ(test, ones, 1);
	KUNIT_EXPECT_EQ(test, slots, 8);
	KUNIT_EXPECT_EQ(test, buses, 256);

	KUNIT_EXPECT_TRUE(test, pciback_pattern_matches(&one, 1, 2, PCI_DEVFN(3, 4)));
	KUNIT_EXPECT_TRUE(test, pciback_pattern_matches(&slot, 1, 2, PCI_DEVFN(3, 7)));
	KUNIT_EXPECT_FALSE(test, pciback_pattern_matches(&slot, 1, 2, PCI_DEVFN(4, 0)));
	KUNIT_EXPECT_FALSE(test, pciback_pattern_matches(&bus, 0, 2, 0));
	KUNIT_EXPECT_FALSE(test, pciback_pattern_matches(&bus, 1, 3, 0));
}

static struct kunit_case addr_cases[] = {
	KUNIT_CASE(addr_test_good),
	KUNIT_CASE(addr_test_bad),
	KUNIT_CASE(addr_test_list),
	KUNIT_CASE(addr_test_list_bad),
	KUNIT_CASE(addr_test_sane),
	KUNIT_CASE(addr_test_matches),
	{ }
};

static struct kunit_suite addr_suite = {
	.name = "xen-pciback-addr",
	.test_cases = addr_cases,
};

kunit_test_suite(addr_suite);

MODULE_DESCRIPTION("Tests of addresses of devices to hold back");
MODULE_LICENSE("GPL");
