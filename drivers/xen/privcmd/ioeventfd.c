// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's notification of a virtio queue that signals an eventfd, without a
 * way through the device model.
 *
 * A device model maps the page in which the hypervisor puts the device accesses
 * of a guest, one slot for each of its CPUs.  A server is such a page, taken over
 * as far as the doorbells on it go: an access that is a doorbell's is answered
 * here, every other one is left to the device model, who listens at the same
 * event channels and also tells the hypervisor of the end of each event.
 *
 * A server ends with its last doorbell, or when the device model unmaps the
 * page.  The ports' handlers are gone before the server is.
 *
 * Locks: server_lock (mutex) guards the list and each area's closed mark; a
 * server's lock guards its doorbells and is taken by handlers.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/eventfd.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/virtio_mmio.h>

#include <xen/events.h>
#include <xen/interface/hvm/ioreq.h>
#include <xen/privcmd.h>
#include <asm/barrier.h>

#include "internal.h"

#define SERVER_VCPUS_MAX	4096
#define QUEUE_MASK		0xffff

static DEFINE_MUTEX(server_lock);
static LIST_HEAD(servers);

struct doorbell {
	struct list_head link;
	struct eventfd_ctx *eventfd;
	u64 addr;			/* of the register in the guest */
	u32 size;
	u32 queue;
};

struct server;

struct server_vcpu {
	struct server *server;
	struct ioreq *slot;		/* shared with the hypervisor */
	evtchn_port_t port;
	int irq;
};

struct server {
	struct list_head link;
	struct privcmd_area *area;
	u64 addr;			/* of the slots in the device model */
	domid_t domid;
	spinlock_t lock;		/* guards doorbells */
	struct list_head doorbells;
	unsigned int nr;
	struct server_vcpu vcpus[] __counted_by(nr);
};

static bool doorbell_rings(const struct doorbell *bell, const struct ioreq *access)
{
	return access->type == IOREQ_TYPE_COPY && access->dir == IOREQ_WRITE &&
	       access->addr == bell->addr && access->size == bell->size &&
	       (access->data & QUEUE_MASK) == bell->queue;
}

/* Signals the eventfd of an access; false if it has none. */
static bool server_ring(struct server *server, struct ioreq *slot, const struct ioreq *access)
{
	struct doorbell *bell;
	bool found = false;

	spin_lock(&server->lock);
	list_for_each_entry(bell, &server->doorbells, link) {
		if (!doorbell_rings(bell, access))
			continue;
		/* Ours: the device model, looking at the slot, leaves it alone. */
		slot->state = STATE_IOREQ_INPROCESS;
		eventfd_signal(bell->eventfd);
		found = true;
		break;
	}
	spin_unlock(&server->lock);

	return found;
}

static irqreturn_t server_event(int irq, void *dev_id)
{
	struct server_vcpu *vcpu = dev_id;
	struct ioreq *slot = vcpu->slot;
	struct ioreq access;

	if (slot->state != STATE_IOREQ_READY)
		return IRQ_NONE;

	/* The hypervisor fills the slot before it says so. */
	virt_rmb();
	access = *slot;
	/* All of it is read before the state allows to change it. */
	virt_mb();

	if (!server_ring(vcpu->server, slot, &access))
		return IRQ_NONE;

	/* The eventfd has the signal when the guest goes on. */
	virt_wmb();
	slot->state = STATE_IORESP_READY;
	notify_remote_via_evtchn(vcpu->port);

	return IRQ_HANDLED;
}

/* ------------------------------------------------------------------- servers */

static void server_unbind(struct server *server, unsigned int nr)
{
	while (nr--)
		unbind_from_irqhandler(server->vcpus[nr].irq, &server->vcpus[nr]);
}

static void server_end(struct server *server)
{
	struct doorbell *bell, *next;

	lockdep_assert_held(&server_lock);

	list_del(&server->link);
	server_unbind(server, server->nr);
	list_for_each_entry_safe(bell, next, &server->doorbells, link) {
		eventfd_ctx_put(bell->eventfd);
		kfree(bell);
	}
	privcmd_area_put(server->area);
	kfree(server);
}

