// SPDX-License-Identifier: GPL-2.0
/*
 * Programs' mappings of a map.
 *
 * A map is mapped by one call of mmap(), as a whole; the VMA can be split, moved and (where
 * the hypervisor translates) inherited afterwards. The invariant: each VMA holds a reference
 * to the map and is counted; when the last one closes, no program can reach the pages any
 * more, so that their counts only fall from then on.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "gntdev_map.h"
#include "gntdev_flags.h"

static void gntdev_vma_open(struct vm_area_struct *vma)
{
	struct gntdev_map *map = vma->vm_private_data;

	gntdev_map_get(map);
	atomic_inc(&map->vmas);
}

static void map_drop_vma(struct gntdev_map *map)
{
	if (atomic_dec_and_test(&map->vmas)) {
		gntdev_mode->detach(map);
		gntdev_map_detach(map);
	}
	gntdev_map_put(map);
}

static void gntdev_vma_close(struct vm_area_struct *vma)
{
	map_drop_vma(vma->vm_private_data);
}

/* Only for entries that are marked special, which a VMA has only at its first address. */
static struct page *gntdev_vma_page(struct vm_area_struct *vma, unsigned long addr)
{
	struct gntdev_map *map = vma->vm_private_data;
	unsigned long i = (addr - map->vm_start) >> PAGE_SHIFT;

	return i < map->span.count ? gntdev_frame_lookup(map, i) : NULL;
}

static const struct vm_operations_struct gntdev_vm_operations = {
	.open			= gntdev_vma_open,
	.close			= gntdev_vma_close,
	.find_special_page	= gntdev_vma_page,
};

/* Find the map that a new VMA means, and make it its own. */
static struct gntdev_map *file_claim(struct gntdev_file *file, struct vm_area_struct *vma)
{
	struct gntdev_map *map = NULL;
	struct gntdev_span *span;

	mutex_lock(&file->lock);
	span = gntdev_span_starting_at(&file->maps, vma->vm_pgoff, vma_pages(vma));
	if (span)
		map = container_of(span, struct gntdev_map, span);
	if (map && map->used)
		map = NULL;
	if (map) {
		gntdev_map_get(map);
		map->used = true;
		map->vm_start = vma->vm_start;
		WRITE_ONCE(map->flags, gntdev_frame_flags(vma->vm_flags));
	}
	mutex_unlock(&file->lock);

	return map;
}

/**
 * gntdev_mmap() - map the grants of a map for the calling program
 * @filp: an open /dev/xen/gntdev
 * @vma: new VMA of exactly one map's pages that has not been mapped yet
 *
 * Context: Process context, may sleep. mmap_lock for writing.
 * Return: 0; -EINVAL if there is no such map, or a grant was refused; or another -errno.
 */
int gntdev_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct gntdev_file *file = filp->private_data;
	struct gntdev_map *map;
	int err;

	if (!gntdev_may_mmap(vma->vm_flags))
		return -EINVAL;

	map = file_claim(file, vma);
	if (!map)
		return -EINVAL;

	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP | VM_MIXEDMAP | gntdev_mode->vm_flags);
	/* A grant that was mapped for reading does not become writable later. */
	if (map->flags & GNTMAP_readonly)
		vm_flags_clear(vma, VM_MAYWRITE);

	atomic_set(&map->vmas, 1);
	err = gntdev_mode->attach(map, vma);
	if (err) {
		map_drop_vma(map);
		return err;
	}

	vma->vm_private_data = map;
	vma->vm_ops = &gntdev_vm_operations;

	return 0;
}

/**
 * gntdev_offset_of() - IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR
 * @file: the open device; the map may belong to another one
 * @arg: struct ioctl_gntdev_get_offset_for_vaddr of the caller
 *
 * Context: Process context, may sleep.
 * Return: 0, -EFAULT, or -EINVAL if there is no map at that address.
 */
long gntdev_offset_of(struct gntdev_file *file, void __user *arg)
{
	struct ioctl_gntdev_get_offset_for_vaddr op;
	const struct gntdev_map *map = NULL;
	struct vm_area_struct *vma;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;

	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, op.vaddr);
	if (vma && vma->vm_ops == &gntdev_vm_operations)
		map = vma->vm_private_data;
	if (map) {
		op.offset = (u64)map->span.first << PAGE_SHIFT;
		op.count = map->span.count;
	}
	mmap_read_unlock(current->mm);
	if (!map)
		return -EINVAL;

	return copy_to_user(arg, &op, sizeof(op)) ? -EFAULT : 0;
}

static int translated_attach(struct gntdev_map *map, struct vm_area_struct *vma)
{
	int err;

	mutex_lock(&map->lock);
	err = gntdev_frames_map(map);
	if (!err)
		err = gntdev_notify_arm(map);
	mutex_unlock(&map->lock);
	if (err)
		return err;

	return vm_map_pages_zero(vma, map->pages, map->span.count);
}

static void translated_detach(struct gntdev_map *map)
{
}

const struct gntdev_mode gntdev_mode_translated = {
	.attach		= translated_attach,
	.detach		= translated_detach,
	.translated	= true,
};
