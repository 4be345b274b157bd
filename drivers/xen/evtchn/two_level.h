/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers of the two-level ABI: a port is a bit in a word of xen_ulong_t, and each
 * of those words is a bit in a vCPU's selector (xen/include/public/event_channel.h).
 */
#ifndef _XEN_EVTCHN_TWO_LEVEL_H
#define _XEN_EVTCHN_TWO_LEVEL_H

#include <linux/bitops.h>
#include <linux/types.h>

#include <xen/interface/xen.h>
#include <xen/interface/event_channel.h>

#define TWO_LEVEL_BITS	((unsigned int)(sizeof(xen_ulong_t) * BITS_PER_BYTE))
#define TWO_LEVEL_WORDS	((unsigned int)(EVTCHN_2L_NR_CHANNELS / TWO_LEVEL_BITS))

static inline unsigned int two_level_word(evtchn_port_t port)
{
	return port / TWO_LEVEL_BITS;
}

static inline unsigned int two_level_bit(evtchn_port_t port)
{
	return port % TWO_LEVEL_BITS;
}

static inline evtchn_port_t two_level_port(unsigned int word, unsigned int bit)
{
	return word * TWO_LEVEL_BITS + bit;
}

/* The first bit that is set, looking from @from on and around the end. @set is not 0. */
static inline unsigned int two_level_first(xen_ulong_t set, unsigned int from)
{
	u64 ahead = (u64)set >> from << from;

	return __ffs64(ahead ?: set);
}

/* Ports that a CPU is to handle, as a bitmap like Xen's. */
const xen_ulong_t *two_level_own_ports(unsigned int cpu);

#endif /* _XEN_EVTCHN_TWO_LEVEL_H */
