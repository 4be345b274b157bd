// SPDX-License-Identifier: GPL-2.0
/*
 * Starting event channels: which ABI, for which CPUs, and what the architecture
 * adds to it.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/cpuhotplug.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/smp.h>

#include "channel.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "xen."

bool xen_fifo_events = true;
module_param_named(fifo_events, xen_fifo_events, bool, 0);

const struct evtchn_abi *evtchn_abi __ro_after_init;

static int evtchn_cpu_prepare(unsigned int cpu)
{
	xen_lateeoi_init_cpu(cpu);

	return evtchn_abi->cpu_prepare ? evtchn_abi->cpu_prepare(cpu) : 0;
}

static int evtchn_cpu_dead(unsigned int cpu)
{
	evtchn_abi->cpu_dead(cpu);

	return 0;
}

/**
 * xen_evtchn_nr_channels - how many ports can be used by now
 *
 * The FIFO ABI adds more as they are needed.
 *
 * Context: any.
 * Return: their number.
 */
unsigned int xen_evtchn_nr_channels(void)
{
	return evtchn_abi->usable_ports();
}
EXPORT_SYMBOL_GPL(xen_evtchn_nr_channels);

/**
 * xen_init_IRQ - start event channels
 *
 * Context: boot CPU, interrupts off.
 */
void __init xen_init_IRQ(void)
{
	if (!xen_fifo_events || evtchn_fifo_init()) {
		xen_fifo_events = false;
		evtchn_two_level_init();
	}
	pr_info("Using %s ABI\n", evtchn_abi->name);

	xen_lateeoi_init_cpu(smp_processor_id());
	cpuhp_setup_state_nocalls(CPUHP_XEN_EVTCHN_PREPARE, "xen/evtchn:prepare",
				  evtchn_cpu_prepare, evtchn_cpu_dead);

	xen_evtchn_arch_init();
}
