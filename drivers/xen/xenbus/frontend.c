// SPDX-License-Identifier: GPL-2.0
/*
 * The bus of frontends: device/TYPE/ID in the store of the domain that uses them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pm.h>
#include <linux/workqueue.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "bus.h"
#include "frontend.h"
#include "xenbus.h"

/* How long a device may take to close when the system goes down. */
#define CLOSE_TIMEOUT	(5 * HZ)

static void frontend_resume_work(struct work_struct *work)
{
	struct xenbus_device *dev = container_of(work, struct xenbus_device, work);

	device_lock(&dev->dev);
	xenbus_dev_resume(&dev->dev);
	device_unlock(&dev->dev);
	put_device(&dev->dev);
}

static int frontend_identify(struct xenbus_node *node, char id[XEN_BUS_ID_SIZE])
{
	int err = xenbus_path_frontend_id(id, node->dev.nodename);

	INIT_WORK(&node->dev.work, frontend_resume_work);
	if (err)
		pr_warn("bad frontend %s\n", node->dev.nodename);
	return err;
}

static int frontend_read_details(struct xenbus_device *dev)
{
	return xenbus_read_otherend_details(dev, "backend-id", "backend");
}

static int frontend_uevent(const struct device *device, struct kobj_uevent_env *env)
{
	return add_uevent_var(env, "MODALIAS=xen:%s", to_xenbus_device(device)->devicetype);
}

/* Where the store is a program of this domain it has yet to be thawed. */
static int frontend_resume(struct device *device)
{
	if (xen_store_domain_type != XS_LOCAL)
		return xenbus_dev_resume(device);
	get_device(device);
	if (!schedule_work(&to_xenbus_device(device)->work))
		put_device(device);
	return 0;
}

static void frontend_shutdown(struct device *device)
{
	struct xenbus_device *dev = to_xenbus_device(device);

	if (dev->state != XenbusStateConnected) {
		pr_info("%s: %s: %s != Connected, skipping\n", __func__, dev->nodename,
			xenbus_strstate(dev->state));
	} else {
		xenbus_switch_state(dev, XenbusStateClosing);
		if (!wait_for_completion_timeout(&dev->down, CLOSE_TIMEOUT))
			pr_info("%s: %s timeout closing device\n", __func__, dev->nodename);
	}
}

static const struct dev_pm_ops frontend_pm_ops = {
	.restore = frontend_resume,
	.freeze = xenbus_dev_suspend,
};

struct xen_bus_type xenbus_frontend = {
	.root = "device",
	.levels = 2,
	.is_frontend = true,
	.identify = frontend_identify,
	.bus = {
		.name = "xen",
		.dev_groups = xenbus_dev_groups,
		.uevent = frontend_uevent,
		.match = xenbus_match,
		.shutdown = frontend_shutdown,
		.remove = xenbus_dev_remove,
		.probe = xenbus_dev_probe,
		.pm = &frontend_pm_ops,
	},
};

/**
 * __xenbus_register_frontend - register a frontend driver
 * @drv: the driver
 * @owner: its module
 * @mod_name: the name of its module
 *
 * A driver that comes late, as a module, waits for its devices to connect.
 *
 * Context: May sleep; devices are probed.
 * Return: 0 or -errno.
 */
int __xenbus_register_frontend(struct xenbus_driver *drv, struct module *owner,
			       const char *mod_name)
{
	int err;

	drv->read_otherend_details = frontend_read_details;
	err = xenbus_register_driver_common(drv, &xenbus_frontend, owner, mod_name);
	if (!err)
		xenbus_frontend_wait(&drv->driver);
	return err;
}
EXPORT_SYMBOL_GPL(__xenbus_register_frontend);

static int frontend_store_ready(struct notifier_block *nb, unsigned long event, void *data)
{
	if (xen_hvm_domain())
		xenbus_frontend_reset();
	xenbus_bus_start(&xenbus_frontend);
	return NOTIFY_DONE;
}

static struct notifier_block frontend_store_nb = { .notifier_call = frontend_store_ready };

static int __init frontend_init(void)
{
	int err = xenbus_bus_register(&xenbus_frontend);

	if (!err)
		register_xenstore_notifier(&frontend_store_nb);
	return err;
}
subsys_initcall(frontend_init);

#ifndef MODULE
/* After the drivers and before the root file system. */
static int __init frontend_wait_at_boot(void)
{
	if (!xen_has_pv_devices())
		return -ENODEV;
	xenbus_frontend_wait_enable();
	xenbus_frontend_wait(NULL);
	return 0;
}
late_initcall(frontend_wait_at_boot);
#endif

MODULE_DESCRIPTION("Xen bus of frontend devices");
MODULE_LICENSE("GPL");
