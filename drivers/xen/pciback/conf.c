// SPDX-License-Identifier: GPL-2.0
/*
 * Accesses of a guest to the configuration space of a device that it was given.
 *
 * A register is filtered (it has a field) or it is not. What is not filtered reads as it is and
 * cannot be written, unless the device is permissive. What is filtered is read and written only
 * as its field says, permissive or not. An access may cover several registers, or a part of one.
 *
 * Invariant: in a device that is not permissive no bit changes but by a field, and every access
 * that reaches the device is aligned and inside of its configuration space.
 */
#include <linux/align.h>
#include <linux/types.h>

#include <xen/interface/io/pciif.h>

#include "conf_field.h"

/* Of a register that starts @bytes after another, the value as it lies in that. */
static u32 conf_place(u32 value, int bytes)
{
	return bytes < 0 ? value >> (8 * -bytes) : value << (8 * bytes);
}

static bool conf_access_is_valid(const struct pciback_conf *conf, int reg, int width)
{
	if (width != 1 && width != 2 && width != 4)
		return false;

	return reg >= 0 && IS_ALIGNED(reg, width) && reg < conf->ident.size;
}

static bool conf_field_is_hit(const struct pciback_conf_field *field, int reg, int width)
{
	return field->reg < reg + width && reg < field->reg + field->width;
}

static int conf_read_field(struct pciback_conf *conf, const struct pciback_conf_field *field,
			   u32 *value)
{
	int err;

	*value = 0;
	if (field->read)
		return field->read(conf, field, value);

	err = pciback_field_get(conf, field, value);
	*value &= ~field->hidden;
	return err;
}

static int conf_write_bits(struct pciback_conf *conf, const struct pciback_conf_field *field,
			   u32 value)
{
	u32 kept = pciback_width_mask(field->width) & ~field->writable;
	u32 now = 0;
	int err;

	if (kept) {
		err = pciback_field_get(conf, field, &now);
		if (err)
			return err;
	}

	return pciback_field_set(conf, field, (now & kept) | (value & ~kept));
}

static int conf_write_field(struct pciback_conf *conf, const struct pciback_conf_field *field,
			    u32 value, u32 touched)
{
	u32 now = 0;
	int err;

	if (!field->write && !field->writable)
		return XEN_PCI_ERR_success;

	if (touched != pciback_width_mask(field->width)) {
		err = conf_read_field(conf, field, &now);
		if (err)
			return err;
	}

	value = (value & touched) | (now & ~touched);
	if (field->write)
		return field->write(conf, field, value, touched);

	return conf_write_bits(conf, field, value);
}

static int conf_read(struct pciback_conf *conf, int reg, int width, u32 *value)
{
	u32 all = pciback_width_mask(width), filtered = 0, result = 0;
	const struct pciback_conf_field *field;
	u32 part, bits;
	int err;

	list_for_each_entry(field, &conf->fields, node) {
		if (!conf_field_is_hit(field, reg, width))
			continue;

		err = conf_read_field(conf, field, &part);
		if (err)
			return err;

		bits = conf_place(pciback_width_mask(field->width), field->reg - reg) & all;
		result = (result & ~bits) | (conf_place(part, field->reg - reg) & bits);
		filtered |= bits;
	}

	if (filtered != all) {
		err = conf->ops->read(conf, reg, width, &part);
		if (err)
			return err;
		result |= part & all & ~filtered;
	}

	*value = result;
	return XEN_PCI_ERR_success;
}

static int conf_write(struct pciback_conf *conf, int reg, int width, u32 value)
{
	u32 all = pciback_width_mask(width), touched;
	const struct pciback_conf_field *field;
	bool filtered = false;
	int err;

	list_for_each_entry(field, &conf->fields, node) {
		if (!conf_field_is_hit(field, reg, width))
			continue;

		filtered = true;
		touched = conf_place(all, reg - field->reg) & pciback_width_mask(field->width);
		err = conf_write_field(conf, field, conf_place(value & all, reg - field->reg),
				       touched);
		if (err)
			return err;
	}

	/* Bytes beside a field are not written even if the device is permissive. */
	if (filtered)
		return XEN_PCI_ERR_success;

	if (pciback_conf_lets_through(conf))
		return conf->ops->write(conf, reg, width, value & all);

	/* Real devices ignore such writes. Drivers do them, and are not to fail for it. */
	if (!conf->has_warned) {
		conf->has_warned = true;
		conf->ops->warn_refused(conf, reg, width);
	}
	return XEN_PCI_ERR_success;
}

