// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of other domains that are mapped by grants, in the p2m list.
 *
 * A ballooned page lends its pfn to a foreign frame for as long as it is mapped. Owns no
 * state; a page's entry belongs to whoever owns the page. The invariant: an entry has the
 * foreign bit exactly while the grant is mapped, so that the frame is never taken for memory
 * of this domain.
 */
#include <linux/bug.h>
#include <linux/mm.h>

#include <asm/xen/hypercall.h>

#include <xen/features.h>
#include <xen/grant_table.h>

#include "internal.h"

static void foreign_fill_undo(struct gnttab_unmap_grant_ref *undo,
			      struct gnttab_map_grant_ref *map)
{
	undo->host_addr = map->host_addr;
	undo->dev_bus_addr = map->flags & GNTMAP_device_map ? map->dev_bus_addr : 0;
	undo->handle = map->handle;
	/* Neither success nor an error of the hypervisor: not looked at by it. */
	undo->status = 1;

	map->handle = INVALID_GRANT_HANDLE;
	map->status = GNTST_general_error;
}

/* The caller has a status for each page, and takes what failed for not mapped. */
static void foreign_undo(struct gnttab_map_grant_ref *map, struct gnttab_map_grant_ref *kmap)
{
	struct gnttab_unmap_grant_ref undo[2];
	unsigned int n = 0;
	unsigned int i;
	int err;

	foreign_fill_undo(&undo[n++], map);
	if (kmap)
		foreign_fill_undo(&undo[n++], kmap);

	err = HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, undo, n);
	for (i = 0; i < n && !err; i++)
		err = undo[i].status == GNTST_okay ? 0 : undo[i].status;
	if (err)
		pr_err_once("gnttab unmap failed: rc=%d st0=%d st1=%d\n", err,
			    undo[0].status, undo[n - 1].status);
}

/*
 * An entry that is not invalid is the only record of a frame that is in use. It is not
 * given up for a mapping.
 */
static bool foreign_enter(unsigned long pfn, unsigned long mfn)
{
	if (WARN_ONCE(__pfn_to_mfn(pfn) != INVALID_P2M_ENTRY,
		      "Xen: a grant is mapped to pfn %lx, which is not ballooned\n", pfn))
		return false;

	return set_phys_to_machine(pfn, FOREIGN_FRAME(mfn));
}

/**
 * set_foreign_p2m_mapping() - enter frames that have just been mapped by grants
 * @map_ops: what was mapped, with the hypervisor's answers; an operation whose page
 *	cannot be entered is unmapped again, and gets GNTST_general_error
 * @kmap_ops: mappings of the same pages in the kernel's address space, which are made
 *	here; or NULL if @map_ops are these
 * @pages: ballooned pages
 * @count: how many there are of each
 *
 * The hypervisor gives back the frame's machine address with every mapping that it makes,
 * in dev_bus_addr, so that the entries can be written without a look at page tables.
 *
 * Context: Process context, may sleep if the entries' leaves are not there yet.
 *
 * Return: 0 if each operation has its status, or the error of the call for @kmap_ops, after
 * which none was entered.
 */
int set_foreign_p2m_mapping(struct gnttab_map_grant_ref *map_ops,
			    struct gnttab_map_grant_ref *kmap_ops,
			    struct page **pages, unsigned int count)
{
	unsigned int i;
	int err;

	if (xen_feature(XENFEAT_auto_translated_physmap))
		return 0;

	if (kmap_ops) {
		err = HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, kmap_ops, count);
		if (err)
			return err;
	}

	for (i = 0; i < count; i++) {
		struct gnttab_map_grant_ref *kmap = kmap_ops ? &kmap_ops[i] : NULL;
		struct gnttab_map_grant_ref *map = &map_ops[i];

		if (map->status != GNTST_okay || (kmap && kmap->status != GNTST_okay))
			continue;

		if (!foreign_enter(page_to_pfn(pages[i]), PFN_DOWN(map->dev_bus_addr)))
			foreign_undo(map, kmap);
	}

	return 0;
}

/**
 * clear_foreign_p2m_mapping() - forget frames whose grants have been unmapped
 * @unmap_ops: what was unmapped
 * @kunmap_ops: mappings in the kernel's address space, which are unmapped here, or NULL
 * @pages: the pages that they were mapped to, ballooned again from now on
 * @count: how many there are of each
 *
 * Context: Any.
 *
 * Return: 0; the error of the call for @kunmap_ops; or -EINVAL if a page had no foreign
 * frame, with all others done.
 */
int clear_foreign_p2m_mapping(struct gnttab_unmap_grant_ref *unmap_ops,
			      struct gnttab_unmap_grant_ref *kunmap_ops,
			      struct page **pages, unsigned int count)
{
	unsigned int i;
	int ret = 0;
	int err;

	if (xen_feature(XENFEAT_auto_translated_physmap))
		return 0;

	for (i = 0; i < count; i++) {
		unsigned long pfn = page_to_pfn(pages[i]);
		unsigned long entry = __pfn_to_mfn(pfn);

		if (entry == INVALID_P2M_ENTRY || !(entry & FOREIGN_FRAME_BIT) ||
		    !__set_phys_to_machine(pfn, INVALID_P2M_ENTRY))
			ret = -EINVAL;
	}

	if (kunmap_ops) {
		err = HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, kunmap_ops, count);
		if (err)
			return err;
	}

	return ret;
}
