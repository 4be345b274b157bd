// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for frontends to connect: at boot the root file system may be on one, or on
 * the network behind one.
 *
 * All devices get 30 s, those that boot needs 270 s in all.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "bus.h"
#include "frontend.h"

/* Seconds between two lines of the countdown. */
#define STEP	5

/* Drivers that register while the kernel still boots are waited for all at once. */
static bool wait_enabled;

/**
 * xenbus_frontend_wait_enable - from now on drivers that register wait
 *
 * Context: Any.
 */
void xenbus_frontend_wait_enable(void)
{
	wait_enabled = true;
}

struct wait_for {
	struct device_driver *drv;	/* NULL for all */
	bool essential;			/* only those that boot needs */
	unsigned long start;		/* in jiffies */
	unsigned int waited;		/* seconds that were counted down */
};

/* With the device's lock. */
static bool device_is_connecting(struct device *device, const struct wait_for *wait)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	struct xenbus_driver *drv;

	/* What nobody drives never connects. */
	if (!device->driver || (wait->drv && device->driver != wait->drv))
		return false;
	drv = to_xenbus_driver(device->driver);
	if (wait->essential && drv->not_essential)
		return false;
	if (dev->state == XenbusStateConnected)
		return drv->is_ready && !drv->is_ready(dev);
	return dev->state < XenbusStateConnected;
}

static int connecting(struct device *device, void *data)
{
	bool yes;

	/* Who holds the lock now is most likely probing it. */
	if (!device_trylock(device))
		return 1;
	yes = device_is_connecting(device, data);
	device_unlock(device);
	return yes;
}

/* Until none is connecting, or @limit seconds after the start. */
static void wait_all(struct wait_for *wait, unsigned int limit)
{
	while (bus_for_each_dev(&xenbus_frontend.bus, NULL, wait, connecting)) {
		schedule_timeout_interruptible(HZ / 10);
		if (time_before_eq(jiffies, wait->start + (wait->waited + STEP) * HZ))
			continue;
		if (!wait->waited)
			pr_warn("Waiting for devices to initialise: ");
		wait->waited += STEP;
		pr_cont("%us...", limit - wait->waited);
		if (wait->waited == limit) {
			pr_cont("\n");
			return;
		}
	}
}

static int report_device(struct device *device, void *data)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	enum xenbus_state remote = XenbusStateUnknown;
	struct device_driver *drv = data;

	device_lock(device);
	if (drv && device->driver != drv) {
		/* not asked for */
	} else if (!device->driver) {
		pr_info("Device with no driver: %s\n", dev->nodename);
	} else if (dev->state < XenbusStateConnected) {
		if (dev->otherend)
			remote = xenbus_read_driver_state(dev->otherend);
		pr_warn("Timeout connecting to device: %s (local state %d, remote state %d)\n",
			dev->nodename, dev->state, remote);
	}
	device_unlock(device);
	return 0;
}

/**
 * xenbus_frontend_wait - wait until devices are connected, or give up
 * @drv: the driver whose devices to wait for, NULL for all
 *
 * Context: May sleep, for minutes.
 */
void xenbus_frontend_wait(struct device_driver *drv)
{
	struct wait_for wait = { .drv = drv, .start = jiffies };

	if (!wait_enabled || !xen_domain())
		return;

	wait_all(&wait, 30);
	wait.essential = true;
	wait_all(&wait, 270);
	if (wait.waited)
		pr_cont("\n");
	bus_for_each_dev(&xenbus_frontend.bus, NULL, drv, report_device);
}