/**
 * pciback_conf_lets_through() - may the guest write what is not filtered?
 * @conf: of the device
 *
 * Context: any.
 * Return: true if this device or every one is permissive.
 */
bool pciback_conf_lets_through(const struct pciback_conf *conf)
{
	return pciback_conf_is_permissive(conf) || READ_ONCE(*conf->ops->permissive);
}

/**
 * pciback_conf_read() - a guest reads
 * @conf: of the device
 * @reg: offset in bytes, as the guest gave it
 * @width: in bytes, as the guest gave it
 * @value: set to what it sees; to 0 if it fails
 *
 * Context: process; takes the lock of @conf.
 * Return: an XEN_PCI_ERR_*, for the guest. Invalid is what is not aligned, not of 1, 2 or 4 bytes
 * or not inside of the device's configuration space.
 */
int pciback_conf_read(struct pciback_conf *conf, int reg, int width, u32 *value)
{
	int err;

	*value = 0;
	if (!conf_access_is_valid(conf, reg, width))
		return XEN_PCI_ERR_invalid_offset;

	mutex_lock(&conf->lock);
	err = conf_read(conf, reg, width, value);
	mutex_unlock(&conf->lock);
	return err;
}

/**
 * pciback_conf_write() - a guest writes
 * @conf: of the device
 * @reg: offset in bytes, as the guest gave it
 * @width: in bytes, as the guest gave it
 * @value: what it writes; bits beyond @width do not count
 *
 * Of several registers that are covered those after one that fails are not written.
 *
 * Context: process; takes the lock of @conf. May take long, if the power state changes.
 * Return: an XEN_PCI_ERR_*, for the guest; success too if the write was ignored.
 */
int pciback_conf_write(struct pciback_conf *conf, int reg, int width, u32 value)
{
	int err;

	if (!conf_access_is_valid(conf, reg, width))
		return XEN_PCI_ERR_invalid_offset;

	mutex_lock(&conf->lock);
	err = conf_write(conf, reg, width, value);
	mutex_unlock(&conf->lock);
	return err;
}

/**
 * pciback_conf_add_fields() - filter registers that every device of its kind has
 * @conf: of the device
 * @fields: to be copied
 * @count: how many
 * @base: what their offsets count from
 *
 * Context: start of @conf.
 */
void pciback_conf_add_fields(struct pciback_conf *conf, const struct pciback_conf_field *fields,
			     unsigned int count, unsigned int base)
{
	struct pciback_conf_field *field;

	if (WARN_ON_ONCE(conf->builtins + count > PCIBACK_CONF_FIELDS))
		return;

	while (count--) {
		field = &conf->builtin[conf->builtins++];
		*field = *fields++;
		field->reg += base;
		list_add_tail(&field->node, &conf->fields);
	}
}

/**
 * pciback_conf_start() - begin to filter
 * @conf: of the device; ops and ident are set, all else is 0
 *
 * Context: process; nobody else knows of @conf yet.
 * Return: 0, -EINVAL if the header is of an unknown type, -EIO if the device does not answer.
 */
int pciback_conf_start(struct pciback_conf *conf)
{
	int err;

	mutex_init(&conf->lock);
	INIT_LIST_HEAD(&conf->fields);

	mutex_lock(&conf->lock);
	err = pciback_conf_add_header(conf);
	if (!err)
		err = pciback_conf_add_caps(conf);
	mutex_unlock(&conf->lock);
	return err;
}

/**
 * pciback_conf_stop() - no more filter
 * @conf: of the device; started, or the start has failed
 *
 * Who still reads a file of the driver may come to look at it: the lock stays, and those fields
 * that were not allocated.
 *
 * Context: process; no guest has the device any more.
 */
void pciback_conf_stop(struct pciback_conf *conf)
{
	mutex_lock(&conf->lock);
	pciback_conf_drop_quirks(conf);
	mutex_unlock(&conf->lock);
}

/**
 * pciback_conf_reset() - forget one guest before the next
 * @conf: of the device, which is disabled and answers
 *
 * Quirks and the leave to choose the way of interrupts go with the guest, being permissive stays.
 *
 * Context: process; takes the lock of @conf.
 */
void pciback_conf_reset(struct pciback_conf *conf)
{
	mutex_lock(&conf->lock);
	pciback_conf_reset_header(conf);
	pciback_conf_drop_quirks(conf);
	WRITE_ONCE(conf->wants_intx, false);
	WRITE_ONCE(conf->interrupt_control, false);
	mutex_unlock(&conf->lock);
}
