// SPDX-License-Identifier: GPL-2.0
/*
 * A backend's life: it is made by the tools, gets a disk from them, connects to a frontend,
 * maybe to another later, and goes.
 *
 * The frontend's states come in any order. All of this runs in xenwatch, one call at a time,
 * but for probe, which comes before, and remove, which waits for a call that runs.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "blkback.h"

/* A frontend that connects and connects again is not to fill the log. */
#define NEWS_SECONDS	5
#define NEWS_LINES	10

static void dev_release(struct kref *refs)
{
	struct blkback_dev *dev = container_of(refs, struct blkback_dev, refs);

	blkback_disk_close(&dev->disk);
	put_device(&dev->xendev->dev);
	kfree(dev);
	/* Who destroys the workqueue waits for the work that this may be. */
	module_put(THIS_MODULE);
}

/**
 * blkback_dev_get - keep a backend
 * @dev: the backend
 *
 * Context: any.
 */
void blkback_dev_get(struct blkback_dev *dev)
{
	kref_get(&dev->refs);
}

/**
 * blkback_dev_put - do not keep it any longer
 * @dev: the backend
 *
 * Context: may sleep.
 */
void blkback_dev_put(struct blkback_dev *dev)
{
	kref_put(&dev->refs, dev_release);
}

static struct blkback_dev *dev_create(struct xenbus_device *xendev)
{
	struct blkback_dev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;
	/* A request that is with a disk outlives the binding. */
	__module_get(THIS_MODULE);
	get_device(&xendev->dev);
	dev->xendev = xendev;
	dev->domid = xendev->otherend_id;
	dev->squeeze_end = jiffies;
	kref_init(&dev->refs);
	spin_lock_init(&dev->rings_lock);
	INIT_DELAYED_WORK(&dev->tend, blkback_tend);
	ratelimit_state_init(&dev->news, NEWS_SECONDS * HZ, NEWS_LINES);
	/* Say nothing of what was not said. */
	ratelimit_set_flags(&dev->news, RATELIMIT_MSG_ON_RELEASE);
	return dev;
}

/* Connected, once there are a disk and rings, in whatever order. */
static void dev_settle(struct blkback_dev *dev)
{
	struct xenbus_device *xendev = dev->xendev;

	if (!dev->nr_rings || !dev->disk.file || xendev->state == XenbusStateConnected)
		return;

	if (blkback_advertise(dev) || blkback_start(dev) ||
	    xenbus_switch_state(xendev, XenbusStateConnected)) {
		blkback_disconnect(dev);
		return;
	}
	queue_delayed_work(blkback_wq, &dev->tend, HZ);
}

static bool frontend_wants_cdrom(struct xenbus_device *xendev)
{
	char *type = xenbus_read(XBT_NIL, xendev->otherend, "device-type", NULL);
	bool cdrom;

	if (IS_ERR(type))
		return false;
	cdrom = !strcmp(type, "cdrom");
	kfree(type);
	return cdrom;
}

static int disk_attach(struct blkback_dev *dev, unsigned int major, unsigned int minor)
{
	struct xenbus_device *xendev = dev->xendev;
	char *mode;
	int err;

	mode = xenbus_read(XBT_NIL, xendev->nodename, "mode", NULL);
	if (IS_ERR(mode)) {
		xenbus_dev_fatal(xendev, PTR_ERR(mode), "reading mode");
		return PTR_ERR(mode);
	}
	dev->disk.mode = mode;

	err = blkback_disk_open(dev, major, minor, frontend_wants_cdrom(xendev));
	if (err)
		xenbus_dev_fatal(xendev, err, "opening %x:%x", major, minor);
	if (!err) {
		err = blkback_sysfs_add(dev);
		if (err)
			xenbus_dev_fatal(xendev, err, "creating sysfs entries");
	}
	if (err)
		blkback_disk_close(&dev->disk);
	return err;
}

/* The tools have named the disk, or the watch is new. */
static void physical_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct blkback_dev *dev = container_of(watch, struct blkback_dev, physical_watch);
	struct xenbus_device *xendev = dev->xendev;
	unsigned int major, minor;
	int err;

	err = xenbus_scanf(XBT_NIL, xendev->nodename, "physical-device", "%x:%x", &major, &minor);
	if (XENBUS_EXIST_ERR(err))
		return;
	if (err != 2) {
		xenbus_dev_fatal(xendev, err < 0 ? err : -EINVAL, "reading physical-device");
		return;
	}

	if (dev->disk.file) {
		if (major != dev->disk.major || minor != dev->disk.minor)
			pr_warn("changing physical device (from %x:%x to %x:%x) not supported.\n",
				dev->disk.major, dev->disk.minor, major, minor);
		return;
	}
	if (!disk_attach(dev, major, minor))
		dev_settle(dev);
}

static void frontend_connects(struct blkback_dev *dev)
{
	struct xenbus_device *xendev = dev->xendev;
	int err;

	if (xendev->state == XenbusStateConnected)
		return;

	/* It may have been here before. What it sends now must not overtake what is left. */
	err = blkback_disconnect(dev);
	if (err) {
		xenbus_dev_fatal(xendev, err, "pending I/O");
		return;
	}
	if (blkback_connect(dev))
		blkback_disconnect(dev);
	else
		dev_settle(dev);
}

static void watch_stop(struct xenbus_watch *watch)
{
	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}

/*
 * Delete the device, in a callback of its watch. Whoever unbinds it at the same time holds its
 * lock and waits for this callback, so do not wait for the lock, unless there is no watch left
 * that could be waited for.
 */
