/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the bus share: a bus, and a device with the bus's own part.
 */
#ifndef _XENBUS_BUS_H
#define _XENBUS_BUS_H

#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#include "path.h"

/**
 * struct xenbus_peer - the other end of a device as the store names it
 * @domid: its domain
 * @path: its folder, kmalloc()ed
 */
struct xenbus_peer {
	int domid;
	char *path;
};

/**
 * struct xenbus_node - a device and what only the bus knows about it
 * @dev: the device that drivers see
 * @link: in the table of the bus; under the bus's lock
 * @dying: being deleted; under the bus's lock, and never unset
 * @peer: what was read to name the device, for the probe in its creation; set and
 *	taken by xchg()
 * @dispatch: held while the driver hears of the other end
 * @gone: its folder has gone from the store; under @dispatch, and never unset
 * @peer_state: the other end's state last told to the driver; under @dispatch, or the
 *	device's lock while there is no watch
 * @peer_was_bad: the other end wrote no state; likewise
 * @bound: the driver has it; under @dev.reclaim_sem
 * @text: the path and the type
 *
 * Lock order: xenwatch's mutex, @dispatch, the device's lock, @dev.reclaim_sem, the
 * bus's lock.  A driver may delete its device when it hears of the other end, so
 * nobody who holds the device's lock may take @dispatch.
 */
struct xenbus_node {
	struct xenbus_device dev;
	struct hlist_node link;
	bool dying;
	struct xenbus_peer *peer;
	struct mutex dispatch;	/* guards the next three fields */
	bool gone;
	enum xenbus_state peer_state;
	bool peer_was_bad;
	bool bound;
	char text[];
};

/**
 * struct xen_bus_type - one of the two buses
 * @root: its folder in the store
 * @levels: how many components below @root make a device
 * @is_frontend: devices here close when the system goes down
 * @identify: set a new device's name, and its @peer if it was read for that; may
 *	sleep, 0 or -errno
 * @bus: the driver core's part
 *
 * The rest belongs to device.c:
 * @lock: guards @nodes and @checks, the nodes' @link and @dying; a leaf, taken with
 *	interrupts off, as the store's interrupt looks at @nodes for @watch
 * @nodes: all devices until they are released
 * @checks: paths to look at again
 * @scan: look at everything once; under @lock
 * @hotplug: makes and removes devices, the only context that does
 * @watch: on @root
 * @removal: hears when a device is deleted
 */
struct xen_bus_type {
	const char *root;
	unsigned int levels;
	bool is_frontend;
	int (*identify)(struct xenbus_node *node, char id[XEN_BUS_ID_SIZE]);
	struct bus_type bus;

	spinlock_t lock;	/* guards @nodes and @checks */
	DECLARE_HASHTABLE(nodes, 6);
	struct list_head checks;
	bool scan;
	struct work_struct hotplug;
	struct xenbus_watch watch;
	struct notifier_block removal;
};

#define to_xenbus_node(_xdev)	container_of_const(_xdev, struct xenbus_node, dev)
#define to_xen_bus(_bus)	container_of(_bus, struct xen_bus_type, bus)

/* device.c */
int xenbus_bus_register(struct xen_bus_type *bus);
void xenbus_bus_start(struct xen_bus_type *bus);

/* bus.c */
extern const struct attribute_group *xenbus_dev_groups[];
extern const struct attribute_group xenbus_stat_group;
const struct xenbus_device_id *xenbus_match_id(const struct xenbus_driver *drv,
					       const struct xenbus_device *dev);
int xenbus_match(struct device *_dev, const struct device_driver *_drv);
int xenbus_register_driver_common(struct xenbus_driver *drv, struct xen_bus_type *bus,
				  struct module *owner, const char *mod_name);

/* bind.c */
int xenbus_dev_probe(struct device *_dev);
void xenbus_dev_remove(struct device *_dev);
int xenbus_dev_suspend(struct device *dev);
int xenbus_dev_resume(struct device *dev);

/* otherend.c */
struct xenbus_peer *xenbus_peer_read(const char *nodename, const char *id_node,
				     const char *path_node);
void xenbus_peer_free(struct xenbus_peer *peer);
void xenbus_otherend_forget(struct xenbus_device *dev);
int xenbus_otherend_learn(struct xenbus_device *dev);
int xenbus_otherend_watch(struct xenbus_device *dev);
void xenbus_otherend_unwatch(struct xenbus_device *dev);
void xenbus_otherend_changed(struct xenbus_watch *watch, const char *path,
			     const char *token);
int xenbus_read_otherend_details(struct xenbus_device *xendev, const char *id_node,
				 const char *path_node);

/* client.c */
int xenbus_read_state(const char *path, enum xenbus_state *state);
int xenbus_read_state_waiting(const char *path, enum xenbus_state *state);
int xenbus_folder_exists(const char *path);
bool xenbus_memory_may_come(int err, unsigned int *tries);

/* rings.c */
void xenbus_ring_ops_init(void);

#endif /* _XENBUS_BUS_H */
