// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the filter of configuration accesses: every register, width and alignment of made-up
 * devices against tables of what may be seen and of what may be changed.
 */
#include "conf_fake.h"

static void conf_test_invalid(struct kunit *test)
{
	static const int widths[] = { 0, 3, 5, 8, -1, -2, -4, INT_MAX, INT_MIN };
	static const int regs[] = {
		-1, -2, -4, -256, INT_MIN, INT_MAX, INT_MAX - 3, FAKE_SIZE, FAKE_SIZE + 4,
	};
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	struct pciback_conf *conf = &fake->conf;
	unsigned int i, width;
	u32 value;

	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		value = 1;
		KUNIT_EXPECT_EQ(test, pciback_conf_read(conf, 0, widths[i], &value),
				XEN_PCI_ERR_invalid_offset);
		KUNIT_EXPECT_EQ(test, value, 0);
		KUNIT_EXPECT_EQ(test, pciback_conf_write(conf, 0, widths[i], 0),
				XEN_PCI_ERR_invalid_offset);
	}

	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		for (width = 1; width <= 4; width *= 2) {
			value = 1;
			KUNIT_EXPECT_EQ(test, pciback_conf_read(conf, regs[i], width, &value),
					XEN_PCI_ERR_invalid_offset);
			KUNIT_EXPECT_EQ(test, value, 0);
			KUNIT_EXPECT_EQ(test, pciback_conf_write(conf, regs[i], width, 0),
					XEN_PCI_ERR_invalid_offset);
		}
	}

	KUNIT_EXPECT_EQ(test, fake->accesses, 0);
}

static void conf_test_misaligned(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	unsigned int reg, width;
	u32 value;

	fake_all_permissive = true;
	for (width = 2; width <= 4; width *= 2) {
		for (reg = 0; reg < FAKE_SIZE; reg++) {
			if (reg % width == 0)
				continue;
			KUNIT_EXPECT_EQ(test, pciback_conf_read(&fake->conf, reg, width, &value),
					XEN_PCI_ERR_invalid_offset);
			KUNIT_EXPECT_EQ(test, pciback_conf_write(&fake->conf, reg, width, 0),
					XEN_PCI_ERR_invalid_offset);
		}
	}
	KUNIT_EXPECT_EQ(test, fake->accesses, 0);

	/* A device without an extended configuration space. */
	fake->conf.ident.size = PCI_CFG_SPACE_SIZE;
	KUNIT_EXPECT_EQ(test, pciback_conf_read(&fake->conf, 0xfc, 4, &value), 0);
	KUNIT_EXPECT_EQ(test, pciback_conf_read(&fake->conf, 0x100, 4, &value),
			XEN_PCI_ERR_invalid_offset);
	KUNIT_EXPECT_EQ(test, pciback_conf_write(&fake->conf, 0x100, 1, 0),
			XEN_PCI_ERR_invalid_offset);
}

static void fake_sweep_reads(struct kunit *test, struct fake *fake)
{
	unsigned int reg, width;
	u32 value;

	for (width = 1; width <= 4; width *= 2) {
		for (reg = 0; reg < FAKE_SIZE; reg += width) {
			value = 0xdeadbeef;
			KUNIT_EXPECT_EQ(test, 0,
					pciback_conf_read(&fake->conf, reg, width, &value));
			KUNIT_EXPECT_EQ_MSG(test, value, fake_get(fake->model, reg, width),
					    "%u bytes at %#x", width, reg);
		}
	}
	KUNIT_EXPECT_EQ(test, fake->writes, 0);
}

static void conf_test_reads(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	unsigned int i;

	fake_sweep_reads(test, fake);

	/* Nothing of the real address registers, even if they are not what Linux knows of. */
	for (i = 0; i < PCIBACK_CONF_BARS; i++)
		fake_put(fake->space, fake_bar_reg(fake, i), 4, 0x5a5a5a50 + i);
	fake_sweep_reads(test, fake);

	for (i = 0; i < PCIBACK_CONF_BARS; i++) {
		pciback_conf_write(&fake->conf, fake_bar_reg(fake, i), 4, U32_MAX);
		fake_put(fake->model, fake_bar_reg(fake, i), 4, fake_sizings[i]);
	}
	fake_sweep_reads(test, fake);

	fake_all_permissive = true;
	fake_sweep_reads(test, fake);
}

static void conf_test_reads_of_bridge(struct kunit *test)
{
	fake_sweep_reads(test, fake_new(test, PCI_HEADER_TYPE_BRIDGE));
}

/* Of the bits that a write has changed, all must be free. */
static void fake_check_changes(struct kunit *test, struct fake *fake, unsigned int reg,
			       unsigned int width, u32 value)
{
	unsigned int i;

	for (i = 0; i < FAKE_SIZE; i++) {
		KUNIT_EXPECT_EQ_MSG(test, (fake->space[i] ^ fake->pristine[i]) & ~fake->free[i], 0,
				    "byte %#x by %u bytes %#x at %#x", i, width, value, reg);
	}
}

static void fake_try_write(struct kunit *test, struct fake *fake, unsigned int reg,
			   unsigned int width, u32 value)
{
	fake_restore(fake);
	pciback_conf_write(&fake->conf, reg, width, value);
	if (fake->writes && memcmp(fake->space, fake->pristine, FAKE_SIZE))
		fake_check_changes(test, fake, reg, width, value);
}

