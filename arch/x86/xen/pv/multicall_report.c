// SPDX-License-Identifier: GPL-2.0
/*
 * Batches of hypercalls: what the hypervisor refused.
 *
 * A refusal must neither go unseen nor take more down than itself.  Of a list
 * the hypervisor drops what follows the refused request, and that may be the
 * write protection or the removal of mappings, so the rest is done here, one
 * request after the other.  That also tells which request it was.
 *
 * Owns the limit on messages.  Works on the batch of this CPU with interrupts
 * off, like its caller; takes no lock but those of printk.
 */
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/smp.h>
#include <linux/string.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "batch_room.h"
#include "multicall_report.h"
#include "stats.h"

/* Refused requests of one call that are worth a line. */
#define REPORT_REQUESTS	4

/* Tell of the calls that went well, too. */
static bool report_all __ro_after_init;

static int __init report_parse(char *unused)
{
	report_all = true;
	pr_info("xen_mc_debug active\n");

	return 0;
}
early_param("xen_mc_debug", report_parse);

struct report_op {
	const char *name;
	unsigned int nr_args;
	unsigned int request;		/* words of a list's request, 0: no list */
};

#define REPORT_OP(op, args, words) \
	[__HYPERVISOR_##op] = { #op, args, words }

/* What the port queues. */
static const struct report_op report_ops[] = {
	REPORT_OP(mmu_update, 4, sizeof(struct mmu_update) / sizeof(long)),
	REPORT_OP(mmuext_op, 4, sizeof(struct mmuext_op) / sizeof(long)),
	REPORT_OP(update_va_mapping, 3, 0),
	REPORT_OP(update_descriptor, 2, 0),
	REPORT_OP(stack_switch, 2, 0),
	REPORT_OP(fpu_taskswitch, 1, 0),
};

static const struct report_op *report_find(unsigned long op)
{
	static const struct report_op unknown = { "?", 5, 0 };

	if (op < ARRAY_SIZE(report_ops) && report_ops[op].name)
		return &report_ops[op];

	return &unknown;
}

static void report_call(const struct xen_batch *b, unsigned int i)
{
	const struct multicall_entry *call = &b->calls[i];
	const struct report_op *op = report_find(call->op);
	unsigned long args[5] = { };

	/* What lies behind the arguments is left over from other calls. */
	memcpy(args, call->args, op->nr_args * sizeof(*args));
	pr_err("  call %2u: op=%lu (%s) result=%ld caller=%pS args=%lx %lx %lx %lx %lx\n",
	       i + 1, (unsigned long)call->op, op->name, (long)call->result,
	       b->callers[i], args[0], args[1], args[2], args[3], args[4]);
}

/*
 * Whether the entry has its new value already.  What the processor itself
 * sets in an entry is left out; the table may be gone from the linear mapping.
 */
static bool report_in_place(const struct mmu_update *request)
{
	unsigned long ignored = _PAGE_ACCESSED | _PAGE_DIRTY;
	unsigned long maddr = request->ptr & ~(u64)(sizeof(pte_t) - 1);
	unsigned long pfn = mfn_to_pfn(PFN_DOWN(maddr)), now;

	if (pfn == ~0UL ||
	    xen_safe_read_ulong(__va(PFN_PHYS(pfn) + offset_in_page(maddr)), &now))
		return false;

	return !((now ^ request->val) & ~ignored);
}

/*
 * The requests from the refused one on.  In a list of entries that is the
 * first one not in place.  Of the other operations none can be told from its
 * effect, and none does harm when it is asked for a second time.
 */
static void report_finish_list(const struct multicall_entry *call, bool tell)
{
	unsigned int words = report_find(call->op)->request;
	const unsigned long *request = (const unsigned long *)call->args[0];
	unsigned int i, left = batch_list_left(call), told = 0;
	bool entries = call->op == __HYPERVISOR_mmu_update;
	long err;

	for (i = 0; i < left; i++, request += words) {
		if (entries && report_in_place((const void *)request))
			continue;
		entries = false;

		err = xen_single_call(call->op, (unsigned long)request, 1, 0,
				      call->args[3], 0);
		if (err >= 0 || !tell || told == REPORT_REQUESTS)
			continue;
		told++;
		pr_err("    request %u of %u, alone: %lx %lx %lx result=%ld\n", i + 1,
		       left, request[0], request[1], words > 2 ? request[2] : 0, err);
	}
}

/* The batch's own flushes may have come before what was finished here. */
static void report_flush_tlb(void)
{
	struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_ALL };

	if (HYPERVISOR_mmuext_op(&op, 1, NULL, DOMID_SELF))
		pr_err("flush of the TLB failed\n");
}

/**
 * xen_batch_report() - report what failed in a batch, and finish its lists
 * @b:	batch of this CPU, sent, with at least one negative result
 *
 * The parameter xen_mc_debug has all calls of the batch listed.
 *
 * Context: from xen_mc_flush(), interrupts off.
 */
void xen_batch_report(struct xen_batch *b)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 10);
	bool tell = __ratelimit(&limit);
	unsigned int i, failed = 0;

	xen_stat_inc(XEN_STAT_REPORTS);
	for (i = 0; i < b->nr_calls; i++)
		failed += b->calls[i].result < 0;

	if (tell)
		pr_err("%u of %u multicall(s) failed: cpu %d\n",
		       failed, b->nr_calls, smp_processor_id());

	for (i = 0; i < b->nr_calls; i++) {
		bool bad = b->calls[i].result < 0;

		if (tell && (bad || report_all))
			report_call(b, i);
		if (bad && report_find(b->calls[i].op)->request)
			report_finish_list(&b->calls[i], tell);
	}
	report_flush_tlb();

	WARN_ONCE(1, "the hypervisor refused part of a batch\n");
}
