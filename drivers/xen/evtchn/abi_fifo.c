// SPDX-License-Identifier: GPL-2.0
/*
 * The FIFO ABI: for each vCPU a control block with the heads of 16 queues, one a
 * priority, and one array of event words for the domain, to which pages are added
 * as ports need them.
 *
 * Invariant: the pages below fifo_pages are Xen's and stay so until a resume, after
 * which they are given again in the same order. A CPU's heads are that CPU's alone
 * while it is online.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include <asm/sync_bitops.h>
#include <asm/xen/hypercall.h>

#include <xen/page.h>
#include <xen/xen-ops.h>

#include "channel.h"
#include "fifo_word.h"

struct fifo_cpu {
	struct evtchn_fifo_control_block *control;
	evtchn_port_t heads[EVTCHN_FIFO_MAX_QUEUES];	/* 0: ask the control block */
};

static DEFINE_PER_CPU(struct fifo_cpu, fifo_cpus);
static event_word_t *fifo_array[FIFO_PAGES] __read_mostly;
static unsigned int fifo_pages __read_mostly;

/* Guards the growth of fifo_array and fifo_pages; a leaf. */
static DEFINE_RAW_SPINLOCK(fifo_grow_lock);

static unsigned long *fifo_bitmap(evtchn_port_t port)
{
	return (unsigned long *)fifo_array[fifo_page_of(port)];
}

static event_word_t *fifo_word(evtchn_port_t port)
{
	return fifo_array[fifo_page_of(port)] + fifo_slot_of(port);
}

/**
 * fifo_mask - set a port's mask flag
 * @port: a port in the array
 *
 * Context: any.
 */
void fifo_mask(evtchn_port_t port)
{
	sync_set_bit(fifo_bit_of(port, EVTCHN_FIFO_MASKED), fifo_bitmap(port));
}

/**
 * fifo_raise - set a port's pending flag
 * @port: a port in the array
 *
 * Context: any.
 */
void fifo_raise(evtchn_port_t port)
{
	sync_set_bit(fifo_bit_of(port, EVTCHN_FIFO_PENDING), fifo_bitmap(port));
}

/**
 * fifo_lower - clear a port's pending flag
 * @port: a port in the array
 *
 * Context: any.
 */
void fifo_lower(evtchn_port_t port)
{
	sync_clear_bit(fifo_bit_of(port, EVTCHN_FIFO_PENDING), fifo_bitmap(port));
}

/**
 * fifo_is_raised - read a port's pending flag
 * @port: a port in the array
 *
 * Context: any.
 * Return: true if an event is pending.
 */
bool fifo_is_raised(evtchn_port_t port)
{
	return READ_ONCE(*fifo_word(port)) & FIFO_FLAG(PENDING);
}

/* Clear the mask flag unless an event is pending; Xen holds BUSY while it links. */
static bool fifo_open(event_word_t *word)
{
	event_word_t old = READ_ONCE(*word);

	while (fifo_is_masked_idle(old)) {
		old &= ~FIFO_FLAG(BUSY);
		if (sync_try_cmpxchg(word, &old, old & ~FIFO_FLAG(MASKED)))
			return true;
	}
	return !(old & FIFO_FLAG(MASKED));
}

/**
 * fifo_unmask - clear a port's mask flag
 * @port: a port in the array
 *
 * Only Xen can put an event that is pending into its queue.
 *
 * Context: interrupts off.
 */
void fifo_unmask(evtchn_port_t port)
{
	struct evtchn_unmask unmask = { .port = port };

	if (!fifo_open(fifo_word(port)))
		(void)HYPERVISOR_event_channel_op(EVTCHNOP_unmask, &unmask);
}

static event_word_t fifo_unlink(event_word_t *word)
{
	event_word_t old = READ_ONCE(*word);

	while (!sync_try_cmpxchg(word, &old, fifo_without_link(old)))
		;
	return old;
}

/*
 * Take the first event out of a queue. The next one's port is kept here and not
 * in the control block, whose head is Xen's. Returns false if it was the last one.
 */
static bool fifo_take(struct fifo_cpu *fifo, unsigned int queue, struct upcall_pass *pass)
{
	evtchn_port_t port = fifo->heads[queue];
	event_word_t word;

	if (!port) {
		/* The head is written before the queue is announced as ready. */
		virt_rmb();
		port = READ_ONCE(fifo->control->head[queue]);
	}

	word = fifo_unlink(fifo_word(port));
	fifo->heads[queue] = fifo_next(word);
	if (fifo_is_deliverable(word)) {
		if (likely(pass))
			xen_upcall_deliver(port, pass);
		else
			pr_warn("Dropping pending event for port %u\n", port);
	}
	return fifo_next(word);
}

/**
 * fifo_scan - go through a CPU's queues, those of high priority first
 * @cpu: this CPU, or one that is dead
 * @pass: the upcall, or NULL to drop what is queued
 *
 * Context: an upcall, or a CPU is being taken down.
 */
