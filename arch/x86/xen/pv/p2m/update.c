// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of the p2m list change here, and leaves become the domain's own.
 *
 * An entry is a word, written in one store; whoever owns the page decides who may
 * write it, so there is no lock for entries. p2m_lock guards the shape: which page a
 * leaf or a group is mapped to, the directory, the tools' tree, the highest pfn told to
 * them. It is taken with interrupts off and nothing is taken inside it but the page
 * table code's own batches.
 */
#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "internal.h"

static DEFINE_SPINLOCK(p2m_lock);

/**
 * p2m_alloc_page() - memory for the list, its page tables or the tree
 *
 * Context: Process context, may sleep; before the slab allocator is up, at boot.
 *
 * Return: a page in the direct map, with undefined contents, or NULL.
 */
void __ref *p2m_alloc_page(void)
{
	if (likely(slab_is_available()))
		return (void *)__get_free_page(GFP_KERNEL);

	return memblock_alloc(PAGE_SIZE, PAGE_SIZE);
}

/**
 * p2m_free_page() - the opposite
 * @page: from p2m_alloc_page(), or NULL
 */
void __ref p2m_free_page(void *page)
{
	if (likely(slab_is_available()))
		free_page((unsigned long)page);
	else if (page)
		memblock_free(page, PAGE_SIZE);
}

static struct p2m_group * __ref p2m_alloc_group(const struct p2m_group *like)
{
	struct p2m_group *group;

	if (likely(slab_is_available()))
		group = kmalloc(sizeof(*group), GFP_KERNEL);
	else
		group = memblock_alloc(sizeof(*group), SMP_CACHE_BYTES);
	if (group)
		*group = *like;

	return group;
}

static void __ref p2m_free_group(struct p2m_group *group)
{
	p2m_free_page(group->mid);
	if (likely(slab_is_available()))
		kfree(group);
	else
		memblock_free(group, sizeof(*group));
}

/*
 * Tools that read the list of a running domain read p2m_generation before and after;
 * it has to move on both sides of a change of the mapping.
 */
static void p2m_change_begin(void)
{
	lockdep_assert_held(&p2m_lock);
	HYPERVISOR_shared_info->arch.p2m_generation++;
	wmb(); /* The tools' reads of the generation enclose those of the list. */
}

static void p2m_change_end(void)
{
	wmb(); /* See p2m_change_begin(). */
	HYPERVISOR_shared_info->arch.p2m_generation++;
}

/* Put a page of entries of its own below the part of the list that a group is. */
static bool p2m_switch_group(unsigned long index, struct p2m_group *from, struct p2m_group *to,
			     pte_t *ptes)
{
	unsigned long addr = (unsigned long)(xen_p2m_addr + index * P2M_PER_GROUP);
	pmd_t *pmd = lookup_pmd_address(addr);
	bool ours = false;
	unsigned long flags;

	spin_lock_irqsave(&p2m_lock, flags);
	if (pmd && p2m_dir[index] == from) {
		p2m_change_begin();
		set_pmd(pmd, __pmd(__pa(ptes) | _KERNPG_TABLE));
		p2m_change_end();
		p2m_tree_set_mid(index, to);
		/* Pairs with p2m_group_of(). */
		smp_store_release(&p2m_dir[index], to);
		ours = true;
	}
	spin_unlock_irqrestore(&p2m_lock, flags);

	return ours;
}

/*
 * What processors still have in their TLBs maps the same shared pages as before, so
 * nothing has to be flushed until a leaf changes.
 */
static int p2m_own_group(unsigned long index)
{
	struct p2m_group *old = p2m_group_of(index * P2M_PER_GROUP);
	struct p2m_group *group;
	pte_t *ptes;

	if (p2m_group_is_own(old))
		return 0;

	ptes = p2m_alloc_page();
	if (!ptes)
		return -ENOMEM;
	group = p2m_alloc_group(old);
	if (!group)
		goto free_ptes;
	if (p2m_tree_alloc_mid(index, group))
		goto free_group;

	copy_page(ptes, container_of(old, struct p2m_shared, group)->ptes);
	paravirt_alloc_pte(&init_mm, PFN_DOWN(__pa(ptes)));
	if (p2m_switch_group(index, old, group, ptes))
		return 0;

	/* Another processor was faster. */
	paravirt_release_pte(PFN_DOWN(__pa(ptes)));
	p2m_free_group(group);
	p2m_free_page(ptes);
	return p2m_group_is_own(READ_ONCE(p2m_dir[index])) ? 0 : -EFAULT;

free_group:
	p2m_free_group(group);
free_ptes:
	p2m_free_page(ptes);
	return -ENOMEM;
}

/*
 * The old page may be in the TLB of any processor. A read through it would go on to
 * find nothing where there is a frame now, so it goes in the same call.
 */
static int p2m_switch_leaf(unsigned long first_pfn, unsigned long *leaf)
{
	struct p2m_group *group = p2m_group_of(first_pfn);
	unsigned int index = p2m_leaf_index(first_pfn);
	int err;

	lockdep_assert_held(&p2m_lock);

	p2m_change_begin();
	err = HYPERVISOR_update_va_mapping((unsigned long)(xen_p2m_addr + first_pfn),
					   pfn_pte(PFN_DOWN(__pa(leaf)), PAGE_KERNEL),
					   UVMF_INVLPG | UVMF_ALL);
	p2m_change_end();
	if (err)
		return err;

	p2m_tree_set_leaf(group, index, virt_to_mfn(leaf));

	/* Pairs with get_phys_to_machine(): first the page, then the bit. */
	smp_wmb();
	clear_bit(index, group->identity);
	set_bit(index, group->own);
	return 0;
}

