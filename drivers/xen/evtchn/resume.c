// SPDX-License-Identifier: GPL-2.0
/*
 * After a restore every port is gone. The irqs are still there and get new ports:
 * those of VIRQs, IPIs and interrupt lines here, the store's and the console's from
 * their owners, all others when their devices connect again.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>

#include "channel.h"

static void resume_channel(struct xen_chan *chan, unsigned int cpu)
{
	bool percpu = kind_is_percpu(chan->kind);
	bool is_ipi = chan->source == CHAN_IPI;
	evtchn_port_t port;
	int err;

	if (is_ipi)
		err = xen_chan_open_ipi(cpu, &port);
	else
		err = xen_chan_open_virq(chan->nr, cpu, percpu, &port);
	if (!err)
		err = xen_chan_attach(chan, port, cpu);
	if (err)
		pr_crit("%s %u of CPU%u is lost after resume (%d)\n", is_ipi ? "IPI" : "VIRQ",
			chan->nr, cpu, err);
}

static void resume_cpu(unsigned int cpu)
{
	struct xen_chan *chan;
	unsigned int nr;

	for (nr = 0; nr < NR_VIRQS; nr++) {
		chan = xen_chan_of_virq(cpu, nr);
		if (chan)
			resume_channel(chan, cpu);
	}
	for (nr = 0; nr < XEN_NR_IPIS; nr++) {
		chan = xen_chan_of_ipi(cpu, nr);
		if (chan)
			resume_channel(chan, cpu);
	}
}

/**
 * xen_irq_resume - have events again after a restore
 *
 * Context: interrupts off, other CPUs stopped, nobody binds or unbinds.
 */
void xen_irq_resume(void)
{
	unsigned int cpu;

	evtchn_abi->resume();
	xen_chan_forget_ports();

	for_each_possible_cpu(cpu)
		resume_cpu(cpu);

	xen_pirq_resume();
}
