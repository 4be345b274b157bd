// SPDX-License-Identifier: GPL-2.0
/*
 * Finding the store: where its ring and its event channel are, and since when somebody
 * answers there.
 *
 * The store can be reached through
 *  - the start info of a PV domain (xen/include/public/xen.h);
 *  - two parameters of an HVM or PVH domain (xen/include/public/hvm/params.h), which may
 *    be set only after the domain runs;
 *  - a page and a port of our own where the store is to start in this domain, or where
 *    another domain with the store is to be started from here.
 *
 * Locks: ready_lock orders the store's becoming ready and the registering of those who
 * wait for it; nothing is called with it held.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/proc_fs.h>
#include <linux/wait.h>
#include <xen/events.h>
#include <xen/hvm.h>
#include <xen/interface/hvm/hvm_op.h>
#include <xen/interface/io/xs_wire.h>
#include <xen/page.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <xen/xenbus.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "bus.h"
#include "xenbus.h"

/* Written before there is a second thread, and by xenbus_backend's set-up and resume. */
int xen_store_evtchn;
EXPORT_SYMBOL_GPL(xen_store_evtchn);

struct xenstore_domain_interface *xen_store_interface;
EXPORT_SYMBOL_GPL(xen_store_interface);

enum xenstore_init xen_store_domain_type;
EXPORT_SYMBOL_GPL(xen_store_domain_type);

/* Does the store answer?  Written under ready_lock. */
int xenstored_ready;

static DEFINE_MUTEX(ready_lock);
static BLOCKING_NOTIFIER_HEAD(ready_chain);

/* The frame of the ring, 0 as long as it is not known. */
static unsigned long store_gfn;

/* Where the store will say that it has started, or 0. */
static int late_irq;

/* Whoever sets it makes the store ready. */
static unsigned long started;

/**
 * register_xenstore_notifier - call somebody once the store answers
 * @nb: who; called at once if it does already
 *
 * Context: May sleep.
 * Return: what the call returned, or 0.
 */
int register_xenstore_notifier(struct notifier_block *nb)
{
	bool ready;

	mutex_lock(&ready_lock);
	ready = xenstored_ready > 0;
	if (!ready)
		blocking_notifier_chain_register(&ready_chain, nb);
	mutex_unlock(&ready_lock);

	return ready ? nb->notifier_call(nb, 0, NULL) : 0;
}
EXPORT_SYMBOL_GPL(register_xenstore_notifier);

/**
 * unregister_xenstore_notifier - do not call somebody any more
 * @nb: who
 *
 * Context: May sleep.
 */
void unregister_xenstore_notifier(struct notifier_block *nb)
{
	blocking_notifier_chain_unregister(&ready_chain, nb);
}
EXPORT_SYMBOL_GPL(unregister_xenstore_notifier);

static bool ring_is_connected(void)
{
	return xen_store_interface && xen_store_interface->connection == XENSTORE_CONNECTED;
}

/* In an HVM domain without a vector the interrupt of the platform device has to do. */
static bool events_need_platform_device(void)
{
	return xen_store_domain_type == XS_HVM && !xen_support_evtchn_rebind();
}

static int ring_map(void)
{
	if (!xen_store_interface)
		xen_store_interface = memremap(store_gfn << XEN_PAGE_SHIFT, XEN_PAGE_SIZE,
					       MEMREMAP_WB);
	return xen_store_interface ? 0 : -ENOMEM;
}

/* The store answers: begin to talk to it, and tell those who wait. */
static void store_start(void)
{
	int err;

	if (test_and_set_bit(0, &started))
		return;

	err = ring_map();
	if (err) {
		pr_err("cannot map the store's ring at %lx\n", store_gfn);
		return;
	}

	/*
	 * The port itself stays bound: to close it now would lose events, and it is bound
	 * to its real handler at once.
	 */
	if (late_irq)
		free_irq(late_irq, &xb_waitq);

	if (xen_store_domain_type == XS_HVM) {
		err = xs_init();
		if (err)
			pr_warn("Error initializing xenstore comms: %i\n", err);
	}

	mutex_lock(&ready_lock);
	xenstored_ready = 1;
	mutex_unlock(&ready_lock);
	blocking_notifier_call_chain(&ready_chain, 0, NULL);
}

/* Anything that happens on the channel tells that the store is there. */
static int wait_for_store(void *unused)
{
	DEFINE_WAIT(wait);

	prepare_to_wait(&xb_waitq, &wait, TASK_INTERRUPTIBLE);
	schedule();
	finish_wait(&xb_waitq, &wait);
	store_start();
	return 0;
}

/* When the drivers' turn comes, start if the store can be there by now, else wait for it. */
static int __init connect_initcall(void)
{
	struct task_struct *task;
	bool there;

	switch (xen_store_domain_type) {
	case XS_PV:
		there = true;
		break;
	case XS_HVM:
		there = ring_is_connected();
		break;
	case XS_LOCAL:
		there = false;
		break;
	default:
		return -ENODEV;
	}

	if (there) {
		if (!events_need_platform_device())
			store_start();
		return 0;
	}
	task = kthread_run(wait_for_store, NULL, "xenbus_probe");
	return PTR_ERR_OR_ZERO(task);
}
device_initcall(connect_initcall);

