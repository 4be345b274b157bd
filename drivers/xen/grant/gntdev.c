// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/gntdev: programs map, copy and export pages that other domains have granted.
 *
 * Owns the open file and its list of maps. The invariant: a map in the list has an offset
 * range of its own; one that is taken off has no offset, but lives on in its VMAs.
 *
 * All requests come from user space and are taken for hostile: each call copies what it is
 * given once and works on the copy.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <xen/features.h>
#include <xen/xen.h>

#include "gntdev_map.h"
#include "gntdev_dmabuf.h"

static unsigned int limit = 64 * 1024;
module_param(limit, uint, 0644);
MODULE_PARM_DESC(limit, "Largest number of grants in one map request");

const struct gntdev_mode *gntdev_mode __ro_after_init;

/**
 * gntdev_count_is_valid() - may a request name this many grants?
 * @count: a number from user space
 *
 * Context: any.
 * Return: whether it is neither 0 nor above the module's limit.
 */
bool gntdev_count_is_valid(unsigned int count)
{
	return count && count <= READ_ONCE(limit);
}

/* From user space's array to the slots, by way of the room for operations. */
static int map_copy_refs(struct gntdev_map *map, const struct ioctl_gntdev_grant_ref __user *from)
{
	struct ioctl_gntdev_grant_ref *refs = (void *)map->batch.map;
	unsigned int first, n, k;

	BUILD_BUG_ON(sizeof(*refs) > sizeof(*map->batch.map));

	for (first = 0; first < map->span.count; first += n) {
		n = min(map->batch.size, map->span.count - first);
		if (copy_from_user(refs, from + first, n * sizeof(*refs)))
			return -EFAULT;

		for (k = 0; k < n; k++) {
			if (refs[k].domid > U16_MAX)
				return -EINVAL;
			map->slots[first + k].domid = refs[k].domid;
			map->slots[first + k].ref = refs[k].ref;
		}
	}

	return 0;
}

/* Whoever takes the map off the list has the list's reference. */
static bool file_remove(struct gntdev_file *file, struct gntdev_map *map)
{
	bool listed;

	mutex_lock(&file->lock);
	listed = !list_empty(&map->span.node);
	list_del_init(&map->span.node);
	mutex_unlock(&file->lock);

	return listed;
}

static long gntdev_map_refs(struct gntdev_file *file, void __user *arg)
{
	struct ioctl_gntdev_map_grant_ref __user *user = arg;
	struct ioctl_gntdev_map_grant_ref op;
	struct gntdev_map *map;
	bool listed;
	int err;

	if (copy_from_user(&op, user, offsetof(typeof(op), refs)))
		return -EFAULT;
	if (!gntdev_count_is_valid(op.count))
		return -EINVAL;

	map = gntdev_map_alloc(op.count, 0);
	if (IS_ERR(map))
		return PTR_ERR(map);

	err = map_copy_refs(map, user->refs);
	if (err)
		goto put;

	/* A reference for the list, and the one of this function. */
	gntdev_map_get(map);
	mutex_lock(&file->lock);
	listed = gntdev_span_insert(&file->maps, &map->span);
	mutex_unlock(&file->lock);
	if (!listed) {
		gntdev_map_put(map);
		err = -ENOMEM;
		goto put;
	}

	/* Another thread may guess the offset and remove it before it is told. */
	if (put_user((u64)map->span.first << PAGE_SHIFT, &user->index)) {
		if (file_remove(file, map))
			gntdev_map_put(map);
		err = -EFAULT;
	}
put:
	gntdev_map_put(map);

	return err;
}

static long gntdev_unmap_refs(struct gntdev_file *file, void __user *arg)
{
	struct ioctl_gntdev_unmap_grant_ref op;
	struct gntdev_span *span;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;

	mutex_lock(&file->lock);
	span = gntdev_span_starting_at(&file->maps, op.index >> PAGE_SHIFT, op.count);
	if (span)
		list_del_init(&span->node);
	mutex_unlock(&file->lock);
	if (!span)
		return -ENOENT;

	gntdev_map_put(container_of(span, struct gntdev_map, span));

	return 0;
}

static long gntdev_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct gntdev_file *file = filp->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case IOCTL_GNTDEV_MAP_GRANT_REF:
		return gntdev_map_refs(file, user);
	case IOCTL_GNTDEV_UNMAP_GRANT_REF:
		return gntdev_unmap_refs(file, user);
	case IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR:
		return gntdev_offset_of(file, user);
	case IOCTL_GNTDEV_SET_UNMAP_NOTIFY:
		return gntdev_set_notify(file, user);
	case IOCTL_GNTDEV_GRANT_COPY:
		return gntdev_grant_copy(file, user);
	default:
		return gntdev_dmabuf_ioctl(file, cmd, user);
	}
}

static int gntdev_open(struct inode *inode, struct file *filp)
{
	struct gntdev_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;

	mutex_init(&file->lock);
	INIT_LIST_HEAD(&file->maps);
	mutex_init(&file->dmabuf_lock);
	INIT_LIST_HEAD(&file->exports);
	INIT_LIST_HEAD(&file->imports);
	file->filp = filp;
	filp->private_data = file;
	gntdev_pages_open();

	return 0;
}

/* No VMA and no exported buffer is left, each holds the file. */
static int gntdev_release(struct inode *inode, struct file *filp)
{
	struct gntdev_file *file = filp->private_data;
	struct gntdev_map *map, *next;

	gntdev_dmabuf_close(file);
	list_for_each_entry_safe(map, next, &file->maps, span.node) {
		list_del_init(&map->span.node);
		gntdev_map_put(map);
	}
	gntdev_copy_free(file);
	gntdev_pages_close();
	mutex_destroy(&file->dmabuf_lock);
	mutex_destroy(&file->lock);
	kfree(file);

	return 0;
}

static const struct file_operations gntdev_file_operations = {
	.owner		= THIS_MODULE,
	.open		= gntdev_open,
	.release	= gntdev_release,
	.unlocked_ioctl	= gntdev_ioctl,
	.mmap		= gntdev_mmap,
};

static struct miscdevice gntdev_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xen/gntdev",
	.fops	= &gntdev_file_operations,
};

/**
 * gntdev_device() - the device that stands for programs' buffers towards DMA
 *
 * Context: any, while a file is open.
 * Return: the device.
 */
struct device *gntdev_device(void)
{
	return gntdev_misc.this_device;
}

static int __init gntdev_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;

	gntdev_mode = xen_feature(XENFEAT_auto_translated_physmap) ? &gntdev_mode_translated :
								     &gntdev_mode_pv;
	err = gntdev_release_init();
	if (err)
		return err;

	err = misc_register(&gntdev_misc);
	if (err) {
		pr_err("Could not register gntdev device\n");
		gntdev_release_exit();
		return err;
	}
	if (IS_ENABLED(CONFIG_XEN_GRANT_DMA_ALLOC))
		dma_coerce_mask_and_coherent(gntdev_misc.this_device, DMA_BIT_MASK(64));

	return 0;
}
module_init(gntdev_init);

static void __exit gntdev_exit(void)
{
	misc_deregister(&gntdev_misc);
	gntdev_release_exit();
}
module_exit(gntdev_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("User-space granted page access driver");
