// SPDX-License-Identifier: GPL-2.0
/*
 * The backend on the bus: its states, and how it connects.
 *
 * Everything here runs in xenwatch or under the device's lock, with the other end's state
 * not told meanwhile.  A device whose frontend has gone for good is let go from a work:
 * xenwatch must not wait for the device's lock, as who holds that may wait for xenwatch.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "netback.h"
#include "states.h"

/**
 * struct backend - a device of this driver
 * @dev: the backend
 * @vif: its network device, or NULL before there is one
 * @state: where we are, which the store says as soon as the hotplug script is done
 * @hotplug_watch: on the script's result; without a node if it is not waited for
 * @script: the hotplug script
 */
struct backend {
	struct xenbus_device *dev;
	struct netback_vif *vif;
	enum xenbus_state state;
	struct xenbus_watch hotplug_watch;
	char *script;
};

/**
 * struct retire - a device that is to lose its driver
 * @work: which does that
 * @dev: the device, with a reference
 */
struct retire {
	struct work_struct work;
	struct device *dev;
};

static void switch_state(struct backend *be, enum xenbus_state state)
{
	be->state = state;
	if (!be->hotplug_watch.node)
		xenbus_switch_state(be->dev, state);
}

static void hotplug_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct backend *be = container_of(watch, struct backend, hotplug_watch);
	char *status = xenbus_read(XBT_NIL, be->dev->nodename, "hotplug-status", NULL);

	if (IS_ERR(status))
		return;
	if (!strcmp(status, "connected")) {
		xenbus_switch_state(be->dev, be->state);
		netback_watch_stop(watch);
	}
	kfree(status);
}

static void watch_hotplug(struct backend *be)
{
	struct xenbus_device *dev = be->dev;

	netback_watch_stop(&be->hotplug_watch);
	if (xenbus_watch_pathfmt(dev, &be->hotplug_watch, NULL, hotplug_changed,
				 "%s/hotplug-status", dev->nodename))
		be->hotplug_watch.node = NULL;
}

/* The bus itself tells of a page that cannot be mapped, and closes the device. */
static bool was_told(const struct xenbus_device *dev)
{
	return dev->state == XenbusStateClosing;
}

/* Frontends need not have a control ring. */
static int connect_ctrl(struct netback_vif *vif)
{
	struct xenbus_device *dev = vif->xdev;
	unsigned int ref, port;
	int err;

	if (xenbus_scanf(XBT_NIL, dev->otherend, "ctrl-ring-ref", "%u", &ref) < 0)
		return 0;

	err = xenbus_scanf(XBT_NIL, dev->otherend, "event-channel-ctrl", "%u", &port);
	if (err < 0) {
		xenbus_dev_fatal(dev, err, "reading %s/event-channel-ctrl", dev->otherend);
		return err;
	}

	err = netback_ctrl_connect(vif, ref, port);
	if (err && !was_told(dev))
		xenbus_dev_fatal(dev, err, "mapping control ring %u port %u", ref, port);
	return err;
}

/* One channel for both directions, or one for each. */
static int read_channels(const char *dir, evtchn_port_t ports[2])
{
	int err;

	err = xenbus_gather(XBT_NIL, dir, "event-channel-tx", "%u", &ports[0],
			    "event-channel-rx", "%u", &ports[1], NULL);
	if (err >= 0)
		return 0;

	err = xenbus_scanf(XBT_NIL, dir, "event-channel", "%u", &ports[0]);
	ports[1] = ports[0];
	return err < 0 ? err : 0;
}

static int connect_rings(struct netback_queue *queue, const char *dir)
{
	struct xenbus_device *dev = queue->vif->xdev;
	evtchn_port_t ports[2];
	grant_ref_t refs[2];
	int err;

	err = xenbus_gather(XBT_NIL, dir, "tx-ring-ref", "%u", &refs[0],
			    "rx-ring-ref", "%u", &refs[1], NULL);
	if (err) {
		xenbus_dev_fatal(dev, err, "reading %s/ring-ref", dir);
		return err;
	}

	err = read_channels(dir, ports);
	if (err) {
		xenbus_dev_fatal(dev, err, "reading %s/event-channel(-tx/rx)", dir);
		return err;
	}

	err = netback_queue_connect(queue, refs, ports);
	if (err && !was_told(dev))
		xenbus_dev_fatal(dev, err, "mapping shared-frames %u/%u port tx %u rx %u",
				 refs[0], refs[1], ports[0], ports[1]);
	return err;
}

/* A single queue has its keys in the frontend's folder, several have folders below. */
static int connect_queue(struct netback_queue *queue, unsigned int count)
{
	const char *otherend = queue->vif->xdev->otherend;
	char *dir;
	int err;

	if (count == 1)
		return connect_rings(queue, otherend);

	dir = kasprintf(GFP_KERNEL, "%s/queue-%u", otherend, queue->id);
	if (!dir)
		return -ENOMEM;
	err = connect_rings(queue, dir);
	kfree(dir);
	return err;
}

