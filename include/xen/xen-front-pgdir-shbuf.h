/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Buffers that a frontend shares with its backend by a directory of grant references, as in the
 * display, sound and camera protocols. See drivers/xen/grant/pgdir.c.
 */
#ifndef _XEN_FRONT_PGDIR_SHBUF_H
#define _XEN_FRONT_PGDIR_SHBUF_H

#include <linux/types.h>

#include <xen/grant_table.h>

struct page;
struct xen_front_pgdir_shbuf_ops;
struct xenbus_device;

/**
 * struct xen_front_pgdir_shbuf - a buffer, kept by whoever uses it
 * @xb_dev: the frontend
 * @ops: whose memory the buffer is
 * @directory: pages of references, linked by their first words
 * @num_pages: pages of the buffer itself
 * @pages: these pages
 * @num_grefs: references of this domain's, those of the directory first; those of the buffer
 *	follow if its memory is the frontend's
 * @grefs: these references
 * @backend_map_handles: mappings of the buffer, if its memory is the backend's
 */
struct xen_front_pgdir_shbuf {
	struct xenbus_device *xb_dev;
	const struct xen_front_pgdir_shbuf_ops *ops;
	u8 *directory;
	int num_pages;
	struct page **pages;
	int num_grefs;
	grant_ref_t *grefs;
	grant_handle_t *backend_map_handles;
};

/**
 * struct xen_front_pgdir_shbuf_cfg - what a buffer shall be
 * @pgdir: filled in
 * @xb_dev: the frontend
 * @num_pages: how large it is
 * @pages: its pages; if @be_alloc, pages to map the backend's to
 * @be_alloc: whether the backend has the memory, and writes its references into the directory
 */
struct xen_front_pgdir_shbuf_cfg {
	struct xen_front_pgdir_shbuf *pgdir;
	struct xenbus_device *xb_dev;
	int num_pages;
	struct page **pages;
	int be_alloc;
};

int xen_front_pgdir_shbuf_alloc(struct xen_front_pgdir_shbuf_cfg *cfg);
void xen_front_pgdir_shbuf_free(struct xen_front_pgdir_shbuf *buf);

int xen_front_pgdir_shbuf_map(struct xen_front_pgdir_shbuf *buf);
int xen_front_pgdir_shbuf_unmap(struct xen_front_pgdir_shbuf *buf);

grant_ref_t xen_front_pgdir_shbuf_get_dir_start(struct xen_front_pgdir_shbuf *buf);

#endif /* _XEN_FRONT_PGDIR_SHBUF_H */
