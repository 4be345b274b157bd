// SPDX-License-Identifier: GPL-2.0
/*
 * The bodies of the xen trace events.
 *
 * Owns the table that gives a hypercall's number its name in the output of
 * the events, and instantiates trace/events/xen.h.  Constant data: no lock.
 */
#include <linux/array_size.h>
#include <linux/tracepoint.h>

#include <xen/interface/xen.h>
#include <xen/interface/xen-mca.h>

/* The list is generated from the hypervisor's numbers; gaps stay NULL. */
#define HYPERCALL(name) \
	[__HYPERVISOR_##name] = "(" #name ")",

static const char * const trace_hypercalls[] = {
#include <asm/xen-hypercalls.h>
};

#undef HYPERCALL

/* The name is the one that the events' header calls. */
static const char *xen_hypercall_name(unsigned int op)
{
	const char *name = op < ARRAY_SIZE(trace_hypercalls) ? trace_hypercalls[op] : NULL;

	return name ?: "";
}

#define CREATE_TRACE_POINTS
#include <trace/events/xen.h>
