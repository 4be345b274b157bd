// SPDX-License-Identifier: GPL-2.0
/*
 * VIRQ_DEBUG: print the state of two-level event channels. (Xen itself prints that
 * of FIFO queues.)
 */
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/spinlock.h>

#include <asm/irq_regs.h>
#include <asm/sync_bitops.h>
#include <asm/xen/events.h>
#include <asm/xen/hypervisor.h>

#include <xen/xen-ops.h>

#include "channel.h"
#include "two_level.h"

#define WORDS_PER_LINE	8
#define HEX_DIGITS	((int)sizeof(xen_ulong_t) * 2)

/* Words of bitmaps: those of @set that are in @with, if given, and not in @but. */
static void debug_print_words(const char *title, const xen_ulong_t *set, const xen_ulong_t *with,
			      const xen_ulong_t *but)
{
	char line[WORDS_PER_LINE * (HEX_DIGITS + 1) + 1];
	unsigned int i = TWO_LEVEL_WORDS, used = 0;

	pr_info("%s:\n", title);
	while (i--) {
		xen_ulong_t word = set[i];

		if (with)
			word &= with[i];
		if (but)
			word &= ~but[i];
		used += scnprintf(line + used, sizeof(line) - used, " %0*" PRI_xen_ulong,
				  HEX_DIGITS, word);
		if (i % WORDS_PER_LINE == 0) {
			pr_info("  %s\n", line);
			used = 0;
		}
	}
}

static void debug_print_cpus(unsigned int here)
{
	const struct pt_regs *regs = get_irq_regs();
	const struct vcpu_info *vcpu;
	unsigned int cpu;
	int masked;

	for_each_online_cpu(cpu) {
		vcpu = per_cpu(xen_vcpu, cpu);
		masked = vcpu->evtchn_upcall_mask;
		/* Here it is masked for the handler; what was interrupted counts. */
		if (cpu == here && regs)
			masked = xen_irqs_disabled((struct pt_regs *)regs);
		pr_info("  %u: masked=%d pending=%d event_sel %0*" PRI_xen_ulong "\n",
			cpu, masked, vcpu->evtchn_upcall_pending, HEX_DIGITS,
			vcpu->evtchn_pending_sel);
	}
}

static void debug_print_port(evtchn_port_t port, unsigned int here)
{
	struct shared_info *shared = HYPERVISOR_shared_info;
	const struct vcpu_info *vcpu = per_cpu(xen_vcpu, here);
	const struct xen_chan *chan = xen_chan_of_port(port);

	pr_info("  %u: event %u -> irq %d%s%s%s\n",
		chan ? chan->cpu : 0, port, chan ? (int)chan->irq : -1,
		sync_test_bit(two_level_word(port), (unsigned long *)&vcpu->evtchn_pending_sel) ?
		"" : " l2-clear",
		sync_test_bit(port, (unsigned long *)shared->evtchn_mask) ?
		" globally-masked" : "",
		test_bit(port, (unsigned long *)two_level_own_ports(here)) ?
		"" : " locally-masked");
}

/**
 * xen_debug_interrupt - the handler of VIRQ_DEBUG
 * @irq: ignored
 * @dev_id: ignored
 *
 * Context: hard interrupt; only with the two-level ABI.
 * Return: IRQ_HANDLED.
 */
irqreturn_t xen_debug_interrupt(int irq, void *dev_id)
{
	static DEFINE_SPINLOCK(debug_lock);	/* so that CPUs take turns */
	struct shared_info *shared = HYPERVISOR_shared_info;
	unsigned int here = smp_processor_id();
	const xen_ulong_t *own = two_level_own_ports(here);
	evtchn_port_t port;
	unsigned long flags;

	spin_lock_irqsave(&debug_lock, flags);

	pr_info("vcpu %u\n", here);
	debug_print_cpus(here);
	debug_print_words("pending", shared->evtchn_pending, NULL, NULL);
	debug_print_words("global mask", shared->evtchn_mask, NULL, NULL);
	debug_print_words("globally unmasked", shared->evtchn_pending, NULL, shared->evtchn_mask);
	debug_print_words("local mask", own, NULL, NULL);
	debug_print_words("locally unmasked", shared->evtchn_pending, own, shared->evtchn_mask);

	pr_info("pending list:\n");
	for (port = 0; port < EVTCHN_2L_NR_CHANNELS; port++) {
		if (sync_test_bit(port, (unsigned long *)shared->evtchn_pending))
			debug_print_port(port, here);
	}

	spin_unlock_irqrestore(&debug_lock, flags);

	return IRQ_HANDLED;
}
