// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/gntalloc: programs allocate pages and grant them to other domains.
 *
 * Owns the open file and the views of its pages. Pages have consecutive numbers in the file,
 * in the order in which they were allocated; what a program frees or maps is any range of
 * them. The invariant: a number is used once only, so that a view never shows pages that were
 * allocated later.
 *
 * Lock order: mmap_lock > gntalloc_file.lock > xarray. User memory is not touched with the
 * file's lock held.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include <xen/events.h>
#include <xen/gntalloc.h>
#include <xen/xen.h>

#include "gntalloc.h"

#define DROP_AT_ONCE	32U

/**
 * struct gntalloc_file - an open /dev/xen/gntalloc
 * @lock: guards all below, and the notifications of the pages
 * @pages: struct gntalloc_page by number
 * @next: number of the next page to be allocated
 */
struct gntalloc_file {
	struct mutex lock;		/* see above */
	struct xarray pages;
	unsigned long next;
};

/**
 * struct gntalloc_view - pages that VMAs show
 * @vmas: how many VMAs; more than one after a fork or a split
 * @count: how many pages
 * @pages: the pages, with a reference to each
 */
struct gntalloc_view {
	refcount_t vmas;
	unsigned int count;
	struct gntalloc_page *pages[];
};

static void view_free(struct gntalloc_view *view)
{
	while (view->count)
		gntalloc_page_put(view->pages[--view->count]);
	kvfree(view);
}

/* A range of pages with a reference to each, or -ENOENT if one of them is not there. */
static struct gntalloc_view *file_view(struct gntalloc_file *file, unsigned long first,
				       unsigned long count)
{
	struct gntalloc_view *view;

	lockdep_assert_held(&file->lock);

	if (first > file->next || count > file->next - first)
		return ERR_PTR(-ENOENT);

	view = kvmalloc(struct_size(view, pages, count), GFP_KERNEL);
	if (!view)
		return ERR_PTR(-ENOMEM);

	refcount_set(&view->vmas, 1);
	for (view->count = 0; view->count < count; view->count++) {
		struct gntalloc_page *page = xa_load(&file->pages, first + view->count);

		if (!page) {
			view_free(view);
			return ERR_PTR(-ENOENT);
		}
		gntalloc_page_get(page);
		view->pages[view->count] = page;
	}

	return view;
}

/* Enter new pages, which keep their references, under the numbers from @first on. */
static int file_enter(struct gntalloc_file *file, struct gntalloc_page **pages,
		      unsigned int count, unsigned long first)
{
	unsigned int i;
	int err = 0;

	mutex_lock(&file->lock);
	for (i = 0; i < count && !err; i++)
		err = xa_insert(&file->pages, first + i, pages[i], GFP_KERNEL);
	/* The one that failed was not entered. */
	for (i -= !!err; i > 0 && err; i--)
		xa_erase(&file->pages, first + i - 1);
	mutex_unlock(&file->lock);

	return err;
}

static int pages_tell(struct ioctl_gntalloc_alloc_gref __user *user, unsigned long first,
		      struct gntalloc_page **pages, unsigned int count)
{
	unsigned int i;

	if (put_user((u64)first << PAGE_SHIFT, &user->index))
		return -EFAULT;

	for (i = 0; i < count; i++)
		if (put_user(pages[i]->ref, &user->gref_ids_flex[i]))
			return -EFAULT;

	return 0;
}

static int pages_alloc(struct gntalloc_page **pages, const struct ioctl_gntalloc_alloc_gref *op)
{
	bool readonly = !(op->flags & GNTALLOC_FLAG_WRITABLE);
	unsigned int i;

	for (i = 0; i < op->count; i++) {
		struct gntalloc_page *page = gntalloc_page_alloc(op->domid, readonly);

		if (IS_ERR(page)) {
			gntalloc_pages_cancel(op->count - i);
			while (i)
				gntalloc_page_put(pages[--i]);
			return PTR_ERR(page);
		}
		pages[i] = page;
	}

	return 0;
}

/*
 * The pages are entered last. Until the call returns, no other thread has a use for them, and
 * none can free them while they are still looked at here.
 */
static long gntalloc_alloc(struct gntalloc_file *file, void __user *arg)
{
	struct ioctl_gntalloc_alloc_gref op;
	struct gntalloc_page **pages;
	unsigned long first;
	unsigned int i;
	int err;

	if (copy_from_user(&op, arg, offsetof(typeof(op), gref_ids)))
		return -EFAULT;
	if (!gntalloc_pages_reserve(op.count))
		return -ENOSPC;

	pages = kvmalloc_array(op.count, sizeof(*pages), GFP_KERNEL);
	if (!pages) {
		gntalloc_pages_cancel(op.count);
		return -ENOMEM;
	}

	err = pages_alloc(pages, &op);
	if (err)
		goto free;

	mutex_lock(&file->lock);
	first = file->next;
	file->next += op.count;
	mutex_unlock(&file->lock);

	err = pages_tell(arg, first, pages, op.count);
	if (!err)
		err = file_enter(file, pages, op.count, first);
	for (i = 0; i < op.count && err; i++)
		gntalloc_page_put(pages[i]);
free:
	kvfree(pages);

	return err;
}

static bool file_has(struct gntalloc_file *file, unsigned long first, unsigned long count)
{
	lockdep_assert_held(&file->lock);

	if (first > file->next || count > file->next - first)
		return false;
	while (count)
		if (!xa_load(&file->pages, first + --count))
			return false;

	return true;
}

