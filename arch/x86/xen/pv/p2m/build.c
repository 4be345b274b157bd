// SPDX-License-Identifier: GPL-2.0
/*
 * The list moves, at boot, from where the domain builder has put it to its place for good.
 *
 * The builder's list ends where the domain's first memory ends. The place for good has
 * room for all memory that may ever be added; most of it maps shared pages.
 *
 * Pages of page-table entries are filled before the hypervisor knows them as such. So
 * their contents are plain stores, and the hypervisor is called once for 512 leaves.
 */
#include <linux/kconfig.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include <asm/pgalloc.h>
#include <asm/setup.h>
#include <asm/xen/hypervisor.h>

#include "internal.h"

#ifdef CONFIG_XEN_MEMORY_HOTPLUG_LIMIT
#define P2M_HOTPLUG_GIB	CONFIG_XEN_MEMORY_HOTPLUG_LIMIT
#else
#define P2M_HOTPLUG_GIB	0
#endif

/**
 * xen_build_dynamic_phys_to_machine() - take the list that the domain builder has made
 *
 * Context: Boot, first of all users of the list.
 */
void __init xen_build_dynamic_phys_to_machine(void)
{
	unsigned long pfn;

	xen_p2m_addr = (unsigned long *)xen_start_info->mfn_list;
	xen_p2m_size = ALIGN(xen_start_info->nr_pages, P2M_PER_PAGE);
	xen_max_p2m_pfn = xen_p2m_size;

	/* The builder leaves the rest of the last page as it happens to be. */
	for (pfn = xen_start_info->nr_pages; pfn < xen_p2m_size; pfn++)
		xen_p2m_addr[pfn] = INVALID_P2M_ENTRY;
}

static void * __init p2m_boot_page(void)
{
	void *page = p2m_alloc_page();

	if (!page)
		panic("Xen: no memory for the p2m list\n");

	return page;
}

static pte_t __init p2m_leaf_pte(const unsigned long *leaf, pgprot_t prot)
{
	return pfn_pte(PFN_DOWN(__pa(leaf)), prot);
}

static void __init p2m_init_shared(enum p2m_kind kind)
{
	struct p2m_shared *shared = &p2m_shared[kind];
	unsigned int i;

	shared->leaf = p2m_boot_page();
	memset64((u64 *)shared->leaf, INVALID_P2M_ENTRY, P2M_PER_PAGE);

	shared->ptes = p2m_boot_page();
	for (i = 0; i < P2M_LEAVES_PER_GROUP; i++)
		shared->ptes[i] = p2m_leaf_pte(shared->leaf, PAGE_KERNEL_RO);
	paravirt_alloc_pte(&init_mm, PFN_DOWN(__pa(shared->ptes)));

	if (kind == P2M_IDENTITY)
		bitmap_fill(shared->group.identity, P2M_LEAVES_PER_GROUP);
}

/* Extra memory that lies inside the builder's list must not read as anything else. */
static void __init p2m_clear_extra(void)
{
	unsigned int i;

	for (i = 0; i < XEN_EXTRA_MEM_MAX_REGIONS; i++) {
		unsigned long pfn = xen_extra_mem[i].start_pfn;
		unsigned long end = min(pfn + xen_extra_mem[i].n_pfns, xen_p2m_size);

		for (; pfn < end; pfn++)
			xen_p2m_addr[pfn] = INVALID_P2M_ENTRY;
	}
}

static enum p2m_kind __init p2m_kind_of_leaf(unsigned long pfn)
{
	if (pfn < xen_p2m_size)
		return p2m_leaf_kind(xen_p2m_addr + pfn, pfn);

	return p2m_gap_kind(xen_extra_mem, XEN_EXTRA_MEM_MAX_REGIONS, pfn, P2M_PER_PAGE);
}

/* A group is shared only if it is the same all over. */
static enum p2m_kind __init p2m_kind_of_group(unsigned long first_pfn)
{
	unsigned long end = first_pfn + P2M_PER_GROUP;
	enum p2m_kind kind;
	unsigned long pfn;

	if (first_pfn >= xen_p2m_size)
		return p2m_gap_kind(xen_extra_mem, XEN_EXTRA_MEM_MAX_REGIONS, first_pfn,
				    P2M_PER_GROUP);

