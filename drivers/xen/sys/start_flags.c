// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor/start_flags: what the hypervisor told this domain at its start, a
 * file a flag. A flag that has no name yet is "unknown" with its number, so that the
 * files are the same for every kernel and hypervisor.
 *
 * All is constant once hypervisor_flags_name() has run, at init.
 */
#include <linux/bits.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/log2.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <xen/xen.h>
#include <xen/interface/xen.h>

#include "sys.h"

#define FLAGS	BITS_PER_TYPE(xen_start_flags)

struct start_flag {
	struct kobj_attribute file;
	char name[12];
};

static const char *const flag_names[FLAGS] __initconst = {
	[ilog2(SIF_INITDOMAIN)] = "initdomain",
	[ilog2(SIF_PRIVILEGED)] = "privileged",
};

static struct start_flag flags[FLAGS];
static struct attribute *flag_attrs[FLAGS + 1];

const struct attribute_group hypervisor_flags_group = {
	.name = "start_flags",
	.attrs = flag_attrs,
};

static ssize_t flag_show(struct kobject *kobj, struct kobj_attribute *file, char *page)
{
	unsigned int bit = container_of(file, struct start_flag, file) - flags;

	return sysfs_emit(page, "%u\n", !!(xen_start_flags & BIT(bit)));
}

/**
 * hypervisor_flags_name - complete hypervisor_flags_group
 *
 * Context: init, before the group is registered.
 */
void __init hypervisor_flags_name(void)
{
	unsigned int bit;

	for (bit = 0; bit < FLAGS; bit++) {
		struct start_flag *flag = &flags[bit];

		if (flag_names[bit])
			strscpy(flag->name, flag_names[bit]);
		else
			snprintf(flag->name, sizeof(flag->name), "unknown%02u", bit);

		sysfs_attr_init(&flag->file.attr);
		flag->file.attr.name = flag->name;
		flag->file.attr.mode = 0444;
		flag->file.show = flag_show;
		flag_attrs[bit] = &flag->file.attr;
	}
}
