// SPDX-License-Identifier: GPL-2.0
/*
 * The toolstack wants the domain to be off, to start again, or to be saved.
 *
 * Requests come from one thread, that of xenstore's watches, and saving the domain runs in
 * it, so that there is one at a time. A domain that is going down takes none.
 */
#define pr_fmt(fmt) "xen:manage: " fmt

#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/slab.h>

#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "power.h"
#include "words.h"

/* Set once and for good. */
static bool going_down;

static void shutdown_power_off(void)
{
	if (system_state > SYSTEM_RUNNING) {
		pr_info("Ignoring Xen toolstack shutdown.\n");
		return;
	}
	/* Before user space is there to do it, by force. */
	orderly_poweroff(system_state < SYSTEM_RUNNING);
}

static void shutdown_reboot(void)
{
	WRITE_ONCE(going_down, true);
	orderly_reboot();
}

/* "halt" is not offered, but tools that ask for it mean power off. */
static const struct shutdown_action {
	void (*run)(void);
	const char *feature;
} shutdown_actions[] = {
	[POWER_OFF]	= { shutdown_power_off, "feature-poweroff" },
	[POWER_HALT]	= { shutdown_power_off },
	[POWER_REBOOT]	= { shutdown_reboot, "feature-reboot" },
	[POWER_SUSPEND]	= { power_suspend, "feature-suspend" },
};

static bool shutdown_can(enum power_request request)
{
	return request != POWER_NONE &&
	       (request != POWER_SUSPEND || IS_ENABLED(CONFIG_HIBERNATE_CALLBACKS));
}

static bool shutdown_is_ours(const char *word)
{
	return shutdown_can(power_request_of(word));
}

static void shutdown_requested(struct xenbus_watch *watch, const char *path, const char *token)
{
	enum power_request request;
	char *word;

	if (READ_ONCE(going_down))
		return;

	word = power_take_request("shutdown", shutdown_is_ours);
	if (!word)
		return;

	request = power_request_of(word);
	if (shutdown_can(request))
		shutdown_actions[request].run();
	else
		pr_info("Ignoring shutdown request: %s\n", word);
	kfree(word);
}

static struct xenbus_watch shutdown_watch = {
	.node = "control/shutdown",
	.callback = shutdown_requested,
};

static void shutdown_offer(void)
{
	enum power_request request;
	int err;

	for (request = POWER_NONE + 1; request < ARRAY_SIZE(shutdown_actions); request++) {
		const char *feature = shutdown_actions[request].feature;

		if (!feature || !shutdown_can(request))
			continue;
		err = xenbus_printf(XBT_NIL, "control", feature, "%u", 1);
		if (err) {
			pr_err("Error %d writing %s\n", err, feature);
			return;
		}
	}
}

static int shutdown_toolstack_is_there(struct notifier_block *nb, unsigned long event,
				       void *data)
{
	if (register_xenbus_watch(&shutdown_watch))
		pr_err("Failed to set shutdown watcher\n");
	else if (!power_watch_sysrq())
		shutdown_offer();

	return NOTIFY_DONE;
}

static struct notifier_block shutdown_toolstack_nb = {
	.notifier_call = shutdown_toolstack_is_there,
};

/* Somebody else than the toolstack wants it. */
static int shutdown_by_others(struct notifier_block *nb, unsigned long event, void *data)
{
	switch (event) {
	case SYS_RESTART:
	case SYS_HALT:
	case SYS_POWER_OFF:
		WRITE_ONCE(going_down, true);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block shutdown_others_nb = {
	.notifier_call = shutdown_by_others,
};

/**
 * xen_setup_shutdown_event - listen to what the toolstack wants
 *
 * Context: boot.
 * Return: 0, or -ENODEV where there is no Xen.
 */
int xen_setup_shutdown_event(void)
{
	if (!xen_domain())
		return -ENODEV;

	register_xenstore_notifier(&shutdown_toolstack_nb);
	register_reboot_notifier(&shutdown_others_nb);
	return 0;
}
EXPORT_SYMBOL_GPL(xen_setup_shutdown_event);

subsys_initcall(xen_setup_shutdown_event);
