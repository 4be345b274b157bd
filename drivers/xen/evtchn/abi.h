/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two ways in which Xen and a domain share the state of event channels: a
 * bitmap of two levels, which every hypervisor has, and the FIFO queues. One is
 * chosen when the machine boots.
 *
 * What happens for each event is a static call, the rest goes through a table.
 * All of it works on any port that add_port() accepted.
 */
#ifndef _XEN_EVTCHN_ABI_H
#define _XEN_EVTCHN_ABI_H

#include <linux/static_call.h>
#include <linux/types.h>

#include <xen/interface/xen.h>
#include <xen/interface/event_channel.h>

struct upcall_pass;

struct evtchn_abi {
	const char *name;
	unsigned int max_ports;			/* that the ABI can ever have */
	unsigned int (*usable_ports)(void);	/* that have a place by now */

	/* The port's state gets a place. In any context. */
	int (*add_port)(evtchn_port_t port);
	/* @to handles it now in place of @from, which may be the same. Optional. */
	void (*move_port)(evtchn_port_t port, unsigned int from, unsigned int to);
	void (*drop_port)(evtchn_port_t port, unsigned int cpu);	/* optional */

	/* Other CPUs are stopped, Xen has forgotten everything. */
	void (*resume)(void);
	int (*cpu_prepare)(unsigned int cpu);	/* optional */
	void (*cpu_dead)(unsigned int cpu);
};

extern const struct evtchn_abi *evtchn_abi;

/* For each event; the two-level ABI patches itself in. */
void fifo_mask(evtchn_port_t port);
void fifo_unmask(evtchn_port_t port);
void fifo_lower(evtchn_port_t port);
void fifo_raise(evtchn_port_t port);
bool fifo_is_raised(evtchn_port_t port);
void fifo_scan(unsigned int cpu, struct upcall_pass *pass);

DECLARE_STATIC_CALL(evtchn_mask, fifo_mask);
/* Interrupts are off; an event that is pending comes again. */
DECLARE_STATIC_CALL(evtchn_unmask, fifo_unmask);
/* The pending flag. Raising it does not make an event come. */
DECLARE_STATIC_CALL(evtchn_lower, fifo_lower);
DECLARE_STATIC_CALL(evtchn_raise, fifo_raise);
DECLARE_STATIC_CALL(evtchn_is_raised, fifo_is_raised);
/*
 * Deliver what is pending for this CPU. It starts with a full barrier, so that
 * whoever closes a channel sees either this pass under way, or the pass sees the
 * channel gone.
 */
DECLARE_STATIC_CALL(evtchn_scan, fifo_scan);

int evtchn_fifo_init(void);
void evtchn_two_level_init(void);

#endif /* _XEN_EVTCHN_ABI_H */
