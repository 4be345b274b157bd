// SPDX-License-Identifier: GPL-2.0
/*
 * Set-up of timekeeping: which clock the kernel uses, where the time of day comes
 * from and, in the initial domain, where it goes to.
 *
 * Locking: everything runs once at boot, except for the handing on of the time of
 * day, which the timekeeping core serialises.
 */
#include <linux/clockchips.h>
#include <linux/pvclock_gtod.h>
#include <linux/static_call.h>
#include <linux/timekeeper_internal.h>
#include <linux/timekeeping.h>

#include <asm/cpufeature.h>
#include <asm/paravirt.h>
#include <asm/pvclock.h>
#include <asm/tsc.h>
#include <asm/x86_init.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/events.h>
#include <xen/features.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <xen/interface/platform.h>
#include <xen/interface/vcpu.h>

#include "clock.h"
#include "tsc_rule.h"

/* As often as the kernel corrects a hardware clock that is its own. */
#define WALLCLOCK_PERIOD_S	(11 * 60)

static unsigned long time_tsc_khz(void)
{
	setup_force_cpu_cap(X86_FEATURE_TSC_KNOWN_FREQ);
	return pvclock_tsc_khz(&HYPERVISOR_shared_info->vcpu_info[0].time);
}

static void time_read_wallclock(struct timespec64 *now)
{
	struct vcpu_info *vcpu = get_cpu_var(xen_vcpu);

	pvclock_read_wallclock(&HYPERVISOR_shared_info->wc, &vcpu->time, now);
	put_cpu_var(xen_vcpu);
}

/* Guests have no hardware clock; theirs follows the initial domain's. */
static int time_refuse_wallclock(const struct timespec64 *now)
{
	return -ENODEV;
}

/* Tell the hypervisor that it was @now at the moment @system_time of its clock. */
static int wallclock_set(const struct timespec64 *now, u64 system_time)
{
	static bool seconds_are_32bit;
	struct xen_platform_op op = { .cmd = XENPF_settime64 };
	int err;

	if (!seconds_are_32bit) {
		op.u.settime64.secs = now->tv_sec;
		op.u.settime64.nsecs = now->tv_nsec;
		op.u.settime64.system_time = system_time;
		err = HYPERVISOR_platform_op(&op);
		if (err != -ENOSYS)
			return err;
		seconds_are_32bit = true;
	}

	/* Hypervisors before 4.6. */
	op = (struct xen_platform_op) {
		.cmd = XENPF_settime32,
		.u.settime32.secs = now->tv_sec,
		.u.settime32.nsecs = now->tv_nsec,
		.u.settime32.system_time = system_time,
	};
	return HYPERVISOR_platform_op(&op);
}

/*
 * The timekeeping core calls this at every update. Hand the time of day on when
 * somebody set it, and now and then to make up for drift.
 */
static int wallclock_follow(struct notifier_block *nb, unsigned long was_set, void *data)
{
	static time64_t next_s;
	const struct timekeeper *tk = data;
	struct timespec64 now;

	if (!was_set && tk->xtime_sec < next_s)
		return NOTIFY_OK;

	now.tv_sec = tk->xtime_sec;
	now.tv_nsec = tk->tkr_mono.xtime_nsec >> tk->tkr_mono.shift;
	if (wallclock_set(&now, xen_clock_read()) < 0)
		return NOTIFY_BAD;

	next_s = now.tv_sec + WALLCLOCK_PERIOD_S;
	return NOTIFY_OK;
}

static struct notifier_block wallclock_follower = {
	.notifier_call = wallclock_follow,
};

static bool __init time_tsc_is_safe(void)
{
	u32 flags, mode, khz, incarnation;

	if (check_tsc_unstable())
		return false;

	cpuid_count(xen_cpuid_base() + 3, 0, &flags, &mode, &khz, &incarnation);
	return xen_tsc_rule(flags, mode, boot_cpu_has(X86_FEATURE_CONSTANT_TSC) &&
					 boot_cpu_has(X86_FEATURE_NONSTOP_TSC));
}

/*
 * The TSC has 300. The initial domain never moves to another host and uses it as
 * any kernel would, with this clock to watch it; a guest has to be sure.
 */
static int __init time_clock_rating(void)
{
	if (xen_initial_domain())
		return 275;
	return time_tsc_is_safe() ? 299 : 400;
}

static void __init time_start(void)
{
	int cpu = smp_processor_id();
	struct timespec64 now;

	xen_clock_register(time_clock_rating());
	xen_timer_stop_ticks(cpu);

	/* The boot's time of day was read in whole seconds. */
	time_read_wallclock(&now);
	do_settimeofday64(&now);

	setup_force_cpu_cap(X86_FEATURE_TSC);

	xen_clock_offer_to_user_space();

	xen_setup_runstate_info(cpu);
	xen_setup_timer(cpu);
	xen_setup_cpu_clockevents();
	xen_time_setup_guest();

	if (xen_initial_domain())
		pvclock_gtod_register_notifier(&wallclock_follower);
}

static void __init time_use_hypervisor_clock(void)
{
	xen_clock_start_sched_clock();
	static_call_update(pv_steal_clock, xen_steal_clock);

	x86_platform.get_wallclock = time_read_wallclock;
	x86_platform.calibrate_tsc = time_tsc_khz;
}

/**
 * xen_init_time_ops - a PV domain keeps time by the hypervisor
 *
 * Context: early boot, once shared_info is mapped.
 */
void __init xen_init_time_ops(void)
{
	time_use_hypervisor_clock();

	x86_init.timers.timer_init = time_start;
	x86_init.timers.setup_percpu_clockev = x86_init_noop;
	x86_cpuinit.setup_percpu_clockev = x86_init_noop;

	/* The initial domain sets the machine's hardware clock itself. */
	if (!xen_initial_domain())
		x86_platform.set_wallclock = time_refuse_wallclock;
}

/* An AP of an HVM guest; xen_setup_timer() ran for it before it was started. */
static void time_start_hvm_ap(void)
{
	xen_setup_runstate_info(smp_processor_id());
	xen_setup_cpu_clockevents();
}

static bool __init time_hvm_clock_works(void)
{
	/* The timer's interrupt has to reach every CPU. */
	if (!xen_have_vector_callback)
		return false;

	if (!xen_feature(XENFEAT_hvm_safe_pvclock)) {
		pr_info_once("Xen doesn't support pvclock on HVM, disable pv timer");
		return false;
	}

	/*
	 * A kernel started by kexec may boot on a vCPU that has no vcpu_info in
	 * shared_info. It gets one before the second call.
	 */
	if (!__this_cpu_read(xen_vcpu)) {
		pr_info("Delay time set-up as kernel is running on vcpu=%u\n", xen_vcpu_nr(0));
		return false;
	}
	return true;
}

/**
 * xen_hvm_init_time_ops - an HVM guest keeps time by the hypervisor, if it can
 *
 * Called twice: from the guest's init, and once the boot CPU's vcpu_info is placed.
 *
 * Context: early boot, shared_info mapped.
 */
void __init xen_hvm_init_time_ops(void)
{
	static bool done __initdata;

	if (done || !time_hvm_clock_works())
		return;
	done = true;

	time_use_hypervisor_clock();

	x86_init.timers.setup_percpu_clockev = time_start;
	x86_cpuinit.setup_percpu_clockev = time_start_hvm_ap;
	x86_platform.set_wallclock = time_refuse_wallclock;
}
