// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables during boot.
 *
 * The hypervisor starts a domain on page tables of its own making, which map
 * the kernel image and some memory behind it, at the image's address only.
 * The kernel's built-in tables take the lower levels over from them and go
 * into use.  All tables that exist then belong to init_mm, and the hypervisor
 * knows each of them as a page table; that is why the functions here change a
 * table's mapping and type without asking whether it is pinned.
 *
 * Owns the place of the hypervisor's tables.  Invariant: no page that is part
 * of a page table in use is mapped writable.  One CPU: no lock.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>

#include <asm/fixmap.h>
#include <asm/init.h>
#include <asm/io.h>
#include <asm/paravirt.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/memory.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>

#include "../memmap.h"
#include "../p2m/p2m.h"
#include "internal.h"
#include "p2m_list.h"

/* What is still in use of the tables that the hypervisor has built. */
static phys_addr_t boot_tables __initdata;
static phys_addr_t boot_tables_size __initdata;

/* Until the linear mapping is complete the image's mapping is all there is. */
static void * __init boot_image_address(phys_addr_t paddr)
{
	return (void *)(paddr + __START_KERNEL_map);
}

/* The table behind an entry that the hypervisor has written. */
static void * __init boot_table_of(pteval_t entry)
{
	unsigned long mfn = (entry & XEN_PTE_MFN_MASK) >> PAGE_SHIFT;

	return boot_image_address(PFN_PHYS(mfn_to_pfn(mfn)));
}

/**
 * xen_setup_machphys_mapping() - find the host's table from mfn to pfn
 *
 * Context: start of boot, before the first use of mfn_to_pfn().
 */
void __init xen_setup_machphys_mapping(void)
{
	struct xen_machphys_mapping mapping;

	machine_to_phys_nr = MACH2PHYS_NR_ENTRIES;
	if (HYPERVISOR_memory_op(XENMEM_machphys_mapping, &mapping))
		return;

	machine_to_phys_mapping = (unsigned long *)mapping.v_start;
	machine_to_phys_nr = mapping.max_mfn + 1;
}

/* Built-in tables name their successors by pfn; every level has the same form. */
static void __init boot_convert(void *table)
{
	pteval_t *entry = table;
	unsigned int i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		entry[i] = xen_pteval_to_mfn(entry[i]);
}

/* Both mappings of the image share the lower tables, so this covers both. */
static void __init boot_batch_readonly(void *table, unsigned int pages)
{
	unsigned long pfn = virt_to_pfn(table);

	for (; pages--; pfn++, table += PAGE_SIZE)
		MULTI_update_va_mapping(xen_batch_call(), (unsigned long)table,
					pfn_pte(pfn, PAGE_KERNEL_RO), 0);
}

/*
 * The second level of the hypervisor's tables becomes that of the linear
 * mapping as well, without permission to execute: the level below is shared,
 * so that is the place to say so.
 */
static void __init boot_graft(const pmd_t *pmds)
{
	unsigned int i;

	copy_page(level2_kernel_pgt, (void *)pmds);
	copy_page(level2_ident_pgt, (void *)pmds);

	for (i = 0; i < PTRS_PER_PMD && __supported_pte_mask & _PAGE_NX; i++) {
		if (level2_ident_pgt[i].pmd)
			level2_ident_pgt[i].pmd |= _PAGE_NX;
	}
}

/* The built-in tables, read-only and known to the hypervisor, go into use. */
static void __init boot_switch_tables(const pgd_t *old)
{
	unsigned long flags = xen_batch_begin();

	boot_batch_readonly(init_top_pgt, 1);
	boot_batch_readonly(level3_ident_pgt, 1);
	boot_batch_readonly(level3_kernel_pgt, 1);
	boot_batch_readonly(level2_ident_pgt, 1);
	boot_batch_readonly(level2_kernel_pgt, 1);
	boot_batch_readonly(level2_fixmap_pgt, 1);
	boot_batch_readonly(level1_fixmap_pgt, FIXMAP_PMD_NUM);
	xen_batch_pin(MMUEXT_PIN_L4_TABLE, PFN_DOWN(__pa_symbol(init_top_pgt)));
	xen_batch_pin(MMUEXT_UNPIN_TABLE, virt_to_pfn(old));

	if (IS_ENABLED(CONFIG_X86_VSYSCALL_EMULATION)) {
		boot_batch_readonly(xen_vsyscall_pud, 1);
		xen_batch_pin(MMUEXT_PIN_L3_TABLE, PFN_DOWN(__pa_symbol(xen_vsyscall_pud)));
	}

	/* There is no user half yet, so the kernel's is all to be loaded. */
	xen_write_cr3_init(__pa_symbol(init_top_pgt));
	xen_batch_end(flags, 0);
}

