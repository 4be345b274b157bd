// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts between CPUs, shared by PV and HVM.
 *
 * Owns each CPU's event channels for rescheduling, function calls and the
 * hypervisor's debug key, and the senders that smp_ops and the PV local APIC use.
 *
 * Invariant: a CPU is online only while its channels are bound, so whoever sends
 * to online CPUs alone always finds a port.
 */
#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/smp.h>

#include <asm/irq_vectors.h>
#include <asm/smp.h>
#include <asm/xen/hypercall.h>

#include <xen/events.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <xen/interface/sched.h>

#include "cpuirq.h"
#include "ipi.h"

static irqreturn_t ipi_reschedule(int irq, void *dev_id)
{
	inc_irq_stat(irq_resched_count);
	scheduler_ipi();
	return IRQ_HANDLED;
}

static irqreturn_t ipi_call_many(int irq, void *dev_id)
{
	inc_irq_stat(irq_call_count);
	generic_smp_call_function_interrupt();
	return IRQ_HANDLED;
}

static irqreturn_t ipi_call_single(int irq, void *dev_id)
{
	inc_irq_stat(irq_call_count);
	generic_smp_call_function_single_interrupt();
	return IRQ_HANDLED;
}

enum ipi_slot {
	SLOT_RESCHEDULE,
	SLOT_CALL_MANY,
	SLOT_DEBUG,
	SLOT_CALL_SINGLE,
	SLOT_COUNT
};

static const struct xen_cpu_irq_type ipi_types[SLOT_COUNT] = {
	[SLOT_RESCHEDULE] = {
		"resched", XEN_CPU_IRQ_IPI, XEN_RESCHEDULE_VECTOR, ipi_reschedule
	},
	[SLOT_CALL_MANY] = {
		"callfunc", XEN_CPU_IRQ_IPI, XEN_CALL_FUNCTION_VECTOR, ipi_call_many
	},
	[SLOT_DEBUG] = {
		"debug", XEN_CPU_IRQ_VIRQ, VIRQ_DEBUG, xen_debug_interrupt
	},
	[SLOT_CALL_SINGLE] = {
		"callfuncsingle", XEN_CPU_IRQ_IPI, XEN_CALL_FUNCTION_SINGLE_VECTOR,
		ipi_call_single
	},
};

static DEFINE_PER_CPU(struct xen_cpu_irq [SLOT_COUNT], ipi_slots) = {
	[0 ... SLOT_COUNT - 1] = XEN_CPU_IRQ_UNBOUND
};

/**
 * xen_smp_send_reschedule - smp_ops.smp_send_reschedule
 * @cpu: an online CPU
 *
 * Context: any.
 */
void xen_smp_send_reschedule(int cpu)
{
	xen_send_IPI_one(cpu, XEN_RESCHEDULE_VECTOR);
}

/**
 * xen_smp_intr_free - close a CPU's event channels for IPIs and debugging
 * @cpu: a CPU that is not online; its channels may be closed already
 *
 * Context: may sleep.
 */
void xen_smp_intr_free(unsigned int cpu)
{
	struct xen_cpu_irq *slots = per_cpu(ipi_slots, cpu);
	unsigned int i;

	for (i = 0; i < SLOT_COUNT; i++)
		xen_cpu_irq_unbind(&slots[i]);
}

/**
 * xen_smp_intr_init - open a CPU's event channels for IPIs and debugging
 * @cpu: a CPU that is about to come up, or the boot CPU
 *
 * The debug interrupt prints the state of two-level event channels; there is
 * nothing behind it when the FIFO ABI is in use.
 *
 * Context: may sleep.
 * Return: 0, or a negative errno with none of them open.
 */
int xen_smp_intr_init(unsigned int cpu)
{
	struct xen_cpu_irq *slots = per_cpu(ipi_slots, cpu);
	unsigned int i;
	int rc;

	for (i = 0; i < SLOT_COUNT; i++) {
		if (i == SLOT_DEBUG && xen_fifo_events)
			continue;
		rc = xen_cpu_irq_bind(&slots[i], &ipi_types[i], cpu);
		if (rc) {
			xen_smp_intr_free(cpu);
			return rc;
		}
	}
	return 0;
}

/**
 * xen_smp_cpus_done - smp_ops.smp_cpus_done
 * @max_cpus: the limit given on the command line
 *
 * Only HVM has the caches and the topology that the native step looks at.
 *
 * Context: boot, after the CPUs were brought up.
 */
