// SPDX-License-Identifier: GPL-2.0
/*
 * What drivers do to their device's folder in the store: change the state, report
 * errors, watch; and event channels to the other end.
 *
 * A device's state in memory follows the store, never the other way round; whoever
 * changes it is the driver, which orders its own calls.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/stdarg.h>
#include <xen/interface/event_channel.h>
#include <xen/xenbus.h>
#include <asm/xen/hypercall.h>

#include "bus.h"
#include "state.h"

/* The text of an error node; the store takes no more than a page a message. */
#define ERROR_TEXT_SIZE		2048

/* How long there may be no memory to ask the store. */
#define MEMORY_TRIES		20
#define MEMORY_WAIT_MS		50

/**
 * xenbus_read_state - read the state of an end
 * @path: its folder
 * @state: set on success only
 *
 * Context: May sleep.
 * Return: 0, -EINVAL if the node holds something else than a state, or what the store
 * said, -ENOENT if there is no such node.
 */
int xenbus_read_state(const char *path, enum xenbus_state *state)
{
	char *text = xenbus_read(XBT_NIL, path, "state", NULL);
	int err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	err = xenbus_state_decode(text, state);
	kfree(text);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_read_state);

/**
 * xenbus_memory_may_come - wait a moment for memory
 * @err: what came of an attempt
 * @tries: how often this was called for the same purpose; 0 at first
 *
 * For who has nobody to report a lack of memory to, and would not be called again.
 *
 * Context: May sleep.
 * Return: true if @err is -ENOMEM and another attempt is to be made.
 */
bool xenbus_memory_may_come(int err, unsigned int *tries)
{
	if (err != -ENOMEM || ++*tries >= MEMORY_TRIES)
		return false;
	msleep(MEMORY_WAIT_MS);
	return true;
}

/**
 * xenbus_read_state_waiting - read the state of an end, and wait for memory if need be
 * @path: its folder
 * @state: set on success only
 *
 * Context: May sleep.
 * Return: see xenbus_read_state().
 */
int xenbus_read_state_waiting(const char *path, enum xenbus_state *state)
{
	unsigned int tries = 0;
	int err;

	do
		err = xenbus_read_state(path, state);
	while (xenbus_memory_may_come(err, &tries));
	return err;
}

/**
 * xenbus_folder_exists - ask for a folder
 * @path: the folder
 *
 * Unlike xenbus_exists() this does not take a failure to ask for the answer.
 *
 * Context: May sleep.
 * Return: 1 if it exists and may be read, 0 if not, or -errno.
 */
int xenbus_folder_exists(const char *path)
{
	char *value = xenbus_read(XBT_NIL, path, "", NULL);
	int err = PTR_ERR_OR_ZERO(value);

	if (!err)
		kfree(value);
	if (err == -ENOENT || err == -EACCES)
		return 0;
	return err ?: 1;
}

/**
 * xenbus_read_driver_state - read the state of an end
 * @path: its folder
 *
 * Context: May sleep.
 * Return: the state, XenbusStateUnknown if none can be read.
 */
enum xenbus_state xenbus_read_driver_state(const char *path)
{
	enum xenbus_state state;

	return xenbus_read_state_waiting(path, &state) ? XenbusStateUnknown : state;
}
EXPORT_SYMBOL_GPL(xenbus_read_driver_state);

/**
 * xenbus_watch_path - watch a node on behalf of a device
 * @dev: the device
 * @path: the node; stays the caller's, who keeps it while the watch is registered
 * @watch: storage of the watch
 * @will_handle: asked for each event, with a spinlock held; NULL to take all
 * @callback: called for each event, in xenwatch
 *
 * Context: May sleep.
 * Return: 0, or -errno after the device was told to close; then @watch's node is NULL.
 */
int xenbus_watch_path(struct xenbus_device *dev, const char *path, struct xenbus_watch *watch,
		      xenbus_watch_filter *will_handle, xenbus_watch_call *callback)
{
	int err;

	watch->callback = callback;
	watch->will_handle = will_handle;
	watch->node = path;
	err = register_xenbus_watch(watch);
	if (!err)
		return 0;

	watch->callback = NULL;
	watch->will_handle = NULL;
	watch->node = NULL;
	xenbus_dev_fatal(dev, err, "adding watch on %s", path);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_watch_path);

/**
 * xenbus_watch_pathfmt - watch a node whose path is to be composed
 * @dev: the device
 * @watch: storage of the watch; on success its node is the caller's to kfree()
 * @will_handle: see xenbus_watch_path()
 * @callback: see xenbus_watch_path()
 * @pathfmt: format of the path
 *
 * Context: May sleep.
 * Return: 0, or -errno after the device was told to close; then @watch's node is NULL.
 */
