/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the architecture's part of a domain and the services on top of it.
 */
#ifndef INCLUDE_XEN_OPS_H
#define INCLUDE_XEN_OPS_H

#include <linux/bug.h>
#include <linux/efi.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/virtio_anchor.h>

#include <asm/xen/interface.h>

#include <xen/features.h>
#include <xen/interface/vcpu.h>

struct virtio_device;
struct vm_area_struct;

/* vCPUs: Linux's number of a processor, Xen's, and what the hypervisor shares of each. */

#define XEN_VCPU_ID_INVALID	U32_MAX

DECLARE_PER_CPU(uint32_t, xen_vcpu_id);
DECLARE_PER_CPU(struct vcpu_info *, xen_vcpu);

static inline uint32_t xen_vcpu_nr(int cpu)
{
	return per_cpu(xen_vcpu_id, cpu);
}

/* Life cycle; drivers/xen/power/suspend.c has the order. */

int xen_setup_shutdown_event(void);
void xen_reboot(int reason);

void xen_arch_suspend(void);
void xen_arch_pre_suspend(void);
void xen_arch_post_suspend(int suspend_cancelled);
void xen_arch_resume(void);
void xen_timer_resume(void);

void xen_resume_notifier_register(struct notifier_block *nb);
void xen_resume_notifier_unregister(struct notifier_block *nb);

/* Stolen time. */

void xen_time_setup_guest(void);
void xen_setup_runstate_info(int cpu);
u64 xen_steal_clock(int cpu);
bool xen_vcpu_stolen(int vcpu);
void xen_manage_runstate_time(int action);

/* The hypervisor and its firmware. */

bool xen_running_on_version_or_later(unsigned int major, unsigned int minor);
void xen_efi_runtime_setup(void);

/*
 * Another domain's memory in a process. A PV domain maps its frames as they are; any other
 * has them put behind pages of its own that have no memory.
 */

#ifdef CONFIG_XEN_PV
int xen_remap_pfn(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t *frames, int nr,
		  int *errs, pgprot_t prot, unsigned int domid, bool frames_are_mfns);
#else
/* There is no such domain. */
static inline int xen_remap_pfn(struct vm_area_struct *vma, unsigned long addr,
				xen_pfn_t *frames, int nr, int *errs, pgprot_t prot,
				unsigned int domid, bool frames_are_mfns)
{
	return -EOPNOTSUPP;
}
#endif

#ifdef CONFIG_XEN_AUTO_XLATE
int xen_xlate_unmap_gfn_range(struct vm_area_struct *vma, int nr, struct page **pages);
int xen_xlate_remap_gfn_array(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t *gfns,
			      int nr, int *errs, pgprot_t prot, unsigned int domid,
			      struct page **pages);
#else
static inline int xen_xlate_unmap_gfn_range(struct vm_area_struct *vma, int nr,
					    struct page **pages)
{
	return -EOPNOTSUPP;
}

static inline int xen_xlate_remap_gfn_array(struct vm_area_struct *vma, unsigned long addr,
					    xen_pfn_t *gfns, int nr, int *errs,
					    pgprot_t prot, unsigned int domid,
					    struct page **pages)
{
	return -EOPNOTSUPP;
}
#endif

int xen_remap_vma_range(struct vm_area_struct *vma, unsigned long addr, unsigned long len);
int xen_unmap_domain_gfn_range(struct vm_area_struct *vma, int nr, struct page **pages);
int xen_xlate_map_ballooned_pages(xen_pfn_t **gfns, void **addr, unsigned long nr);

/**
 * xen_remap_domain_gfn_array - map frames of another domain by what it calls them
 * @vma: a VM_IO | VM_PFNMAP mapping
 * @addr: where in it, page-aligned
 * @gfns: the frames
 * @nr: how many
 * @errs: set to 0 or an error for each frame; may be the memory that @gfns is in
 * @prot: protection of the mapping
 * @domid: the domain
 * @pages: pages without memory, where this domain does not translate frames itself
 *
 * Context: process, mmap lock held for writing.
 * Return: how many frames are mapped, or a negative error.
 */
