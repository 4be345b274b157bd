// SPDX-License-Identifier: GPL-2.0
/* Tests of what drivers of guests do with a device's registers, and of quirks. */
#include <linux/gfp.h>

#include "conf_fake.h"

static u32 guest_read(struct kunit *test, struct fake *fake, unsigned int reg, unsigned int width)
{
	u32 value;

	KUNIT_EXPECT_EQ(test, pciback_conf_read(&fake->conf, reg, width, &value), 0);
	return value;
}

static void guest_write(struct kunit *test, struct fake *fake, unsigned int reg,
			unsigned int width, u32 value)
{
	KUNIT_EXPECT_EQ(test, pciback_conf_write(&fake->conf, reg, width, value), 0);
}

static void guest_is_denied(struct kunit *test, struct fake *fake, unsigned int reg, u32 value)
{
	fake->writes = 0;
	KUNIT_EXPECT_EQ(test, pciback_conf_write(&fake->conf, reg, 2, value),
			XEN_PCI_ERR_access_denied);
	KUNIT_EXPECT_EQ(test, fake->writes, 0);
}

static u32 command_seen(struct kunit *test, struct fake *fake)
{
	return guest_read(test, fake, PCI_COMMAND, 2);
}

static void regs_test_enable(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);

	KUNIT_EXPECT_EQ(test, command_seen(test, fake), FAKE_COMMAND);
	KUNIT_EXPECT_FALSE(test, pciback_conf_wants_intx(&fake->conf));

	guest_write(test, fake, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	KUNIT_EXPECT_TRUE(test, fake->enabled);
	KUNIT_EXPECT_FALSE(test, fake->master);
	KUNIT_EXPECT_TRUE(test, pciback_conf_wants_intx(&fake->conf));
	KUNIT_EXPECT_EQ(test, command_seen(test, fake), PCI_COMMAND_MEMORY);

	guest_write(test, fake, PCI_COMMAND, 1, PCI_COMMAND_IO | PCI_COMMAND_MASTER);
	KUNIT_EXPECT_TRUE(test, fake->enabled);
	KUNIT_EXPECT_TRUE(test, fake->master);

	/* The decoders stay on in the device, whatever the guest sees. */
	guest_write(test, fake, PCI_COMMAND, 2, 0);
	KUNIT_EXPECT_FALSE(test, fake->enabled);
	KUNIT_EXPECT_FALSE(test, fake->master);
	KUNIT_EXPECT_FALSE(test, pciback_conf_wants_intx(&fake->conf));
	KUNIT_EXPECT_EQ(test, command_seen(test, fake), 0);
	KUNIT_EXPECT_EQ(test, fake_get(fake->space, PCI_COMMAND, 2), FAKE_COMMAND);
	KUNIT_EXPECT_EQ(test, fake->writes, 0);

	fake->refuse = XEN_PCI_ERR_op_failed;
	KUNIT_EXPECT_EQ(test, pciback_conf_write(&fake->conf, PCI_COMMAND, 2, 7),
			XEN_PCI_ERR_op_failed);
	KUNIT_EXPECT_FALSE(test, fake->master);
	KUNIT_EXPECT_FALSE(test, pciback_conf_wants_intx(&fake->conf));
	KUNIT_EXPECT_EQ(test, command_seen(test, fake), 0);
}

