// SPDX-License-Identifier: GPL-2.0
/*
 * How Xen interrupts an HVM or PVH domain that has events: by a vector of each
 * vCPU's local APIC, by one vector for all of them, or else by the line of the
 * platform PCI device, which needs a driver and always goes to vCPU 0.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/init.h>

#include <asm/desc.h>
#include <asm/idtentry.h>
#include <asm/irq_vectors.h>
#include <asm/xen/cpuid.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/features.h>
#include <xen/hvm.h>
#include <xen/xen-ops.h>
#include <xen/interface/features.h>
#include <xen/interface/hvm/hvm_op.h>

#include "channel.h"

/**
 * xen_setup_callback_vector - have Xen use one vector for all vCPUs
 *
 * Without it xen_have_vector_callback is false.
 *
 * Context: boot, or resume.
 */
void xen_setup_callback_vector(void)
{
	if (!xen_have_vector_callback)
		return;
	if (!xen_set_callback_via(HVM_CALLBACK_VECTOR(HYPERVISOR_CALLBACK_VECTOR)))
		return;

	xen_have_vector_callback = false;
	pr_err("Request for Xen HVM callback vector failed\n");
}

/**
 * xen_set_upcall_vector - have Xen use a vector of a vCPU's own
 * @cpu: whose
 *
 * A toolstack takes a callback that is set, whichever, as the sign of a guest that
 * knows of Xen; so one is set along with the boot CPU's vector.
 *
 * Context: boot, a CPU coming up, or resume.
 * Return: 0 or a negative errno.
 */
int xen_set_upcall_vector(unsigned int cpu)
{
	struct xen_hvm_evtchn_upcall_vector set = {
		.vcpu = per_cpu(xen_vcpu_id, cpu),
		.vector = HYPERVISOR_CALLBACK_VECTOR,
	};
	int err = HYPERVISOR_hvm_op(HVMOP_set_evtchn_upcall_vector, &set);

	if (!err && !cpu)
		err = xen_set_callback_via(1);

	return err;
}

static void __init callback_choose(void)
{
	bool per_vcpu = cpuid_eax(xen_cpuid_base() + 4) & XEN_HVM_CPUID_UPCALL_VECTOR;

	if (per_vcpu && !xen_set_upcall_vector(0))
		xen_percpu_upcall = true;
	else if (xen_feature(XENFEAT_hvm_callback_vector))
		xen_setup_callback_vector();
	else
		xen_have_vector_callback = false;
}

/**
 * xen_callback_init - choose the way of interrupting
 *
 * xen_have_vector_callback is false already where it is not wanted.
 *
 * Context: boot CPU.
 */
void __init xen_callback_init(void)
{
	if (xen_have_vector_callback)
		callback_choose();
	if (!xen_have_vector_callback)
		return;

	pr_info("Xen HVM callback vector for event delivery is enabled\n");
	sysvec_install(HYPERVISOR_CALLBACK_VECTOR, sysvec_xen_hvm_callback);
}
