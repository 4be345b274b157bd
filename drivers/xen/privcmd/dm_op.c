// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of a device model on its guest, the one hypercall whose domain and
 * memory this kernel can check: a file restricted to a guest may make it.
 *
 * The buffers are pinned for the time of the call, so that the hypervisor finds
 * them and they stay the caller's.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <xen/interface/xen.h>
#include <xen/interface/hvm/dm_op.h>
#include <xen/privcmd.h>
#include <xen/xen-ops.h>
#include <asm/xen/hypercall.h>

#include "batch.h"
#include "internal.h"

/* What a device model's frequent calls take: two buffers within a page or so. */
#define FEW_BUFS	3
#define FEW_PAGES	6

static unsigned int dm_op_max_nr_bufs = 16;
module_param(dm_op_max_nr_bufs, uint, 0644);
MODULE_PARM_DESC(dm_op_max_nr_bufs, "Maximum number of buffers per dm_op hypercall");

static unsigned int dm_op_buf_max_size = 4096;
module_param(dm_op_buf_max_size, uint, 0644);
MODULE_PARM_DESC(dm_op_buf_max_size, "Maximum size of a dm_op hypercall buffer");

struct dm_op {
	domid_t domid;
	unsigned int nr;
	struct privcmd_dm_op_buf *bufs;		/* as the caller gave them */
	struct xen_dm_op_buf *args;		/* the same for the hypervisor */
	struct page **pages;
	unsigned int pinned;
};

/**
 * privcmd_dm_op_buf_max() - the largest buffer of a device model's operation
 *
 * Return: bytes; the administrator may change it at any time.
 */
unsigned int privcmd_dm_op_buf_max(void)
{
	return READ_ONCE(dm_op_buf_max_size);
}

static int dm_op_pin_buf(struct dm_op *op, const struct privcmd_dm_op_buf *buf)
{
	unsigned long addr = (unsigned long)buf->uptr;
	unsigned long left = privcmd_buf_pages(addr, buf->size);
	int got;

	for (addr &= PAGE_MASK; left; left -= got, addr += (unsigned long)got << PAGE_SHIFT) {
		got = pin_user_pages_fast(addr, left, FOLL_WRITE, op->pages + op->pinned);
		if (got <= 0)
			return got ?: -EFAULT;
		op->pinned += got;
	}

	return 0;
}

static long dm_op_call(struct dm_op *op)
{
	unsigned int i;
	long ret = 0;

	for (i = 0; i < op->nr && !ret; i++) {
		set_xen_guest_handle(op->args[i].h, (void __force *)op->bufs[i].uptr);
		op->args[i].size = op->bufs[i].size;
		ret = dm_op_pin_buf(op, &op->bufs[i]);
	}

	if (!ret) {
		xen_preemptible_hcall_begin();
		ret = HYPERVISOR_dm_op(op->domid, op->nr, op->args);
		xen_preemptible_hcall_end();
	}

	unpin_user_pages_dirty_lock(op->pages, op->pinned, true);

	return ret;
}

/* With the buffers in op->bufs: checks them, finds memory for the list of pages. */
static long dm_op_run(struct dm_op *op)
{
	struct page *few[FEW_PAGES];
	unsigned int i;
	long nr, ret;

	for (i = 0; i < op->nr; i++)
		if (!access_ok(op->bufs[i].uptr, op->bufs[i].size))
			break;

	nr = privcmd_bufs_pages(op->bufs, op->nr, privcmd_dm_op_buf_max());
	if (nr < 0)
		return nr;
	if (i < op->nr)
		return -EFAULT;

	op->pages = few;
	if (nr > FEW_PAGES)
		op->pages = kvmalloc_array(nr, sizeof(*op->pages), PRIVCMD_GFP);
	if (!op->pages)
		return -ENOMEM;

	ret = dm_op_call(op);

	if (op->pages != few)
		kvfree(op->pages);

	return ret;
}

/**
 * privcmd_dm_op() - IOCTL_PRIVCMD_DM_OP
 * @file:	the open file
 * @arg:	struct privcmd_dm_op of the caller
 *
 * Context: process, may sleep.
 * Return: what the hypercall returned; 0 for no buffers; -EPERM for another
 * domain than the file may name; -E2BIG for more or larger buffers than the
 * module's parameters allow; -EFAULT, -ENOMEM.
 */
long privcmd_dm_op(struct file *file, void __user *arg)
{
	struct privcmd_dm_op_buf few_bufs[FEW_BUFS], *bufs = few_bufs;
	struct xen_dm_op_buf few_args[FEW_BUFS], *args = few_args;
	struct privcmd_dm_op call;
	struct dm_op op = { };
	long ret = -EFAULT;

	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;
	if (!privcmd_file_may(file, call.dom))
		return -EPERM;
	if (!call.num)
		return 0;
	if (call.num > READ_ONCE(dm_op_max_nr_bufs))
		return -E2BIG;

	if (call.num > FEW_BUFS) {
		bufs = kvmalloc_array(call.num, sizeof(*bufs) + sizeof(*args), PRIVCMD_GFP);
		if (!bufs)
			return -ENOMEM;
		args = (struct xen_dm_op_buf *)(bufs + call.num);
	}

	op.domid = call.dom;
	op.nr = call.num;
	op.bufs = bufs;
	op.args = args;
	if (!copy_from_user(bufs, call.ubufs, op.nr * sizeof(*bufs)))
		ret = dm_op_run(&op);

	if (bufs != few_bufs)
		kvfree(bufs);

	return ret;
}
