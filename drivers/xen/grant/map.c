// SPDX-License-Identifier: GPL-2.0
/*
 * To map and copy what other domains have granted.
 *
 * Owns no state: pages and operations are the caller's from call to call. Each operation has a
 * status of its own, which another domain may well decide; the call as a whole fails only if
 * the hypervisor could not read the operations.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include <asm/xen/hypercall.h>

#include <xen/grant_table.h>
#include <xen/page.h>

/* Waits of 1, 2, ... ms between the tries, together 32 s. */
#define MAP_TRIES		255

/* Between the looks at pages that are still in use, more each time. */
#define UNMAP_DELAY_MS		5

/**
 * struct grant_batch - operations of one kind, whatever it is
 * @cmd:	GNTTABOP_*
 * @count:	how many there are
 * @ops:	the first
 * @size:	bytes of each
 * @status:	where each has its status
 */
struct grant_batch {
	unsigned int cmd;
	unsigned int count;
	void *ops;
	size_t size;
	size_t status;
};

#define MAP_BATCH(first, n) {						\
	.cmd = GNTTABOP_map_grant_ref, .count = (n), .ops = (first),	\
	.size = sizeof(struct gnttab_map_grant_ref),			\
	.status = offsetof(struct gnttab_map_grant_ref, status),	\
}

#define COPY_BATCH(first, n) {						\
	.cmd = GNTTABOP_copy, .count = (n), .ops = (first),		\
	.size = sizeof(struct gnttab_copy),				\
	.status = offsetof(struct gnttab_copy, status),			\
}

static s16 *batch_status(const struct grant_batch *batch, unsigned int i)
{
	return batch->ops + i * batch->size + batch->status;
}

/* Try those again whose frames were paged out. Returns how many still are. */
static unsigned int batch_try_again(const struct grant_batch *batch)
{
	unsigned int waiting = 0;
	unsigned int i;
	s16 *status;

	for (i = 0; i < batch->count; i++) {
		status = batch_status(batch, i);
		if (*status != GNTST_eagain)
			continue;
		if (HYPERVISOR_grant_table_op(batch->cmd, batch->ops + i * batch->size, 1))
			*status = GNTST_general_error;
		if (*status == GNTST_eagain)
			waiting++;
	}

	return waiting;
}

/* Afterwards no operation has GNTST_eagain. May sleep. */
static noinline void batch_wait(const struct grant_batch *batch)
{
	unsigned int waiting = batch->count;
	unsigned int i;

	for (i = 1; waiting && i <= MAP_TRIES; i++) {
		msleep(i);
		waiting = batch_try_again(batch);
	}
	if (!waiting)
		return;

	pr_err_ratelimited("%s: %u operations: eagain grant\n", current->comm, waiting);
	for (i = 0; i < batch->count; i++) {
		if (*batch_status(batch, i) == GNTST_eagain)
			*batch_status(batch, i) = GNTST_bad_page;
	}
}

static bool batch_must_wait(const struct grant_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->count; i++) {
		if (unlikely(*batch_status(batch, i) == GNTST_eagain))
			return true;
	}

	return false;
}

static int batch_run(const struct grant_batch *batch)
{
	int err = HYPERVISOR_grant_table_op(batch->cmd, batch->ops, batch->count);

	if (unlikely(err)) {
		pr_err_ratelimited("grant table operation %u failed: %d\n", batch->cmd, err);
		return err;
	}

	if (batch_must_wait(batch))
		batch_wait(batch);
	return 0;
}

/**
 * gnttab_batch_map() - map grants, and wait for those that are paged out
 * @ops: operations from gnttab_set_map_op()
 * @count: how many
 *
 * Context: may sleep, up to 32 s.
 *
 * Each operation has a status other than GNTST_eagain afterwards. If the call as a whole
 * fails, what it has not come to has GNTST_general_error.
 */
void gnttab_batch_map(struct gnttab_map_grant_ref *ops, unsigned int count)
{
	struct grant_batch map = MAP_BATCH(ops, count);
	unsigned int i;

	if (likely(!batch_run(&map)))
		return;

	/* What was mapped before that stays so: only the initial status is positive. */
	for (i = 0; i < count; i++) {
		if (ops[i].status > 0 || ops[i].status == GNTST_eagain)
			ops[i].status = GNTST_general_error;
	}
}
EXPORT_SYMBOL_GPL(gnttab_batch_map);

/**
 * gnttab_batch_copy() - copy from or to grants, and wait for those that are paged out
 * @ops: operations
 * @count: how many
 *
 * Context: may sleep, up to 32 s, if the other domain is paged; otherwise any.
 *
 * Each operation has a status other than GNTST_eagain afterwards. If the call as a whole
 * fails, all have GNTST_general_error: to copy twice does no harm.
 */
void gnttab_batch_copy(struct gnttab_copy *ops, unsigned int count)
{
	struct grant_batch copy = COPY_BATCH(ops, count);
	unsigned int i;

	if (likely(!batch_run(&copy)))
		return;

	for (i = 0; i < count; i++)
		ops[i].status = GNTST_general_error;
}
EXPORT_SYMBOL_GPL(gnttab_batch_copy);

