// SPDX-License-Identifier: GPL-2.0
/*
 * The machine's physical CPUs, as the initial domain sees and controls them:
 * /sys/devices/system/xen_cpu/xen_cpuN for each that is present, with a file "online".
 *
 * The devices are a copy of the hypervisor's list. It is brought up to date whenever the
 * hypervisor signals a change, whoever has caused it; the files only make requests.
 *
 * pcpu_lock guards the list and what its members say. It is held across registering and
 * unregistering, which wait for users of the files, so no file operation takes it.
 */
#define pr_fmt(fmt) "xen_cpu: " fmt

#include <linux/capability.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include <asm/xen/hypercall.h>

#include <xen/events.h>
#include <xen/xen.h>
#include <xen/interface/platform.h>
#include <xen/interface/xen.h>

#include "pcpu_change.h"

struct pcpu {
	struct device dev;		/* its id is the hypervisor's number of the CPU */
	struct list_head node;		/* in pcpu_list */
	u32 acpi_id;
	bool online;			/* written under pcpu_lock, read by anybody */
};

static const struct bus_type pcpu_bus = {
	.name = "xen_cpu",
	.dev_name = "xen_cpu",
};

static DEFINE_MUTEX(pcpu_lock);
static LIST_HEAD(pcpu_list);

static struct pcpu *pcpu_of(struct device *dev)
{
	return container_of(dev, struct pcpu, dev);
}

/* Files */

static int pcpu_request(u32 number, bool online)
{
	struct xen_platform_op op = {
		.cmd = online ? XENPF_cpu_online : XENPF_cpu_offline,
		.u.cpu_ol.cpuid = number,
	};

	return HYPERVISOR_platform_op(&op);
}

static ssize_t online_show(struct device *dev, struct device_attribute *attr, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(pcpu_of(dev)->online));
}

static ssize_t online_store(struct device *dev, struct device_attribute *attr,
			    const char *text, size_t size)
{
	unsigned long long value;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (kstrtoull(text, 0, &value) || value > 1)
		return -EINVAL;

	ret = pcpu_request(dev->id, value);
	return ret < 0 ? ret : size;
}
static DEVICE_ATTR_RW(online);

/* The hypervisor needs the CPU that it was booted on. */
static umode_t pcpu_attr_mode(struct kobject *kobj, struct attribute *attr, int index)
{
	return kobj_to_dev(kobj)->id == 0 ? 0 : attr->mode;
}

static struct attribute *pcpu_attrs[] = {
	&dev_attr_online.attr,
	NULL
};

static const struct attribute_group pcpu_group = {
	.attrs = pcpu_attrs,
	.is_visible = pcpu_attr_mode,
};

static const struct attribute_group *pcpu_groups[] = {
	&pcpu_group,
	NULL
};

/* Devices */

static struct pcpu *pcpu_find(u32 number)
{
	struct pcpu *pcpu;

	lockdep_assert_held(&pcpu_lock);
	list_for_each_entry(pcpu, &pcpu_list, node)
		if (pcpu->dev.id == number)
			return pcpu;

	return NULL;
}

static void pcpu_release(struct device *dev)
{
	kfree(pcpu_of(dev));
}

/* Whoever has a file open keeps the memory, but it is not in the list any more. */
static void pcpu_remove(struct pcpu *pcpu)
{
	lockdep_assert_held(&pcpu_lock);
	list_del(&pcpu->node);
	device_unregister(&pcpu->dev);
}

static int pcpu_add(const struct xenpf_pcpuinfo *info)
{
	struct pcpu *pcpu = kzalloc(sizeof(*pcpu), GFP_KERNEL);
	int err;

	lockdep_assert_held(&pcpu_lock);
	if (!pcpu)
		return -ENOMEM;

	pcpu->acpi_id = info->acpi_id;
	pcpu->online = info->flags & XEN_PCPU_FLAGS_ONLINE;
	pcpu->dev.id = info->xen_cpuid;
	pcpu->dev.bus = &pcpu_bus;
	pcpu->dev.groups = pcpu_groups;
	pcpu->dev.release = pcpu_release;

	err = device_register(&pcpu->dev);
	if (err) {
		pr_warn("Failed to register pcpu%u\n", info->xen_cpuid);
		put_device(&pcpu->dev);
		return err;
	}

	list_add_tail(&pcpu->node, &pcpu_list);
	return 0;
}

