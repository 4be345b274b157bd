/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store and the devices that stand in it, for frontends, backends and others.
 *
 * Unless said otherwise functions may sleep, and return 0 or a negative errno.
 */
#ifndef _XEN_XENBUS_H
#define _XEN_XENBUS_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <xen/interface/xen.h>
#include <xen/interface/event_channel.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/xenbus.h>
#include <xen/interface/io/xs_wire.h>

/* The largest ring that can be mapped in one go. */
#define XENBUS_MAX_RING_GRANT_ORDER	4
#define XENBUS_MAX_RING_GRANTS		16U

/* ------------------------------------------------------------------ the store */

/* The number of an open transaction. */
struct xenbus_transaction {
	u32 id;
};

/* None. */
#define XBT_NIL		((struct xenbus_transaction){ .id = 0 })

int xenbus_transaction_start(struct xenbus_transaction *t);
int xenbus_transaction_end(struct xenbus_transaction t, int abort);
/* @fn in a transaction, from the start again when another one was in its way. */
int xenbus_transact(int (*fn)(struct xenbus_transaction t, void *data), void *data);

/* The value, terminated, for kfree(); its length in @len unless NULL. */
void *xenbus_read(struct xenbus_transaction t, const char *dir, const char *node,
		  unsigned int *len);
/* How many were scanned. */
int xenbus_scanf(struct xenbus_transaction t, const char *dir, const char *node,
		 const char *fmt, ...) __scanf(4, 5);
/* The number, @default_val if there is none. */
unsigned int xenbus_read_unsigned(const char *dir, const char *node, unsigned int default_val);
/* Triples of a node, a format for scanf or NULL for the text, and where to; then NULL. */
int xenbus_gather(struct xenbus_transaction t, const char *dir, ...);

int xenbus_write(struct xenbus_transaction t, const char *dir, const char *node,
		 const char *string);
int xenbus_printf(struct xenbus_transaction t, const char *dir, const char *node,
		  const char *fmt, ...) __printf(4, 5);
int xenbus_rm(struct xenbus_transaction t, const char *dir, const char *node);
int xenbus_mkdir(struct xenbus_transaction t, const char *dir, const char *node);

/* An array of @num names in one piece, for kfree(). */
char **xenbus_directory(struct xenbus_transaction t, const char *dir, const char *node,
			unsigned int *num);
/* 1 if it does. */
int xenbus_exists(struct xenbus_transaction t, const char *dir, const char *node);

/* Is @str an error, or empty, which is made one? */
#define XENBUS_IS_ERR_READ(str) ({					\
	if (!IS_ERR(str) && !*(const char *)(str)) {			\
		kfree(str);						\
		(str) = ERR_PTR(-ERANGE);				\
	}								\
	IS_ERR(str);							\
})

/* Does an error of a read say that there is nothing to read? */
#define XENBUS_EXIST_ERR(err)	((err) == -ERANGE || (err) == -ENOENT)

struct xenbus_watch;

typedef void xenbus_watch_call(struct xenbus_watch *watch, const char *path, const char *token);
typedef bool xenbus_watch_filter(struct xenbus_watch *watch, const char *path,
				 const char *token);

/**
 * struct xenbus_watch - hear of changes below a node
 * @node: the node; kept by the owner while the watch is registered
 * @callback: told of each event, in a thread of its own, without locks
 * @will_handle: asked before an event is queued, with a spinlock held; false drops it;
 *	NULL takes all
 * @nr_pending: events that are queued
 * @list: of all watches
 */
struct xenbus_watch {
	const char *node;
	xenbus_watch_call *callback;
	xenbus_watch_filter *will_handle;
	unsigned int nr_pending;
	struct list_head list;
};

int register_xenbus_watch(struct xenbus_watch *watch);
void unregister_xenbus_watch(struct xenbus_watch *watch);

/* Who is called when the store can be reached; at once if it can already. */
int register_xenstore_notifier(struct notifier_block *nb);
void unregister_xenstore_notifier(struct notifier_block *nb);

extern int xenstored_ready;
extern int xen_store_evtchn;
extern struct xenstore_domain_interface *xen_store_interface;
extern const struct file_operations xen_xenbus_fops;

/* Around a save: no request is under way between them. */
void xs_suspend(void);
void xs_suspend_cancel(void);
void xs_resume(void);

/* -------------------------------------------------------- devices and drivers */

/**
 * struct xenbus_device - one end of a split device
 * @dev: the driver core's part
 * @nodename: its folder in the store
 * @devicetype: its type
 * @state: its state as last stored
 * @otherend: the other end's folder, NULL while unbound
 * @otherend_id: the other end's domain
 * @otherend_watch: on the other end's state, while bound
 * @down: done when a frontend has closed
 * @work: resumes a frontend in the store's own domain
 * @reclaim_sem: held while the driver probes, removes or gives memory back
 * @event_channels: how many with late EOI there are
 * @events: how many events they have seen
 * @spurious_events: how many of them for nothing
 * @jiffies_eoi_delayed: for how long EOIs were held back in all
 * @spurious_threshold: from how many spurious events on they are
 */
