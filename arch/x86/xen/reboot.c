// SPDX-License-Identifier: GPL-2.0
/*
 * How a domain ends: it tells the hypervisor why, and the toolstack decides what
 * becomes of it.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/notifier.h>
#include <linux/panic.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>

#include <asm/xen/hypercall.h>

#include <xen/interface/sched.h>
#include <xen/xen-ops.h>

#include "domain.h"
#include "pv/pmu.h"

/* What an emergency restart reports: SHUTDOWN_*. */
static int reboot_emergency_reason = SHUTDOWN_reboot;

/* xen_legacy_crash: end at the very panic, before the kernel has dumped itself. */
static bool reboot_at_panic;

/**
 * xen_reboot - end the domain, or have it reset
 * @reason: SHUTDOWN_*
 *
 * Context: any, panic included. Returns after a soft reset, which the domain lives
 * through without anything that it had registered, and if the hypervisor refuses; the
 * caller then does what it does on a machine that cannot be restarted.
 */
void xen_reboot(int reason)
{
	struct sched_shutdown how = { .reason = reason };
	unsigned int cpu;
	int err;

	/* The hypervisor writes to the sample pages for as long as it knows them. */
	for_each_online_cpu(cpu)
		xen_pmu_finish(cpu);

	err = HYPERVISOR_sched_op(SCHEDOP_shutdown, &how);
	if (err || reason != SHUTDOWN_soft_reset)
		pr_emerg("Xen refuses to end the domain (reason %d): %d\n", reason, err);
}

/**
 * xen_emergency_restart - machine_ops.emergency_restart: restart, or report a crash
 *
 * Context: any.
 */
void xen_emergency_restart(void)
{
	xen_reboot(reboot_emergency_reason);
}

/*
 * The crash is reported by the restart at the end of the panic, so that it comes
 * after the dump and its messages. It must come: who set no timeout is to see the
 * domain crash, not to find it hanging. A crash kernel goes before all that.
 */
static int reboot_panic_event(struct notifier_block *block, unsigned long event,
			      void *message)
{
	if (kexec_crash_loaded())
		return NOTIFY_DONE;

	if (reboot_at_panic)
		xen_reboot(SHUTDOWN_crash);

	reboot_emergency_reason = SHUTDOWN_crash;
	if (!panic_timeout)
		panic_timeout = -1;

	return NOTIFY_DONE;
}

static struct notifier_block reboot_panic_block = {
	.notifier_call = reboot_panic_event,
	.priority = INT_MIN,		/* after everyone who has something to say */
};

/**
 * xen_panic_handler_init - let a panic be reported as a crash of the domain
 *
 * Context: boot.
 * Return: 0.
 */
int xen_panic_handler_init(void)
{
	return atomic_notifier_chain_register(&panic_notifier_list,
					      &reboot_panic_block);
}

static int __init reboot_parse_legacy_crash(char *arg)
{
	reboot_at_panic = true;
	return 0;
}
early_param("xen_legacy_crash", reboot_parse_legacy_crash);
