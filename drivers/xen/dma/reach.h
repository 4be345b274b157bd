/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a device can use memory where it is: functions of their arguments.
 *
 * Addresses are the device's, in bytes; a limit is the highest address that the device
 * can send, as masks are given.
 */
#ifndef _DRIVERS_XEN_DMA_REACH_H
#define _DRIVERS_XEN_DMA_REACH_H

#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/types.h>

/* Both are masks; a bus that has none says 0. */
static __always_inline u64 dma_limit(u64 mask, u64 bus)
{
	return likely(!bus) || mask < bus ? mask : bus;
}

/* @addr is below 2^52, so nothing wraps around. */
static __always_inline bool dma_in_reach(u64 addr, size_t size, u64 limit)
{
	return addr + size - 1 <= limit;
}

/*
 * Whether frames follow each other. The entries may have marks in their upper bits: a
 * run has the same ones throughout, as frame numbers do not grow into them; and there
 * is no run from an invalid entry on, which is all ones.
 */
static __always_inline bool dma_is_run(const unsigned long *entries, unsigned long count)
{
	unsigned long i, next = entries[0];

	for (i = 1; i < count; i++) {
		if (entries[i] != ++next)
			return false;
	}

	return true;
}

/* The most bits that an address may have so that each is within the limit. */
static inline unsigned int dma_limit_bits(u64 limit)
{
	return limit == U64_MAX ? 64 : ilog2(limit + 1);
}

/* Whether 2^@shift bytes, aligned to their size, can be in reach at all. */
static inline bool dma_limit_has_room(u64 limit, unsigned int shift)
{
	return dma_limit_bits(limit) >= shift;
}

#endif /* _DRIVERS_XEN_DMA_REACH_H */
