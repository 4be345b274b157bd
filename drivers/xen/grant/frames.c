// SPDX-License-Identifier: GPL-2.0
/*
 * How the frames of the grant table become visible to this domain.
 *
 * A PV domain asks for their numbers and maps them in a window of kernel addresses that the
 * architecture has for it. A domain whose memory the hypervisor translates has page frames of
 * its own for them (xen_auto_xlat_grant_frames), set up before the table starts, and asks to
 * have the table put there.
 *
 * Owns the addresses of the table and of the status words, which are written once: while a
 * domain runs they never move. Serialised by grant_lock, or by there being one processor only
 * at boot and in a resume.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/io.h>
#include <linux/slab.h>

#include <asm/xen/hypercall.h>

#include <xen/interface/memory.h>

#include "internal.h"

void *grant_entries __read_mostly;
grant_status_t *grant_status_words __read_mostly;
struct grant_frames xen_auto_xlat_grant_frames;

/* The call's own error, or what the operation says. */
static int frames_status(int err, s16 status)
{
	if (err)
		return err;

	return status == GNTST_okay ? 0 : -EIO;
}

static int pv_map_status(const struct grant_version *version, unsigned int end)
{
	unsigned int count = grant_status_frames(version, end);
	struct gnttab_get_status_frames query = { .dom = DOMID_SELF, .nr_frames = count };
	unsigned int limit;
	u64 *list;
	int err;

	if (!count)
		return 0;

	limit = grant_status_frames(version, gnttab_max_grant_frames());
	list = kmalloc_array(count, sizeof(*list), GFP_ATOMIC);
	if (!list)
		return -ENOMEM;

	set_xen_guest_handle(query.frame_list, list);
	err = HYPERVISOR_grant_table_op(GNTTABOP_get_status_frames, &query, 1);
	err = frames_status(err, query.status);
	if (!err)
		err = arch_gnttab_map_status(list, count, limit, &grant_status_words);
	kfree(list);
	return err;
}

/* The hypervisor makes the table larger as soon as more of it is asked for. */
static int pv_map(const struct grant_version *version, unsigned int first, unsigned int end)
{
	struct gnttab_setup_table setup = { .dom = DOMID_SELF, .nr_frames = end };
	xen_pfn_t *list;
	int err;

	list = kmalloc_array(end, sizeof(*list), GFP_ATOMIC);
	if (!list)
		return -ENOMEM;

	set_xen_guest_handle(setup.frame_list, list);
	err = HYPERVISOR_grant_table_op(GNTTABOP_setup_table, &setup, 1);
	err = frames_status(err, setup.status);
	if (!err)
		err = pv_map_status(version, end);
	if (!err)
		err = arch_gnttab_map_shared(list, end, gnttab_max_grant_frames(),
					     &grant_entries);
	kfree(list);

	if (err)
		pr_warn("cannot map %u frames of the grant table: %d\n", end, err);
	return err;
}

static void pv_unmap(const struct grant_version *version, unsigned int count)
{
	unsigned int status_frames = grant_status_frames(version, count);

	arch_gnttab_unmap(grant_entries, count);
	if (status_frames)
		arch_gnttab_unmap(grant_status_words, status_frames);
}

const struct grant_frame_ops grant_frames_pv = {
	.map	= pv_map,
	.unmap	= pv_unmap,
};

/* The last one first: then the hypervisor makes the table larger only once. */
static int translated_map(const struct grant_version *version, unsigned int first,
			  unsigned int end)
{
	const struct grant_frames *room = &xen_auto_xlat_grant_frames;
	unsigned int i;
	int err;

	if (!room->vaddr || end > room->count) {
		pr_warn("no room for %u frames of the grant table\n", end);
		return -ENOMEM;
	}
	grant_entries = room->vaddr;

	for (i = end; i-- > first; ) {
		struct xen_add_to_physmap add = {
			.domid = DOMID_SELF,
			.space = XENMAPSPACE_grant_table,
			.idx = i,
			.gpfn = room->pfn[i],
		};

		err = HYPERVISOR_memory_op(XENMEM_add_to_physmap, &add);
		if (err) {
			pr_warn("grant table add_to_physmap failed, err=%d\n", err);
			return err;
		}
	}

	return 0;
}

/* The frames are the domain's: they stay where they are, with nothing behind them. */
static void translated_unmap(const struct grant_version *version, unsigned int count)
{
}

const struct grant_frame_ops grant_frames_translated = {
	.map	= translated_map,
	.unmap	= translated_unmap,
};

/**
 * gnttab_setup_auto_xlat_frames() - give the grant table addresses to be put at
 * @addr: physical address, of memory-like space without memory behind it
 *
 * Context: may sleep; a domain whose memory is translated, before gnttab_init().
 * Return: 0, -EINVAL if it has some already, or -ENOMEM.
 */
int gnttab_setup_auto_xlat_frames(phys_addr_t addr)
{
	struct grant_frames room = { .count = gnttab_max_grant_frames() };
	unsigned int i;

	if (xen_auto_xlat_grant_frames.count)
		return -EINVAL;

	/* Write-back: it is the hypervisor's RAM, whatever device the address belongs to. */
	room.vaddr = memremap(addr, (size_t)room.count << XEN_PAGE_SHIFT, MEMREMAP_WB);
	if (!room.vaddr) {
		pr_warn("Failed to ioremap gnttab share frames (addr=%pa)!\n", &addr);
		return -ENOMEM;
	}

	room.pfn = kmalloc_array(room.count, sizeof(*room.pfn), GFP_KERNEL);
	if (!room.pfn) {
		memunmap(room.vaddr);
		return -ENOMEM;
	}
	for (i = 0; i < room.count; i++)
		room.pfn[i] = XEN_PFN_DOWN(addr) + i;

	xen_auto_xlat_grant_frames = room;
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_setup_auto_xlat_frames);

/**
 * gnttab_free_auto_xlat_frames() - the opposite, when the table could not be started
 *
 * Context: may sleep; nothing is mapped there.
 */
void gnttab_free_auto_xlat_frames(void)
{
	struct grant_frames room = xen_auto_xlat_grant_frames;

	if (!room.count)
		return;

	xen_auto_xlat_grant_frames = (struct grant_frames) { };
	memunmap(room.vaddr);
	kfree(room.pfn);
}
EXPORT_SYMBOL_GPL(gnttab_free_auto_xlat_frames);
