/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Grant tables: pages of this domain that another one may use, and the other way round.
 *
 * A grant reference names an entry of the granting domain's table. A grant handle names a
 * mapping that the hypervisor has made of such a grant, and has a meaning only to the domain
 * that maps. What each function does stands with its definition, in drivers/xen/grant.
 */
#ifndef _XEN_GRANT_TABLE_H
#define _XEN_GRANT_TABLE_H

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/mm_types.h>
#include <linux/page-flags.h>
#include <linux/spinlock_types.h>
#include <linux/workqueue_types.h>

#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

#include <asm/page.h>
#include <asm/xen/hypervisor.h>

#include <xen/features.h>
#include <xen/page.h>

/* Each number may be a valid one; this is the one that is never met in practice. */
#define INVALID_GRANT_HANDLE	((grant_handle_t)~0U)
#define INVALID_GRANT_REF	((grant_ref_t)~0U)

/* ------------------------------------------------------------ the table itself */

/**
 * struct grant_frames - where a domain whose memory is translated has its table
 * @vaddr: the address of the first, with the others behind it
 * @pfn: page frames, of XEN_PAGE_SIZE each
 * @count: how many
 */
struct grant_frames {
	void *vaddr;
	xen_pfn_t *pfn;
	unsigned int count;
};

extern struct grant_frames xen_auto_xlat_grant_frames;
int gnttab_setup_auto_xlat_frames(phys_addr_t base);
void gnttab_free_auto_xlat_frames(void);
unsigned int gnttab_max_grant_frames(void);

int gnttab_init(void);
int gnttab_resume(void);
int gnttab_suspend(void);

/* What each architecture has for domains whose memory is not translated. */
void arch_gnttab_unmap(void *where, unsigned long count);
int arch_gnttab_map_status(u64 *list, unsigned long count, unsigned long limit,
			   grant_status_t **where);
int arch_gnttab_map_shared(xen_pfn_t *list, unsigned long count, unsigned long limit,
			   void **where);
int arch_gnttab_init(unsigned long shared_limit, unsigned long status_limit);

/* ------------------------------------------------------------ references */

/**
 * struct gnttab_free_callback - somebody who waits for free references
 * @count: how many are enough
 * @arg: what @fn is called with
 * @fn: called once there are enough
 * @next: the grant table's
 */
struct gnttab_free_callback {
	u16 count;
	void *arg;
	void (*fn)(void *arg);
	struct gnttab_free_callback *next;
};

void gnttab_cancel_free_callback(struct gnttab_free_callback *waiter);
void gnttab_request_free_callback(struct gnttab_free_callback *waiter, void (*fn)(void *arg),
				  void *arg, u16 count);

/* Private lists. */
int gnttab_alloc_grant_references(u16 count, grant_ref_t *list);
int gnttab_claim_grant_reference(grant_ref_t *list);
void gnttab_release_grant_reference(grant_ref_t *list, grant_ref_t ref);
int gnttab_empty_grant_references(const grant_ref_t *list);
void gnttab_free_grant_references(grant_ref_t list);

/* Consecutive numbers, and one alone. */
int gnttab_alloc_grant_reference_seq(unsigned int count, grant_ref_t *first);
void gnttab_free_grant_reference_seq(grant_ref_t first, unsigned int count);
void gnttab_free_grant_reference(grant_ref_t ref);

/* ------------------------------------------------------------ to grant a page */

void gnttab_grant_foreign_access_ref(grant_ref_t ref, domid_t domid, unsigned long gfn,
				     int readonly);
int gnttab_grant_foreign_access(domid_t domid, unsigned long gfn, int readonly);

/* Of a page that is larger than the hypervisor's, the first part. */
static inline void gnttab_page_grant_foreign_access_ref_one(grant_ref_t ref, domid_t domid,
							    struct page *page, int readonly)
{
	unsigned long frame = xen_page_to_gfn(page);

	gnttab_grant_foreign_access_ref(ref, domid, frame, readonly);
}

void gnttab_end_foreign_access(grant_ref_t ref, struct page *page);
int gnttab_end_foreign_access_ref(grant_ref_t ref);
int gnttab_try_end_foreign_access(grant_ref_t ref);

/* ------------------------------------------------------------ pieces of pages */

/* Called with a frame, an offset and a length in it, and the caller's data. */
typedef void (*xen_grant_fn_t)(unsigned long gfn, unsigned int start, unsigned int len,
			       void *arg);

void gnttab_foreach_grant(struct page **pages, unsigned int frames, xen_grant_fn_t fn,
			  void *arg);
void gnttab_foreach_grant_in_range(struct page *page, unsigned int start, unsigned int len,
				   xen_grant_fn_t fn, void *arg);

/* Only the piece that starts at @start. */
static inline void gnttab_for_one_grant(struct page *page, unsigned int start,
					unsigned int len, xen_grant_fn_t fn, void *arg)
{
	unsigned int room = XEN_PAGE_SIZE - xen_offset_in_page(start);

	gnttab_foreach_grant_in_range(page, start, min(room, len), fn, arg);
}

/* How many grants cover @len bytes from @start on. */
static inline unsigned int gnttab_count_grant(unsigned int start, unsigned int len)
{
	unsigned int end = xen_offset_in_page(start) + len;

	return XEN_PFN_UP(end);
}

/* ------------------------------------------------------------ pages to map grants to */

int gnttab_alloc_pages(int count, struct page **pages);
int gnttab_pages_set_private(int count, struct page **pages);
void gnttab_pages_clear_private(int count, struct page **pages);
void gnttab_free_pages(int count, struct page **pages);

