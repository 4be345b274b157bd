// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of the header.
 *
 * The guest must not be able to move the device in the host's address space, nor to switch its
 * decoders off while the hypervisor or this domain reaches for it: an access that nobody claims
 * may end as an NMI. So the address registers hold what they held, and of the command register
 * only those bits are the device's that harm nobody. For the others the guest sees what it wrote.
 */
#include <linux/ioport.h>
#include <linux/pci.h>
#include <linux/wordpart.h>

#include <xen/interface/io/pciif.h>

#include "conf_field.h"

#define COMMAND_DECODES		(PCI_COMMAND_IO | PCI_COMMAND_MEMORY)

/* Read from the device. A permissive one takes them as they are written. */
#define COMMAND_OF_DEVICE	(PCI_COMMAND_FAST_BACK | PCI_COMMAND_WAIT |		\
				 PCI_COMMAND_VGA_PALETTE | PCI_COMMAND_INVALIDATE |	\
				 PCI_COMMAND_SPECIAL | PCI_COMMAND_MASTER)

static int vendor_read(struct pciback_conf *conf, const struct pciback_conf_field *field,
		       u32 *value)
{
	*value = conf->ident.vendor;
	return XEN_PCI_ERR_success;
}

static int device_read(struct pciback_conf *conf, const struct pciback_conf_field *field,
		       u32 *value)
{
	*value = conf->ident.device;
	return XEN_PCI_ERR_success;
}

static int irq_line_read(struct pciback_conf *conf, const struct pciback_conf_field *field,
			 u32 *value)
{
	*value = conf->ops->irq(conf);
	return XEN_PCI_ERR_success;
}

static int command_read(struct pciback_conf *conf, const struct pciback_conf_field *field,
			u32 *value)
{
	u32 real;
	int err;

	err = pciback_field_get(conf, field, &real);
	if (err)
		return err;

	*value = (real & COMMAND_OF_DEVICE) | (conf->command & ~COMMAND_OF_DEVICE);
	return XEN_PCI_ERR_success;
}

/* The decoders themselves are the PCI core's; disabling a device leaves them on. */
static int command_set_decode(struct pciback_conf *conf, bool on)
{
	int err;

	if (on == conf->ops->is_enabled(conf))
		return XEN_PCI_ERR_success;

	if (on) {
		err = conf->ops->enable(conf);
		if (err)
			return err;
	} else {
		conf->ops->disable(conf);
	}

	WRITE_ONCE(conf->wants_intx, on);
	return XEN_PCI_ERR_success;
}

static int command_write_through(struct pciback_conf *conf,
				 const struct pciback_conf_field *field, u32 value)
{
	u32 real, next;
	int err;

	err = pciback_field_get(conf, field, &real);
	if (err)
		return err;

	next = (value & COMMAND_OF_DEVICE) | (real & ~COMMAND_OF_DEVICE);
	return next == real ? XEN_PCI_ERR_success : pciback_field_set(conf, field, next);
}

static int command_write(struct pciback_conf *conf, const struct pciback_conf_field *field,
			 u32 value, u32 touched)
{
	const struct pciback_conf_ops *ops = conf->ops;
	u16 changed = conf->command ^ value;
	bool on;
	int err;

	err = command_set_decode(conf, value & COMMAND_DECODES);
	if (err)
		return err;

	on = value & PCI_COMMAND_MASTER;
	if (on != ops->is_master(conf))
		ops->set_master(conf, on);

	/* A device that does not do it can do without: the guest will read that it is off. */
	on = value & PCI_COMMAND_INVALIDATE;
	if ((changed & PCI_COMMAND_INVALIDATE) && ops->set_mwi(conf, on))
		value &= ~PCI_COMMAND_INVALIDATE;

	if ((changed & PCI_COMMAND_INTX_DISABLE) && pciback_conf_has_interrupt_control(conf))
		ops->set_intx(conf, !(value & PCI_COMMAND_INTX_DISABLE));

	conf->command = value;
	if (pciback_conf_lets_through(conf))
		return command_write_through(conf, field, value);

	return XEN_PCI_ERR_success;
}

/* A self-test may be started; the rest can be written only as it is. */
static int bist_write(struct pciback_conf *conf, const struct pciback_conf_field *field,
		      u32 value, u32 touched)
{
	u32 real;
	int err;

	err = pciback_field_get(conf, field, &real);
	if (err)
		return err;

	if (value != PCI_BIST_START && ((value ^ real) & ~PCI_BIST_START))
		return XEN_PCI_ERR_success;

	return pciback_field_set(conf, field, value);
}

static int bar_read(struct pciback_conf *conf, const struct pciback_conf_field *field, u32 *value)
{
	const struct pciback_conf_bar *bar = &conf->ident.bars[field->index];

	*value = bar->is_sizing ? bar->sizing : bar->address;
	return XEN_PCI_ERR_success;
}

/*
 * All ones ask for the size, which only works in one write. The one address that is accepted is
 * the register's own: a device loses it when it goes through D3 or a reset, and the guest's
 * driver brings it back.
 */
static int bar_write(struct pciback_conf *conf, const struct pciback_conf_field *field,
		     u32 value, u32 touched)
{
	struct pciback_conf_bar *bar = &conf->ident.bars[field->index];
	u32 real;
	int err;

	bar->is_sizing = (value | bar->flag_bits) == U32_MAX;
	if (bar->is_sizing || value != bar->address)
		return XEN_PCI_ERR_success;

	err = pciback_field_get(conf, field, &real);
	if (err || real == bar->address)
		return err;

	return pciback_field_set(conf, field, bar->address);
}

