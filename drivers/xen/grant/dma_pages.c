// SPDX-License-Identifier: GPL-2.0
/*
 * Pages to map grants to that a device can reach in one piece.
 *
 * They are a DMA buffer whose memory goes back to the hypervisor for as long as grants are
 * mapped in its place. Owns no state. The invariant: the buffer is freed only when there is
 * memory behind each of its pages; a buffer for which there is none is lost.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/printk.h>

#include <xen/grant_table.h>
#include <xen/mem-reservation.h>
#include <xen/page.h>

static size_t buffer_size(const struct gnttab_dma_alloc_args *args)
{
	return (size_t)args->nr_pages << PAGE_SHIFT;
}

static void buffer_alloc(struct gnttab_dma_alloc_args *args)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;

	if (args->coherent)
		args->vaddr = dma_alloc_coherent(args->dev, buffer_size(args),
						 &args->dev_bus_addr, gfp);
	else
		args->vaddr = dma_alloc_wc(args->dev, buffer_size(args),
					   &args->dev_bus_addr, gfp);
}

static void buffer_free(struct gnttab_dma_alloc_args *args)
{
	if (args->coherent)
		dma_free_coherent(args->dev, buffer_size(args), args->vaddr, args->dev_bus_addr);
	else
		dma_free_wc(args->dev, buffer_size(args), args->vaddr, args->dev_bus_addr);
}

/* Get memory for the first pages of the buffer again. */
static int buffer_populate(struct gnttab_dma_alloc_args *args, int count)
{
	int done;
	int i;

	if (!count)
		return 0;

	for (i = 0; i < count; i++)
		args->frames[i] = page_to_xen_pfn(args->pages[i]);

	done = max(xenmem_reservation_increase(count, args->frames), 0);
	xenmem_reservation_va_mapping_update(done, args->pages, args->frames);

	return done == count ? 0 : -EFAULT;
}

/* Give the buffer's memory to the hypervisor, or none of it. */
static int buffer_depopulate(struct gnttab_dma_alloc_args *args)
{
	unsigned long first = __phys_to_pfn(args->dev_bus_addr);
	int done;
	int i;

	for (i = 0; i < args->nr_pages; i++) {
		args->pages[i] = pfn_to_page(first + i);
		args->frames[i] = xen_page_to_gfn(args->pages[i]);
		xenmem_reservation_scrub_page(args->pages[i]);
	}
	xenmem_reservation_va_mapping_reset(args->nr_pages, args->pages);

	done = max(xenmem_reservation_decrease(args->nr_pages, args->frames), 0);
	if (done == args->nr_pages)
		return 0;

	pr_debug("Failed to decrease reservation for DMA buffer\n");
	xenmem_reservation_va_mapping_update(args->nr_pages - done, args->pages + done,
					     args->frames + done);
	return buffer_populate(args, done) ?: -EBUSY;
}

/**
 * gnttab_dma_alloc_pages() - get such pages
 * @args: the device, the kind of buffer, and arrays of as many pages and frames as there shall
 *	be; the buffer's addresses are filled in
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or -EFAULT if the memory cannot be given back.
 */
int gnttab_dma_alloc_pages(struct gnttab_dma_alloc_args *args)
{
	int err;

	if (args->nr_pages < 0 || args->nr_pages > INT_MAX >> PAGE_SHIFT)
		return -ENOMEM;

	buffer_alloc(args);
	if (!args->vaddr) {
		pr_debug("Failed to allocate DMA buffer of size %zu\n", buffer_size(args));
		return -ENOMEM;
	}

	err = buffer_depopulate(args);
	if (err) {
		if (err == -EBUSY)
			buffer_free(args);
		return -EFAULT;
	}

	err = gnttab_pages_set_private(args->nr_pages, args->pages);
	if (err)
		gnttab_dma_free_pages(args);
	return err;
}
EXPORT_SYMBOL_GPL(gnttab_dma_alloc_pages);

/**
 * gnttab_dma_free_pages() - the opposite
 * @args: as filled in, with nothing mapped to the pages; @frames is used here
 *
 * Context: may sleep.
 * Return: 0, or -EFAULT if the hypervisor has no memory for the buffer: then it is lost.
 */
int gnttab_dma_free_pages(struct gnttab_dma_alloc_args *args)
{
	gnttab_pages_clear_private(args->nr_pages, args->pages);

	if (buffer_populate(args, args->nr_pages)) {
		pr_warn_ratelimited("no memory for a DMA buffer of %zu bytes, which is lost\n",
				    buffer_size(args));
		return -EFAULT;
	}

	buffer_free(args);
	return 0;
}
EXPORT_SYMBOL_GPL(gnttab_dma_free_pages);
