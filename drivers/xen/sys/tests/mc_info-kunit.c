// SPDX-License-Identifier: GPL-2.0
/* Tests of the conversion of the hypervisor's machine-check records, also of broken ones. */
#include <kunit/test.h>

#include "../mc_info.h"

static int mc_info_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct mc_info), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, test->priv);

	return 0;
}

/* Put an entry of @size bytes behind @used bytes of others. */
static void *mc_test_put(struct mc_info *info, size_t used, u16 type, u16 size)
{
	struct mcinfo_common *entry = (void *)info->mi_data + used;

	entry->type = type;
	entry->size = size;
	info->mi_nentries++;
	return entry;
}

static void mc_info_test_walk(struct kunit *test)
{
	struct mc_info *info = test->priv;
	struct mc_walk walk = {};
	size_t used = 0;
	void *a, *b, *c;

	a = mc_test_put(info, used, MC_TYPE_BANK, sizeof(struct mcinfo_bank));
	used += sizeof(struct mcinfo_bank);
	b = mc_test_put(info, used, MC_TYPE_GLOBAL, sizeof(struct mcinfo_global) + 8);
	used += sizeof(struct mcinfo_global) + 8;
	c = mc_test_put(info, used, MC_TYPE_BANK, sizeof(struct mcinfo_bank));

	KUNIT_EXPECT_PTR_EQ(test, mc_walk_to(&walk, info, MC_TYPE_BANK), a);
	KUNIT_EXPECT_PTR_EQ(test, mc_walk_to(&walk, info, MC_TYPE_BANK), c);
	KUNIT_EXPECT_NULL(test, mc_walk_to(&walk, info, MC_TYPE_BANK));
	KUNIT_EXPECT_NULL(test, mc_walk_next(&walk, info));

	walk = (struct mc_walk){};
	KUNIT_EXPECT_PTR_EQ(test, mc_walk_to(&walk, info, MC_TYPE_GLOBAL), b);

	walk = (struct mc_walk){};
	KUNIT_EXPECT_NULL(test, mc_walk_to(&walk, info, MC_TYPE_EXTENDED));
}

static void mc_info_test_empty(struct kunit *test)
{
	struct mc_walk walk = {};

	KUNIT_EXPECT_NULL(test, mc_walk_next(&walk, test->priv));
}

/* No size lets the walk stand still, go back, or leave the struct. */
static void mc_info_test_bad_sizes(struct kunit *test)
{
	struct mc_info *info = test->priv;
	const size_t room = sizeof(info->mi_data);
	static const struct { u16 type, size; } bad[] = {
		{ MC_TYPE_RECOVERY, 0 }, { MC_TYPE_RECOVERY, 3 }, { MC_TYPE_RECOVERY, 0xffff },
		{ MC_TYPE_BANK, sizeof(struct mcinfo_bank) - 1 }, { MC_TYPE_BANK, 0 },
		{ MC_TYPE_GLOBAL, sizeof(struct mcinfo_global) - 1 },
		{ MC_TYPE_RECOVERY, sizeof(info->mi_data) + 1 },
	};
	struct mc_walk walk;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		info->mi_nentries = 0;
		mc_test_put(info, 0, bad[i].type, bad[i].size);
		walk = (struct mc_walk){};
		KUNIT_EXPECT_NULL_MSG(test, mc_walk_next(&walk, info), "size %u", bad[i].size);
	}

	/* Full to the last byte is right, and there is nothing behind it. */
	info->mi_nentries = 0;
	mc_test_put(info, 0, MC_TYPE_RECOVERY, room);
	info->mi_nentries = U32_MAX;
	walk = (struct mc_walk){};
	KUNIT_EXPECT_NOT_NULL(test, mc_walk_next(&walk, info));
	KUNIT_EXPECT_NULL(test, mc_walk_next(&walk, info));
}

static void mc_info_test_find_cpu(struct kunit *test)
{
	struct mcinfo_logical_cpu *cpus = kunit_kcalloc(test, 3, sizeof(*cpus), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, cpus);
	cpus[0].mc_apicid = 4;
	cpus[1].mc_apicid = 0;
	cpus[2].mc_apicid = 9;
	KUNIT_EXPECT_PTR_EQ(test, mc_find_cpu(cpus, 3, 0), &cpus[1]);
	KUNIT_EXPECT_NULL(test, mc_find_cpu(cpus, 2, 9));
	KUNIT_EXPECT_NULL(test, mc_find_cpu(NULL, 0, 9));
}

