/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the rest of the port asks of a PV domain's memory management.
 */
#ifndef XEN_PV_MMU_MMU_H
#define XEN_PV_MMU_MMU_H

#include <linux/percpu.h>
#include <linux/pgtable.h>

/*
 * What this CPU has set as its page tables last, a physical address; the
 * hypercall may still wait in the batch.
 */
DECLARE_PER_CPU(unsigned long, xen_cr3);

/* boot */
void xen_setup_machphys_mapping(void);
void xen_init_mmu_ops(void);
void xen_setup_kernel_pagetable(pgd_t *pgd, unsigned long max_pfn);
void xen_reserve_special_pages(void);
void xen_pt_check_e820(void);
void xen_relocate_p2m(void);

/* Every address space at once, while the domain is being saved and nothing else runs. */
void xen_mm_pin_all(void);
void xen_mm_unpin_all(void);

#endif /* XEN_PV_MMU_MMU_H */
