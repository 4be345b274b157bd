// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID through the hypervisor, and the features that a PV domain has.
 *
 * The instruction proper is not trapped everywhere and then shows the host; the
 * prefixed form always reaches the hypervisor, which answers with the domain's
 * policy.  What Linux must see differently is in cpuid_filter.c.
 */
#include <linux/cpu.h>
#include <linux/smp.h>

#include <asm/cpufeature.h>
#include <asm/processor.h>
#include <asm/xen/interface.h>

#include <xen/xen.h>

#include "cpu.h"

static u32 mwait_ecx __ro_after_init;
static u32 mwait_edx __ro_after_init;

static void cpuid_ask(struct cpuid_regs *regs)
{
	asm(XEN_EMULATE_PREFIX "cpuid"
	    : "+a" (regs->eax), "=b" (regs->ebx), "+c" (regs->ecx), "=d" (regs->edx));
}

/**
 * xen_cpuid - the CPUID operation of a PV domain
 * @ax: leaf in, EAX out
 * @bx: EBX out
 * @cx: subleaf in, ECX out
 * @dx: EDX out
 *
 * Any context, from the first step of boot on.
 */
void xen_cpuid(unsigned int *ax, unsigned int *bx, unsigned int *cx, unsigned int *dx)
{
	const struct xen_cpuid_view view = {
		.apic_id = smp_processor_id(),
		.mwait_ecx = mwait_ecx,
		.mwait_edx = mwait_edx,
	};
	struct cpuid_regs regs = { .eax = *ax, .ecx = *cx };
	u32 leaf = *ax;

	if (!xen_cpuid_synthetic(leaf, &view, &regs)) {
		cpuid_ask(&regs);
		xen_cpuid_filter(leaf, &view, &regs);
	}

	*ax = regs.eax;
	*bx = regs.ebx;
	*cx = regs.ecx;
	*dx = regs.edx;
}

/* Features that the hypervisor keeps, or that this port has no use for. */
static const unsigned int hidden_features[] __initconst = {
	X86_FEATURE_ACC,		/* thermal control is the host's */
	X86_FEATURE_APERFMPERF,
	X86_FEATURE_DCA,
	X86_FEATURE_LKGS,		/* privileged */
	X86_FEATURE_MTRR,		/* read through the hypervisor, see mtrr.c */
	X86_FEATURE_PCID,		/* the hypervisor owns CR3 and its tags */
	X86_FEATURE_SME,
	X86_FEATURE_X2APIC,
};

/* CR4.OSXSAVE is set for a domain that may use XSAVE; CPUID mirrors it. */
static bool __init xsave_is_usable(void)
{
	const u32 both = BIT(X86_FEATURE_XSAVE % 32) | BIT(X86_FEATURE_OSXSAVE % 32);

	return (cpuid_ecx(1) & both) == both;
}

/**
 * xen_cpuid_init_features - force and hide CPU features once for the boot CPU
 *
 * Early boot, after the CPU operations are installed.
 */
void __init xen_cpuid_init_features(void)
{
	int i;

	setup_force_cpu_cap(X86_FEATURE_XENPV);

	for (i = 0; i < ARRAY_SIZE(hidden_features); i++)
		setup_clear_cpu_cap(hidden_features[i]);

	if (!xen_initial_domain())
		setup_clear_cpu_cap(X86_FEATURE_ACPI);

	if (xen_mwait_probe(&mwait_ecx, &mwait_edx))
		setup_force_cpu_cap(X86_FEATURE_MWAIT);
	else
		setup_clear_cpu_cap(X86_FEATURE_MWAIT);

	if (!xsave_is_usable()) {
		setup_clear_cpu_cap(X86_FEATURE_OSXSAVE);
		setup_clear_cpu_cap(X86_FEATURE_XSAVE);
	}
}
