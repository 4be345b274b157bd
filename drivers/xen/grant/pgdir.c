// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Buffers shared with a backend by a directory of grant references.
 *
 * Each page of the directory begins with the reference of the next one, 0 in the last, and is
 * full of references of the buffer's pages otherwise. Source: the "gref_directory" of
 * xen/include/public/io/displif.h and its kin.
 *
 * If the frontend has the memory, it grants it and fills in the directory. If the backend has
 * it, the frontend grants the directory only, the backend fills it in, and the frontend maps
 * what it finds there. Owns no state; whoever has a buffer serialises the calls for it.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include <xen/xen-front-pgdir-shbuf.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#define PGDIR_END	0

struct pgdir_page {
	grant_ref_t next;
	grant_ref_t refs[PAGE_SIZE / sizeof(grant_ref_t) - 1];
};

#define PGDIR_REFS	(sizeof_field(struct pgdir_page, refs) / sizeof(grant_ref_t))

/**
 * struct xen_front_pgdir_shbuf_ops - what depends on whose memory it is
 * @grants_buffer: whether the frontend grants the buffer's pages
 * @map: make the buffer visible in its pages, or NULL if it is already
 * @unmap: the opposite
 */
struct xen_front_pgdir_shbuf_ops {
	bool grants_buffer;
	int (*map)(struct xen_front_pgdir_shbuf *buf);
	int (*unmap)(struct xen_front_pgdir_shbuf *buf);
};

static unsigned int pgdir_pages(const struct xen_front_pgdir_shbuf *buf)
{
	return DIV_ROUND_UP(buf->num_pages, PGDIR_REFS);
}

static struct pgdir_page *pgdir_page(const struct xen_front_pgdir_shbuf *buf, unsigned int i)
{
	return (struct pgdir_page *)buf->directory + i;
}

/* The word of the directory for a page of the buffer. */
static grant_ref_t *pgdir_ref(const struct xen_front_pgdir_shbuf *buf, unsigned int i)
{
	return &pgdir_page(buf, i / PGDIR_REFS)->refs[i % PGDIR_REFS];
}

static unsigned long pgdir_addr(struct page *page)
{
	return (unsigned long)pfn_to_kaddr(page_to_xen_pfn(page));
}

/* ------------------------------------------------------------ the backend's memory */

struct pgdir_unmap {
	struct gnttab_unmap_grant_ref *ops;
	struct page **pages;
	unsigned int count;
};

static void pgdir_collect_mapped(const struct xen_front_pgdir_shbuf *buf,
				 struct pgdir_unmap *unmap)
{
	unsigned int i;

	for (i = 0; i < buf->num_pages; i++) {
		if (buf->backend_map_handles[i] == INVALID_GRANT_HANDLE)
			continue;
		gnttab_set_unmap_op(&unmap->ops[unmap->count], pgdir_addr(buf->pages[i]),
				    GNTMAP_host_map, buf->backend_map_handles[i]);
		unmap->pages[unmap->count++] = buf->pages[i];
	}
}

static int pgdir_backend_unmap(struct xen_front_pgdir_shbuf *buf)
{
	struct device *dev = &buf->xb_dev->dev;
	struct pgdir_unmap unmap = { };
	unsigned int i;
	int err = -ENOMEM;

	if (!buf->pages || !buf->backend_map_handles || !buf->grefs)
		return 0;

	unmap.ops = kvcalloc(buf->num_pages, sizeof(*unmap.ops), GFP_KERNEL);
	unmap.pages = kvcalloc(buf->num_pages, sizeof(*unmap.pages), GFP_KERNEL);
	if (!unmap.ops || !unmap.pages)
		goto out;

	pgdir_collect_mapped(buf, &unmap);
	err = gnttab_unmap_refs(unmap.ops, NULL, unmap.pages, unmap.count);
	if (err)
		dev_err(dev, "Failed to unmap grant references, ret %d\n", err);
	for (i = 0; i < unmap.count && !err; i++) {
		if (unmap.ops[i].status != GNTST_okay)
			dev_err(dev, "Failed to unmap page %u: %d\n", i, unmap.ops[i].status);
	}

	kfree(buf->backend_map_handles);
	buf->backend_map_handles = NULL;
out:
	kvfree(unmap.pages);
	kvfree(unmap.ops);
	return err;
}

