// SPDX-License-Identifier: GPL-2.0
/*
 * Devices come and go with their folders in the store.
 *
 * Owns the table of a bus's devices and the work that makes and removes them.
 *
 * Watch events only name paths to look at again: what is there is read when the work
 * gets to it, so any number of events about one device is one look.  Events about the
 * inside of a device that is known mean nothing to the bus; they are dropped before
 * anything is queued or asked, and they are nearly all events there are.
 *
 * The work is the only context that makes devices, and removes them because of the
 * store.  It is not xenwatch's: probing and removing takes the device's lock, which a
 * thread that binds or unbinds holds while it waits for xenwatch to be idle.
 *
 * Lock order: see struct xenbus_node.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringhash.h>
#include <xen/xenbus.h>

#include "bus.h"
#include "state.h"

/* A path to look at again. */
struct xenbus_check {
	struct list_head list;
	enum xenbus_path_kind kind;
	char path[];
};

static u32 path_hash(const char *path, unsigned int len)
{
	return full_name_hash(NULL, path, len);
}

/* The device at the first @len bytes of @path, unless it is being deleted. */
static struct xenbus_node *device_lookup(struct xen_bus_type *bus, const char *path,
					 unsigned int len)
{
	struct xenbus_node *node;

	lockdep_assert_held(&bus->lock);

	hash_for_each_possible(bus->nodes, node, link, path_hash(path, len)) {
		const char *name = node->dev.nodename;

		if (!node->dying && !strncmp(name, path, len) && !name[len])
			return node;
	}
	return NULL;
}

/* Any device in @folder; the folder may be the device's own. */
static struct xenbus_node *device_lookup_below(struct xen_bus_type *bus, const char *folder)
{
	struct xenbus_node *node;
	int bucket;

	lockdep_assert_held(&bus->lock);

	hash_for_each(bus->nodes, bucket, node, link)
		if (!node->dying && xenbus_path_is_below(node->dev.nodename, folder))
			return node;
	return NULL;
}

/*
 * A device found in the table, with a reference: until it is dying it is registered,
 * and dying is set before the last reference goes.
 */
static struct xenbus_node *device_get(struct xen_bus_type *bus, const struct xenbus_check *check)
{
	struct xenbus_node *node;
	unsigned long flags;

	spin_lock_irqsave(&bus->lock, flags);
	if (check->kind == XENBUS_PATH_FOLDER)
		node = device_lookup_below(bus, check->path);
	else
		node = device_lookup(bus, check->path, strlen(check->path));
	if (node)
		get_device(&node->dev.dev);
	spin_unlock_irqrestore(&bus->lock, flags);
	return node;
}

static void device_set_dying(struct xen_bus_type *bus, struct xenbus_node *node)
{
	scoped_guard(spinlock_irqsave, &bus->lock)
		node->dying = true;
}

static bool device_is_dying(struct xen_bus_type *bus, struct xenbus_node *node)
{
	bool dying;

	scoped_guard(spinlock_irqsave, &bus->lock)
		dying = node->dying;
	return dying;
}

/* Does a device that is being deleted still occupy the name in sysfs? */
static bool name_is_taken(struct xen_bus_type *bus, const char *path)
{
	struct xenbus_node *node;
	unsigned long flags;
	bool taken = false;

	spin_lock_irqsave(&bus->lock, flags);
	hash_for_each_possible(bus->nodes, node, link, path_hash(path, strlen(path)))
		taken |= node->dying && !strcmp(node->dev.nodename, path) &&
			 device_is_registered(&node->dev.dev);
	spin_unlock_irqrestore(&bus->lock, flags);
	return taken;
}

static int removal_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct xen_bus_type *bus = container_of(nb, struct xen_bus_type, removal);
	struct xenbus_node *node = to_xenbus_node(to_xenbus_device((struct device *)data));

	if (action == BUS_NOTIFY_DEL_DEVICE)
		device_set_dying(bus, node);
	return NOTIFY_DONE;
}

