// SPDX-License-Identifier: GPL-2.0
/*
 * The p2m list that the domain starts with, and the memory it takes.
 *
 * The list comes ready in memory, mapped either behind the kernel image, or at
 * a place of its own in what will be user space.  Then it brings page tables
 * along, and start_info tells which pages list and tables lie in.  It moves
 * out of the way of what the machine has there, and goes when the kernel has
 * built its own.
 *
 * Owns start_info's description of the list.  Invariant: xen_p2m_addr is
 * mapped and complete at any time.  Only the boot CPU runs: no lock.
 */
#include <linux/init.h>
#include <linux/io.h>
#include <linux/memblock.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include <asm/io.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/xen/hypervisor.h>

#include <xen/hvc-console.h>

#include "../memmap.h"
#include "internal.h"
#include "p2m_list.h"

/* Nothing of the hypervisor's making lies here. */
#define P2M_LIST_NEW_ADDRESS	(2 * PGDIR_SIZE)

static unsigned long __init p2m_list_bytes(void)
{
	return PAGE_ALIGN(xen_start_info->nr_pages * sizeof(unsigned long));
}

static bool __init p2m_list_is_apart(void)
{
	return xen_start_info->mfn_list < __START_KERNEL_map;
}

/**
 * xen_p2m_list_has_pfn() - whether a page is part of the list or of its tables
 * @pfn:	page
 *
 * Context: boot.
 * Return: false as well if the list has no place of its own: then it is memory
 * like any other.
 */
bool __init xen_p2m_list_has_pfn(unsigned long pfn)
{
	return p2m_list_is_apart() &&
	       pfn - xen_start_info->first_p2m_pfn < xen_start_info->nr_p2m_frames;
}

/*
 * Fills the tables of one level, which lie one behind the other like what they
 * point to, and makes them ready for use.  The new memory is not necessarily
 * in the linear mapping, so each page is mapped for the time of writing.
 */
static void __init p2m_list_fill_level(phys_addr_t table, phys_addr_t target,
				       unsigned long targets, pteval_t flags)
{
	unsigned long i, count;
	pteval_t *entries;

	for (; targets; targets -= count, table += PAGE_SIZE) {
		count = min_t(unsigned long, targets, PTRS_PER_PTE);

		entries = early_memremap(table, PAGE_SIZE);
		clear_page(entries);
		for (i = 0; i < count; i++, target += PAGE_SIZE)
			entries[i] = xen_pteval_to_mfn(target | flags);
		early_memunmap(entries, PAGE_SIZE);

		make_lowmem_page_readonly(__va(table));
	}
}

/* Removes the list's own entries of the top-level table, and all below. */
static void __init p2m_list_unmap(unsigned long address, unsigned long bytes)
{
	pgd_t *top = __va(read_cr3_pa());
	unsigned int i, last = pgd_index(address + bytes - 1);

	for (i = pgd_index(address); i <= last; i++)
		set_pgd(top + i, __pgd(0));
}

/*
 * The pages of the old list are mapped by the linear mapping as far as the
 * hypervisor has mapped memory behind the image; the tables among them,
 * read-only.
 */
static void __init p2m_list_release_old(unsigned long address, unsigned long bytes)
{
	unsigned long i, pfn = xen_start_info->first_p2m_pfn;

	if (!p2m_list_is_apart()) {
		memblock_phys_free(__pa(address), bytes);
		return;
	}

	p2m_list_unmap(address, bytes);
	memblock_phys_free(PFN_PHYS(pfn), PFN_PHYS(xen_start_info->nr_p2m_frames));
	for (i = 0; i < xen_start_info->nr_p2m_frames; i++)
		make_lowmem_page_readwrite(__va(PFN_PHYS(pfn + i)));
}

/**
 * xen_relocate_p2m() - move the list to other memory
 *
 * For where the machine has no memory at the pages the list lies in.  Pages:
 * first the tables, from the top level down, then the list.
 *
 * Context: boot, before the linear mapping grows.
 */
