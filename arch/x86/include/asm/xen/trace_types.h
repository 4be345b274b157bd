/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Types of the tracepoints of batched hypercalls, which the events' definition
 * and the code that fires them share.
 */
#ifndef _ASM_XEN_TRACE_TYPES_H
#define _ASM_XEN_TRACE_TYPES_H

/* Called when a batch has been issued. */
typedef void (*xen_mc_callback_fn_t)(void *data);

/* Whether a batch's last call could take more arguments, or why not. */
enum xen_mc_extend_args {
	XEN_MC_XE_OK,
	XEN_MC_XE_BAD_OP,	/* it is another call */
	XEN_MC_XE_NO_SPACE	/* no room behind its arguments */
};

/* Why a batch is issued. */
enum xen_mc_flush_reason {
	XEN_MC_FL_NONE,		/* someone asked for it */
	XEN_MC_FL_BATCH,	/* no entry left, */
	XEN_MC_FL_ARGS,		/* or no room for arguments, */
	XEN_MC_FL_CALLBACK,	/* or for a callback */
};

#endif /* _ASM_XEN_TRACE_TYPES_H */