static void device_release(struct device *dev)
{
	struct xenbus_node *node = to_xenbus_node(to_xenbus_device(dev));
	struct xen_bus_type *bus = to_xen_bus(dev->bus);

	scoped_guard(spinlock_irqsave, &bus->lock)
		hash_del(&node->link);
	xenbus_peer_free(node->peer);
	kfree(node);
}

static struct xenbus_node *device_alloc(struct xen_bus_type *bus, const char *nodename,
					const struct xenbus_path *parsed)
{
	struct xenbus_node *node;
	size_t len = strlen(nodename) + 1;

	node = kzalloc(struct_size(node, text, len + parsed->type_len + 1), GFP_KERNEL);
	if (!node)
		return NULL;

	memcpy(node->text, nodename, len);
	memcpy(node->text + len, parsed->type, parsed->type_len);
	node->dev.nodename = node->text;
	node->dev.devicetype = node->text + len;
	node->dev.state = XenbusStateInitialising;
	node->peer_state = XenbusStateUnknown;
	init_completion(&node->dev.down);
	sema_init(&node->dev.reclaim_sem, 1);
	mutex_init(&node->dispatch);
	INIT_HLIST_NODE(&node->link);
	return node;
}

/* Consumes @node.  On return the device may be bound, and may be gone again. */
static int device_publish(struct xen_bus_type *bus, struct xenbus_node *node)
{
	u32 hash = path_hash(node->dev.nodename, strlen(node->dev.nodename));
	struct device *dev = &node->dev.dev;
	int err;

	/* A namesake on its way out needs nothing that is held here. */
	while (name_is_taken(bus, node->dev.nodename))
		msleep(20);

	dev->bus = &bus->bus;
	dev->release = device_release;
	device_initialize(dev);
	get_device(dev);

	scoped_guard(spinlock_irqsave, &bus->lock)
		hash_add(bus->nodes, &node->link, hash);

	err = device_add(dev);
	if (err) {
		device_set_dying(bus, node);
		put_device(dev);
	}

	/* Good for the probe just now; a later one reads afresh. */
	xenbus_peer_free(xchg(&node->peer, NULL));
	put_device(dev);
	return err;
}

/* Returns -errno if there is a device to be made, and it was not. */
static int probe_node_once(struct xen_bus_type *bus, const char *nodename)
{
	struct xenbus_path parsed;
	struct xenbus_node *node;
	enum xenbus_state state;
	char id[XEN_BUS_ID_SIZE];
	int err;

	xenbus_path_parse(nodename, bus->root, bus->levels, &parsed);
	if (parsed.kind != XENBUS_PATH_DEVICE)
		return 0;
	if (xenbus_path_is_ignored(&parsed, bus->root, nodename))
		return 0;
	err = xenbus_read_state(nodename, &state);
	if (err || state != XenbusStateInitialising)
		return err;

	node = device_alloc(bus, nodename, &parsed);
	if (!node)
		return -ENOMEM;

	err = bus->identify(node, id);
	if (!err)
		err = dev_set_name(&node->dev.dev, "%s", id);
	if (err) {
		pr_debug("no device for %s: %d\n", nodename, err);
		xenbus_peer_free(node->peer);
		kfree(node);
		return err;
	}
	return device_publish(bus, node);
}

/*
 * Make the device that stands at a path, if it is a new one; only one caller at a time
 * for a bus. A folder whose state is not Initialising belongs to a device that is on
 * its way out, or that somebody else drives; it is left alone.
 */
static void probe_node(struct xen_bus_type *bus, const char *nodename)
{
	unsigned int tries = 0;
	int err;

	do
		err = probe_node_once(bus, nodename);
	while (xenbus_memory_may_come(err, &tries));
}

/*
 * Its folder has gone.  From here on the driver hears nothing any more, so xenwatch
 * neither waits for the device's lock nor deletes the device itself, which drivers
 * like to do when the other end goes at the same time.
 */
static void device_vanish(struct xen_bus_type *bus, struct xenbus_node *node)
{
	mutex_lock(&node->dispatch);
	node->gone = true;
	mutex_unlock(&node->dispatch);

	if (!device_is_dying(bus, node))
		device_unregister(&node->dev.dev);
}

