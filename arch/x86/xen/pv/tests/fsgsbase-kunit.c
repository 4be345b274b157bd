// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what counts as an instruction on the bases of FS and GS.
 */
#include <kunit/test.h>

#include "../fsgsbase.h"

struct fsgsbase_case {
	const char *what;
	u8 code[8];
	size_t len;
	bool wanted;
};

static const struct fsgsbase_case fsgsbase_cases[] = {
	{ "rdfsbase %rax",	{ 0xf3, 0x48, 0x0f, 0xae, 0xc0 }, 5, true },
	{ "rdgsbase %rax",	{ 0xf3, 0x48, 0x0f, 0xae, 0xc8 }, 5, true },
	{ "wrfsbase %rcx",	{ 0xf3, 0x48, 0x0f, 0xae, 0xd1 }, 5, true },
	{ "wrgsbase %r15",	{ 0xf3, 0x49, 0x0f, 0xae, 0xdf }, 5, true },
	{ "rdfsbase %eax",	{ 0xf3, 0x0f, 0xae, 0xc0 }, 4, true },
	{ "with bytes behind",	{ 0xf3, 0x0f, 0xae, 0xc0, 0x06, 0x06 }, 6, true },
	{ "cut off",		{ 0xf3, 0x48, 0x0f, 0xae }, 4, false },
	{ "no prefix: ud",	{ 0x48, 0x0f, 0xae, 0xc0 }, 4, false },
	{ "lfence",		{ 0x0f, 0xae, 0xe8 }, 3, false },
	{ "incsspq %rax",	{ 0xf3, 0x48, 0x0f, 0xae, 0xe8 }, 5, false },
	{ "ptwrite (%rax)",	{ 0xf3, 0x0f, 0xae, 0x20 }, 4, false },
	{ "fxsave (%rax)",	{ 0x0f, 0xae, 0x00 }, 3, false },
	{ "memory operand",	{ 0xf3, 0x0f, 0xae, 0x00 }, 4, false },
	{ "rdpid %rax",		{ 0xf3, 0x0f, 0xc7, 0xf8 }, 4, false },
	{ "ud2",		{ 0x0f, 0x0b }, 2, false },
};

static void fsgsbase_case_name(const struct fsgsbase_case *c, char *name)
{
	strscpy(name, c->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fsgsbase, fsgsbase_cases, fsgsbase_case_name);

static void fsgsbase_test_decode(struct kunit *test)
{
	const struct fsgsbase_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, xen_fsgsbase_insn(c->code, c->len), c->wanted);
}

static struct kunit_case fsgsbase_test_cases[] = {
	KUNIT_CASE_PARAM(fsgsbase_test_decode, fsgsbase_gen_params),
	{}
};

static struct kunit_suite fsgsbase_test_suite = {
	.name = "xen_pv_fsgsbase",
	.test_cases = fsgsbase_test_cases,
};

kunit_test_suite(fsgsbase_test_suite);

MODULE_DESCRIPTION("KUnit tests of the FSGSBASE decoder");
MODULE_LICENSE("GPL");
