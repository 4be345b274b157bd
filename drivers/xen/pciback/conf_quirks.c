// SPDX-License-Identifier: GPL-2.0
/*
 * Registers that the administrator lets through for one guest, by the file "quirks".
 *
 * They read and write as they are. One that starts where a filtered register starts is taken for
 * that and changes nothing; one that starts inside of such a register does let those bytes through.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/sysfs.h>

#include "conf_field.h"

/* A mask that has bits beyond the register is taken for a mistake in the size. */
static bool quirk_is_valid(unsigned int reg, unsigned int size, u32 mask)
{
	if (size != 1 && size != 2 && size != 4)
		return false;

	return reg <= 0xfff && IS_ALIGNED(reg, size) && !(mask & ~pciback_width_mask(size));
}

/**
 * pciback_quirk_parse() - read what was written to the file
 * @text: [DDDD:]BB:SS.F-REG:SIZE:MASK, all of it hexadecimal; may have blanks around it
 * @quirk: set to it
 *
 * Context: any.
 * Return: 0, or -EINVAL if it is no such thing or no such register can be.
 */
int pciback_quirk_parse(const char *text, struct pciback_quirk *quirk)
{
	unsigned int *reg = &quirk->reg, *size = &quirk->size, *mask = &quirk->mask;
	int found, end = 0;
	bool complete;

	found = sscanf(text, " %x:%x:%x.%x-%x:%x:%x %n", &quirk->domain, &quirk->bus,
		       &quirk->slot, &quirk->func, reg, size, mask, &end);
	complete = found == 7;
	if (!complete) {
		quirk->domain = 0;
		found = sscanf(text, " %x:%x.%x-%x:%x:%x %n", &quirk->bus, &quirk->slot,
			       &quirk->func, reg, size, mask, &end);
		complete = found == 6;
	}

	if (!complete || text[end] || !quirk_is_valid(*reg, *size, *mask))
		return -EINVAL;

	return 0;
}

static bool conf_has_field_at(const struct pciback_conf *conf, unsigned int reg)
{
	const struct pciback_conf_field *field;

	lockdep_assert_held(&conf->lock);

	list_for_each_entry(field, &conf->fields, node) {
		if (field->reg == reg)
			return true;
	}
	return false;
}

/**
 * pciback_conf_add_quirk() - let a register through
 * @conf: of the device
 * @reg: its offset in bytes
 * @size: its width in bytes
 * @mask: to be shown
 *
 * It stays until the next reset.
 *
 * Context: process; takes the lock of @conf.
 * Return: 0, also if the register is filtered already and stays so; -EINVAL if it cannot be one;
 * -ENOMEM.
 */
int pciback_conf_add_quirk(struct pciback_conf *conf, unsigned int reg, unsigned int size,
			   u32 mask)
{
	struct pciback_conf_field *field;

	if (!quirk_is_valid(reg, size, mask))
		return -EINVAL;

	field = kzalloc(sizeof(*field), GFP_KERNEL);
	if (!field)
		return -ENOMEM;

	field->reg = reg;
	field->width = size;
	field->mask = mask;
	field->writable = pciback_width_mask(size);
	field->is_quirk = true;

	mutex_lock(&conf->lock);
	if (!conf_has_field_at(conf, reg)) {
		list_add_tail(&field->node, &conf->fields);
		field = NULL;
	}
	mutex_unlock(&conf->lock);

	kfree(field);
	return 0;
}

/**
 * pciback_conf_drop_quirks() - the guest for which they were is gone
 * @conf: of the device
 *
 * Context: process; the lock of @conf is held.
 */
void pciback_conf_drop_quirks(struct pciback_conf *conf)
{
	struct pciback_conf_field *field, *next;

	lockdep_assert_held(&conf->lock);

	list_for_each_entry_safe(field, next, &conf->fields, node) {
		if (!field->is_quirk)
			continue;
		list_del(&field->node);
		kfree(field);
	}
}

/**
 * pciback_conf_show_fields() - list the filtered registers
 * @conf: of the device
 * @page: of the file that is read
 * @at: how much of it is filled, in bytes
 *
 * Context: process; takes the lock of @conf.
 * Return: how many bytes were added.
 */
int pciback_conf_show_fields(struct pciback_conf *conf, char *page, int at)
{
	const struct pciback_conf_field *field;
	int start = at;

	mutex_lock(&conf->lock);
	list_for_each_entry(field, &conf->fields, node)
		at += sysfs_emit_at(page, at, "\t\t%08x:%01x:%08x\n", field->reg, field->width,
				    field->mask);
	mutex_unlock(&conf->lock);
	return at - start;
}
