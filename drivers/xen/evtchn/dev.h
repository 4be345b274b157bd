/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two parts of /dev/xen/evtchn share: an open file and its ports.
 *
 * Locks: bind_lock, then read_lock, then ring_lock, which handlers take.  To
 * change where the ring is takes the last two, to use it one of them.
 */
#ifndef _XEN_EVTCHN_DEV_H
#define _XEN_EVTCHN_DEV_H

#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include <xen/interface/xen.h>

#include "dev_ring.h"

#define EVTCHN_ANY_DOMID	((domid_t)~0)

struct evtchn_file {
	struct mutex bind_lock;		/* guards the next three */
	struct rb_root ports;
	unsigned int nr_ports;
	domid_t only;			/* the domain to bind to, or EVTCHN_ANY_DOMID */

	struct mutex read_lock;		/* guards ring.tail */
	spinlock_t ring_lock;		/* guards ring.head and overflow */
	struct port_ring ring;
	bool overflow;			/* an event had no room */

	wait_queue_head_t wait;
	struct fasync_struct *fasync;
	const char *name;
};

struct evtchn_port {
	struct rb_node node;
	struct evtchn_file *file;
	evtchn_port_t port;
	int irq;
	bool told;			/* the program owes the end of an event */
	bool closing;
};

struct evtchn_port *evtchn_port_find(struct evtchn_file *f, evtchn_port_t port);
int evtchn_port_bind(struct evtchn_file *f, evtchn_port_t port, bool is_static);
void evtchn_port_unbind(struct evtchn_file *f, struct evtchn_port *p);
void evtchn_port_unbind_all(struct evtchn_file *f);

#endif /* _XEN_EVTCHN_DEV_H */
