// SPDX-License-Identifier: GPL-2.0
/*
 * Imports: somebody's dma-buf, granted to another domain.
 *
 * The invariant: an import is in its file's list exactly while its grants are valid, the buffer
 * is mapped for the device, and the caller knows the references.
 */
#include <linux/dma-buf.h>
#include <linux/dma-direct.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <xen/grant_table.h>
#include <xen/page.h>

#include "gntdev_map.h"
#include "gntdev_dmabuf.h"

/**
 * struct gntdev_import - an imported buffer
 * @node: in the file's list; dmabuf_lock
 * @attachment: to the buffer, on which there is a reference
 * @table: its addresses
 * @fd: the descriptor it came with
 * @count: pages that it must have
 * @granted: references that are valid
 * @refs: the references
 */
struct gntdev_import {
	struct list_head node;
	struct dma_buf_attachment *attachment;
	struct sg_table *table;
	int fd;
	unsigned int count;
	unsigned int granted;
	grant_ref_t refs[];
};

static int import_attach(struct gntdev_import *import)
{
	struct dma_buf *buffer = dma_buf_get(import->fd);
	int err;

	if (IS_ERR(buffer))
		return PTR_ERR(buffer);

	import->attachment = dma_buf_attach(buffer, gntdev_device());
	if (IS_ERR(import->attachment)) {
		err = PTR_ERR(import->attachment);
		goto put;
	}

	import->table = dma_buf_map_attachment_unlocked(import->attachment, DMA_BIDIRECTIONAL);
	if (IS_ERR(import->table)) {
		err = PTR_ERR(import->table);
		goto detach;
	}

	return 0;

detach:
	dma_buf_detach(buffer, import->attachment);
put:
	dma_buf_put(buffer);
	return err;
}

static void import_detach(struct gntdev_import *import)
{
	struct dma_buf *buffer = import->attachment->dmabuf;

	dma_buf_unmap_attachment_unlocked(import->attachment, import->table, DMA_BIDIRECTIONAL);
	dma_buf_detach(buffer, import->attachment);
	dma_buf_put(buffer);
}

/*
 * An importer may not look at the pages of a buffer, only at the addresses for its device. The
 * device here is none that moves addresses, so that frames follow from them.
 */
static int import_grant(struct gntdev_import *import, domid_t domid)
{
	struct sg_dma_page_iter iter;
	int ref;

	if (import->table->sgl->offset ||
	    import->attachment->dmabuf->size != (size_t)import->count << PAGE_SHIFT)
		return -EINVAL;

	for_each_sgtable_dma_page(import->table, &iter, 0) {
		dma_addr_t addr = sg_page_iter_dma_address(&iter);
		phys_addr_t phys = dma_to_phys(gntdev_device(), addr);
		unsigned long pfn = bfn_to_pfn(XEN_PFN_DOWN(phys));

		if (import->granted == import->count)
			return -EINVAL;

		ref = gnttab_grant_foreign_access(domid, pfn_to_gfn(pfn), 0);
		if (ref < 0)
			return ref;
		import->refs[import->granted++] = ref;
	}

	return import->granted == import->count ? 0 : -EINVAL;
}

/* The other domain may have pages mapped: the references are then freed later. */
static void import_end(struct gntdev_import *import)
{
	while (import->granted)
		gnttab_end_foreign_access(import->refs[--import->granted], NULL);
	import_detach(import);
	kvfree(import);
}

/**
 * gntdev_import() - IOCTL_GNTDEV_DMABUF_IMP_TO_REFS
 * @file: the open device
 * @arg: struct ioctl_gntdev_dmabuf_imp_to_refs of the caller
 *
 * Context: Process context, may sleep.
 * Return: 0; -EINVAL for a bad count, domain or buffer; or another -errno.
 */
long gntdev_import(struct gntdev_file *file, void __user *arg)
{
	struct ioctl_gntdev_dmabuf_imp_to_refs __user *user = arg;
	struct ioctl_gntdev_dmabuf_imp_to_refs op;
	struct gntdev_import *import;
	int err;

	if (copy_from_user(&op, user, offsetof(typeof(op), refs)))
		return -EFAULT;
	if (!gntdev_count_is_valid(op.count) || op.domid > U16_MAX)
		return -EINVAL;

	import = kvzalloc(struct_size(import, refs, op.count), GFP_KERNEL);
	if (!import)
		return -ENOMEM;

	import->fd = op.fd;
	import->count = op.count;
	err = import_attach(import);
	if (err) {
		kvfree(import);
		return err;
	}

	err = import_grant(import, op.domid);
	if (!err && copy_to_user(user->refs, import->refs, op.count * sizeof(*import->refs)))
		err = -EFAULT;
	if (err) {
		import_end(import);
		return err;
	}

	mutex_lock(&file->dmabuf_lock);
	list_add(&import->node, &file->imports);
	mutex_unlock(&file->dmabuf_lock);

	return 0;
}

/**
 * gntdev_import_release() - IOCTL_GNTDEV_DMABUF_IMP_RELEASE
 * @file: the open device
 * @arg: struct ioctl_gntdev_dmabuf_imp_release of the caller
 *
 * Context: Process context, may sleep.
 * Return: 0, -EFAULT, or -ENOENT if no import has the descriptor.
 */
long gntdev_import_release(struct gntdev_file *file, void __user *arg)
{
	struct gntdev_import *import, *found = NULL;
	struct ioctl_gntdev_dmabuf_imp_release op;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;

	mutex_lock(&file->dmabuf_lock);
	list_for_each_entry(import, &file->imports, node) {
		if (import->fd == op.fd) {
			found = import;
			list_del(&import->node);
			break;
		}
	}
	mutex_unlock(&file->dmabuf_lock);
	if (!found)
		return -ENOENT;

	import_end(found);

	return 0;
}

/**
 * gntdev_import_release_all() - the file closes
 * @file: file that nobody uses any more
 *
 * Context: Process context, may sleep.
 */
void gntdev_import_release_all(struct gntdev_file *file)
{
	struct gntdev_import *import, *next;

	list_for_each_entry_safe(import, next, &file->imports, node)
		import_end(import);
	INIT_LIST_HEAD(&file->imports);
}
