// SPDX-License-Identifier: GPL-2.0
/*
 * The two-level ABI: bitmaps of pending and masked ports in the page that the
 * domain shares with Xen, and for each vCPU a selector of words to look at. Xen
 * sets the selector of the vCPU that a port is bound to; which CPU takes which port
 * out of a word that several look at is decided by a bitmap of each CPU's own.
 *
 * xen_ulong_t may be longer than long. Bit operations on the bitmaps work on longs
 * all the same, for the order of bytes is little-endian.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include <asm/sync_bitops.h>
#include <asm/xen/events.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/xen.h>
#include <xen/xen-ops.h>

#include "channel.h"
#include "two_level.h"

#define PENDING	((unsigned long *)HYPERVISOR_shared_info->evtchn_pending)
#define MASKED	((unsigned long *)HYPERVISOR_shared_info->evtchn_mask)

static DEFINE_PER_CPU(xen_ulong_t [TWO_LEVEL_WORDS], own_ports);

/* Where this CPU's next scan begins: after the port that it served last. */
static DEFINE_PER_CPU(evtchn_port_t, scan_start);

/* Only Xen can interrupt again; a PV CPU looks for itself when it enables interrupts. */
static bool resend_by_xen __ro_after_init;

static unsigned long *two_level_own(unsigned int cpu)
{
	return (unsigned long *)per_cpu(own_ports, cpu);
}

/**
 * two_level_own_ports - which ports a CPU is to handle
 * @cpu: a possible CPU
 *
 * Context: any; it changes meanwhile.
 * Return: a bitmap in the layout of Xen's.
 */
const xen_ulong_t *two_level_own_ports(unsigned int cpu)
{
	return per_cpu(own_ports, cpu);
}

static void two_level_mask(evtchn_port_t port)
{
	sync_set_bit(port, MASKED);
}

static void two_level_raise(evtchn_port_t port)
{
	sync_set_bit(port, PENDING);
}

static void two_level_lower(evtchn_port_t port)
{
	sync_clear_bit(port, PENDING);
}

static bool two_level_is_raised(evtchn_port_t port)
{
	return sync_test_bit(port, PENDING);
}

/* Clear the mask flag here; false if Xen has to do it, and the flag is set still. */
static bool two_level_open(evtchn_port_t port)
{
	struct vcpu_info *vcpu = __this_cpu_read(xen_vcpu);

	if (!test_bit(port, two_level_own(smp_processor_id())))
		return false;

	/* The flag first: what Xen raises between the two is not lost then. */
	sync_clear_bit(port, MASKED);
	if (likely(!sync_test_bit(port, PENDING)))
		return true;

	if (resend_by_xen) {
		/* Xen takes no notice of a port that is open. */
		sync_set_bit(port, MASKED);
		return false;
	}
	if (!sync_test_and_set_bit(two_level_word(port),
				   (unsigned long *)&vcpu->evtchn_pending_sel))
		WRITE_ONCE(vcpu->evtchn_upcall_pending, 1);

	return true;
}

static void two_level_unmask(evtchn_port_t port)
{
	struct evtchn_unmask unmask = { .port = port };

	/* Who takes the next event sees all that was done for this one. */
	smp_wmb();
	if (!two_level_open(port))
		(void)HYPERVISOR_event_channel_op(EVTCHNOP_unmask, &unmask);
}

static xen_ulong_t two_level_due(const struct shared_info *shared, unsigned int cpu,
				 unsigned int word)
{
	return READ_ONCE(shared->evtchn_pending[word]) & ~READ_ONCE(shared->evtchn_mask[word]) &
	       READ_ONCE(per_cpu(own_ports, cpu)[word]);
}

/* The timer before all else; port 0, if it is not bound, is never due. */
static void two_level_serve_timer(unsigned int cpu, struct upcall_pass *pass)
{
	const struct xen_chan *chan = xen_chan_of_virq(cpu, VIRQ_TIMER);
	evtchn_port_t port = chan ? READ_ONCE(chan->port) : 0;
	xen_ulong_t due = two_level_due(HYPERVISOR_shared_info, cpu, two_level_word(port));

	if (due & ((xen_ulong_t)1 << two_level_bit(port)))
		xen_upcall_deliver(port, pass);
}

