// SPDX-License-Identifier: GPL-2.0
/*
 * What the port has counted, in debugfs: xen/multicalls has the batches of hypercalls,
 * xen/mmu/pins the page tables that the hypervisor was given and that were taken back.
 *
 * The sums are those of all processors, read while these go on counting.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>

#include <xen/xen.h>

#include "debugfs.h"
#include "multicall.h"
#include "stats.h"

static_assert(XEN_BATCH_CALLS == 1 << (XEN_STAT_SIZES - 1));

DEFINE_PER_CPU(u64 [XEN_STATS], xen_stats);

static const char * const stats_names[XEN_STATS] = {
	[XEN_STAT_CALLS]		= "calls",
	[XEN_STAT_ARG_BYTES]		= "argument_bytes",
	[XEN_STAT_CALLBACKS]		= "callbacks",
	[XEN_STAT_REPORTS]		= "batches_refused",
	[XEN_STAT_SPACES_PINNED]	= "spaces_pinned",
	[XEN_STAT_SPACES_UNPINNED]	= "spaces_unpinned",
	[XEN_STAT_TABLES_PINNED]	= "tables_pinned",
	[XEN_STAT_TABLES_UNPINNED]	= "tables_unpinned",
	[XEN_STAT_TABLES_ALLOCATED]	= "tables_allocated",
	[XEN_STAT_TABLES_RELEASED]	= "tables_released",
	[XEN_STAT_TABLES_KEPT]		= "tables_kept",
	[XEN_STAT_TABLES_REUSED]	= "tables_reused",
};

static u64 stats_sum(enum xen_stat stat)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(xen_stats[stat], cpu));

	return sum;
}

static void stats_show(struct seq_file *m, enum xen_stat first, enum xen_stat last)
{
	enum xen_stat stat;

	for (stat = first; stat <= last; stat++)
		seq_printf(m, "%s %llu\n", stats_names[stat], stats_sum(stat));
}

static int multicalls_show(struct seq_file *m, void *unused)
{
	unsigned int size;

	for (size = 0; size < XEN_STAT_SIZES; size++)
		seq_printf(m, "batches_from_%u %llu\n", 1U << size,
			   stats_sum(XEN_STAT_BATCHES + size));
	stats_show(m, XEN_STAT_CALLS, XEN_STAT_REPORTS);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(multicalls);

static int pins_show(struct seq_file *m, void *unused)
{
	stats_show(m, XEN_STAT_SPACES_PINNED, XEN_STAT_TABLES_REUSED);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pins);

static int __init stats_init(void)
{
	if (!xen_pv_domain())
		return 0;

	debugfs_create_file("multicalls", 0400, xen_debugfs_dir(), NULL, &multicalls_fops);
	debugfs_create_file("pins", 0400, xen_debugfs_mmu_dir(), NULL, &pins_fops);

	return 0;
}
fs_initcall(stats_init);
