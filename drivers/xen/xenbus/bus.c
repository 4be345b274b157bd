// SPDX-License-Identifier: GPL-2.0
/*
 * What both buses have in common for the driver core: matching, registering
 * drivers, and the files of a device in sysfs.
 */
#include <linux/device.h>
#include <linux/kstrtox.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <xen/xenbus.h>

#include "bus.h"

/**
 * xenbus_match_id - find the entry of a driver's table that is about a device
 * @drv: the driver
 * @dev: the device
 *
 * Context: Any.
 * Return: the entry, or NULL.
 */
const struct xenbus_device_id *xenbus_match_id(const struct xenbus_driver *drv,
					       const struct xenbus_device *dev)
{
	const struct xenbus_device_id *id = drv->ids;

	while (id && id->devicetype[0]) {
		if (!strcmp(dev->devicetype, id->devicetype))
			return id;
		id++;
	}
	return NULL;
}

/**
 * xenbus_match - does a driver of a bus want a device?
 * @_dev: the device
 * @_drv: the driver
 *
 * Context: Any.
 * Return: 1 if it does, else 0, as struct bus_type asks.
 */
int xenbus_match(struct device *_dev, const struct device_driver *_drv)
{
	return !!xenbus_match_id(to_xenbus_driver(_drv), to_xenbus_device(_dev));
}
EXPORT_SYMBOL_GPL(xenbus_match);

/**
 * xenbus_register_driver_common - give a driver to the driver core
 * @drv: the driver; named after its first type if it has no name
 * @bus: its bus
 * @owner: its module
 * @mod_name: the name of its module
 *
 * Context: May sleep; devices are probed.
 * Return: 0 or -errno.
 */
int xenbus_register_driver_common(struct xenbus_driver *drv, struct xen_bus_type *bus,
				  struct module *owner, const char *mod_name)
{
	struct device_driver *core = &drv->driver;

	core->bus = &bus->bus;
	core->name = drv->name ?: drv->ids->devicetype;
	core->mod_name = mod_name;
	core->owner = owner;
	return driver_register(core);
}
EXPORT_SYMBOL_GPL(xenbus_register_driver_common);

/**
 * xenbus_unregister_driver - take a driver away from its bus
 * @drv: a registered driver
 *
 * Context: May sleep; devices are unbound.
 */
void xenbus_unregister_driver(struct xenbus_driver *drv)
{
	driver_unregister(&drv->driver);
}
EXPORT_SYMBOL_GPL(xenbus_unregister_driver);

/* Documentation/ABI/stable/sysfs-bus-xen-backend and the like: a text a file. */
#define DEVICE_TEXT(name, format, ...)							\
static ssize_t name##_show(struct device *device, struct device_attribute *attr,	\
			   char *page)							\
{											\
	const struct xenbus_device *dev = to_xenbus_device(device);			\
											\
	return sysfs_emit(page, format "\n", __VA_ARGS__);				\
}

DEVICE_TEXT(nodename, "%s", dev->nodename)
DEVICE_TEXT(devtype, "%s", dev->devicetype)
DEVICE_TEXT(modalias, "%s:%s", device->bus->name, dev->devicetype)
DEVICE_TEXT(state, "%s", xenbus_strstate(dev->state))

static DEVICE_ATTR_RO(nodename);
static DEVICE_ATTR_RO(devtype);
static DEVICE_ATTR_RO(modalias);
static DEVICE_ATTR_RO(state);

static struct attribute *dev_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_modalias.attr,
	&dev_attr_devtype.attr,
	&dev_attr_nodename.attr,
	NULL
};

static const struct attribute_group dev_group = { .attrs = dev_attrs };

/* For as long as the device exists. */
const struct attribute_group *xenbus_dev_groups[] = { &dev_group, NULL };
EXPORT_SYMBOL_GPL(xenbus_dev_groups);

/*
 * Documentation/ABI/testing/sysfs-devices-xenbus: what the event channels with late
 * EOI have counted, and how many spurious events pass before they are slowed down.
 */
DEVICE_TEXT(event_channels, "%d", atomic_read(&dev->event_channels))
DEVICE_TEXT(events, "%d", atomic_read(&dev->events))
DEVICE_TEXT(spurious_events, "%d", atomic_read(&dev->spurious_events))
DEVICE_TEXT(jiffies_eoi_delayed, "%d", atomic_read(&dev->jiffies_eoi_delayed))
DEVICE_TEXT(spurious_threshold, "%d", READ_ONCE(dev->spurious_threshold))

static ssize_t spurious_threshold_store(struct device *device, struct device_attribute *attr,
					const char *text, size_t count)
{
	unsigned int threshold;
	int err = kstrtouint(text, 0, &threshold);

	if (err)
		return err;
	WRITE_ONCE(to_xenbus_device(device)->spurious_threshold, threshold);
	return count;
}

static DEVICE_ATTR_RW(spurious_threshold);
static DEVICE_ATTR_RO(jiffies_eoi_delayed);
static DEVICE_ATTR_RO(spurious_events);
static DEVICE_ATTR_RO(events);
static DEVICE_ATTR_RO(event_channels);

static struct attribute *stat_attrs[] = {
	&dev_attr_spurious_threshold.attr,
	&dev_attr_jiffies_eoi_delayed.attr,
	&dev_attr_spurious_events.attr,
	&dev_attr_events.attr,
	&dev_attr_event_channels.attr,
	NULL
};

/* For as long as it is bound. */
const struct attribute_group xenbus_stat_group = {
	.name = "xenbus",
	.attrs = stat_attrs,
};
