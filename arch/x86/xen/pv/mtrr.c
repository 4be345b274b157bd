// SPDX-License-Identifier: GPL-2.0
/*
 * The host's MTRRs as Dom0 sees them: read from the hypervisor once, never
 * written.  Dom0's memory map has the host's layout outside of RAM, so machine
 * frame numbers can be taken for Linux's own.
 */
#include <linux/init.h>
#include <linux/kernel.h>

#include <asm/mtrr.h>
#include <asm/processor.h>
#include <asm/xen/hypercall.h>

#include <uapi/asm/mtrr.h>

#include <xen/interface/platform.h>

#include "cpu.h"

#define DEFAULT_ADDRESS_BITS	36

static unsigned int __init address_bits(void)
{
	u32 last = cpuid_eax(0x80000000);

	if (last < 0x80000008 || (last & 0xffff0000) != 0x80000000)
		return DEFAULT_ADDRESS_BITS;
	return cpuid_eax(0x80000008) & 0xff;
}

static struct mtrr_var_range __init encode_range(const struct xenpf_read_memtype *range, u64 limit)
{
	u64 base = (u64)range->mfn << PAGE_SHIFT | range->type;
	u64 mask = limit & -((u64)range->nr_mfns << PAGE_SHIFT);

	if (!range->nr_mfns)
		mask = 0;
	if (mask)
		mask |= MTRR_PHYSMASK_V;

	return (struct mtrr_var_range) {
		.base_lo = lower_32_bits(base), .base_hi = upper_32_bits(base),
		.mask_lo = lower_32_bits(mask), .mask_hi = upper_32_bits(mask),
	};
}

/**
 * xen_mtrr_read - take over the variable ranges that the hypervisor reports
 *
 * Leaves Linux's idea of MTRRs alone if there are none. Early boot, Dom0 only.
 */
void __init xen_mtrr_read(void)
{
	static struct mtrr_var_range ranges[MTRR_MAX_VAR_RANGES] __initdata;
	u64 limit = GENMASK_ULL(address_bits() - 1, 0);
	struct xen_platform_op op = { .cmd = XENPF_read_memtype };
	unsigned int nr;

	for (nr = 0; nr < ARRAY_SIZE(ranges); nr++) {
		op.u.read_memtype.reg = nr;
		if (HYPERVISOR_platform_op(&op))
			break;
		ranges[nr] = encode_range(&op.u.read_memtype, limit);
	}

	if (nr)
		guest_force_mtrr_state(ranges, nr, MTRR_TYPE_UNCACHABLE);
}