	kind = p2m_kind_of_leaf(first_pfn);
	for (pfn = first_pfn; pfn < end && kind != P2M_FRAMES; pfn += P2M_PER_PAGE) {
		if (p2m_kind_of_leaf(pfn) != kind)
			return P2M_FRAMES;
	}

	return kind;
}

static unsigned long * __init p2m_copy_leaf(unsigned long pfn)
{
	unsigned long *leaf = p2m_boot_page();

	if (pfn < xen_p2m_size)
		copy_page(leaf, xen_p2m_addr + pfn);
	else
		p2m_fill_gap(leaf, pfn, xen_extra_mem, XEN_EXTRA_MEM_MAX_REGIONS);

	return leaf;
}

static struct p2m_group * __init p2m_build_group(unsigned long first_pfn, pte_t *ptes)
{
	struct p2m_group *group = memblock_alloc(sizeof(*group), SMP_CACHE_BYTES);
	unsigned int i;

	if (!group)
		panic("Xen: no memory for the p2m directory\n");

	for (i = 0; i < P2M_LEAVES_PER_GROUP; i++) {
		unsigned long pfn = first_pfn + i * P2M_PER_PAGE;
		enum p2m_kind kind = p2m_kind_of_leaf(pfn);

		if (kind == P2M_FRAMES) {
			__set_bit(i, group->own);
			ptes[i] = p2m_leaf_pte(p2m_copy_leaf(pfn), PAGE_KERNEL);
			continue;
		}

		__assign_bit(i, group->identity, kind == P2M_IDENTITY);
		ptes[i] = p2m_leaf_pte(p2m_shared[kind].leaf, PAGE_KERNEL_RO);
	}
	paravirt_alloc_pte(&init_mm, PFN_DOWN(__pa(ptes)));

	return group;
}

static void __init p2m_map_group(unsigned long *list, unsigned long index,
				 struct p2m_group **dir)
{
	unsigned long first_pfn = index * P2M_PER_GROUP;
	enum p2m_kind kind = p2m_kind_of_group(first_pfn);
	pte_t *ptes;

	if (kind == P2M_FRAMES) {
		ptes = p2m_boot_page();
		dir[index] = p2m_build_group(first_pfn, ptes);
	} else {
		ptes = p2m_shared[kind].ptes;
		dir[index] = &p2m_shared[kind].group;
	}

	set_pmd(populate_extra_pmd((unsigned long)(list + first_pfn)),
		__pmd(__pa(ptes) | _KERNPG_TABLE));
}

/**
 * xen_vmalloc_p2m_tree() - move the list to its place for good
 *
 * Context: Boot, once memblock and the page tables of all memory are up. The caller
 * frees the old list.
 */
void __init xen_vmalloc_p2m_tree(void)
{
	static struct vm_struct vm;
	struct p2m_group **dir;
	unsigned long groups;
	unsigned long i;

	BUILD_BUG_ON(P2M_PER_GROUP * sizeof(unsigned long) != PMD_SIZE);

	p2m_last_pfn = xen_max_p2m_pfn;

	vm.flags = VM_ALLOC;
	vm.size = p2m_area_size(xen_max_p2m_pfn, P2M_HOTPLUG_GIB);
	vm_area_register_early(&vm, PMD_SIZE);
	pr_notice("p2m virtual area at %p, size is %lx\n", vm.addr, vm.size);

	p2m_init_shared(P2M_MISSING);
	p2m_init_shared(P2M_IDENTITY);
	p2m_clear_extra();

	groups = vm.size / PMD_SIZE;
	dir = memblock_alloc(groups * sizeof(*dir), SMP_CACHE_BYTES);
	if (!dir)
		panic("Xen: no memory for the p2m directory\n");

	/*
	 * The look-ups behind the page-table code go on with the old list, which knows
	 * nothing of shared leaves, until the new one is complete.
	 */
	for (i = 0; i < groups; i++)
		p2m_map_group(vm.addr, i, dir);

	xen_p2m_addr = vm.addr;
	xen_max_p2m_pfn = vm.size / sizeof(unsigned long);
	xen_p2m_size = xen_max_p2m_pfn;
	p2m_dir = dir;
}