#define CONF_BAR(offset, n)	{						\
	.reg = (offset), .width = 4, .index = (n), .read = bar_read, .write = bar_write	\
}

/* What neither writes nor has writable bits is filtered for that: not even permissive. */
static const struct pciback_conf_field header_fields[] = {
	{ .reg = PCI_VENDOR_ID, .width = 2, .read = vendor_read },
	{ .reg = PCI_DEVICE_ID, .width = 2, .read = device_read },
	{ .reg = PCI_COMMAND, .width = 2, .read = command_read, .write = command_write },
	{ .reg = PCI_INTERRUPT_LINE, .width = 1, .read = irq_line_read },
	{ .reg = PCI_INTERRUPT_PIN, .width = 1 },
	{ .reg = PCI_CACHE_LINE_SIZE, .width = 1, .writable = 0xff },
	{ .reg = PCI_LATENCY_TIMER, .width = 1 },
	{ .reg = PCI_BIST, .width = 1, .write = bist_write },
};

static const struct pciback_conf_field endpoint_fields[] = {
	CONF_BAR(PCI_BASE_ADDRESS_0, 0),
	CONF_BAR(PCI_BASE_ADDRESS_1, 1),
	CONF_BAR(PCI_BASE_ADDRESS_2, 2),
	CONF_BAR(PCI_BASE_ADDRESS_3, 3),
	CONF_BAR(PCI_BASE_ADDRESS_4, 4),
	CONF_BAR(PCI_BASE_ADDRESS_5, 5),
	CONF_BAR(PCI_ROM_ADDRESS, PCIBACK_CONF_ROM),
};

static const struct pciback_conf_field bridge_fields[] = {
	CONF_BAR(PCI_BASE_ADDRESS_0, 0),
	CONF_BAR(PCI_BASE_ADDRESS_1, 1),
	CONF_BAR(PCI_ROM_ADDRESS1, PCIBACK_CONF_ROM),
};

/* Not one that was never given an address, or that is in use. */
static bool bar_has_address(const struct resource *res)
{
	return res->flags &&
	       !(res->flags & (IORESOURCE_BUSY | IORESOURCE_UNSET | IORESOURCE_DISABLED));
}

static struct pciback_conf_bar bar_of_resource(const struct resource *res)
{
	u32 flags = res->flags & PCI_REGION_FLAG_MASK;
	struct pciback_conf_bar bar = { };

	bar.flag_bits = res->flags & IORESOURCE_IO ? ~PCI_BASE_ADDRESS_IO_MASK
						   : ~PCI_BASE_ADDRESS_MEM_MASK;
	if (bar_has_address(res)) {
		bar.address = lower_32_bits(res->start) | flags;
		bar.sizing = lower_32_bits(-(u64)resource_size(res)) | flags;
	}
	return bar;
}

/* The upper half of the one before: all its bits are of the address. */
static struct pciback_conf_bar bar_above_4g(const struct resource *low)
{
	struct pciback_conf_bar bar = { };

	if (bar_has_address(low)) {
		bar.address = upper_32_bits(low->start);
		bar.sizing = upper_32_bits(-(u64)resource_size(low));
	}
	return bar;
}

/**
 * pciback_conf_set_bars() - what the address registers read as
 * @ident: its bars are set
 * @resources: of the device, at least up to PCI_ROM_RESOURCE
 *
 * Context: any.
 */
void pciback_conf_set_bars(struct pciback_conf_ident *ident, const struct resource *resources)
{
	const struct resource *low = NULL;
	unsigned int i;

	for (i = 0; i < PCIBACK_CONF_ROM; i++) {
		if (low && (low->flags & IORESOURCE_MEM_64))
			ident->bars[i] = bar_above_4g(low);
		else
			ident->bars[i] = bar_of_resource(&resources[i]);
		low = &resources[i];
	}

	ident->bars[PCIBACK_CONF_ROM] = bar_of_resource(&resources[PCI_ROM_RESOURCE]);
	ident->bars[PCIBACK_CONF_ROM].flag_bits = (u32)~PCI_ROM_ADDRESS_MASK;
}

/**
 * pciback_conf_add_header() - filter the header
 * @conf: of the device
 *
 * Context: start of @conf.
 * Return: 0, -EINVAL if the header is of an unknown type, -EIO if the device does not answer.
 */
int pciback_conf_add_header(struct pciback_conf *conf)
{
	u32 command;

	pciback_conf_add_fields(conf, header_fields, ARRAY_SIZE(header_fields), 0);
	switch (conf->ident.hdr_type) {
	case PCI_HEADER_TYPE_NORMAL:
		pciback_conf_add_fields(conf, endpoint_fields, ARRAY_SIZE(endpoint_fields), 0);
		break;
	case PCI_HEADER_TYPE_BRIDGE:
		pciback_conf_add_fields(conf, bridge_fields, ARRAY_SIZE(bridge_fields), 0);
		break;
	default:
		return -EINVAL;
	}

	if (conf->ops->read(conf, PCI_COMMAND, 2, &command))
		return -EIO;

	conf->command = command;
	return 0;
}

/**
 * pciback_conf_reset_header() - forget what a guest has written to the header
 * @conf: of the device
 *
 * Context: process; the lock of @conf is held.
 */
void pciback_conf_reset_header(struct pciback_conf *conf)
{
	unsigned int i;
	u32 command;

	lockdep_assert_held(&conf->lock);

	for (i = 0; i < PCIBACK_CONF_BARS; i++)
		conf->ident.bars[i].is_sizing = false;

	/* 0 if the device is gone. */
	conf->ops->read(conf, PCI_COMMAND, 2, &command);
	conf->command = command;
}
