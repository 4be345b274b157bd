// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor: the hypervisor's type, version and properties, and the domain's
 * UUID and kind.
 *
 * Nothing is kept here: each read asks the hypervisor, so that a file tells the truth
 * also after the domain was migrated to another host. No locks. Start flags and the
 * performance counters' modes have files of their own, start_flags.c and vpmu.c.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/sysfs.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/xen.h>
#include <xen/xenbus.h>
#include <xen/interface/xen.h>
#include <xen/interface/version.h>

#include "sys.h"
#include "version_text.h"

/* A string that the hypervisor writes somewhere into a buffer of a fixed size. */
struct version_field {
	struct kobj_attribute attr;
	int what;		/* XENVER_* */
	u16 size;		/* of the buffer */
	u16 offset;		/* of the string */
	u16 length;		/* of the string, at most */
};

static ssize_t field_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	const struct version_field *field = container_of(attr, struct version_field, attr);
	char *buffer = kzalloc(field->size, GFP_KERNEL);
	ssize_t ret;

	if (!buffer)
		return -ENOMEM;

	ret = HYPERVISOR_xen_version(field->what, buffer);
	if (!ret)
		ret = version_text_line(page, buffer + field->offset, field->length);
	kfree(buffer);
	return ret;
}

#define VERSION_FIELD(_file, _what, _struct, _member)					\
	static struct version_field field_##_file = {					\
		.attr = { .attr = { .name = #_file, .mode = 0444 }, .show = field_show },	\
		.what = (_what),							\
		.size = sizeof(struct _struct),						\
		.offset = offsetof(struct _struct, _member),				\
		.length = sizeof_field(struct _struct, _member),			\
	}

VERSION_FIELD(extra, XENVER_extraversion, xen_extraversion, extraversion);
VERSION_FIELD(compiler, XENVER_compile_info, xen_compile_info, compiler);
VERSION_FIELD(compiled_by, XENVER_compile_info, xen_compile_info, compile_by);
VERSION_FIELD(compile_date, XENVER_compile_info, xen_compile_info, compile_date);
VERSION_FIELD(capabilities, XENVER_capabilities, xen_capabilities_info, info);
VERSION_FIELD(changeset, XENVER_changeset, xen_changeset_info, info);

/* Defines the attribute _file_attr, which _file_show() below it fills. */
#define HYPERVISOR_FILE(_file)								\
	static ssize_t _file##_show(struct kobject *kobj, struct kobj_attribute *attr,	\
				    char *page);					\
	static struct kobj_attribute _file##_attr = __ATTR_RO(_file);			\
	static ssize_t _file##_show(struct kobject *kobj, struct kobj_attribute *attr,	\
				    char *page)

HYPERVISOR_FILE(type)
{
	return sysfs_emit(page, "xen\n");
}

HYPERVISOR_FILE(guest_type)
{
	/* An Arm domain has no kind. */
	if (xen_domain_type == XEN_NATIVE)
		return sysfs_emit(page, "Xen\n");
	if (xen_pv_domain())
		return sysfs_emit(page, "PV\n");
	if (xen_hvm_domain())
		return sysfs_emit(page, "%s\n", xen_pvh_domain() ? "PVH" : "HVM");

	return -EINVAL;
}

/* A hypervisor without the call has the toolstack tell in the store. */
static ssize_t uuid_from_store(char *page)
{
	char *home, *uuid;
	ssize_t ret;

	if (!xenstored_ready)
		return -EBUSY;

	home = xenbus_read(XBT_NIL, "vm", "", NULL);
	if (IS_ERR(home))
		return PTR_ERR(home);
	uuid = xenbus_read(XBT_NIL, home, "uuid", NULL);
	kfree(home);
	if (IS_ERR(uuid))
		return PTR_ERR(uuid);

	ret = sysfs_emit(page, "%s\n", uuid);
	kfree(uuid);
	return ret;
}

HYPERVISOR_FILE(uuid)
{
	xen_domain_handle_t uuid;

	if (HYPERVISOR_xen_version(XENVER_guest_handle, &uuid))
		return uuid_from_store(page);

	return sysfs_emit(page, "%pU\n", &uuid);
}

