// SPDX-License-Identifier: GPL-2.0
/*
 * The one domain that a domain without privilege may control.
 *
 * A device model in a domain of its own serves one guest.  The root user there
 * must not get at the kernel around its lockdown by asking the hypervisor, so
 * every file starts out restricted to that guest, which the toolstack names in
 * the store at "target".
 *
 * Owns target_domid.  It is final when target_known is complete.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/security.h>
#include <linux/slab.h>

#include <xen/xen.h>
#include <xen/xenbus.h>

#include "internal.h"

static bool unrestricted;
module_param(unrestricted, bool, 0);
MODULE_PARM_DESC(unrestricted,
		 "In a domain without privilege, do not restrict hypercalls to its target domain");

static domid_t target_domid = DOMID_INVALID;
static DECLARE_COMPLETION(target_known);
static bool target_asked;

static domid_t target_read(void)
{
	char *text = xenbus_read(XBT_NIL, "target", "", NULL);
	unsigned int domid;
	int err;

	err = PTR_ERR_OR_ZERO(text);
	if (!err) {
		err = kstrtouint(text, 10, &domid);
		kfree(text);
	}
	if (!err && domid < DOMID_FIRST_RESERVED)
		return domid;

	pr_err("No target domain found, blocking all hypercalls\n");

	return DOMID_IDLE;	/* nobody's memory, and not the word for "any" */
}

static int target_store_is_up(struct notifier_block *block, unsigned long event, void *data)
{
	target_domid = target_read();
	complete_all(&target_known);

	return NOTIFY_DONE;
}

static struct notifier_block target_notifier = {
	.notifier_call = target_store_is_up,
};

/**
 * privcmd_target_start() - find out whether, and to what, files are restricted
 *
 * Called once, before there are files.
 */
void privcmd_target_start(void)
{
	bool locked_down = unrestricted && !xen_initial_domain() &&
			   security_locked_down(LOCKDOWN_XEN_USER_ACTIONS);

	if (locked_down)
		pr_warn("Kernel is locked down, parameter \"unrestricted\" ignored\n");

	if (xen_initial_domain() || (unrestricted && !locked_down)) {
		complete_all(&target_known);
		return;
	}

	target_asked = true;
	register_xenstore_notifier(&target_notifier);
}

/**
 * privcmd_target_stop() - the opposite, when there are no files any more
 */
void privcmd_target_stop(void)
{
	if (target_asked)
		unregister_xenstore_notifier(&target_notifier);
}

/**
 * privcmd_target_wait() - the restriction of a new file
 * @domid:	set to the domain, or to DOMID_INVALID for none
 *
 * Context: process; sleeps until the store is there.
 * Return: 0, or -EINTR for a signal.
 */
int privcmd_target_wait(domid_t *domid)
{
	if (wait_for_completion_interruptible(&target_known))
		return -EINTR;
	*domid = target_domid;

	return 0;
}
