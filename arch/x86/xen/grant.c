// SPDX-License-Identifier: GPL-2.0
/*
 * Where a PV domain sees its grant table: two windows of kernel addresses, one
 * for the entries and one for version 2's status words, into which the frames
 * that the hypervisor keeps the table in are mapped. Other domains have the table
 * in page frames of their own.
 *
 * The windows' page tables are there from the start, so to map a frame needs no
 * memory. The grant table's lock, held by the callers, guards the windows.
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xen.h>

struct grant_window {
	struct vm_struct *vm;
	unsigned long pages;
};

static struct grant_window grant_shared;
static struct grant_window grant_status;

/* For apply_to_page_range(); the data is a pointer to the next frame, or none. */

static int grant_set_shared(pte_t *pte, unsigned long addr, void *data)
{
	unsigned long **frame = data;

	set_pte_at(&init_mm, addr, pte, mfn_pte(*(*frame)++, PAGE_KERNEL));
	return 0;
}

static int grant_set_status(pte_t *pte, unsigned long addr, void *data)
{
	u64 **frame = data;

	set_pte_at(&init_mm, addr, pte, mfn_pte(*(*frame)++, PAGE_KERNEL));
	return 0;
}

static int grant_clear(pte_t *pte, unsigned long addr, void *data)
{
	set_pte_at(&init_mm, addr, pte, __pte(0));
	return 0;
}

static int grant_window_apply(struct grant_window *window, unsigned long pages,
			      pte_fn_t fn, void *data)
{
	if (!window->vm || pages > window->pages)
		return -ENOSPC;
	if (!pages)
		return 0;

	return apply_to_page_range(&init_mm, (unsigned long)window->vm->addr,
				   pages * PAGE_SIZE, fn, data);
}

static void grant_window_close(struct grant_window *window)
{
	free_vm_area(window->vm);
	window->vm = NULL;
	window->pages = 0;
}

static int grant_window_open(struct grant_window *window, unsigned long pages)
{
	int err;

	window->vm = get_vm_area(pages * PAGE_SIZE, VM_IOREMAP);
	if (!window->vm)
		return -ENOMEM;
	window->pages = pages;

	/* Nothing to clear, but it makes the page tables. */
	err = grant_window_apply(window, pages, grant_clear, NULL);
	if (err)
		grant_window_close(window);
	return err;
}

/**
 * arch_gnttab_init - find addresses for the grant table
 * @nr_shared: most frames of entries that there can be
 * @nr_status: most frames of status words that there can be; also of use to a
 *	domain on version 1, which may be migrated to a host with version 2
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int arch_gnttab_init(unsigned long nr_shared, unsigned long nr_status)
{
	int err;

	if (!xen_pv_domain())
		return 0;

	err = grant_window_open(&grant_shared, nr_shared);
	if (err)
		return err;

	err = grant_window_open(&grant_status, nr_status);
	if (err)
		grant_window_close(&grant_shared);
	return err;
}

/**
 * arch_gnttab_map_shared - map the frames of the grant table's entries
 * @frames: the hypervisor's numbers of all of them, from the first one on
 * @nr_gframes: how many
 * @max_nr_gframes: most that there can be, as given to arch_gnttab_init()
 * @__shared: set to the address of the first entry if it is NULL
 *
 * Context: PV domain; any.
 * Return: 0 or -errno.
 */
int arch_gnttab_map_shared(unsigned long *frames, unsigned long nr_gframes,
			   unsigned long max_nr_gframes, void **__shared)
{
	int err = grant_window_apply(&grant_shared, nr_gframes,
				     grant_set_shared, &frames);

	if (!err && !*__shared)
		*__shared = grant_shared.vm->addr;
	return err;
}

/**
 * arch_gnttab_map_status - map the frames of version 2's status words
 * @frames: as for arch_gnttab_map_shared(), in the hypervisor's own type
 * @nr_gframes: how many
 * @max_nr_gframes: most that there can be
 * @__shared: set to the address of the first word if it is NULL
 *
 * Context: PV domain; any.
 * Return: 0 or -errno.
 */
int arch_gnttab_map_status(u64 *frames, unsigned long nr_gframes,
			   unsigned long max_nr_gframes,
			   grant_status_t **__shared)
{
	int err = grant_window_apply(&grant_status, nr_gframes,
				     grant_set_status, &frames);

	if (!err && !*__shared)
		*__shared = grant_status.vm->addr;
	return err;
}

/**
 * arch_gnttab_unmap - unmap the frames again, before the domain is suspended
 * @shared: the address that one of the two functions above has set
 * @nr_gframes: how many of them are mapped
 *
 * Context: PV domain; any.
 */
void arch_gnttab_unmap(void *shared, unsigned long nr_gframes)
{
	struct grant_window *window = &grant_shared;

	if (grant_status.vm && shared == grant_status.vm->addr)
		window = &grant_status;

	WARN_ON(grant_window_apply(window, nr_gframes, grant_clear, NULL));
}
