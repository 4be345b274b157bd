/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the rest of the port asks of the list from pfn to mfn; lookups and changes of
 * single entries are in <asm/xen/page.h>.
 */
#ifndef XEN_PV_P2M_P2M_H
#define XEN_PV_P2M_P2M_H

#include <linux/types.h>

/* boot: what the domain builder left, and the list at its final place */
void xen_build_dynamic_phys_to_machine(void);
void xen_vmalloc_p2m_tree(void);

/* what the toolstack follows to save the domain */
void xen_build_mfn_list_list(void);
void xen_setup_mfn_list_list(void);

/* memory that is mapped elsewhere than at its own address in the machine */
void xen_do_remap_nonram(void);
void xen_add_remap_nonram(phys_addr_t maddr, phys_addr_t paddr, unsigned long size);

#endif /* XEN_PV_P2M_P2M_H */