/* Those of @vif->num_queues, which is 0 afterwards. */
static void remove_queues(struct netback_vif *vif)
{
	unsigned int count = vif->num_queues;
	unsigned int i;

	netback_carrier_off(vif);
	cancel_work_sync(&vif->disable_work);

	/* Senders that have seen a queue, or a carrier, are through. */
	WRITE_ONCE(vif->num_queues, 0);
	synchronize_net();
	for (i = 0; i < count; i++)
		netback_queue_disconnect(&vif->queues[i]);

	/* And the NAPIs' hash. */
	synchronize_net();
	for (i = 0; i < count; i++)
		netback_queue_destroy(&vif->queues[i]);
	vfree(vif->queues);
	vif->queues = NULL;
}

static int make_queue(struct netback_vif *vif, unsigned int id, unsigned int count)
{
	struct netback_queue *queue = &vif->queues[id];
	unsigned long bytes, usec;
	int err;

	queue->vif = vif;
	queue->id = id;
	snprintf(queue->name, sizeof(queue->name), "%s-q%u", vif->dev->name, id);

	netback_rate_read(vif->xdev, &bytes, &usec);
	err = netback_queue_init(queue, bytes, usec);
	if (err)
		return err;

	err = connect_queue(queue, count);
	if (err)
		netback_queue_destroy(queue);
	return err;
}

static int make_queues(struct netback_vif *vif, unsigned int count)
{
	struct netback_queue *queues = vzalloc(array_size(count, sizeof(*queues)));
	unsigned int i;
	int err = 0;

	if (!queues)
		return -ENOMEM;

	vif->queues = queues;
	for (i = 0; i < count && !err; i++)
		err = make_queue(vif, i, count);

	/* Those that are complete. */
	smp_store_release(&vif->num_queues, err ? i - 1 : count);
	vif->stalled_queues = vif->num_queues;
	if (err)
		remove_queues(vif);
	return err;
}

static int read_queue_count(struct netback_vif *vif, unsigned int *count)
{
	struct xenbus_device *dev = vif->xdev;
	unsigned int most = vif->dev->num_tx_queues;

	*count = xenbus_read_unsigned(dev->otherend, "multi-queue-num-queues", 1);
	if (*count >= 1 && *count <= most)
		return 0;

	xenbus_dev_fatal(dev, -EINVAL,
			 "guest requested %u queues, but valid range is 1 - %u.",
			 *count, most);
	return -EINVAL;
}

static int backend_connect(struct backend *be)
{
	struct xenbus_device *dev = be->dev;
	struct netback_vif *vif = be->vif;
	unsigned int count;
	int err;

	if (!vif)
		return -ENODEV;

	err = read_queue_count(vif, &count);
	if (err)
		return err;
	err = netback_mac_check(dev);
	if (err) {
		xenbus_dev_fatal(dev, err, "parsing %s/mac", dev->nodename);
		return err;
	}
	err = netback_features_read(vif);
	if (err) {
		xenbus_dev_fatal(dev, err, "reading %s/request-rx-copy", dev->otherend);
		return err;
	}

	/* Of the last connection nothing is left, whatever its end was. */
	WRITE_ONCE(vif->disabled, false);
	err = connect_ctrl(vif);
	if (err)
		return err;
	err = make_queues(vif, count);
	if (err) {
		if (err == -ENOMEM)
			xenbus_dev_fatal(dev, err, "allocating queues");
		netback_ctrl_disconnect(vif);
		return err;
	}

	netback_debugfs_add(vif);
	netback_watches_start(vif);

	rtnl_lock();
	netif_set_real_num_tx_queues(vif->dev, count);
	netif_set_real_num_rx_queues(vif->dev, count);
	rtnl_unlock();
	netback_carrier_on(vif);
	watch_hotplug(be);
	netif_tx_wake_all_queues(vif->dev);
	return 0;
}

static void backend_disconnect(struct backend *be)
{
	struct netback_vif *vif = be->vif;

	if (!vif || !vif->num_queues)
		return;

	netback_watches_stop(vif);
	netback_debugfs_del(vif);
	/* Before the queues, as it looks how many there are. */
	netback_ctrl_disconnect(vif);
	remove_queues(vif);
	netback_mcast_clear(vif);
}

/* Where the frontend wants us, by way of what lies between. */
static void backend_go(struct backend *be, enum xenbus_state goal)
{
	enum xenbus_state next;

	while (be->state != goal) {
		next = backend_next(be->state, goal);
		if (next == XenbusStateUnknown)
			return;

		/* If that fails, the store says so, and the frontend is to close. */
		if (next == XenbusStateConnected && backend_connect(be))
			return;
		if (be->state == XenbusStateConnected)
			backend_disconnect(be);
		switch_state(be, next);
	}
}

static void backend_close(struct backend *be)
{
	backend_go(be, XenbusStateClosed);
	/* An error since has said Closing, and who waits for Closed would do so for ever. */
	if (be->state == XenbusStateClosed)
		switch_state(be, XenbusStateClosed);
}

static void retire_work(struct work_struct *work)
{
	struct retire *retire = container_of(work, struct retire, work);

	/* The tools delete the device itself, with its folder in the store. */
	device_release_driver(retire->dev);
	put_device(retire->dev);
	kfree(retire);
}

