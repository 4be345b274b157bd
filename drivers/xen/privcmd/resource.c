// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of a resource of a domain, such as its grant table or the page where
 * its device accesses appear, in a mapping of this device.
 *
 * Locks: the mmap lock, for writing.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/privcmd.h>

#include "batch.h"
#include "internal.h"

static long resource_frames(struct xen_mem_acquire_resource *what, u64 __user *size)
{
	int err = privcmd_acquire_resource(what, NULL);

	return err ?: put_user((u64)what->nr_frames, size);
}

static int resource_fill(struct xen_mem_acquire_resource *what, unsigned long addr,
			 xen_pfn_t *frames)
{
	unsigned long nr_pages = privcmd_frame_pages(what->nr_frames);
	struct vm_area_struct *vma = privcmd_area_find(addr, nr_pages);
	int err;

	if (!vma || vma->vm_private_data || addr != vma->vm_start)
		return -EINVAL;

	err = privcmd_mapper->claim(vma, nr_pages);
	if (err)
		return err;

	err = privcmd_mapper->resource(vma, what, frames);
	if (err)
		privcmd_area_empty(vma);

	return err;
}

static long resource_map(struct xen_mem_acquire_resource *what, unsigned long addr)
{
	xen_pfn_t *frames;
	long err;

	err = privcmd_area_check(addr, what->nr_frames);
	if (err)
		return err;

	frames = kvcalloc(what->nr_frames, sizeof(*frames), PRIVCMD_GFP);
	if (!frames)
		return -ENOMEM;

	err = -EINTR;
	if (!mmap_write_lock_killable(current->mm)) {
		err = resource_fill(what, addr, frames);
		mmap_write_unlock(current->mm);
	}
	kvfree(frames);

	return err;
}

/**
 * privcmd_mmap_resource() - IOCTL_PRIVCMD_MMAP_RESOURCE
 * @file:	the open file
 * @arg:	struct privcmd_mmap_resource; with neither address nor number, its
 *		number is set to how many frames the resource has
 *
 * Context: process, may sleep; takes the mmap lock.
 * Return: 0; -EPERM for another domain than the file may name; -EINVAL if the
 * address is not the start of an empty mapping that is long enough; the
 * hypervisor's error, and then nothing is mapped.
 */
long privcmd_mmap_resource(struct file *file, void __user *arg)
{
	struct privcmd_mmap_resource __user *user = arg;
	struct xen_mem_acquire_resource what = { };
	struct privcmd_mmap_resource call;

	if (copy_from_user(&call, user, sizeof(call)))
		return -EFAULT;
	if (!privcmd_file_may(file, call.dom))
		return -EPERM;
	if (!call.addr != !call.num)
		return -EINVAL;
	if (call.type > U16_MAX || call.num > INT_MAX || call.addr > ULONG_MAX)
		return -EINVAL;

	what.domid = call.dom;
	what.type = call.type;
	what.id = call.id;
	if (!call.num)
		return resource_frames(&what, &user->num);

	what.frame = call.idx;
	what.nr_frames = call.num;

	return resource_map(&what, call.addr);
}
