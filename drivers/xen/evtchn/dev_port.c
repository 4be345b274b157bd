// SPDX-License-Identifier: GPL-2.0
/*
 * The ports of a file of /dev/xen/evtchn: binding, their events, the end.
 *
 * Each port belongs to the file that bound it, in whose tree it stands, and is
 * closed when it is unbound or the file is released.  A handler runs only for a
 * port in the tree: it is removed before the port is freed.
 *
 * Locks: see dev.h.
 */
#include <linux/interrupt.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <xen/events.h>
#include <asm/xen/hypercall.h>

#include "dev.h"

static int port_order(evtchn_port_t a, evtchn_port_t b)
{
	return a < b ? -1 : a > b;
}

static int port_cmp_node(struct rb_node *new, const struct rb_node *node)
{
	return port_order(rb_entry(new, struct evtchn_port, node)->port,
			  rb_entry(node, struct evtchn_port, node)->port);
}

static int port_cmp_key(const void *key, const struct rb_node *node)
{
	return port_order(*(const evtchn_port_t *)key,
			  rb_entry(node, struct evtchn_port, node)->port);
}

/**
 * evtchn_port_find() - a port that a file has bound
 * @f:		the file
 * @port:	its number, of which a program may name any
 *
 * Context: bind_lock held.
 * Return: the port, or NULL.
 */
struct evtchn_port *evtchn_port_find(struct evtchn_file *f, evtchn_port_t port)
{
	struct rb_node *node;

	lockdep_assert_held(&f->bind_lock);
	node = rb_find(&port, &f->ports, port_cmp_key);

	return node ? rb_entry(node, struct evtchn_port, node) : NULL;
}

/* Appends the port, at @index; false if there is no room. */
static bool ring_put(struct evtchn_file *f, evtchn_port_t port, u32 *index)
{
	bool room;

	lockdep_assert_held(&f->ring_lock);
	*index = f->ring.head;
	room = port_ring_used(&f->ring) < f->ring.size;
	if (room) {
		*port_ring_slot(&f->ring, *index) = port;
		/* Pairs with the acquire in ring_read(). */
		smp_store_release(&f->ring.head, *index + 1);
	} else {
		WRITE_ONCE(f->overflow, true);
	}

	return room;
}

static irqreturn_t port_event(int irq, void *dev_id)
{
	struct evtchn_port *p = dev_id;
	struct evtchn_file *f = p->file;
	u32 index;
	bool room;

	/* A shared interrupt's handler may be tried while it is removed. */
	if (READ_ONCE(p->closing))
		return IRQ_HANDLED;

	spin_lock(&f->ring_lock);
	WRITE_ONCE(p->told, true);
	room = ring_put(f, p->port, &index);
	spin_unlock(&f->ring_lock);
	if (!room)
		return IRQ_HANDLED;

	/*
	 * Who read all before this one may sleep.  He looks at the head after he
	 * moved the tail and is in the queue; this is the opposite order, so one
	 * of the two sees the other.
	 */
	smp_mb();
	if (READ_ONCE(f->ring.tail) == index) {
		/* after the barrier above */
		if (waitqueue_active(&f->wait))
			wake_up_interruptible(&f->wait);
		kill_fasync(&f->fasync, SIGIO, POLL_IN);
	}

	return IRQ_HANDLED;
}

/* A slot for each port: one that is told of once cannot lose its event. */
static int ring_fit(struct evtchn_file *f)
{
	evtchn_port_t *slots, *old;
	u32 size;

	lockdep_assert_held(&f->bind_lock);
	if (f->nr_ports <= f->ring.size)
		return 0;

	size = port_ring_next_size(f->ring.size);
	slots = kvmalloc_array(size, sizeof(*slots), GFP_KERNEL_ACCOUNT);
	if (!slots)
		return -ENOMEM;

	mutex_lock(&f->read_lock);
	spin_lock_irq(&f->ring_lock);
	old = f->ring.slots;
	port_ring_move(&f->ring, slots, size);
	spin_unlock_irq(&f->ring_lock);
	mutex_unlock(&f->read_lock);

	kvfree(old);

	return 0;
}

/* On the way out of an error, and then it may be closed already. */
static void port_close(evtchn_port_t port, bool is_static)
{
	struct evtchn_close close = { .port = port };

	if (!is_static)
		HYPERVISOR_event_channel_op(EVTCHNOP_close, &close);
}

/* The interrupt; the port is closed, unless it is static, if there is none. */
static int port_connect(struct evtchn_port *p, bool is_static)
{
	int err;

	p->irq = bind_evtchn_to_irq_lateeoi(p->port);
	if (p->irq < 0) {
		port_close(p->port, is_static);
		return p->irq;
	}

	/* From here on the last reference closes it. */
	err = evtchn_make_refcounted(p->port, is_static);
	if (err)
		return err;
	err = request_irq(p->irq, port_event, IRQF_SHARED, p->file->name, p);
	if (err)
		evtchn_put(p->port);

	return err;
}

static void port_forget(struct evtchn_file *f, struct evtchn_port *p)
{
	lockdep_assert_held(&f->bind_lock);
	rb_erase(&p->node, &f->ports);
	f->nr_ports--;
	kfree(p);
}

/**
 * evtchn_port_bind() - give a file a port that the hypervisor has opened
 * @f:		the file
 * @port:	the port, which a failure closes
 * @is_static:	the port stays open, now and when it is unbound
 *
 * Context: bind_lock held; may sleep.
 * Return: 0 or a negative error.
 */
int evtchn_port_bind(struct evtchn_file *f, evtchn_port_t port, bool is_static)
{
	struct evtchn_port *p = kzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	int err;

	if (!p) {
		port_close(port, is_static);
		return -ENOMEM;
	}
	p->file = f;
	p->port = port;

	if (rb_find_add(&p->node, &f->ports, port_cmp_node)) {
		/* Not even ours to close. */
		kfree(p);
		return -EEXIST;
	}
	f->nr_ports++;

	err = ring_fit(f);
	if (err)
		port_close(port, is_static);
	else
		err = port_connect(p, is_static);
	if (err)
		port_forget(f, p);

	return err;
}

/* Its handler is not running when this returns. */
static void port_disconnect(struct evtchn_port *p)
{
	WRITE_ONCE(p->closing, true);
	unbind_from_irqhandler(p->irq, p);
}

/**
 * evtchn_port_unbind() - take a port from a file
 * @f:		the file
 * @p:		the port, which is closed and freed
 *
 * Context: bind_lock held; may sleep.
 */
void evtchn_port_unbind(struct evtchn_file *f, struct evtchn_port *p)
{
	port_disconnect(p);
	port_forget(f, p);
}

/**
 * evtchn_port_unbind_all() - take all ports from a file that nobody has open
 * @f:		the file; the tree is of no use afterwards
 *
 * Handlers run until their port is gone.
 *
 * Context: process, may sleep.
 */
void evtchn_port_unbind_all(struct evtchn_file *f)
{
	struct evtchn_port *p, *next;

	rbtree_postorder_for_each_entry_safe(p, next, &f->ports, node) {
		port_disconnect(p);
		kfree(p);
		cond_resched();
	}
}
