// SPDX-License-Identifier: GPL-2.0
/*
 * Spare buffers: where the bounce buffer is full, or a single mapping is larger than one
 * of its segments, the hypervisor gives contiguous memory for this mapping. That costs
 * a change of page tables and an exchange of frames each time, so some are kept for the
 * next one.
 *
 * Owns the spares. Invariant: each is on one list, busy as long as a device has it,
 * else idle; together they have not more pages than spare_pages says, which has a limit.
 * A busy spare's fields are those of the mapping's owner and do not change. spare_lock,
 * a leaf taken with interrupts off, guards the lists and the counts.
 */
#include <linux/dma-map-ops.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "pool.h"
#include "region.h"
#include "spare.h"

#define SPARE_MIN_SIZE		BIT(POOL_SEGMENT_SHIFT)	/* a place of the map each */
#define SPARE_MAX_SIZE		SZ_2M				/* what needs no sleep */
#define SPARE_PAGES_MAX		(SZ_32M >> PAGE_SHIFT)
#define SPARE_PAGES_IDLE	(SZ_4M >> PAGE_SHIFT)

struct spare {
	struct list_head entry;
	struct page *page;
	size_t size;		/* a power of two */
	dma_addr_t addr;
	/* of the mapping */
	phys_addr_t memory;
	size_t length;
	unsigned int offset;
};

static DEFINE_SPINLOCK(spare_lock);
static LIST_HEAD(spare_busy);
static LIST_HEAD(spare_idle);
static unsigned long spare_pages;	/* of all, also of those that are being made */
static unsigned long spare_idle_pages;

static struct spare *spare_take_idle(size_t size, u64 limit)
{
	struct spare *spare;

	lockdep_assert_held(&spare_lock);
	list_for_each_entry(spare, &spare_idle, entry) {
		if (spare->size == size && dma_in_reach(spare->addr, size, limit)) {
			spare_idle_pages -= size >> PAGE_SHIFT;
			list_del(&spare->entry);
			return spare;
		}
	}

	return NULL;
}

static void spare_free(struct spare *spare)
{
	xen_region_put(spare->page, spare->size);
	kfree(spare);
}

static struct spare *spare_make(struct device *dev, size_t size, u64 limit)
{
	const gfp_t gfp = GFP_NOWAIT | __GFP_NOWARN;
	struct spare *spare = kzalloc(sizeof(*spare), gfp);
	dma_addr_t at;

	if (!spare)
		return NULL;

	spare->size = size;
	spare->page = xen_region_get(dev, size, limit, gfp, &spare->addr);
	if (!spare->page) {
		kfree(spare);
		return NULL;
	}
	/* These stay noted: they may be idle, and what comes there next is just looked at. */
	for (at = spare->addr; at < spare->addr + size; at += SPARE_MIN_SIZE)
		xen_pool_note_place(at);

	return spare;
}

/* A spare of that size, on no list. */
static struct spare *spare_get(struct device *dev, size_t size)
{
	u64 limit = dma_limit(dma_get_mask(dev), dev->bus_dma_limit);
	unsigned long flags, pages = size >> PAGE_SHIFT;
	struct spare *spare;
	bool room;

	limit = min(limit, DMA_BIT_MASK(POOL_ADDRESS_BITS));

	spin_lock_irqsave(&spare_lock, flags);
	spare = spare_take_idle(size, limit);
	room = !spare && spare_pages + pages <= SPARE_PAGES_MAX;
	if (room)
		spare_pages += pages;
	spin_unlock_irqrestore(&spare_lock, flags);

	if (!room)
		return spare;

	spare = spare_make(dev, size, limit);
	if (!spare) {
		spin_lock_irqsave(&spare_lock, flags);
		spare_pages -= pages;
		spin_unlock_irqrestore(&spare_lock, flags);
	}

	return spare;
}

/* Its content is old data of this kernel's, which the next mapping overwrites. */
static void spare_put(struct spare *spare)
{
	unsigned long flags, pages = spare->size >> PAGE_SHIFT;

	spin_lock_irqsave(&spare_lock, flags);
	list_del(&spare->entry);
	if (spare_idle_pages + pages <= SPARE_PAGES_IDLE) {
		list_add(&spare->entry, &spare_idle);
		spare_idle_pages += pages;
		spare = NULL;
	} else {
		spare_pages -= pages;
	}
	spin_unlock_irqrestore(&spare_lock, flags);

	if (spare)
		spare_free(spare);
}