static void fake_sweep_writes(struct kunit *test, struct fake *fake)
{
	static const u32 patterns[] = { 0, U32_MAX, 0x55555555, 0xaaaaaaaa, 0x40404040 };
	unsigned int reg, width, i, bits;
	u32 now;

	for (width = 1; width <= 4; width *= 2) {
		for (reg = 0; reg < FAKE_SIZE; reg += width) {
			for (i = 0; i < ARRAY_SIZE(patterns); i++)
				fake_try_write(test, fake, reg, width, patterns[i]);

			now = fake_get(fake->pristine, reg, width);
			bits = reg < PCI_CFG_SPACE_SIZE ? 8 * width : 0;
			for (i = 0; i < bits; i++) {
				fake_try_write(test, fake, reg, width, BIT(i));
				fake_try_write(test, fake, reg, width, now ^ BIT(i));
			}
			if (bits)
				fake_try_write(test, fake, reg, width,
					       fake_addresses[reg / 4 % PCIBACK_CONF_BARS]);
		}
	}
	fake_restore(fake);
}

static void conf_test_writes(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);

	fake_sweep_writes(test, fake);
	KUNIT_EXPECT_EQ(test, fake->warnings, 1);

	pciback_conf_allow_interrupt_control(&fake->conf);
	fake_put(fake->free, FAKE_MSI + PCI_MSI_FLAGS, 2, PCI_MSI_FLAGS_ENABLE);
	fake_put(fake->free, FAKE_MSIX + PCI_MSIX_FLAGS, 2,
		 PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	fake_sweep_writes(test, fake);
}

static void conf_test_writes_to_bridge(struct kunit *test)
{
	fake_sweep_writes(test, fake_new(test, PCI_HEADER_TYPE_BRIDGE));
}

/* Even then, what is filtered is not free. */
static void conf_test_writes_permissive(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	unsigned int reg, width;

	memset(fake->free, 0xff, FAKE_SIZE);
	memset(fake->free, 0, PCI_COMMAND);
	fake_put(fake->free, PCI_COMMAND, 2, 0x02bc);
	fake->free[PCI_LATENCY_TIMER] = 0;
	memset(&fake->free[PCI_BASE_ADDRESS_0], 0, 24);
	memset(&fake->free[PCI_ROM_ADDRESS], 0, 4);
	memset(&fake->free[PCI_INTERRUPT_LINE], 0, 2);
	memset(&fake->free[FAKE_PM], 0, 8);
	fake_put(fake->free, FAKE_PM + PCI_PM_CTRL, 2, 0x9e00);
	memset(&fake->free[FAKE_VPD], 0, 8);
	fake_put(fake->free, FAKE_VPD + PCI_VPD_ADDR, 2, PCI_VPD_ADDR_MASK | PCI_VPD_ADDR_F);
	memset(&fake->free[FAKE_MSI], 0, 2);
	memset(&fake->free[FAKE_MSIX], 0, 2);

	pciback_conf_make_permissive(&fake->conf);
	fake_sweep_writes(test, fake);
	KUNIT_EXPECT_EQ(test, fake->warnings, 0);

	for (width = 1; width <= 4; width *= 2) {
		for (reg = FAKE_MSIX + PCI_CAP_MSIX_SIZEOF; reg < FAKE_SIZE; reg += 4) {
			pciback_conf_write(&fake->conf, reg, width, 0xffffff00);
			KUNIT_EXPECT_EQ(test, fake_get(fake->space, reg, width),
					0xffffff00 & pciback_width_mask(width));
		}
	}
}

/* The first access that fails is the last one, and nothing of what was read is told. */
static void conf_test_failures(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	unsigned int reg, width, at, count;
	u32 value;

	pciback_conf_allow_interrupt_control(&fake->conf);
	for (reg = 0; reg < 0x90; reg++) {
		width = reg % 2 ? 1 : reg % 4 ? 2 : 4;
		fake->fail_at = 0;
		fake_restore(fake);
		pciback_conf_read(&fake->conf, reg, width, &value);
		count = fake->accesses;
		for (at = 1; at <= count; at++) {
			fake_restore(fake);
			fake->fail_at = at;
			KUNIT_EXPECT_EQ(test, pciback_conf_read(&fake->conf, reg, width, &value),
					XEN_PCI_ERR_op_failed);
			KUNIT_EXPECT_EQ(test, value, 0);
			KUNIT_EXPECT_EQ(test, fake->accesses, at);
		}

		fake->fail_at = 0;
		fake_restore(fake);
		pciback_conf_write(&fake->conf, reg, width, 0xc0017e01);
		count = fake->accesses;
		for (at = 1; at <= count; at++) {
			fake_restore(fake);
			fake->fail_at = at;
			KUNIT_EXPECT_EQ(test, XEN_PCI_ERR_op_failed,
					pciback_conf_write(&fake->conf, reg, width, 0xc0017e01));
			KUNIT_EXPECT_EQ(test, fake->accesses, at);
		}
	}

	/* A device that does not answer is not taken at all. */
	fake->fail_at = 1;
	fake->accesses = 0;
	fake->conf.builtins = 0;
	KUNIT_EXPECT_EQ(test, pciback_conf_start(&fake->conf), -EIO);
	fake->conf.ident.hdr_type = PCI_HEADER_TYPE_CARDBUS;
	fake->conf.builtins = 0;
	KUNIT_EXPECT_EQ(test, pciback_conf_start(&fake->conf), -EINVAL);
}

static struct kunit_case conf_cases[] = {
	KUNIT_CASE(conf_test_invalid),
	KUNIT_CASE(conf_test_misaligned),
	KUNIT_CASE(conf_test_reads),
	KUNIT_CASE(conf_test_reads_of_bridge),
	KUNIT_CASE(conf_test_writes),
	KUNIT_CASE(conf_test_writes_to_bridge),
	KUNIT_CASE(conf_test_writes_permissive),
	KUNIT_CASE(conf_test_failures),
	{}
};

static struct kunit_suite conf_suite = {
	.name = "xen-pciback-conf",
	.test_cases = conf_cases,
};

kunit_test_suite(conf_suite);
