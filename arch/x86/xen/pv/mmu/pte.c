// SPDX-License-Identifier: GPL-2.0
/*
 * Page-table values: machine frames in the tables, Linux's frames in the
 * hands of generic code.
 *
 * The functions for pv_ops are called with pv_ops' own convention, which
 * preserves every register but rax. The compiler implements that convention
 * itself (no_caller_saved_registers), so only what a function really uses is
 * saved, and the common case touches two registers. The rare cases are out of
 * line, of the same convention, and may call anything.
 *
 * The common case: mfn -> pfn holds if the hypervisor's machine-to-physical
 * table names a pfn and the p2m confirms it; a foreign or identity mapped
 * frame has a mark in its p2m entry and never compares equal. pfn -> mfn
 * holds if the p2m entry has no mark.
 *
 * No locks.
 */
#include <linux/compiler.h>
#include <linux/init.h>

#include "codec.h"
#include "internal.h"

/* The m2p is the hypervisor's: an index below its end need not be mapped. */
static __always_inline unsigned long pte_peek_m2p(unsigned long mfn)
{
	unsigned long pfn;

	if (unlikely(mfn >= machine_to_phys_nr))
		return XEN_NO_FRAME;
	/* On a fault pfn stays at its impossible initial value. */
	xen_safe_read_ulong(&machine_to_phys_mapping[mfn], &pfn);
	return pfn;
}

static noinline __no_caller_saved_registers unsigned long pte_search_pfn(unsigned long mfn)
{
	return mfn_to_pfn(mfn);
}

static noinline __no_caller_saved_registers unsigned long pte_search_mfn(unsigned long pfn)
{
	return pfn_to_mfn(pfn);
}

static __always_inline unsigned long pte_mfn_to_pfn(unsigned long mfn)
{
	unsigned long pfn = pte_peek_m2p(mfn);

	if (likely(pfn < xen_p2m_size && xen_p2m_addr[pfn] == mfn))
		return pfn;
	return pte_search_pfn(mfn);
}

static __always_inline unsigned long pte_pfn_to_mfn(unsigned long pfn)
{
	unsigned long mfn;

	if (likely(pfn < xen_p2m_size)) {
		mfn = xen_p2m_addr[pfn];
		if (likely(mfn < IDENTITY_FRAME_BIT))
			return mfn;
	}
	return pte_search_mfn(pfn);
}

/**
 * xen_pteval_to_pfn - value of an entry of any level, with a pfn
 * @val:	value as it stands in the table
 *
 * Context: any.
 * Return: the value with its frame exchanged; not present if the frame is
 * unknown to this domain.
 */
pteval_t xen_pteval_to_pfn(pteval_t val)
{
	return xen_codec_to_linear(val, pte_mfn_to_pfn);
}

/**
 * xen_pteval_to_mfn - value of an entry of any level, with an mfn
 * @val:	value with a pfn
 *
 * Context: any.
 * Return: what to put into the table; 0 if the pfn has no memory.
 */
pteval_t xen_pteval_to_mfn(pteval_t val)
{
	return xen_codec_to_machine(val, pte_pfn_to_mfn);
}

/*
 * pv_ops has a pair for each level, and all levels look alike, so that one
 * pair of functions serves them all.
 */
__visible notrace __no_caller_saved_registers pteval_t __raw_callee_save_xen_pte_val(pteval_t val)
{
	return xen_codec_to_linear(val, pte_mfn_to_pfn);
}

__visible notrace __no_caller_saved_registers pteval_t __raw_callee_save_xen_make_pte(pteval_t val)
{
	return xen_codec_to_machine(val, pte_pfn_to_mfn);
}
