// SPDX-License-Identifier: GPL-2.0
/*
 * The bus of backends: backend/TYPE/DOMID/ID in the store of the domain that serves.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/notifier.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>
#include <xen/xenbus.h>

#include "bus.h"

static const char frontend_id_node[] = "frontend-id";
static const char frontend_node[] = "frontend";

static int backend_identify(struct xenbus_node *node, char id[XEN_BUS_ID_SIZE])
{
	struct xenbus_peer *peer;

	peer = xenbus_peer_read(node->dev.nodename, frontend_id_node, frontend_node);
	if (IS_ERR(peer))
		return PTR_ERR(peer);
	node->peer = peer;
	return xenbus_path_backend_id(id, node->dev.nodename, peer->domid);
}

static int backend_read_details(struct xenbus_device *dev)
{
	return xenbus_read_otherend_details(dev, frontend_id_node, frontend_node);
}

/* What udev's rules and the hotplug scripts of the tools go by. */
static int backend_uevent(const struct device *device, struct kobj_uevent_env *env)
{
	const struct xenbus_device *dev = to_xenbus_device(device);
	const struct device_driver *core = READ_ONCE(device->driver);
	const struct xenbus_driver *drv = core ? to_xenbus_driver(core) : NULL;

	if (add_uevent_var(env, "MODALIAS=%s:%s", device->bus->name, dev->devicetype) ||
	    add_uevent_var(env, "XENBUS_TYPE=%s", dev->devicetype) ||
	    add_uevent_var(env, "XENBUS_PATH=%s", dev->nodename) ||
	    add_uevent_var(env, "XENBUS_BASE_PATH=%s", to_xen_bus(device->bus)->root))
		return -ENOMEM;
	return drv && drv->uevent ? drv->uevent(dev, env) : 0;
}

static struct xen_bus_type xenbus_backend = {
	.root = "backend",
	.levels = 3,
	.identify = backend_identify,
	.bus = {
		.name = "xen-backend",
		.dev_groups = xenbus_dev_groups,
		.uevent = backend_uevent,
		.match = xenbus_match,
		.remove = xenbus_dev_remove,
		.probe = xenbus_dev_probe,
	},
};

/**
 * __xenbus_register_backend - register a backend driver
 * @drv: the driver
 * @owner: its module
 * @mod_name: the name of its module
 *
 * Context: May sleep; devices are probed.
 * Return: 0 or -errno.
 */
int __xenbus_register_backend(struct xenbus_driver *drv, struct module *owner,
			      const char *mod_name)
{
	drv->read_otherend_details = backend_read_details;
	return xenbus_register_driver_common(drv, &xenbus_backend, owner, mod_name);
}
EXPORT_SYMBOL_GPL(__xenbus_register_backend);

/**
 * xenbus_dev_is_online - do the tools want a backend to stay when its frontend goes?
 * @dev: the backend
 *
 * Context: May sleep.
 * Return: 1 if so, else 0.
 */
int xenbus_dev_is_online(struct xenbus_device *dev)
{
	return xenbus_read_unsigned(dev->nodename, "online", 0) != 0;
}
EXPORT_SYMBOL_GPL(xenbus_dev_is_online);

static int backend_reclaim(struct device *device, void *unused)
{
	struct xenbus_device *dev = to_xenbus_device(device);
	const struct xenbus_driver *drv;

	/* Who holds it may be the one that needs memory. */
	if (down_trylock(&dev->reclaim_sem))
		return 0;
	if (to_xenbus_node(dev)->bound) {
		drv = to_xenbus_driver(device->driver);
		if (drv->reclaim_memory)
			drv->reclaim_memory(dev);
	}
	up(&dev->reclaim_sem);
	return 0;
}

/* Being asked is the news that memory is short; nothing is ever there to scan. */
static unsigned long backend_shrink(struct shrinker *shrinker, struct shrink_control *sc)
{
	bus_for_each_dev(&xenbus_backend.bus, NULL, NULL, backend_reclaim);
	return 0;
}

static int backend_store_ready(struct notifier_block *nb, unsigned long event, void *data)
{
	xenbus_bus_start(&xenbus_backend);
	return NOTIFY_DONE;
}

static struct notifier_block backend_store_nb = { .notifier_call = backend_store_ready };

static int __init backend_init(void)
{
	struct shrinker *shrinker;
	int err;

	err = xenbus_bus_register(&xenbus_backend);
	if (err)
		return err;
	register_xenstore_notifier(&backend_store_nb);

	shrinker = shrinker_alloc(0, "xen-backend");
	if (shrinker) {
		shrinker->count_objects = backend_shrink;
		shrinker_register(shrinker);
	} else {
		pr_warn("shrinker allocation failed\n");
	}
	return 0;
}
subsys_initcall(backend_init);
