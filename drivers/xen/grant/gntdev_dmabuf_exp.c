// SPDX-License-Identifier: GPL-2.0
/*
 * Exports: grants of another domain as a dma-buf.
 *
 * An export owns a map that has no place in the file, so that no other request can reach it,
 * and holds the file open. The invariant: it is in the file's list from before its descriptor
 * works until its buffer is released; its memory stays for those who wait for that.
 */
#include <linux/completion.h>
#include <linux/dma-buf.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "gntdev_map.h"
#include "gntdev_dmabuf.h"

/**
 * struct gntdev_export - an exported buffer
 * @node: in the file's list; dmabuf_lock
 * @users: the buffer itself, and those who wait for its end
 * @released: the buffer is gone and its grants are unmapped, or as good as
 * @file: where it was exported; the buffer has a reference to the open file
 * @map: its grants
 * @fd: the descriptor it was given first
 */
struct gntdev_export {
	struct list_head node;
	struct kref users;
	struct completion released;
	struct gntdev_file *file;
	struct gntdev_map *map;
	int fd;
};

static void export_free(struct kref *users)
{
	kfree(container_of(users, struct gntdev_export, users));
}

static struct sg_table *export_map(struct dma_buf_attachment *attachment,
				   enum dma_data_direction direction)
{
	const struct gntdev_export *export = attachment->dmabuf->priv;
	unsigned int count = export->map->span.count;
	struct sg_table *table;
	int err;

	if (direction == DMA_NONE)
		return ERR_PTR(-EINVAL);

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);

	err = sg_alloc_table_from_pages(table, export->map->pages, count, 0,
					(unsigned long)count << PAGE_SHIFT, GFP_KERNEL);
	if (err)
		goto free_table;

	if (dma_map_sgtable(attachment->dev, table, direction, DMA_ATTR_SKIP_CPU_SYNC)) {
		err = -ENOMEM;
		goto free_entries;
	}

	return table;

free_entries:
	sg_free_table(table);
free_table:
	kfree(table);
	return ERR_PTR(err);
}

static void export_unmap(struct dma_buf_attachment *attachment, struct sg_table *table,
			 enum dma_data_direction direction)
{
	dma_unmap_sgtable(attachment->dev, table, direction, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(table);
	kfree(table);
}

/* The last reference to the buffer is gone, and with it every attachment. */
static void export_release(struct dma_buf *buffer)
{
	struct gntdev_export *export = buffer->priv;
	struct file *filp = export->file->filp;

	mutex_lock(&export->file->dmabuf_lock);
	list_del_init(&export->node);
	mutex_unlock(&export->file->dmabuf_lock);

	gntdev_map_detach(export->map);
	gntdev_map_put(export->map);

	complete_all(&export->released);
	kref_put(&export->users, export_free);
	fput(filp);
}

static const struct dma_buf_ops export_ops = {
	.map_dma_buf	= export_map,
	.unmap_dma_buf	= export_unmap,
	.release	= export_release,
};

/* The map and a reference to the file become the buffer's, and are not if this fails. */
static struct dma_buf *export_create(struct gntdev_file *file, struct gntdev_map *map)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct gntdev_export *export;
	struct dma_buf *buffer;

	export = kzalloc(sizeof(*export), GFP_KERNEL);
	if (!export)
		return ERR_PTR(-ENOMEM);

	INIT_LIST_HEAD(&export->node);
	kref_init(&export->users);
	init_completion(&export->released);
	export->file = file;
	get_file(file->filp);
	export->map = map;
	export->fd = -1;

	info.exp_name = KBUILD_MODNAME;
	info.ops = &export_ops;
	info.size = (size_t)map->span.count << PAGE_SHIFT;
	info.flags = O_RDWR;
	info.priv = export;
	buffer = dma_buf_export(&info);
	if (IS_ERR(buffer)) {
		fput(file->filp);
		kfree(export);
	}

	return buffer;
}

/* Installing the descriptor is the last thing: from then on, anybody may close it. */
static int export_publish(struct gntdev_file *file, struct dma_buf *buffer,
			  struct ioctl_gntdev_dmabuf_exp_from_refs __user *user)
{
	struct gntdev_export *export = buffer->priv;
	int fd = get_unused_fd_flags(O_CLOEXEC);

	if (fd < 0)
		return fd;
	if (put_user(fd, &user->fd)) {
		put_unused_fd(fd);
		return -EFAULT;
	}