/*
 * A domain of the toolstack has the levels from the top down at the start of
 * its tables, the initial domain only the topmost; what was replaced there is
 * ordinary memory from now on.
 */
static bool __init boot_release_first(void *table)
{
	if (__pa(table) != boot_tables ||
	    xen_set_va_prot(table, virt_to_pfn(table), PAGE_KERNEL, UVMF_INVLPG))
		return false;

	clear_page(table);
	boot_tables += PAGE_SIZE;
	boot_tables_size -= PAGE_SIZE;

	return true;
}

/**
 * xen_setup_kernel_pagetable() - move from the hypervisor's tables to our own
 * @pgd:	top-level table that is in use
 * @max_pfn:	unused, the hypervisor's tables say what they map
 *
 * Afterwards the linear mapping covers what the hypervisor has mapped, the
 * rest follows with init_mem_mapping().  xen_start_info moves there too.
 *
 * Context: start of boot, interrupts off.
 */
void __init xen_setup_kernel_pagetable(pgd_t *pgd, unsigned long max_pfn)
{
	unsigned int list = pgd_index(xen_start_info->mfn_list);
	pud_t *puds = boot_table_of(pgd[pgd_index(__START_KERNEL_map)].pgd);
	pmd_t *pmds = boot_table_of(puds[pud_index(__START_KERNEL_map)].pud);

	/* Behind the memory of the image, the hypervisor maps what has no pfn. */
	if (xen_start_info->mfn_list < __START_KERNEL_map)
		max_pfn_mapped = xen_start_info->first_p2m_pfn;
	else
		max_pfn_mapped = PFN_DOWN(__pa(xen_start_info->mfn_list));

	boot_tables = __pa(xen_start_info->pt_base);
	boot_tables_size = PFN_PHYS(xen_start_info->nr_pt_frames);

	/* The identity mapping is for starting without a hypervisor. */
	init_top_pgt[0] = __pgd(0);
	boot_convert(init_top_pgt);
	boot_convert(level3_ident_pgt);
	boot_convert(level3_kernel_pgt);
	boot_convert(level2_fixmap_pgt);
	boot_graft(pmds);

	/* Where the p2m list has a place of its own, that stays. */
	if (list && list < pgd_index(__START_KERNEL_map))
		init_top_pgt[list] = pgd[list];

	boot_switch_tables(pgd);

	if (boot_release_first(pgd) && boot_release_first(puds))
		boot_release_first(pmds);
	memblock_reserve(boot_tables, boot_tables_size);

	xen_start_info = (struct start_info *)__va(__pa(xen_start_info));
}

/**
 * xen_reserve_special_pages() - keep the pages that the toolstack has filled
 *
 * Context: start of boot, after xen_setup_kernel_pagetable().
 */
void __init xen_reserve_special_pages(void)
{
	memblock_reserve(__pa(xen_start_info), PAGE_SIZE);

	if (xen_start_info->store_mfn)
		memblock_reserve(PFN_PHYS(mfn_to_pfn(xen_start_info->store_mfn)),
				 PAGE_SIZE);
	if (!xen_initial_domain())
		memblock_reserve(PFN_PHYS(mfn_to_pfn(xen_start_info->console.domU.mfn)),
				 PAGE_SIZE);
}

/**
 * xen_pt_check_e820() - stop if the tables lie where the machine has no memory
 *
 * Context: boot, when the memory map is known.
 */
void __init xen_pt_check_e820(void)
{
	xen_chk_is_e820_usable(boot_tables, boot_tables_size, "page table");
}

/**
 * xen_set_pte_init() - pv_ops.mmu.set_pte while the linear mapping grows
 * @ptep:	entry
 * @pte:	new value
 *
 * Most entries go into new tables, which are not known to the hypervisor yet;
 * for the others it emulates the write.  The tables of early_ioremap() are
 * known from the start.
 *
 * Context: boot.
 */
void __init xen_set_pte_init(pte_t *ptep, pte_t pte)
{
	if (is_early_ioremap_ptep(ptep))
		xen_set_pte_early(ptep, pte);
	else
		native_set_pte(ptep, pte);
}

