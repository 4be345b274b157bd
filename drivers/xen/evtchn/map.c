// SPDX-License-Identifier: GPL-2.0
/*
 * Which channel has which port, irq, VIRQ or IPI.
 *
 * Invariant: a channel in the table of ports has that port's number in it, until
 * it is taken out again. Everything here is written under chan_mutex, except after
 * a resume and when a VIRQ moves, which is under its irq's lock.
 */
#include <linux/bits.h>
#include <linux/export.h>
#include <linux/percpu.h>

#include <xen/interface/xen.h>

#include "channel.h"
#include "slots.h"

/* Of Linux's irqs, whose number has no real bound; more than FIFO ports and GSIs. */
#define MAX_IRQS	BIT(19)

/* Taken to bind, to unbind and to count users; the first lock of all here. */
DEFINE_MUTEX(chan_mutex);
/* Every channel that has an owner; chan_mutex. */
LIST_HEAD(chan_list);

static void **port_rows[SLOT_ROWS(EVTCHN_FIFO_NR_CHANNELS)];
static void **irq_rows[SLOT_ROWS(MAX_IRQS)];
static struct slot_table ports = { .rows = port_rows, .limit = EVTCHN_FIFO_NR_CHANNELS };
static struct slot_table irqs = { .rows = irq_rows, .limit = MAX_IRQS };

/* What a CPU has of its own. */
struct cpu_sources {
	struct xen_chan *virqs[NR_VIRQS];
	struct xen_chan *ipis[XEN_NR_IPIS];
	/* Read by CPUs on their way out, which RCU does not watch any more. */
	evtchn_port_t ipi_ports[XEN_NR_IPIS];
};

static DEFINE_PER_CPU(struct cpu_sources, cpu_sources);

/**
 * xen_chan_of_port - the channel bound to a port
 * @port: any number
 *
 * Context: an upcall, under RCU, or with chan_mutex held.
 * Return: the channel, or NULL.
 */
struct xen_chan *xen_chan_of_port(evtchn_port_t port)
{
	return slot_get(&ports, port);
}

/**
 * xen_chan_of_irq - the channel behind an irq
 * @irq: any number
 *
 * Context: its owner, under RCU, or with the irq's lock or chan_mutex held.
 * Return: the channel, or NULL if the irq is not an event channel.
 */
struct xen_chan *xen_chan_of_irq(unsigned int irq)
{
	return slot_get(&irqs, irq);
}

/**
 * xen_chan_of_virq - the channel of a VIRQ on a CPU
 * @cpu: a possible CPU
 * @virq: below NR_VIRQS
 *
 * Context: as xen_chan_of_port().
 * Return: the channel, or NULL.
 */
struct xen_chan *xen_chan_of_virq(unsigned int cpu, unsigned int virq)
{
	return READ_ONCE(per_cpu(cpu_sources, cpu).virqs[virq]);
}

/**
 * xen_chan_of_ipi - the channel of an IPI to a CPU
 * @cpu: a possible CPU
 * @ipi: below XEN_NR_IPIS
 *
 * Context: as xen_chan_of_port().
 * Return: the channel, or NULL.
 */
struct xen_chan *xen_chan_of_ipi(unsigned int cpu, enum ipi_vector ipi)
{
	return READ_ONCE(per_cpu(cpu_sources, cpu).ipis[ipi]);
}

/**
 * xen_chan_ipi_port - the port that an IPI to a CPU goes to
 * @cpu: a possible CPU
 * @ipi: below XEN_NR_IPIS
 *
 * Context: any, also where RCU is not watching.
 * Return: the port, or 0.
 */
evtchn_port_t xen_chan_ipi_port(unsigned int cpu, enum ipi_vector ipi)
{
	return READ_ONCE(per_cpu(cpu_sources, cpu).ipi_ports[ipi]);
}

/**
 * xen_chan_map_irq - let a channel be found by its irq
 * @chan: with its irq set
 *
 * Context: chan_mutex held; may sleep.
 * Return: 0 or a negative errno.
 */
int xen_chan_map_irq(struct xen_chan *chan)
{
	int err;

	lockdep_assert_held(&chan_mutex);
	err = slot_reserve(&irqs, chan->irq, GFP_KERNEL);
	if (!err)
		slot_set(&irqs, chan->irq, chan);

	return err;
}

/**
 * xen_chan_unmap_irq - end what xen_chan_map_irq() began
 * @chan: the channel
 *
 * Context: chan_mutex held.
 */
