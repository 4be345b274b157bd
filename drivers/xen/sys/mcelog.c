// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/mcelog in the initial domain: machine checks are the hypervisor's to handle; this
 * fetches its records and has them read in the form that the mcelog tools know.
 *
 * mce_lock guards the log, the list of CPUs and the buffer into which the hypervisor
 * writes. mce_openers_lock guards who has the device open; it is a leaf.
 */
#define pr_fmt(fmt) "xen_mcelog: " fmt

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include <asm/xen/hypercall.h>

#include <xen/events.h>
#include <xen/xen.h>

#include "mc_info.h"

static DEFINE_MUTEX(mce_lock);

static struct xen_mce_log mce_log = {
	.signature = XEN_MCE_LOG_SIGNATURE,
	.len = XEN_MCE_LOG_LEN,
	.recordlen = sizeof(struct xen_mce),
};

static struct mc_info mce_info;			/* one fetch */
static struct mcinfo_logical_cpu *mce_cpus;	/* those that were online */
static unsigned int mce_nr_cpus;

static DECLARE_WAIT_QUEUE_HEAD(mce_readers);

/* The hypervisor's side */

static int mce_ask_cpus(struct mcinfo_logical_cpu *cpus, u32 *count)
{
	struct xen_mc op = {
		.cmd = XEN_MC_physcpuinfo,
		.u.mc_physcpuinfo.ncpus = *count,
	};
	int err;

	set_xen_guest_handle(op.u.mc_physcpuinfo.info, cpus);
	err = HYPERVISOR_mca(&op);
	*count = op.u.mc_physcpuinfo.ncpus;
	return err;
}

/* Learn which CPUs are online, with what the records do not tell of them. */
static int mce_read_cpus(void)
{
	struct mcinfo_logical_cpu *cpus;
	u32 room = 0, count;
	int err;

	lockdep_assert_held(&mce_lock);
	err = mce_ask_cpus(NULL, &room);
	if (err) {
		pr_err("Failed to get CPU numbers\n");
		return err;
	}

	cpus = kcalloc(room, sizeof(*cpus), GFP_KERNEL);
	if (!cpus)
		return -ENOMEM;

	count = room;
	err = mce_ask_cpus(cpus, &count);
	if (err) {
		pr_err("Failed to get CPU info\n");
		kfree(cpus);
		return err;
	}

	kfree(mce_cpus);
	mce_cpus = cpus;
	mce_nr_cpus = min(room, count);
	return 0;
}

/* CPUs come online; one that is not known is looked for once more. */
static const struct mcinfo_logical_cpu *mce_find_cpu(u32 apic_id)
{
	const struct mcinfo_logical_cpu *cpu = mc_find_cpu(mce_cpus, mce_nr_cpus, apic_id);

	lockdep_assert_held(&mce_lock);
	if (cpu || mce_read_cpus())
		return cpu;

	return mc_find_cpu(mce_cpus, mce_nr_cpus, apic_id);
}

static int mce_convert(const struct mc_info *info)
{
	struct mc_walk walk = {};
	const struct mcinfo_global *global = mc_walk_to(&walk, info, MC_TYPE_GLOBAL);
	const struct mcinfo_logical_cpu *cpu;
	const struct mcinfo_bank *bank;
	struct xen_mce record = {};

	lockdep_assert_held(&mce_lock);
	if (!global) {
		pr_warn("Failed to find global error info\n");
		return -ENODEV;
	}

	cpu = mce_find_cpu(global->mc_apicid);
	if (!cpu) {
		pr_warn("Failed to match cpu with apicid %d\n", global->mc_apicid);
		return -ENODEV;
	}
	mc_record_cpu(&record, global, cpu);

	/* A bank's entry may stand in front of the global one. */
	walk = (struct mc_walk){};
	bank = mc_walk_to(&walk, info, MC_TYPE_BANK);
	if (!bank) {
		pr_warn("Fail to find bank error info\n");
		return -ENODEV;
	}
	for (; bank; bank = mc_walk_to(&walk, info, MC_TYPE_BANK)) {
		mc_record_bank(&record, bank);
		mc_log_add(&mce_log, &record);
	}

	return 0;
}