/* Without memory: a program that gives some back may do so because there is none. */
static void file_drop(struct gntalloc_file *file, unsigned long first, unsigned int count)
{
	struct gntalloc_page *gone[DROP_AT_ONCE];
	unsigned int done, n, i;

	lockdep_assert_held(&file->lock);

	for (done = 0; done < count; done += n) {
		n = min(count - done, DROP_AT_ONCE);
		for (i = 0; i < n; i++)
			gone[i] = xa_erase(&file->pages, first + done + i);

		mutex_unlock(&file->lock);
		for (i = 0; i < n; i++)
			if (gone[i])
				gntalloc_page_put(gone[i]);
		mutex_lock(&file->lock);
	}
}

static long gntalloc_dealloc(struct gntalloc_file *file, void __user *arg)
{
	struct ioctl_gntalloc_dealloc_gref op;
	unsigned long first;
	int err = 0;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	if (!op.count || offset_in_page(op.index))
		return -EINVAL;

	first = op.index >> PAGE_SHIFT;
	mutex_lock(&file->lock);
	if (file_has(file, first, op.count))
		file_drop(file, first, op.count);
	else
		err = -EINVAL;
	mutex_unlock(&file->lock);

	return err;
}

/* Change what a page does at its end, and hand back the port that it had or does not get. */
static int page_set_notify(struct gntalloc_page *page, const struct ioctl_gntalloc_unmap_notify *op,
			   evtchn_port_t *port, bool *put)
{
	if (op->action & ~(UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT))
		return -EINVAL;
	/* Before the old one is put, which may be the last to the same port. */
	if ((op->action & UNMAP_NOTIFY_SEND_EVENT) && evtchn_get(op->event_channel_port))
		return -EINVAL;

	*put = page->notify_flags & UNMAP_NOTIFY_SEND_EVENT;
	*port = page->notify_port;
	page->notify_flags = op->action;
	page->notify_offset = offset_in_page(op->index);
	page->notify_port = op->event_channel_port;

	return 0;
}

static long gntalloc_set_notify(struct gntalloc_file *file, void __user *arg)
{
	struct ioctl_gntalloc_unmap_notify op;
	struct gntalloc_page *page = NULL;
	evtchn_port_t port = 0;
	bool put = false;
	int err = -ENOENT;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;

	mutex_lock(&file->lock);
	if (op.index >> PAGE_SHIFT < file->next)
		page = xa_load(&file->pages, op.index >> PAGE_SHIFT);
	if (page)
		err = page_set_notify(page, &op, &port, &put);
	mutex_unlock(&file->lock);
	if (put)
		evtchn_put(port);

	return err;
}

static long gntalloc_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct gntalloc_file *file = filp->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case IOCTL_GNTALLOC_ALLOC_GREF:
		return gntalloc_alloc(file, user);
	case IOCTL_GNTALLOC_DEALLOC_GREF:
		return gntalloc_dealloc(file, user);
	case IOCTL_GNTALLOC_SET_UNMAP_NOTIFY:
		return gntalloc_set_notify(file, user);
	default:
		return -ENOIOCTLCMD;
	}
}

static void gntalloc_vma_open(struct vm_area_struct *vma)
{
	struct gntalloc_view *view = vma->vm_private_data;

	refcount_inc(&view->vmas);
}

static void gntalloc_vma_close(struct vm_area_struct *vma)
{
	struct gntalloc_view *view = vma->vm_private_data;

	if (refcount_dec_and_test(&view->vmas))
		view_free(view);
}

static const struct vm_operations_struct gntalloc_vm_operations = {
	.open	= gntalloc_vma_open,
	.close	= gntalloc_vma_close,
};

static int gntalloc_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct gntalloc_file *file = filp->private_data;
	struct gntalloc_view *view;
	unsigned long addr;
	unsigned int i;
	int err = 0;

	if (!(vma->vm_flags & VM_SHARED)) {
		pr_err_ratelimited("%s: Mapping must be shared\n", __func__);
		return -EINVAL;
	}

	mutex_lock(&file->lock);
	view = file_view(file, vma->vm_pgoff, vma_pages(vma));
	mutex_unlock(&file->lock);
	if (IS_ERR(view))
		return PTR_ERR(view);

	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	for (i = 0, addr = vma->vm_start; i < view->count && !err; i++, addr += PAGE_SIZE)
		err = vm_insert_page(vma, addr, view->pages[i]->page);
	if (err) {
		/* What was inserted has references to the memory, and is unmapped by the caller. */
		view_free(view);
		return err;
	}

	vma->vm_private_data = view;
	vma->vm_ops = &gntalloc_vm_operations;

	return 0;
}

static int gntalloc_open(struct inode *inode, struct file *filp)
{
	struct gntalloc_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;

	mutex_init(&file->lock);
	xa_init(&file->pages);
	filp->private_data = file;

	return 0;
}

static int gntalloc_release(struct inode *inode, struct file *filp)
{
	struct gntalloc_file *file = filp->private_data;
	struct gntalloc_page *page;
	unsigned long number;

	xa_for_each(&file->pages, number, page)
		gntalloc_page_put(page);
	xa_destroy(&file->pages);
	mutex_destroy(&file->lock);
	kfree(file);

	return 0;
}

static const struct file_operations gntalloc_file_operations = {
	.owner		= THIS_MODULE,
	.open		= gntalloc_open,
	.release	= gntalloc_release,
	.unlocked_ioctl	= gntalloc_ioctl,
	.mmap		= gntalloc_mmap,
};

static struct miscdevice gntalloc_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "xen/gntalloc",
	.fops	= &gntalloc_file_operations,
};

static int __init gntalloc_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;

	err = misc_register(&gntalloc_misc);
	if (err)
		pr_err("Could not register misc gntalloc device\n");

	return err;
}
module_init(gntalloc_init);

static void __exit gntalloc_exit(void)
{
	misc_deregister(&gntalloc_misc);
}
module_exit(gntalloc_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("User-space grant reference allocator driver");
