// SPDX-License-Identifier: GPL-2.0
/*
 * The bounce buffer of a PV domain, made usable for devices.
 *
 * Owns the map of places below 4 GiB in the machine where copies may be: each of the
 * buffer's segments, and each spare one (spare.c). Invariant: a place with a copy that a
 * device has is in the map; a place in the map need not have one. Bits are set with
 * atomic operations before an address is given to a device, so there is no lock.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/notifier.h>

#include <xen/swiotlb-xen.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>

#include "pool.h"
#include "spare.h"

#define POOL_SEGMENT	BIT(POOL_SEGMENT_SHIFT)

unsigned long xen_pool_places[BITS_TO_LONGS(POOL_PLACES)] __read_mostly;

/* No copy is at this address or above it. */
dma_addr_t xen_pool_end __read_mostly;

/* The buffer in the domain's memory, and its highest address in the machine. */
static phys_addr_t pool_start, pool_finish;
static dma_addr_t pool_top = ~0ULL;

/*
 * One run for a segment, as low in the machine as there is one: devices that reach only
 * a part of memory need the buffer most. @bits is where the search begins, and was
 * successful.
 */
static int pool_place_segment(phys_addr_t at, unsigned int *bits)
{
	dma_addr_t unused;
	int err;

	do {
		err = xen_create_contiguous_region(at, POOL_SEGMENT_SHIFT - PAGE_SHIFT,
						   *bits, &unused);
	} while (err && ++*bits <= POOL_ADDRESS_BITS);

	return err;
}

static int pool_place(phys_addr_t start, phys_addr_t finish)
{
	unsigned int bits = POOL_SEGMENT_SHIFT;
	int err = 0;

	for (; start < finish && !err; start += POOL_SEGMENT)
		err = pool_place_segment(start, &bits);

	return err;
}

/**
 * xen_pool_note_place - there may be a copy at this address from now on
 * @addr: an address of the place, which has 256 KiB
 *
 * Context: any.
 */
void xen_pool_note_place(dma_addr_t addr)
{
	dma_addr_t end = round_down(addr, POOL_SEGMENT) + POOL_SEGMENT;
	dma_addr_t old = READ_ONCE(xen_pool_end);

	if (addr >> POOL_ADDRESS_BITS)
		end = ~0ULL;
	else
		set_bit(addr >> POOL_SEGMENT_SHIFT, xen_pool_places);

	while (old < end && !try_cmpxchg(&xen_pool_end, &old, end))
		;
}

/* By page, as it may have been impossible to place a segment. */
static void pool_note(void)
{
	dma_addr_t addr, top = 0;
	phys_addr_t at;

	for (at = pool_start; at < pool_finish; at += PAGE_SIZE) {
		addr = dma_address(NULL, at);
		xen_pool_note_place(addr);
		top = max(top, addr + PAGE_SIZE - 1);
	}
	pool_top = top;
}

/**
 * xen_pool_top - what a device has to reach
 *
 * Context: any.
 * Return: the highest address in the bounce buffer, or all ones if there is none.
 */
dma_addr_t xen_pool_top(void)
{
	return pool_top;
}

/**
 * xen_swiotlb_fixup - put runs of frames behind the bounce buffer
 * @buf: the buffer
 * @nslabs: its size, in slabs of 2 KiB; a multiple of a segment's, which no buffer for
 *	a mapping crosses
 *
 * Context: boot.
 * Return: 0, or -errno: then the buffer is memory like all other, and a smaller one
 *	may be tried.
 */
int __init xen_swiotlb_fixup(void *buf, unsigned long nslabs)
{
	phys_addr_t start = virt_to_phys(buf), finish = start + (nslabs << IO_TLB_SHIFT);
	int err;

	BUILD_BUG_ON(!is_power_of_2(IO_TLB_SEGSIZE));
	if (nslabs % IO_TLB_SEGSIZE)
		return -EINVAL;

	err = pool_place(start, finish);
	if (err)
		return err;

	pool_start = start;
	pool_finish = finish;
	pool_note();
	return 0;
}

/*
 * A domain that was restored has other frames. Its devices were taken away before, so no
 * copy is in use.
 */
static int pool_resume(struct notifier_block *block, unsigned long event, void *data)
{
	xen_spare_forget();
	if (pool_place(pool_start, pool_finish))
		pr_warn("xen: no contiguous memory for the bounce buffer after restore\n");
	pool_note();

	return NOTIFY_OK;
}

static struct notifier_block pool_resume_block = {
	.notifier_call = pool_resume,
};

static int __init pool_init(void)
{
	if (xen_pv_domain() && !xen_initial_domain())
		xen_resume_notifier_register(&pool_resume_block);

	return 0;
}
core_initcall(pool_init);