/* Major in the upper half, minor in the lower; there is no version 0.0. */
static ssize_t version_half_show(char *page, unsigned int shift)
{
	u32 version = HYPERVISOR_xen_version(XENVER_version, NULL);

	return version ? sysfs_emit(page, "%u\n", (version >> shift) & 0xffff) : -ENODEV;
}

HYPERVISOR_FILE(major)
{
	return version_half_show(page, 16);
}

HYPERVISOR_FILE(minor)
{
	return version_half_show(page, 0);
}

HYPERVISOR_FILE(virtual_start)
{
	struct xen_platform_parameters platform = {};
	int err = HYPERVISOR_xen_version(XENVER_platform_parameters, &platform);

	return err ?: sysfs_emit(page, "%" PRI_xen_ulong "\n", platform.virt_start);
}

HYPERVISOR_FILE(pagesize)
{
	int bytes = HYPERVISOR_xen_version(XENVER_pagesize, NULL);

	return bytes > 0 ? sysfs_emit(page, "%x\n", bytes) : bytes;
}

HYPERVISOR_FILE(features)
{
	u32 words[XENFEAT_NR_SUBMAPS];
	unsigned int last = ARRAY_SIZE(words), first = last;

	/* From the last word down to one that the hypervisor does not tell. */
	while (first) {
		struct xen_feature_info info = { .submap_idx = first - 1 };
		int err = HYPERVISOR_xen_version(XENVER_get_features, &info);

		if (err && first == last)
			return err;
		if (err)
			break;
		words[--first] = info.submap;
	}

	return version_text_features(page, words + first, last - first);
}

HYPERVISOR_FILE(buildid)
{
	int room = HYPERVISOR_xen_version(XENVER_build_id, NULL);
	struct xen_build_id *id;
	int told;

	/* As the hypervisor itself puts it where it answers with text. */
	if (room == -EPERM)
		return sysfs_emit(page, "<denied>");
	if (room < 0)
		return room;
	if (room > PAGE_SIZE)
		return -ENOSPC;

	id = kzalloc(struct_size(id, buf, room), GFP_KERNEL);
	if (!id)
		return -ENOMEM;

	id->len = room;
	told = HYPERVISOR_xen_version(XENVER_build_id, id);
	if (told > 0)
		told = version_text_build_id(page, id->buf, room, told);
	kfree(id);
	return told;
}

static struct attribute *top_attrs[] = {
	&type_attr.attr,
	&guest_type_attr.attr,
	&uuid_attr.attr,
	NULL
};

static struct attribute *version_attrs[] = {
	&major_attr.attr,
	&minor_attr.attr,
	&field_extra.attr.attr,
	NULL
};

static struct attribute *compilation_attrs[] = {
	&field_compiler.attr.attr,
	&field_compiled_by.attr.attr,
	&field_compile_date.attr.attr,
	NULL
};

static struct attribute *property_attrs[] = {
	&field_capabilities.attr.attr,
	&field_changeset.attr.attr,
	&virtual_start_attr.attr,
	&pagesize_attr.attr,
	&features_attr.attr,
	&buildid_attr.attr,
	NULL
};

static const struct attribute_group top_group = { .attrs = top_attrs };
static const struct attribute_group version_group = { .name = "version", .attrs = version_attrs };

static const struct attribute_group compilation_group = {
	.name = "compilation", .attrs = compilation_attrs
};

static const struct attribute_group property_group = {
	.name = "properties", .attrs = property_attrs
};

static const struct attribute_group *hypervisor_groups[] = {
	&top_group,
	&version_group,
	&compilation_group,
	&property_group,
	&hypervisor_flags_group,
	NULL
};

static int __init hypervisor_init(void)
{
	if (!xen_domain())
		return -ENODEV;

	hypervisor_flags_name();
	return sysfs_create_groups(hypervisor_kobj, hypervisor_groups);
}
device_initcall(hypervisor_init);
