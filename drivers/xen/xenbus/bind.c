// SPDX-License-Identifier: GPL-2.0
/*
 * A device and its driver: probe and remove, suspend and resume.
 *
 * Everything here runs under the device's lock, which the driver core holds.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/semaphore.h>
#include <xen/xenbus.h>

#include "bus.h"

/* The driver's part, with memory pressure kept away from half-made devices. */
static int driver_probe(struct xenbus_device *dev, struct xenbus_driver *drv,
			const struct xenbus_device_id *id)
{
	int err;

	down(&dev->reclaim_sem);
	err = drv->probe(dev, id);
	to_xenbus_node(dev)->bound = !err;
	up(&dev->reclaim_sem);
	return err;
}

static void driver_remove(struct xenbus_device *dev, struct xenbus_driver *drv)
{
	down(&dev->reclaim_sem);
	to_xenbus_node(dev)->bound = false;
	if (drv->remove)
		drv->remove(dev);
	up(&dev->reclaim_sem);
}

static int bind_driver(struct xenbus_device *dev, struct xenbus_driver *drv,
		       const struct xenbus_device_id *id)
{
	int err;

	/* A device of a module that is on its way out is left to the next driver. */
	if (!try_module_get(drv->driver.owner)) {
		dev_warn(&dev->dev, "module of driver %s is going away\n", drv->driver.name);
		return -ESRCH;
	}

	err = driver_probe(dev, drv, id);
	if (err)
		goto put;

	/* Last, as the first event comes at once. */
	err = xenbus_otherend_watch(dev);
	if (err)
		goto remove;
	return 0;

remove:
	dev_warn(&dev->dev, "no watch on the other end of %s: %d\n", dev->nodename, err);
	driver_remove(dev, drv);
put:
	module_put(drv->driver.owner);
	return err;
}

/**
 * xenbus_dev_probe - bind a driver that matches
 * @_dev: the device
 *
 * Context: May sleep; under the device's lock.
 * Return: 0 or -errno; an error is in the store as well, and no other device is
 * affected.
 */
int xenbus_dev_probe(struct device *_dev)
{
	struct xenbus_driver *drv = to_xenbus_driver(_dev->driver);
	struct xenbus_device *dev = to_xenbus_device(_dev);
	const struct xenbus_device_id *id = xenbus_match_id(drv, dev);
	int err = -ENODEV;

	if (id && drv->probe) {
		err = xenbus_otherend_learn(dev);
		if (err) {
			dev_warn(_dev, "no other end for %s: %d\n", dev->nodename, err);
			return err;
		}
		err = bind_driver(dev, drv, id);
	}
	if (err) {
		xenbus_dev_error(dev, err, "%s on %s", __func__, dev->nodename);
		xenbus_otherend_forget(dev);
		return err;
	}

	dev->spurious_threshold = 1;
	err = sysfs_create_group(&_dev->kobj, &xenbus_stat_group);
	if (err)
		dev_warn(_dev, "no statistics of %s in sysfs: %d\n", dev->nodename, err);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_dev_probe);

/*
 * A driver that cannot be bound again has finished with the device, and when the tools
 * have asked for it to close they wait for the answer.
 */
static bool must_close(struct xenbus_device *dev, const struct xenbus_driver *drv)
{
	if (READ_ONCE(to_xenbus_node(dev)->gone))
		return false;
	return !drv->allow_rebind ||
	       xenbus_read_driver_state(dev->nodename) == XenbusStateClosing;
}

/**
 * xenbus_dev_remove - unbind the driver
 * @_dev: the device
 *
 * Context: May sleep; under the device's lock.
 */
void xenbus_dev_remove(struct device *_dev)
{
	struct xenbus_device *dev = to_xenbus_device(_dev);
	struct xenbus_driver *drv = to_xenbus_driver(_dev->driver);

	sysfs_remove_group(&_dev->kobj, &xenbus_stat_group);
	xenbus_otherend_unwatch(dev);
	driver_remove(dev, drv);
	module_put(drv->driver.owner);
	xenbus_otherend_forget(dev);

	if (must_close(dev, drv))
		xenbus_switch_state(dev, XenbusStateClosed);
}
EXPORT_SYMBOL_GPL(xenbus_dev_remove);

/**
 * xenbus_dev_resume - connect again to what may be another other end
 * @dev: the device
 *
 * Context: May sleep.
 * Return: 0 or -errno.
 */
int xenbus_dev_resume(struct device *dev)
{
	struct xenbus_device *xdev = to_xenbus_device(dev);
	const char *step = " (talk_to_otherend)";
	struct xenbus_driver *drv;
	int err;

	if (!dev->driver)
		return 0;
	drv = to_xenbus_driver(dev->driver);

	err = xenbus_otherend_learn(xdev);
	if (err)
		goto failed;

	/* As the tools have left it, which no switch has told us. */
	xdev->state = XenbusStateInitialising;
	step = "";
	err = drv->resume ? drv->resume(xdev) : 0;
	if (err)
		goto failed;

	step = " (watch_otherend)";
	err = xenbus_otherend_watch(xdev);
	if (err)
		goto failed;
	return 0;

failed:
	dev_warn(dev, "resume%s failed: %i\n", step, err);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_dev_resume);

/**
 * xenbus_dev_suspend - let a driver prepare for save or a snapshot
 * @dev: the device
 *
 * Context: May sleep.
 * Return: 0; a driver that fails is reported, and resumed with the rest.
 */
int xenbus_dev_suspend(struct device *dev)
{
	struct xenbus_driver *drv;
	int err;

	if (!dev->driver)
		return 0;
	drv = to_xenbus_driver(dev->driver);
	err = drv->suspend ? drv->suspend(to_xenbus_device(dev)) : 0;
	if (err)
		dev_warn(dev, "suspend failed: %i\n", err);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_dev_suspend);
