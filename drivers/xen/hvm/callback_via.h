/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the hypervisor signals events to an HVM domain without a vector of its own: the
 * value of HVM_PARAM_CALLBACK_IRQ (xen/include/public/hvm/params.h). Pure.
 */
#ifndef XEN_HVM_CALLBACK_VIA_H
#define XEN_HVM_CALLBACK_VIA_H

#include <linux/types.h>

#include <xen/hvm.h>
#include <xen/interface/hvm/params.h>

#define CALLBACK_VIA_DOMAIN_SHIFT	32
#define CALLBACK_VIA_BUS_SHIFT		16
#define CALLBACK_VIA_DEVFN_SHIFT	8
#define CALLBACK_VIA_ISA_IRQS		16

/* By a line of the ISA interrupt controllers: the type is 0. */
static inline bool callback_via_is_isa(unsigned int irq)
{
	return irq < CALLBACK_VIA_ISA_IRQS;
}

/* By a PCI device's interrupt pin, 1 for INTA to 4 for INTD. */
static inline u64 callback_via_pci(u32 domain, u8 bus, u8 devfn, u8 pin)
{
	return (u64)HVM_PARAM_CALLBACK_TYPE_PCI_INTX << HVM_CALLBACK_VIA_TYPE_SHIFT |
	       (u64)domain << CALLBACK_VIA_DOMAIN_SHIFT |
	       (u64)bus << CALLBACK_VIA_BUS_SHIFT |
	       (u64)devfn << CALLBACK_VIA_DEVFN_SHIFT |
	       ((pin - 1) & 3);
}

#endif /* XEN_HVM_CALLBACK_VIA_H */
