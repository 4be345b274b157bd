// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/evtchn: event channels in the hands of programs.
 *
 * A program binds ports to its open file, reads which of them had events, and
 * writes back those that may have the next one.  An event is not ended for the
 * hypervisor until then (late EOI), so a domain cannot send a second one to a
 * program that has not looked at the first.
 *
 * Locks: see dev.h.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <xen/events.h>
#include <xen/evtchn.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>

#include "dev.h"

#define WRITE_AT_ONCE	32

/* ----------------------------------------------------------- read and write */

static ssize_t ring_copy(const struct port_ring *ring, char __user *buf, u32 nr)
{
	u32 first = port_ring_piece(ring, ring->tail, nr);
	size_t bytes = first * sizeof(evtchn_port_t);

	if (copy_to_user(buf, port_ring_slot(ring, ring->tail), bytes))
		return -EFAULT;
	if (nr > first && copy_to_user(buf + bytes, ring->slots,
				       (nr - first) * sizeof(evtchn_port_t)))
		return -EFAULT;

	return nr * sizeof(evtchn_port_t);
}

/* Returns 0 if there is nothing to read. */
static ssize_t ring_read(struct evtchn_file *f, char __user *buf, u32 max)
{
	ssize_t ret = 0;
	u32 nr;

	mutex_lock(&f->read_lock);
	/* Pairs with the release in port_event(): the slots are written. */
	nr = min(smp_load_acquire(&f->ring.head) - f->ring.tail, max);
	if (READ_ONCE(f->overflow))
		ret = -EFBIG;
	else if (nr)
		ret = ring_copy(&f->ring, buf, nr);
	if (ret > 0) {
		/* The slots are read before they may be written again. */
		smp_store_release(&f->ring.tail, f->ring.tail + nr);
	}
	mutex_unlock(&f->read_lock);

	return ret;
}

static ssize_t evtchn_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct evtchn_file *f = file->private_data;
	u32 max = min(count, PAGE_SIZE) / sizeof(evtchn_port_t);
	ssize_t ret;

	if (!max)
		return 0;

	for (;;) {
		ret = ring_read(f, buf, max);
		if (ret)
			return ret;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		ret = wait_event_interruptible(f->wait, port_ring_used(&f->ring));
		if (ret)
			return ret;
	}
}

static void port_end_event(struct evtchn_file *f, evtchn_port_t port)
{
	struct evtchn_port *p = evtchn_port_find(f, port);

	if (!p || !READ_ONCE(p->told))
		return;

	/* The next one may come at once. */
	WRITE_ONCE(p->told, false);
	xen_irq_lateeoi(p->irq, 0);
}

static ssize_t evtchn_write(struct file *file, const char __user *buf, size_t count,
			    loff_t *pos)
{
	struct evtchn_file *f = file->private_data;
	evtchn_port_t ports[WRITE_AT_ONCE];
	size_t done, bytes, i;

	count = round_down(min(count, PAGE_SIZE), sizeof(*ports));

	mutex_lock(&f->bind_lock);
	for (done = 0; done < count; done += bytes) {
		bytes = min(count - done, sizeof(ports));
		if (copy_from_user(ports, buf + done, bytes))
			break;
		for (i = 0; i < bytes / sizeof(*ports); i++)
			port_end_event(f, ports[i]);
	}
	mutex_unlock(&f->bind_lock);

	return done || !count ? done : -EFAULT;
}

static __poll_t evtchn_poll(struct file *file, poll_table *wait)
{
	struct evtchn_file *f = file->private_data;

	/* Its barrier pairs with that in port_event(). */
	poll_wait(file, &f->wait, wait);

	if (READ_ONCE(f->overflow))
		return EPOLLERR;
	if (port_ring_used(&f->ring))
		return EPOLLOUT | EPOLLWRNORM | EPOLLIN | EPOLLRDNORM;

	return EPOLLOUT | EPOLLWRNORM;
}

