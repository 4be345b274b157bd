// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's clock: nanoseconds since the host started.
 *
 * Owns the clocksource "xen", sched_clock, and the copy of vCPU 0's time record
 * that user space reads.
 *
 * Each vCPU has a record that says how to get from its TSC to system time, and the
 * hypervisor rewrites it whenever the vCPU moves or the clock is calibrated. Two
 * vCPUs may disagree a little; unless every record carries
 * PVCLOCK_TSC_STABLE_BIT, pvclock keeps the clock from going back.
 *
 * Invariant: sched_clock goes on where it stopped when a domain was saved, on
 * whatever host the domain continues.
 *
 * Built without function tracing, because tracers read this clock.
 */
#include <linux/clocksource.h>
#include <linux/gfp.h>
#include <linux/mm.h>

#include <asm/paravirt.h>
#include <asm/pvclock.h>
#include <asm/tsc.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/vcpu.h>
#include <xen/xen-ops.h>

#include "clock.h"

/* The kernel's own rating of the clocksource "tsc". */
#define TSC_RATING	300

/* What the hypervisor's clock showed when sched_clock was at 0. */
static u64 sched_clock_base __read_mostly;

/* sched_clock when the domain was saved. */
static u64 sched_clock_saved;

/* What user space reads, NULL if it cannot. */
static struct pvclock_vsyscall_time_info *user_page __read_mostly;

/**
 * xen_clock_read - read the hypervisor's system time
 *
 * Context: any, once this CPU's vcpu_info is known.
 * Return: nanoseconds since the host started.
 */
u64 xen_clock_read(void)
{
	u64 now;

	preempt_disable_notrace();
	now = pvclock_clocksource_read(&__this_cpu_read(xen_vcpu)->time);
	preempt_enable_notrace();

	return now;
}

static noinstr u64 clock_sched(void)
{
	/* Also called where preemption cannot be switched; callers have it off. */
	return pvclock_clocksource_read_nowd(&__this_cpu_read(xen_vcpu)->time) -
	       sched_clock_base;
}

static u64 clock_cycles(struct clocksource *cs)
{
	return xen_clock_read();
}

static int clock_enable(struct clocksource *cs)
{
	vclocks_set_used(VDSO_CLOCKMODE_PVCLOCK);
	return 0;
}

static struct clocksource clock_source __read_mostly = {
	.name	= "xen",
	.rating	= 400,
	.flags	= CLOCK_SOURCE_IS_CONTINUOUS,
	.mask	= CLOCKSOURCE_MASK(64),
	.read	= clock_cycles,
	.enable	= clock_enable,
};

/**
 * xen_clock_start_sched_clock - count sched_clock from now on with this clock
 *
 * Context: boot CPU, once its vcpu_info is known.
 */
void __init xen_clock_start_sched_clock(void)
{
	sched_clock_base = xen_clock_read();
	paravirt_set_sched_clock(clock_sched);
}

/**
 * xen_clock_register - let the kernel keep time by this clock
 * @rating: how good it is, as clocksource ratings go; the TSC has 300
 *
 * Context: boot CPU.
 */
void __init xen_clock_register(int rating)
{
	clock_source.rating = rating;
	clocksource_register_hz(&clock_source, NSEC_PER_SEC);
}

static int user_page_place(struct pvclock_vcpu_time_info *record)
{
	struct vcpu_register_time_memory_area area = { .addr.v = record };

	return HYPERVISOR_vcpu_op(VCPUOP_register_vcpu_time_memory_area,
				  xen_vcpu_nr(0), &area);
}

/**
 * xen_clock_offer_to_user_space - let the vDSO read this clock
 *
 * Works where every vCPU's record is good for every CPU, which is what
 * PVCLOCK_TSC_STABLE_BIT says: user space cannot tell which vCPU it runs on.
 *
 * Context: boot CPU, before the clocksource is in use by the vDSO.
 */
void __init xen_clock_offer_to_user_space(void)
{
	struct pvclock_vsyscall_time_info *page;
	int err;

	if (!(__this_cpu_read(xen_vcpu)->time.flags & PVCLOCK_TSC_STABLE_BIT))
		return;
	pvclock_set_flags(PVCLOCK_TSC_STABLE_BIT);

	page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return;

	err = user_page_place(&page->pvti);
	if (err) {
		pr_notice("xen: VDSO_CLOCKMODE_PVCLOCK not supported (err %d)\n", err);
		free_page((unsigned long)page);
		return;
	}

	/* Both records are written from the same values; make sure all the same. */
	if (!(page->pvti.flags & PVCLOCK_TSC_STABLE_BIT)) {
		pr_notice("xen: VDSO_CLOCKMODE_PVCLOCK not supported (tsc unstable)\n");
		/* If the hypervisor goes on writing there, the page is lost. */
		if (!user_page_place(NULL))
			free_page((unsigned long)page);
		return;
	}

	user_page = page;
	pvclock_set_pvti_cpu0_va(page);
	clock_source.vdso_clock_mode = VDSO_CLOCKMODE_PVCLOCK;
}

/**
 * xen_save_time_memory_area - stop the clock before the domain is saved
 *
 * Context: stop_machine() on CPU 0, interrupts off.
 */
void xen_save_time_memory_area(void)
{
	int err;

	sched_clock_saved = xen_clock_read() - sched_clock_base;

	if (!user_page)
		return;

	err = user_page_place(NULL);
	if (err)
		pr_notice("Cannot save secondary vcpu_time_info (err %d)", err);
	else
		clear_page(user_page);
}

/*
 * A domain that keeps time by the TSC can have come to a host with another
 * frequency all the same. The kernel's idea of it was fixed at boot, so the
 * clocksource has to go. Hosts measure their TSC: differences that any clock
 * discipline makes up for are none.
 */
static void clock_check_tsc(void)
{
	unsigned long khz, boot_khz = tsc_khz;

	if (clock_source.rating > TSC_RATING)
		return;

	khz = pvclock_tsc_khz(&__this_cpu_read(xen_vcpu)->time);
	if (abs_diff(khz, boot_khz) > boot_khz / 10000)
		mark_tsc_unstable("another frequency after the domain was restored");
}

/**
 * xen_restore_time_memory_area - let the clock go on after save or cancelled save
 *
 * If user space's record cannot be placed again, or the new host's TSC is not
 * stable, the vDSO sees a record without PVCLOCK_TSC_STABLE_BIT and makes the
 * system call instead.
 *
 * Context: stop_machine() on CPU 0, interrupts off, vcpu_info in place.
 */
void xen_restore_time_memory_area(void)
{
	int err = 0;

	if (user_page)
		err = user_page_place(&user_page->pvti);
	if (err)
		pr_notice("Cannot restore secondary vcpu_time_info (err %d)", err);

	/* The new host's clock may be behind the old one's: forget that one first. */
	pvclock_resume();
	sched_clock_base = xen_clock_read() - sched_clock_saved;

	clock_check_tsc();
}