/* Joins the device model at one port; the reference keeps the port open. */
static int server_bind_vcpu(struct server_vcpu *vcpu)
{
	int err = evtchn_get(vcpu->port);

	if (err)
		return err;

	vcpu->irq = irq_from_evtchn(vcpu->port);
	err = request_irq(vcpu->irq, server_event, IRQF_SHARED, "ioeventfd", vcpu);
	if (err)
		evtchn_put(vcpu->port);

	return err;
}

static int server_bind(struct server *server)
{
	unsigned int i;
	int err;

	for (i = 0; i < server->nr; i++) {
		err = server_bind_vcpu(&server->vcpus[i]);
		if (err) {
			server_unbind(server, i);
			return err;
		}
	}

	return 0;
}

static struct ioreq *area_slot(struct privcmd_area *area, unsigned long offset, unsigned int i)
{
	offset += i * sizeof(struct ioreq);

	return page_to_virt(area->pages[offset >> PAGE_SHIFT]) + offset_in_page(offset);
}

static struct server *server_new(const struct privcmd_ioeventfd *call, const u32 *ports,
				 struct privcmd_area *area, unsigned long offset)
{
	struct server *server;
	unsigned int i;
	int err;

	server = kzalloc(struct_size(server, vcpus, call->vcpus), GFP_KERNEL_ACCOUNT);
	if (!server)
		return ERR_PTR(-ENOMEM);

	spin_lock_init(&server->lock);
	INIT_LIST_HEAD(&server->doorbells);
	server->addr = call->ioreq;
	server->domid = call->dom;
	server->nr = call->vcpus;
	for (i = 0; i < server->nr; i++) {
		server->vcpus[i].server = server;
		server->vcpus[i].port = ports[i];
		server->vcpus[i].slot = area_slot(area, offset, i);
	}

	err = server_bind(server);
	if (err) {
		kfree(server);
		return ERR_PTR(err);
	}

	refcount_inc(&area->refs);
	server->area = area;
	list_add_tail(&server->link, &servers);

	return server;
}

/* The server of an area's slots, the existing one or a new one. */
static struct server *server_get(const struct privcmd_ioeventfd *call, const u32 *ports,
				 struct privcmd_area *area, unsigned long offset)
{
	struct server *server;

	lockdep_assert_held(&server_lock);

	list_for_each_entry(server, &servers, link) {
		if (server->area != area || server->addr != call->ioreq)
			continue;
		if (server->domid == call->dom && server->nr == call->vcpus)
			return server;
		pr_err_ratelimited("domain %u with %u CPUs has the slots asked for\n",
				   server->domid, server->nr);
		return ERR_PTR(-EINVAL);
	}

	return server_new(call, ports, area, offset);
}

static int server_add_doorbell(struct server *server, struct doorbell *bell)
{
	struct doorbell *other;
	int err = 0;

	spin_lock_irq(&server->lock);
	list_for_each_entry(other, &server->doorbells, link)
		if (other->eventfd == bell->eventfd)
			err = -EBUSY;
	if (!err)
		list_add_tail(&bell->link, &server->doorbells);
	spin_unlock_irq(&server->lock);

	return err;
}

static struct doorbell *server_take_doorbell(struct server *server,
					     const struct eventfd_ctx *eventfd)
{
	struct doorbell *bell, *found = NULL;

	spin_lock_irq(&server->lock);
	list_for_each_entry(bell, &server->doorbells, link) {
		if (bell->eventfd == eventfd) {
			found = bell;
			list_del(&bell->link);
			break;
		}
	}
	spin_unlock_irq(&server->lock);

	return found;
}

/* --------------------------------------------------------------------- calls */

static int bell_hang(struct doorbell *bell, const struct privcmd_ioeventfd *call,
		     const u32 *ports)
{
	struct privcmd_area *area;
	struct server *server;
	unsigned long offset;
	int err;

	area = privcmd_area_get(call->ioreq, &offset);
	if (IS_ERR(area))
		return PTR_ERR(area);

	mutex_lock(&server_lock);
	err = -EINVAL;
	if (offset % sizeof(struct ioreq) ||
	    offset + call->vcpus * sizeof(struct ioreq) >
	    (unsigned long)area->nr_pages << PAGE_SHIFT)
		goto out;
	err = -EFAULT;
	if (area->closed)
		goto out;

	server = server_get(call, ports, area, offset);
	err = PTR_ERR_OR_ZERO(server);
	if (!err)
		err = server_add_doorbell(server, bell);
out:
	mutex_unlock(&server_lock);
	privcmd_area_put(area);

	return err;
}

