// SPDX-License-Identifier: GPL-2.0
/*
 * The p2m in debugfs: xen/mmu/p2m has the ranges of the list by kind, xen/mmu/p2m_memory
 * what the list costs.
 *
 * Owns no state. Both are read while the list changes, and are right only for ranges that
 * stand still.
 */
#include <linux/debugfs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "../debugfs.h"
#include "internal.h"

/* The kind of what is at @pfn, and how far that is certain. */
static enum p2m_kind debugfs_kind(unsigned long pfn, unsigned long *end)
{
	const struct p2m_group *group = p2m_group_of(pfn);

	if (p2m_leaf_is_own(pfn)) {
		*end = pfn + 1;
		return p2m_entry_kind(READ_ONCE(xen_p2m_addr[pfn]));
	}

	*end = pfn + (p2m_group_is_own(group) ? P2M_PER_PAGE : P2M_PER_GROUP);
	return p2m_leaf_is_identity(pfn) ? P2M_IDENTITY : P2M_MISSING;
}

static int p2m_show(struct seq_file *m, void *unused)
{
	static const char * const names[] = {
		[P2M_MISSING] = "missing",
		[P2M_IDENTITY] = "identity",
		[P2M_FRAMES] = "pfn",
	};
	unsigned long first = 0;
	unsigned long pfn, end;
	enum p2m_kind last;

	last = debugfs_kind(0, &end);
	for (pfn = end; pfn < xen_p2m_size; pfn = end) {
		enum p2m_kind kind = debugfs_kind(pfn, &end);

		if (kind != last) {
			seq_printf(m, " [0x%lx->0x%lx] %s\n", first, pfn, names[last]);
			first = pfn;
			last = kind;
		}
		cond_resched();
	}
	seq_printf(m, " [0x%lx->0x%lx] %s\n", first, xen_p2m_size, names[last]);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(p2m);

static int p2m_memory_show(struct seq_file *m, void *unused)
{
	unsigned long groups = xen_p2m_size / P2M_PER_GROUP;
	unsigned long own_groups = 0, leaves = 0, mids = 0, bytes;
	unsigned long i;

	for (i = 0; i < groups; i++) {
		const struct p2m_group *group = p2m_group_of(i * P2M_PER_GROUP);

		if (!p2m_group_is_own(group))
			continue;
		own_groups++;
		mids += !!group->mid;
		leaves += bitmap_weight(group->own, P2M_LEAVES_PER_GROUP);
	}

	/* The shared leaves and page tables are four pages. */
	bytes = (leaves + own_groups + mids + 4) * PAGE_SIZE +
		own_groups * sizeof(struct p2m_group) + groups * sizeof(*p2m_dir);

	seq_printf(m, "entries %lu\n", xen_p2m_size);
	seq_printf(m, "groups %lu\n", groups);
	seq_printf(m, "groups_stored %lu\n", own_groups);
	seq_printf(m, "leaves_stored %lu\n", leaves);
	seq_printf(m, "tree_pages %lu\n", mids);
	seq_printf(m, "kbytes %lu\n", DIV_ROUND_UP(bytes, 1024UL));

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(p2m_memory);

static int __init p2m_debugfs_init(void)
{
	struct dentry *dir;

	if (!p2m_dir)
		return 0;

	dir = xen_debugfs_mmu_dir();
	debugfs_create_file("p2m", 0600, dir, NULL, &p2m_fops);
	debugfs_create_file("p2m_memory", 0400, dir, NULL, &p2m_memory_fops);

	return 0;
}
fs_initcall(p2m_debugfs_init);
