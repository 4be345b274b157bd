// SPDX-License-Identifier: GPL-2.0
/*
 * The limit of memory that can be added. A PV domain is booted with what it has as the
 * limit, for firmware tables not to have the host's memory added to it. Once the toolstack
 * is there to set targets, the balloon adds what may be, and the limit is the user's.
 */
#include <linux/memory_hotplug.h>

#include <xen/xen.h>

#include "mem.h"

/* The user's limit, if the boot code has set another one; bytes. */
u64 xen_saved_max_mem_size;

/**
 * balloon_lift_memory_limit - let memory be added
 *
 * Context: any.
 */
void balloon_lift_memory_limit(void)
{
	if (xen_saved_max_mem_size)
		max_mem_size = xen_saved_max_mem_size;
}
