// SPDX-License-Identifier: GPL-2.0
/*
 * A made-up device: one of each capability that is filtered, and BARs of each kind.
 *
 * It takes every write that reaches it, and counts those. What a guest is to see and may change
 * is written down here apart from the filter's own tables.
 */
#include <kunit/test-bug.h>

#include "conf_fake.h"

bool fake_all_permissive;

static struct fake *to_fake(struct pciback_conf *conf)
{
	return container_of(conf, struct fake, conf);
}

u32 fake_get(const u8 *space, unsigned int reg, unsigned int width)
{
	u32 value = 0;

	while (width--)
		value = value << 8 | space[reg + width];
	return value;
}

void fake_put(u8 *space, unsigned int reg, unsigned int width, u32 value)
{
	for (; width--; value >>= 8)
		space[reg++] = value;
}

/* Nothing that is not a register of this device may be asked for. */
static bool fake_may_access(struct fake *fake, unsigned int reg, unsigned int width)
{
	struct kunit *test = kunit_get_current_test();

	lockdep_assert_held(&fake->conf.lock);
	KUNIT_EXPECT_EQ(test, reg % width, 0);
	KUNIT_EXPECT_LE(test, reg + width, fake->conf.ident.size);
	if (reg + width > FAKE_SIZE)
		return false;

	return ++fake->accesses != fake->fail_at;
}

static int fake_read(struct pciback_conf *conf, unsigned int reg, unsigned int width, u32 *value)
{
	struct fake *fake = to_fake(conf);

	*value = 0;
	if (!fake_may_access(fake, reg, width))
		return XEN_PCI_ERR_op_failed;

	*value = fake_get(fake->space, reg, width);
	return XEN_PCI_ERR_success;
}

static int fake_write(struct pciback_conf *conf, unsigned int reg, unsigned int width, u32 value)
{
	struct fake *fake = to_fake(conf);

	KUNIT_EXPECT_EQ(kunit_get_current_test(), value & ~pciback_width_mask(width), 0);
	if (!fake_may_access(fake, reg, width))
		return XEN_PCI_ERR_op_failed;

	fake->writes++;
	fake_put(fake->space, reg, width, value);
	return XEN_PCI_ERR_success;
}

static u8 fake_irq(struct pciback_conf *conf)
{
	return FAKE_IRQ;
}

static bool fake_is_enabled(struct pciback_conf *conf)
{
	return to_fake(conf)->enabled;
}

static int fake_enable(struct pciback_conf *conf)
{
	to_fake(conf)->enabled = !to_fake(conf)->refuse;
	return to_fake(conf)->refuse;
}

static void fake_disable(struct pciback_conf *conf)
{
	to_fake(conf)->enabled = false;
}

static bool fake_is_master(struct pciback_conf *conf)
{
	return to_fake(conf)->master;
}

static void fake_set_master(struct pciback_conf *conf, bool on)
{
	to_fake(conf)->master = on;
}

static int fake_set_mwi(struct pciback_conf *conf, bool on)
{
	to_fake(conf)->mwi = on && !to_fake(conf)->refuse;
	return on ? to_fake(conf)->refuse : 0;
}

static void fake_set_intx(struct pciback_conf *conf, bool on)
{
	to_fake(conf)->intx = on;
}

static int fake_set_power(struct pciback_conf *conf, unsigned int state)
{
	KUNIT_EXPECT_LE(kunit_get_current_test(), state, 3);
	if (!to_fake(conf)->refuse)
		to_fake(conf)->power = state;
	return to_fake(conf)->refuse;
}

static void fake_warn_refused(struct pciback_conf *conf, unsigned int reg, unsigned int width)
{
	to_fake(conf)->warnings++;
}

static const struct pciback_conf_ops fake_ops = {
	.read = fake_read,
	.write = fake_write,
	.irq = fake_irq,
	.is_enabled = fake_is_enabled,
	.enable = fake_enable,
	.disable = fake_disable,
	.is_master = fake_is_master,
	.set_master = fake_set_master,
	.set_mwi = fake_set_mwi,
	.set_intx = fake_set_intx,
	.set_power = fake_set_power,
	.warn_refused = fake_warn_refused,
	.permissive = &fake_all_permissive,
};

/* One of each kind, an upper half, one that has no address, and a ROM. */
static const struct resource fake_resources[PCI_ROM_RESOURCE + 1] = {
	[0] = {
		.start = 0xc000, .end = 0xc01f,
		.flags = IORESOURCE_IO | PCI_BASE_ADDRESS_SPACE_IO,
	},
	[1] = { .start = 0xfebd0000, .end = 0xfebd0fff, .flags = IORESOURCE_MEM },
	[2] = {
		.start = 0x380000000000ULL, .end = 0x3801ffffffffULL,
		.flags = IORESOURCE_MEM | IORESOURCE_MEM_64 | PCI_BASE_ADDRESS_MEM_TYPE_64 |
			 PCI_BASE_ADDRESS_MEM_PREFETCH,
	},
	[4] = { .start = 0x1000, .end = 0x1fff, .flags = IORESOURCE_MEM | IORESOURCE_UNSET },
	[PCI_ROM_RESOURCE] = { .start = 0xfeb80000, .end = 0xfeb8ffff, .flags = IORESOURCE_MEM },
};

