// SPDX-License-Identifier: GPL-2.0
/*
 * Saving the domain: the toolstack writes it to a file or to another host, where it is
 * restored, or it goes on here after a checkpoint. What is stopped, in this order, and
 * started again in the reverse one:
 *
 *   1. programs, then the kernel's own threads that can be frozen
 *   2. devices (their frontends hold on, some by disconnecting)
 *   3. xenstore: no request is under way
 *   4. what is left of devices, with interrupts off
 *   5. on each processor its tick (arch)
 *   6. all processors but CPU 0 wait in stop_machine()
 *   7. system core, grants, stolen time, clock and memory (arch)
 *   8. the hypercall, which returns in the restored domain
 *
 * An early failure is as good as a cancelled save: the hypervisor and the other ends of
 * all connections have noticed nothing, so everything goes on with what it has.
 */
#define pr_fmt(fmt) "xen:manage: " fmt

#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/freezer.h>
#include <linux/irqflags.h>
#include <linux/pm.h>
#include <linux/printk.h>
#include <linux/stop_machine.h>
#include <linux/suspend.h>
#include <linux/syscore_ops.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/hvc-console.h>
#include <xen/page.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "power.h"

/* The tools find a PV domain's start info by this, and adjust it. */
static unsigned long suspend_record(void)
{
	return xen_pv_domain() ? virt_to_gfn(xen_start_info) : 0;
}

/*
 * Steps 7 and 8, on CPU 0 with interrupts off. From here on it is known whether it was
 * cancelled: whether it goes on in the same domain.
 */
static int suspend_machine(void *data)
{
	bool *cancelled = data;
	int err;

	WARN_ON_ONCE(!irqs_disabled());

	err = syscore_suspend();
	if (err) {
		pr_err("system core suspend failed: %d\n", err);
		return err;
	}

	gnttab_suspend();
	xen_manage_runstate_time(-1);
	xen_arch_pre_suspend();

	*cancelled = HYPERVISOR_suspend(suspend_record());

	/* First processors and memory, then what stands on them. */
	xen_arch_post_suspend(*cancelled);
	xen_manage_runstate_time(*cancelled ? 1 : 0);
	gnttab_resume();

	/* A new domain has no event channel yet. */
	if (!*cancelled) {
		xen_irq_resume();
		xen_timer_resume();
	}

	syscore_resume();
	return 0;
}

/* Steps 5 to 8, devices and xenstore being quiet. */
static void suspend_domain(bool *cancelled)
{
	int err;

	xen_arch_suspend();

	err = stop_machine(suspend_machine, cancelled, cpumask_of(0));

	/* What follows may have something to say. */
	if (!*cancelled)
		xen_console_resume();

	/* xenstore's interrupt and ring, before anybody needs an answer from it */
	power_resume_notify();
	xen_arch_resume();

	if (err)
		pr_err("failed to start xen_suspend: %d\n", err);
}

static pm_message_t suspend_end_message(bool cancelled)
{
	return cancelled ? PMSG_THAW : PMSG_RESTORE;
}

/* Steps 3 and 4, and back. */
static void suspend_below_devices(bool *cancelled)
{
	int err;

	pr_debug("suspending xenstore...\n");
	xs_suspend();

	err = dpm_suspend_end(PMSG_FREEZE);
	if (err) {
		pr_err("dpm_suspend_end failed: %d\n", err);
	} else {
		suspend_domain(cancelled);
		dpm_resume_start(suspend_end_message(*cancelled));
	}

	if (*cancelled)
		xs_suspend_cancel();
	else
		xs_resume();
}

/* Step 2 and back. A device that refuses leaves some suspended, so all are resumed. */
static void suspend_devices(void)
{
	bool cancelled = true;
	int err;

	err = dpm_suspend_start(PMSG_FREEZE);
	if (err)
		pr_err("dpm_suspend_start failed: %d\n", err);
	else
		suspend_below_devices(&cancelled);

	dpm_resume_end(suspend_end_message(cancelled));
}

/**
 * power_suspend - have the domain saved, and go on
 *
 * Context: the thread of xenstore's watches, which is not frozen.
 */
void power_suspend(void)
{
	int err;

	err = freeze_processes();
	if (err) {
		pr_err("freeze processes failed: %d\n", err);
		return;
	}

	err = freeze_kernel_threads();
	if (err)
		pr_err("freeze kernel threads failed: %d\n", err);
	else
		suspend_devices();

	thaw_processes();
}