static void dev_delete(struct blkback_dev *dev)
{
	struct xenbus_device *xendev = dev->xendev;
	unsigned int tries = 5;

	while (!device_trylock(&xendev->dev)) {
		/* The end of a probe takes a moment; to unbind takes until this gives up. */
		if (!tries--) {
			dev_dbg(&xendev->dev, "is being unbound\n");
			return;
		}
		msleep(20);
	}
	watch_stop(&dev->physical_watch);
	watch_stop(&xendev->otherend_watch);
	device_unlock(&xendev->dev);

	device_unregister(&xendev->dev);
}

static void frontend_closed(struct blkback_dev *dev)
{
	blkback_disconnect(dev);
	xenbus_switch_state(dev->xendev, XenbusStateClosed);
	if (!xenbus_dev_is_online(dev->xendev))
		dev_delete(dev);
}

/* It is gone for good, with its guest or without. */
static void frontend_vanished(struct blkback_dev *dev)
{
	struct xenbus_device *xendev = dev->xendev;

	/* When a guest ends the tools know, and nobody else wants to. */
	if (xenbus_dev_is_online(xendev) && __ratelimit(&dev->news))
		pr_warn("%s: the frontend has no state any more\n", xendev->nodename);
	blkback_disconnect(dev);
	/* The tools wait for it before they clean up, and later nobody is left to say it. */
	xenbus_switch_state(xendev, XenbusStateClosed);
	dev_delete(dev);
}

static void blkback_frontend_changed(struct xenbus_device *xendev, enum xenbus_state state)
{
	struct blkback_dev *dev = dev_get_drvdata(&xendev->dev);

	switch (state) {
	case XenbusStateInitialising:
		if (xendev->state == XenbusStateClosed) {
			if (__ratelimit(&dev->news))
				pr_info("%s: prepare for reconnect\n", xendev->nodename);
			xenbus_switch_state(xendev, XenbusStateInitWait);
		}
		break;
	case XenbusStateInitialised:
	case XenbusStateConnected:
		frontend_connects(dev);
		break;
	case XenbusStateClosing:
		/* A new size would be stored together with a state that is the past. */
		cancel_delayed_work_sync(&dev->tend);
		xenbus_switch_state(xendev, XenbusStateClosing);
		break;
	case XenbusStateClosed:
		frontend_closed(dev);
		break;
	case XenbusStateUnknown:
		frontend_vanished(dev);
		break;
	default:
		cancel_delayed_work_sync(&dev->tend);
		xenbus_dev_fatal(xendev, -EINVAL, "saw state %d at frontend", state);
	}
}

static void blkback_remove(struct xenbus_device *xendev)
{
	struct blkback_dev *dev = dev_get_drvdata(&xendev->dev);

	watch_stop(&dev->physical_watch);
	blkback_sysfs_remove(dev);
	blkback_disconnect(dev);
	dev_set_drvdata(&xendev->dev, NULL);
	blkback_dev_put(dev);
}

/* What a frontend may want to know before it connects. */
static int advertise_rings(struct xenbus_device *xendev)
{
	const char *folder = xendev->nodename;

	return xenbus_printf(XBT_NIL, folder, "feature-max-indirect-segments", "%u",
			     BLKBACK_MAX_SEGS) ?:
	       xenbus_printf(XBT_NIL, folder, "multi-queue-max-queues", "%u",
			     blkback_max_queues) ?:
	       xenbus_printf(XBT_NIL, folder, "max-ring-page-order", "%u",
			     blkback_max_ring_order);
}

static int blkback_probe(struct xenbus_device *xendev, const struct xenbus_device_id *id)
{
	struct blkback_dev *dev = dev_create(xendev);
	int err;

	if (!dev) {
		xenbus_dev_fatal(xendev, -ENOMEM, "allocating backend structure");
		return -ENOMEM;
	}
	dev_set_drvdata(&xendev->dev, dev);

	err = advertise_rings(xendev);
	if (err)
		dev_warn(&xendev->dev, "a feature of the rings cannot be advertised: %d\n", err);

	err = xenbus_watch_pathfmt(xendev, &dev->physical_watch, NULL, physical_changed,
				   "%s/physical-device", xendev->nodename);
	if (!err)
		err = xenbus_switch_state(xendev, XenbusStateInitWait);
	if (err)
		blkback_remove(xendev);
	return err;
}

/* Memory is short: give back the pages in reserve, and keep none for a while. */
static void blkback_reclaim(struct xenbus_device *xendev)
{
	struct blkback_dev *dev = dev_get_drvdata(&xendev->dev);
	unsigned int i;

	if (!dev)
		return;
	WRITE_ONCE(dev->squeeze_end, jiffies + msecs_to_jiffies(READ_ONCE(blkback_squeeze_ms)));

	/* Rings that have something to do would look only later, and the others not at all. */
	spin_lock(&dev->rings_lock);
	for (i = 0; i < dev->nr_rings; i++) {
		if (READ_ONCE(dev->rings[i]->pages.num_pages))
			blkback_ring_wake(dev->rings[i], BLKBACK_TEND);
	}
	spin_unlock(&dev->rings_lock);
}

static const struct xenbus_device_id blkback_ids[] = {
	{ "vbd" },
	{ }
};

static struct xenbus_driver blkback_driver = {
	.allow_rebind = true,
	.ids = blkback_ids,
	.probe = blkback_probe,
	.remove = blkback_remove,
	.reclaim_memory = blkback_reclaim,
	.otherend_changed = blkback_frontend_changed,
};

/**
 * blkback_xenbus_init - start to drive backends
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int blkback_xenbus_init(void)
{
	return xenbus_register_backend(&blkback_driver);
}

/**
 * blkback_xenbus_exit - drive them no more
 *
 * Context: may sleep.
 */
void blkback_xenbus_exit(void)
{
	xenbus_unregister_driver(&blkback_driver);
}
