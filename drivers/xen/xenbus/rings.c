// SPDX-License-Identifier: GPL-2.0
/*
 * Rings: pages granted to the other end, and pages of the other end mapped here.
 *
 * Invariant: the room of a map is given back only when the hypervisor has said of each
 * page that it is not mapped there any more; if it has not, the room is leaked, as the
 * other end's memory would show through whatever is put there next.
 *
 * Lock: maps_lock guards the list of maps; a leaf.
 */
#include <linux/build_bug.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <xen/features.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xenbus.h>
#include <asm/xen/hypercall.h>

#include "bus.h"
#include "rings.h"

static const struct xenbus_ring_ops *ring_ops __ro_after_init;

static_assert(XENBUS_MAX_RING_GRANTS == 1 << XENBUS_MAX_RING_GRANT_ORDER);

static DEFINE_SPINLOCK(maps_lock);
static LIST_HEAD(maps);

/**
 * xenbus_setup_ring - allocate a ring and grant it to the other end
 * @dev: the device
 * @gfp: how to allocate
 * @vaddr: where the ring is, zeroed, physically contiguous; NULL on error
 * @nr_pages: its size in pages of the hypervisor
 * @grefs: @nr_pages grant references; all INVALID_GRANT_REF on error
 *
 * Context: May sleep if @gfp allows it.
 * Return: 0 or -errno; the device was told to close if there are no grants left.
 */