static void two_level_serve_word(unsigned int cpu, unsigned int word, unsigned int from,
				 struct upcall_pass *pass)
{
	xen_ulong_t due = two_level_due(HYPERVISOR_shared_info, cpu, word);

	while (due) {
		unsigned int bit = two_level_first(due, from);
		evtchn_port_t port = two_level_port(word, bit);

		due &= ~((xen_ulong_t)1 << bit);
		from = bit;
		xen_upcall_deliver(port, pass);
		__this_cpu_write(scan_start, (port + 1) % EVTCHN_2L_NR_CHANNELS);
	}
}

static void two_level_scan(unsigned int cpu, struct upcall_pass *pass)
{
	struct vcpu_info *vcpu = __this_cpu_read(xen_vcpu);
	evtchn_port_t start = __this_cpu_read(scan_start);
	unsigned int word = two_level_word(start);
	xen_ulong_t words;

	/* Pairs with xen_upcall_drain(). */
	smp_mb();
	two_level_serve_timer(cpu, pass);

	/* The announcement was taken back before this: a full barrier. */
	words = xchg_xen_ulong(&vcpu->evtchn_pending_sel, 0);
	while (words) {
		word = two_level_first(words, word);
		words &= ~((xen_ulong_t)1 << word);
		two_level_serve_word(cpu, word,
				     word == two_level_word(start) ? two_level_bit(start) : 0,
				     pass);
	}
}

static unsigned int two_level_usable_ports(void)
{
	return EVTCHN_2L_NR_CHANNELS;
}

static int two_level_add_port(evtchn_port_t port)
{
	return port < EVTCHN_2L_NR_CHANNELS ? 0 : -EINVAL;
}

static void two_level_move_port(evtchn_port_t port, unsigned int from, unsigned int to)
{
	clear_bit(port, two_level_own(from));
	set_bit(port, two_level_own(to));
}

static void two_level_drop_port(evtchn_port_t port, unsigned int cpu)
{
	clear_bit(port, two_level_own(cpu));
}

static void two_level_cpu_dead(unsigned int cpu)
{
	memset(per_cpu(own_ports, cpu), 0, sizeof(per_cpu(own_ports, cpu)));
}

static void two_level_mask_all(void)
{
	evtchn_port_t port;

	for (port = 0; port < EVTCHN_2L_NR_CHANNELS; port++)
		two_level_mask(port);
}

static void two_level_resume(void)
{
	unsigned int cpu;

	two_level_mask_all();
	for_each_possible_cpu(cpu)
		two_level_cpu_dead(cpu);
}

static const struct evtchn_abi two_level_abi = {
	.name		= "2-level",
	.max_ports	= EVTCHN_2L_NR_CHANNELS,
	.usable_ports	= two_level_usable_ports,
	.add_port	= two_level_add_port,
	.move_port	= two_level_move_port,
	.drop_port	= two_level_drop_port,
	.resume		= two_level_resume,
	.cpu_dead	= two_level_cpu_dead,
};

/**
 * evtchn_two_level_init - use the two-level ABI, which Xen always has
 *
 * Context: boot CPU, before any event channel is bound.
 */
void __init evtchn_two_level_init(void)
{
	evtchn_abi = &two_level_abi;
	resend_by_xen = xen_hvm_domain();

	static_call_update(evtchn_mask, two_level_mask);
	static_call_update(evtchn_unmask, two_level_unmask);
	static_call_update(evtchn_lower, two_level_lower);
	static_call_update(evtchn_raise, two_level_raise);
	static_call_update(evtchn_is_raised, two_level_is_raised);
	static_call_update(evtchn_scan, two_level_scan);

	two_level_mask_all();
}