/**
 * struct gnttab_page_cache - pages of gnttab_alloc_pages() that wait for their next use
 * @lock: guards the others
 * @num_pages: how many there are
 * @pages: the first, which links the next
 */
struct gnttab_page_cache {
	/* Guards the others; leaf. */
	spinlock_t lock;
	unsigned int num_pages;
	struct page *pages;
};

void gnttab_page_cache_shrink(struct gnttab_page_cache *cache, unsigned int keep);
void gnttab_page_cache_put(struct gnttab_page_cache *cache, struct page **pages,
			   unsigned int count);
int gnttab_page_cache_get(struct gnttab_page_cache *cache, struct page **page);
void gnttab_page_cache_init(struct gnttab_page_cache *cache);

#ifdef CONFIG_XEN_GRANT_DMA_ALLOC
struct device;

/**
 * struct gnttab_dma_alloc_args - a DMA buffer to map grants to
 * @dev: the device that has to reach it
 * @dev_bus_addr: its address for @dev, filled in
 * @vaddr: its address, filled in
 * @frames: array of @nr_pages, filled in
 * @pages: array of @nr_pages, filled in
 * @nr_pages: its size
 * @coherent: coherent memory if set, otherwise write-combining
 */
struct gnttab_dma_alloc_args {
	struct device *dev;
	dma_addr_t dev_bus_addr;
	void *vaddr;
	xen_pfn_t *frames;
	struct page **pages;
	int nr_pages;
	bool coherent;
};

int gnttab_dma_alloc_pages(struct gnttab_dma_alloc_args *args);
int gnttab_dma_free_pages(struct gnttab_dma_alloc_args *args);
#endif

/**
 * struct xen_page_foreign - whose page it is that is mapped to one of ours
 * @domid: the domain
 * @gref: its reference
 */
struct xen_page_foreign {
	domid_t domid;
	grant_ref_t gref;
};

/* NULL if no grant is mapped to @page. */
static inline struct xen_page_foreign *xen_page_foreign(struct page *page)
{
	void *word = &page->private;

	if (!PageForeign(page))
		return NULL;

	return sizeof(struct xen_page_foreign) <= sizeof(page->private) ? word : *(void **)word;
}

/* ------------------------------------------------------------ to map and to copy */

/* The hypervisor wants a machine address of a page-table entry as it is. */
static inline u64 gnttab_host_addr(phys_addr_t addr, u32 flags)
{
	bool physical = !(flags & GNTMAP_contains_pte) &&
			xen_feature(XENFEAT_auto_translated_physmap);

	return physical ? __pa(addr) : addr;
}

/**
 * gnttab_set_map_op() - fill in an operation
 * @map: where
 * @addr: the kernel address to map to; or, with GNTMAP_contains_pte, the machine address of a
 *	page-table entry
 * @flags: GNTMAP_*
 * @ref: the reference
 * @domid: the domain whose reference it is
 */
static inline void gnttab_set_map_op(struct gnttab_map_grant_ref *map, phys_addr_t addr,
				     u32 flags, grant_ref_t ref, domid_t domid)
{
	map->dom = domid;
	map->ref = ref;
	map->flags = flags;
	map->host_addr = gnttab_host_addr(addr, flags);
	/* The hypervisor's are zero or negative: this one has not been there. */
	map->status = 1;
}

/**
 * gnttab_set_unmap_op() - fill in an operation
 * @unmap: where
 * @addr: as it was mapped
 * @flags: as it was mapped
 * @handle: from the operation that mapped it
 */
static inline void gnttab_set_unmap_op(struct gnttab_unmap_grant_ref *unmap, phys_addr_t addr,
				       u32 flags, grant_handle_t handle)
{
	unmap->handle = handle;
	unmap->dev_bus_addr = 0;
	unmap->host_addr = gnttab_host_addr(addr, flags);
}

struct gntab_unmap_queue_data;

typedef void (*gnttab_unmap_refs_done)(int err, struct gntab_unmap_queue_data *item);

/**
 * struct gntab_unmap_queue_data - an unmapping that may have to wait
 * @count: as for gnttab_unmap_refs()
 * @pages: as for gnttab_unmap_refs()
 * @kunmap_ops: as for gnttab_unmap_refs()
 * @unmap_ops: as for gnttab_unmap_refs()
 * @done: called with the result
 * @data: the caller's
 * @age: the grant table's: how often it has waited
 * @gnttab_work: the grant table's
 */
struct gntab_unmap_queue_data {
	unsigned int count;
	struct page **pages;
	struct gnttab_unmap_grant_ref *kunmap_ops;
	struct gnttab_unmap_grant_ref *unmap_ops;
	gnttab_unmap_refs_done done;
	void *data;
	unsigned int age;
	struct delayed_work gnttab_work;
};

void gnttab_unmap_refs_async(struct gntab_unmap_queue_data *item);
int gnttab_unmap_refs_sync(struct gntab_unmap_queue_data *item);
int gnttab_unmap_refs(struct gnttab_unmap_grant_ref *ops,
		      struct gnttab_unmap_grant_ref *kernel_ops, struct page **pages,
		      unsigned int count);
int gnttab_map_refs(struct gnttab_map_grant_ref *ops,
		    struct gnttab_map_grant_ref *kernel_ops, struct page **pages,
		    unsigned int count);

void gnttab_batch_copy(struct gnttab_copy *ops, unsigned int count);
void gnttab_batch_map(struct gnttab_map_grant_ref *ops, unsigned int count);

#endif /* _XEN_GRANT_TABLE_H */
