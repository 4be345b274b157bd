// SPDX-License-Identifier: GPL-2.0
/*
 * The other end of a device: who it is, and telling the driver when its state
 * changes.
 *
 * The other end is hostile: its domain and folder are checked when they are read, and
 * what is no state never reaches a driver.
 *
 * A device's otherend, otherend_id and otherend_watch are changed by its binding only,
 * under the device's lock, while the watch is not registered.  Lock order: see struct
 * xenbus_node.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/xenbus.h>

#include "bus.h"
#include "state.h"

/**
 * xenbus_peer_free - forget what was read about an other end
 * @peer: it, or NULL
 *
 * Context: Any.
 */
void xenbus_peer_free(struct xenbus_peer *peer)
{
	if (peer)
		kfree(peer->path);
	kfree(peer);
}

static int peer_check(const struct xenbus_peer *peer)
{
	int exists;

	if (!xenbus_path_domid_is_valid(peer->domid))
		return -ERANGE;
	if (!xenbus_path_otherend_is_valid(peer->path))
		return peer->path[0] ? -ENAMETOOLONG : -ENOENT;
	exists = xenbus_folder_exists(peer->path);
	return exists < 0 ? exists : exists ? 0 : -ENOENT;
}

/**
 * xenbus_peer_read - read which domain and folder are the other end of a device
 * @nodename: the device's folder
 * @id_node: the node with the domain's number
 * @path_node: the node with the folder
 *
 * Context: May sleep.
 * Return: what was read, for xenbus_peer_free(), or an ERR_PTR: -ENOENT if there is no
 * such folder, -ERANGE if there can be no such domain, or what the store said.
 */
struct xenbus_peer *xenbus_peer_read(const char *nodename, const char *id_node,
				     const char *path_node)
{
	struct xenbus_peer *peer;
	int err;

	peer = kzalloc(sizeof(*peer), GFP_KERNEL);
	if (!peer)
		return ERR_PTR(-ENOMEM);

	err = xenbus_gather(XBT_NIL, nodename, id_node, "%i", &peer->domid,
			    path_node, NULL, &peer->path, NULL);
	if (!err)
		err = peer_check(peer);
	if (err) {
		xenbus_peer_free(peer);
		return ERR_PTR(err);
	}
	return peer;
}

/* Consumes @peer. */
static void peer_adopt(struct xenbus_device *dev, struct xenbus_peer *peer)
{
	dev->otherend_id = peer->domid;
	dev->otherend = peer->path;
	peer->path = NULL;
	xenbus_peer_free(peer);
}

/**
 * xenbus_read_otherend_details - learn from a device's folder who the other end is
 * @xendev: the device; its otherend and otherend_id are set on success
 * @id_node: the node with the other domain's number
 * @path_node: the node with the other end's folder
 *
 * Context: May sleep.
 * Return: 0, or -errno after the device was told to close.
 */
int xenbus_read_otherend_details(struct xenbus_device *xendev, const char *id_node,
				 const char *path_node)
{
	struct xenbus_peer *peer = xenbus_peer_read(xendev->nodename, id_node, path_node);

	if (!IS_ERR(peer)) {
		peer_adopt(xendev, peer);
		return 0;
	}
	xenbus_dev_fatal(xendev, PTR_ERR(peer),
			 "unable to read other end from %s.  missing or inaccessible.",
			 xendev->nodename);
	return PTR_ERR(peer);
}
EXPORT_SYMBOL_GPL(xenbus_read_otherend_details);

/**
 * xenbus_otherend_forget - forget who the other end is
 * @dev: a device that does not watch it
 *
 * Context: Under the device's lock.
 */
void xenbus_otherend_forget(struct xenbus_device *dev)
{
	kfree(dev->otherend);
	dev->otherend = NULL;
}

/**
 * xenbus_otherend_learn - learn anew who the other end is
 * @dev: the device
 *
 * When a device was just made, its name may have been a question of the same two
 * nodes; then they are not read again.
 *
 * Context: May sleep; under the device's lock.
 * Return: 0, or -errno after the device was told to close.
 */
int xenbus_otherend_learn(struct xenbus_device *dev)
{
	struct xenbus_peer *peer = xchg(&to_xenbus_node(dev)->peer, NULL);

	xenbus_otherend_unwatch(dev);
	xenbus_otherend_forget(dev);
	if (peer) {
		peer_adopt(dev, peer);
		return 0;
	}
	return to_xenbus_driver(dev->dev.driver)->read_otherend_details(dev);
}

