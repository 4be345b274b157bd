/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupts that one CPU has for itself: an IPI or a VIRQ, the handler, and the
 * name that /proc/interrupts shows.
 */
#ifndef XEN_CPUIRQ_H
#define XEN_CPUIRQ_H

#include <linux/interrupt.h>
#include <linux/percpu.h>

enum xen_cpu_irq_source {
	XEN_CPU_IRQ_IPI,
	XEN_CPU_IRQ_VIRQ,
};

/**
 * struct xen_cpu_irq_type - what every CPU's interrupt of one purpose shares
 * @prefix: name in /proc/interrupts, in front of the CPU's number
 * @source: what raises it
 * @number: enum ipi_vector, or VIRQ_*
 * @handler: runs on the CPU that the interrupt belongs to
 */
struct xen_cpu_irq_type {
	const char *prefix;
	enum xen_cpu_irq_source source;
	unsigned int number;
	irq_handler_t handler;
};

/**
 * struct xen_cpu_irq - one CPU's interrupt of some type
 * @irq: Linux's number, negative while not bound
 * @name: what the interrupt core shows; ours to free
 */
struct xen_cpu_irq {
	int irq;
	char *name;
};

#define XEN_CPU_IRQ_UNBOUND	{ .irq = -1 }

int xen_cpu_irq_bind(struct xen_cpu_irq *slot, const struct xen_cpu_irq_type *type,
		     unsigned int cpu);
void xen_cpu_irq_unbind(struct xen_cpu_irq *slot);

#endif /* XEN_CPUIRQ_H */
