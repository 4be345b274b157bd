/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the p2m share.
 *
 * The list (xen_p2m_addr) is a run of kernel address space with an entry for each page
 * frame number. Its leaves are either the domain's own pages, or one of two shared
 * pages that are mapped read-only wherever nothing has to be stored. The directory says
 * for each leaf which it is, without a walk of page tables.
 *
 * A leaf goes from shared to own and never back, a group likewise. Whoever finds a bit
 * of @own set may therefore rely on it without a lock.
 */
#ifndef XEN_PV_P2M_INTERNAL_H
#define XEN_PV_P2M_INTERNAL_H

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/init.h>

#include "layout.h"
#include "p2m.h"

/**
 * struct p2m_group - the leaves of P2M_PER_GROUP page frame numbers
 * @own: leaves that are pages of the domain's own
 * @identity: of the others, those that stand for identity frames
 * @mid: the page of the tools' tree that names the leaves, or NULL if there is none
 *
 * Changed under p2m_lock, with @identity and @own changed after the leaf was mapped.
 */
struct p2m_group {
	DECLARE_BITMAP(own, P2M_LEAVES_PER_GROUP);
	DECLARE_BITMAP(identity, P2M_LEAVES_PER_GROUP);
	unsigned long *mid;
};

/**
 * struct p2m_shared - what stands for leaves that are not stored
 * @leaf: a page of INVALID_P2M_ENTRY, since tools know no other mark than that
 * @ptes: a page of page-table entries which all map @leaf read-only
 * @group: what the directory refers to for a group that has nothing but such leaves
 */
struct p2m_shared {
	unsigned long *leaf;
	pte_t *ptes;
	struct p2m_group group;
};

/* Indexed by enum p2m_kind, up to P2M_IDENTITY. */
extern struct p2m_shared p2m_shared[2];

/* One pointer a group; NULL until the list has moved to its final place. */
extern struct p2m_group **p2m_dir;

static inline struct p2m_group *p2m_group_of(unsigned long pfn)
{
	/* Pairs with p2m_switch_group(): a group is complete when it is seen. */
	return smp_load_acquire(&p2m_dir[p2m_group_index(pfn)]);
}

static inline bool p2m_group_is_own(const struct p2m_group *group)
{
	return group != &p2m_shared[P2M_MISSING].group &&
	       group != &p2m_shared[P2M_IDENTITY].group;
}

static inline bool p2m_leaf_is_own(unsigned long pfn)
{
	return test_bit(p2m_leaf_index(pfn), p2m_group_of(pfn)->own);
}

static inline bool p2m_leaf_is_identity(unsigned long pfn)
{
	return test_bit(p2m_leaf_index(pfn), p2m_group_of(pfn)->identity);
}

/* update.c */
void *p2m_alloc_page(void);
void p2m_free_page(void *page);

/* tree.c */
extern unsigned long p2m_last_pfn;
int p2m_tree_alloc_mid(unsigned long index, struct p2m_group *group);
void p2m_tree_set_mid(unsigned long index, const struct p2m_group *group);
void p2m_tree_set_leaf(const struct p2m_group *group, unsigned int leaf, unsigned long mfn);

/* pv/remap.c */
unsigned long xen_chk_extra_mem(unsigned long pfn);

#endif /* XEN_PV_P2M_INTERNAL_H */
