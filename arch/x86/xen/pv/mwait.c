// SPDX-License-Identifier: GPL-2.0
/*
 * Whether Dom0 may see the MWAIT leaf, for the sake of C-states.
 *
 * The hypervisor idles the processors, but only Dom0 can interpret ACPI's _CST,
 * and ACPI believes in MWAIT C-states only if CPUID shows MWAIT. So the leaf is
 * read from the processor itself and repeated to Linux if the hypervisor, asked
 * about its capabilities the way _PDC asks an OS, accepts such states.
 */
#include <linux/acpi.h>
#include <linux/init.h>

#include <asm/cpufeature.h>
#include <asm/mwait.h>
#include <asm/processor.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <acpi/proc_cap_intel.h>
#include <acpi/processor.h>

#include <xen/interface/platform.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>

#include "cpu.h"

#define PDC_HEADER_WORDS	2
#define PDC_ALL_CPUS		((u32)-1)
#define MWAIT_STATES		(ACPI_PROC_CAP_C_C1_FFH | ACPI_PROC_CAP_C_C2C3_FFH)

static bool __init processor_has_mwait(void)
{
	const u32 want = BIT(X86_FEATURE_EST % 32) | BIT(X86_FEATURE_MWAIT % 32);
	u32 eax = 1, ebx, ecx = 0, edx;

	native_cpuid(&eax, &ebx, &ecx, &edx);
	return (ecx & want) == want;
}

static bool __init hypervisor_takes_mwait(void)
{
	u32 pdc[PDC_HEADER_WORDS + 1] = {
		ACPI_PDC_REVISION_ID,
		1,	/* words of capabilities that follow */
		ACPI_PROC_CAP_C_CAPABILITY_SMP | ACPI_PROC_CAP_EST_CAPABILITY_SWSMP,
	};
	struct xen_platform_op op = { .cmd = XENPF_set_processor_pminfo };

	op.u.set_pminfo.id = PDC_ALL_CPUS;
	op.u.set_pminfo.type = XEN_PM_PDC;
	set_xen_guest_handle(op.u.set_pminfo.pdc, pdc);

	return !HYPERVISOR_platform_op(&op) && (pdc[PDC_HEADER_WORDS] & MWAIT_STATES);
}

/**
 * xen_mwait_probe - may Linux see MWAIT?
 * @ecx: ECX of the leaf to show, untouched where the hypervisor does not take it
 * @edx: EDX of the leaf to show, the same
 *
 * Hypervisors older than 4.2 would let the native ACPI pad driver load.
 *
 * Context: early boot.
 * Return: whether CPUID is to report the MWAIT feature.
 */
bool __init xen_mwait_probe(u32 *ecx, u32 *edx)
{
	u32 leaf = CPUID_MWAIT_LEAF, b, c = 0, d;

	if (!xen_initial_domain() || !xen_running_on_version_or_later(4, 2) ||
	    !processor_has_mwait())
		return false;

	native_cpuid(&leaf, &b, &c, &d);
	if (hypervisor_takes_mwait()) {
		*ecx = c;
		*edx = d;
	}
	return true;
}