static void mc_info_test_record(struct kunit *test)
{
	const struct mcinfo_global global = { .mc_apicid = 9, .mc_gstatus = 5 };
	const struct mcinfo_bank bank = {
		.mc_bank = 7, .mc_status = 1ULL << 63, .mc_addr = 0x1000,
		.mc_misc = 0x86, .mc_tsc = 77,
	};
	struct mcinfo_logical_cpu *cpu = kunit_kzalloc(test, sizeof(*cpu), GFP_KERNEL);
	struct xen_mce record = {};

	KUNIT_ASSERT_NOT_NULL(test, cpu);
	cpu->mc_cpunr = 300;
	cpu->mc_chipid = 2;
	cpu->mc_vendor = 1;
	/* More than there is room for: those that there are count. */
	cpu->mc_nmsrvals = U32_MAX;
	cpu->mc_msrvalues[0].reg = MSR_IA32_MCG_CAP;
	cpu->mc_msrvalues[0].value = 0x10a;
	cpu->mc_msrvalues[__MC_MSR_ARRAYSIZE - 1].reg = MSR_AMD_PPIN;
	cpu->mc_msrvalues[__MC_MSR_ARRAYSIZE - 1].value = 0xfeed;

	mc_record_cpu(&record, &global, cpu);
	KUNIT_EXPECT_EQ(test, record.finished, 0);
	mc_record_bank(&record, &bank);

	KUNIT_EXPECT_EQ(test, record.apicid, 9);
	KUNIT_EXPECT_EQ(test, record.mcgstatus, 5);
	KUNIT_EXPECT_EQ(test, record.extcpu, 300);
	KUNIT_EXPECT_EQ(test, record.cpu, 300 & 0xff);
	KUNIT_EXPECT_EQ(test, record.socketid, 2);
	KUNIT_EXPECT_EQ(test, record.cpuvendor, 1);
	KUNIT_EXPECT_EQ(test, record.mcgcap, 0x10a);
	KUNIT_EXPECT_EQ(test, record.ppin, 0xfeed);
	KUNIT_EXPECT_EQ(test, record.bank, 7);
	KUNIT_EXPECT_EQ(test, record.status, 1ULL << 63);
	KUNIT_EXPECT_EQ(test, record.addr, 0x1000);
	KUNIT_EXPECT_EQ(test, record.misc, 0x86);
	KUNIT_EXPECT_EQ(test, record.tsc, 77);
	KUNIT_EXPECT_EQ(test, record.finished, 1);
}

/* The first errors stay, and it is said that there were more. */
static void mc_info_test_log(struct kunit *test)
{
	struct xen_mce_log *log = kunit_kzalloc(test, sizeof(*log), GFP_KERNEL);
	struct xen_mce record = {};
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, log);
	for (i = 0; i < XEN_MCE_LOG_LEN; i++) {
		record.status = i;
		mc_log_add(log, &record);
	}
	KUNIT_EXPECT_EQ(test, log->next, XEN_MCE_LOG_LEN);
	KUNIT_EXPECT_EQ(test, log->flags, 0);

	record.status = 99;
	mc_log_add(log, &record);
	KUNIT_EXPECT_EQ(test, log->next, XEN_MCE_LOG_LEN);
	KUNIT_EXPECT_EQ(test, log->flags, BIT(XEN_MCE_OVERFLOW));
	KUNIT_EXPECT_EQ(test, log->entry[XEN_MCE_LOG_LEN - 1].status, XEN_MCE_LOG_LEN - 1);
}

static struct kunit_case mc_info_cases[] = {
	KUNIT_CASE(mc_info_test_walk),
	KUNIT_CASE(mc_info_test_empty),
	KUNIT_CASE(mc_info_test_bad_sizes),
	KUNIT_CASE(mc_info_test_find_cpu),
	KUNIT_CASE(mc_info_test_record),
	KUNIT_CASE(mc_info_test_log),
	{}
};

static struct kunit_suite mc_info_suite = {
	.name = "xen-mc-info",
	.init = mc_info_test_init,
	.test_cases = mc_info_cases,
};

kunit_test_suite(mc_info_suite);

MODULE_DESCRIPTION("Tests of the records for /dev/mcelog");
MODULE_LICENSE("GPL");
