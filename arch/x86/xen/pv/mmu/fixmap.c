// SPDX-License-Identifier: GPL-2.0
/*
 * The fixed mappings.
 *
 * A fixed mapping names either a page of this domain, or a place in the
 * host's address space, where the number given is the machine's.  The APICs
 * are neither: they belong to the hypervisor, and who looks sees a page of
 * ones.
 *
 * Owns that page, and the part of the user half's page tables that shows the
 * vsyscall page.  Locks: the callers' of set_fixmap.
 */
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/string.h>

#include <asm/fixmap.h>
#include <asm/xen/hypercall.h>

#include "internal.h"

static u8 fixmap_ones[PAGE_SIZE] __page_aligned_bss;

#ifdef CONFIG_X86_VSYSCALL_EMULATION
/* User mode runs on a top-level table of its own, where the kernel's half is empty. */
pud_t xen_vsyscall_pud[PTRS_PER_PUD] __page_aligned_bss;

static bool fixmap_is_vsyscall(unsigned int idx)
{
	return idx == VSYSCALL_PAGE;
}
#else
static bool fixmap_is_vsyscall(unsigned int idx)
{
	return false;
}
#endif

static bool fixmap_is_ours(unsigned int idx)
{
	return (idx >= FIX_BTMAP_END && idx <= FIX_BTMAP_BEGIN) ||
	       fixmap_is_vsyscall(idx);
}

static bool fixmap_is_apic(unsigned int idx)
{
	return idx == FIX_APIC_BASE ||
	       (idx >= FIX_IO_APIC_BASE_0 && idx <= FIX_IO_APIC_BASE_END);
}

static pte_t fixmap_entry(unsigned int idx, unsigned long frame, pgprot_t prot)
{
	if (fixmap_is_apic(idx))
		return pfn_pte(virt_to_pfn(fixmap_ones), PAGE_KERNEL);
	if (fixmap_is_ours(idx))
		return pfn_pte(frame, prot);

	return mfn_pte(frame, prot);
}

/**
 * xen_set_fixmap() - pv_ops.mmu.set_fixmap
 * @idx:	which of the fixed mappings
 * @phys:	address of the page: physical for early_ioremap() and vsyscall,
 *		ignored for the APICs, the machine's for all else
 * @prot:	protection; none removes the mapping
 *
 * Context: any; other CPUs may keep the old translation.
 */
void xen_set_fixmap(unsigned int idx, phys_addr_t phys, pgprot_t prot)
{
	unsigned long address = __fix_to_virt(idx);
	pte_t entry = fixmap_entry(idx, PFN_DOWN(phys), prot);
	int err = HYPERVISOR_update_va_mapping(address, entry, UVMF_INVLPG);

	WARN_ONCE(err, "fixed mapping %u of %pa: result %d\n", idx, &phys, err);

	if (fixmap_is_vsyscall(idx))
		set_pte_vaddr_pud(xen_vsyscall_pud, address, entry);
}

/**
 * xen_fixmap_init() - make ready what stands in for the APICs
 *
 * Context: boot, before the first fixed mapping.
 */
void __init xen_fixmap_init(void)
{
	memset(fixmap_ones, 0xff, sizeof(fixmap_ones));
}
