/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether this is a domain, and of what kind.
 *
 * xen_domain()          on Xen at all
 * xen_pv_domain()       Linux does without hardware virtualisation
 * xen_hvm_domain()      the hardware helps: HVM with firmware and devices, or PVH
 * xen_pvh_domain()      HVM without firmware and devices
 * xen_initial_domain()  Dom0, PV or PVH
 *
 * All is known once boot has got to start_kernel(), and does not change. In a kernel
 * built without a kind it is constantly false.
 */
#ifndef _XEN_XEN_H
#define _XEN_XEN_H

#include <linux/types.h>

#include <xen/interface/hvm/start_info.h>

struct bio_vec;
struct page;
struct pt_regs;

enum xen_domain_type {
	XEN_NATIVE,
	XEN_PV_DOMAIN,
	XEN_HVM_DOMAIN,
};

#ifdef CONFIG_XEN
extern enum xen_domain_type xen_domain_type;
#else
#define xen_domain_type		XEN_NATIVE
#endif

#define xen_domain()		(xen_domain_type != XEN_NATIVE)
#define xen_hvm_domain()	(xen_domain_type == XEN_HVM_DOMAIN)
#define xen_pv_domain()		(xen_domain_type == XEN_PV_DOMAIN)

#ifdef CONFIG_XEN_PVH
extern bool xen_pvh;
#else
#define xen_pvh			0
#endif
#define xen_pvh_domain()	(xen_pvh)

/* SIF_*, of the start info that the domain was started with. */
extern u32 xen_start_flags;

#ifdef CONFIG_XEN_DOM0
#include <xen/interface/xen.h>
#include <asm/xen/hypervisor.h>

#define xen_initial_domain() \
	(xen_domain() && (xen_start_flags & SIF_INITDOMAIN))
#else
#define xen_initial_domain()	(0)
#endif

#ifdef CONFIG_XEN_PV
/* The memory map lets devices be passed to this PV domain. */
extern bool xen_pv_pci_possible;
#else
#define xen_pv_pci_possible	0
#endif

/* Start of a PVH domain, before the kernel proper. */
extern struct hvm_start_info pvh_start_info;
void xen_prepare_pvh(void);

/* Events of a PV domain, from its entry code. */
void xen_pv_evtchn_do_upcall(struct pt_regs *regs);

/* Whether a page continues a segment for a device. */
bool xen_biovec_phys_mergeable(const struct bio_vec *vec1, const struct page *page);

/*
 * Pages without memory, for foreign memory to be mapped in: out of unused address space,
 * or else out of the balloon.
 */
#ifndef CONFIG_XEN_UNPOPULATED_ALLOC
#include <xen/balloon.h>

#define xen_unpopulated_pages	0UL

static inline void xen_free_unpopulated_pages(unsigned int nr, struct page **pages)
{
	xen_free_ballooned_pages(nr, pages);
}

static inline int xen_alloc_unpopulated_pages(unsigned int nr, struct page **pages)
{
	return xen_alloc_ballooned_pages(nr, pages);
}
#else
#include <linux/ioport.h>

void xen_free_unpopulated_pages(unsigned int nr, struct page **pages);
int xen_alloc_unpopulated_pages(unsigned int nr, struct page **pages);

/* Where there is unused address space, and how much of the memory map is part of it. */
int arch_xen_unpopulated_init(struct resource **space);
extern unsigned long xen_unpopulated_pages;
#endif

#if defined(CONFIG_XEN_BALLOON) && defined(CONFIG_MEMORY_HOTPLUG)
/* The user's limit of memory, in bytes, while boot keeps to a lower one. */
extern u64 xen_saved_max_mem_size;
#endif

#if defined(CONFIG_X86) && defined(CONFIG_ACPI) && defined(CONFIG_XEN_DOM0)
/* Whether the host has the processor that the initial domain's ACPI tables name. */
bool xen_processor_present(uint32_t acpi_id);
#else
/* Asked in the initial domain only. */
static inline bool xen_processor_present(uint32_t acpi_id)
{
	return false;
}
#endif

#endif /* _XEN_XEN_H */
