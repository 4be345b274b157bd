// SPDX-License-Identifier: GPL-2.0
/*
 * More pages than the domain was started with: memory blocks are added to the kernel
 * without memory behind them. Once somebody sets them online, their pages get into the
 * balloon instead of the allocator, and the balloon gets memory for them.
 *
 * add_memory_resource() may set the blocks online by itself and then calls back here,
 * so balloon_lock must not be held around it. The pages are accounted for before it is
 * dropped, for nobody to add them a second time.
 */
#define pr_fmt(fmt) "xen:balloon: " fmt

#include <linux/ioport.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/notifier.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/sysctl.h>

#include <xen/page.h>

#include "mem.h"
#include "pv_pages.h"

/* Pages to lend are added, instead of taken from the memory in use. */
static int hotplug_unpopulated;

static struct ctl_table hotplug_sysctls[] = {
	{
		.procname	= "hotplug_unpopulated",
		.mode		= 0644,
		.data		= &hotplug_unpopulated,
		.maxlen		= sizeof(hotplug_unpopulated),
		.extra1		= SYSCTL_ZERO,
		.extra2		= SYSCTL_ONE,
		.proc_handler	= proc_dointvec_minmax,
	},
};

/**
 * balloon_hotplug_lends - whether lend.c adds memory
 *
 * Return: what sysctl xen.balloon.hotplug_unpopulated says.
 */
bool balloon_hotplug_lends(void)
{
	return READ_ONCE(hotplug_unpopulated);
}

static struct resource *ram_claim(unsigned long pages)
{
	struct resource *ram = kzalloc(sizeof(*ram), GFP_KERNEL);

	if (!ram)
		return NULL;

	ram->name = "System RAM";
	ram->flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY;

	if (allocate_resource(&iomem_resource, ram, (resource_size_t)pages * PAGE_SIZE, 0, -1,
			      (resource_size_t)PAGES_PER_SECTION * PAGE_SIZE, NULL, NULL)) {
		pr_err("Cannot allocate new System RAM resource\n");
		kfree(ram);
		return NULL;
	}
	return ram;
}

static void ram_disclaim(struct resource *ram)
{
	release_resource(ram);
	kfree(ram);
}

static int ram_add(struct resource *ram)
{
	int err;

	lock_device_hotplug();
	err = add_memory_resource(memory_add_physaddr_to_nid(ram->start), ram,
				  MHP_MERGE_RESOURCE);
	unlock_device_hotplug();

	if (err)
		pr_warn("Cannot add additional memory (%i)\n", err);
	return err;
}

/**
 * balloon_add_memory - add what is missing to the target as pages without memory
 *
 * Context: balloon_lock held, but dropped in between; may sleep.
 * Return: BALLOON_DONE if there are pages in the balloon, BALLOON_WAITING if they have to
 * be set online first, or BALLOON_STUCK.
 */
enum balloon_result balloon_add_memory(void)
{
	unsigned long pages = balloon_to_add(&balloon_stats, PAGES_PER_SECTION);
	struct resource *ram;
	int err;

	lockdep_assert_held(&balloon_lock);

	if (!pages)
		return BALLOON_WAITING;

	/* The rounding up, or the size in bytes, may be more than there are numbers. */
	if (pages > PHYS_PFN(~(phys_addr_t)0))
		return BALLOON_STUCK;

	ram = ram_claim(pages);
	if (!ram)
		return BALLOON_STUCK;

	err = xen_pages_without_memory(PFN_DOWN(ram->start), pages);
	if (err) {
		ram_disclaim(ram);
		return BALLOON_STUCK;
	}

	balloon_stats.total_pages += pages;
	mutex_unlock(&balloon_lock);
	err = ram_add(ram);
	mutex_lock(&balloon_lock);

	if (err) {
		balloon_stats.total_pages -= pages;
		ram_disclaim(ram);
		return BALLOON_STUCK;
	}
	return balloon_is_empty() ? BALLOON_WAITING : BALLOON_DONE;
}

/* The kernel asks what to do with pages that go online, here instead of the allocator. */
static void hotplug_online_pages(struct page *page, unsigned int order)
{
	struct page *end = page + (1UL << order);

	mutex_lock(&balloon_lock);
	for (; page < end; page++)
		balloon_put_page(page);
	mutex_unlock(&balloon_lock);
}

static int hotplug_went_online(struct notifier_block *nb, unsigned long event, void *data)
{
	if (event == MEM_ONLINE)
		balloon_look_again();
	return NOTIFY_OK;
}

static struct notifier_block hotplug_nb = {
	.notifier_call = hotplug_went_online,
};

/**
 * balloon_hotplug_init - get to know of memory that is set online
 */
void __init balloon_hotplug_init(void)
{
	set_online_page_callback(hotplug_online_pages);
	register_memory_notifier(&hotplug_nb);
	register_sysctl_init("xen/balloon", hotplug_sysctls);
}
