/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the port counts while it works; debugfs shows the sums (stats.c).
 *
 * A count costs one instruction, so that it can stay on. Each processor has its own, and
 * whoever counts needs no lock and no interrupts off.
 */
#ifndef XEN_PV_STATS_H
#define XEN_PV_STATS_H

#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/types.h>

/* Batches of up to 64 calls, by the power of two. */
#define XEN_STAT_SIZES	7

enum xen_stat {
	XEN_STAT_BATCHES,
	XEN_STAT_BATCHES_END = XEN_STAT_BATCHES + XEN_STAT_SIZES,
	XEN_STAT_CALLS = XEN_STAT_BATCHES_END,
	XEN_STAT_ARG_BYTES,
	XEN_STAT_CALLBACKS,
	XEN_STAT_REPORTS,

	XEN_STAT_SPACES_PINNED,
	XEN_STAT_SPACES_UNPINNED,
	XEN_STAT_TABLES_PINNED,
	XEN_STAT_TABLES_UNPINNED,
	XEN_STAT_TABLES_ALLOCATED,
	XEN_STAT_TABLES_RELEASED,
	XEN_STAT_TABLES_KEPT,
	XEN_STAT_TABLES_REUSED,

	XEN_STATS
};

#ifdef CONFIG_XEN_DEBUG_FS
DECLARE_PER_CPU(u64 [XEN_STATS], xen_stats);

static __always_inline void xen_stat_add(enum xen_stat stat, u64 n)
{
	this_cpu_add(xen_stats[stat], n);
}
#else
static __always_inline void xen_stat_add(enum xen_stat stat, u64 n) { }
#endif

static __always_inline void xen_stat_inc(enum xen_stat stat)
{
	xen_stat_add(stat, 1);
}

/* A batch with @calls hypercalls in it is sent. */
static __always_inline void xen_stat_batch(unsigned int calls, unsigned int arg_bytes)
{
	xen_stat_inc(XEN_STAT_BATCHES + ilog2(calls));
	xen_stat_add(XEN_STAT_CALLS, calls);
	xen_stat_add(XEN_STAT_ARG_BYTES, arg_bytes);
}

#endif /* XEN_PV_STATS_H */
