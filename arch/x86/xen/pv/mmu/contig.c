// SPDX-License-Identifier: GPL-2.0
/*
 * Runs of frames for devices.
 *
 * Neighbouring pages of a PV domain lie anywhere in the host's memory.  For a
 * device that needs one piece, the frames behind the pages are exchanged: the
 * pages are unmapped, the hypervisor takes their frames and gives others, and
 * these are mapped instead.
 *
 * Owns the list of frames that goes to the hypervisor.  Invariant: outside of
 * contig_lock every page of a region is mapped, by the frame that the p2m list
 * has for it.  Locks: contig_lock is a leaf, taken with interrupts off.
 */
#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/swiotlb-xen.h>
#include <asm/xen/hypercall.h>

#include "internal.h"

/* One page of frames, as much as the bounce buffers want at boot. */
#define CONTIG_MIN_ORDER	9

static DEFINE_SPINLOCK(contig_lock);

/* Guarded by contig_lock, but for reading the order; grows, never shrinks. */
static unsigned long *contig_frames;
static unsigned int contig_order;

/**
 * xen_contig_init() - get the list of frames that serves regions up to 2 MiB
 *
 * Without it no region can be made, which its users survive.
 *
 * Context: boot, while memblock hands out memory.
 */
void __init xen_contig_init(void)
{
	BUILD_BUG_ON((sizeof(*contig_frames) << CONTIG_MIN_ORDER) != PAGE_SIZE);

	contig_frames = memblock_alloc(PAGE_SIZE, PAGE_SIZE);
	if (contig_frames)
		contig_order = CONTIG_MIN_ORDER;
}

/* The list from memblock stays behind when a larger one takes its place. */
static int contig_grow(unsigned int order)
{
	unsigned long *larger, *unused;
	unsigned long flags;
	unsigned int pages;

	if (!contig_order)
		return -ENOMEM;

	larger = (unsigned long *)__get_free_pages(GFP_KERNEL | __GFP_NOWARN,
						   order - CONTIG_MIN_ORDER);
	if (!larger)
		return -ENOMEM;

	unused = larger;
	pages = order;
	spin_lock_irqsave(&contig_lock, flags);
	if (order > contig_order) {
		unused = contig_frames;
		pages = contig_order;
		contig_frames = larger;
		WRITE_ONCE(contig_order, order);
	}
	spin_unlock_irqrestore(&contig_lock, flags);

	if (unused == larger || pages > CONTIG_MIN_ORDER)
		free_pages((unsigned long)unused, pages - CONTIG_MIN_ORDER);

	return 0;
}

/*
 * Queues new entries for the pages of a region, whose order of two keeps it
 * from crossing more than the ends of page tables.
 */
static void contig_set_entry(unsigned long address, pteval_t val, u64 *where)
{
	unsigned int level;

	if (!*where || !pte_index(address))
		*where = xen_lowmem_maddr(lookup_address(address, &level));

	xen_batch_mmu_update(*where | MMU_NORMAL_PT_UPDATE, val);
	*where += sizeof(pte_t);
}

/* The exchange wants frames that nothing maps and pages that have no frame. */
static void contig_unmap(unsigned long start, unsigned int order)
{
	unsigned long i, flags = xen_batch_begin();
	u64 where = 0;

	for (i = 0; i < 1UL << order; i++) {
		unsigned long address = start + (i << PAGE_SHIFT);

		contig_set_entry(address, 0, &where);
		__set_phys_to_machine(virt_to_pfn((void *)address), INVALID_P2M_ENTRY);
	}
	xen_batch_end(flags, 0);
}

/* One frame a page or, with a step of 1, a run from the first frame on. */
static void contig_map(unsigned long start, unsigned int order,
		       const unsigned long *frames, unsigned int step)
{
	unsigned long i, flags = xen_batch_begin();
	u64 where = 0;

	for (i = 0; i < 1UL << order; i++) {
		unsigned long address = start + (i << PAGE_SHIFT);
		unsigned long mfn = step ? frames[0] + i : frames[i];

		contig_set_entry(address, pte_val_ma(mfn_pte(mfn, PAGE_KERNEL)), &where);
		set_phys_to_machine(virt_to_pfn((void *)address), mfn);
	}

	/* No CPU may go on with the frames that were there before. */
	xen_batch_mmuext_op(MMUEXT_TLB_FLUSH_ALL);
	xen_batch_end(flags, 0);
}