/* What cannot be asked for is taken to be there. */
static bool folder_is_there(const char *path)
{
	unsigned int tries = 0;
	int exists;

	do
		exists = xenbus_folder_exists(path);
	while (xenbus_memory_may_come(exists, &tries));
	return exists;
}

/*
 * Is the device's folder still there?  The state tells that and more: a toolstack that
 * made the device anew before its old instance had gone leaves a trace here.
 */
static bool device_is_there(struct xenbus_node *node)
{
	struct xenbus_device *dev = &node->dev;
	/* Our own change is remembered after it was stored, so read in this order. */
	enum xenbus_state before = READ_ONCE(dev->state);
	enum xenbus_state now;
	int err = xenbus_read_state_waiting(dev->nodename, &now);

	if (err == -ENOENT)
		return folder_is_there(dev->nodename);
	if (!err && now != before && xenbus_state_hop(before, now) == XENBUS_HOP_RESET)
		dev_dbg(&dev->dev, "state reset from %s to %s by others\n",
			xenbus_strstate(before), xenbus_strstate(now));
	return true;
}

static void check_device(struct xen_bus_type *bus, const struct xenbus_check *check)
{
	struct xenbus_node *node = device_get(bus, check);

	if (!node) {
		probe_node(bus, check->path);
		return;
	}
	/* What happens inside a known device is its driver's business. */
	if (check->kind == XENBUS_PATH_DEVICE && !device_is_there(node))
		device_vanish(bus, node);
	put_device(&node->dev.dev);
}

static void check_folder(struct xen_bus_type *bus, const struct xenbus_check *check)
{
	struct xenbus_node *node = device_get(bus, check);

	if (node && folder_is_there(check->path)) {
		put_device(&node->dev.dev);
		return;
	}
	for (; node; node = device_get(bus, check)) {
		device_vanish(bus, node);
		put_device(&node->dev.dev);
	}
}

/* Make all devices in a folder @depth components below the root. */
static void scan_folder(struct xen_bus_type *bus, const char *folder, unsigned int depth)
{
	unsigned int i, count = 0, tries = 0;
	char **names;

	do
		names = xenbus_directory(XBT_NIL, folder, "", &count);
	while (xenbus_memory_may_come(PTR_ERR_OR_ZERO(names), &tries));
	if (IS_ERR(names))
		return;

	for (i = 0; i < count; i++) {
		struct xenbus_check *check;

		check = kzalloc(struct_size(check, path, strlen(folder) + strlen(names[i]) + 2),
				GFP_KERNEL | __GFP_NOFAIL);
		sprintf(check->path, "%s/%s", folder, names[i]);
		check->kind = XENBUS_PATH_DEVICE;
		if (depth + 1 < bus->levels)
			scan_folder(bus, check->path, depth + 1);
		else
			check_device(bus, check);
		kfree(check);
	}
	kfree(names);
}

static int scan_device(struct device *dev, void *data)
{
	struct xenbus_node *node = to_xenbus_node(to_xenbus_device(dev));

	if (!device_is_there(node))
		device_vanish(data, node);
	return 0;
}

/* Events were missed: see what has gone, and what has come. */
static void scan_bus(struct xen_bus_type *bus)
{
	bus_for_each_dev(&bus->bus, NULL, bus, scan_device);
	scan_folder(bus, bus->root, 0);
}

static struct xenbus_check *next_check(struct xen_bus_type *bus, bool *scan)
{
	struct xenbus_check *check;
	unsigned long flags;

	spin_lock_irqsave(&bus->lock, flags);
	*scan = bus->scan;
	bus->scan = false;
	check = list_first_entry_or_null(&bus->checks, struct xenbus_check, list);
	if (check)
		list_del(&check->list);
	spin_unlock_irqrestore(&bus->lock, flags);
	return check;
}

static void hotplug_work(struct work_struct *work)
{
	struct xen_bus_type *bus = container_of(work, struct xen_bus_type, hotplug);
	struct xenbus_check *check;
	bool scan;

	do {
		check = next_check(bus, &scan);
		if (scan)
			scan_bus(bus);
		if (!check)
			continue;
		if (check->kind == XENBUS_PATH_FOLDER)
			check_folder(bus, check);
		else
			check_device(bus, check);
		kfree(check);
	} while (scan || check);
}