/* Keep what was mapped, also if not all was, so that it can be unmapped. */
static int pgdir_keep_handles(struct xen_front_pgdir_shbuf *buf,
			      const struct gnttab_map_grant_ref *ops)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < buf->num_pages; i++) {
		if (ops[i].status == GNTST_okay) {
			buf->backend_map_handles[i] = ops[i].handle;
			continue;
		}
		buf->backend_map_handles[i] = INVALID_GRANT_HANDLE;
		dev_err(&buf->xb_dev->dev, "Failed to map page %u: %d\n", i, ops[i].status);
		err = -ENXIO;
	}

	return err;
}

static int pgdir_backend_map(struct xen_front_pgdir_shbuf *buf)
{
	struct gnttab_map_grant_ref *ops;
	int kept, err = -ENOMEM;
	unsigned int i;

	ops = kvcalloc(buf->num_pages, sizeof(*ops), GFP_KERNEL);
	buf->backend_map_handles = kcalloc(buf->num_pages, sizeof(*buf->backend_map_handles),
					   GFP_KERNEL);
	if (!ops || !buf->backend_map_handles)
		goto no_handles;

	/* A reference that the backend makes up is refused by the hypervisor. */
	for (i = 0; i < buf->num_pages; i++)
		gnttab_set_map_op(&ops[i], pgdir_addr(buf->pages[i]), GNTMAP_host_map,
				  READ_ONCE(*pgdir_ref(buf, i)), buf->xb_dev->otherend_id);

	err = gnttab_map_refs(ops, NULL, buf->pages, buf->num_pages);
	kept = pgdir_keep_handles(buf, ops);
	if (!err)
		err = kept;
	if (err) {
		dev_err(&buf->xb_dev->dev, "Failed to map grant references, ret %d\n", err);
		pgdir_backend_unmap(buf);
	}
	kvfree(ops);
	return err;

no_handles:
	kfree(buf->backend_map_handles);
	buf->backend_map_handles = NULL;
	kvfree(ops);
	return err;
}

static const struct xen_front_pgdir_shbuf_ops pgdir_of_backend = {
	.map = pgdir_backend_map,
	.unmap = pgdir_backend_unmap,
};

static const struct xen_front_pgdir_shbuf_ops pgdir_of_frontend = {
	.grants_buffer = true,
};

/* ------------------------------------------------------------ the directory */

static size_t pgdir_size(const struct xen_front_pgdir_shbuf *buf)
{
	return (size_t)pgdir_pages(buf) << PAGE_SHIFT;
}

static int pgdir_alloc(struct xen_front_pgdir_shbuf *buf)
{
	unsigned int i;

	buf->grefs = kmalloc_array(buf->num_grefs, sizeof(*buf->grefs), GFP_KERNEL);
	if (!buf->grefs)
		return -ENOMEM;
	for (i = 0; i < buf->num_grefs; i++)
		buf->grefs[i] = INVALID_GRANT_REF;

	/* Whole pages: the backend may have some of them mapped for longer than others. */
	buf->directory = alloc_pages_exact(pgdir_size(buf), GFP_KERNEL | __GFP_ZERO);
	return buf->directory ? 0 : -ENOMEM;
}

static int pgdir_grant(struct xen_front_pgdir_shbuf *buf)
{
	unsigned int dir_pages = pgdir_pages(buf);
	grant_ref_t spare;
	struct page *page;
	unsigned int i;
	int ref, err;

	if (buf->num_grefs > U16_MAX)
		return -ENOSPC;
	err = gnttab_alloc_grant_references(buf->num_grefs, &spare);
	if (err) {
		dev_err(&buf->xb_dev->dev, "Cannot allocate grant references\n");
		return err;
	}

	for (i = 0; i < buf->num_grefs; i++) {
		ref = gnttab_claim_grant_reference(&spare);
		if (ref < 0) {
			err = ref;
			break;
		}
		page = i < dir_pages ? virt_to_page(pgdir_page(buf, i)) :
				       buf->pages[i - dir_pages];
		gnttab_grant_foreign_access_ref(ref, buf->xb_dev->otherend_id,
						xen_page_to_gfn(page), 0);
		buf->grefs[i] = ref;
	}

	gnttab_free_grant_references(spare);
	return err;
}

