// SPDX-License-Identifier: GPL-2.0
/*
 * The block backend as a module: what can be set, and its start and end.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/module.h>

#include <xen/xen.h>

#include "blkback.h"

/* Device and ring removals that a request in flight has put off. */
struct workqueue_struct *blkback_wq;

static int max_buffer_pages = 1024;
module_param(max_buffer_pages, int, 0644);
MODULE_PARM_DESC(max_buffer_pages,
		 "Pages for grants that a ring may keep in reserve");

static int max_persistent_grants = 1056;
module_param(max_persistent_grants, int, 0644);
MODULE_PARM_DESC(max_persistent_grants,
		 "Grants of a ring that stay mapped between requests");

static unsigned int persistent_grant_unused_seconds = 60;
module_param(persistent_grant_unused_seconds, uint, 0644);
MODULE_PARM_DESC(persistent_grant_unused_seconds,
		 "How long one stays mapped without being used; 0 is for ever. Default 60");

unsigned int blkback_max_queues;
module_param_named(max_queues, blkback_max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues,
		 "Rings that a disk may have. Default is the number of online CPUs");

unsigned int blkback_max_ring_order = XENBUS_MAX_RING_GRANT_ORDER;
module_param_named(max_ring_page_order, blkback_max_ring_order, int, 0444);
MODULE_PARM_DESC(max_ring_page_order, "Pages of 4 KiB that a ring may have, as a power of two");

bool blkback_feature_persistent = true;
module_param_named(feature_persistent, blkback_feature_persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent, "Offer frontends that their grants stay mapped");

unsigned int blkback_squeeze_ms = 10;
module_param_named(buffer_squeeze_duration_ms, blkback_squeeze_ms, int, 0644);
MODULE_PARM_DESC(buffer_squeeze_duration_ms,
		 "For how long no pages are kept in reserve once memory is short");

unsigned int blkback_log_stats;
module_param_named(log_stats, blkback_log_stats, int, 0644);
MODULE_PARM_DESC(log_stats, "Log each ring's counters every ten seconds");

/**
 * blkback_keep_max - how many persistent mappings may a ring have?
 *
 * Return: how many, for now.
 */
unsigned int blkback_keep_max(void)
{
	return max(READ_ONCE(max_persistent_grants), 0);
}

/**
 * blkback_keep_age - how long may one be unused?
 *
 * Return: jiffies, for now; 0 for ever.
 */
unsigned long blkback_keep_age(void)
{
	return (unsigned long)READ_ONCE(persistent_grant_unused_seconds) * HZ;
}

/**
 * blkback_pages_max - how many pages may a ring keep in reserve?
 *
 * Return: how many, for now.
 */
unsigned int blkback_pages_max(void)
{
	return max(READ_ONCE(max_buffer_pages), 0);
}

static int __init blkback_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;

	if (blkback_max_ring_order > XENBUS_MAX_RING_GRANT_ORDER) {
		pr_info("max_ring_page_order is %u at most\n", XENBUS_MAX_RING_GRANT_ORDER);
		blkback_max_ring_order = XENBUS_MAX_RING_GRANT_ORDER;
	}
	if (!blkback_max_queues)
		blkback_max_queues = num_online_cpus();

	blkback_wq = alloc_workqueue("xen-blkback", 0, 0);
	if (!blkback_wq)
		return -ENOMEM;

	err = blkback_xenbus_init();
	if (err)
		destroy_workqueue(blkback_wq);
	return err;
}
module_init(blkback_init);

static void __exit blkback_exit(void)
{
	blkback_xenbus_exit();
	/* Waits for works that have let go of the module already. */
	destroy_workqueue(blkback_wq);
}
module_exit(blkback_exit);

MODULE_DESCRIPTION("Virtual block device back-end driver");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vbd");