/*
 * True if @check was queued, false if the same look is due anyway.  A look at the device
 * itself finds all that one at its inside does, hence the smaller kind.
 */
static bool queue_check(struct xen_bus_type *bus, struct xenbus_check *check)
{
	struct xenbus_check *other;
	unsigned long flags;
	bool queued = true;

	spin_lock_irqsave(&bus->lock, flags);
	list_for_each_entry(other, &bus->checks, list) {
		if (strcmp(other->path, check->path))
			continue;
		other->kind = min(other->kind, check->kind);
		queued = false;
	}
	if (queued)
		list_add_tail(&check->list, &bus->checks);
	spin_unlock_irqrestore(&bus->lock, flags);
	return queued;
}

/* Something happened at a path: have it looked at by the bus's work. */
static void bus_watch_fires(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xen_bus_type *bus = container_of(watch, struct xen_bus_type, watch);
	struct xenbus_check *check;
	struct xenbus_path parsed;

	xenbus_path_parse(path, bus->root, bus->levels, &parsed);
	if (parsed.kind == XENBUS_PATH_FOREIGN)
		return;

	check = kzalloc(struct_size(check, path, parsed.len + 1), GFP_NOIO | __GFP_HIGH);
	if (!check) {
		/* Looking at everything needs no memory now. */
		scoped_guard(spinlock_irqsave, &bus->lock)
			bus->scan = true;
	} else {
		check->kind = parsed.kind;
		memcpy(check->path, path, parsed.len);
		if (!queue_check(bus, check))
			kfree(check);
	}
	queue_work(system_unbound_wq, &bus->hotplug);
}

/* Called for each event, with the store's spinlock held and interrupts off. */
static bool bus_watch_wants(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xen_bus_type *bus = container_of(watch, struct xen_bus_type, watch);
	struct xenbus_path parsed;
	bool wanted = true;

	xenbus_path_parse(path, bus->root, bus->levels, &parsed);

	spin_lock(&bus->lock);
	switch (parsed.kind) {
	case XENBUS_PATH_FOREIGN:
		wanted = false;
		break;
	case XENBUS_PATH_FOLDER:
		wanted = device_lookup_below(bus, path);
		break;
	case XENBUS_PATH_INSIDE:
		wanted = !device_lookup(bus, path, parsed.len);
		break;
	case XENBUS_PATH_DEVICE:
		break;
	}
	spin_unlock(&bus->lock);
	return wanted;
}

/**
 * xenbus_bus_start - the store is there: watch the bus's folder and make its devices
 * @bus: the bus
 *
 * The watch comes first: what appears during the scan is looked at once more.
 *
 * Without the watch the devices that are there are made all the same.
 *
 * Context: May sleep; not in the bus's work or below a device's lock.
 */
void xenbus_bus_start(struct xen_bus_type *bus)
{
	int err = register_xenbus_watch(&bus->watch);

	if (err)
		pr_err("no hotplug: watch on %s: %d\n", bus->root, err);

	scoped_guard(spinlock_irqsave, &bus->lock)
		bus->scan = true;
	queue_work(system_unbound_wq, &bus->hotplug);
	flush_work(&bus->hotplug);
}
EXPORT_SYMBOL_GPL(xenbus_bus_start);

/**
 * xenbus_bus_register - make a bus known to the driver core
 * @bus: the bus, never to be unregistered
 *
 * Context: May sleep.
 * Return: 0 or -errno.
 */
int xenbus_bus_register(struct xen_bus_type *bus)
{
	int err;

	spin_lock_init(&bus->lock);
	hash_init(bus->nodes);
	INIT_LIST_HEAD(&bus->checks);
	INIT_WORK(&bus->hotplug, hotplug_work);
	bus->watch.node = bus->root;
	bus->watch.will_handle = bus_watch_wants;
	bus->watch.callback = bus_watch_fires;
	bus->removal.notifier_call = removal_notify;

	err = bus_register(&bus->bus);
	return err ?: bus_register_notifier(&bus->bus, &bus->removal);
}
EXPORT_SYMBOL_GPL(xenbus_bus_register);