static void pgdir_fill(struct xen_front_pgdir_shbuf *buf)
{
	unsigned int dir_pages = pgdir_pages(buf);
	unsigned int i;

	for (i = 0; i < dir_pages; i++)
		pgdir_page(buf, i)->next = i + 1 < dir_pages ? buf->grefs[i + 1] : PGDIR_END;

	for (i = dir_pages; i < buf->num_grefs; i++)
		*pgdir_ref(buf, i - dir_pages) = buf->grefs[i];
}

/**
 * xen_front_pgdir_shbuf_alloc() - make a buffer and share it
 * @cfg: what it shall be
 *
 * Context: may sleep.
 * Return: 0, or -errno with nothing left behind.
 */
int xen_front_pgdir_shbuf_alloc(struct xen_front_pgdir_shbuf_cfg *cfg)
{
	struct xen_front_pgdir_shbuf *buf = cfg->pgdir;
	int err;

	buf->xb_dev = cfg->xb_dev;
	buf->ops = cfg->be_alloc ? &pgdir_of_backend : &pgdir_of_frontend;
	buf->pages = cfg->pages;
	buf->num_pages = cfg->num_pages;
	buf->num_grefs = pgdir_pages(buf) + (buf->ops->grants_buffer ? buf->num_pages : 0);
	buf->grefs = NULL;
	buf->directory = NULL;

	err = pgdir_alloc(buf);
	if (!err)
		err = pgdir_grant(buf);
	if (err) {
		xen_front_pgdir_shbuf_free(buf);
		return err;
	}

	pgdir_fill(buf);
	return 0;
}
EXPORT_SYMBOL_GPL(xen_front_pgdir_shbuf_alloc);

/**
 * xen_front_pgdir_shbuf_free() - share a buffer no longer
 * @buf: the buffer, unmapped; or one that is all zero
 *
 * Pages that the backend still has mapped are kept until it lets go of them.
 *
 * Context: may sleep.
 */
void xen_front_pgdir_shbuf_free(struct xen_front_pgdir_shbuf *buf)
{
	unsigned int i;

	for (i = 0; buf->grefs && i < buf->num_grefs; i++) {
		if (buf->grefs[i] != INVALID_GRANT_REF)
			gnttab_end_foreign_access(buf->grefs[i], NULL);
	}
	kfree(buf->grefs);
	buf->grefs = NULL;

	if (buf->directory)
		free_pages_exact(buf->directory, pgdir_size(buf));
	buf->directory = NULL;
}
EXPORT_SYMBOL_GPL(xen_front_pgdir_shbuf_free);

/**
 * xen_front_pgdir_shbuf_map() - make the buffer's contents visible in its pages
 * @buf: the buffer; if its memory is the backend's, the directory has been filled in
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int xen_front_pgdir_shbuf_map(struct xen_front_pgdir_shbuf *buf)
{
	return buf->ops && buf->ops->map ? buf->ops->map(buf) : 0;
}
EXPORT_SYMBOL_GPL(xen_front_pgdir_shbuf_map);

/**
 * xen_front_pgdir_shbuf_unmap() - the opposite
 * @buf: the buffer, mapped or not, or one that is all zero
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int xen_front_pgdir_shbuf_unmap(struct xen_front_pgdir_shbuf *buf)
{
	return buf->ops && buf->ops->unmap ? buf->ops->unmap(buf) : 0;
}
EXPORT_SYMBOL_GPL(xen_front_pgdir_shbuf_unmap);

/**
 * xen_front_pgdir_shbuf_get_dir_start() - where the directory begins, to tell the backend
 * @buf: the buffer
 *
 * Return: the reference of the directory's first page, or INVALID_GRANT_REF.
 */
grant_ref_t xen_front_pgdir_shbuf_get_dir_start(struct xen_front_pgdir_shbuf *buf)
{
	return buf->grefs ? buf->grefs[0] : INVALID_GRANT_REF;
}
EXPORT_SYMBOL_GPL(xen_front_pgdir_shbuf_get_dir_start);

MODULE_DESCRIPTION("Buffers of Xen frontends shared by a page directory");
MODULE_LICENSE("GPL");
