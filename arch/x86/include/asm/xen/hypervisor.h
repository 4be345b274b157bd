/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor as the rest of the kernel sees it: is it there, what did it
 * hand over at the start, and the hooks that code outside the port calls.
 */
#ifndef _ASM_X86_XEN_HYPERVISOR_H
#define _ASM_X86_XEN_HYPERVISOR_H

struct boot_params;
struct pci_dev;
struct shared_info;
struct start_info;

#include <asm/bug.h>
#include <asm/processor.h>

#define XEN_SIGNATURE	"XenVMMXenVMM"

/* The first of Xen's CPUID leaves, or 0: it need not be the first hypervisor shown. */
static inline uint32_t xen_cpuid_base(void)
{
	return hypervisor_cpuid_base(XEN_SIGNATURE, 2);
}

/* Until the real page is mapped this is a page of zeroes; never NULL. */
extern struct shared_info *HYPERVISOR_shared_info;
/* What a PV domain is started with; NULL in every other domain. */
extern struct start_info *xen_start_info;

/*
 * Updates of a PV domain that may wait, so that one call carries many of them:
 * page-table entries, or the processor state of the task that runs next. The
 * values are bits, for xen_mc_issue().
 */
enum xen_lazy_mode {
	XEN_LAZY_NONE	= 0,
	XEN_LAZY_MMU	= 1,
	XEN_LAZY_CPU	= 2,
};

DECLARE_PER_CPU(enum xen_lazy_mode, xen_lazy_mode);
DECLARE_PER_CPU(unsigned int, xen_lazy_nesting);

enum xen_lazy_mode xen_get_lazy_mode(void);

/*
 * Preemption is off. The same mode may be entered again inside itself; to
 * enter another one before leaving is a mistake of the caller.
 */
static inline void enter_lazy(enum xen_lazy_mode mode)
{
	enum xen_lazy_mode now = this_cpu_read(xen_lazy_mode);

	if (now == XEN_LAZY_NONE)
		this_cpu_write(xen_lazy_mode, mode);
	else if (!WARN_ON_ONCE(now != mode))
		this_cpu_inc(xen_lazy_nesting);
}

static inline void leave_lazy(enum xen_lazy_mode mode)
{
	if (WARN_ON_ONCE(this_cpu_read(xen_lazy_mode) != mode))
		return;

	if (this_cpu_read(xen_lazy_nesting))
		this_cpu_dec(xen_lazy_nesting);
	else
		this_cpu_write(xen_lazy_mode, XEN_LAZY_NONE);
}

/* Called by the PVH entry, before there is a .bss. */
void mem_map_via_hcall(struct boot_params *params);
void xen_pvh_init(struct boot_params *params);

/* A vCPU came or went: the driver of vCPU hotplug tells. */
void xen_arch_unregister_cpu(int num);
void xen_arch_register_cpu(int num);

/* True if the device's MSIs are left to Linux to restore. */
#ifndef CONFIG_XEN_PV_DOM0
static inline bool xen_initdom_restore_msi(struct pci_dev *dev) { return true; }
#else
bool xen_initdom_restore_msi(struct pci_dev *dev);
#endif

#if defined(CONFIG_XEN_DOM0) && defined(CONFIG_ACPI)
void xen_sanitize_proc_cap_bits(uint32_t *buf);
#else
/* Called only behind xen_initial_domain(), which is then a constant 0. */
static inline void xen_sanitize_proc_cap_bits(uint32_t *buf)
{
}
#endif

#endif /* _ASM_X86_XEN_HYPERVISOR_H */
