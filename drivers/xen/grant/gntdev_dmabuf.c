// SPDX-License-Identifier: GPL-2.0
/*
 * The dma-buf requests of /dev/xen/gntdev, by number.
 *
 * Owns nothing: exports hold the file, so that none is left when it closes, and imports end
 * with it.
 */
#include <linux/list.h>
#include <linux/module.h>

#include "gntdev_map.h"
#include "gntdev_dmabuf.h"

MODULE_IMPORT_NS(DMA_BUF);

/**
 * gntdev_dmabuf_ioctl() - the requests that gntdev_ioctl() does not know
 * @file: the open device
 * @cmd: request
 * @arg: its argument in user space
 *
 * Context: Process context, may sleep.
 * Return: as the request says, or -ENOIOCTLCMD.
 */
long gntdev_dmabuf_ioctl(struct gntdev_file *file, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS:
		return gntdev_export(file, arg);
	case IOCTL_GNTDEV_DMABUF_EXP_WAIT_RELEASED:
		return gntdev_export_wait(file, arg);
	case IOCTL_GNTDEV_DMABUF_IMP_TO_REFS:
		return gntdev_import(file, arg);
	case IOCTL_GNTDEV_DMABUF_IMP_RELEASE:
		return gntdev_import_release(file, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

/**
 * gntdev_dmabuf_close() - the file closes
 * @file: file that nobody uses any more
 *
 * Context: Process context, may sleep.
 */
void gntdev_dmabuf_close(struct gntdev_file *file)
{
	WARN_ON_ONCE(!list_empty(&file->exports));
	gntdev_import_release_all(file);
}
