// SPDX-License-Identifier: GPL-2.0
/*
 * Where a PVH domain has its grant table. It has no device of the hypervisor's
 * whose memory could take it, so page frames without RAM do.
 */
#include <linux/init.h>

#include <xen/grant_table.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

/* Before the grant table itself starts, which is at a later level. */
static int __init pvh_grant_init(void)
{
	struct grant_frames *table = &xen_auto_xlat_grant_frames;

	if (!xen_pvh_domain())
		return 0;

	table->count = gnttab_max_grant_frames();
	return xen_xlate_map_ballooned_pages(&table->pfn, &table->vaddr,
					     table->count);
}
core_initcall(pvh_grant_init);
