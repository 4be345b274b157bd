/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of this folder share: the object behind a bound event channel,
 * which is at the same time the object behind its irq.
 *
 * Lock order: chan_mutex, an irq descriptor's lock, the lock of a CPU's queue of
 * late EOIs, chan->lock.
 *
 * Life: a channel is found by port and by irq. The upcall reads the tables without
 * a lock; closing takes a channel out of them and then waits until no CPU is in
 * the upcall that it was in (xen_upcall_drain()), after which the object may serve
 * another port or be freed. Other readers are under RCU, and so is the freeing.
 */
#ifndef _XEN_EVTCHN_CHANNEL_H
#define _XEN_EVTCHN_CHANNEL_H

#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include <xen/events.h>

#include "abi.h"
#include "kind.h"

struct xenbus_device;

/* Why a port is masked; it is open when no reason is left. */
#define CHAN_HOLD_IRQ	0x01	/* the irq is disabled, masked or not started */
#define CHAN_HOLD_MOVE	0x02	/* moving between CPUs, or raised by hand */
#define CHAN_HOLD_EOI	0x04	/* a late EOI is outstanding */

#define CHAN_UNCOUNTED	(-1)

struct chan_pirq {
	unsigned int pirq;
	unsigned int gsi;	/* 0: a message */
	domid_t domid;
	bool in_group;		/* of messages, and not the first */
	bool needs_eoi;		/* as Xen said when asked, if there is no EOI map */
};

/**
 * struct xen_chan - a bound event channel and its irq
 * @port: the port, or 0 while there is none (chan_mutex; atomic to read)
 * @irq: the irq, constant
 * @desc: its descriptor, constant
 * @source: what raises events (chan_mutex)
 * @kind: name, chip and flow of the irq (chan_mutex)
 * @active: an event is being handled; set by the upcall, reset at the end of it
 * @counted: it is in the load of @cpu (the irq's lock, or not published)
 * @cpu: that gets the events (the irq's lock, or not published)
 * @astray: Xen may deliver elsewhere than to @cpu
 * @dev: the device whose statistics it feeds, or NULL (chan_mutex)
 * @lock: guards @hold together with the port's mask flag
 * @hold: CHAN_HOLD_*
 * @spurious_run: spurious events in a row (the handler's, until its EOI)
 * @eoi_cpu: on which CPU's queue a deferred EOI waits (fixed while queued)
 * @eoi_pass: the upcall pass during which to defer
 * @eoi_time: in jiffies, when to do a deferred EOI, or 0
 * @eoi_entry: in that queue (the queue's lock)
 * @entry: in the list of all channels or of idle ones (chan_mutex)
 * @refs: users of a shared channel, or CHAN_UNCOUNTED (chan_mutex)
 * @keep_open: the port is not closed when the channel goes (chan_mutex)
 * @nr: VIRQ or IPI number, by @source
 * @pirq: for a physical interrupt
 * @rcu: frees it
 */
struct xen_chan {
	evtchn_port_t port;
	unsigned int irq;
	struct irq_desc *desc;
	u8 source;
	u8 kind;
	u8 active;
	bool counted;
	unsigned short cpu;
	bool astray;
	struct xenbus_device *dev;

	raw_spinlock_t lock;
	u8 hold;

	u8 spurious_run;
	unsigned short eoi_cpu;
	unsigned int eoi_pass;
	u64 eoi_time;
	struct list_head eoi_entry;

	struct list_head entry;
	short refs;
	bool keep_open;
	unsigned int nr;
	struct chan_pirq pirq;
	struct rcu_head rcu;
};

/* map.c */
extern struct mutex chan_mutex;
extern struct list_head chan_list;

struct xen_chan *xen_chan_of_port(evtchn_port_t port);
struct xen_chan *xen_chan_of_irq(unsigned int irq);
struct xen_chan *xen_chan_of_virq(unsigned int cpu, unsigned int virq);
struct xen_chan *xen_chan_of_ipi(unsigned int cpu, enum ipi_vector ipi);
evtchn_port_t xen_chan_ipi_port(unsigned int cpu, enum ipi_vector ipi);
int xen_chan_map_irq(struct xen_chan *chan);
void xen_chan_unmap_irq(struct xen_chan *chan);
int xen_chan_map_port(struct xen_chan *chan, evtchn_port_t port);
void xen_chan_unmap_port(struct xen_chan *chan);
void xen_chan_map_cpu_source(struct xen_chan *chan, unsigned int cpu);
void xen_chan_unmap_cpu_source(struct xen_chan *chan);
void xen_chan_move_virq(struct xen_chan *chan, unsigned int from, unsigned int to);
void xen_chan_forget_ports(void);

/* channel.c */
struct xen_chan *xen_chan_create(enum chan_kind kind);
struct xen_chan *xen_chan_create_at(unsigned int irq, enum chan_kind kind, const char *name);
void xen_chan_retire(struct xen_chan *chan);
int xen_chan_attach(struct xen_chan *chan, evtchn_port_t port, unsigned int cpu);
evtchn_port_t xen_chan_detach(struct xen_chan *chan);

/* mask.c */
void xen_chan_mask(struct xen_chan *chan, u8 why);
void xen_chan_unmask(struct xen_chan *chan, u8 why);
void xen_chan_done(struct xen_chan *chan);

/* spread.c */
void xen_chan_count(struct xen_chan *chan, unsigned int cpu);
void xen_chan_uncount(struct xen_chan *chan);
unsigned int xen_chan_pick_cpu(const struct xen_chan *chan, const struct cpumask *allowed);
void xen_chan_move(struct xen_chan *chan, unsigned int cpu);
void xen_chan_show_affinity(struct xen_chan *chan, unsigned int cpu);

/* chip.c */
extern struct irq_chip xen_dynamic_chip, xen_lateeoi_chip, xen_percpu_chip;
void xen_chip_mask(struct irq_data *data);
void xen_chip_unmask(struct irq_data *data);
int xen_chip_retrigger(struct irq_data *data);
int xen_chip_set_affinity(struct irq_data *data, const struct cpumask *dest, bool force);

/* pirq.c */
extern struct irq_chip xen_pirq_chip;
void xen_pirq_use_eoi_map(unsigned long *map);
void xen_pirq_describe(struct xen_chan *chan, unsigned int pirq, unsigned int gsi, domid_t domid);
void xen_pirq_resume(void);

/* lateeoi.c */
void xen_lateeoi_init_cpu(unsigned int cpu);
void xen_lateeoi_cancel(struct xen_chan *chan);

/* upcall.c */
void xen_upcall_deliver(evtchn_port_t port, struct upcall_pass *pass);
unsigned int xen_upcall_pass_of(unsigned int cpu);
void xen_upcall_drain(void);

/* bind.c */
int xen_chan_open_virq(unsigned int virq, unsigned int cpu, bool percpu, evtchn_port_t *port);
int xen_chan_open_ipi(unsigned int cpu, evtchn_port_t *port);
void xen_chan_release(struct xen_chan *chan);

/* x86.c, or nothing */
#ifdef CONFIG_X86
void xen_evtchn_arch_init(void);
bool xen_evtchn_arch_send_ipi(unsigned int cpu, enum ipi_vector ipi);
#else
static inline void xen_evtchn_arch_init(void) { }
static inline bool xen_evtchn_arch_send_ipi(unsigned int cpu, enum ipi_vector ipi)
{
	return false;
}
#endif

#ifdef CONFIG_XEN_PVHVM
void xen_callback_init(void);
#else
static inline void xen_callback_init(void) { }
#endif

#endif /* _XEN_EVTCHN_CHANNEL_H */
