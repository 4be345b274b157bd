// SPDX-License-Identifier: GPL-2.0
/*
 * Binding of interrupts that belong to one CPU each.
 *
 * Invariant: a slot's name lives for as long as its interrupt is bound, because
 * the interrupt core keeps only the pointer.
 *
 * Locking: CPU hotplug and boot are the only callers, and they take turns.
 */
#include <linux/slab.h>

#include <xen/events.h>

#include "cpuirq.h"

/**
 * xen_cpu_irq_bind - give a CPU its interrupt of one type
 * @slot: where the CPU keeps it; must not be bound
 * @type: source and handler
 * @cpu: the CPU it is raised on
 *
 * Context: may sleep.
 * Return: 0, or a negative errno with nothing bound.
 */
int xen_cpu_irq_bind(struct xen_cpu_irq *slot, const struct xen_cpu_irq_type *type,
		     unsigned int cpu)
{
	const unsigned long flags = IRQF_PERCPU | IRQF_NOBALANCING;
	char *name;
	int irq;

	name = kasprintf(GFP_KERNEL, "%s%u", type->prefix, cpu);
	if (!name)
		return -ENOMEM;

	if (type->source == XEN_CPU_IRQ_IPI)
		irq = bind_ipi_to_irqhandler(type->number, cpu, type->handler, flags,
					     name, NULL);
	else
		irq = bind_virq_to_irqhandler(type->number, cpu, type->handler, flags,
					      name, NULL);
	if (irq < 0) {
		kfree(name);
		return irq;
	}

	slot->name = name;
	slot->irq = irq;
	return 0;
}

/**
 * xen_cpu_irq_unbind - take a CPU's interrupt away
 * @slot: may be unbound already
 *
 * Context: may sleep.
 */
void xen_cpu_irq_unbind(struct xen_cpu_irq *slot)
{
	if (slot->irq < 0)
		return;

	unbind_from_irqhandler(slot->irq, NULL);
	slot->irq = -1;
	kfree(slot->name);
	slot->name = NULL;
}
