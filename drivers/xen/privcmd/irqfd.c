// SPDX-License-Identifier: GPL-2.0
/*
 * An eventfd that makes an operation of a device model, usually an interrupt of
 * its guest, without a way through the device model.
 *
 * Each is on irqfd_list until it is decided that it ends; who takes it off the
 * list, and nobody else, queues its end.  The end waits for a setup that is
 * still on its way by passing through irqfd_setup.
 *
 * Locks: irqfd_setup (mutex), then the eventfd's wait queue, then irqfd_lock.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <xen/interface/xen.h>
#include <xen/interface/hvm/dm_op.h>
#include <xen/privcmd.h>
#include <xen/xen-ops.h>
#include <asm/xen/hypercall.h>

#include "internal.h"

static DEFINE_MUTEX(irqfd_setup);
static DEFINE_SPINLOCK(irqfd_lock);	/* guards irqfd_list, and links to it */
static LIST_HEAD(irqfd_list);
static struct workqueue_struct *irqfd_ends;

struct irqfd {
	struct list_head link;		/* empty once the end is queued */
	struct eventfd_ctx *eventfd;
	domid_t domid;
	bool failing;			/* and that was said */
	wait_queue_entry_t wait;
	poll_table poll;
	struct work_struct end;
	struct xen_dm_op_buf arg;
	u8 op[];			/* what the device model would pass */
};

/* The operation is a short one, and interrupts may be off. */
static void irqfd_run(struct irqfd *irqfd)
{
	int err = HYPERVISOR_dm_op(irqfd->domid, 1, &irqfd->arg);

	if (err && !irqfd->failing)
		pr_err_ratelimited("event for domain %u failed: %d\n", irqfd->domid, err);
	irqfd->failing = err;
}

static void irqfd_end(struct work_struct *work)
{
	struct irqfd *irqfd = container_of(work, struct irqfd, end);
	u64 count;

	/* Its setup, if not over, has yet to enter the wait queue. */
	mutex_lock(&irqfd_setup);
	mutex_unlock(&irqfd_setup);

	eventfd_ctx_remove_wait_queue(irqfd->eventfd, &irqfd->wait, &count);
	eventfd_ctx_put(irqfd->eventfd);
	kfree(irqfd);
}

/* The last close of an eventfd can come when the end is queued, or runs. */
static void irqfd_queue_end(struct irqfd *irqfd)
{
	lockdep_assert_held(&irqfd_lock);

	if (list_empty(&irqfd->link))
		return;
	list_del_init(&irqfd->link);
	queue_work(irqfd_ends, &irqfd->end);
}

static int irqfd_wake(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	struct irqfd *irqfd = container_of(wait, struct irqfd, wait);
	__poll_t events = key_to_poll(key);
	unsigned long flags;
	u64 count;

	if (events & EPOLLIN) {
		eventfd_ctx_do_read(irqfd->eventfd, &count);
		irqfd_run(irqfd);
	}
	if (events & EPOLLHUP) {
		spin_lock_irqsave(&irqfd_lock, flags);
		irqfd_queue_end(irqfd);
		spin_unlock_irqrestore(&irqfd_lock, flags);
	}

	return 0;
}

static void irqfd_enter_queue(struct file *file, wait_queue_head_t *head, poll_table *poll)
{
	struct irqfd *irqfd = container_of(poll, struct irqfd, poll);

	add_wait_queue_priority(head, &irqfd->wait);
}

static struct irqfd *irqfd_find(const struct eventfd_ctx *eventfd)
{
	struct irqfd *irqfd;

	lockdep_assert_held(&irqfd_lock);

	list_for_each_entry(irqfd, &irqfd_list, link)
		if (irqfd->eventfd == eventfd)
			return irqfd;

	return NULL;
}

/* Two for one eventfd would both want to be woken alone. */
static int irqfd_list_add(struct irqfd *irqfd)
{
	int err = 0;

	spin_lock_irq(&irqfd_lock);
	if (irqfd_find(irqfd->eventfd))
		err = -EBUSY;
	else
		list_add_tail(&irqfd->link, &irqfd_list);
	spin_unlock_irq(&irqfd_lock);

	return err;
}

static struct irqfd *irqfd_new(const struct privcmd_irqfd *call)
{
	struct irqfd *irqfd;

