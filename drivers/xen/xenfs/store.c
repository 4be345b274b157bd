// SPDX-License-Identifier: GPL-2.0
/*
 * xsd_kva and xsd_port: how a store daemon in the initial domain gets to the page and the
 * event channel that it shares with its own kernel.
 *
 * The text of a file is made when it is opened and stays the same for who has it open.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/page.h>

#include <xen/page.h>
#include <xen/xenbus.h>

#include "xenfs.h"

static int store_keep(struct file *file, char *text)
{
	file->private_data = text;
	return text ? 0 : -ENOMEM;
}

/* The address is not for use: the daemon only maps the file. */
static int store_page_open(struct inode *inode, struct file *file)
{
	return store_keep(file, kasprintf(GFP_KERNEL, "0x%p", xen_store_interface));
}

static int store_port_open(struct inode *inode, struct file *file)
{
	return store_keep(file, kasprintf(GFP_KERNEL, "%d", xen_store_evtchn));
}

static int store_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static ssize_t store_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	const char *text = file->private_data;

	return simple_read_from_buffer(to, size, pos, text, strlen(text));
}

static int store_page_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff || vma_pages(vma) > 1)
		return -EINVAL;
	if (!xen_store_interface)
		return -ENODEV;

	if (remap_pfn_range(vma, vma->vm_start, virt_to_pfn(xen_store_interface),
			    PAGE_SIZE, vma->vm_page_prot))
		return -EAGAIN;
	return 0;
}

const struct file_operations xenfs_store_page_fops = {
	.open = store_page_open,
	.release = store_release,
	.read = store_read,
	.mmap = store_page_mmap,
};

const struct file_operations xenfs_store_port_fops = {
	.open = store_port_open,
	.release = store_release,
	.read = store_read,
};
