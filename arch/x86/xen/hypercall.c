// SPDX-License-Identifier: GPL-2.0
/*
 * Which stub the static call xen_hypercall goes to.
 *
 * It starts at the one that finds out by itself, because a PVH domain calls the
 * hypervisor before anything has looked at the processor. A PV domain sets its
 * own as its first step. After that the choice never changes.
 */
#include <linux/export.h>
#include <linux/instrumentation.h>
#include <linux/static_call.h>

#include <asm/cpu.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>
#include <asm/xen/hypercall.h>

#include "domain.h"

DEFINE_STATIC_CALL(xen_hypercall, xen_hypercall_hvm);
EXPORT_STATIC_CALL_TRAMP(xen_hypercall);

/* Of the two instructions that leave a guest, each vendor has its own. */
static __always_inline bool hypercall_is_vmmcall(void)
{
	return boot_cpu_data.x86_vendor == X86_VENDOR_AMD ||
	       boot_cpu_data.x86_vendor == X86_VENDOR_HYGON;
}

/* In early boot only: what it calls is gone later. */
static void __ref hypercall_find_vendor(struct cpuinfo_x86 *cpu)
{
	init_cpu_devs();
	cpu_detect(cpu);
	get_cpu_vendor(cpu);
}

/**
 * xen_hypercall_setfunc - choose the stub of an HVM or PVH domain
 *
 * For when text can be patched in the ordinary way and the vendor is known. Does
 * nothing once a stub is chosen. Context: boot, may sleep.
 */
void xen_hypercall_setfunc(void)
{
	if (static_call_query(xen_hypercall) != xen_hypercall_hvm)
		return;

	if (hypercall_is_vmmcall())
		static_call_update(xen_hypercall, xen_hypercall_amd);
	else
		static_call_update(xen_hypercall, xen_hypercall_intel);
}

/**
 * xen_hypercall_choose - choose the stub when the first call is already under way
 *
 * Called by xen_hypercall_hvm() alone, maybe before .bss is cleared and before
 * the kernel knows its processor: X86_FEATURE_CPUID tells, since the hypervisor
 * runs on nothing that lacks CPUID. noinstr for the sake of that caller; but what
 * is called here is not, and need not be: no entry code makes the first call.
 *
 * Once static calls are patched in the ordinary way, which may sleep, that is left
 * to xen_hypercall_setfunc(): the early console calls from within a printk().
 *
 * Return: true for VMMCALL, false for VMCALL.
 */
noinstr bool xen_hypercall_choose(void)
{
	bool vmmcall;

	instrumentation_begin();

	if (!boot_cpu_has(X86_FEATURE_CPUID))
		hypercall_find_vendor(&boot_cpu_data);

	vmmcall = hypercall_is_vmmcall();
	if (!static_call_initialized && vmmcall)
		static_call_update_early(xen_hypercall, xen_hypercall_amd);
	else if (!static_call_initialized)
		static_call_update_early(xen_hypercall, xen_hypercall_intel);

	instrumentation_end();

	return vmmcall;
}
