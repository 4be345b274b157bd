// SPDX-License-Identifier: GPL-2.0
/*
 * Which CPU handles which channel: how many each has, where the next one goes,
 * and moving one.
 *
 * The counts are a hint; what reads them does not mind changes meanwhile.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>

#include <asm/xen/hypercall.h>

#include <xen/xen-ops.h>

#include "channel.h"

static DEFINE_PER_CPU(atomic_t, channel_load);

/**
 * xen_chan_count - a channel is a CPU's now
 * @chan: a channel with a port; it leaves the count it was in
 * @cpu: a possible CPU
 *
 * Context: the irq's lock held, or the channel is not published.
 */
void xen_chan_count(struct xen_chan *chan, unsigned int cpu)
{
	xen_chan_uncount(chan);
	chan->cpu = cpu;
	atomic_inc(&per_cpu(channel_load, cpu));
	chan->counted = true;
}

/**
 * xen_chan_uncount - a channel is no CPU's any more
 * @chan: any channel
 *
 * Context: as xen_chan_count().
 */
void xen_chan_uncount(struct xen_chan *chan)
{
	if (!chan->counted)
		return;
	chan->counted = false;
	WARN_ON_ONCE(atomic_dec_return(&per_cpu(channel_load, chan->cpu)) < 0);
}

static unsigned int spread_load(const struct xen_chan *chan, unsigned int cpu)
{
	unsigned int load = atomic_read(&per_cpu(channel_load, cpu));

	return load - (chan->counted && chan->cpu == cpu);
}

/**
 * xen_chan_pick_cpu - the CPU with the fewest channels besides this one
 * @chan: the channel; where it is now wins a tie, because staying costs nothing
 * @allowed: CPUs to choose from; if none of them is online, any online CPU
 *
 * Context: any.
 * Return: an online CPU.
 */
unsigned int xen_chan_pick_cpu(const struct xen_chan *chan, const struct cpumask *allowed)
{
	unsigned int cpu, best = chan->cpu, least = UINT_MAX;

	if (!cpumask_intersects(allowed, cpu_online_mask))
		allowed = cpu_online_mask;
	if (cpumask_test_cpu(best, allowed) && cpu_online(best))
		least = spread_load(chan, best);

	for_each_cpu_and(cpu, allowed, cpu_online_mask) {
		unsigned int load = spread_load(chan, cpu);

		if (load < least) {
			least = load;
			best = cpu;
		}
	}
	return best;
}

/**
 * xen_chan_show_affinity - let procfs show the one CPU that a channel can be on
 * @chan: the channel
 * @cpu: that CPU
 *
 * Context: the channel has no handler yet, or at resume.
 */
void xen_chan_show_affinity(struct xen_chan *chan, unsigned int cpu)
{
	struct irq_data *data = irq_desc_get_irq_data(chan->desc);

	if (!IS_ENABLED(CONFIG_SMP))
		return;
	irq_data_update_affinity(data, cpumask_of(cpu));
	irq_data_update_effective_affinity(data, cpumask_of(cpu));
}

/**
 * xen_chan_move - have Xen deliver a channel's events to another CPU
 * @chan: a channel with a port
 * @cpu: an online CPU
 *
 * Xen refuses for IPIs and for VIRQs that each CPU has of its own; those stay.
 *
 * Context: the irq's lock held, interrupts off.
 */
void xen_chan_move(struct xen_chan *chan, unsigned int cpu)
{
	struct evtchn_bind_vcpu bind = { .port = chan->port, .vcpu = xen_vcpu_nr(cpu) };
	unsigned int old = chan->cpu;

	if (old == cpu && !chan->astray)
		return;

	/* Masked, so that it does not arrive where nobody expects it. */
	xen_chan_mask(chan, CHAN_HOLD_MOVE);
	if (HYPERVISOR_event_channel_op(EVTCHNOP_bind_vcpu, &bind) == 0) {
		chan->astray = false;
		if (evtchn_abi->move_port)
			evtchn_abi->move_port(chan->port, old, cpu);
		xen_chan_count(chan, cpu);
		xen_chan_move_virq(chan, old, cpu);
	}
	xen_chan_unmask(chan, CHAN_HOLD_MOVE);
}
