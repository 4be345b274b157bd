/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the event channel driver needs to know of x86.
 */
#ifndef _ASM_X86_XEN_EVENTS_H
#define _ASM_X86_XEN_EVENTS_H

#include <xen/xen.h>

/* The IPIs that are event channels, one of each kind a processor. */
enum ipi_vector {
	XEN_RESCHEDULE_VECTOR,
	XEN_CALL_FUNCTION_VECTOR,
	XEN_CALL_FUNCTION_SINGLE_VECTOR,
	XEN_SPIN_UNLOCK_VECTOR,
	XEN_IRQ_WORK_VECTOR,
	XEN_NMI_VECTOR,

	XEN_NR_IPIS,
};

/* Orders as a full barrier, which x86's XCHG is by itself. */
#define xchg_xen_ulong(word, new)	xchg(word, new)

/* Upcalls come as a vector of the local APIC, not as an interrupt line. */
extern bool xen_have_vector_callback;

/* ... and each processor has registered its own, which it has to end (EOI). */
extern bool xen_percpu_upcall;

/* An interrupt line always ends at vCPU 0: nothing can be moved away from it. */
static inline bool xen_support_evtchn_rebind(void)
{
	return xen_have_vector_callback || !xen_hvm_domain();
}

static inline int xen_irqs_disabled(struct pt_regs *regs)
{
	return raw_irqs_disabled_flags(regs->flags);
}

#endif /* _ASM_X86_XEN_EVENTS_H */