/* The spare that a device has there, or NULL. It is the caller's mapping. */
static struct spare *spare_find(dma_addr_t addr)
{
	struct spare *spare, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&spare_lock, flags);
	list_for_each_entry(spare, &spare_busy, entry) {
		if (addr - spare->addr < spare->size) {
			found = spare;
			break;
		}
	}
	spin_unlock_irqrestore(&spare_lock, flags);

	return found;
}

/* How far into the mapping @addr is, and so into the memory; not more than is left. */
static size_t spare_part(const struct spare *spare, dma_addr_t addr, size_t *size)
{
	size_t at = addr - spare->addr - spare->offset;

	if (WARN_ON_ONCE(at > spare->length))
		at = spare->length;
	*size = min(*size, spare->length - at);

	return at;
}

static void spare_copy_back(const struct spare *spare, dma_addr_t addr, size_t size)
{
	size_t at = spare_part(spare, addr, &size);

	memcpy(phys_to_virt(spare->memory) + at,
	       page_address(spare->page) + spare->offset + at, size);
}

static void spare_copy_there(const struct spare *spare, dma_addr_t addr, size_t size)
{
	size_t at = spare_part(spare, addr, &size);

	memcpy(page_address(spare->page) + spare->offset + at,
	       phys_to_virt(spare->memory) + at, size);
}

/**
 * xen_spare_map - let a device work on a copy in a spare buffer
 * @dev: the device
 * @phys: the memory
 * @size: in bytes
 *
 * The memory is copied whatever the device will do: where it does not write, the memory
 * is to be as it was.
 *
 * Context: any.
 * Return: the copy's address for the device, or DMA_MAPPING_ERROR.
 */
dma_addr_t xen_spare_map(struct device *dev, phys_addr_t phys, size_t size)
{
	unsigned int offset = phys & dma_get_min_align_mask(dev);
	struct spare *spare;
	unsigned long flags;

	if (size > SPARE_MAX_SIZE - offset)
		return DMA_MAPPING_ERROR;

	spare = spare_get(dev, max(roundup_pow_of_two(offset + size), SPARE_MIN_SIZE));
	if (!spare)
		return DMA_MAPPING_ERROR;

	spare->memory = phys;
	spare->length = size;
	spare->offset = offset;
	spare_copy_there(spare, spare->addr + offset, size);

	spin_lock_irqsave(&spare_lock, flags);
	list_add(&spare->entry, &spare_busy);
	spin_unlock_irqrestore(&spare_lock, flags);

	return spare->addr + offset;
}

/**
 * xen_spare_unmap - take a spare buffer back
 * @addr: the address from the mapping; nothing is done if no spare is there
 * @back: how much of it the device has written, 0 to copy nothing
 *
 * Context: any.
 */
void xen_spare_unmap(dma_addr_t addr, size_t back)
{
	struct spare *spare = spare_find(addr);

	if (!spare)
		return;
	if (back)
		spare_copy_back(spare, addr, back);
	spare_put(spare);
}

/**
 * xen_spare_to_cpu - copy what the device wrote
 * @addr: within a mapping; nothing is done if no spare is there
 * @size: of the part
 *
 * Context: any.
 */
void xen_spare_to_cpu(dma_addr_t addr, size_t size)
{
	struct spare *spare = spare_find(addr);

	if (spare)
		spare_copy_back(spare, addr, size);
}

/**
 * xen_spare_to_device - copy what the CPU wrote
 * @addr: within a mapping; nothing is done if no spare is there
 * @size: of the part
 *
 * Context: any.
 */
void xen_spare_to_device(dma_addr_t addr, size_t size)
{
	struct spare *spare = spare_find(addr);

	if (spare)
		spare_copy_there(spare, addr, size);
}

/**
 * xen_spare_forget - free idle spares whose frames are no longer theirs
 *
 * A restored domain has other frames, in no order, so there are none to give back.
 *
 * Context: resume, no device works.
 */
void xen_spare_forget(void)
{
	struct spare *spare, *next;
	unsigned long flags;
	LIST_HEAD(gone);

	spin_lock_irqsave(&spare_lock, flags);
	list_splice_init(&spare_idle, &gone);
	spare_pages -= spare_idle_pages;
	spare_idle_pages = 0;
	spin_unlock_irqrestore(&spare_lock, flags);

	list_for_each_entry_safe(spare, next, &gone, entry) {
		ClearPageXenRemapped(spare->page);
		spare_free(spare);
	}
}