void fifo_scan(unsigned int cpu, struct upcall_pass *pass)
{
	struct fifo_cpu *fifo = per_cpu_ptr(&fifo_cpus, cpu);
	u32 *announced = &fifo->control->ready;
	unsigned long ready = xchg(announced, 0);

	while (ready) {
		unsigned int queue = __ffs(ready);

		/* One event at a time, something more urgent may come. */
		if (!fifo_take(fifo, queue, pass))
			__clear_bit(queue, &ready);
		if (READ_ONCE(*announced))
			ready |= xchg(announced, 0);
	}
}

static unsigned int fifo_usable_ports(void)
{
	return fifo_pages * FIFO_WORDS_PER_PAGE;
}

/* Give Xen the array's next page, with all its ports masked. */
static int fifo_add_page(void)
{
	struct evtchn_expand_array expand;
	event_word_t *page = fifo_array[fifo_pages];
	unsigned int i;
	int err;

	lockdep_assert_held(&fifo_grow_lock);

	/* There is one already after a resume. */
	if (!page) {
		page = (event_word_t *)__get_free_page(GFP_ATOMIC);
		if (!page)
			return -ENOMEM;
	}
	for (i = 0; i < FIFO_WORDS_PER_PAGE; i++)
		page[i] = FIFO_FLAG(MASKED);

	expand.array_gfn = virt_to_gfn(page);
	err = HYPERVISOR_event_channel_op(EVTCHNOP_expand_array, &expand);
	if (err) {
		fifo_array[fifo_pages] = NULL;
		free_page((unsigned long)page);
		return err;
	}
	fifo_array[fifo_pages++] = page;

	return 0;
}

static int fifo_add_port(evtchn_port_t port)
{
	unsigned long flags;
	int err = 0;

	if (port >= EVTCHN_FIFO_NR_CHANNELS)
		return -EINVAL;

	raw_spin_lock_irqsave(&fifo_grow_lock, flags);
	while (fifo_pages <= fifo_page_of(port) && !err)
		err = fifo_add_page();
	raw_spin_unlock_irqrestore(&fifo_grow_lock, flags);

	if (!err)
		return 0;
	if (!fifo_pages)
		panic("xen: unable to expand event array with initial page (%d)\n", err);
	pr_err("unable to expand event array (%d)\n", err);

	return err;
}

/* Start with empty queues in a control block that Xen is told of. */
static int fifo_init_control(unsigned int cpu, struct evtchn_fifo_control_block *control)
{
	struct evtchn_init_control init = {
		.control_gfn = virt_to_gfn(control),
		.vcpu = xen_vcpu_nr(cpu),
	};

	memset(control, 0, XEN_PAGE_SIZE);
	memset(per_cpu(fifo_cpus, cpu).heads, 0, sizeof(per_cpu(fifo_cpus, cpu).heads));

	return HYPERVISOR_event_channel_op(EVTCHNOP_init_control, &init);
}

/* A control block cannot be taken back from Xen; a CPU that returns finds its own. */
static int fifo_cpu_prepare(unsigned int cpu)
{
	struct evtchn_fifo_control_block *control;
	int err;

	if (per_cpu(fifo_cpus, cpu).control)
		return 0;

	control = (void *)__get_free_page(GFP_KERNEL);
	if (!control)
		return -ENOMEM;

	err = fifo_init_control(cpu, control);
	if (err) {
		free_page((unsigned long)control);
		return err;
	}
	per_cpu(fifo_cpus, cpu).control = control;

	return 0;
}

static void fifo_cpu_dead(unsigned int cpu)
{
	fifo_scan(cpu, NULL);
}

static void fifo_resume(void)
{
	unsigned int cpu;
	int err;

	fifo_pages = 0;
	for_each_possible_cpu(cpu) {
		struct fifo_cpu *fifo = per_cpu_ptr(&fifo_cpus, cpu);

		if (!fifo->control)
			continue;
		/* Xen does not know it any more, this is the time to let it go. */
		if (!cpu_online(cpu)) {
			free_page((unsigned long)fifo->control);
			fifo->control = NULL;
			continue;
		}
		err = fifo_init_control(cpu, fifo->control);
		if (err)
			pr_crit("CPU%u is without events after resume (%d)\n", cpu, err);
	}
}

static const struct evtchn_abi fifo_abi = {
	.name		= "FIFO-based",
	.max_ports	= EVTCHN_FIFO_NR_CHANNELS,
	.usable_ports	= fifo_usable_ports,
	.add_port	= fifo_add_port,
	.resume		= fifo_resume,
	.cpu_prepare	= fifo_cpu_prepare,
	.cpu_dead	= fifo_cpu_dead,
};

/**
 * evtchn_fifo_init - use the FIFO ABI, if Xen has it
 *
 * Context: boot CPU, before any event channel is bound.
 * Return: 0 or a negative errno.
 */
int __init evtchn_fifo_init(void)
{
	int err = fifo_cpu_prepare(smp_processor_id());

	if (!err)
		evtchn_abi = &fifo_abi;

	return err;
}