int xenbus_watch_pathfmt(struct xenbus_device *dev, struct xenbus_watch *watch,
			 xenbus_watch_filter *will_handle, xenbus_watch_call *callback,
			 const char *pathfmt, ...)
{
	va_list args;
	char *path;
	int err;

	va_start(args, pathfmt);
	path = kvasprintf(GFP_NOIO | __GFP_HIGH, pathfmt, args);
	va_end(args);

	if (path) {
		err = xenbus_watch_path(dev, path, watch, will_handle, callback);
		if (err)
			kfree(path);
		return err;
	}
	xenbus_dev_fatal(dev, -ENOMEM, "allocating path for watch");
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(xenbus_watch_pathfmt);

__printf(3, 0)
static void report(struct xenbus_device *dev, int err, const char *fmt, va_list args)
{
	char *text = kmalloc(ERROR_TEXT_SIZE, GFP_KERNEL);
	char *folder;
	int len;

	if (!text)
		return;
	len = scnprintf(text, ERROR_TEXT_SIZE, "%i ", -err);
	vscnprintf(text + len, ERROR_TEXT_SIZE - len, fmt, args);
	dev_err_ratelimited(&dev->dev, "%s\n", text);

	folder = kasprintf(GFP_KERNEL, "error/%s", dev->nodename);
	if (folder)
		xenbus_write(XBT_NIL, folder, "error", text);
	kfree(folder);
	kfree(text);
}

/**
 * xenbus_dev_error - tell the log and the store about an error
 * @dev: the device
 * @err: a negative errno, or a status of the hypervisor's
 * @fmt: what went wrong
 *
 * Context: May sleep.
 */
void xenbus_dev_error(struct xenbus_device *dev, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(dev, err, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL_GPL(xenbus_dev_error);

/**
 * xenbus_dev_fatal - tell about an error and begin to close the device
 * @dev: the device
 * @err: a negative errno, or a status of the hypervisor's
 * @fmt: what went wrong
 *
 * Context: May sleep.
 */
void xenbus_dev_fatal(struct xenbus_device *dev, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(dev, err, fmt, args);
	va_end(args);
	xenbus_switch_state(dev, XenbusStateClosing);
}
EXPORT_SYMBOL_GPL(xenbus_dev_fatal);

/*
 * Store a state in transaction @xbt.  The folder must not come to life again when the
 * tools have removed it, so only a node that is there is written.
 * Returns 1 if it was, 0 if there is none, or -errno.
 */
static int state_write(struct xenbus_transaction xbt, struct xenbus_device *dev,
		       enum xenbus_state state)
{
	char *old = xenbus_read(xbt, dev->nodename, "state", NULL);
	int err;

	if (IS_ERR(old))
		return PTR_ERR(old) == -ENOENT ? 0 : PTR_ERR(old);
	kfree(old);
	err = xenbus_printf(xbt, dev->nodename, "state", "%d", state);
	return err ?: 1;
}

/* Returns NULL, or what failed and why in @err. */
static const char *state_change(struct xenbus_device *dev, enum xenbus_state state, int *err)
{
	struct xenbus_transaction xbt;
	int written;

	if (xenbus_state_hop(dev->state, state) == XENBUS_HOP_ODD)
		dev_dbg(&dev->dev, "own state jumps: %s to %s\n",
			xenbus_strstate(dev->state), xenbus_strstate(state));
	do {
		*err = xenbus_transaction_start(&xbt);
		if (*err)
			return "starting transaction";
		written = state_write(xbt, dev, state);
		*err = xenbus_transaction_end(xbt, written <= 0);
	} while (*err == -EAGAIN && written > 0);

	if (*err)
		return "ending transaction";
	/* Gone or refused, the driver has moved on all the same. */
	WRITE_ONCE(dev->state, state);
	if (written >= 0)
		return NULL;
	*err = written;
	return "writing new state";
}

/**
 * xenbus_switch_state - change the state that the other end sees
 * @dev: the device
 * @new_state: the state
 *
 * Nothing is stored if it is the state already, as that would wake the other end, or if
 * the node has gone.  If the store fails the error is reported and the device closes.
 *
 * Context: May sleep; not in a transaction, as the caller's could be given up.
 * Return: 0.
 */
int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state new_state)
{
	unsigned int tries = 0;
	const char *failed;
	int err;

	if (new_state == dev->state)
		return 0;
	do
		failed = state_change(dev, new_state, &err);
	while (failed && xenbus_memory_may_come(err, &tries));
	if (!failed)
		return 0;
	xenbus_dev_error(dev, err, "%s", failed);

	/* Once: a store that fails does so again. */
	if (dev->state == XenbusStateClosing)
		return 0;
	failed = state_change(dev, XenbusStateClosing, &err);
	if (failed)
		xenbus_dev_error(dev, err, "%s", failed);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_switch_state);

/**
 * xenbus_alloc_evtchn - make an event channel that the other end may bind
 * @dev: the device
 * @port: our end's port, set on success
 *
 * Context: May sleep.
 * Return: 0, or -errno after the device was told to close
 * (xen/include/public/event_channel.h, EVTCHNOP_alloc_unbound).
 */
int xenbus_alloc_evtchn(struct xenbus_device *dev, evtchn_port_t *port)
{
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF, .remote_dom = dev->otherend_id };
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);

	if (!err)
		*port = op.port;
	else
		xenbus_dev_fatal(dev, err, "allocating event channel");
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_alloc_evtchn);

/**
 * xenbus_free_evtchn - close an event channel that no handler is bound to
 * @dev: the device
 * @port: our end's port
 *
 * Context: May sleep.
 * Return: 0 or -errno (xen/include/public/event_channel.h, EVTCHNOP_close).
 */
int xenbus_free_evtchn(struct xenbus_device *dev, evtchn_port_t port)
{
	struct evtchn_close op = { .port = port };
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_close, &op);

	if (err)
		xenbus_dev_error(dev, err, "freeing event channel %u", port);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_free_evtchn);

/**
 * xenbus_frontend_closed - a frontend has finished with its device
 * @dev: the device
 *
 * Context: May sleep.
 * Return: 0.
 */
int xenbus_frontend_closed(struct xenbus_device *dev)
{
	xenbus_switch_state(dev, XenbusStateClosed);
	complete(&dev->down);
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_frontend_closed);