	if (call->size > privcmd_dm_op_buf_max())
		return ERR_PTR(-E2BIG);
	irqfd = kzalloc(struct_size(irqfd, op, call->size), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!irqfd)
		return ERR_PTR(-ENOMEM);

	if (copy_from_user(irqfd->op, u64_to_user_ptr(call->dm_op), call->size)) {
		kfree(irqfd);
		return ERR_PTR(-EFAULT);
	}
	set_xen_guest_handle(irqfd->arg.h, irqfd->op);
	irqfd->arg.size = call->size;
	irqfd->domid = call->dom;
	INIT_WORK(&irqfd->end, irqfd_end);
	init_waitqueue_func_entry(&irqfd->wait, irqfd_wake);
	init_poll_funcptr(&irqfd->poll, irqfd_enter_queue);

	return irqfd;
}

/* The file is held by the caller, so it does not hang up meanwhile. */
static int irqfd_attach(struct irqfd *irqfd, struct file *file)
{
	int err;

	irqfd->eventfd = eventfd_ctx_fileget(file);
	if (IS_ERR(irqfd->eventfd))
		return PTR_ERR(irqfd->eventfd);

	mutex_lock(&irqfd_setup);
	err = irqfd_list_add(irqfd);
	/* It may have been signalled before; that counts. */
	if (!err && vfs_poll(file, &irqfd->poll) & EPOLLIN)
		irqfd_run(irqfd);
	mutex_unlock(&irqfd_setup);

	if (err)
		eventfd_ctx_put(irqfd->eventfd);

	return err;
}

static int irqfd_assign(const struct privcmd_irqfd *call)
{
	struct irqfd *irqfd = irqfd_new(call);
	struct file *file;
	int err = -EBADF;

	if (IS_ERR(irqfd))
		return PTR_ERR(irqfd);

	file = fget(call->fd);
	if (file) {
		err = irqfd_attach(irqfd, file);
		fput(file);
	}
	if (err)
		kfree(irqfd);

	return err;
}

/* No more interrupts come of it when this is over. */
static int irqfd_deassign(const struct file *file, const struct privcmd_irqfd *call)
{
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(call->fd);
	struct irqfd *irqfd;

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);

	spin_lock_irq(&irqfd_lock);
	irqfd = irqfd_find(eventfd);
	if (irqfd && privcmd_file_may(file, irqfd->domid))
		irqfd_queue_end(irqfd);
	spin_unlock_irq(&irqfd_lock);

	eventfd_ctx_put(eventfd);
	flush_workqueue(irqfd_ends);

	return 0;
}

/**
 * privcmd_irqfd() - IOCTL_PRIVCMD_IRQFD
 * @file:	the open file; what it sets up stays when it is closed, and ends
 *		with the eventfd
 * @arg:	struct privcmd_irqfd of the caller
 *
 * Context: process, may sleep.
 * Return: 0; -EPERM for another domain than the file may name; -EBUSY if the
 * eventfd has one already; -E2BIG for a longer operation than a dm_op may have;
 * -EINVAL, -EFAULT, -EBADF, -ENOMEM.
 */
long privcmd_irqfd(struct file *file, void __user *arg)
{
	struct privcmd_irqfd call;

	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (call.flags & ~PRIVCMD_IRQFD_FLAG_DEASSIGN)
		return -EINVAL;
	if (!privcmd_file_may(file, call.dom))
		return -EPERM;

	if (call.flags & PRIVCMD_IRQFD_FLAG_DEASSIGN)
		return irqfd_deassign(file, &call);

	return irqfd_assign(&call);
}

/**
 * privcmd_irqfd_start() - before there are files
 *
 * Return: 0 or -ENOMEM.
 */
int privcmd_irqfd_start(void)
{
	irqfd_ends = alloc_workqueue("privcmd-irqfd-cleanup", 0, 0);

	return irqfd_ends ? 0 : -ENOMEM;
}

/**
 * privcmd_irqfd_stop() - end those whose eventfds are still open
 */
void privcmd_irqfd_stop(void)
{
	struct irqfd *irqfd, *next;

	spin_lock_irq(&irqfd_lock);
	list_for_each_entry_safe(irqfd, next, &irqfd_list, link)
		irqfd_queue_end(irqfd);
	spin_unlock_irq(&irqfd_lock);

	destroy_workqueue(irqfd_ends);
}
