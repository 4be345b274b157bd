// SPDX-License-Identifier: GPL-2.0
/*
 * Any hypercall, for a file that is not restricted to one domain.
 *
 * Number and arguments go to the hypervisor as they are: it decides what the
 * domain may do, and reads the caller's memory by itself.  No state, no lock.
 */
#include <linux/uaccess.h>

#include <xen/privcmd.h>
#include <xen/xen-ops.h>
#include <asm/xen/hypercall.h>

#include "internal.h"

/**
 * privcmd_hypercall() - IOCTL_PRIVCMD_HYPERCALL
 * @file:	the open file
 * @arg:	struct privcmd_hypercall of the caller
 *
 * Context: process, may sleep.
 * Return: what the hypercall returned; -EPERM for a restricted file, for an
 * argument in memory may name any domain; -EFAULT.
 */
long privcmd_hypercall(struct file *file, void __user *arg)
{
	struct privcmd_hypercall call;
	long ret;

	if (privcmd_file_domid(file) != DOMID_INVALID)
		return -EPERM;
	if (copy_from_user(&call, arg, sizeof(call)))
		return -EFAULT;

	/* Some take seconds: let other tasks run when an event interrupts one. */
	xen_preemptible_hcall_begin();
	ret = privcmd_call(call.op, call.arg[0], call.arg[1], call.arg[2], call.arg[3],
			   call.arg[4]);
	xen_preemptible_hcall_end();

	return ret;
}
