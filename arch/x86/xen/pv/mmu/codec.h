/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arithmetic of page-table values, free of the hypervisor.
 *
 * "Linear" is the form that generic code works on, with a pfn; "machine" is
 * what stands in a table, with an mfn. Flags are the same in both. A value
 * that is not present is the same in both as well: it holds no frame.
 *
 * The converters take the frame lookup as an argument that is constant at
 * each use, so that the compiler inlines it, and a test can pass its own.
 */
#ifndef XEN_PV_MMU_CODEC_H
#define XEN_PV_MMU_CODEC_H

#include <linux/pgtable.h>

#include <asm/xen/page.h>

/* What a lookup returns when a frame has no counterpart. */
#define XEN_NO_FRAME	(~0UL)

typedef unsigned long (*xen_frame_lookup_t)(unsigned long frame);

/*
 * Machine to linear. A frame that is not in this domain's map has no pfn:
 * such a value reads as not present, with its flags kept.
 */
static __always_inline pteval_t xen_codec_to_linear(pteval_t val, xen_frame_lookup_t to_pfn)
{
	unsigned long pfn;

	if (!(val & _PAGE_PRESENT))
		return val;
	pfn = to_pfn((val & XEN_PTE_MFN_MASK) >> PAGE_SHIFT);
	if (unlikely(pfn == XEN_NO_FRAME))
		return val & PTE_FLAGS_MASK & ~_PAGE_PRESENT;
	return ((pteval_t)pfn << PAGE_SHIFT) | (val & PTE_FLAGS_MASK);
}

/*
 * Linear to machine. A pfn without memory behind it (ballooned out) gives an
 * empty entry: the two directions are not inverse to each other there.
 */
static __always_inline pteval_t xen_codec_to_machine(pteval_t val, xen_frame_lookup_t to_mfn)
{
	unsigned long mfn;

	if (!(val & _PAGE_PRESENT))
		return val;
	mfn = to_mfn((val & PTE_PFN_MASK) >> PAGE_SHIFT);
	if (unlikely(mfn == XEN_NO_FRAME))
		return 0;
	return ((pteval_t)mfn << PAGE_SHIFT) | (val & PTE_FLAGS_MASK);
}

/*
 * What the caller of ptep_get_and_clear() is told when the clearing is only
 * queued. Until it is done the processors may still set the dirty bit of a
 * writable entry, so the answer has to assume that they did.
 */
static __always_inline pteval_t xen_codec_deferred_clear(pteval_t old)
{
	const pteval_t writable = _PAGE_PRESENT | _PAGE_RW;

	return (old & writable) == writable ? old | _PAGE_DIRTY : old;
}

/* Whether a processor can turn @old into a dirty value behind our back. */
static __always_inline bool xen_codec_can_become_dirty(pteval_t old)
{
	return (old & (_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY)) == (_PAGE_PRESENT | _PAGE_RW);
}

#endif /* XEN_PV_MMU_CODEC_H */