static void regs_test_command(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	struct pciback_conf *conf = &fake->conf;

	/* What cannot be had reads as not set. */
	fake->refuse = XEN_PCI_ERR_op_failed;
	guest_write(test, fake, PCI_COMMAND, 2, PCI_COMMAND_INVALIDATE);
	KUNIT_EXPECT_EQ(test, conf->command, 0);
	fake->refuse = 0;
	guest_write(test, fake, PCI_COMMAND, 2, PCI_COMMAND_INVALIDATE);
	KUNIT_EXPECT_TRUE(test, fake->mwi);
	guest_write(test, fake, PCI_COMMAND, 2, 0);
	KUNIT_EXPECT_FALSE(test, fake->mwi);

	/* The line is not the guest's, but it may believe so. */
	fake->intx = true;
	guest_write(test, fake, PCI_COMMAND + 1, 1, PCI_COMMAND_INTX_DISABLE >> 8);
	KUNIT_EXPECT_TRUE(test, fake->intx);
	KUNIT_EXPECT_EQ(test, command_seen(test, fake), PCI_COMMAND_INTX_DISABLE);
	guest_write(test, fake, PCI_COMMAND, 2, 0);

	pciback_conf_allow_interrupt_control(conf);
	guest_write(test, fake, PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	KUNIT_EXPECT_FALSE(test, fake->intx);
	guest_write(test, fake, PCI_COMMAND, 2, 0);
	KUNIT_EXPECT_TRUE(test, fake->intx);

	KUNIT_EXPECT_EQ(test, fake->writes, 0);
	pciback_conf_make_permissive(conf);
	guest_write(test, fake, PCI_COMMAND, 4, 0xffffffff);
	KUNIT_EXPECT_EQ(test, fake_get(fake->space, PCI_COMMAND, 2), FAKE_COMMAND | 0x02bc);
	KUNIT_EXPECT_EQ(test, command_seen(test, fake), 0xffff);
	guest_write(test, fake, PCI_COMMAND, 2, 0);
	KUNIT_EXPECT_EQ(test, fake_get(fake->space, PCI_COMMAND, 2), FAKE_COMMAND);
	KUNIT_EXPECT_EQ(test, fake->writes, 2);
}

static void regs_test_bars(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	unsigned int i, reg;

	for (i = 0; i < PCIBACK_CONF_BARS; i++) {
		reg = fake_bar_reg(fake, i);
		guest_write(test, fake, reg, 4, U32_MAX);
		KUNIT_EXPECT_EQ(test, guest_read(test, fake, reg, 4), fake_sizings[i]);
		guest_write(test, fake, reg, 4, fake_addresses[i]);
		KUNIT_EXPECT_EQ(test, guest_read(test, fake, reg, 4), fake_addresses[i]);
		KUNIT_EXPECT_EQ(test, fake->writes, 0);

		/* Not to be moved, and no size to be had in pieces. */
		guest_write(test, fake, reg, 4, fake_addresses[i] ^ 0x100000);
		guest_write(test, fake, reg, 2, 0xffff);
		guest_write(test, fake, reg + 2, 2, 0xffff);
		KUNIT_EXPECT_EQ(test, guest_read(test, fake, reg, 4), fake_addresses[i]);
		KUNIT_EXPECT_EQ(test, fake->writes, 0);

		/* After the device has lost it there is but one that it may have. */
		fake_put(fake->space, reg, 4, 0xe0000000);
		guest_write(test, fake, reg, 4, fake_addresses[i] ^ 0x100000);
		guest_write(test, fake, reg, 4, U32_MAX);
		KUNIT_EXPECT_EQ(test, fake_get(fake->space, reg, 4), 0xe0000000);
		guest_write(test, fake, reg, 4, fake_addresses[i]);
		KUNIT_EXPECT_EQ(test, fake_get(fake->space, reg, 4), fake_addresses[i]);
		KUNIT_EXPECT_EQ(test, fake->writes, 1);
		fake->writes = 0;
	}

	/* Flags do not count, but in an upper half every bit is one of the address. */
	guest_write(test, fake, PCI_BASE_ADDRESS_0, 4, ~3U);
	guest_write(test, fake, PCI_BASE_ADDRESS_1, 4, ~15U);
	guest_write(test, fake, PCI_BASE_ADDRESS_3, 4, ~15U);
	guest_write(test, fake, PCI_ROM_ADDRESS, 4, (u32)PCI_ROM_ADDRESS_MASK);
	KUNIT_EXPECT_EQ(test, guest_read(test, fake, PCI_BASE_ADDRESS_0, 4), fake_sizings[0]);
	KUNIT_EXPECT_EQ(test, guest_read(test, fake, PCI_BASE_ADDRESS_1, 4), fake_sizings[1]);
	KUNIT_EXPECT_EQ(test, guest_read(test, fake, PCI_BASE_ADDRESS_3, 4), fake_addresses[3]);
	KUNIT_EXPECT_EQ(test, guest_read(test, fake, PCI_ROM_ADDRESS, 4), fake_sizings[6]);
}

static void regs_test_simple(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);

	guest_write(test, fake, PCI_CACHE_LINE_SIZE, 1, 0x10);
	guest_write(test, fake, PCI_LATENCY_TIMER, 1, 0x40);
	KUNIT_EXPECT_EQ(test, fake->space[PCI_CACHE_LINE_SIZE], 0x10);
	KUNIT_EXPECT_EQ(test, fake->space[PCI_LATENCY_TIMER], fake->pristine[PCI_LATENCY_TIMER]);

	fake->space[PCI_BIST] = PCI_BIST_CAPABLE;
	guest_write(test, fake, PCI_BIST, 1, 0);
	KUNIT_EXPECT_EQ(test, fake->space[PCI_BIST], PCI_BIST_CAPABLE);
	guest_write(test, fake, PCI_BIST, 1, PCI_BIST_CAPABLE | PCI_BIST_START);
	KUNIT_EXPECT_EQ(test, fake->space[PCI_BIST], PCI_BIST_CAPABLE | PCI_BIST_START);
	fake->space[PCI_BIST] = PCI_BIST_CAPABLE;
	guest_write(test, fake, PCI_BIST, 1, PCI_BIST_START);
	KUNIT_EXPECT_EQ(test, fake->space[PCI_BIST], PCI_BIST_START);
	KUNIT_EXPECT_EQ(test, fake->warnings, 0);
}

