// SPDX-License-Identifier: GPL-2.0
/*
 * Save and restore of a PV domain.
 *
 * The toolstack rewrites page tables and the p2m for the new machine frames, but
 * only frame numbers that it knows of: start_info carries two that are made pseudo-
 * physical for the journey, page tables have to be pinned so that it can tell them,
 * and shared_info, whose frame changes, must not be mapped.
 */
#include <linux/cpumask.h>
#include <linux/init.h>

#include <asm/fixmap.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include <xen/interface/xen.h>

#include "../domain.h"
#include "../suspend.h"
#include "../vcpu.h"
#include "mmu/mmu.h"
#include "p2m/p2m.h"
#include "smp.h"

static void start_info_to_pfns(void)
{
	xen_start_info->console.domU.mfn = mfn_to_pfn(xen_start_info->console.domU.mfn);
	xen_start_info->store_mfn = mfn_to_pfn(xen_start_info->store_mfn);
}

static void start_info_to_mfns(void)
{
	xen_start_info->console.domU.mfn = pfn_to_mfn(xen_start_info->console.domU.mfn);
	xen_start_info->store_mfn = pfn_to_mfn(xen_start_info->store_mfn);
}

/**
 * xen_pv_pre_suspend - make a PV domain's memory fit to be saved
 *
 * Context: stop_machine() on CPU 0, interrupts off.
 */
void xen_pv_pre_suspend(void)
{
	xen_mm_pin_all();
	start_info_to_pfns();

	/* An old mapping would be restored as one of a foreign frame. */
	HYPERVISOR_shared_info = &xen_dummy_shared_info;
	BUG_ON(HYPERVISOR_update_va_mapping(fix_to_virt(FIX_PARAVIRT_BOOTMAP), __pte_ma(0),
					    0));
}

/**
 * xen_pv_post_suspend - find a PV domain's memory again
 * @suspend_cancelled: non-zero if the domain was not saved
 *
 * A restored domain's toolstack has put the new frames into start_info and has
 * built every vCPU that was online from its saved context.
 *
 * Context: stop_machine() on CPU 0, interrupts off.
 */
void xen_pv_post_suspend(int suspend_cancelled)
{
	/* The list of the p2m's frames holds machine frames: write it anew. */
	xen_build_mfn_list_list();

	set_fixmap(FIX_PARAVIRT_BOOTMAP, xen_start_info->shared_info);
	HYPERVISOR_shared_info = (struct shared_info *)fix_to_virt(FIX_PARAVIRT_BOOTMAP);
	xen_setup_mfn_list_list();

	if (suspend_cancelled) {
		start_info_to_mfns();
	} else {
		xen_pv_smp_restored();
		xen_vcpu_restore();
	}

	xen_mm_unpin_all();
}
