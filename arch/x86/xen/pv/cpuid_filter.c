// SPDX-License-Identifier: GPL-2.0
/*
 * The part of CPUID that Linux may not see as the host has it.
 *
 * Pure: a leaf and the registers of its answer go in, registers come out; which
 * vCPU asks is an argument.  cpuid.c asks the hypervisor.
 */
#include <linux/bitfield.h>
#include <linux/bits.h>

#include <asm/mwait.h>
#include <asm/processor.h>

#include "cpu.h"

#define LEAF_FEATURES		0x01
#define LEAF_TOPOLOGY		0x0b
#define LEAF_TOPOLOGY_V2	0x1f

#define FEATURES_APIC_ID	GENMASK(31, 24)

/**
 * xen_cpuid_synthetic - answer a leaf that the hypervisor is not asked for
 * @leaf: CPUID leaf, from EAX
 * @view: what the asking vCPU is to be told
 * @regs: the answer, written only if the result is true
 *
 * The hypervisor hides MWAIT from PV domains, which may not execute it. Dom0's
 * ACPI code nevertheless derives C-states from the leaf, to hand them to the
 * hypervisor.
 *
 * Context: any.
 * Return: true if @regs is the complete answer.
 */
bool xen_cpuid_synthetic(u32 leaf, const struct xen_cpuid_view *view, struct cpuid_regs *regs)
{
	if (leaf != CPUID_MWAIT_LEAF)
		return false;

	*regs = (struct cpuid_regs) { .ecx = view->mwait_ecx, .edx = view->mwait_edx };
	return true;
}

/**
 * xen_cpuid_filter - correct the hypervisor's answer
 * @leaf: CPUID leaf that was asked
 * @view: what the asking vCPU is to be told
 * @regs: the hypervisor's answer, corrected in place
 *
 * A vCPU runs on any processor, so the topology that the host's leaves describe
 * is nobody's: every vCPU is a package with one thread, whose APIC id is its
 * number, and the extended topology leaves report no level at all.
 *
 * Any context.
 */
void xen_cpuid_filter(u32 leaf, const struct xen_cpuid_view *view, struct cpuid_regs *regs)
{
	switch (leaf) {
	case LEAF_FEATURES:
		regs->ebx &= ~FEATURES_APIC_ID;
		regs->ebx |= FIELD_PREP(FEATURES_APIC_ID, view->apic_id);
		break;
	case LEAF_TOPOLOGY:
	case LEAF_TOPOLOGY_V2:
		regs->ebx = 0;
		break;
	}
}
