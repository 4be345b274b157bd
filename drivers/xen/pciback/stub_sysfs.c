// SPDX-License-Identifier: GPL-2.0
/*
 * The driver's files, in /sys/bus/pci/drivers/pciback. Documentation/ABI has the newer ones;
 * tools write to the others too.
 *
 * What is written names a device, or for the list of addresses also several.
 */
#define dev_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/sysfs.h>

#include "pciback.h"

/* Do something to the device that was written, with its lock held; -errno, or @count. */
static ssize_t files_store_dev(const char *buf, size_t count, int missing,
			       void (*change)(struct pciback_dev *held))
{
	struct pciback_pattern pattern;
	struct pciback_dev *held;
	ssize_t result = missing;

	if (pciback_pattern_parse(buf, &pattern))
		return -EINVAL;
	held = pciback_devs_find(&pattern);
	if (!held)
		return missing;

	device_lock(&held->pci->dev);
	if (held->is_ready) {
		change(held);
		result = count;
	}
	device_unlock(&held->pci->dev);

	pciback_dev_put(held);
	return result;
}

/* The devices of which something is true. */
static ssize_t files_show_devs(char *buf, bool (*is_so)(const struct pciback_conf *conf))
{
	struct pciback_dev *held;
	ssize_t len = 0;

	pciback_for_each_dev(held)
		if (READ_ONCE(held->is_ready) && is_so(&held->conf))
			len += sysfs_emit_at(buf, len, "%s\n", pci_name(held->pci));
	return len;
}

static ssize_t files_store_ids(const char *buf, size_t count,
			       int (*change)(const struct pciback_pattern *pattern))
{
	struct pciback_pattern pattern;
	int err = pciback_pattern_parse(buf, &pattern);

	return err ?: change(&pattern) ?: count;
}

static ssize_t new_slot_store(struct device_driver *drv, const char *buf, size_t count)
{
	return files_store_ids(buf, count, pciback_ids_add);
}
static DRIVER_ATTR_WO(new_slot);

static ssize_t remove_slot_store(struct device_driver *drv, const char *buf, size_t count)
{
	return files_store_ids(buf, count, pciback_ids_remove);
}
static DRIVER_ATTR_WO(remove_slot);

static ssize_t slots_show(struct device_driver *drv, char *buf)
{
	return pciback_ids_show(buf);
}
static DRIVER_ATTR_RO(slots);

static ssize_t irq_handlers_show(struct device_driver *drv, char *buf)
{
	struct pciback_dev *held;
	ssize_t len = 0;

	pciback_for_each_dev(held) {
		const struct pciback_ack *ack = &held->ack;

		if (!READ_ONCE(held->is_ready))
			continue;
		len += sysfs_emit_at(buf, len, "%s:%s:%sing:%lu\n", pci_name(held->pci),
				     READ_ONCE(ack->is_on) ? "on" : "off",
				     READ_ONCE(ack->is_acking) ? "ack" : "not ack",
				     READ_ONCE(ack->handled));
	}
	return len;
}
static DRIVER_ATTR_RO(irq_handlers);

static ssize_t irq_handler_state_store(struct device_driver *drv, const char *buf, size_t count)
{
	return files_store_dev(buf, count, -ENOENT, pciback_irq_toggle);
}
static DRIVER_ATTR_WO(irq_handler_state);

static int files_add_quirk(struct pciback_dev *held, const struct pciback_quirk *quirk)
{
	int err = -ENODEV;

	device_lock(&held->pci->dev);
	if (held->is_ready)
		err = pciback_conf_add_quirk(&held->conf, quirk->reg, quirk->size, quirk->mask);
	device_unlock(&held->pci->dev);

	return err;
}

static ssize_t quirks_store(struct device_driver *drv, const char *buf, size_t count)
{
	struct pciback_pattern pattern;
	struct pciback_quirk quirk;
	struct pciback_dev *held;
	int err;

	err = pciback_quirk_parse(buf, &quirk);
	if (err)
		return err;

	pattern.domain = quirk.domain;
	pattern.bus = quirk.bus;
	pattern.slot = quirk.slot;
	pattern.func = quirk.func;
	held = pciback_devs_find(&pattern);
	if (!held)
		return -ENODEV;

	err = files_add_quirk(held, &quirk);
	pciback_dev_put(held);
	return err ?: count;
}

static ssize_t quirks_show(struct device_driver *drv, char *buf)
{
	struct pciback_dev *held;
	ssize_t len = 0;

	pciback_for_each_dev(held)
		if (READ_ONCE(held->is_ready))
			len += pciback_conf_show(&held->conf, buf, len);
	return len;
}
static DRIVER_ATTR_RW(quirks);

static void files_make_permissive(struct pciback_dev *held)
{
	if (pciback_conf_is_permissive(&held->conf))
		return;

	pciback_conf_make_permissive(&held->conf);
	dev_warn(&held->pci->dev, "enabling permissive mode configuration space accesses!\n");
	dev_warn(&held->pci->dev, "permissive mode is potentially unsafe!\n");
}

static ssize_t permissive_store(struct device_driver *drv, const char *buf, size_t count)
{
	return files_store_dev(buf, count, -ENODEV, files_make_permissive);
}

static ssize_t permissive_show(struct device_driver *drv, char *buf)
{
	return files_show_devs(buf, pciback_conf_is_permissive);
}
static DRIVER_ATTR_RW(permissive);

static void files_allow_control(struct pciback_dev *held)
{
	pciback_conf_allow_interrupt_control(&held->conf);
}

static ssize_t allow_interrupt_control_store(struct device_driver *drv, const char *buf,
					     size_t count)
{
	return files_store_dev(buf, count, -ENODEV, files_allow_control);
}

static ssize_t allow_interrupt_control_show(struct device_driver *drv, char *buf)
{
	return files_show_devs(buf, pciback_conf_has_interrupt_control);
}
static DRIVER_ATTR_RW(allow_interrupt_control);

static struct attribute *files_attrs[] = {
	&driver_attr_new_slot.attr,
	&driver_attr_remove_slot.attr,
	&driver_attr_slots.attr,
	&driver_attr_quirks.attr,
	&driver_attr_permissive.attr,
	&driver_attr_allow_interrupt_control.attr,
	&driver_attr_irq_handlers.attr,
	&driver_attr_irq_handler_state.attr,
	NULL
};

static const struct attribute_group files_group = {
	.attrs = files_attrs,
};

const struct attribute_group *pciback_driver_groups[] = {
	&files_group,
	NULL
};