static int evtchn_fasync(int fd, struct file *file, int on)
{
	struct evtchn_file *f = file->private_data;

	return fasync_helper(fd, file, on, &f->fasync);
}

/* ------------------------------------------- calls, with bind_lock held each */

static long bind_result(struct evtchn_file *f, evtchn_port_t port)
{
	int err = evtchn_port_bind(f, port, false);

	return err ? err : (long)port;
}

static long evtchn_bind_virq(struct evtchn_file *f, void __user *arg)
{
	struct ioctl_evtchn_bind_virq call;
	struct evtchn_bind_virq bind;
	int err;

	if (f->only != EVTCHN_ANY_DOMID)
		return -EACCES;
	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;

	bind.virq = call.virq;
	bind.vcpu = xen_vcpu_nr(0);
	err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_virq, &bind);

	return err ?: bind_result(f, bind.port);
}

static long evtchn_bind_interdomain(struct evtchn_file *f, void __user *arg)
{
	struct ioctl_evtchn_bind_interdomain call;
	struct evtchn_bind_interdomain bind;
	int err;

	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (f->only != EVTCHN_ANY_DOMID && f->only != call.remote_domain)
		return -EACCES;

	bind.remote_dom = call.remote_domain;
	bind.remote_port = call.remote_port;
	err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_interdomain, &bind);

	return err ?: bind_result(f, bind.local_port);
}

static long evtchn_bind_unbound(struct evtchn_file *f, void __user *arg)
{
	struct ioctl_evtchn_bind_unbound_port call;
	struct evtchn_alloc_unbound alloc;
	int err;

	if (f->only != EVTCHN_ANY_DOMID)
		return -EACCES;
	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;

	alloc.dom = DOMID_SELF;
	alloc.remote_dom = call.remote_domain;
	err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &alloc);

	return err ?: bind_result(f, alloc.port);
}

/*
 * A port that somebody else opened for this domain.  The kernel's own are not
 * to be had, and nobody knows which domain it leads to.
 */
static long evtchn_bind_static(struct evtchn_file *f, void __user *arg)
{
	struct ioctl_evtchn_bind call;

	if (f->only != EVTCHN_ANY_DOMID)
		return -EACCES;
	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (evtchn_port_find(f, call.port))
		return -EISCONN;
	if (!call.port || call.port >= xen_evtchn_nr_channels())
		return -EINVAL;
	if ((int)irq_from_evtchn(call.port) >= 0)
		return -EBUSY;

	return evtchn_port_bind(f, call.port, true);
}

static long evtchn_unbind(struct evtchn_file *f, void __user *arg)
{
	struct ioctl_evtchn_unbind call;
	struct evtchn_port *p;

	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (call.port >= xen_evtchn_nr_channels())
		return -EINVAL;

	p = evtchn_port_find(f, call.port);
	if (!p)
		return -ENOTCONN;
	evtchn_port_unbind(f, p);

	return 0;
}

static long evtchn_notify(struct evtchn_file *f, void __user *arg)
{
	struct ioctl_evtchn_notify call;

	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (!evtchn_port_find(f, call.port))
		return -ENOTCONN;
	notify_remote_via_evtchn(call.port);

	return 0;
}

static long evtchn_reset(struct evtchn_file *f, void __user *arg)
{
	mutex_lock(&f->read_lock);
	spin_lock_irq(&f->ring_lock);
	WRITE_ONCE(f->ring.tail, f->ring.head);
	WRITE_ONCE(f->overflow, false);
	spin_unlock_irq(&f->ring_lock);
	mutex_unlock(&f->read_lock);

	return 0;
}

/* What is bound already stays; there is no way back. */
static long evtchn_restrict(struct evtchn_file *f, void __user *arg)
{
	struct ioctl_evtchn_restrict_domid call;

	if (f->only != EVTCHN_ANY_DOMID)
		return -EACCES;
	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (!call.domid || call.domid >= DOMID_FIRST_RESERVED)
		return -EINVAL;
	f->only = call.domid;

	return 0;
}