static int ioeventfd_assign(const struct privcmd_ioeventfd *call)
{
	struct doorbell *bell;
	u32 *ports;
	int err;

	if (call->addr + call->addr_len < call->addr ||
	    call->addr > U64_MAX - VIRTIO_MMIO_QUEUE_NOTIFY)
		return -EINVAL;
	if (!is_power_of_2(call->addr_len) || call->addr_len > sizeof(u64))
		return -EINVAL;
	if (!call->vcpus || call->vcpus > SERVER_VCPUS_MAX)
		return -EINVAL;

	ports = memdup_array_user(u64_to_user_ptr(call->ports), call->vcpus, sizeof(*ports));
	if (IS_ERR(ports))
		return PTR_ERR(ports);

	err = -ENOMEM;
	bell = kzalloc(sizeof(*bell), GFP_KERNEL_ACCOUNT);
	if (!bell)
		goto free_ports;
	bell->addr = call->addr + VIRTIO_MMIO_QUEUE_NOTIFY;
	bell->size = call->addr_len;
	bell->queue = call->vq;

	bell->eventfd = eventfd_ctx_fdget(call->event_fd);
	err = PTR_ERR_OR_ZERO(bell->eventfd);
	if (err)
		goto free_bell;

	err = bell_hang(bell, call, ports);
	if (!err)
		goto free_ports;

	eventfd_ctx_put(bell->eventfd);
free_bell:
	kfree(bell);
free_ports:
	kfree(ports);

	return err;
}

static struct doorbell *bell_take(const struct privcmd_ioeventfd *call,
				  const struct eventfd_ctx *eventfd)
{
	struct doorbell *bell = NULL;
	struct server *server;

	lockdep_assert_held(&server_lock);

	list_for_each_entry(server, &servers, link) {
		if (server->domid != call->dom || server->addr != call->ioreq ||
		    server->nr != call->vcpus)
			continue;
		bell = server_take_doorbell(server, eventfd);
		if (!bell)
			continue;
		if (list_empty(&server->doorbells))
			server_end(server);
		break;
	}

	return bell;
}

static int ioeventfd_deassign(const struct privcmd_ioeventfd *call)
{
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(call->event_fd);
	struct doorbell *bell;

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);

	mutex_lock(&server_lock);
	bell = bell_take(call, eventfd);
	mutex_unlock(&server_lock);

	eventfd_ctx_put(eventfd);
	if (!bell)
		return -ENODEV;
	eventfd_ctx_put(bell->eventfd);
	kfree(bell);

	return 0;
}

/**
 * privcmd_ioeventfd() - IOCTL_PRIVCMD_IOEVENTFD
 * @file:	the open file; what it sets up stays when it is closed
 * @arg:	struct privcmd_ioeventfd of the caller, whose ports must be bound
 *		by /dev/xen/evtchn already
 *
 * Context: process, may sleep.
 * Return: 0; -EPERM for another domain than the file may name; -EFAULT if the
 * slots are not mapped; -EBUSY if the eventfd is in use for them; -ENODEV if
 * there is nothing to deassign; -EINVAL, -EBADF, -ENOENT, -ENOMEM.
 */
long privcmd_ioeventfd(struct file *file, void __user *arg)
{
	struct privcmd_ioeventfd call;

	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (call.flags & ~PRIVCMD_IOEVENTFD_FLAG_DEASSIGN)
		return -EINVAL;
	if (!privcmd_file_may(file, call.dom))
		return -EPERM;

	if (call.flags & PRIVCMD_IOEVENTFD_FLAG_DEASSIGN)
		return ioeventfd_deassign(&call);

	return ioeventfd_assign(&call);
}

/**
 * privcmd_ioeventfd_forget() - an area's pages are about to go
 * @area:	the area; nothing here looks at its pages any more
 *
 * Context: process, with the mmap lock held; may sleep.
 */
void privcmd_ioeventfd_forget(struct privcmd_area *area)
{
	struct server *server, *next;

	mutex_lock(&server_lock);
	area->closed = true;
	list_for_each_entry_safe(server, next, &servers, link) {
		if (server->area == area)
			server_end(server);
	}
	mutex_unlock(&server_lock);
}
