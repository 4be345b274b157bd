// SPDX-License-Identifier: GPL-2.0
/*
 * Page table entries of programs in a PV domain, which the hypervisor writes.
 *
 * A grant is mapped by the machine address of the entry, and has to be unmapped by the same,
 * before Linux does anything to the entry. The invariant: an entry with a valid user handle
 * is where it was when it was mapped. An MMU notifier keeps it, by unmapping whatever range
 * is about to change, at once and whether or not the pages behind it are in use: those have
 * mappings of their own.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/mm.h>
#include <linux/mmu_notifier.h>

#include <asm/xen/hypercall.h>

#include <xen/page.h>

#include "gntdev_map.h"
#include "gntdev_flags.h"

/* Entries of one table lie side by side, so that only the first one is looked up. */
static int ptes_note(pte_t *pte, unsigned long addr, void *data)
{
	struct gntdev_map *map = data;
	struct gntdev_slot *slot = &map->slots[(addr - map->vm_start) >> PAGE_SHIFT];

	if (slot != map->slots && offset_in_page(pte))
		slot->pte = slot[-1].pte + sizeof(*pte);
	else
		slot->pte = arbitrary_virt_to_machine(pte).maddr;

	return 0;
}

static bool pte_record(struct gntdev_map *map, unsigned int i,
		       const struct gnttab_map_grant_ref *op)
{
	lockdep_assert_held(&map->frame_lock);

	if (op->status != GNTST_okay)
		return false;

	map->slots[i].user = op->handle;
	map->nr_user++;

	return true;
}

static int ptes_map_batch(struct gntdev_map *map, unsigned int first, unsigned int n)
{
	struct gnttab_map_grant_ref *ops = map->batch.map;
	u32 flags = gntdev_pte_flags(map->flags);
	unsigned int k;
	int err;

	for (k = 0; k < n; k++) {
		const struct gntdev_slot *slot = &map->slots[first + k];

		gnttab_set_map_op(&ops[k], slot->pte, flags, slot->ref, slot->domid);
	}

	err = HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, ops, n);
	/* The granter's page is on its way in from its swap space. */
	for (k = 0; k < n && !err; k++)
		if (ops[k].status == GNTST_eagain)
			gnttab_batch_map(&ops[k], 1);

	spin_lock(&map->frame_lock);
	for (k = 0; k < n; k++)
		if (!pte_record(map, first + k, &ops[k]) && !err)
			err = -EINVAL;
	spin_unlock(&map->frame_lock);

	return err;
}

static int ptes_map(struct gntdev_map *map)
{
	unsigned int first, n;
	int err = 0;

	lockdep_assert_held(&map->lock);

	for (first = 0; first < map->span.count && !err; first += n) {
		n = min(map->batch.size, map->span.count - first);
		err = ptes_map_batch(map, first, n);
	}

	return err;
}

static void ptes_flush(struct gntdev_map *map, unsigned int n)
{
	struct gntdev_batch *batch = &map->batch;
	unsigned int k;
	int err;

	if (!n)
		return;

	spin_lock(&map->frame_lock);
	err = HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, batch->unmap, n);
	for (k = 0; k < n; k++)
		map->slots[batch->slots[k]].user = INVALID_GRANT_HANDLE;
	map->nr_user -= n;
	spin_unlock(&map->frame_lock);

	for (k = 0; k < n; k++)
		if (err || batch->unmap[k].status != GNTST_okay)
			pr_err_ratelimited("a program's grant was not unmapped: %d, status %d\n",
					   err, batch->unmap[k].status);
}

static void ptes_unmap(struct gntdev_map *map, unsigned int first, unsigned int count)
{
	struct gntdev_batch *batch = &map->batch;
	unsigned int i, n = 0;

	lockdep_assert_held(&map->lock);

	gntdev_notify_clear(map, first, count);
	if (!map->nr_user)
		return;

	for (i = first; i < first + count; i++) {
		const struct gntdev_slot *slot = &map->slots[i];

		if (slot->user == INVALID_GRANT_HANDLE)
			continue;

		batch->unmap[n] = (struct gnttab_unmap_grant_ref) {
			.host_addr = slot->pte,
			.handle = slot->user,
			.status = 1,	/* not an answer of the hypervisor */
		};
		batch->slots[n] = i;
		if (++n == batch->size) {
			ptes_flush(map, n);
			n = 0;
		}
	}
	ptes_flush(map, n);
}

static bool ptes_invalidate(struct mmu_interval_notifier *notifier,
			    const struct mmu_notifier_range *range, unsigned long seq)
{
	struct gntdev_map *map = container_of(notifier, struct gntdev_map, notifier);
	unsigned int first, count;

	if (!mmu_notifier_range_blockable(range))
		return false;

	count = gntdev_pages_covered(map->vm_start, map->span.count, range->start, range->end,
				     &first);
	if (!count)
		return true;

	mutex_lock(&map->lock);
	ptes_unmap(map, first, count);
	mutex_unlock(&map->lock);

	return true;
}

static const struct mmu_interval_notifier_ops ptes_notifier_ops = {
	.invalidate = ptes_invalidate,
};

static void ptes_detach(struct gntdev_map *map)
{
	mutex_lock(&map->lock);
	ptes_unmap(map, 0, map->span.count);
	mutex_unlock(&map->lock);

	if (map->notifier.mm) {
		mmu_interval_notifier_remove(&map->notifier);
		map->notifier.mm = NULL;
	}
}

static int ptes_attach(struct gntdev_map *map, struct vm_area_struct *vma)
{
	unsigned long bytes = vma->vm_end - vma->vm_start;
	int err;

	err = mmu_interval_notifier_insert_locked(&map->notifier, vma->vm_mm, vma->vm_start,
						  bytes, &ptes_notifier_ops);
	if (err) {
		map->notifier.mm = NULL;
		return err;
	}

	/*
	 * While some range of the process is being invalidated, the notifier waits to be
	 * entered. This waits until it is; the VMA itself is new and cannot change meanwhile.
	 */
	mmu_interval_read_begin(&map->notifier);

	err = apply_to_page_range(vma->vm_mm, vma->vm_start, bytes, ptes_note, map);
	if (err)
		return err;

	mutex_lock(&map->lock);
	err = ptes_map(map);
	if (!err)
		err = gntdev_notify_arm(map);
	mutex_unlock(&map->lock);

	return err;
}

/* A copy of an entry in a child's page tables would be one that the hypervisor did not make. */
const struct gntdev_mode gntdev_mode_pv = {
	.attach		= ptes_attach,
	.detach		= ptes_detach,
	.vm_flags	= VM_DONTCOPY,
};
