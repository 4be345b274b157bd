// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA operations for virtio devices whose backend is another domain: what they map is granted
 * to that domain, and nothing else is.
 *
 * Owns, for each device that has them, who the backend is. That is found in an xarray, from when
 * the device is given these operations until its driver, if it has one, is unbound.
 *
 * A backend that still uses memory when the device no longer does cannot be trusted: its device
 * gets no more memory, and what it has kept is not used again before it lets go of it.
 */
#include <linux/dma-map-ops.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/virtio.h>
#include <linux/virtio_anchor.h>
#include <linux/xarray.h>

#include <xen/grant_table.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "dma_addr.h"

/**
 * struct grant_dma - a device
 * @backend: the domain that its memory is granted to
 * @broken: whether it has kept memory; set once
 */
struct grant_dma {
	domid_t backend;
	bool broken;
};

static DEFINE_XARRAY(grant_dma_devices);

static struct grant_dma *grant_dma_lookup(struct device *dev)
{
	return xa_load(&grant_dma_devices, (unsigned long)dev);
}

static void grant_dma_forget(void *dev)
{
	xa_erase(&grant_dma_devices, (unsigned long)dev);
}

/* NULL if it is none of ours, or may not be used any more. */
static struct grant_dma *grant_dma_usable(struct device *dev)
{
	struct grant_dma *dma = grant_dma_lookup(dev);

	return dma && likely(!READ_ONCE(dma->broken)) ? dma : NULL;
}

/* ------------------------------------------------------------ to grant and to end it */

static int grant_dma_share(const struct grant_dma *dma, unsigned long xen_pfn,
			   unsigned int count, bool readonly, grant_ref_t *first)
{
	int err = gnttab_alloc_grant_reference_seq(count, first);
	unsigned int i;

	for (i = 0; i < count && !err; i++)
		gnttab_grant_foreign_access_ref(*first + i, dma->backend,
						pfn_to_gfn(xen_pfn + i), readonly);

	return err;
}

/*
 * From the first reference that cannot be ended on, all go the way of those that wait for the
 * other domain, which holds the pages as well.
 */
static void grant_dma_unshare(struct device *dev, struct grant_dma *dma, grant_ref_t first,
			      unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (unlikely(!gnttab_end_foreign_access_ref(first + i)))
			break;
	}
	gnttab_free_grant_reference_seq(first, i);
	if (likely(i == count))
		return;

	if (!READ_ONCE(dma->broken))
		dev_alert(dev, "Grant still in use by backend domain, disabled for further use\n");
	WRITE_ONCE(dma->broken, true);
	for (; i < count; i++)
		gnttab_end_foreign_access(first + i, NULL);
}

/* ------------------------------------------------------------ coherent memory */

static void *grant_dma_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle,
			     gfp_t gfp, unsigned long attrs)
{
	struct grant_dma *dma = grant_dma_usable(dev);
	unsigned int count = XEN_PFN_UP(size);
	grant_ref_t first;
	void *vaddr;

	if (!dma)
		return NULL;

	vaddr = alloc_pages_exact((size_t)count * XEN_PAGE_SIZE, gfp);
	if (!vaddr)
		return NULL;

	if (grant_dma_share(dma, page_to_xen_pfn(virt_to_page(vaddr)), count, false, &first)) {
		free_pages_exact(vaddr, (size_t)count * XEN_PAGE_SIZE);
		return NULL;
	}

	*dma_handle = grant_dma_addr(first, 0);
	return vaddr;
}

static void grant_dma_free(struct device *dev, size_t size, void *vaddr, dma_addr_t dma_handle,
			   unsigned long attrs)
{
	struct grant_dma *dma = grant_dma_lookup(dev);
	unsigned int count = XEN_PFN_UP(size);

	if (!dma)
		return;

	/* Pages that the backend has kept have another reference until it lets go of them. */
	grant_dma_unshare(dev, dma, grant_dma_ref(dma_handle), count);
	free_pages_exact(vaddr, (size_t)count * XEN_PAGE_SIZE);
}

static struct page *grant_dma_alloc_pages(struct device *dev, size_t size,
					  dma_addr_t *dma_handle, enum dma_data_direction dir,
					  gfp_t gfp)
{
	void *vaddr = grant_dma_alloc(dev, size, dma_handle, gfp, 0);

	return vaddr ? virt_to_page(vaddr) : NULL;
}

static void grant_dma_free_pages(struct device *dev, size_t size, struct page *page,
				 dma_addr_t dma_handle, enum dma_data_direction dir)
{
	grant_dma_free(dev, size, page_to_virt(page), dma_handle, 0);
}

/* ------------------------------------------------------------ streaming */

static dma_addr_t grant_dma_map_page(struct device *dev, struct page *page, unsigned long offset,
				     size_t size, enum dma_data_direction dir,
				     unsigned long attrs)
{
	unsigned long in_frame = xen_offset_in_page(offset);
	struct grant_dma *dma = grant_dma_usable(dev);
	grant_ref_t first;

	if (WARN_ON(dir == DMA_NONE) || !dma)
		return DMA_MAPPING_ERROR;

	if (grant_dma_share(dma, page_to_xen_pfn(page) + XEN_PFN_DOWN(offset),
			    XEN_PFN_UP(in_frame + size), dir == DMA_TO_DEVICE, &first))
		return DMA_MAPPING_ERROR;

	return grant_dma_addr(first, in_frame);
}

static void grant_dma_unmap_page(struct device *dev, dma_addr_t dma_handle, size_t size,
				 enum dma_data_direction dir, unsigned long attrs)
{
	struct grant_dma *dma = grant_dma_lookup(dev);

	if (WARN_ON(dir == DMA_NONE) || !dma)
		return;

