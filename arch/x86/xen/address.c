// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel addresses as the hypervisor names them, in every kind of domain.
 *
 * Owns no state.  Invariant: an address that cannot be translated becomes one
 * that the hypervisor refuses, never a frame that belongs to somebody.
 * Takes no lock: the caller keeps the mapping in place.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>

#include <asm/sections.h>

#include <xen/features.h>
#include <xen/xen-ops.h>
#include <asm/xen/page.h>

/* In the direct mapping or the image, the frame follows from the address alone. */
static bool address_is_linear(unsigned long address)
{
	if (address - (unsigned long)_text < (unsigned long)(_end - _text))
		return true;

	return address >= PAGE_OFFSET && address < (unsigned long)high_memory;
}

/**
 * arbitrary_virt_to_machine() - machine address behind any kernel address
 * @vaddr:	address that is mapped now: direct mapping, image or vmalloc
 *
 * Context: any; addresses outside of the direct mapping and the image cost a
 * walk of the kernel's page tables.
 * Return: the machine address (the guest physical one in a translated domain),
 * or all ones and a warning if @vaddr is not mapped.
 */
xmaddr_t arbitrary_virt_to_machine(void *vaddr)
{
	unsigned long address = (unsigned long)vaddr;
	unsigned long mask;
	unsigned int level;
	pte_t *entry;

	if (address_is_linear(address))
		return virt_to_machine(vaddr);

	entry = lookup_address(address, &level);
	if (WARN_ON_ONCE(!entry || pte_none(*entry)))
		return XMADDR(~(phys_addr_t)0);

	/* A translated domain maps vmalloc areas by large pages as well. */
	mask = page_level_mask(level);
	return XMADDR((entry->pte & XEN_PTE_MFN_MASK & mask) | (address & ~mask));
}
EXPORT_SYMBOL_GPL(arbitrary_virt_to_machine);

/**
 * arbitrary_virt_to_mfn() - frame behind any kernel address
 * @vaddr:	see arbitrary_virt_to_machine()
 *
 * Context: any.
 * Return: the host frame (the guest's own in a translated domain), or a number
 * no frame has.
 */
unsigned long arbitrary_virt_to_mfn(void *vaddr)
{
	return PFN_DOWN(arbitrary_virt_to_machine(vaddr).maddr);
}

/**
 * xen_unmap_domain_gfn_range() - give back what a foreign mapping stands on
 * @area:	area that was filled by xen_remap_domain_gfn_array()
 * @count:	number of pages of the kernel's page size in @lent
 * @lent:	pages that lent their place in the physical map, or NULL
 *
 * A PV domain lends none, its entries go away with the area.
 *
 * Context: process, may sleep.
 * Return: 0, or -EINVAL for pages where none can have been lent.
 */
int xen_unmap_domain_gfn_range(struct vm_area_struct *area, int count, struct page **lent)
{
	bool translated = xen_feature(XENFEAT_auto_translated_physmap);

	if (translated)
		return xen_xlate_unmap_gfn_range(area, count, lent);

	return lent ? -EINVAL : 0;
}
EXPORT_SYMBOL_GPL(xen_unmap_domain_gfn_range);
