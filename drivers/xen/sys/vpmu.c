// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/hypervisor/pmu: who may use the machine's performance counters. For the initial
 * domain only; the hypervisor keeps the setting and decides what it accepts.
 */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <asm/xen/hypercall.h>

#include <xen/xen.h>
#include <xen/interface/xenpmu.h>

static const struct {
	u32 value;
	const char *word;
} vpmu_modes[] = {
	{ XENPMU_MODE_ALL,	"all" },
	{ XENPMU_MODE_HV,	"hv" },
	{ XENPMU_MODE_SELF,	"self" },
	{ XENPMU_MODE_OFF,	"off" },
};

static int vpmu_get(unsigned int what, u32 *value)
{
	struct xen_pmu_params params = {
		.version = { .maj = XENPMU_VER_MAJ, .min = XENPMU_VER_MIN },
	};
	int err = HYPERVISOR_xenpmu_op(what, &params);

	*value = params.val;
	return err;
}

static int vpmu_set(unsigned int what, u32 value)
{
	struct xen_pmu_params params = {
		.version = { .maj = XENPMU_VER_MAJ, .min = XENPMU_VER_MIN },
		.val = value,
	};

	return HYPERVISOR_xenpmu_op(what, &params);
}

static ssize_t pmu_mode_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	unsigned int i;
	u32 mode;
	int err = vpmu_get(XENPMU_mode_get, &mode);

	if (err)
		return err;

	for (i = 0; i < ARRAY_SIZE(vpmu_modes); i++)
		if (vpmu_modes[i].value == mode)
			return sysfs_emit(page, "%s\n", vpmu_modes[i].word);

	return -EINVAL;
}

static ssize_t pmu_mode_store(struct kobject *kobj, struct kobj_attribute *attr,
			      const char *text, size_t size)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vpmu_modes); i++)
		if (sysfs_streq(text, vpmu_modes[i].word))
			return vpmu_set(XENPMU_mode_set, vpmu_modes[i].value) ?: size;

	return -EINVAL;
}

static ssize_t pmu_features_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	u32 features;
	int err = vpmu_get(XENPMU_feature_get, &features);

	return err ?: sysfs_emit(page, "0x%x\n", features);
}

static ssize_t pmu_features_store(struct kobject *kobj, struct kobj_attribute *attr,
				  const char *text, size_t size)
{
	u32 features;
	int err = kstrtou32(text, 0, &features);

	if (!err)
		err = vpmu_set(XENPMU_feature_set, features);
	return err ?: size;
}

static struct kobj_attribute pmu_mode_attr = __ATTR_RW(pmu_mode);
static struct kobj_attribute pmu_features_attr = __ATTR_RW(pmu_features);

static struct attribute *vpmu_attrs[] = {
	&pmu_mode_attr.attr,
	&pmu_features_attr.attr,
	NULL
};

static const struct attribute_group vpmu_group = { .name = "pmu", .attrs = vpmu_attrs };

static int __init vpmu_sysfs_init(void)
{
	if (!xen_initial_domain())
		return -ENODEV;

	return sysfs_create_group(hypervisor_kobj, &vpmu_group);
}
device_initcall(vpmu_sysfs_init);
