// SPDX-License-Identifier: GPL-2.0
/*
 * What an HVM or PVH domain tells and asks the hypervisor of its memory.
 */
#include <linux/bug.h>
#include <linux/crash_dump.h>
#include <linux/init.h>
#include <linux/mm_types.h>
#include <linux/printk.h>

#include <asm/page.h>
#include <asm/paravirt.h>
#include <asm/xen/hypercall.h>

#include <xen/hvm.h>
#include <xen/interface/hvm/hvm_op.h>

#include "hvm.h"

static long mmu_tell_dying(phys_addr_t root)
{
	struct xen_hvm_pagetable_dying dying = {
		.domid = DOMID_SELF,
		.gpa = root,
	};

	return HYPERVISOR_hvm_op(HVMOP_pagetable_dying, &dying);
}

/* Saves a hypervisor with shadow page tables from following the tear-down. */
static void mmu_exit_mmap(struct mm_struct *mm)
{
	WARN_ON_ONCE(mmu_tell_dying(__pa(mm->pgd)) < 0);
}

#ifdef CONFIG_PROC_VMCORE

/*
 * A page that the crashed kernel had given back is emulated like a device when it
 * is read, that is slowly and to no end. If in doubt it is RAM.
 */
static bool mmu_vmcore_pfn_is_ram(struct vmcore_cb *cb, unsigned long pfn)
{
	struct xen_hvm_get_mem_type query = {
		.domid = DOMID_SELF,
		.pfn = pfn,
	};

	if (!HYPERVISOR_hvm_op(HVMOP_get_mem_type, &query))
		return query.mem_type != HVMMEM_mmio_dm;

	pr_warn_once("Unexpected HVMOP_get_mem_type failure\n");
	return true;
}

static struct vmcore_cb mmu_vmcore_cb = {
	.pfn_is_ram = mmu_vmcore_pfn_is_ram,
};

static void __init mmu_register_vmcore(void)
{
	register_vmcore_cb(&mmu_vmcore_cb);
}

#else

static inline void mmu_register_vmcore(void) {}

#endif /* CONFIG_PROC_VMCORE */

/**
 * xen_hvm_init_mmu_ops - see what the hypervisor wants to be told, and ask it
 *
 * Context: boot.
 */
void __init xen_hvm_init_mmu_ops(void)
{
	/* With tables in hardware it wants nothing, and refuses the try. */
	if (mmu_tell_dying(0) < 0)
		pr_debug("HVMOP_pagetable_dying not supported\n");
	else
		pv_ops.mmu.exit_mmap = mmu_exit_mmap;

	mmu_register_vmcore();
}
