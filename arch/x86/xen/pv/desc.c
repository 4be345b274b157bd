// SPDX-License-Identifier: GPL-2.0
/*
 * GDT of a PV domain.
 *
 * The hypervisor reads descriptors straight from the domain's pages, so it must
 * have checked each: a page in use as GDT (or LDT, ldt.c) is mapped read-only
 * everywhere and changes by hypercall only.
 */
#include <linux/mm.h>
#include <linux/preempt.h>

#include <asm/desc.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/segment.h>
#include <asm/topology.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include <trace/events/xen.h>

#include <xen/page.h>

#include "cpu.h"
#include "multicall.h"

/* User mode may ask for the limit of this segment, and nothing else. */
#define CPUNODE_FLAGS	(_DESC_S | _DESC_PRESENT | _DESC_DPL(3) | _DESC_DB | \
			 _DESC_ACCESSED | _DESC_DATA_EXPAND_DOWN)

/* Linux's GDT is one page at most, so the hypervisor's list of frames has one entry. */
static void use_gdt_frame(unsigned long mfn, const struct desc_ptr *dtr)
{
	unsigned int entries = (dtr->size + 1) / sizeof(struct desc_struct);
	int err;

	BUILD_BUG_ON(GDT_SIZE > PAGE_SIZE);

	err = HYPERVISOR_set_gdt(&mfn, entries);
	if (err)
		panic("the hypervisor refused the GDT: %d\n", err);
}

/**
 * xen_load_gdt - hand a GDT to the hypervisor
 * @dtr: the GDT, page aligned
 *
 * A GDT lies in the per-cpu area, which may have an address of its own beside the
 * one in the direct map; both mappings are made read-only first.
 *
 * On the CPU that is to use it, preemption off.
 */
void xen_load_gdt(const struct desc_ptr *dtr)
{
	unsigned int level;
	pte_t *pte = lookup_address(dtr->address, &level);
	unsigned long pfn;

	if (WARN_ON(!pte || offset_in_page(dtr->address)))
		return;

	pfn = pte_pfn(*pte);
	make_lowmem_page_readonly((void *)dtr->address);
	make_lowmem_page_readonly(pfn_to_kaddr(pfn));
	use_gdt_frame(pfn_to_mfn(pfn), dtr);
}

/**
 * xen_load_boot_gdt - the first GDT, and the base of the per-cpu area
 *
 * Neither lookup_address() nor the protector's canary are there yet. The boot CPU's
 * initial GDT lies in the kernel image, whose only mapping is the one it runs on.
 */
void __init xen_load_boot_gdt(void)
{
	struct desc_ptr dtr = {
		.address = (unsigned long)&per_cpu(gdt_page, 0),
		.size = GDT_SIZE - 1,
	};
	unsigned long pfn = virt_to_pfn((void *)dtr.address);
	int err;

	err = HYPERVISOR_update_va_mapping(dtr.address, pfn_pte(pfn, PAGE_KERNEL_RO), 0);
	if (err)
		panic("the first GDT stays writable: %d\n", err);

	use_gdt_frame(pfn_to_mfn(pfn), &dtr);
	HYPERVISOR_set_segment_base(SEGBASE_GS_KERNEL, cpu_kernelmode_gs_base(0));
}

/**
 * xen_write_gdt_entry - change a descriptor
 * @table: first descriptor of the GDT
 * @index: which one
 * @desc: its new contents
 * @type: DESC_TSS, DESC_LDT or DESCTYPE_S
 *
 * System descriptors are refused by the hypervisor and of no use: it has its own
 * TSS, and a domain's LDT is loaded by hypercall.
 *
 * Any context.
 */
void xen_write_gdt_entry(struct desc_struct *table, int index, const void *desc, int type)
{
	int err;

	trace_xen_cpu_write_gdt_entry(table, index, desc, type);

	if (type == DESC_TSS || type == DESC_LDT)
		return;

	preempt_disable();
	xen_mc_flush();
	err = HYPERVISOR_update_descriptor(arbitrary_virt_to_machine(&table[index]).maddr,
					   *(const u64 *)desc);
	preempt_enable();

	WARN(err, "the hypervisor refused GDT entry %d: %d\n", index, err);
}

/**
 * xen_gdt_prepare - what a secondary CPU does not write into its GDT itself
 * @cpu: the CPU to come up
 *
 * The vDSO reads CPU and node number from the limit of a segment. Natively the CPU
 * writes that descriptor while it sets up its exception handling, which is not part
 * of the way a vCPU comes up.
 *
 * May sleep.
 */
void xen_gdt_prepare(unsigned int cpu)
{
	const unsigned long limit = vdso_encode_cpunode(cpu, early_cpu_to_node(cpu));
	const struct desc_struct desc = GDT_ENTRY_INIT(CPUNODE_FLAGS, 0, limit);

	xen_write_gdt_entry(get_cpu_gdt_rw(cpu), GDT_ENTRY_CPUNODE, &desc, DESCTYPE_S);
}
