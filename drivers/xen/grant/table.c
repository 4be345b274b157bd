// SPDX-License-Identifier: GPL-2.0
/*
 * The grant table's life: it starts, grows, and outlives a suspend.
 *
 * Owns the number of frames, under grant_lock. The invariant: each reference of the pool has
 * its entry in a mapped frame. The table never shrinks.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include <asm/xen/hypercall.h>

#include <xen/xen.h>

#include "internal.h"

/* What a hypervisor that cannot be asked grants at least. */
#define TABLE_LEGACY_LIMIT	4

/* Not in pr_fmt: the line that says that the table is there has never had it. */
#define TABLE_NAME		"xen:" KBUILD_MODNAME ": "

const struct grant_version *grant_version __read_mostly = &grant_version_none;
static const struct grant_frame_ops *table_frames __read_mostly;
static unsigned int table_nr_frames;

static bool table_is_there(void)
{
	return grant_version != &grant_version_none;
}

static unsigned int table_query_limit(void)
{
	struct gnttab_query_size query = { .dom = DOMID_SELF };
	int err = HYPERVISOR_grant_table_op(GNTTABOP_query_size, &query, 1);

	return err < 0 || query.status != GNTST_okay ? TABLE_LEGACY_LIMIT : query.max_nr_frames;
}

/**
 * gnttab_max_grant_frames() - how large the table may become
 *
 * Never more than when it was first asked, after which room was made, but less if the domain
 * has moved to another host since.
 *
 * Context: any.
 * Return: frames of XEN_PAGE_SIZE.
 */
unsigned int gnttab_max_grant_frames(void)
{
	static unsigned int first_limit;
	unsigned int limit = table_query_limit();

	if (!first_limit)
		first_limit = limit;

	return min(limit, first_limit);
}
EXPORT_SYMBOL_GPL(gnttab_max_grant_frames);

/**
 * grant_table_grow() - get more references
 * @missing: how many at least
 *
 * Context: any, with grant_lock.
 * Return: 0 with the pool grown, or -errno with nothing changed.
 */
int grant_table_grow(unsigned int missing)
{
	unsigned int extra = DIV_ROUND_UP(missing, grant_version->refs_per_frame);
	unsigned int limit = gnttab_max_grant_frames();
	unsigned int refs;
	int err;

	lockdep_assert_held(&grant_lock);

	if (!table_is_there())
		return -EIO;
	if (table_nr_frames > limit || extra > limit - table_nr_frames) {
		pr_warn_ratelimited(TABLE_NAME "xen/grant-table: max_grant_frames reached cur=%u extra=%u limit=%u gnttab_free_count=%u req_entries=%u\n",
				    table_nr_frames, extra, limit, grant_pool.nr_free, missing);
		return -ENOSPC;
	}

	refs = extra * grant_version->refs_per_frame;
	err = grant_pool_prepare(&grant_pool, refs, GFP_ATOMIC);
	if (!err)
		err = table_frames->map(grant_version, table_nr_frames, table_nr_frames + extra);
	if (err)
		return err;

	table_nr_frames += extra;
	grant_pool_extend(&grant_pool, refs);
	return 0;
}

/**
 * gnttab_suspend() - let go of the table's frames
 *
 * Context: other processors stopped, interrupts off.
 * Return: 0.
 */
int gnttab_suspend(void)
{
	if (table_is_there())
		table_frames->unmap(grant_version, table_nr_frames);
	return 0;
}

/**
 * gnttab_resume() - map the table again, which may be a new one on another host
 *
 * The other host may give it another layout, and so need another number of frames for the
 * references that there are.
 *
 * Context: other processors stopped, interrupts off.
 * Return: 0, or -errno: then nothing can be granted any more, and what was granted is never
 * given back.
 */
int gnttab_resume(void)
{
	const struct grant_version *version;
	unsigned int count;
	int err = -ENOSPC;

	if (!table_is_there())
		return 0;

	version = grant_request_version();
	count = DIV_ROUND_UP(grant_pool.size, version->refs_per_frame);
	if (count <= gnttab_max_grant_frames())
		err = table_frames->map(version, 0, count);
	if (err) {
		pr_err(TABLE_NAME "the grant table is lost: %d\n", err);
		grant_version = &grant_version_none;
		return err;
	}

	grant_version = version;
	table_nr_frames = count;
	return 0;
}

static int table_start(const struct grant_version *version, unsigned int limit)
{
	unsigned int refs = version->refs_per_frame;
	int err;

	err = grant_pool_init(&grant_pool, limit * refs);
	if (err)
		return err;

	err = grant_pool_prepare(&grant_pool, refs, GFP_KERNEL);
	if (err)
		goto destroy;

	err = arch_gnttab_init(limit, grant_status_frames(&grant_version_2, limit));
	if (err < 0)
		goto destroy;

	err = table_frames->map(version, 0, 1) ? -ENODEV : 0;
	if (err)
		goto destroy;

	grant_pool_extend(&grant_pool, refs);
	table_nr_frames = 1;
	grant_version = version;
	return 0;

destroy:
	grant_pool_destroy(&grant_pool);
	return err;
}

/**
 * gnttab_init() - start the grant table
 *
 * Context: process context, may sleep; once, before anything is granted. A domain whose
 * memory is translated has to have room for the table by now.
 * Return: 0, also if it runs already, or -errno.
 */
int gnttab_init(void)
{
	int err;

	if (table_nr_frames)
		return 0;

	table_frames = xen_feature(XENFEAT_auto_translated_physmap) ?
		&grant_frames_translated : &grant_frames_pv;
	err = table_start(grant_request_version(), gnttab_max_grant_frames());
	if (!err)
		pr_info("Grant table initialized\n");
	return err;
}
EXPORT_SYMBOL_GPL(gnttab_init);

/* After PVH and Arm have found room for it. An HVM domain has it in a PCI device's memory. */
static int __init grant_table_initcall(void)
{
	if (!xen_domain())
		return -ENODEV;

	return xen_hvm_domain() && !xen_pvh_domain() ? 0 : gnttab_init();
}
core_initcall_sync(grant_table_initcall);