struct xenbus_device {
	struct device dev;
	const char *nodename;
	const char *devicetype;
	enum xenbus_state state;

	const char *otherend;
	int otherend_id;
	struct xenbus_watch otherend_watch;

	struct completion down;
	struct work_struct work;
	struct semaphore reclaim_sem;

	atomic_t event_channels, events, spurious_events, jiffies_eoi_delayed;
	unsigned int spurious_threshold;
};

#define to_xenbus_device(_dev)	container_of_const(_dev, struct xenbus_device, dev)

/* A type of device that a driver drives; an empty one ends the table. */
struct xenbus_device_id {
	char devicetype[32];
};

/**
 * struct xenbus_driver - a driver of one end
 * @driver: the driver core's part
 * @name: its name, NULL for its first type
 * @ids: the types it drives
 * @allow_rebind: a device can be bound again after it was unbound
 * @not_essential: boot need not wait for it
 * @probe: bind a device; the driver core's rules
 * @remove: unbind it
 * @otherend_changed: the other end has changed its state
 * @suspend: prepare for a save
 * @resume: connect again after a restore
 * @is_ready: is a connected device in use?  0 if boot should wait on
 * @reclaim_memory: memory is short; not while probe or remove run
 * @uevent: add variables to uevents
 * @read_otherend_details: set by the bus
 */
struct xenbus_driver {
	struct device_driver driver;
	const char *name;
	const struct xenbus_device_id *ids;
	bool allow_rebind, not_essential;

	int (*probe)(struct xenbus_device *dev, const struct xenbus_device_id *id);
	void (*remove)(struct xenbus_device *dev);
	void (*otherend_changed)(struct xenbus_device *dev, enum xenbus_state backend_state);
	int (*suspend)(struct xenbus_device *dev);
	int (*resume)(struct xenbus_device *dev);
	int (*is_ready)(struct xenbus_device *dev);
	void (*reclaim_memory)(struct xenbus_device *dev);
	int (*uevent)(const struct xenbus_device *dev, struct kobj_uevent_env *env);
	int (*read_otherend_details)(struct xenbus_device *dev);
};

#define to_xenbus_driver(_drv)	container_of_const(_drv, struct xenbus_driver, driver)

void xenbus_unregister_driver(struct xenbus_driver *drv);
int __must_check __xenbus_register_backend(struct xenbus_driver *drv, struct module *owner,
					   const char *mod_name);
int __must_check __xenbus_register_frontend(struct xenbus_driver *drv, struct module *owner,
					    const char *mod_name);

#define xenbus_register_backend(_drv)	\
	__xenbus_register_backend(_drv, THIS_MODULE, KBUILD_MODNAME)
#define xenbus_register_frontend(_drv)	\
	__xenbus_register_frontend(_drv, THIS_MODULE, KBUILD_MODNAME)

/* ------------------------------------------------- what a driver does to its device */

const char *xenbus_strstate(enum xenbus_state state);
enum xenbus_state xenbus_read_driver_state(const char *path);
int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state new_state);
int xenbus_frontend_closed(struct xenbus_device *dev);
int xenbus_dev_is_online(struct xenbus_device *dev);

void xenbus_dev_fatal(struct xenbus_device *dev, int err, const char *fmt, ...)
	__printf(3, 4);
void xenbus_dev_error(struct xenbus_device *dev, int err, const char *fmt, ...)
	__printf(3, 4);

int xenbus_watch_path(struct xenbus_device *dev, const char *path, struct xenbus_watch *watch,
		      xenbus_watch_filter *will_handle, xenbus_watch_call *callback);
__printf(5, 6)
int xenbus_watch_pathfmt(struct xenbus_device *dev, struct xenbus_watch *watch,
			 xenbus_watch_filter *will_handle, xenbus_watch_call *callback,
			 const char *pathfmt, ...);

/* A ring of the other end's: unmap it, which returns a GNTST_* status, and map it. */
int xenbus_unmap_ring_vfree(struct xenbus_device *dev, void *vaddr);
int xenbus_map_ring_valloc(struct xenbus_device *dev, grant_ref_t *gnt_refs,
			   unsigned int nr_grefs, void **vaddr);

int xenbus_free_evtchn(struct xenbus_device *dev, evtchn_port_t port);
int xenbus_alloc_evtchn(struct xenbus_device *dev, evtchn_port_t *port);

/* A ring of our own: free it and make it. */
void xenbus_teardown_ring(void **vaddr, unsigned int nr_pages, grant_ref_t *grefs);
int xenbus_setup_ring(struct xenbus_device *dev, gfp_t gfp, void **vaddr,
		      unsigned int nr_pages, grant_ref_t *grefs);

#endif /* _XEN_XENBUS_H */
