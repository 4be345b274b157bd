/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files that map the other end's rings share.
 */
#ifndef _XENBUS_RINGS_H
#define _XENBUS_RINGS_H

#include <linux/list.h>
#include <linux/mm_types.h>
#include <xen/page.h>
#include <xen/xenbus.h>

/* Pages of ours that take so many of the hypervisor's. */
#define XENBUS_RING_PAGES(_grants)	DIV_ROUND_UP(_grants, XEN_PFN_PER_PAGE)

/**
 * struct xenbus_ring_map - the other end's pages, mapped side by side
 * @list: in the list of all maps; under its lock
 * @addr: where they are
 * @count: how many of the hypervisor's pages
 * @handles: the hypervisor's handles, INVALID_GRANT_HANDLE where nothing is mapped
 * @area: PV: the addresses
 * @ptes: PV: their page-table entries
 * @pages: HVM: the pages that give up their place
 * @virt: HVM: each page's address in the linear map
 */
struct xenbus_ring_map {
	struct list_head list;
	void *addr;
	unsigned int count;
	grant_handle_t handles[XENBUS_MAX_RING_GRANTS];
	union {
		struct {
			struct vm_struct *area;
			pte_t *ptes[XENBUS_MAX_RING_GRANTS];
		};
		struct {
			struct page *pages[XENBUS_RING_PAGES(XENBUS_MAX_RING_GRANTS)];
			unsigned long virt[XENBUS_MAX_RING_GRANTS];
		};
	};
};

/**
 * struct xenbus_ring_ops - where mapped pages go in this kind of domain
 * @flags: GNTMAP_* for each page
 * @open: make room for @count pages and set @addr; 0 or -errno
 * @host_addr: the address that the hypervisor is told for a page
 * @close: give the room back; nothing is mapped in it any more
 */
struct xenbus_ring_ops {
	u32 flags;
	int (*open)(struct xenbus_ring_map *map);
	phys_addr_t (*host_addr)(const struct xenbus_ring_map *map, unsigned int i);
	void (*close)(struct xenbus_ring_map *map);
};

extern const struct xenbus_ring_ops xenbus_ring_ops_pv;
extern const struct xenbus_ring_ops xenbus_ring_ops_hvm;

#endif /* _XENBUS_RINGS_H */