/* Fetch all records of one of the hypervisor's queues, XEN_MC_URGENT or XEN_MC_NONURGENT. */
static void mce_drain(u32 queue, const char *name)
{
	struct xen_mc op = { .cmd = XEN_MC_fetch };
	struct xen_mc_fetch *fetch = &op.u.mc_fetch;

	lockdep_assert_held(&mce_lock);
	set_xen_guest_handle(fetch->data, &mce_info);
	do {
		fetch->flags = queue;
		if (HYPERVISOR_mca(&op)) {
			pr_err("Failed to fetch %s error log\n", name);
			return;
		}
		if (fetch->flags & (XEN_MC_NODATA | XEN_MC_FETCHFAILED))
			return;

		/* Acknowledged all the same, or it would come again for ever. */
		if (mce_convert(&mce_info))
			pr_warn("Failed to convert this error log, continue acking it anyway\n");

		fetch->flags = queue | XEN_MC_ACK;
	} while (!HYPERVISOR_mca(&op));

	pr_err("Failed to ack previous error log\n");
}

static void mce_fetch(struct work_struct *work)
{
	mutex_lock(&mce_lock);
	mce_drain(XEN_MC_URGENT, "urgent");
	mce_drain(XEN_MC_NONURGENT, "nonurgent");
	mutex_unlock(&mce_lock);

	wake_up_interruptible(&mce_readers);
}

static DECLARE_WORK(mce_fetch_work, mce_fetch);

static irqreturn_t mce_interrupt(int irq, void *unused)
{
	schedule_work(&mce_fetch_work);
	return IRQ_HANDLED;
}

/* The device */

static DEFINE_SPINLOCK(mce_openers_lock);
static unsigned int mce_openers;
static bool mce_exclusive;

static int mce_open(struct inode *inode, struct file *file)
{
	bool alone = file->f_flags & O_EXCL, busy;

	spin_lock(&mce_openers_lock);
	busy = mce_exclusive || (alone && mce_openers);
	if (!busy) {
		mce_openers++;
		mce_exclusive = alone;
	}
	spin_unlock(&mce_openers_lock);

	return busy ? -EBUSY : nonseekable_open(inode, file);
}

static int mce_release(struct inode *inode, struct file *file)
{
	spin_lock(&mce_openers_lock);
	mce_openers--;
	mce_exclusive = false;
	spin_unlock(&mce_openers_lock);

	return 0;
}

/* Only all at once; what could not be copied is there for the next reader. */
static ssize_t mce_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	size_t bytes;
	ssize_t ret;

	if (*pos || size < sizeof(mce_log.entry))
		return -EINVAL;

	mutex_lock(&mce_lock);
	bytes = mce_log.next * sizeof(mce_log.entry[0]);
	ret = -EFAULT;
	if (!copy_to_user(to, mce_log.entry, bytes)) {
		memset(mce_log.entry, 0, bytes);
		WRITE_ONCE(mce_log.next, 0);
		ret = bytes;
	}
	mutex_unlock(&mce_lock);

	return ret;
}

static __poll_t mce_poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &mce_readers, wait);

	return READ_ONCE(mce_log.next) ? EPOLLIN | EPOLLRDNORM : 0;
}

static unsigned int mce_take_flags(void)
{
	unsigned int flags;

	mutex_lock(&mce_lock);
	flags = mce_log.flags;
	mce_log.flags = 0;
	mutex_unlock(&mce_lock);

	return flags;
}

static long mce_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int __user *to = (int __user *)arg;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;

	switch (cmd) {
	case MCE_GET_RECORD_LEN:
		return put_user((int)sizeof(struct xen_mce), to);
	case MCE_GET_LOG_LEN:
		return put_user(XEN_MCE_LOG_LEN, to);
	case MCE_GETCLEAR_FLAGS:
		return put_user(mce_take_flags(), to);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations mce_fops = {
	.open = mce_open,
	.release = mce_release,
	.read = mce_read,
	.poll = mce_poll,
	.unlocked_ioctl = mce_ioctl,
};

static struct miscdevice mce_device = {
	.minor = MISC_MCELOG_MINOR,
	.name = "mcelog",
	.fops = &mce_fops,
};

static int __init mce_bind(void)
{
	int ret;

	mutex_lock(&mce_lock);
	ret = mce_read_cpus();
	mutex_unlock(&mce_lock);
	if (ret)
		return ret;

	ret = bind_virq_to_irqhandler(VIRQ_MCA, 0, mce_interrupt, 0, "mce", NULL);
	if (ret < 0) {
		pr_err("Failed to bind virq\n");
		kfree(mce_cpus);
		mce_cpus = NULL;
		return ret;
	}

	return 0;
}

static int __init mce_init(void)
{
	int err;

	if (!xen_initial_domain())
		return -ENODEV;

	err = misc_register(&mce_device);
	if (err)
		return err;

	err = mce_bind();
	if (err) {
		misc_deregister(&mce_device);
		return err;
	}
	pr_info("/dev/mcelog registered by Xen\n");

	/* Errors from before, such as the cause of a reset, were signalled to nobody. */
	schedule_work(&mce_fetch_work);
	return 0;
}
device_initcall(mce_init);
