// SPDX-License-Identifier: GPL-2.0
/*
 * Stopping the connection to the store and restarting it.
 *
 * A suspended domain wakes up with another store behind its ring, which knows
 * nothing of its requests, transactions and watches.  So a suspend waits until
 * nothing of the kernel's is under way and no message is half in a ring, and a
 * resume tells the new store of each watch.  Transactions of user space are
 * not waited for: their ends are answered with EAGAIN, see dev_user.c.
 *
 * Locks: xs_suspend() returns with xs_watch_gate held for writing, so that the
 * registry stands still until xs_resume() has been through it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/version.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "store.h"
#include "xenbus.h"

/* A store that stops in the middle of a message must not stop the machine. */
#define SUSPEND_PATIENCE	(10 * HZ)

DECLARE_RWSEM(xs_watch_gate);

/* True, and nothing moves any more: both rings are between two messages. */
static bool suspend_pause(void)
{
	bool quiet;

	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		quiet = list_empty(&xs_link.unsent) && xs_receive_between_messages();
		if (quiet)
			xs_link.paused = true;
	}

	return quiet;
}

/**
 * xs_suspend - stop the connection
 *
 * Context: may sleep, until requests and kernel transactions are finished.
 */
void xs_suspend(void)
{
	scoped_guard(spinlock_irqsave, &xs_link.lock)
		xs_link.suspending = true;
	wait_event(xs_link.idle, !READ_ONCE(xs_link.users));
	down_write(&xs_watch_gate);

	if (wait_event_timeout(xs_link.idle, suspend_pause(), SUSPEND_PATIENCE))
		return;
	pr_warn("the store does not finish a message, suspending nevertheless\n");
	scoped_guard(spinlock_irqsave, &xs_link.lock)
		xs_link.paused = true;
}

static void suspend_end(void)
{
	bool notify;

	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		xs_link.paused = false;
		xs_link.suspending = false;
		notify = xs_request_push();
	}
	if (notify)
		xs_ring_notify();
	wake_up_all(&xs_link.admit);
	/* Whatever came meanwhile had nobody to take it in. */
	xs_ring_kick();
}

/**
 * xs_resume - connect to the store of where the domain is now
 *
 * Context: may sleep; after xs_suspend(), with xen_store_evtchn set.
 */
void xs_resume(void)
{
	int err;

	/* What is left is nobody's, and was meant for the store of before. */
	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		xs_link.generation++;
		xs_request_fail_all(-EIO);
	}
	err = xs_ring_attach();
	if (err)
		pr_err("no connection to the store after a resume: %d\n", err);
	suspend_end();
	xs_watch_restore();
	up_write(&xs_watch_gate);
}

/**
 * xs_suspend_cancel - go on with the same store
 *
 * Context: may sleep; after xs_suspend().
 */
void xs_suspend_cancel(void)
{
	suspend_end();
	up_write(&xs_watch_gate);
}

/*
 * The store of a machine that goes down is a process that is, or will be, no
 * more: who waits for it gets an error, and the shutdown goes on.
 */
static int suspend_reboot(struct notifier_block *nb, unsigned long code, void *unused)
{
	if (xen_store_domain_type != XS_LOCAL)
		return NOTIFY_DONE;

	scoped_guard(spinlock_irqsave, &xs_link.lock) {
		xs_link.closed = true;
		xs_request_fail_all(-EIO);
	}

	return NOTIFY_DONE;
}

static struct notifier_block suspend_reboot_nb = {
	.notifier_call = suspend_reboot,
};

/*
 * A guest that was booted by kexec may have watches of the kernel before.  Old
 * tools cannot even be asked whether they know the request.
 */
static void suspend_drop_old_watches(void)
{
	struct xs_request *req;
	int err;

	if (!xen_hvm_domain() || xen_initial_domain() ||
	    HYPERVISOR_xen_version(XENVER_version, NULL) >> 16 < 4 ||
	    !xenbus_read_unsigned("control", "platform-feature-xs_reset_watches", 0))
		return;

	req = xs_request_alloc(XS_RESET_WATCHES, 0, sizeof(""), XS_GFP);
	if (IS_ERR(req))
		return;
	req->body[0] = '\0';
	req->status_only = true;
	err = xs_request_exchange(req);
	if (!err)
		xs_request_free(req);
	else if (err != -EEXIST)
		pr_warn("xs_reset_watches failed: %d\n", err);
}

/**
 * xs_init - start the connection
 *
 * Context: may sleep; once, with xen_store_interface and xen_store_evtchn set.
 * Return: 0 or -errno.
 */
int xs_init(void)
{
	int err;

	err = register_reboot_notifier(&suspend_reboot_nb);
	if (err)
		return err;
	err = xs_ring_attach();
	if (!err)
		err = xs_watch_init();
	if (err) {
		unregister_reboot_notifier(&suspend_reboot_nb);
		return err;
	}
	suspend_drop_old_watches();

	return 0;
}