static inline int xen_remap_domain_gfn_array(struct vm_area_struct *vma, unsigned long addr,
					     xen_pfn_t *gfns, int nr, int *errs,
					     pgprot_t prot, unsigned int domid,
					     struct page **pages)
{
	/* Nobody could tell what was mapped and what was not. */
	if (WARN_ON_ONCE(!errs))
		return -EINVAL;

	if (!xen_feature(XENFEAT_auto_translated_physmap))
		return xen_remap_pfn(vma, addr, gfns, nr, errs, prot, domid, false);

	return xen_xlate_remap_gfn_array(vma, addr, gfns, nr, errs, prot, domid, pages);
}

/**
 * xen_remap_domain_mfn_array - map frames of the host that another domain has
 * @vma: a VM_IO | VM_PFNMAP mapping
 * @addr: where in it, page-aligned
 * @mfns: the frames
 * @nr: how many
 * @errs: set to 0 or an error for each frame; may be the memory that @mfns is in
 * @prot: protection of the mapping
 * @domid: the domain
 *
 * Context: process, mmap lock held for writing.
 * Return: how many frames are mapped, or a negative error; -EOPNOTSUPP where this domain
 * does not translate frames itself.
 */
static inline int xen_remap_domain_mfn_array(struct vm_area_struct *vma, unsigned long addr,
					     xen_pfn_t *mfns, int nr, int *errs,
					     pgprot_t prot, unsigned int domid)
{
	if (!xen_feature(XENFEAT_auto_translated_physmap))
		return xen_remap_pfn(vma, addr, mfns, nr, errs, prot, domid, true);

	return -EOPNOTSUPP;
}

/**
 * xen_remap_domain_gfn_range - map frames of another domain that follow each other
 * @vma: a VM_IO | VM_PFNMAP mapping
 * @addr: where in it, page-aligned
 * @first: the first
 * @nr: how many
 * @prot: protection of the mapping
 * @domid: the domain
 * @pages: not used
 *
 * Context: process, mmap lock held for writing.
 * Return: how many frames are mapped, or a negative error; -EOPNOTSUPP where this domain
 * does not translate frames itself.
 */
static inline int xen_remap_domain_gfn_range(struct vm_area_struct *vma, unsigned long addr,
					     xen_pfn_t first, int nr, pgprot_t prot,
					     unsigned int domid, struct page **pages)
{
	if (!xen_feature(XENFEAT_auto_translated_physmap))
		return xen_remap_pfn(vma, addr, &first, nr, NULL, prot, domid, false);

	return -EOPNOTSUPP;
}

/*
 * Hypercalls for user space may take long. In a kernel that is not preemptible, an
 * interrupt in between may have the processor scheduled.
 */
#if !defined(CONFIG_XEN_PV) || defined(CONFIG_PREEMPTION)
static inline void xen_hypercall_is_preemptible(bool yes) {}
#else
DECLARE_PER_CPU(bool, xen_in_preemptible_hcall);

static inline void xen_hypercall_is_preemptible(bool yes)
{
	__this_cpu_write(xen_in_preemptible_hcall, yes);
}
#endif

static inline void xen_preemptible_hcall_begin(void)
{
	xen_hypercall_is_preemptible(true);
}

static inline void xen_preemptible_hcall_end(void)
{
	xen_hypercall_is_preemptible(false);
}

/* Whether a virtio device may only see memory that is granted to it. */
#ifndef CONFIG_XEN_GRANT_DMA_OPS
static inline bool xen_virtio_restricted_mem_acc(struct virtio_device *dev)
{
	return false;
}
#else
bool xen_virtio_restricted_mem_acc(struct virtio_device *dev);
#endif

#endif /* INCLUDE_XEN_OPS_H */