	grant_dma_unshare(dev, dma, grant_dma_ref(dma_handle),
			  XEN_PFN_UP(xen_offset_in_page(dma_handle) + size));
}

static void grant_dma_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
			       enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(sgl, sg, nents, i)
		grant_dma_unmap_page(dev, sg_dma_address(sg), sg_dma_len(sg), dir, attrs);
}

static int grant_dma_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
			    enum dma_data_direction dir, unsigned long attrs)
{
	struct scatterlist *sg;
	int i;

	if (WARN_ON(dir == DMA_NONE))
		return -EINVAL;

	for_each_sg(sgl, sg, nents, i) {
		sg_dma_address(sg) = grant_dma_map_page(dev, sg_page(sg), sg->offset,
							sg->length, dir, attrs);
		if (sg_dma_address(sg) == DMA_MAPPING_ERROR) {
			grant_dma_unmap_sg(dev, sgl, i, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC);
			sg_dma_len(sgl) = 0;
			return -EIO;
		}
		sg_dma_len(sg) = sg->length;
	}

	return nents;
}

static int grant_dma_supported(struct device *dev, u64 mask)
{
	return mask == DMA_BIT_MASK(64);
}

static const struct dma_map_ops grant_dma_ops = {
	.dma_supported	= grant_dma_supported,
	.map_page	= grant_dma_map_page,
	.unmap_page	= grant_dma_unmap_page,
	.map_sg		= grant_dma_map_sg,
	.unmap_sg	= grant_dma_unmap_sg,
	.alloc		= grant_dma_alloc,
	.free		= grant_dma_free,
	.alloc_pages_op	= grant_dma_alloc_pages,
	.free_pages	= grant_dma_free_pages,
	.mmap		= dma_common_mmap,
	.get_sgtable	= dma_common_get_sgtable,
};

/* ------------------------------------------------------------ which backend */

/* For a PCI device the host controller's, which says for all behind it. */
static struct device_node *grant_dma_node(struct device *dev)
{
	struct device *bridge;
	struct pci_bus *bus;

	if (!dev_is_pci(dev))
		return of_node_get(dev->of_node);

	bus = to_pci_dev(dev)->bus;
	while (!pci_is_root_bus(bus))
		bus = bus->parent;
	bridge = bus->bridge->parent;

	return bridge ? of_node_get(bridge->of_node) : NULL;
}

static int grant_dma_read_spec(struct device *dev, struct device_node *node,
			       struct of_phandle_args *spec)
{
	struct pci_dev *pdev;

	if (!dev_is_pci(dev))
		return of_parse_phandle_with_args(node, "iommus", "#iommu-cells", 0, spec);

	pdev = to_pci_dev(dev);
	spec->args_count = 1;
	return of_map_id(node, PCI_DEVID(pdev->bus->number, pdev->devfn), "iommu-map",
			 "iommu-map-mask", &spec->np, spec->args);
}

/* The number behind the phandle is the backend's domain. */
static int grant_dma_backend_of_node(struct device *dev, struct device_node *node,
				     domid_t *backend)
{
	struct of_phandle_args spec = { };
	bool ours;

	if (grant_dma_read_spec(dev, node, &spec)) {
		dev_dbg(dev, "Cannot find or translate the IOMMU property\n");
		return -ESRCH;
	}

	ours = of_device_is_compatible(spec.np, "xen,grant-dma") && spec.args_count == 1;
	of_node_put(spec.np);
	if (!ours) {
		dev_dbg(dev, "Incompatible IOMMU node\n");
		return -ESRCH;
	}

	*backend = spec.args[0];
	return 0;
}

static int grant_dma_find_backend(struct device *dev, domid_t *backend)
{
	struct device_node *node = grant_dma_node(dev);
	int err;

	if (node) {
		err = grant_dma_backend_of_node(dev, node, backend);
		of_node_put(node);
		return err;
	}

	if (xen_initial_domain())
		return -ENODEV;
	/* A PV domain has no other way to share anything. */
	if (!xen_pv_domain() && !IS_ENABLED(CONFIG_XEN_VIRTIO_FORCE_GRANT))
		return -ENODEV;

	dev_info(dev, "Using dom0 as backend\n");
	*backend = 0;
	return 0;
}

static int grant_dma_attach(struct device *dev, domid_t backend)
{
	struct grant_dma *dma;
	int err;

	if (grant_dma_lookup(dev)) {
		dev_err(dev, "Xen grant DMA data is already created\n");
		return 0;
	}

	dma = devm_kzalloc(dev, sizeof(*dma), GFP_KERNEL);
	if (!dma)
		return -ENOMEM;
	dma->backend = backend;

	err = xa_err(xa_store(&grant_dma_devices, (unsigned long)dev, dma, GFP_KERNEL));
	if (!err)
		err = devm_add_action_or_reset(dev, grant_dma_forget, dev);
	if (err)
		return err;

	dev->dma_ops = &grant_dma_ops;
	return 0;
}

/**
 * xen_virtio_restricted_mem_acc() - must a virtio device's memory be granted to its backend?
 * @dev: the device, new
 *
 * If so, the device that it is on gets DMA operations that do so.
 *
 * Context: may sleep.
 * Return: whether it must.
 */
bool xen_virtio_restricted_mem_acc(struct virtio_device *dev)
{
	struct device *parent = dev->dev.parent;
	domid_t backend;

	if (grant_dma_find_backend(parent, &backend))
		return false;

	if (grant_dma_attach(parent, backend))
		dev_err(parent, "Cannot set up Xen grant DMA ops, retain platform DMA ops\n");
	return true;
}

MODULE_DESCRIPTION("DMA operations that grant memory to a Xen domain");
MODULE_LICENSE("GPL");
