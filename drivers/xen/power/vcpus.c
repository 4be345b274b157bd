// SPDX-License-Identifier: GPL-2.0
/*
 * The toolstack says how many vCPUs the domain may use ("xl vcpu-set"), by one word for
 * each in cpu/N/availability.
 *
 * A vCPU that becomes available is only made known: to set it online is user space's
 * business. One that is taken away is set offline here.
 */
#define pr_fmt(fmt) "xen:cpu_hotplug: " fmt

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/notifier.h>
#include <linux/slab.h>

#include <asm/cpu.h>
#include <asm/xen/hypervisor.h>

#include <xen/xen.h>
#include <xen/xenbus.h>

#include "words.h"

static void vcpu_appear(unsigned int cpu)
{
	if (!cpu_present(cpu))
		xen_arch_register_cpu(cpu);
	set_cpu_present(cpu, true);
}

static void vcpu_vanish_locked(unsigned int cpu)
{
	if (cpu_online(cpu))
		device_offline(get_cpu_device(cpu));

	/* It may have refused. */
	if (cpu_online(cpu) || !cpu_present(cpu))
		return;

	xen_arch_unregister_cpu(cpu);
	set_cpu_present(cpu, false);
}

static void vcpu_vanish(unsigned int cpu)
{
	if (!cpu_is_hotpluggable(cpu))
		return;

	lock_device_hotplug();
	vcpu_vanish_locked(cpu);
	unlock_device_hotplug();
}

static enum vcpu_wish vcpu_read_wish(unsigned int cpu)
{
	enum vcpu_wish wish;
	char dir[16];
	char *word;

	snprintf(dir, sizeof(dir), "cpu/%u", cpu);
	word = xenbus_read(XBT_NIL, dir, "availability", NULL);
	if (IS_ERR(word)) {
		/* Nobody has to say it of the initial domain. */
		if (!xen_initial_domain())
			pr_err("Unable to read cpu state\n");
		return VCPU_UNKNOWN;
	}

	wish = vcpu_wish_of(word);
	if (wish == VCPU_UNKNOWN)
		pr_err("unknown state(%s) on CPU%u\n", word, cpu);
	kfree(word);
	return wish;
}

static void vcpu_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	unsigned int cpu;

	if (vcpu_of_path(path, &cpu) || cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return;

	switch (vcpu_read_wish(cpu)) {
	case VCPU_ONLINE:
		vcpu_appear(cpu);
		break;
	case VCPU_OFFLINE:
		vcpu_vanish(cpu);
		break;
	case VCPU_UNKNOWN:
		break;
	}
}

static struct xenbus_watch vcpu_watch = {
	.node = "cpu",
	.callback = vcpu_changed,
};

static int vcpus_toolstack_is_there(struct notifier_block *nb, unsigned long event, void *data)
{
	unsigned int cpu;

	if (register_xenbus_watch(&vcpu_watch))
		pr_err("Failed to set cpu watcher\n");

	/* The kernel has started all that there are. */
	for_each_possible_cpu(cpu)
		if (vcpu_read_wish(cpu) == VCPU_OFFLINE)
			vcpu_vanish(cpu);

	return NOTIFY_DONE;
}

static struct notifier_block vcpus_toolstack_nb = {
	.notifier_call = vcpus_toolstack_is_there,
};

/* HVM domains of x86 have firmware that says it. */
static bool __init vcpus_come_by_xenstore(void)
{
	if (IS_ENABLED(CONFIG_X86))
		return xen_pv_domain() || xen_pvh_domain();
	return xen_domain();
}

static int __init vcpus_init(void)
{
	if (!vcpus_come_by_xenstore())
		return -ENODEV;

	register_xenstore_notifier(&vcpus_toolstack_nb);
	return 0;
}
late_initcall(vcpus_init);