static void regs_test_power(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	const unsigned int reg = FAKE_PM + PCI_PM_CTRL;

	guest_write(test, fake, reg, 2, 0x0008 | 3);
	KUNIT_EXPECT_EQ(test, fake->power, 3);
	guest_write(test, fake, reg, 1, 0);
	KUNIT_EXPECT_EQ(test, fake->power, 0);
	KUNIT_EXPECT_EQ(test, fake->writes, 0);

	/* Not the wake-up. */
	guest_write(test, fake, reg, 2, PCI_PM_CTRL_PME_ENABLE | 0x0600);
	KUNIT_EXPECT_EQ(test, fake_get(fake->space, reg, 2), 0x0608);

	/* A status is not cleared by who writes only the other half. */
	fake_put(fake->space, reg, 2, 0x8608);
	fake->writes = 0;
	guest_write(test, fake, reg, 1, 0x09);
	KUNIT_EXPECT_EQ(test, fake->power, 1);
	KUNIT_EXPECT_EQ(test, fake->writes, 0);
	guest_write(test, fake, reg, 2, 0x8608);
	KUNIT_EXPECT_EQ(test, fake->writes, 1);

	fake->refuse = XEN_PCI_ERR_access_denied;
	KUNIT_EXPECT_EQ(test, pciback_conf_write(&fake->conf, reg, 2, 0x0609),
			XEN_PCI_ERR_access_denied);

	fake_put(fake->space, reg, 2, 0x8108);
	fake->conf.builtins = 0;
	KUNIT_EXPECT_EQ(test, pciback_conf_start(&fake->conf), 0);
	KUNIT_EXPECT_EQ(test, fake_get(fake->space, reg, 2), 0x8008);
}

static void regs_test_vpd(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);

	guest_is_denied(test, fake, FAKE_VPD + PCI_VPD_ADDR, PCI_VPD_ADDR_F | 0x10);
	guest_write(test, fake, FAKE_VPD + PCI_VPD_DATA, 4, 0);
	KUNIT_EXPECT_EQ(test, fake->writes, 0);
	guest_write(test, fake, FAKE_VPD + PCI_VPD_ADDR, 2, 0x10);
	KUNIT_EXPECT_EQ(test, fake_get(fake->space, FAKE_VPD + PCI_VPD_ADDR, 2), 0x10);
}

