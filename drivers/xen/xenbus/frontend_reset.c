// SPDX-License-Identifier: GPL-2.0
/*
 * After a kexec or a crash the frontends of the kernel before are still there, and
 * their backends serve memory that is ours now.  Walk both ends back to the start
 * before any device is made.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <xen/xenbus.h>

#include "bus.h"
#include "frontend.h"

/* How long a backend may take for each step. */
#define STEP_TIMEOUT	(5 * HZ)

/* A backend that is being reset. */
struct reset {
	struct xenbus_watch watch;	/* on the node with its state */
	wait_queue_head_t wait;
	enum xenbus_state state;	/* written by the watch only */
};

/*
 * The way back: where the backend is when we start, what the frontend says then, and
 * where that takes the backend.  Each step leads to the next.
 */
static const struct reset_step {
	enum xenbus_state from, say, to;
} steps[] = {
	{ XenbusStateConnected,	XenbusStateClosing,	 XenbusStateClosing },
	{ XenbusStateClosing,	XenbusStateClosed,	 XenbusStateClosed },
	{ XenbusStateClosed,	XenbusStateInitialising, XenbusStateInitWait },
};

static void backend_moves(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct reset *reset = container_of(watch, struct reset, watch);
	int state;

	if (xenbus_scanf(XBT_NIL, path, "", "%i", &state) != 1)
		state = XenbusStateUnknown;
	printk(KERN_DEBUG "XENBUS: backend %s %s\n", path, xenbus_strstate(state));
	WRITE_ONCE(reset->state, state);
	wake_up(&reset->wait);
}

static void reset_walk(struct reset *reset, const char *frontend, const char *backend,
		       enum xenbus_state from)
{
	const struct reset_step *step = steps;

	while (step < steps + ARRAY_SIZE(steps) && step->from != from)
		step++;
	for (; step < steps + ARRAY_SIZE(steps); step++) {
		xenbus_printf(XBT_NIL, frontend, "state", "%d", step->say);
		if (wait_event_interruptible_timeout(reset->wait,
						     READ_ONCE(reset->state) == step->to,
						     STEP_TIMEOUT) <= 0)
			pr_info("backend %s timed out\n", backend);
	}
}

static void reset_device(const char *frontend, const char *backend, enum xenbus_state from)
{
	struct reset reset = {
		.watch.callback = backend_moves,
		.state = XenbusStateUnknown,
	};
	char *node = kasprintf(GFP_NOIO | __GFP_HIGH, "%s/state", backend);

	if (!node)
		return;
	printk(KERN_DEBUG "XENBUS: backend %s %s\n", backend, xenbus_strstate(from));
	pr_info("triggering reconnect on %s\n", backend);

	init_waitqueue_head(&reset.wait);
	reset.watch.node = node;
	if (!register_xenbus_watch(&reset.watch)) {
		reset_walk(&reset, frontend, backend, from);
		unregister_xenbus_watch(&reset.watch);
	}
	pr_info("reconnect done on %s\n", backend);
	kfree(node);
}

/* Left connected by a crash, or closed by a kexec: both are somebody's before us. */
static void check_frontend(const char *frontend)
{
	enum xenbus_state state, backend_state;
	char *backend;

	if (xenbus_read_state(frontend, &state) ||
	    (state != XenbusStateConnected && state != XenbusStateClosed))
		return;
	printk(KERN_DEBUG "XENBUS: frontend %s %s\n", frontend, xenbus_strstate(state));

	backend = xenbus_read(XBT_NIL, frontend, "backend", NULL);
	if (IS_ERR_OR_NULL(backend))
		return;
	if (!xenbus_read_state(backend, &backend_state))
		reset_device(frontend, backend, backend_state);
	kfree(backend);
}

static void check_type(const char *type)
{
	unsigned int i, count;
	char **devices;

	devices = xenbus_directory(XBT_NIL, xenbus_frontend.root, type, &count);
	if (IS_ERR(devices))
		return;
	for (i = 0; i < count; i++) {
		char *path = kasprintf(GFP_NOIO | __GFP_HIGH, "%s/%s/%s", xenbus_frontend.root,
				       type, devices[i]);

		if (path)
			check_frontend(path);
		kfree(path);
	}
	kfree(devices);
}

/**
 * xenbus_frontend_reset - take all frontends of an earlier kernel back to the start
 *
 * Context: May sleep, for seconds a device; before the bus has devices.
 */
void xenbus_frontend_reset(void)
{
	unsigned int i, count;
	char **types;

	types = xenbus_directory(XBT_NIL, xenbus_frontend.root, "", &count);
	if (IS_ERR(types))
		return;
	for (i = 0; i < count; i++)
		check_type(types[i]);
	kfree(types);
}
