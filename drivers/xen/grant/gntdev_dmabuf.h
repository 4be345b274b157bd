/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffers of grants for devices' drivers, by dma-buf file descriptors.
 */
#ifndef XEN_GRANT_GNTDEV_DMABUF_H
#define XEN_GRANT_GNTDEV_DMABUF_H

#include <linux/errno.h>
#include <linux/types.h>

struct gntdev_file;

#ifdef CONFIG_XEN_GNTDEV_DMABUF
long gntdev_dmabuf_ioctl(struct gntdev_file *file, unsigned int cmd, void __user *arg);
void gntdev_dmabuf_close(struct gntdev_file *file);

/* gntdev_dmabuf_exp.c */
long gntdev_export(struct gntdev_file *file, void __user *arg);
long gntdev_export_wait(struct gntdev_file *file, void __user *arg);

/* gntdev_dmabuf_imp.c */
long gntdev_import(struct gntdev_file *file, void __user *arg);
long gntdev_import_release(struct gntdev_file *file, void __user *arg);
void gntdev_import_release_all(struct gntdev_file *file);
#else
static inline long gntdev_dmabuf_ioctl(struct gntdev_file *file, unsigned int cmd,
				       void __user *arg)
{
	return -ENOIOCTLCMD;
}

static inline void gntdev_dmabuf_close(struct gntdev_file *file)
{
}
#endif

#endif /* XEN_GRANT_GNTDEV_DMABUF_H */
