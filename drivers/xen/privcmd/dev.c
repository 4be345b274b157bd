// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/privcmd: what the toolstack and device models ask of the hypervisor.
 *
 * This file owns the device, its files and the table of its ioctls.  A file
 * carries one thing, the domain that it is restricted to; that can be set once
 * and never taken back.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include <xen/features.h>
#include <xen/privcmd.h>
#include <xen/xen.h>

#include "../privcmd.h"
#include "internal.h"

MODULE_DESCRIPTION("Xen hypercall passthrough driver");
MODULE_LICENSE("GPL");

const struct privcmd_mapper *privcmd_mapper __ro_after_init;

static void *as_private(domid_t domid)
{
	return (void *)(unsigned long)domid;
}

static int privcmd_open(struct inode *inode, struct file *file)
{
	domid_t domid;
	int err;

	err = privcmd_target_wait(&domid);
	if (err)
		return err;
	file->private_data = as_private(domid);

	return 0;
}

/* To the same domain again is no change; two at once cannot both win. */
static long privcmd_restrict(struct file *file, void __user *arg)
{
	domid_t domid;
	void *was;

	if (copy_from_user(&domid, arg, sizeof(domid)))
		return -EFAULT;
	/* That is the word for any, and would leave the file as it is. */
	if (domid == DOMID_INVALID)
		return -EINVAL;

	was = cmpxchg(&file->private_data, as_private(DOMID_INVALID), as_private(domid));

	return was == as_private(DOMID_INVALID) || was == as_private(domid) ? 0 : -EINVAL;
}

struct privcmd_ioctl {
	unsigned int cmd;
	long (*run)(struct file *file, void __user *arg);
};

#define PRIVCMD_IOCTL(name, function) \
	[_IOC_NR(IOCTL_PRIVCMD_##name)] = { IOCTL_PRIVCMD_##name, function }

static const struct privcmd_ioctl privcmd_ioctls[] = {
	PRIVCMD_IOCTL(HYPERCALL,	privcmd_hypercall),
	PRIVCMD_IOCTL(DM_OP,		privcmd_dm_op),
	PRIVCMD_IOCTL(RESTRICT,		privcmd_restrict),
	PRIVCMD_IOCTL(MMAP,		privcmd_mmap_runs),
	PRIVCMD_IOCTL(MMAPBATCH,	privcmd_mmap_batch_v1),
	PRIVCMD_IOCTL(MMAPBATCH_V2,	privcmd_mmap_batch_v2),
	PRIVCMD_IOCTL(MMAP_RESOURCE,	privcmd_mmap_resource),
	PRIVCMD_IOCTL(IRQFD,		privcmd_irqfd),
	PRIVCMD_IOCTL(IOEVENTFD,	privcmd_ioeventfd),
	PRIVCMD_IOCTL(PCIDEV_GET_GSI,	privcmd_pcidev_gsi),
};

static long privcmd_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct privcmd_ioctl *ioctl;
	unsigned int nr = _IOC_NR(cmd);

	/* Most calls by far; it need not wait for an indirect branch. */
	if (cmd == IOCTL_PRIVCMD_HYPERCALL)
		return privcmd_hypercall(file, (void __user *)arg);

	if (nr >= ARRAY_SIZE(privcmd_ioctls))
		return -ENOTTY;
	ioctl = &privcmd_ioctls[array_index_nospec(nr, ARRAY_SIZE(privcmd_ioctls))];
	if (!ioctl->run || ioctl->cmd != cmd)
		return -ENOTTY;

	return ioctl->run(file, (void __user *)arg);
}

const struct file_operations xen_privcmd_fops = {
	.owner		= THIS_MODULE,
	.open		= privcmd_open,
	.mmap		= privcmd_mmap,
	.unlocked_ioctl	= privcmd_ioctl,
};
EXPORT_SYMBOL_GPL(xen_privcmd_fops);

static struct miscdevice privcmd_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xen/privcmd",
	.fops	= &xen_privcmd_fops,
};

static int __init privcmd_start(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	privcmd_mapper = xen_feature(XENFEAT_auto_translated_physmap) ?
			 privcmd_translated_mapper() : privcmd_direct_mapper();
	if (!privcmd_mapper)
		return -ENODEV;

	err = privcmd_irqfd_start();
	if (err)
		return err;
	privcmd_target_start();

	err = misc_register(&privcmd_device);
	if (err)
		goto stop_target;
	err = misc_register(&privcmd_buf_device);
	if (err)
		goto drop_device;

	return 0;

drop_device:
	misc_deregister(&privcmd_device);
stop_target:
	pr_err("no device: %d\n", err);
	privcmd_target_stop();
	privcmd_irqfd_stop();

	return err;
}

/* No file is open, so no mapping is left, nor an ioeventfd, which needs one. */
static void __exit privcmd_stop(void)
{
	misc_deregister(&privcmd_buf_device);
	misc_deregister(&privcmd_device);
	privcmd_target_stop();
	privcmd_irqfd_stop();
}

module_init(privcmd_start);
module_exit(privcmd_stop);