static void backend_retire(struct backend *be)
{
	struct retire *retire = kmalloc(sizeof(*retire), GFP_KERNEL);

	if (!retire)
		return;
	INIT_WORK(&retire->work, retire_work);
	retire->dev = get_device(&be->dev->dev);
	queue_work(netback_wq, &retire->work);
}

static void frontend_changed(struct xenbus_device *dev, enum xenbus_state state)
{
	struct backend *be = dev_get_drvdata(&dev->dev);

	switch (state) {
	case XenbusStateInitialising:
		backend_go(be, XenbusStateInitWait);
		break;
	case XenbusStateInitialised:
		break;
	case XenbusStateConnected:
		backend_go(be, XenbusStateConnected);
		break;
	case XenbusStateReconfiguring:
		if (be->vif)
			netback_headroom_read(be->vif);
		xenbus_switch_state(dev, XenbusStateReconfigured);
		break;
	case XenbusStateClosing:
		backend_go(be, XenbusStateClosing);
		break;
	case XenbusStateClosed:
		backend_close(be);
		if (!xenbus_dev_is_online(dev))
			backend_retire(be);
		break;
	case XenbusStateUnknown:
		backend_close(be);
		backend_retire(be);
		break;
	default:
		xenbus_dev_fatal(dev, -EINVAL, "saw state %d at frontend", state);
	}
}

static void netback_remove(struct xenbus_device *dev)
{
	struct backend *be = dev_get_drvdata(&dev->dev);

	netback_watch_stop(&be->hotplug_watch);
	xenbus_rm(XBT_NIL, dev->nodename, "hotplug-status");
	if (be->vif) {
		kobject_uevent(&dev->dev.kobj, KOBJ_OFFLINE);
		backend_disconnect(be);
		netback_vif_destroy(be->vif);
		be->vif = NULL;
	}
	dev_set_drvdata(&dev->dev, NULL);
	kfree(be->script);
	kfree(be);
}

/* The tools have chosen a script and a number, which names the interface. */
static int read_tools_keys(struct backend *be, long *handle)
{
	struct xenbus_device *dev = be->dev;
	char *script = xenbus_read(XBT_NIL, dev->nodename, "script", NULL);
	int err;

	if (IS_ERR(script)) {
		xenbus_dev_fatal(dev, PTR_ERR(script), "reading script");
		return PTR_ERR(script);
	}
	be->script = script;

	err = xenbus_scanf(XBT_NIL, dev->nodename, "handle", "%li", handle);
	if (err == 1)
		return 0;
	xenbus_dev_fatal(dev, err, "reading handle");
	return err < 0 ? err : -EINVAL;
}

static int create_vif(struct backend *be)
{
	struct netback_vif *vif;
	long handle;
	int err;

	err = read_tools_keys(be, &handle);
	if (err)
		return err;

	vif = netback_vif_create(be->dev, handle);
	if (IS_ERR(vif)) {
		err = PTR_ERR(vif);
		xenbus_dev_fatal(be->dev, err, "creating interface");
		return err;
	}
	be->vif = vif;

	/* The hotplug script starts on this. */
	kobject_uevent(&be->dev->dev.kobj, KOBJ_ONLINE);
	return 0;
}

static struct backend *backend_alloc(struct xenbus_device *dev)
{
	struct backend *be = kzalloc(sizeof(*be), GFP_KERNEL);

	if (!be)
		return NULL;
	be->state = XenbusStateInitialising;
	be->dev = dev;
	dev_set_drvdata(&dev->dev, be);
	return be;
}

static int netback_probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	struct backend *be = backend_alloc(dev);
	int err;

	if (!be) {
		xenbus_dev_fatal(dev, -ENOMEM, "allocating backend structure");
		return -ENOMEM;
	}

	err = netback_features_offer(dev);
	if (!err) {
		switch_state(be, XenbusStateInitWait);
		err = create_vif(be);
	}
	if (err)
		netback_remove(dev);
	return err;
}

/* What the hotplug script needs to know. */
static int netback_uevent(const struct xenbus_device *dev, struct kobj_uevent_env *env)
{
	const struct backend *be = dev_get_drvdata(&dev->dev);

	if (be && add_uevent_var(env, "script=%s", be->script))
		return -ENOMEM;
	if (be && be->vif)
		return add_uevent_var(env, "vif=%s", be->vif->dev->name);
	return 0;
}

static struct xenbus_driver netback_driver = {
	.ids			= (const struct xenbus_device_id[]) { { "vif" }, { "" } },
	.allow_rebind		= true,
	.uevent			= netback_uevent,
	.probe			= netback_probe,
	.otherend_changed	= frontend_changed,
	.remove			= netback_remove,
};

/**
 * netback_register() - take the devices of the bus
 *
 * Context: process.
 * Return: 0 or -errno.
 */
int netback_register(void)
{
	return xenbus_register_backend(&netback_driver);
}

/**
 * netback_unregister() - leave them alone
 *
 * Context: process.
 */
void netback_unregister(void)
{
	xenbus_unregister_driver(&netback_driver);
}