struct evtchn_call {
	unsigned int cmd;
	long (*run)(struct evtchn_file *f, void __user *arg);
};

#define EVTCHN_CALL(name, function) \
	[_IOC_NR(IOCTL_EVTCHN_##name)] = { IOCTL_EVTCHN_##name, function }

static const struct evtchn_call evtchn_calls[] = {
	EVTCHN_CALL(NOTIFY,		evtchn_notify),
	EVTCHN_CALL(UNBIND,		evtchn_unbind),
	EVTCHN_CALL(RESET,		evtchn_reset),
	EVTCHN_CALL(RESTRICT_DOMID,	evtchn_restrict),
	EVTCHN_CALL(BIND_VIRQ,		evtchn_bind_virq),
	EVTCHN_CALL(BIND_INTERDOMAIN,	evtchn_bind_interdomain),
	EVTCHN_CALL(BIND_UNBOUND_PORT,	evtchn_bind_unbound),
	EVTCHN_CALL(BIND_STATIC,	evtchn_bind_static),
};

static long evtchn_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct evtchn_file *f = file->private_data;
	const struct evtchn_call *call;
	unsigned int nr = _IOC_NR(cmd);
	long ret;

	if (nr >= ARRAY_SIZE(evtchn_calls))
		return -ENOSYS;
	call = &evtchn_calls[array_index_nospec(nr, ARRAY_SIZE(evtchn_calls))];
	if (call->cmd != cmd)
		return -ENOSYS;

	mutex_lock(&f->bind_lock);
	/* The frequent one does without an indirect branch. */
	if (cmd == IOCTL_EVTCHN_NOTIFY)
		ret = evtchn_notify(f, (void __user *)arg);
	else
		ret = call->run(f, (void __user *)arg);
	mutex_unlock(&f->bind_lock);

	return ret;
}

/* --------------------------------------------------------------- the device */

static int evtchn_open(struct inode *inode, struct file *file)
{
	struct evtchn_file *f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);

	if (!f)
		return -ENOMEM;
	f->name = kasprintf(GFP_KERNEL_ACCOUNT, "evtchn:%s", current->comm);
	if (!f->name) {
		kfree(f);
		return -ENOMEM;
	}

	mutex_init(&f->bind_lock);
	mutex_init(&f->read_lock);
	spin_lock_init(&f->ring_lock);
	init_waitqueue_head(&f->wait);
	f->ports = RB_ROOT;
	f->only = EVTCHN_ANY_DOMID;
	file->private_data = f;

	return stream_open(inode, file);
}

static int evtchn_release(struct inode *inode, struct file *file)
{
	struct evtchn_file *f = file->private_data;

	evtchn_port_unbind_all(f);
	kvfree(f->ring.slots);
	kfree(f->name);
	kfree(f);

	return 0;
}

static const struct file_operations evtchn_fops = {
	.owner		= THIS_MODULE,
	.open		= evtchn_open,
	.release	= evtchn_release,
	.read		= evtchn_read,
	.write		= evtchn_write,
	.poll		= evtchn_poll,
	.fasync		= evtchn_fasync,
	.unlocked_ioctl	= evtchn_ioctl,
};

static struct miscdevice evtchn_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xen/evtchn",
	.fops	= &evtchn_fops,
};

static int __init evtchn_start(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;

	err = misc_register(&evtchn_device);
	if (err)
		pr_err("no /dev/xen/evtchn: %d\n", err);
	else
		pr_info("Event-channel device installed\n");

	return err;
}

static void __exit evtchn_stop(void)
{
	misc_deregister(&evtchn_device);
}

module_init(evtchn_start);
module_exit(evtchn_stop);

MODULE_DESCRIPTION("Xen /dev/xen/evtchn device driver");
MODULE_LICENSE("GPL");
