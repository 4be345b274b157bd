// SPDX-License-Identifier: GPL-2.0
/*
 * Model-specific registers of a PV domain.
 *
 * RDMSR and WRMSR fault and are emulated by the hypervisor, at several times the
 * price of a hypercall.  So segment bases are written by hypercall, and what the
 * hypervisor has told already is not asked for again.
 *
 * The user GS base.  The kernel cannot read it without such a fault, and user mode
 * may change it without one.  It is therefore known only while no user code can
 * have run since it was read or written: during a context switch, and all the time
 * that a kernel thread runs.  Invariant: user_gs.known is set on a CPU only while
 * its current task is a kernel thread, or between saving and loading the bases in
 * __switch_to(), with interrupts off.
 */
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include <asm/apicdef.h>
#include <asm/msr.h>
#include <asm/paravirt.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/xen.h>

#include "cpu.h"
#include "pmu.h"

/* Swallow the faults of accesses that the hypervisor refuses, silently. */
static bool msr_safe __read_mostly = IS_ENABLED(CONFIG_XEN_PV_MSR_SAFE);

static int __init msr_safe_param(char *arg)
{
	return arg ? kstrtobool(arg, &msr_safe) : -EINVAL;
}
early_param("xen_msr_safe", msr_safe_param);

struct user_gs {
	u64 base;
	bool known;
};

static DEFINE_PER_CPU(struct user_gs, user_gs);

/**
 * xen_user_gs_forget - user code is about to run on this CPU
 *
 * Preemption off.
 */
void xen_user_gs_forget(void)
{
	this_cpu_write(user_gs.known, false);
}

/**
 * xen_user_gs_prepare - a vCPU is about to be started, with a base of 0 perhaps
 * @cpu: which
 *
 * @cpu is not running.
 */
void xen_user_gs_prepare(unsigned int cpu)
{
	per_cpu(user_gs.known, cpu) = false;
}

static void user_gs_learn(u64 base)
{
	this_cpu_write(user_gs.base, base);
	this_cpu_write(user_gs.known, true);
}

/* The segment base behind an MSR, or -1. */
static int msr_to_segment(unsigned int msr)
{
	switch (msr) {
	case MSR_FS_BASE:
		return SEGBASE_FS;
	case MSR_GS_BASE:
		return SEGBASE_GS_KERNEL;
	case MSR_KERNEL_GS_BASE:
		return SEGBASE_GS_USER;
	default:
		return -1;
	}
}

/* Entry points for system calls are registered by hypercall instead. */
static bool msr_is_syscall_entry(unsigned int msr)
{
	return (msr >= MSR_STAR && msr <= MSR_SYSCALL_MASK) ||
	       (msr >= MSR_IA32_SYSENTER_CS && msr <= MSR_IA32_SYSENTER_EIP);
}

static int write_segment_base(int segment, u64 base)
{
	if (segment == SEGBASE_GS_USER && this_cpu_read(user_gs.known)) {
		if (this_cpu_read(user_gs.base) == base)
			return 0;
		this_cpu_write(user_gs.base, base);
	}

	if (!HYPERVISOR_set_segment_base(segment, base))
		return 0;

	xen_user_gs_forget();
	return -EIO;
}

/*
 * What is left goes to the PMU, or faults.  In both directions a NULL for @err has
 * a refused access reported by the fault handler.
 */
static noinline u64 read_other(unsigned int msr, int *err)
{
	u64 value = 0;

	if (pmu_msr_read(msr, &value, err))
		return value;
	return err ? native_read_msr_safe(msr, err) : native_read_msr(msr);
}

static noinline void write_other(unsigned int msr, u32 low, u32 high, int *err)
{
	if (msr_is_syscall_entry(msr) || pmu_msr_write(msr, low, high, err))
		return;

	if (err)
		*err = native_write_msr_safe(msr, low, high);
	else
		native_write_msr(msr, low, high);
}

static u64 read_user_gs(int *err)
{
	u64 base = err ? native_read_msr_safe(MSR_KERNEL_GS_BASE, err) :
			 native_read_msr(MSR_KERNEL_GS_BASE);

	if (this_cpu_read(xen_lazy_mode) == XEN_LAZY_CPU)
		user_gs_learn(base);
	return base;
}

/* Where each vCPU is a processor package, the one with number 0 booted. */
static u64 correct_apic_base(u64 base)
{
	base &= ~(X2APIC_ENABLE | (u64)MSR_IA32_APICBASE_BSP);
	if (!smp_processor_id())
		base |= MSR_IA32_APICBASE_BSP;
	return base;
}

static u64 read_policy(unsigned int msr, int *err)
{
	switch (msr) {
	case MSR_KERNEL_GS_BASE:
		return read_user_gs(err);
	case MSR_IA32_APICBASE:
		return correct_apic_base(read_other(msr, err));
	default:
		return read_other(msr, err);
	}
}

static noinline u64 read_ignoring_errors(unsigned int msr)
{
	int ignored = 0;

	return read_policy(msr, &ignored);
}

static noinline void write_ignoring_errors(unsigned int msr, u32 low, u32 high)
{
	int ignored = 0;

	write_other(msr, low, high, &ignored);
}

/**
 * xen_read_msr_safe - read an MSR that may not exist
 * @msr: number of the register
 * @err: 0 or -EIO on return
 *
 * Context: any.
 * Return: the contents, 0 on failure.
 */
u64 xen_read_msr_safe(unsigned int msr, int *err)
{
	*err = 0;
	return read_policy(msr, err);
}

/**
 * xen_write_msr_safe - write an MSR that may not exist
 * @msr: number of the register
 * @low: bits 0 to 31
 * @high: bits 32 to 63
 *
 * Context: any.
 * Return: 0 or -EIO.
 */
int xen_write_msr_safe(unsigned int msr, unsigned int low, unsigned int high)
{
	int segment = msr_to_segment(msr);
	int err = 0;

	if (segment >= 0)
		return write_segment_base(segment, (u64)high << 32 | low);

	write_other(msr, low, high, &err);
	return err;
}

/**
 * xen_read_msr - read an MSR
 * @msr: number of the register
 *
 * Context: any.
 * Return: the contents.
 */
u64 xen_read_msr(unsigned int msr)
{
	if (msr == MSR_KERNEL_GS_BASE && this_cpu_read(user_gs.known))
		return this_cpu_read(user_gs.base);

	return msr_safe ? read_ignoring_errors(msr) : read_policy(msr, NULL);
}

/**
 * xen_write_msr - write an MSR
 * @msr: number of the register
 * @low: bits 0 to 31
 * @high: bits 32 to 63
 *
 * Any context.
 */
void xen_write_msr(unsigned int msr, unsigned int low, unsigned int high)
{
	int segment = msr_to_segment(msr);

	if (segment >= 0) {
		int err = write_segment_base(segment, (u64)high << 32 | low);

		WARN(err && !msr_safe, "Xen refuses base %d of %08x%08x\n", segment, high, low);
	} else if (msr_safe) {
		write_ignoring_errors(msr, low, high);
	} else {
		write_other(msr, low, high, NULL);
	}
}

/**
 * xen_load_gs_index - load the user's GS with a selector
 * @selector: of the GDT or the LDT, or a null selector
 *
 * The base changes along with it, to what the descriptor says.
 *
 * Preemption off.
 */
void xen_load_gs_index(unsigned int selector)
{
	int err = HYPERVISOR_set_segment_base(SEGBASE_GS_USER_SEL, selector);

	xen_user_gs_forget();
	WARN_ONCE(err, "the hypervisor refused GS selector %x: %d\n", selector, err);
}
