// SPDX-License-Identifier: GPL-2.0
/*
 * Rings of the other end in a PV domain: the hypervisor writes the page-table entries
 * of addresses that have no page.
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <xen/interface/grant_table.h>
#include <asm/xen/page.h>

#include "rings.h"

struct ring_walk {
	struct xenbus_ring_map *map;
	unsigned int next;
};

static int remember_entry(pte_t *pte, unsigned long addr, void *data)
{
	struct ring_walk *walk = data;

	walk->map->ptes[walk->next++] = pte;
	return 0;
}

static int ring_open(struct xenbus_ring_map *map)
{
	struct ring_walk walk = { .map = map };
	size_t size = map->count * XEN_PAGE_SIZE;

	map->area = get_vm_area(size, VM_IOREMAP);
	if (!map->area)
		return -ENOMEM;
	if (apply_to_page_range(&init_mm, (unsigned long)map->area->addr, size,
				remember_entry, &walk)) {
		free_vm_area(map->area);
		return -ENOMEM;
	}
	map->addr = map->area->addr;
	return 0;
}

/* Tables of kernel addresses stay, but where they are in the host may change. */
static phys_addr_t ring_host_addr(const struct xenbus_ring_map *map, unsigned int i)
{
	return arbitrary_virt_to_machine(map->ptes[i]).maddr;
}

static void ring_close(struct xenbus_ring_map *map)
{
	free_vm_area(map->area);
}

const struct xenbus_ring_ops xenbus_ring_ops_pv = {
	.flags = GNTMAP_host_map | GNTMAP_contains_pte,
	.open = ring_open,
	.host_addr = ring_host_addr,
	.close = ring_close,
};