/**
 * xen_set_callback_via - tell the hypervisor how to interrupt an HVM domain
 * @via: HVM_PARAM_CALLBACK_IRQ's value (xen/include/public/hvm/params.h)
 *
 * Where the store's start had to wait for interrupts, this starts it.
 *
 * Context: May sleep.
 * Return: 0 or -errno.
 */
int xen_set_callback_via(u64 via)
{
	struct xen_hvm_param param = {
		.index = HVM_PARAM_CALLBACK_IRQ,
		.value = via,
		.domid = DOMID_SELF,
	};
	int err = HYPERVISOR_hvm_op(HVMOP_set_param, &param);

	if (!err && events_need_platform_device() && ring_is_connected())
		store_start();
	return err;
}
EXPORT_SYMBOL_GPL(xen_set_callback_via);

/* A restored domain finds another port in the same place. */
static int port_after_resume(struct notifier_block *nb, unsigned long action, void *data)
{
	u64 port = 0;
	int err;

	if (!xen_hvm_domain()) {
		xen_store_evtchn = xen_start_info->store_evtchn;
		return 0;
	}

	err = hvm_get_parameter(HVM_PARAM_STORE_EVTCHN, &port);
	if (err || !port) {
		pr_warn("Cannot update xenstore event channel: %d\n", err);
		return err;
	}
	xen_store_evtchn = port;
	return 0;
}

static struct notifier_block resume_nb = { .notifier_call = port_after_resume };

/* A page and a port that the store, wherever it starts, is told by us. */
static int __init connect_local(void)
{
	struct evtchn_alloc_unbound op = { .dom = DOMID_SELF, .remote_dom = DOMID_SELF };
	void *ring = (void *)get_zeroed_page(GFP_KERNEL);
	int err;

	if (!ring)
		return -ENOMEM;
	err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);
	if (err) {
		free_page((unsigned long)ring);
		return err;
	}
	xen_store_domain_type = XS_LOCAL;
	xen_store_evtchn = op.port;
	xen_store_interface = ring;
	store_gfn = virt_to_gfn(ring);
	return 0;
}

static int __init connect_pv(void)
{
	if (!xen_start_info->store_evtchn)
		return connect_local();

	xen_store_domain_type = XS_PV;
	xen_store_evtchn = xen_start_info->store_evtchn;
	store_gfn = xen_start_info->store_mfn;
	xen_store_interface = gfn_to_virt(store_gfn);
	xenstored_ready = 1;
	return 0;
}

/* The store has started after us: its ring's place is known now. */
static irqreturn_t store_is_late(int irq, void *unused)
{
	u64 gfn = 0;

	if (!hvm_get_parameter(HVM_PARAM_STORE_PFN, &gfn) && gfn && ~gfn) {
		store_gfn = gfn;
		wake_up(&xb_waitq);
	}
	return IRQ_HANDLED;
}

static int __init connect_late(void)
{
	int irq = bind_evtchn_to_irqhandler(xen_store_evtchn, store_is_late, 0,
					    "xenstore_late_init", &xb_waitq);

	if (irq < 0) {
		pr_err("xenstore_late_init couldn't bind irq err=%d\n", irq);
		return irq;
	}
	late_irq = irq;
	return 0;
}

/*
 * A parameter that was never set reads as 0, which can be no ring's frame; all ones say
 * that the ring will come later.
 */
static int __init connect_hvm(void)
{
	u64 port = 0, gfn = 0;
	int err;

	err = hvm_get_parameter(HVM_PARAM_STORE_EVTCHN, &port);
	if (err)
		return err;
	if (!port && xen_initial_domain())
		return connect_local();

	xen_store_domain_type = XS_HVM;
	xen_store_evtchn = port;
	err = hvm_get_parameter(HVM_PARAM_STORE_PFN, &gfn);
	if (err)
		return err;
	if (!gfn)
		return -ENOENT;
	if (!~gfn)
		return connect_late();

	store_gfn = gfn;
	if (store_gfn != gfn || ring_map()) {
		pr_err("cannot map HVM_PARAM_STORE_PFN=%llx\n", gfn);
		return -EINVAL;
	}
	return ring_is_connected() ? 0 : connect_late();
}

/*
 * What an HVM domain says to the store waits for store_start(), as its interrupts may not
 * work yet.
 */
static int __init connect_begin(void)
{
	int err = xen_pv_domain() ? connect_pv() : connect_hvm();

	if (err || xen_store_domain_type == XS_HVM)
		return err;
	err = xs_init();
	if (err)
		pr_warn("Error initializing xenstore comms: %i\n", err);
	return err;
}

static int __init connect_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;

	xenbus_ring_ops_init();
	err = connect_begin();
	if (err) {
		xen_store_domain_type = XS_UNKNOWN;
		return err;
	}

	if (xen_store_domain_type != XS_LOCAL)
		xen_resume_notifier_register(&resume_nb);

	/* Old tools look for /proc/xen/xenbus; the mount point is for xenfs. */
	if (IS_ENABLED(CONFIG_XEN_COMPAT_XENFS))
		proc_create_mount_point("xen");
	return 0;
}
postcore_initcall(connect_init);