void __init xen_relocate_p2m(void)
{
	unsigned long bytes = p2m_list_bytes();
	unsigned long pages = PFN_DOWN(bytes);
	unsigned long ptes = DIV_ROUND_UP(pages, PTRS_PER_PTE);
	unsigned long pmds = DIV_ROUND_UP(ptes, PTRS_PER_PMD);
	unsigned long puds = DIV_ROUND_UP(pmds, PTRS_PER_PUD);
	unsigned long frames = pages + ptes + pmds + puds;
	phys_addr_t pud, pmd, pte, list;
	pgd_t *top = __va(read_cr3_pa());
	unsigned long i;

	pud = xen_find_free_area(PFN_PHYS(frames));
	if (!pud) {
		xen_raw_console_write("no room for the p2m list, which lies where the memory map has no RAM\n");
		BUG();
	}
	pmd = pud + PFN_PHYS(puds);
	pte = pmd + PFN_PHYS(pmds);
	list = pte + PFN_PHYS(ptes);

	p2m_list_fill_level(pte, list, pages, massage_pgprot(PAGE_KERNEL));
	p2m_list_fill_level(pmd, pte, ptes, _PAGE_TABLE);
	p2m_list_fill_level(pud, pmd, pmds, _PAGE_TABLE);
	for (i = 0; i < puds; i++)
		set_pgd(top + pgd_index(P2M_LIST_NEW_ADDRESS) + i,
			__pgd(_PAGE_TABLE | (pud + PFN_PHYS(i))));

	memcpy((void *)P2M_LIST_NEW_ADDRESS, xen_p2m_addr, bytes);
	xen_p2m_addr = (unsigned long *)P2M_LIST_NEW_ADDRESS;

	p2m_list_release_old(xen_start_info->mfn_list, bytes);

	xen_start_info->mfn_list = P2M_LIST_NEW_ADDRESS;
	xen_start_info->first_p2m_pfn = PFN_DOWN(pud);
	xen_start_info->nr_p2m_frames = frames;
}

/*
 * Takes the parts of a range out of the mapping at the image's address that lie
 * beside the image; that goes by the 2 MiB of an entry, at both ends.
 */
static void __init p2m_list_clean_high(unsigned long start, unsigned long end)
{
	unsigned long image_end = roundup(_brk_end, PMD_SIZE);
	unsigned long flags = xen_batch_begin();
	pmd_t *pmd = level2_kernel_pgt + pmd_index(start);

	for (; start <= end && pmd < level2_kernel_pgt + PTRS_PER_PMD;
	     start += PMD_SIZE, pmd++) {
		if (pmd_none(*pmd))
			continue;
		if (start < (unsigned long)_text || start >= image_end)
			xen_batch_mmu_update(xen_lowmem_maddr(pmd), 0);
	}
	xen_batch_end(flags, 0);
}

/*
 * With its top-level entry the list's tables lose all use as such; after that
 * tables and list are pages like others, all read-only in the linear mapping.
 */
static void __init p2m_list_free_apart(unsigned long address, unsigned long bytes)
{
	unsigned long first = xen_start_info->first_p2m_pfn;
	unsigned long count = xen_start_info->nr_p2m_frames;
	unsigned long i, flags;

	p2m_list_unmap(address, bytes);

	flags = xen_batch_begin();
	for (i = first; i < first + count; i++) {
		if (pfn_range_is_mapped(i, i + 1))
			xen_batch_set_prot(i, PAGE_KERNEL, 0);
	}
	xen_batch_end(flags, 0);

	memblock_phys_free(PFN_PHYS(first), PFN_PHYS(count));
}

/**
 * xen_p2m_list_free() - free the first list, and what else lies behind the image
 *
 * start_info's pointers to the list and to the page tables move to where both
 * can be reached from now on.
 *
 * Context: boot, after the kernel's own list went into use.
 */
void __init xen_p2m_list_free(void)
{
	unsigned long list = xen_start_info->mfn_list, bytes = p2m_list_bytes();
	unsigned long tables = xen_start_info->pt_base;
	unsigned long tables_end = tables + PFN_PHYS(xen_start_info->nr_pt_frames);

	if ((unsigned long)xen_p2m_addr != list) {
		if (p2m_list_is_apart()) {
			p2m_list_free_apart(list, bytes);
		} else {
			p2m_list_clean_high(list, list + roundup(bytes, PMD_SIZE));
			memblock_free((void *)list, bytes);
		}
	}

	/* The hypervisor has mapped up to the next 4 MiB. */
	p2m_list_clean_high(tables, roundup(tables_end, 2 * PMD_SIZE));

	xen_start_info->pt_base = (unsigned long)__va(__pa(tables));
	xen_start_info->mfn_list = (unsigned long)xen_p2m_addr;
}