/**
 * gnttab_map_refs() - map grants to pages of gnttab_alloc_pages()
 * @ops: operations, with the pages' kernel addresses or the user's page-table entries
 * @kernel_ops: in the latter case operations for the kernel's addresses, or NULL
 * @pages: the pages
 * @count: how many of each
 *
 * Context: may sleep if a grant is paged out, or if the pages' p2m entries have no memory yet,
 * which those of gnttab_alloc_pages() have.
 * Return: 0 with a status in each operation, none of them GNTST_eagain; or -errno.
 */
int gnttab_map_refs(struct gnttab_map_grant_ref *ops,
		    struct gnttab_map_grant_ref *kernel_ops,
		    struct page **pages, unsigned int count)
{
	struct grant_batch batch = MAP_BATCH(ops, count);
	struct gnttab_map_grant_ref *op = ops;
	unsigned int i;
	int err;

	err = batch_run(&batch);
	if (unlikely(err))
		return err;

	for (i = 0; i < count; i++, op++) {
		if (likely(op->status == GNTST_okay)) {
			SetPageForeign(pages[i]);
			*xen_page_foreign(pages[i]) = (struct xen_page_foreign) {
				.domid = op->dom, .gref = op->ref,
			};
		} else if (op->status == GNTST_no_device_space) {
			pr_warn_ratelimited("maptrack limit reached, can't map all guest pages\n");
		}
	}

	return set_foreign_p2m_mapping(ops, kernel_ops, pages, count);
}
EXPORT_SYMBOL_GPL(gnttab_map_refs);

/**
 * gnttab_unmap_refs() - the opposite
 * @ops: operations
 * @kernel_ops: operations for the kernel's addresses, or NULL
 * @pages: the pages, which nobody else uses any more
 * @count: how many of each
 *
 * Context: any.
 * Return: 0 with a status in each operation, or -errno.
 */
int gnttab_unmap_refs(struct gnttab_unmap_grant_ref *ops,
		      struct gnttab_unmap_grant_ref *kernel_ops,
		      struct page **pages, unsigned int count)
{
	unsigned int i;
	int err;

	err = HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, ops, count);
	if (unlikely(err))
		return err;

	for (i = 0; i < count; i++)
		ClearPageForeign(pages[i]);

	return clear_foreign_p2m_mapping(ops, kernel_ops, pages, count);
}
EXPORT_SYMBOL_GPL(gnttab_unmap_refs);

/* Somebody (a network packet, direct I/O) may still hold pages that were mapped. */
static bool unmap_is_possible(const struct gntab_unmap_queue_data *item)
{
	unsigned int i;

	for (i = 0; i < item->count; i++) {
		if (page_count(item->pages[i]) > 1)
			return false;
	}

	return true;
}

static void unmap_or_wait(struct gntab_unmap_queue_data *item)
{
	unsigned long delay = UNMAP_DELAY_MS * (item->age + 1UL);

	if (unlikely(!unmap_is_possible(item))) {
		schedule_delayed_work(&item->gnttab_work, msecs_to_jiffies(delay));
		return;
	}

	/* It may be gone with the call of done(). */
	item->done(gnttab_unmap_refs(item->unmap_ops, item->kunmap_ops,
				     item->pages, item->count), item);
}

static void unmap_again(struct work_struct *work)
{
	struct gntab_unmap_queue_data *item =
		container_of(to_delayed_work(work), struct gntab_unmap_queue_data, gnttab_work);

	if (item->age < UINT_MAX)
		item->age++;
	unmap_or_wait(item);
}

/**
 * gnttab_unmap_refs_async() - unmap grants once nobody else has a reference to their pages
 * @item: what to unmap, and done() to be called, here or from a work, with the result of
 *	gnttab_unmap_refs()
 *
 * Context: any in which done() may be called.
 */
void gnttab_unmap_refs_async(struct gntab_unmap_queue_data *item)
{
	item->age = 0;
	INIT_DELAYED_WORK(&item->gnttab_work, unmap_again);
	unmap_or_wait(item);
}
EXPORT_SYMBOL_GPL(gnttab_unmap_refs_async);

/**
 * gnttab_unmap_refs_sync() - the same, and wait for it
 * @item: what to unmap; its work, @data and @done are not used, so it may be on the stack
 *
 * Context: may sleep, for as long as somebody has a reference.
 * Return: as gnttab_unmap_refs().
 */
int gnttab_unmap_refs_sync(struct gntab_unmap_queue_data *item)
{
	unsigned int delay = UNMAP_DELAY_MS;

	for (; !unmap_is_possible(item); delay += UNMAP_DELAY_MS)
		msleep(delay);

	return gnttab_unmap_refs(item->unmap_ops, item->kunmap_ops, item->pages, item->count);
}
EXPORT_SYMBOL_GPL(gnttab_unmap_refs_sync);