/* One event that has not been looked at is enough: the state is read by then. */
static bool otherend_wants(struct xenbus_watch *watch, const char *path, const char *token)
{
	return !watch->nr_pending;
}

/**
 * xenbus_otherend_watch - hear of the other end's state from now on
 * @dev: a bound device that does not yet
 *
 * Context: May sleep; under the device's lock.
 * Return: 0, or -errno after the device was told to close.
 */
int xenbus_otherend_watch(struct xenbus_device *dev)
{
	struct xenbus_node *node = to_xenbus_node(dev);

	node->peer_state = XenbusStateUnknown;
	node->peer_was_bad = false;
	return xenbus_watch_pathfmt(dev, &dev->otherend_watch, otherend_wants,
				    xenbus_otherend_changed, "%s/state", dev->otherend);
}

/**
 * xenbus_otherend_unwatch - hear no more of the other end
 * @dev: a device that may or may not
 *
 * On return no callback runs, unless this is in one.
 *
 * Context: May sleep; under the device's lock.
 */
void xenbus_otherend_unwatch(struct xenbus_device *dev)
{
	struct xenbus_watch *watch = &dev->otherend_watch;

	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}

/* What to tell the driver; false if nothing. */
static bool peer_state_read(struct xenbus_node *node, enum xenbus_state *state)
{
	struct xenbus_device *dev = &node->dev;
	int err = xenbus_read_state_waiting(dev->otherend, state);

	if (err == -EINVAL) {
		/* Once is enough: the device closes, and the log is not theirs to fill. */
		if (!node->peer_was_bad)
			xenbus_dev_fatal(dev, err, "no state in %s", dev->otherend_watch.node);
		node->peer_was_bad = true;
		return false;
	}
	if (err)
		*state = XenbusStateUnknown;

	switch (xenbus_state_hop(node->peer_state, *state)) {
	case XENBUS_HOP_RESET:
		dev_dbg(&dev->dev, "the other end was reset: %s to %s\n",
			xenbus_strstate(node->peer_state), xenbus_strstate(*state));
		break;
	case XENBUS_HOP_ODD:
		dev_dbg(&dev->dev, "the other end jumps: %s to %s\n",
			xenbus_strstate(node->peer_state), xenbus_strstate(*state));
		break;
	default:
		dev_dbg(&dev->dev, "the other end is %s\n", xenbus_strstate(*state));
	}
	node->peer_state = *state;
	return true;
}

static void peer_state_tell(struct xenbus_node *node)
{
	struct xenbus_device *dev = &node->dev;
	struct xenbus_driver *drv = to_xenbus_driver(dev->dev.driver);
	enum xenbus_state state;

	lockdep_assert_held(&node->dispatch);

	if (!peer_state_read(node, &state))
		return;

	/*
	 * While the system goes down drivers may find nothing that they need, such as
	 * the root file system: only say good-bye.
	 */
	if (system_state > SYSTEM_RUNNING) {
		if (state == XenbusStateClosing && to_xen_bus(dev->dev.bus)->is_frontend)
			xenbus_frontend_closed(dev);
	} else if (drv->otherend_changed) {
		drv->otherend_changed(dev, state);
	}
}

/**
 * xenbus_otherend_changed - a watch on the other end's state has fired
 * @watch: the watch, in a device
 * @path: where
 * @token: not used
 *
 * Context: xenwatch.
 */
void xenbus_otherend_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct xenbus_device *dev = container_of(watch, struct xenbus_device, otherend_watch);
	struct xenbus_node *node = to_xenbus_node(dev);

	/* An event may be about the folder that was the other end before a resume. */
	if (!dev->otherend || !xenbus_path_is_below(path, dev->otherend)) {
		dev_dbg(&dev->dev, "ignoring a change at %s\n", path);
		return;
	}

	/* The driver may delete the device. */
	get_device(&dev->dev);
	mutex_lock(&node->dispatch);
	if (!node->gone)
		peer_state_tell(node);
	mutex_unlock(&node->dispatch);
	put_device(&dev->dev);
}
EXPORT_SYMBOL_GPL(xenbus_otherend_changed);
