// SPDX-License-Identifier: GPL-2.0
/*
 * "xl sysrq": the toolstack presses a key.
 */
#define pr_fmt(fmt) "xen:manage: " fmt

#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sysrq.h>

#include <xen/xenbus.h>

#include "power.h"

static bool sysrq_is_ours(const char *word)
{
	return true;
}

static void sysrq_requested(struct xenbus_watch *watch, const char *path, const char *token)
{
	char *word = power_take_request("sysrq", sysrq_is_ours);

	if (!word)
		return;

	handle_sysrq(*word);
	kfree(word);
}

static struct xenbus_watch sysrq_watch = {
	.node = "control/sysrq",
	.callback = sysrq_requested,
};

/**
 * power_watch_sysrq - listen to the toolstack's keys
 *
 * Return: 0, or a negative error.
 */
int power_watch_sysrq(void)
{
	int err = register_xenbus_watch(&sysrq_watch);

	if (err)
		pr_err("Failed to set sysrq watcher\n");
	return err;
}
