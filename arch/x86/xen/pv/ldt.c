// SPDX-License-Identifier: GPL-2.0
/*
 * LDTs of a PV domain.
 *
 * Like the GDT (desc.c), an LDT is read by the hypervisor where it lies: while it
 * is allocated as one, each of its pages is read-only in the mapping that Linux
 * uses (vmalloc space, if it is longer than a page) and in the direct map.
 */
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/uaccess.h>

#include <asm/desc.h>
#include <asm/pgtable.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include <xen/page.h>

#include "cpu.h"
#include "multicall.h"

/* Change how one page is mapped, wherever it is. */
static int protect_page(void *page, pgprot_t prot)
{
	unsigned int level;
	pte_t *old = lookup_address((unsigned long)page, &level);
	void *direct;
	pte_t new;
	u8 probe;
	int err;

	if (WARN_ON(!old))
		return -EFAULT;

	new = pfn_pte(pte_pfn(*old), prot);
	direct = pfn_to_kaddr(pte_pfn(*old));

	/*
	 * The hypercall works on the page tables that are loaded.  A new piece of
	 * vmalloc space may be missing from them until it is touched, and they
	 * must not be changed for others in between.
	 */
	preempt_disable();
	copy_from_kernel_nofault(&probe, page, sizeof(probe));
	err = HYPERVISOR_update_va_mapping((unsigned long)page, new, 0);
	if (!err && direct != page)
		err = HYPERVISOR_update_va_mapping((unsigned long)direct, new, 0);
	preempt_enable();

	return err;
}

static int protect_ldt(struct desc_struct *ldt, unsigned int entries, pgprot_t prot)
{
	void *page = ldt;
	void *end = ldt + entries;
	int err = 0;

	for (; page < end && !err; page += PAGE_SIZE)
		err = protect_page(page, prot);
	return err;
}

/**
 * xen_alloc_ldt - give up write access to an LDT
 * @ldt: first descriptor, page aligned
 * @entries: number of descriptors
 *
 * Failure means that the hypervisor will refuse the LDT when it is used.
 *
 * May sleep.
 */
void xen_alloc_ldt(struct desc_struct *ldt, unsigned int entries)
{
	WARN_ON_ONCE(protect_ldt(ldt, entries, PAGE_KERNEL_RO));
}

/**
 * xen_free_ldt - get write access back, before the pages are freed
 * @ldt: first descriptor, page aligned
 * @entries: number of descriptors
 *
 * May sleep.
 */
void xen_free_ldt(struct desc_struct *ldt, unsigned int entries)
{
	/* A page that stays read-only must not reach the allocator. */
	BUG_ON(protect_ldt(ldt, entries, PAGE_KERNEL));
}

/**
 * xen_set_ldt - make an LDT the current one
 * @ldt: first descriptor, NULL for none
 * @entries: number of descriptors
 *
 * Preemption off; deferred to the end of the batch during a context switch.
 */
void xen_set_ldt(const void *ldt, unsigned int entries)
{
	unsigned long flags = xen_batch_begin();
	struct mmuext_op *op = xen_batch_mmuext_op(MMUEXT_SET_LDT);

	trace_xen_cpu_set_ldt(ldt, entries);

	op->arg1.linear_addr = (unsigned long)ldt;
	op->arg2.nr_ents = entries;
	xen_batch_end(flags, XEN_LAZY_CPU);
}

/**
 * xen_write_ldt_entry - change a descriptor
 * @ldt: first descriptor
 * @index: which one
 * @desc: its new contents
 *
 * Any context.
 */
void xen_write_ldt_entry(struct desc_struct *ldt, int index, const void *desc)
{
	u64 value = *(const u64 *)desc;
	int err;

	trace_xen_cpu_write_ldt_entry(ldt, index, value);

	preempt_disable();
	xen_mc_flush();
	err = HYPERVISOR_update_descriptor(arbitrary_virt_to_machine(&ldt[index]).maddr, value);
	preempt_enable();

	WARN_ONCE(err, "the hypervisor refused LDT entry %d: %d\n", index, err);
}