const u32 fake_addresses[PCIBACK_CONF_BARS] = {
	0x0000c001, 0xfebd0000, 0x0000000c, 0x00003800, 0, 0, 0xfeb80000,
};

const u32 fake_sizings[PCIBACK_CONF_BARS] = {
	0xffffffe1, 0xfffff000, 0x0000000c, 0xfffffffe, 0, 0, 0xffff0000,
};

unsigned int fake_bar_reg(const struct fake *fake, unsigned int i)
{
	if (i < PCIBACK_CONF_ROM)
		return PCI_BASE_ADDRESS_0 + 4 * i;

	return fake->conf.ident.hdr_type ? PCI_ROM_ADDRESS1 : PCI_ROM_ADDRESS;
}

static bool fake_has_bar(const struct fake *fake, unsigned int i)
{
	return !fake->conf.ident.hdr_type || i < 2 || i == PCIBACK_CONF_ROM;
}

static void fake_set_model(struct fake *fake)
{
	unsigned int i;

	memcpy(fake->model, fake->space, FAKE_SIZE);
	fake_put(fake->model, PCI_VENDOR_ID, 2, FAKE_VENDOR);
	fake_put(fake->model, PCI_DEVICE_ID, 2, FAKE_DEVICE);
	fake_put(fake->model, PCI_INTERRUPT_LINE, 1, FAKE_IRQ);
	fake->model[FAKE_PM + PCI_PM_PMC + 1] &= 0x07;
	for (i = 0; i < PCIBACK_CONF_BARS; i++) {
		if (fake_has_bar(fake, i))
			fake_put(fake->model, fake_bar_reg(fake, i), 4, fake_addresses[i]);
	}

	fake->free[PCI_CACHE_LINE_SIZE] = 0xff;
	fake->free[PCI_BIST] = 0xff;
	/* The flag is set to begin with; a guest clears it to have something read. */
	fake_put(fake->free, FAKE_VPD + PCI_VPD_ADDR, 2, PCI_VPD_ADDR_MASK | PCI_VPD_ADDR_F);
	fake_put(fake->free, FAKE_PM + PCI_PM_CTRL, 2, 0x9e00);
}

/* As if no guest had ever done anything; quirks and what the administrator allows stay. */
void fake_restore(struct fake *fake)
{
	unsigned int i;

	if (fake->writes)
		memcpy(fake->space, fake->pristine, FAKE_SIZE);
	for (i = 0; i < PCIBACK_CONF_BARS; i++)
		fake->conf.ident.bars[i].is_sizing = false;

	fake->conf.command = fake_get(fake->space, PCI_COMMAND, 2);
	fake->accesses = 0;
	fake->writes = 0;
	fake->enabled = false;
	fake->master = false;
}

struct fake *fake_new(struct kunit *test, u8 hdr_type)
{
	struct fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	struct pciback_conf_ident *ident;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake_all_permissive = false;

	/* Bytes that differ from their neighbours; none is 0 or 0xff. */
	for (i = 0; i < FAKE_SIZE; i++)
		fake->space[i] = 1 + (i * 37 + i / 256) % 253;

	ident = &fake->conf.ident;
	ident->vendor = FAKE_VENDOR;
	ident->device = FAKE_DEVICE;
	ident->hdr_type = hdr_type;
	ident->size = FAKE_SIZE;
	ident->cap.pm = FAKE_PM;
	ident->cap.vpd = FAKE_VPD;
	ident->cap.msi = FAKE_MSI;
	ident->cap.msix = FAKE_MSIX;
	pciback_conf_set_bars(ident, fake_resources);

	fake_put(fake->space, PCI_COMMAND, 2, FAKE_COMMAND);
	fake_put(fake->space, FAKE_PM + PCI_PM_PMC, 2, 0xffff);
	fake_put(fake->space, FAKE_PM + PCI_PM_CTRL, 2, 0x0008);
	fake_put(fake->space, FAKE_VPD + PCI_VPD_ADDR, 2, 0x8123);
	fake_put(fake->space, FAKE_MSI + PCI_MSI_FLAGS, 2, 0x0180);
	fake_put(fake->space, FAKE_MSIX + PCI_MSIX_FLAGS, 2, 0x0007);
	for (i = 0; i < PCIBACK_CONF_BARS; i++) {
		if (fake_has_bar(fake, i))
			fake_put(fake->space, fake_bar_reg(fake, i), 4, fake_addresses[i]);
	}

	fake->conf.ops = &fake_ops;
	KUNIT_ASSERT_EQ(test, pciback_conf_start(&fake->conf), 0);

	memcpy(fake->pristine, fake->space, FAKE_SIZE);
	fake_set_model(fake);
	fake_restore(fake);
	return fake;
}