static void regs_test_messages(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	const unsigned int msi = FAKE_MSI + PCI_MSI_FLAGS, msix = FAKE_MSIX + PCI_MSIX_FLAGS;
	unsigned int types;

	guest_is_denied(test, fake, msi, 0x0181);
	guest_is_denied(test, fake, msix, 0x8007);
	guest_write(test, fake, msi, 2, 0x0180);
	KUNIT_EXPECT_EQ(test, fake->writes, 0);

	pciback_conf_allow_interrupt_control(&fake->conf);
	KUNIT_EXPECT_EQ(test, pciback_conf_get_interrupts(&fake->conf, &types), 0);
	KUNIT_EXPECT_EQ(test, types, PCIBACK_INTX);
	guest_is_denied(test, fake, msi, 0x0191);
	guest_write(test, fake, msi, 2, 0x0181);
	KUNIT_EXPECT_EQ(test, pciback_conf_get_interrupts(&fake->conf, &types), 0);
	KUNIT_EXPECT_EQ(test, types, PCIBACK_MSI);

	/* Masking is no enabling. */
	guest_write(test, fake, msix, 2, 0x4007);
	guest_is_denied(test, fake, msix, 0xc007);
	guest_write(test, fake, msi, 2, 0x0180);
	guest_write(test, fake, msix, 2, 0xc007);
	guest_write(test, fake, msix, 2, 0x8007);
	guest_is_denied(test, fake, msi, 0x0181);
	KUNIT_EXPECT_EQ(test, pciback_conf_get_interrupts(&fake->conf, &types), 0);
	KUNIT_EXPECT_EQ(test, types, PCIBACK_MSIX);

	guest_write(test, fake, msix, 2, 0x0007);
	fake_put(fake->space, PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	KUNIT_EXPECT_EQ(test, pciback_conf_get_interrupts(&fake->conf, &types), 0);
	KUNIT_EXPECT_EQ(test, types, 0);
}

static void regs_test_quirks(struct kunit *test)
{
	struct fake *fake = fake_new(test, PCI_HEADER_TYPE_NORMAL);
	struct pciback_conf *conf = &fake->conf;
	char *page = (char *)get_zeroed_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, pciback_conf_add_quirk(conf, 0x150, 4, 0), 0);
	KUNIT_EXPECT_EQ(test, pciback_conf_add_quirk(conf, 0xe0, 2, 0xff), 0);
	KUNIT_EXPECT_EQ(test, pciback_conf_add_quirk(conf, 0xe2, 4, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, pciback_conf_add_quirk(conf, 0x1000, 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, pciback_conf_add_quirk(conf, 0xe0, 3, 0), -EINVAL);

	guest_write(test, fake, 0xe0, 2, 0xabcd);
	KUNIT_EXPECT_EQ(test, guest_read(test, fake, 0xe0, 2), 0xabcd);
	KUNIT_EXPECT_EQ(test, fake_get(fake->space, 0xe0, 2), 0xabcd);

	/* Not what is filtered. */
	KUNIT_EXPECT_EQ(test, pciback_conf_add_quirk(conf, PCI_BASE_ADDRESS_1, 4, 0), 0);
	guest_write(test, fake, PCI_BASE_ADDRESS_1, 4, 0);
	KUNIT_EXPECT_EQ(test, fake_get(fake->space, PCI_BASE_ADDRESS_1, 4), fake_addresses[1]);

	KUNIT_EXPECT_GT(test, pciback_conf_show_fields(conf, page, 0), 0);
	KUNIT_EXPECT_TRUE(test, str_has_prefix(page, "\t\t00000000:2:00000000\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(page, "\t\t00000150:4:00000000\n"
						 "\t\t000000e0:2:000000ff\n"));
	free_page((unsigned long)page);

	pciback_conf_make_permissive(conf);
	pciback_conf_allow_interrupt_control(conf);
	guest_write(test, fake, PCI_COMMAND, 2, FAKE_COMMAND | PCI_COMMAND_INTX_DISABLE);
	guest_write(test, fake, PCI_BASE_ADDRESS_0, 4, U32_MAX);
	pciback_conf_reset(conf);
	KUNIT_EXPECT_TRUE(test, pciback_conf_is_permissive(conf));
	KUNIT_EXPECT_FALSE(test, pciback_conf_has_interrupt_control(conf));
	KUNIT_EXPECT_FALSE(test, pciback_conf_wants_intx(conf));
	KUNIT_EXPECT_EQ(test, list_count_nodes(&conf->fields), PCIBACK_CONF_FIELDS);
	KUNIT_EXPECT_EQ(test, command_seen(test, fake), FAKE_COMMAND);
	KUNIT_EXPECT_EQ(test, guest_read(test, fake, PCI_BASE_ADDRESS_0, 4), fake_addresses[0]);

	KUNIT_EXPECT_EQ(test, pciback_conf_add_quirk(conf, 0xe0, 2, 0xff), 0);
	pciback_conf_stop(conf);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&conf->fields), PCIBACK_CONF_FIELDS);
}

