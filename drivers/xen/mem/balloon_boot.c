// SPDX-License-Identifier: GPL-2.0
/*
 * How much memory there is when the balloon starts, and waiting for a domain that was
 * told of more than it has.
 *
 * A PV domain, and the initial domain, know what the hypervisor gave them. Other domains
 * know what the firmware's memory map shows, of which parts may have no memory; they are
 * started with a target below it.
 */
#define pr_fmt(fmt) "xen:balloon: " fmt

#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/sched.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/features.h>
#include <xen/interface/memory.h>
#include <xen/interface/xen.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "mem.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "xen."

/* Seconds without progress after which a domain that lacks memory does not boot. */
static uint balloon_boot_timeout __read_mostly = 180;
module_param(balloon_boot_timeout, uint, 0444);

/* What the domain has by the hypervisor's own count, or 0 if it has to be found out. */
static unsigned long __init boot_pages_by_reservation(void)
{
	domid_t self = DOMID_SELF;
	long pages;

	if (!xen_initial_domain())
		return 0;

	pages = HYPERVISOR_memory_op(XENMEM_current_reservation, &self);
	return max(pages, 0L);
}

static unsigned long __init boot_pages_of_pv(void)
{
	unsigned long given = xen_start_info->nr_pages;

	return given > xen_released_pages ? min(given - xen_released_pages, max_pfn) : 0;
}

static unsigned long __init boot_pages_by_map(void)
{
	unsigned long shown = get_num_physpages();

	return shown > xen_unpopulated_pages ? shown - xen_unpopulated_pages : 0;
}

/*
 * Pages of the memory map that have no memory go into the balloon. @counted: what the
 * domain has was counted without them.
 */
static int __init boot_fill_from(const struct xen_memory_region *region, bool counted)
{
	unsigned long pfn = region->start_pfn;
	/* Less if the kernel was told to use only so much. */
	unsigned long end = min(pfn + region->n_pfns, max_pfn);
	unsigned long pages = end > pfn ? end - pfn : 0;

	lockdep_assert_held(&balloon_lock);

	if (counted) {
		balloon_stats.total_pages += pages;
	} else {
		if (WARN(pages >= balloon_stats.current_pages ||
			 pages >= balloon_stats.target_pages,
			 "Extra pages underflow current target"))
			return -ERANGE;
		balloon_stats.current_pages -= pages;
		balloon_stats.target_pages -= pages;
	}

	for (; pfn < end; pfn++)
		balloon_put_page(pfn_to_page(pfn));

	return 0;
}

static int __init boot_fill(bool counted)
{
	const struct xen_memory_region *region = xen_extra_mem;
	const struct xen_memory_region *end = region + XEN_EXTRA_MEM_MAX_REGIONS;
	int err = 0;

	mutex_lock(&balloon_lock);
	for (; region < end && !err; region++)
		if (region->n_pfns)
			err = boot_fill_from(region, counted);
	mutex_unlock(&balloon_lock);

	return err;
}

/* Pages may have been lent before; these books go on. */
static void __init boot_open_books(unsigned long pages)
{
	mutex_lock(&balloon_lock);
	balloon_stats.current_pages = pages;
	balloon_stats.target_pages = pages;
	balloon_stats.total_pages = pages;
	balloon_stats.retry_count = 1;
	balloon_stats.max_retry_count = 4;
	balloon_stats.schedule_delay = 1;
	balloon_stats.max_schedule_delay = 32;
	mutex_unlock(&balloon_lock);
}

static int __init balloon_boot(void)
{
	unsigned long pages;
	bool counted = true;
	int err;

	if (!xen_domain())
		return -ENODEV;

	pr_info("Initialising balloon driver\n");

	pages = boot_pages_by_reservation();
	if (!pages && xen_pv_domain()) {
		pages = boot_pages_of_pv();
	} else if (!pages) {
		pages = boot_pages_by_map();
		counted = false;
	}
	if (WARN(!pages, "Released pages underflow current target"))
		return -ERANGE;

	boot_open_books(pages);
	balloon_hotplug_init();

	err = boot_fill(counted);
	if (!err)
		err = balloon_start_thread();
	if (!err)
		xen_balloon_init();
	return err;
}
subsys_initcall(balloon_boot);

/* Once user space runs, it would find out which pages are not there. */
static int __init balloon_boot_wait(void)
{
	unsigned long since = jiffies;
	long credit, last = 0;

	if (!xen_domain())
		return -ENODEV;

	if (xen_pv_domain() || !balloon_credit(&balloon_stats))
		return 0;

	pr_notice("Waiting for initial ballooning down having finished.\n");

	while ((credit = balloon_credit(&balloon_stats)) < 0) {
		if (credit != last) {
			last = credit;
			since = jiffies;
		}
		if (balloon_is_stuck()) {
			pr_warn_once("Initial ballooning failed, %ld pages need to be freed.\n",
				     -credit);
			if (time_is_before_eq_jiffies(since + HZ * balloon_boot_timeout))
				panic("Initial ballooning failed!\n");
		}
		schedule_timeout_interruptible(HZ / 10);
	}

	pr_notice("Initial ballooning down finished.\n");
	return 0;
}
late_initcall_sync(balloon_boot_wait);
