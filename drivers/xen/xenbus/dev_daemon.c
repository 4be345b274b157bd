// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/xenbus_backend: how a store that runs in this domain, or in one that
 * this domain started, gets at the other end of the kernel's connection.
 *
 * The daemon maps the page and asks for the port; or it has the page granted
 * and a port allocated for another domain, once, before the store is used.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <asm/xen/hypercall.h>
#include <xen/grant_table.h>
#include <xen/interface/event_channel.h>
#include <xen/page.h>
#include <xen/xen.h>
#include <xen/xenbus.h>
#include <xen/xenbus_dev.h>

#include "store.h"

static DEFINE_MUTEX(daemon_setup_lock);

static int daemon_open(struct inode *inode, struct file *filp)
{
	return capable(CAP_SYS_ADMIN) ? nonseekable_open(inode, filp) : -EPERM;
}

/*
 * The domain that will serve the store gets the page and a port.  Not once a
 * store was spoken to: it would be without what that one knows.
 */
static int daemon_setup(unsigned long domid)
{
	struct evtchn_alloc_unbound port = {
		.dom = DOMID_SELF,
		.remote_dom = domid,
	};
	int err;

	if (domid >= DOMID_FIRST_RESERVED)
		return -EINVAL;

	guard(mutex)(&daemon_setup_lock);
	if (xenstored_ready)
		return -EEXIST;

	gnttab_grant_foreign_access_ref(GNTTAB_RESERVED_XENSTORE, domid,
					virt_to_gfn(xen_store_interface), 0);
	err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &port);
	if (!err)
		err = xs_ring_move(port.port);

	return err ?: (int)port.port;
}

static long daemon_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;

	switch (cmd) {
	case IOCTL_XENBUS_BACKEND_EVTCHN:
		return xen_store_evtchn > 0 ? xen_store_evtchn : -ENODEV;
	case IOCTL_XENBUS_BACKEND_SETUP:
		return xen_store_interface ? daemon_setup(arg) : -ENODEV;
	default:
		return -ENOTTY;
	}
}

static int daemon_mmap(struct file *filp, struct vm_area_struct *vma)
{
	unsigned long size = vma->vm_end - vma->vm_start;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (vma->vm_pgoff || size > PAGE_SIZE)
		return -EINVAL;
	if (!xen_store_interface)
		return -ENODEV;

	return remap_pfn_range(vma, vma->vm_start, virt_to_pfn(xen_store_interface), size,
			       vma->vm_page_prot) ? -EAGAIN : 0;
}

static const struct file_operations daemon_fops = {
	.open = daemon_open,
	.unlocked_ioctl = daemon_ioctl,
	.mmap = daemon_mmap,
};

static struct miscdevice daemon_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/xenbus_backend",
	.fops = &daemon_fops,
};

static int __init daemon_init(void)
{
	int err;

	if (!xen_initial_domain())
		return -ENODEV;
	err = misc_register(&daemon_device);
	if (err)
		pr_err("Could not register xenbus backend device\n");

	return err;
}
device_initcall(daemon_init);