static int p2m_own_leaf(unsigned long pfn)
{
	unsigned long first_pfn = ALIGN_DOWN(pfn, P2M_PER_PAGE);
	bool identity = p2m_leaf_is_identity(pfn);
	unsigned long *leaf;
	unsigned long flags;
	unsigned int i;
	int err = 0;

	leaf = p2m_alloc_page();
	if (!leaf)
		return -ENOMEM;
	for (i = 0; i < P2M_PER_PAGE; i++)
		leaf[i] = identity ? IDENTITY_FRAME(first_pfn + i) : INVALID_P2M_ENTRY;

	spin_lock_irqsave(&p2m_lock, flags);
	if (!p2m_leaf_is_own(pfn)) {
		err = p2m_switch_leaf(first_pfn, leaf);
		if (!err)
			leaf = NULL;
	}
	spin_unlock_irqrestore(&p2m_lock, flags);

	p2m_free_page(leaf);
	return err;
}

/* Tools look no further than this; it only ever grows. */
static void p2m_tell_last(unsigned long pfn)
{
	unsigned long flags;

	if (likely(pfn < READ_ONCE(p2m_last_pfn)))
		return;

	spin_lock_irqsave(&p2m_lock, flags);
	if (pfn >= p2m_last_pfn) {
		WRITE_ONCE(p2m_last_pfn, ALIGN(pfn + 1, P2M_PER_PAGE));
		HYPERVISOR_shared_info->arch.max_pfn = p2m_last_pfn;
	}
	spin_unlock_irqrestore(&p2m_lock, flags);
}

/**
 * xen_alloc_p2m_entry() - make sure that an entry can be written
 * @pfn: page frame number
 *
 * After this, set_phys_to_machine() of @pfn needs no memory and cannot fail.
 *
 * Context: Process context, may sleep.
 *
 * Return: 0, -ENOMEM, -ERANGE if the list does not reach so far, or the hypervisor's
 * error if it refuses the new mapping.
 */
int xen_alloc_p2m_entry(unsigned long pfn)
{
	int err;

	if (unlikely(pfn >= xen_p2m_size))
		return -ERANGE;
	/* The domain builder's list is all there. */
	if (unlikely(!p2m_dir))
		return 0;

	if (!p2m_leaf_is_own(pfn)) {
		err = p2m_own_group(p2m_group_index(pfn));
		if (!err)
			err = p2m_own_leaf(pfn);
		if (err)
			return err;
	}

	p2m_tell_last(pfn);
	return 0;
}
EXPORT_SYMBOL(xen_alloc_p2m_entry);

/**
 * __set_phys_to_machine() - change an entry, but allocate nothing
 * @pfn: page frame number
 * @mfn: machine frame, with its bits, or INVALID_P2M_ENTRY
 *
 * Context: Any. Only the owner of the page may call it.
 *
 * Return: whether the entry is @mfn now.
 */
bool __set_phys_to_machine(unsigned long pfn, unsigned long mfn)
{
	/* There is no place to note it, and nothing to note if it is invalid. */
	if (unlikely(pfn >= xen_p2m_size))
		return mfn == INVALID_P2M_ENTRY;

	/* Nearly always the leaf is the domain's own; a shared one refuses the store. */
	if (likely(!xen_safe_write_ulong(xen_p2m_addr + pfn, mfn)))
		return true;
	if (unlikely(!p2m_dir))
		return false;

	if (p2m_leaf_is_own(pfn))
		return !xen_safe_write_ulong(xen_p2m_addr + pfn, mfn);

	return mfn == (p2m_leaf_is_identity(pfn) ? IDENTITY_FRAME(pfn) : INVALID_P2M_ENTRY);
}

/**
 * set_phys_to_machine() - change an entry
 * @pfn: page frame number
 * @mfn: machine frame, with its bits, or INVALID_P2M_ENTRY
 *
 * Context: Process context, may sleep, unless the entry's leaf is known to be there.
 *
 * Return: whether the entry is @mfn now.
 */
bool set_phys_to_machine(unsigned long pfn, unsigned long mfn)
{
	if (likely(__set_phys_to_machine(pfn, mfn)))
		return true;

	return !xen_alloc_p2m_entry(pfn) && __set_phys_to_machine(pfn, mfn);
}

/**
 * set_phys_range_identity() - let a range stand for the same machine frames
 * @pfn_s: first page frame number
 * @pfn_e: the one behind the last
 *
 * Context: Boot, while the list is still the domain builder's. What lies beyond that
 * list is an identity frame anyway.
 *
 * Return: how many entries were written.
 */
unsigned long __init set_phys_range_identity(unsigned long pfn_s, unsigned long pfn_e)
{
	unsigned long end = min(pfn_e, xen_p2m_size);
	unsigned long pfn;

	for (pfn = pfn_s; pfn < end; pfn++)
		xen_p2m_addr[pfn] = IDENTITY_FRAME(pfn);

	return pfn - pfn_s;
}
