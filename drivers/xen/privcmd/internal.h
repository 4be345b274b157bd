/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the privcmd module share.
 *
 * Lock order: mmap lock, then the list of ioreq servers (ioeventfd.c), then a
 * server's lock.  Nothing copies to or from the caller while it holds one of
 * these, for a fault takes the mmap lock.
 */
#ifndef _XEN_PRIVCMD_INTERNAL_H
#define _XEN_PRIVCMD_INTERNAL_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/refcount.h>

#include <xen/interface/xen.h>

struct miscdevice;
struct page;
struct vm_area_struct;
struct xen_mem_acquire_resource;

/* For arrays whose length the caller chose: no OOM killer, no warning. */
#define PRIVCMD_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/*
 * The one domain that a file may name, or DOMID_INVALID for any.  It is all
 * that a file has to remember, so it is in place of a pointer to a structure.
 */
static inline domid_t privcmd_file_domid(const struct file *file)
{
	return (unsigned long)READ_ONCE(file->private_data);
}

static inline bool privcmd_file_may(const struct file *file, domid_t domid)
{
	domid_t only = privcmd_file_domid(file);

	return only == DOMID_INVALID || only == domid;
}

/**
 * struct privcmd_area - frames of our own that a translated domain lends
 * @refs:	who may look at this structure
 * @vmas:	mappings that show it; two while one is being moved, none when the
 *		frames are given back
 * @closed:	no more to be used; guarded by the lock of the ioreq servers
 * @nr_pages:	length of @pages
 * @pages:	unpopulated pages, in which the hypervisor puts foreign frames
 *
 * A mapping's vm_private_data is NULL as long as it is empty, then @pages of its
 * area.  A PV domain lends nothing; it has PRIVCMD_CLAIMED there.
 */
struct privcmd_area {
	refcount_t refs;
	refcount_t vmas;
	bool closed;
	unsigned int nr_pages;
	struct page *pages[] __counted_by(nr_pages);
};

#define PRIVCMD_CLAIMED	((void *)1)

/**
 * struct privcmd_mapper - how foreign frames get into a mapping
 * @claim:	make a mapping that is still empty ready to take that many pages
 *		from its start
 * @release:	give back what @claim took; the page tables are clear of it
 * @map:	map frames of a domain, one error or 0 each
 * @map_run:	map consecutive frames, all or the first error; may be missing
 * @resource:	map frames of a resource at the start of the mapping
 *
 * All run with the mmap lock held for writing and may sleep.
 */
struct privcmd_mapper {
	int (*claim)(struct vm_area_struct *vma, unsigned long nr_pages);
	void (*release)(struct vm_area_struct *vma);
	void (*map)(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t *frames,
		    int *errors, unsigned int nr, domid_t domid);
	int (*map_run)(struct vm_area_struct *vma, unsigned long addr, xen_pfn_t first,
		       unsigned int nr, domid_t domid);
	int (*resource)(struct vm_area_struct *vma, struct xen_mem_acquire_resource *what,
			xen_pfn_t *frames);
};

extern const struct privcmd_mapper *privcmd_mapper;

#ifdef CONFIG_XEN_PV
extern const struct privcmd_mapper privcmd_direct;
#define privcmd_direct_mapper()	(&privcmd_direct)
#else
#define privcmd_direct_mapper()	((const struct privcmd_mapper *)NULL)
#endif

#ifdef CONFIG_XEN_AUTO_XLATE
extern const struct privcmd_mapper privcmd_translated;
#define privcmd_translated_mapper() (&privcmd_translated)
#else
#define privcmd_translated_mapper() ((const struct privcmd_mapper *)NULL)
#endif

/* area.c */
int privcmd_mmap(struct file *file, struct vm_area_struct *vma);
struct vm_area_struct *privcmd_area_find(unsigned long addr, unsigned long nr_pages);
int privcmd_area_check(unsigned long addr, unsigned int nr_frames);
void privcmd_area_empty(struct vm_area_struct *vma);
struct privcmd_area *privcmd_area_of(const struct vm_area_struct *vma);
struct privcmd_area *privcmd_area_get(unsigned long addr, unsigned long *offset);
void privcmd_area_put(struct privcmd_area *area);
int privcmd_acquire_resource(struct xen_mem_acquire_resource *what, xen_pfn_t *frames);

/* target.c */
void privcmd_target_start(void);
void privcmd_target_stop(void);
int privcmd_target_wait(domid_t *domid);

/* One for each ioctl. */
long privcmd_hypercall(struct file *file, void __user *arg);
long privcmd_dm_op(struct file *file, void __user *arg);
long privcmd_mmap_runs(struct file *file, void __user *arg);
long privcmd_mmap_batch_v1(struct file *file, void __user *arg);
long privcmd_mmap_batch_v2(struct file *file, void __user *arg);
long privcmd_mmap_resource(struct file *file, void __user *arg);

unsigned int privcmd_dm_op_buf_max(void);

extern struct miscdevice privcmd_buf_device;

#ifdef CONFIG_XEN_ACPI
long privcmd_pcidev_gsi(struct file *file, void __user *arg);
#else
static inline long privcmd_pcidev_gsi(struct file *file, void __user *arg)
{
	return -EINVAL;
}
#endif

#ifdef CONFIG_XEN_PRIVCMD_EVENTFD
long privcmd_irqfd(struct file *file, void __user *arg);
int privcmd_irqfd_start(void);
void privcmd_irqfd_stop(void);
long privcmd_ioeventfd(struct file *file, void __user *arg);
void privcmd_ioeventfd_forget(struct privcmd_area *area);
#else
static inline long privcmd_irqfd(struct file *file, void __user *arg)
{
	return -EOPNOTSUPP;
}

static inline int privcmd_irqfd_start(void)
{
	return 0;
}

static inline void privcmd_irqfd_stop(void) { }

static inline long privcmd_ioeventfd(struct file *file, void __user *arg)
{
	return -EOPNOTSUPP;
}

static inline void privcmd_ioeventfd_forget(struct privcmd_area *area) { }
#endif

#endif /* _XEN_PRIVCMD_INTERNAL_H */
