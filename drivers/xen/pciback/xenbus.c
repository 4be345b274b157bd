// SPDX-License-Identifier: GPL-2.0
/*
 * The backend of the device type "pci": which states of both ends lead to what.
 *
 *	backend		what happens
 *	InitWait	the toolstack writes the devices; they are given: Initialised
 *	Initialised	the guest is Initialised too and can be connected to: Connected
 *	Connected	until the toolstack says Reconfiguring; the guest lets devices go and
 *			follows; devices are given and taken: Reconfigured; the guest is
 *			Connected: Connected
 *
 * A guest may claim any state at any time. What it says counts only in the state of the backend
 * in which it is expected; closing always is.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/moduleparam.h>

#include "pciback.h"

static bool passthrough __ro_after_init;
module_param(passthrough, bool, 0444);
MODULE_PARM_DESC(passthrough,
		 "Where guests see the devices they are given:\n"
		 " 0 - (default) on one PCI bus of their own that has nothing else on it.\n"
		 "   For example, a device at 03:05.0 will be at 00:00.0 and a second\n"
		 "   one at 02:1a.1 will be at 00:01.1.\n"
		 " 1 - where they are in the host: a device at 06:01.b is at 06:01.b for\n"
		 "   the guest. For drivers that look for their hardware at a certain\n"
		 "   place.");

static void backend_on_initialised(struct pciback_guest *guest)
{
	pciback_connect(guest);
}

static void backend_on_reconfiguring(struct pciback_guest *guest)
{
	pciback_reconfigure(guest, XenbusStateReconfiguring);
}

static void backend_on_connected(struct pciback_guest *guest)
{
	bool is_connected;

	mutex_lock(&guest->setup_lock);
	is_connected = guest->shared;
	mutex_unlock(&guest->setup_lock);

	if (is_connected)
		xenbus_switch_state(guest->xdev, XenbusStateConnected);
}

static void backend_on_closing(struct pciback_guest *guest)
{
	pciback_disconnect(guest);
	xenbus_switch_state(guest->xdev, XenbusStateClosing);
}

/* The guest is freed with this. */
static void backend_on_gone(struct pciback_guest *guest)
{
	device_unregister(&guest->xdev->dev);
}

static void backend_on_closed(struct pciback_guest *guest)
{
	pciback_disconnect(guest);
	xenbus_switch_state(guest->xdev, XenbusStateClosed);
	if (!xenbus_dev_is_online(guest->xdev))
		backend_on_gone(guest);
}

static void backend_frontend_changed(struct xenbus_device *xdev, enum xenbus_state state)
{
	static void (* const reactions[])(struct pciback_guest *guest) = {
		[XenbusStateUnknown] = backend_on_gone,
		[XenbusStateInitialised] = backend_on_initialised,
		[XenbusStateConnected] = backend_on_connected,
		[XenbusStateClosing] = backend_on_closing,
		[XenbusStateClosed] = backend_on_closed,
		[XenbusStateReconfiguring] = backend_on_reconfiguring,
	};
	struct pciback_guest *guest = dev_get_drvdata(&xdev->dev);

	if (guest && (unsigned int)state < ARRAY_SIZE(reactions) && reactions[state])
		reactions[state](guest);
}

/* Something in the backend's own folder changed: the toolstack writes there, and we do. */
static void backend_folder_changed(struct xenbus_watch *watch, const char *path,
				   const char *token)
{
	struct pciback_guest *guest = container_of(watch, struct pciback_guest, watch);

	switch (xenbus_read_driver_state(guest->xdev->nodename)) {
	case XenbusStateInitWait:
		pciback_setup(guest);
		break;
	case XenbusStateInitialised:
		/* More devices, written while the first ones were being given. */
		pciback_reconfigure(guest, XenbusStateInitialised);
		break;
	default:
		break;
	}
}

static void backend_remove(struct xenbus_device *xdev)
{
	struct pciback_guest *guest = dev_get_drvdata(&xdev->dev);

	if (!guest)
		return;

	if (guest->is_watching)
		unregister_xenbus_watch(&guest->watch);
	pciback_disconnect(guest);
	pciback_unassign_all(guest);

	dev_set_drvdata(&xdev->dev, NULL);
	pciback_guest_put(guest);
}

static int backend_probe(struct xenbus_device *xdev, const struct xenbus_device_id *id)
{
	struct pciback_guest *guest = pciback_guest_alloc(xdev);
	int err;

	if (!guest) {
		xenbus_dev_fatal(xdev, -ENOMEM, "Error allocating the guest's structure");
		return -ENOMEM;
	}
	dev_set_drvdata(&xdev->dev, guest);

	err = xenbus_switch_state(xdev, XenbusStateInitWait);
	if (err)
		goto fail;
	err = xenbus_watch_path(xdev, xdev->nodename, &guest->watch, NULL,
				backend_folder_changed);
	if (err)
		goto fail;
	guest->is_watching = true;

	/* The toolstack may have been faster than the watch. */
	backend_folder_changed(&guest->watch, NULL, NULL);
	return 0;

fail:
	backend_remove(xdev);
	return err;
}

static const struct xenbus_device_id backend_ids[] = {
	{ "pci" },
	{ "" }
};

static struct xenbus_driver backend_driver = {
	.name = PCIBACK_NAME,
	.ids = backend_ids,
	.probe = backend_probe,
	.remove = backend_remove,
	.otherend_changed = backend_frontend_changed,
};

/**
 * pciback_xenbus_register() - be the backend for PV guests, where that is possible
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int __init pciback_xenbus_register(void)
{
	if (!IS_ENABLED(CONFIG_XEN_PCIDEV_BACKEND))
		return 0;

	pr_info("backend is %s\n", pciback_slots_choose(passthrough)->name);
	return xenbus_register_backend(&backend_driver);
}

/**
 * pciback_xenbus_unregister() - be no backend any more
 *
 * Context: may sleep. Guests have lost their devices when it returns.
 */
void pciback_xenbus_unregister(void)
{
	if (IS_ENABLED(CONFIG_XEN_PCIDEV_BACKEND))
		xenbus_unregister_driver(&backend_driver);
}