static void contig_side(struct xen_memory_reservation *side, unsigned long *frames,
			unsigned long count, unsigned int order, unsigned int bits)
{
	set_xen_guest_handle(side->extent_start, frames);
	side->nr_extents = count;
	side->extent_order = order;
	side->address_bits = bits;
	side->domid = DOMID_SELF;
}

/*
 * True if the frames have changed hands, false if all is as before.  One of
 * the sides is a single extent, so nothing lies between the two.
 */
static bool contig_exchange(struct xen_memory_exchange *exchange)
{
	long err = HYPERVISOR_memory_op(XENMEM_exchange, exchange);
	bool done = exchange->nr_exchanged == exchange->in.nr_extents;

	WARN_ONCE(done ? err : !err || exchange->nr_exchanged,
		  "exchange of memory: result %ld after %lu of %lu extents\n", err,
		  (unsigned long)exchange->nr_exchanged,
		  (unsigned long)exchange->in.nr_extents);

	return done;
}

/* What the hypervisor hands out: a run, aligned to its size, below the limit. */
static bool contig_is_region(unsigned long pfn, unsigned int order, unsigned int bits)
{
	unsigned long i, count = 1UL << order, mfn = pfn_to_mfn(pfn);

	if (mfn & (count - 1))
		return false;
	if (bits && bits < BITS_PER_LONG && mfn + count > 1UL << bits >> PAGE_SHIFT)
		return false;
	for (i = 1; i < count; i++) {
		if (pfn_to_mfn(pfn + i) != mfn + i)
			return false;
	}

	return true;
}

/**
 * xen_create_contiguous_region() - put one run of frames behind pages
 * @pstart:	physical address of the first page, aligned to the size
 * @order:	2^@order pages, all in the linear mapping and used by nobody
 * @address_bits: the run has to end below 2^@address_bits
 * @dma_handle:	takes the machine address of the first page
 *
 * The content of the pages is lost.
 *
 * Context: any for up to 2 MiB, else may sleep.
 * Return: 0, or -ENOMEM, with the pages on the frames they had.
 */
int xen_create_contiguous_region(phys_addr_t pstart, unsigned int order,
				 unsigned int address_bits, dma_addr_t *dma_handle)
{
	unsigned long start = (unsigned long)phys_to_virt(pstart);
	unsigned long i, flags, first = PFN_DOWN(pstart);
	struct xen_memory_exchange exchange = { };
	bool done = contig_is_region(first, order, address_bits);

	if (done)
		goto out;

	if (order > READ_ONCE(contig_order) && contig_grow(order))
		return -ENOMEM;

	/* The frames go to others. */
	memset((void *)start, 0, PAGE_SIZE << order);

	spin_lock_irqsave(&contig_lock, flags);
	for (i = 0; i < 1UL << order; i++)
		contig_frames[i] = pfn_to_mfn(PFN_DOWN(pstart) + i);
	contig_unmap(start, order);

	contig_side(&exchange.in, contig_frames, 1UL << order, 0, 0);
	contig_side(&exchange.out, &first, 1, order, address_bits);
	done = contig_exchange(&exchange);

	contig_map(start, order, done ? &first : contig_frames, done);
	spin_unlock_irqrestore(&contig_lock, flags);
out:
	*dma_handle = PFN_PHYS(pfn_to_mfn(PFN_DOWN(pstart)));
	return done ? 0 : -ENOMEM;
}

/**
 * xen_destroy_contiguous_region() - give a run of frames back
 * @pstart:	as for xen_create_contiguous_region()
 * @order:	as for xen_create_contiguous_region()
 *
 * Runs are scarce, so the pages get single frames.  Where the hypervisor has
 * none the run stays, which does no harm.  The content is lost.
 *
 * Context: any.
 */
void xen_destroy_contiguous_region(phys_addr_t pstart, unsigned int order)
{
	unsigned long start = (unsigned long)phys_to_virt(pstart);
	unsigned long i, flags, first = pfn_to_mfn(PFN_DOWN(pstart));
	struct xen_memory_exchange exchange = { };
	bool done;

	if (order > READ_ONCE(contig_order))
		return;

	memset((void *)start, 0, PAGE_SIZE << order);

	spin_lock_irqsave(&contig_lock, flags);
	for (i = 0; i < 1UL << order; i++)
		contig_frames[i] = PFN_DOWN(pstart) + i;
	contig_unmap(start, order);

	contig_side(&exchange.in, &first, 1, order, 0);
	contig_side(&exchange.out, contig_frames, 1UL << order, 0, 0);
	done = contig_exchange(&exchange);

	contig_map(start, order, done ? contig_frames : &first, !done);
	spin_unlock_irqrestore(&contig_lock, flags);
}