static void regs_test_quirk_text(struct kunit *test)
{
	static const char * const wrong[] = {
		"", "00:19.0", "00:19.0-e0", "00:19.0-e0:2", "00:19.0-e0:2:ff x",
		"00:19.0-e0:1:100",
		"00:19.0-e0:2:10000", "00:19.0-1000:1:0", "00:19.0-e1:2:0", "00:19.0-e0:3:0",
		"00:19.0-e0:0:0", "00:19.0-e0:8:0", "1:00:19-e0:2:ff", "00:19.0:e0:2:ff",
	};
	struct pciback_quirk quirk;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, pciback_quirk_parse("00:19.0-E0:2:FF\n", &quirk), 0);
	KUNIT_EXPECT_EQ(test, quirk.domain, 0);
	KUNIT_EXPECT_EQ(test, quirk.slot, 0x19);
	KUNIT_EXPECT_EQ(test, quirk.reg, 0xe0);
	KUNIT_EXPECT_EQ(test, quirk.size, 2);
	KUNIT_EXPECT_EQ(test, quirk.mask, 0xff);

	KUNIT_EXPECT_EQ(test, pciback_quirk_parse(" 1a:02:1f.7-ffc:4:ffffffff ", &quirk), 0);
	KUNIT_EXPECT_EQ(test, quirk.domain, 0x1a);
	KUNIT_EXPECT_EQ(test, quirk.bus, 2);
	KUNIT_EXPECT_EQ(test, quirk.slot, 0x1f);
	KUNIT_EXPECT_EQ(test, quirk.func, 7);
	KUNIT_EXPECT_EQ(test, quirk.reg, 0xffc);
	KUNIT_EXPECT_EQ(test, quirk.mask, 0xffffffff);

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		KUNIT_EXPECT_EQ_MSG(test, pciback_quirk_parse(wrong[i], &quirk), -EINVAL, "%s",
				    wrong[i]);
}

static struct kunit_case regs_cases[] = {
	KUNIT_CASE(regs_test_enable),
	KUNIT_CASE(regs_test_command),
	KUNIT_CASE(regs_test_bars),
	KUNIT_CASE(regs_test_simple),
	KUNIT_CASE(regs_test_power),
	KUNIT_CASE(regs_test_vpd),
	KUNIT_CASE(regs_test_messages),
	KUNIT_CASE(regs_test_quirks),
	KUNIT_CASE(regs_test_quirk_text),
	{}
};

static struct kunit_suite regs_suite = {
	.name = "xen-pciback-regs",
	.test_cases = regs_cases,
};

kunit_test_suite(regs_suite);