/**
 * xen_make_pte_init() - pv_ops.mmu.make_pte while the linear mapping grows
 * @val:	value with a pfn
 *
 * A p2m list with a place of its own has its page tables among its pages.
 * Those must not be mapped writable, and none of the pages has to be.
 *
 * Context: boot.
 * Return: the entry, with a machine frame.
 */
__visible pte_t __init xen_make_pte_init(pteval_t val)
{
	if (xen_p2m_list_has_pfn((val & PTE_PFN_MASK) >> PAGE_SHIFT))
		val &= ~_PAGE_RW;

	return native_make_pte(xen_pteval_to_mfn(val));
}

__PV_CALLEE_SAVE_REGS_THUNK(xen_make_pte_init, ".init.text");

/**
 * xen_alloc_pte_init() - a page becomes a lowest-level table
 * @mm:		init_mm
 * @pfn:	the page, filled already
 *
 * Context: boot.
 */
void __init xen_alloc_pte_init(struct mm_struct *mm, unsigned long pfn)
{
	unsigned long flags = xen_batch_begin();

	xen_batch_set_prot(pfn, PAGE_KERNEL_RO, 0);
	xen_batch_pin(MMUEXT_PIN_L1_TABLE, pfn);
	xen_batch_end(flags, 0);
}

/**
 * xen_alloc_pmd_init() - a page becomes a table of a level above
 * @mm:		init_mm
 * @pfn:	the page
 *
 * Its type comes with its use.
 *
 * Context: boot.
 */
void __init xen_alloc_pmd_init(struct mm_struct *mm, unsigned long pfn)
{
	unsigned long flags = xen_batch_begin();

	xen_batch_set_prot(pfn, PAGE_KERNEL_RO, 0);
	xen_batch_end(flags, 0);
}

/**
 * xen_release_pte_init() - a lowest-level table becomes ordinary memory
 * @pfn:	the page, no longer in use as a table
 *
 * Context: boot.
 */
void __init xen_release_pte_init(unsigned long pfn)
{
	unsigned long flags = xen_batch_begin();

	xen_batch_pin(MMUEXT_UNPIN_TABLE, pfn);
	xen_batch_set_prot(pfn, PAGE_KERNEL, 0);
	xen_batch_end(flags, 0);
}

/**
 * xen_release_pmd_init() - a table of a level above becomes ordinary memory
 * @pfn:	the page, no longer in use as a table
 *
 * Context: boot.
 */
void __init xen_release_pmd_init(unsigned long pfn)
{
	unsigned long flags = xen_batch_begin();

	xen_batch_set_prot(pfn, PAGE_KERNEL, 0);
	xen_batch_end(flags, 0);
}

static void boot_change_protection(void *vaddr, bool writable)
{
	unsigned long address = (unsigned long)vaddr;
	unsigned int level;
	pte_t *ptep = lookup_address(address, &level), pte;
	int err;

	/* Memory of which there is no mapping yet gets the right one later. */
	if (!ptep || pte_none(*ptep))
		return;

	pte = writable ? pte_mkwrite_novma(*ptep) : pte_wrprotect(*ptep);
	err = HYPERVISOR_update_va_mapping(address, pte, 0);
	WARN_ONCE(err, "page at %p not made %s: result %d\n", vaddr,
		  writable ? "writable" : "read-only", err);
}

/**
 * make_lowmem_page_readonly() - write-protect one page of the kernel
 * @vaddr:	kernel address, mapped by a small page or not at all
 *
 * The hypervisor demands this of pages that become descriptor tables.
 *
 * Context: any.
 */
void make_lowmem_page_readonly(void *vaddr)
{
	boot_change_protection(vaddr, false);
}

/**
 * make_lowmem_page_readwrite() - allow writing to one page of the kernel
 * @vaddr:	kernel address, mapped by a small page or not at all
 *
 * Context: any.
 */
void make_lowmem_page_readwrite(void *vaddr)
{
	boot_change_protection(vaddr, true);
}

/**
 * xen_pagetable_init() - x86_init.paging.pagetable_init
 *
 * From here on nearly every change is to a table that the hypervisor knows, so
 * asking it beats having the write emulated.
 *
 * Context: boot, the linear mapping is complete.
 */
void __init xen_pagetable_init(void)
{
	pv_ops.mmu.set_pte = xen_set_pte_early;
	paging_init();
	xen_mmu_ops_late();

	xen_contig_init();
	xen_vmalloc_p2m_tree();
	xen_p2m_list_free();
	xen_build_mfn_list_list();

	/* Memory that had to make room for the machine's holes. */
	xen_remap_memory();
	xen_setup_mfn_list_list();
}
