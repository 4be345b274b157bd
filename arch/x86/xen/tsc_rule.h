/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a guest may keep time by the TSC as it is. Pure: what the hypervisor's
 * CPUID leaf says comes in as arguments.
 */
#ifndef XEN_TSC_RULE_H
#define XEN_TSC_RULE_H

#include <linux/types.h>

#include <asm/xen/cpuid.h>

/**
 * xen_tsc_rule - may the TSC be the clocksource?
 * @flags: EAX of the hypervisor's leaf 3, sub-leaf 0: XEN_CPUID_TSC_EMULATED and others
 * @mode: EBX of the same: XEN_CPUID_TSC_MODE_*
 * @invariant: the processor that the guest sees has a TSC that neither stops nor
 *	changes its frequency
 *
 * With XEN_CPUID_TSC_MODE_NEVER_EMULATE the guest gets every host's own TSC. It is
 * safe if the guest was given the invariant TSC, since that ties it to hosts of one
 * frequency.
 *
 * With XEN_CPUID_TSC_MODE_DEFAULT the hypervisor promises one frequency for the
 * guest's life: after a move to a host that has another, it emulates the TSC. The
 * TSC is used as it is only while the host has found its own to be constant, never
 * stopping and in step on all processors, and reading it is quick then.
 *
 * Everything else is slow or has no such promise.
 *
 * Return: true if time may be read from the TSC directly.
 */
static inline bool xen_tsc_rule(u32 flags, u32 mode, bool invariant)
{
	switch (mode) {
	case XEN_CPUID_TSC_MODE_NEVER_EMULATE:
		return invariant;
	case XEN_CPUID_TSC_MODE_DEFAULT:
		return !(flags & XEN_CPUID_TSC_EMULATED) &&
		       (flags & XEN_CPUID_HOST_TSC_RELIABLE);
	default:
		return false;
	}
}

#endif /* XEN_TSC_RULE_H */