int xenbus_setup_ring(struct xenbus_device *dev, gfp_t gfp, void **vaddr,
		      unsigned int nr_pages, grant_ref_t *grefs)
{
	size_t size = (size_t)nr_pages * XEN_PAGE_SIZE;
	grant_ref_t head;
	unsigned int i;
	int err;

	for (i = 0; i < nr_pages; i++)
		grefs[i] = INVALID_GRANT_REF;
	*vaddr = NULL;
	if (!nr_pages)
		return -EINVAL;

	err = gnttab_alloc_grant_references(nr_pages, &head);
	if (err) {
		xenbus_dev_fatal(dev, err, "granting access to %u ring pages", nr_pages);
		return err;
	}
	*vaddr = alloc_pages_exact(size, gfp | __GFP_ZERO);
	if (!*vaddr) {
		gnttab_free_grant_references(head);
		return -ENOMEM;
	}

	for (i = 0; i < nr_pages; i++) {
		grefs[i] = gnttab_claim_grant_reference(&head);
		gnttab_grant_foreign_access_ref(grefs[i], dev->otherend_id,
						virt_to_gfn(*vaddr + i * XEN_PAGE_SIZE), 0);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(xenbus_setup_ring);

/**
 * xenbus_teardown_ring - take a ring back and free it
 * @vaddr: where it is; NULL afterwards, and nothing is freed if it is NULL
 * @nr_pages: its size in pages of the hypervisor
 * @grefs: its grant references; all INVALID_GRANT_REF afterwards
 *
 * A page that the other end still maps is freed later, by the grant table.
 *
 * Context: May sleep.
 */
void xenbus_teardown_ring(void **vaddr, unsigned int nr_pages, grant_ref_t *grefs)
{
	grant_ref_t *ref;

	for (ref = grefs; ref < grefs + nr_pages; ref++) {
		if (*ref == INVALID_GRANT_REF)
			continue;
		gnttab_end_foreign_access(*ref, NULL);
		*ref = INVALID_GRANT_REF;
	}
	if (*vaddr)
		free_pages_exact(*vaddr, (size_t)nr_pages * XEN_PAGE_SIZE);
	*vaddr = NULL;
}
EXPORT_SYMBOL_GPL(xenbus_teardown_ring);

/*
 * Unmap what is mapped.  Returns GNTST_okay, or the first status that says that a page
 * may still be; the pages that went have no handle any more.
 */
static int ring_unmap(struct xenbus_device *dev, struct xenbus_ring_map *map)
{
	struct gnttab_unmap_grant_ref op[XENBUS_MAX_RING_GRANTS] = {};
	unsigned int page[XENBUS_MAX_RING_GRANTS];
	unsigned int i, count = 0;
	int status = GNTST_okay;

	for (i = 0; i < map->count; i++) {
		if (map->handles[i] == INVALID_GRANT_HANDLE)
			continue;
		page[count] = i;
		gnttab_set_unmap_op(&op[count++], ring_ops->host_addr(map, i),
				    ring_ops->flags, map->handles[i]);
	}
	if (!count)
		return GNTST_okay;
	if (HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, op, count)) {
		xenbus_dev_error(dev, GNTST_general_error, "unmapping %u ring pages", count);
		return GNTST_general_error;
	}

	for (i = 0; i < count; i++) {
		grant_handle_t *handle = &map->handles[page[i]];

		if (op[i].status == GNTST_okay) {
			*handle = INVALID_GRANT_HANDLE;
			continue;
		}
		if (status == GNTST_okay)
			xenbus_dev_error(dev, op[i].status,
					 "unmapping page at handle %d error %d",
					 *handle, op[i].status);
		status = status ?: op[i].status;
	}
	return status;
}

/* Gives the room back, or leaks it if something may still be mapped there. */
static int ring_release(struct xenbus_device *dev, struct xenbus_ring_map *map)
{
	int status = ring_unmap(dev, map);

	if (status == GNTST_okay)
		ring_ops->close(map);
	else
		dev_alert(&dev->dev, "leaking %p size %u page(s)\n", map->addr, map->count);
	return status;
}

/* Maps all pages, or as many as it can and returns -ENOENT. */
static int ring_map(struct xenbus_device *dev, struct xenbus_ring_map *map,
		    const grant_ref_t *refs)
{
	struct gnttab_map_grant_ref *op;
	unsigned int i;
	int err = 0;

	op = kcalloc(map->count, sizeof(*op), GFP_KERNEL);
	if (!op)
		return -ENOMEM;
	for (i = 0; i < map->count; i++)
		gnttab_set_map_op(&op[i], ring_ops->host_addr(map, i), ring_ops->flags,
				  refs[i], dev->otherend_id);
	gnttab_batch_map(op, map->count);

	for (i = 0; i < map->count; i++) {
		if (op[i].status == GNTST_okay) {
			map->handles[i] = op[i].handle;
			continue;
		}
		if (!err)
			xenbus_dev_fatal(dev, op[i].status,
					 "mapping in shared page %d from domain %d",
					 refs[i], dev->otherend_id);
		err = -ENOENT;
	}
	kfree(op);
	return err;
}

static struct xenbus_ring_map *ring_map_alloc(unsigned int count)
{
	struct xenbus_ring_map *map = kzalloc(sizeof(*map), GFP_KERNEL);
	unsigned int i;

	if (!map)
		return NULL;
	map->count = count;
	for (i = 0; i < ARRAY_SIZE(map->handles); i++)
		map->handles[i] = INVALID_GRANT_HANDLE;
	return map;
}

/**
 * xenbus_map_ring_valloc - map pages of the other end side by side
 * @dev: the device
 * @gnt_refs: the other end's grant references
 * @nr_grefs: how many, up to XENBUS_MAX_RING_GRANTS
 * @vaddr: where they are; NULL on error
 *
 * Context: May sleep.
 * Return: 0 or -errno, with nothing mapped; the device was told to close if a grant
 * could not be mapped (xen/include/public/grant_table.h, GNTTABOP_map_grant_ref).
 */
int xenbus_map_ring_valloc(struct xenbus_device *dev, grant_ref_t *gnt_refs,
			   unsigned int nr_grefs, void **vaddr)
{
	struct xenbus_ring_map *map;
	int err;

	*vaddr = NULL;
	if (!nr_grefs || nr_grefs > XENBUS_MAX_RING_GRANTS)
		return -EINVAL;
	map = ring_map_alloc(nr_grefs);
	if (!map)
		return -ENOMEM;

	err = ring_ops->open(map);
	if (err)
		goto free;
	err = ring_map(dev, map, gnt_refs);
	if (err)
		goto release;

	spin_lock(&maps_lock);
	list_add(&map->list, &maps);
	spin_unlock(&maps_lock);
	*vaddr = map->addr;
	return 0;

release:
	ring_release(dev, map);
free:
	kfree(map);
	return err;
}
EXPORT_SYMBOL_GPL(xenbus_map_ring_valloc);

static struct xenbus_ring_map *ring_map_take(const void *addr)
{
	struct xenbus_ring_map *map, *found = NULL;

	spin_lock(&maps_lock);
	list_for_each_entry(map, &maps, list) {
		if (map->addr == addr) {
			list_del(&map->list);
			found = map;
			break;
		}
	}
	spin_unlock(&maps_lock);
	return found;
}

/**
 * xenbus_unmap_ring_vfree - unmap what xenbus_map_ring_valloc() has mapped
 * @dev: the device
 * @vaddr: where it is
 *
 * Context: May sleep.
 * Return: GNTST_okay, which is 0, or another GNTST_* status.
 */
int xenbus_unmap_ring_vfree(struct xenbus_device *dev, void *vaddr)
{
	struct xenbus_ring_map *map = ring_map_take(vaddr);
	int status;

	if (!map) {
		xenbus_dev_error(dev, -ENOENT, "can't find mapped virtual address %p", vaddr);
		return GNTST_bad_virt_addr;
	}
	status = ring_release(dev, map);
	kfree(map);
	return status;
}
EXPORT_SYMBOL_GPL(xenbus_unmap_ring_vfree);

/**
 * xenbus_ring_ops_init - choose how rings are mapped
 *
 * Context: Once, before there are devices.
 */
void __init xenbus_ring_ops_init(void)
{
	if (IS_ENABLED(CONFIG_XEN_PV) && !xen_feature(XENFEAT_auto_translated_physmap))
		ring_ops = &xenbus_ring_ops_pv;
	else
		ring_ops = &xenbus_ring_ops_hvm;
}
