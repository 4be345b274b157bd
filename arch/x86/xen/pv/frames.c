// SPDX-License-Identifier: GPL-2.0
/*
 * Frame lookups of <asm/xen/page.h> that ordinary RAM does not need: out of
 * line, so that each place which translates a frame stays short. No state, no
 * lock; callable from any context, the early boot included.
 */
#include <linux/export.h>

#include <asm/xen/page.h>

/**
 * xen_pfn_to_mfn_rare - pfn_to_mfn() of what is not plain RAM
 * @pfn: frame of the domain that is not in the list, or has a mark in it
 *
 * A domain whose frames the hypervisor translates has no list, so that each of
 * its frames comes here.
 *
 * Return: the host's frame without marks, or INVALID_P2M_ENTRY.
 */
unsigned long xen_pfn_to_mfn_rare(unsigned long pfn)
{
	unsigned long entry;

	if (xen_feature(XENFEAT_auto_translated_physmap))
		return pfn;

	entry = __pfn_to_mfn(pfn);
	if (entry == INVALID_P2M_ENTRY)
		return entry;
	return entry & ~(FOREIGN_FRAME_BIT | IDENTITY_FRAME_BIT);
}
EXPORT_SYMBOL_GPL(xen_pfn_to_mfn_rare);

/**
 * xen_mfn_to_pfn_rare - mfn_to_pfn() of what is no RAM of the domain's own
 * @mfn: frame of the host that the two lists do not agree to be ours
 *
 * Return: @mfn where the domain's list says identity, else ~0.
 */
unsigned long xen_mfn_to_pfn_rare(unsigned long mfn)
{
	if (xen_feature(XENFEAT_auto_translated_physmap))
		return mfn;

	return __pfn_to_mfn(mfn) == IDENTITY_FRAME(mfn) ? mfn : ~0UL;
}
EXPORT_SYMBOL_GPL(xen_mfn_to_pfn_rare);
