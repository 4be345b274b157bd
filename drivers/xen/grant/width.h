/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many bits the host's memory addresses have, for a domain that names frames by the
 * host's numbers; 0 for others. Only x86 has such domains.
 */
#ifndef XEN_GRANT_WIDTH_H
#define XEN_GRANT_WIDTH_H

#ifdef CONFIG_X86

#include <asm/processor.h>
#include <asm/xen/cpuid.h>
#include <asm/xen/hypervisor.h>

#include <xen/xen.h>

/* Leaf 5 has the width; an older hypervisor has no such leaf, and no hosts so large. */
static inline unsigned int grant_machine_address_bits(void)
{
	u32 base = xen_pv_domain() ? xen_cpuid_base() : 0;

	if (!base)
		return 0;
	if (cpuid_eax(base) - base < 5)
		return 0;

	return cpuid_ebx(base + 5) & XEN_CPUID_MACHINE_ADDRESS_WIDTH_MASK;
}

#else

static inline unsigned int grant_machine_address_bits(void)
{
	return 0;
}

#endif

#endif /* XEN_GRANT_WIDTH_H */