static void pcpu_set_online(struct pcpu *pcpu, bool online)
{
	lockdep_assert_held(&pcpu_lock);
	WRITE_ONCE(pcpu->online, online);
	kobject_uevent(&pcpu->dev.kobj, online ? KOBJ_ONLINE : KOBJ_OFFLINE);
}

/* Bring one CPU's device up to date, and learn the highest number there is. */
static int pcpu_update(u32 number, u32 *last)
{
	struct xen_platform_op op = {
		.cmd = XENPF_get_cpuinfo,
		.u.pcpu_info.xen_cpuid = number,
	};
	const struct xenpf_pcpuinfo *info = &op.u.pcpu_info;
	struct pcpu *pcpu = pcpu_find(number);
	int err = HYPERVISOR_platform_op(&op);

	if (err)
		return err;

	*last = info->max_present;
	switch (pcpu_change(pcpu, pcpu && pcpu->online, info->flags)) {
	case PCPU_APPEARS:
		return pcpu_add(info);
	case PCPU_DISAPPEARS:
		pcpu_remove(pcpu);
		return 0;
	case PCPU_GOES_ONLINE:
	case PCPU_GOES_OFFLINE:
		pcpu_set_online(pcpu, !pcpu->online);
		return 0;
	case PCPU_STAYS:
		return 0;
	}
	return 0;
}

static void pcpu_remove_beyond(s64 last)
{
	struct pcpu *pcpu, *next;

	lockdep_assert_held(&pcpu_lock);
	list_for_each_entry_safe(pcpu, next, &pcpu_list, node)
		if (pcpu->dev.id > last)
			pcpu_remove(pcpu);
}

/*
 * An error leaves the CPUs from there on as they were: better an old state than none
 * of a machine that goes on running.
 */
static int pcpu_update_all(void)
{
	u32 last = 0;
	s64 number;
	int err = 0;

	mutex_lock(&pcpu_lock);
	for (number = 0; !err && number <= last; number++)
		err = pcpu_update(number, &last);
	if (!err)
		pcpu_remove_beyond(last);
	mutex_unlock(&pcpu_lock);

	return err;
}

static void pcpu_work(struct work_struct *work)
{
	int err = pcpu_update_all();

	if (err)
		pr_warn("Failed to sync pcpu info: %d\n", err);
}

static DECLARE_WORK(pcpu_update_work, pcpu_work);

static irqreturn_t pcpu_interrupt(int irq, void *unused)
{
	schedule_work(&pcpu_update_work);
	return IRQ_HANDLED;
}

static void __init pcpu_stop(int irq)
{
	unbind_from_irqhandler(irq, NULL);
	cancel_work_sync(&pcpu_update_work);

	mutex_lock(&pcpu_lock);
	pcpu_remove_beyond(-1);
	mutex_unlock(&pcpu_lock);
	bus_unregister(&pcpu_bus);
}

static int __init pcpu_init(void)
{
	int irq, err;

	if (!xen_initial_domain())
		return -ENODEV;

	err = subsys_system_register(&pcpu_bus, NULL);
	if (err) {
		pr_warn("Failed to register pcpu subsys\n");
		return err;
	}

	/* Before the first look, so that no change is missed. */
	irq = bind_virq_to_irqhandler(VIRQ_PCPU_STATE, 0, pcpu_interrupt, 0, "xen-pcpu", NULL);
	if (irq < 0) {
		pr_warn("Failed to bind pcpu virq\n");
		bus_unregister(&pcpu_bus);
		return irq;
	}

	err = pcpu_update_all();
	if (err) {
		pr_warn("Failed to sync pcpu info\n");
		pcpu_stop(irq);
	}
	return err;
}
arch_initcall(pcpu_init);

/**
 * xen_processor_present - is there an online physical CPU with this ACPI id?
 * @acpi_id: the id in the firmware's tables
 *
 * The initial domain can have fewer CPUs than the machine, but it is what calls the
 * firmware's methods for all of them.
 *
 * Context: init, after arch_initcall; may sleep.
 * Return: true or false.
 */
bool __init xen_processor_present(uint32_t acpi_id)
{
	const struct pcpu *pcpu;
	bool online = false;

	mutex_lock(&pcpu_lock);
	list_for_each_entry(pcpu, &pcpu_list, node) {
		if (pcpu->acpi_id != acpi_id)
			continue;
		online = pcpu->online;
		break;
	}
	mutex_unlock(&pcpu_lock);

	return online;
}