void xen_chan_unmap_irq(struct xen_chan *chan)
{
	lockdep_assert_held(&chan_mutex);
	slot_clear(&irqs, chan->irq);
}

/**
 * xen_chan_map_port - give a channel a port and let it be found by that
 * @chan: a channel without a port
 * @port: which no channel has
 *
 * Context: chan_mutex held, the irq's lock for a physical interrupt, or resume.
 * Return: 0 or a negative errno.
 */
int xen_chan_map_port(struct xen_chan *chan, evtchn_port_t port)
{
	int err = slot_reserve(&ports, port, GFP_ATOMIC);

	if (err)
		return err;
	WRITE_ONCE(chan->port, port);
	slot_set(&ports, port, chan);

	return 0;
}

/**
 * xen_chan_unmap_port - end what xen_chan_map_port() began
 * @chan: the channel, which may have no port
 *
 * An upcall may hold the channel still, see xen_upcall_drain().
 *
 * Context: chan_mutex held, or the irq's lock for a physical interrupt.
 */
void xen_chan_unmap_port(struct xen_chan *chan)
{
	if (chan->port)
		slot_clear(&ports, chan->port);
	WRITE_ONCE(chan->port, 0);
}

/**
 * xen_chan_map_cpu_source - let a VIRQ's or IPI's channel be found by that
 * @chan: with its port and number set
 * @cpu: whose it is
 *
 * Context: chan_mutex held or at resume.
 */
void xen_chan_map_cpu_source(struct xen_chan *chan, unsigned int cpu)
{
	if (chan->source == CHAN_VIRQ) {
		WRITE_ONCE(per_cpu(cpu_sources, cpu).virqs[chan->nr], chan);
	} else if (chan->source == CHAN_IPI) {
		WRITE_ONCE(per_cpu(cpu_sources, cpu).ipis[chan->nr], chan);
		WRITE_ONCE(per_cpu(cpu_sources, cpu).ipi_ports[chan->nr], chan->port);
	}
}

/**
 * xen_chan_unmap_cpu_source - end what xen_chan_map_cpu_source() began
 * @chan: any channel; one of another source is let be
 *
 * Context: chan_mutex held.
 */
void xen_chan_unmap_cpu_source(struct xen_chan *chan)
{
	unsigned int cpu = chan->cpu;

	if (chan->source == CHAN_VIRQ) {
		if (per_cpu(cpu_sources, cpu).virqs[chan->nr] == chan)
			WRITE_ONCE(per_cpu(cpu_sources, cpu).virqs[chan->nr], NULL);
	} else if (chan->source == CHAN_IPI) {
		WRITE_ONCE(per_cpu(cpu_sources, cpu).ipi_ports[chan->nr], 0);
		WRITE_ONCE(per_cpu(cpu_sources, cpu).ipis[chan->nr], NULL);
	}
}

/**
 * xen_chan_move_virq - a VIRQ is delivered to another CPU from now on
 * @chan: any channel; one of another source is let be
 * @from: the CPU that had it
 * @to: the CPU that has it now
 *
 * Context: the irq's lock held.
 */
void xen_chan_move_virq(struct xen_chan *chan, unsigned int from, unsigned int to)
{
	if (chan->source != CHAN_VIRQ || from == to)
		return;
	WRITE_ONCE(per_cpu(cpu_sources, from).virqs[chan->nr], NULL);
	WRITE_ONCE(per_cpu(cpu_sources, to).virqs[chan->nr], chan);
}

/**
 * xen_chan_forget_ports - every port is gone, the hypervisor has new ones
 *
 * Context: resume; other CPUs are stopped.
 */
void xen_chan_forget_ports(void)
{
	struct xen_chan *chan;

	list_for_each_entry(chan, &chan_list, entry) {
		xen_chan_unmap_port(chan);
		xen_chan_uncount(chan);
	}
}

/**
 * irq_from_evtchn - the irq of a port
 * @evtchn: any number
 *
 * Context: any.
 * Return: the irq, or -1 as an unsigned number if the port is not bound.
 */
unsigned int irq_from_evtchn(evtchn_port_t evtchn)
{
	const struct xen_chan *chan;
	unsigned int irq = -1;

	rcu_read_lock();
	chan = xen_chan_of_port(evtchn);
	if (chan)
		irq = chan->irq;
	rcu_read_unlock();

	return irq;
}
EXPORT_SYMBOL_GPL(irq_from_evtchn);
