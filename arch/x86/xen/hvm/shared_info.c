// SPDX-License-Identifier: GPL-2.0
/*
 * The shared_info page of an HVM or PVH domain: a page of its RAM that the
 * hypervisor replaces by its own. It stays at one page frame for good, also when
 * the domain is restored elsewhere.
 */
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/panic.h>
#include <linux/pfn.h>

#include <asm/e820/api.h>
#include <asm/early_ioremap.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/memory.h>
#include <xen/xen.h>

#include "../vcpu.h"
#include "hvm.h"

static unsigned long shared_info_pfn __ro_after_init;

/**
 * xen_hvm_init_shared_info - let the hypervisor put its page into place
 *
 * Context: boot, or restore with one processor running. Panics if refused.
 */
void xen_hvm_init_shared_info(void)
{
	struct xen_add_to_physmap place = {
		.domid = DOMID_SELF,
		.space = XENMAPSPACE_shared_info,
		.gpfn = shared_info_pfn,
	};
	int err = HYPERVISOR_memory_op(XENMEM_add_to_physmap, &place);

	if (err)
		panic("Xen does not place its shared_info page: %d\n", err);
}

static bool __init shared_info_page_fits(phys_addr_t addr)
{
	return e820__mapped_all(addr, addr + PAGE_SIZE, E820_TYPE_RAM) &&
	       !memblock_is_reserved(addr);
}

/**
 * xen_hvm_reserve_shared_info - find the page frame, and map it for the time being
 *
 * A low one: replacing it breaks up a large page of the hypervisor's tables, and
 * low memory has none. The first page of all is the BIOS's; that of a domain
 * leaves the rest alone, what Linux reserves below 64 KiB for others' included.
 *
 * Context: boot, before the linear mapping.
 */
void __init xen_hvm_reserve_shared_info(void)
{
	phys_addr_t addr = PAGE_SIZE;

	while (!shared_info_page_fits(addr))
		addr += PAGE_SIZE;

	memblock_reserve(addr, PAGE_SIZE);
	shared_info_pfn = PHYS_PFN(addr);
	HYPERVISOR_shared_info = early_memremap(addr, PAGE_SIZE);
}

/**
 * xen_hvm_remap_shared_info - use the page through the linear mapping from now on
 *
 * What points into it goes along: the boot processor's vcpu_info. It may stay
 * there for long, if upcalls come as an interrupt line.
 *
 * Context: boot, once the linear mapping is there.
 */
void __init xen_hvm_remap_shared_info(void)
{
	early_memunmap(HYPERVISOR_shared_info, PAGE_SIZE);
	HYPERVISOR_shared_info = __va(PFN_PHYS(shared_info_pfn));
	xen_vcpu_info_reset(0);
}