	export->fd = fd;
	mutex_lock(&file->dmabuf_lock);
	list_add(&export->node, &file->exports);
	mutex_unlock(&file->dmabuf_lock);
	fd_install(fd, buffer->file);

	return 0;
}

static int export_copy_refs(struct gntdev_map *map, const u32 __user *refs, u32 domid)
{
	unsigned int i;
	u32 ref;

	if (domid > U16_MAX)
		return -EINVAL;

	for (i = 0; i < map->span.count; i++) {
		if (get_user(ref, refs + i))
			return -EFAULT;
		map->slots[i].ref = ref;
		map->slots[i].domid = domid;
	}

	return 0;
}

static int export_map_grants(struct gntdev_map *map)
{
	int err;

	/* On x86 a device may need an address of its own; Arm has one for all. */
	map->flags = GNTMAP_host_map | (IS_ENABLED(CONFIG_X86) ? GNTMAP_device_map : 0);
	mutex_lock(&map->lock);
	err = gntdev_frames_map(map);
	mutex_unlock(&map->lock);
	if (err)
		gntdev_map_detach(map);

	return err;
}

/**
 * gntdev_export() - IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS
 * @file: the open device
 * @arg: struct ioctl_gntdev_dmabuf_exp_from_refs of the caller
 *
 * Context: Process context, may sleep.
 * Return: 0; -EINVAL in a PV domain, where no mapping of a grant has a kernel address only, for
 * a bad count or flags, or if a grant was refused; or another -errno.
 */
long gntdev_export(struct gntdev_file *file, void __user *arg)
{
	const u32 both = GNTDEV_DMA_FLAG_WC | GNTDEV_DMA_FLAG_COHERENT;
	struct ioctl_gntdev_dmabuf_exp_from_refs __user *user = arg;
	struct ioctl_gntdev_dmabuf_exp_from_refs op;
	struct gntdev_map *map;
	struct dma_buf *buffer;
	int err;

	if (!gntdev_mode->translated)
		return -EINVAL;
	if (copy_from_user(&op, user, offsetof(typeof(op), refs)))
		return -EFAULT;
	if (!gntdev_count_is_valid(op.count) || (op.flags & both) == both)
		return -EINVAL;

	map = gntdev_map_alloc(op.count, op.flags);
	if (IS_ERR(map))
		return PTR_ERR(map);

	err = export_copy_refs(map, user->refs, op.domid);
	if (!err)
		err = export_map_grants(map);
	if (err)
		goto put_map;

	buffer = export_create(file, map);
	if (IS_ERR(buffer)) {
		err = PTR_ERR(buffer);
		goto detach_map;
	}

	err = export_publish(file, buffer, user);
	if (err)
		dma_buf_put(buffer);

	return err;

detach_map:
	gntdev_map_detach(map);
put_map:
	gntdev_map_put(map);
	return err;
}

static struct gntdev_export *export_find(struct gntdev_file *file, int fd)
{
	struct gntdev_export *export, *found = NULL;

	mutex_lock(&file->dmabuf_lock);
	list_for_each_entry(export, &file->exports, node) {
		if (export->fd == fd) {
			kref_get(&export->users);
			found = export;
			break;
		}
	}
	mutex_unlock(&file->dmabuf_lock);

	return found;
}

/**
 * gntdev_export_wait() - IOCTL_GNTDEV_DMABUF_EXP_WAIT_RELEASED
 * @file: the open device
 * @arg: struct ioctl_gntdev_dmabuf_exp_wait_released of the caller
 *
 * Context: Process context, sleeps for as long as the caller says; it can be killed.
 * Return: 0 once the buffer is released; -ENOENT if there is none with that descriptor (any
 * more); -ETIMEDOUT; -EFAULT; -EINTR.
 */
long gntdev_export_wait(struct gntdev_file *file, void __user *arg)
{
	struct ioctl_gntdev_dmabuf_exp_wait_released op;
	struct gntdev_export *export;
	long left;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;

	export = export_find(file, op.fd);
	if (!export)
		return -ENOENT;

	left = wait_for_completion_killable_timeout(&export->released,
						    msecs_to_jiffies(op.wait_to_ms));
	kref_put(&export->users, export_free);
	if (left < 0)
		return -EINTR;

	return left ? 0 : -ETIMEDOUT;
}
