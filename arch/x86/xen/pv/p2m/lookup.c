// SPDX-License-Identifier: GPL-2.0
/*
 * From a page frame number to the machine frame behind it.
 *
 * Owns the list's address and size, which are written at boot only. The usual look-up
 * is inline in asm/xen/page.h: one load. What comes here is an entry that reads as
 * invalid, and may be an identity frame that is not stored.
 */
#include <linux/cache.h>
#include <linux/export.h>

#include "../memmap.h"
#include "internal.h"

unsigned long *xen_p2m_addr __ro_after_init;
EXPORT_SYMBOL_GPL(xen_p2m_addr);

/* Entries that can be read. */
unsigned long xen_p2m_size __ro_after_init;
EXPORT_SYMBOL_GPL(xen_p2m_size);

/* Entries that there will be; larger than xen_p2m_size only while booting. */
unsigned long xen_max_p2m_pfn __ro_after_init;
EXPORT_SYMBOL_GPL(xen_max_p2m_pfn);

struct p2m_shared p2m_shared[2] __ro_after_init;
struct p2m_group **p2m_dir __ro_after_init;

/**
 * get_phys_to_machine() - look up an entry, also where it is not stored
 * @pfn: page frame number
 *
 * Context: Any, without a lock.
 *
 * Return: the entry with its identity or foreign bit, or INVALID_P2M_ENTRY. Beyond the
 * list everything is an identity frame.
 */
unsigned long get_phys_to_machine(unsigned long pfn)
{
	if (unlikely(pfn >= xen_p2m_size))
		return pfn < xen_max_p2m_pfn ? xen_chk_extra_mem(pfn) : IDENTITY_FRAME(pfn);

	if (likely(p2m_dir)) {
		if (p2m_leaf_is_identity(pfn))
			return IDENTITY_FRAME(pfn);
		/*
		 * The leaf may have got a page of its own after the caller had read the
		 * shared one: the bit goes after the page has come, see p2m_own_leaf().
		 */
		smp_rmb();
	}

	return READ_ONCE(xen_p2m_addr[pfn]);
}
EXPORT_SYMBOL_GPL(get_phys_to_machine);
