// SPDX-License-Identifier: GPL-2.0
/*
 * What tools in Dom0 read of the p2m: to save a domain, to dump one that has crashed.
 *
 * They find the list itself by p2m_vaddr and p2m_cr3 in the shared info page. Tools that
 * do not know of that need a tree of machine frame numbers, three levels deep, of which the
 * leaves are the list's own; it is kept only for a domain builder that does not say
 * SIF_VIRT_P2M_4TOOLS.
 *
 * Owns the tree. Its shape changes under p2m_lock, see update.c; after a restore every
 * frame has another number, and it is written anew with all processors stopped.
 */
#include <linux/cache.h>
#include <linux/mm.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "internal.h"

/* The pfn behind the highest that ever had a frame: where tools may stop reading. */
unsigned long p2m_last_pfn;

static unsigned long *tree_top __ro_after_init;
static unsigned long *tree_mid_missing __ro_after_init;
static bool tree_is_decided __ro_after_init;

/**
 * p2m_tree_alloc_mid() - prepare the tree for a group that is to have leaves of its own
 * @index: of the group
 * @group: gets its middle page, if it needs one
 *
 * Context: Process context, may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int p2m_tree_alloc_mid(unsigned long index, struct p2m_group *group)
{
	if (!tree_top || index >= P2M_TREE_GROUPS)
		return 0;

	group->mid = p2m_alloc_page();
	if (!group->mid)
		return -ENOMEM;

	memset64((u64 *)group->mid, virt_to_mfn(p2m_shared[P2M_MISSING].leaf),
		 P2M_LEAVES_PER_GROUP);
	return 0;
}

/**
 * p2m_tree_set_mid() - let the tree's top refer to a group's middle page
 * @index: of the group
 * @group: the group
 *
 * Context: p2m_lock is held, or everything else is stopped.
 */
void p2m_tree_set_mid(unsigned long index, const struct p2m_group *group)
{
	if (group->mid)
		tree_top[index] = virt_to_mfn(group->mid);
}

/**
 * p2m_tree_set_leaf() - let a middle page refer to a new leaf
 * @group: of the leaf
 * @leaf: index of the leaf in it
 * @mfn: machine frame of the leaf's page
 *
 * Context: p2m_lock is held, or everything else is stopped.
 */
void p2m_tree_set_leaf(const struct p2m_group *group, unsigned int leaf, unsigned long mfn)
{
	if (group->mid)
		group->mid[leaf] = mfn;
}

static void tree_write_group(unsigned long index, struct p2m_group *group)
{
	unsigned long *list = xen_p2m_addr + index * P2M_PER_GROUP;
	unsigned long missing = virt_to_mfn(p2m_shared[P2M_MISSING].leaf);
	unsigned int i;

	/* Shared identity leaves look the same to tools as missing ones. */
	memset64((u64 *)group->mid, missing, P2M_LEAVES_PER_GROUP);
	for_each_set_bit(i, group->own, P2M_LEAVES_PER_GROUP)
		p2m_tree_set_leaf(group, i, arbitrary_virt_to_mfn(list + i * P2M_PER_PAGE));

	p2m_tree_set_mid(index, group);
}

static void __ref tree_alloc(unsigned long groups)
{
	unsigned long i;

	tree_mid_missing = p2m_alloc_page();
	tree_top = p2m_alloc_page();
	if (!tree_mid_missing || !tree_top)
		panic("Xen: no memory for the p2m tree\n");

	for (i = 0; i < groups; i++) {
		if (p2m_group_is_own(p2m_dir[i]) && p2m_tree_alloc_mid(i, p2m_dir[i]))
			panic("Xen: no memory for the p2m tree\n");
	}
}

/**
 * xen_build_mfn_list_list() - write the tree
 *
 * Context: Boot, after xen_vmalloc_p2m_tree(); and after a restore, with all other
 * processors stopped, when it allocates nothing.
 */
void __ref xen_build_mfn_list_list(void)
{
	unsigned long groups = min(xen_p2m_size / P2M_PER_GROUP, P2M_TREE_GROUPS);
	unsigned long i;

	/*
	 * Decided once: tools that restore a domain clear all flags, and there is no
	 * memory to be had at that time.
	 */
	if (!tree_is_decided) {
		tree_is_decided = true;
		if (!(xen_start_info->flags & SIF_VIRT_P2M_4TOOLS))
			tree_alloc(groups);
	}
	if (!tree_top)
		return;

	memset64((u64 *)tree_mid_missing, virt_to_mfn(p2m_shared[P2M_MISSING].leaf),
		 P2M_LEAVES_PER_GROUP);
	memset64((u64 *)tree_top, virt_to_mfn(tree_mid_missing), P2M_TREE_GROUPS);
	for (i = 0; i < groups; i++) {
		if (p2m_group_is_own(p2m_dir[i]))
			tree_write_group(i, p2m_dir[i]);
	}
}

/**
 * xen_setup_mfn_list_list() - tell tools where list and tree are
 *
 * Context: Boot and after a restore, once the shared info page is mapped.
 */
void xen_setup_mfn_list_list(void)
{
	struct arch_shared_info *arch = &HYPERVISOR_shared_info->arch;

	arch->pfn_to_mfn_frame_list_list = tree_top ? virt_to_mfn(tree_top) : ~0UL;
	arch->max_pfn = p2m_last_pfn;
	arch->p2m_generation = 0;
	arch->p2m_vaddr = (unsigned long)xen_p2m_addr;
	arch->p2m_cr3 = xen_pfn_to_cr3(virt_to_mfn(swapper_pg_dir));
}