void __init xen_smp_cpus_done(unsigned int max_cpus)
{
	if (xen_hvm_domain())
		native_smp_cpus_done(max_cpus);
}

/**
 * xen_smp_send_call_function_single_ipi - smp_ops.send_call_func_single_ipi
 * @cpu: the CPU with something queued; one on its way down gets nothing
 *
 * Context: any.
 */
void xen_smp_send_call_function_single_ipi(int cpu)
{
	if (likely(cpu_online(cpu)))
		xen_send_IPI_one(cpu, XEN_CALL_FUNCTION_SINGLE_VECTOR);
}

static void ipi_to_mask(const struct cpumask *mask, enum ipi_vector vector)
{
	unsigned int cpu;

	for_each_cpu_and(cpu, mask, cpu_online_mask)
		xen_send_IPI_one(cpu, vector);
}

/**
 * xen_smp_send_call_function_ipi - smp_ops.send_call_func_ipi
 * @mask: CPUs with something queued
 *
 * The caller usually goes on to wait for all of them. If one of them has no
 * processor to run on, it may be ours that it needs: offer it, once.
 *
 * Context: any; preemption is off.
 */
void xen_smp_send_call_function_ipi(const struct cpumask *mask)
{
	unsigned int cpu;

	ipi_to_mask(mask, XEN_CALL_FUNCTION_VECTOR);

	for_each_cpu(cpu, mask) {
		if (!xen_vcpu_stolen(cpu))
			continue;
		HYPERVISOR_sched_op(SCHEDOP_yield, NULL);
		return;
	}
}

/*
 * Callers that address the local APIC name x86 vectors; some give the delivery
 * mode in place of the NMI's vector.
 */
static int ipi_of_apic_vector(int vector)
{
	switch (vector) {
	case CALL_FUNCTION_SINGLE_VECTOR:
		return XEN_CALL_FUNCTION_SINGLE_VECTOR;
	case CALL_FUNCTION_VECTOR:
		return XEN_CALL_FUNCTION_VECTOR;
	case RESCHEDULE_VECTOR:
		return XEN_RESCHEDULE_VECTOR;
	case IRQ_WORK_VECTOR:
		return XEN_IRQ_WORK_VECTOR;
	case APIC_DM_NMI:
	case NMI_VECTOR:
		return XEN_NMI_VECTOR;
	}

	pr_err("xen: vector 0x%x is not implemented\n", vector);
	return -EINVAL;
}

/**
 * xen_send_IPI_mask - apic->send_IPI_mask
 * @mask: CPUs to send to; those that are not online are left out
 * @vector: x86 vector, or APIC_DM_NMI
 *
 * Context: any.
 */
void xen_send_IPI_mask(const struct cpumask *mask, int vector)
{
	int ipi = ipi_of_apic_vector(vector);

	if (ipi >= 0)
		ipi_to_mask(mask, ipi);
}

/**
 * xen_send_IPI_all - apic->send_IPI_all
 * @vector: x86 vector, or APIC_DM_NMI
 *
 * Context: any.
 */
void xen_send_IPI_all(int vector)
{
	xen_send_IPI_mask(cpu_online_mask, vector);
}

/**
 * xen_send_IPI_self - apic->send_IPI_self
 * @vector: x86 vector, or APIC_DM_NMI
 *
 * Context: preemption is off.
 */
void xen_send_IPI_self(int vector)
{
	int ipi = ipi_of_apic_vector(vector);

	if (ipi >= 0)
		xen_send_IPI_one(smp_processor_id(), ipi);
}

/**
 * xen_send_IPI_mask_allbutself - apic->send_IPI_mask_allbutself
 * @mask: CPUs to send to; the calling one and those not online are left out
 * @vector: x86 vector, or APIC_DM_NMI
 *
 * Context: preemption is off.
 */
void xen_send_IPI_mask_allbutself(const struct cpumask *mask, int vector)
{
	unsigned int cpu, self = smp_processor_id();
	int ipi = ipi_of_apic_vector(vector);

	if (ipi < 0)
		return;

	for_each_cpu_and(cpu, mask, cpu_online_mask) {
		if (cpu != self)
			xen_send_IPI_one(cpu, ipi);
	}
}

/**
 * xen_send_IPI_allbutself - apic->send_IPI_allbutself
 * @vector: x86 vector, or APIC_DM_NMI
 *
 * Context: preemption is off.
 */
void xen_send_IPI_allbutself(int vector)
{
	xen_send_IPI_mask_allbutself(cpu_online_mask, vector);
}
