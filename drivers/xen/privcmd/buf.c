// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/hypercall: memory for the arguments of hypercalls.
 *
 * The hypervisor cannot wait for a page to be read in or copied, so a program
 * needs memory that never faults: not swapped, not migrated, not shared by a
 * fork's copy-on-write.
 *
 * The page tables own the pages: each is referenced by the entries that map it
 * and by nothing else, so it lives as long as anybody, also a child or a part
 * of a mapping that was cut, has it mapped.  Nothing to lock or to keep.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#include "internal.h"

#define BUF_AT_ONCE	32

/* All pages are there from the start; what is not has been dropped on purpose. */
static vm_fault_t buf_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct buf_vm_ops = {
	.fault = buf_fault,
};

static unsigned long buf_alloc(struct page **pages, unsigned long want)
{
	unsigned long got;

	for (got = 0; got < want; got++) {
		pages[got] = alloc_page(PRIVCMD_GFP | __GFP_ZERO);
		if (!pages[got])
			break;
	}

	return got;
}

/* Puts some zeroed pages in; those that do not get in are free again. */
static int buf_fill(struct vm_area_struct *vma, unsigned long addr, unsigned long nr)
{
	struct page *pages[BUF_AT_ONCE];
	unsigned long i, have = buf_alloc(pages, nr);
	int err = -ENOMEM;

	if (have == nr) {
		unsigned long left = nr;

		err = vm_insert_pages(vma, addr, pages, &left);
	}

	/* The entry holds its own reference. */
	for (i = 0; i < have; i++)
		put_page(pages[i]);

	return err;
}

/* If it fails, the caller takes away what is mapped already. */
static int buf_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long addr, nr;
	int err;

	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	/* A mistake, and not to be found out by using up all memory. */
	if (vma_pages(vma) > totalram_pages() / 2)
		return -ENOMEM;

	vm_flags_set(vma, VM_IO | VM_DONTEXPAND);
	vma->vm_ops = &buf_vm_ops;

	for (addr = vma->vm_start; addr < vma->vm_end; addr += nr << PAGE_SHIFT) {
		nr = min((vma->vm_end - addr) >> PAGE_SHIFT, (unsigned long)BUF_AT_ONCE);
		err = buf_fill(vma, addr, nr);
		if (err)
			return err;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}

	return 0;
}

static const struct file_operations buf_fops = {
	.owner	= THIS_MODULE,
	.mmap	= buf_mmap,
};

struct miscdevice privcmd_buf_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xen/hypercall",
	.fops	= &buf_fops,
};
