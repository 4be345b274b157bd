// SPDX-License-Identifier: GPL-2.0
/*
 * The balloon's faces: /sys/devices/system/xen_memory/xen_memory0, and memory/target in
 * xenstore. Documentation/ABI/stable/sysfs-devices-system-xen_memory has the files.
 *
 * The files read single words of balloon_stats, without a lock. The watch is called by
 * the xenstore client's thread, never twice at a time.
 */
#define pr_fmt(fmt) "xen_balloon: " fmt

#include <linux/capability.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/notifier.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <xen/balloon.h>
#include <xen/mem-reservation.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "mem.h"

static bool toolstack_has_maximum(unsigned long *pages)
{
	unsigned long long kib;

	if (xenbus_scanf(XBT_NIL, "memory", "static-max", "%llu", &kib) != 1 &&
	    xenbus_scanf(XBT_NIL, "memory", "memory_static_max", "%llu", &kib) != 1)
		return false;

	*pages = balloon_pages_of_kib(kib);
	return true;
}

static long toolstack_bias(void)
{
	unsigned long static_max = 0;
	bool known = toolstack_has_maximum(&static_max);

	return balloon_target_bias(&balloon_stats, xen_pv_domain() || xen_initial_domain(),
				   known, static_max);
}

static void toolstack_target_changed(struct xenbus_watch *watch, const char *path,
				     const char *token)
{
	static bool bias_is_known;
	static long bias;
	unsigned long long kib;

	balloon_lift_memory_limit();

	/* The initial domain has none until somebody sets it. */
	if (xenbus_scanf(XBT_NIL, "memory", "target", "%llu", &kib) != 1)
		return;

	if (!bias_is_known) {
		bias = toolstack_bias();
		bias_is_known = true;
	}
	balloon_set_new_target(balloon_target_of(balloon_pages_of_kib(kib), bias));
}

static struct xenbus_watch toolstack_watch = {
	.node = "memory/target",
	.callback = toolstack_target_changed,
};

static int toolstack_is_there(struct notifier_block *nb, unsigned long event, void *data)
{
	if (register_xenbus_watch(&toolstack_watch))
		pr_err("Failed to set balloon watcher\n");
	return NOTIFY_DONE;
}

static struct notifier_block toolstack_nb = {
	.notifier_call = toolstack_is_there,
};

/* Files that show a number of pages in another unit. */
static ssize_t show_kib(char *buf, unsigned long pages)
{
	return sysfs_emit(buf, "%lu\n", pages << (PAGE_SHIFT - 10));
}

static ssize_t current_kb_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_kib(buf, READ_ONCE(balloon_stats.current_pages));
}
static DEVICE_ATTR_RO(current_kb);

static ssize_t low_kb_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_kib(buf, READ_ONCE(balloon_stats.balloon_low));
}
static DEVICE_ATTR_RO(low_kb);

static ssize_t high_kb_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_kib(buf, READ_ONCE(balloon_stats.balloon_high));
}
static DEVICE_ATTR_RO(high_kb);

static ssize_t target_kb_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return show_kib(buf, READ_ONCE(balloon_stats.target_pages));
}

static ssize_t target_kb_store(struct device *dev, struct device_attribute *attr,
			       const char *buf, size_t count)
{
	u64 kib;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;

	err = kstrtou64(buf, 0, &kib);
	if (err)
		return err;

	balloon_set_new_target(balloon_pages_of_kib(kib));
	return count;
}
static DEVICE_ATTR_RW(target_kb);

static ssize_t target_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	u64 pages = READ_ONCE(balloon_stats.target_pages);

	return sysfs_emit(buf, "%llu\n", pages << PAGE_SHIFT);
}

static ssize_t target_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	u64 bytes;
	char *rest;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;

	bytes = memparse(buf, &rest);
	if (rest == buf || *skip_spaces(rest))
		return -EINVAL;

	balloon_set_new_target(balloon_pages_of_kib(bytes >> 10));
	return count;
}
static DEVICE_ATTR_RW(target);

static DEVICE_BOOL_ATTR(scrub_pages, 0644, xen_scrub_pages);
static DEVICE_ULONG_ATTR(max_retry_count, 0644, balloon_stats.max_retry_count);
static DEVICE_ULONG_ATTR(retry_count, 0444, balloon_stats.retry_count);
static DEVICE_ULONG_ATTR(max_schedule_delay, 0644, balloon_stats.max_schedule_delay);
static DEVICE_ULONG_ATTR(schedule_delay, 0444, balloon_stats.schedule_delay);

static struct attribute *memory_attrs[] = {
	&dev_attr_target.attr,
	&dev_attr_target_kb.attr,
	&dev_attr_scrub_pages.attr.attr,
	&dev_attr_retry_count.attr.attr,
	&dev_attr_max_retry_count.attr.attr,
	&dev_attr_schedule_delay.attr.attr,
	&dev_attr_max_schedule_delay.attr.attr,
	NULL
};

static struct attribute *memory_info_attrs[] = {
	&dev_attr_current_kb.attr,
	&dev_attr_high_kb.attr,
	&dev_attr_low_kb.attr,
	NULL
};

static const struct attribute_group memory_group = { .attrs = memory_attrs };
static const struct attribute_group memory_info_group = {
	.name = "info",
	.attrs = memory_info_attrs,
};

static const struct attribute_group *memory_groups[] = {
	&memory_group,
	&memory_info_group,
	NULL
};

static const struct bus_type memory_subsys = {
	.name = "xen_memory",
	.dev_name = "xen_memory",
};

static struct device memory_device = {
	.id = 0,
	.bus = &memory_subsys,
	.groups = memory_groups,
};

static void memory_device_register(void)
{
	if (subsys_system_register(&memory_subsys, NULL)) {
		pr_err("Failed to register the xen_memory subsystem\n");
		return;
	}
	if (device_register(&memory_device)) {
		pr_err("Failed to register the xen_memory device\n");
		bus_unregister(&memory_subsys);
	}
}

/**
 * xen_balloon_init - let the toolstack and user space at the balloon
 *
 * Context: once, when the balloon has been started.
 */
void xen_balloon_init(void)
{
	memory_device_register();
	register_xenstore_notifier(&toolstack_nb);
}
EXPORT_SYMBOL_GPL(xen_balloon_init);
