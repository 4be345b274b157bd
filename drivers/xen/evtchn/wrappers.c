// SPDX-License-Identifier: GPL-2.0
/*
 * The names under which drivers bind events, each for one kind of source.
 *
 * All of them may sleep and return the irq or a negative errno, as
 * xen_evtchn_bind() does. Those without a handler leave that to the caller.
 */
#include <linux/export.h>
#include <linux/interrupt.h>

#include <xen/xenbus.h>
#include <xen/events.h>

/**
 * bind_evtchn_to_irq - give an irq to a port of this domain
 * @port: the port
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_evtchn_to_irq(evtchn_port_t port)
{
	const struct xen_evtchn_bind bind = { .source = XEN_EVTCHN_PORT, .port = port };

	return xen_evtchn_bind(&bind);
}
EXPORT_SYMBOL_GPL(bind_evtchn_to_irq);

/**
 * bind_evtchn_to_irq_lateeoi - as bind_evtchn_to_irq(), ended by xen_irq_lateeoi()
 * @port: the port
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_evtchn_to_irq_lateeoi(evtchn_port_t port)
{
	const struct xen_evtchn_bind bind = {
		.source = XEN_EVTCHN_PORT, .port = port, .eoi = XEN_EOI_LATE,
	};

	return xen_evtchn_bind(&bind);
}
EXPORT_SYMBOL_GPL(bind_evtchn_to_irq_lateeoi);

/**
 * bind_evtchn_to_irqhandler - call a handler for a port of this domain
 * @port: the port; it is the caller's still if that fails
 * @handler: the handler
 * @flags: IRQF_*; with IRQF_SHARED a counted channel gets one more user
 * @name: for /proc/interrupts
 * @dev_id: for the handler
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_evtchn_to_irqhandler(evtchn_port_t port, irq_handler_t handler,
			      unsigned long flags, const char *name, void *dev_id)
{
	const struct xen_evtchn_bind bind = {
		.source = XEN_EVTCHN_PORT, .port = port,
		.handler = handler, .irqflags = flags, .name = name, .dev_id = dev_id,
	};

	return xen_evtchn_bind(&bind);
}
EXPORT_SYMBOL_GPL(bind_evtchn_to_irqhandler);

/**
 * bind_evtchn_to_irqhandler_lateeoi - as bind_evtchn_to_irqhandler(), with late EOI
 * @port: the port
 * @handler: the handler, after which xen_irq_lateeoi() is due
 * @flags: IRQF_*
 * @name: for /proc/interrupts
 * @dev_id: for the handler
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_evtchn_to_irqhandler_lateeoi(evtchn_port_t port, irq_handler_t handler,
				      unsigned long flags, const char *name, void *dev_id)
{
	const struct xen_evtchn_bind bind = {
		.source = XEN_EVTCHN_PORT, .port = port, .eoi = XEN_EOI_LATE,
		.handler = handler, .irqflags = flags, .name = name, .dev_id = dev_id,
	};

	return xen_evtchn_bind(&bind);
}
EXPORT_SYMBOL_GPL(bind_evtchn_to_irqhandler_lateeoi);

/**
 * bind_interdomain_evtchn_to_irq_lateeoi - give an irq to a port of a device's other end
 * @dev: the device, which counts its events
 * @remote: the other end's port
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_interdomain_evtchn_to_irq_lateeoi(struct xenbus_device *dev, evtchn_port_t remote)
{
	const struct xen_evtchn_bind bind = {
		.source = XEN_EVTCHN_INTERDOMAIN, .dev = dev, .domid = dev->otherend_id,
		.port = remote, .eoi = XEN_EOI_LATE,
	};

	return xen_evtchn_bind(&bind);
}
EXPORT_SYMBOL_GPL(bind_interdomain_evtchn_to_irq_lateeoi);

/**
 * bind_interdomain_evtchn_to_irqhandler_lateeoi - call a handler for that port
 * @dev: the device, which counts its events
 * @remote: the other end's port
 * @handler: the handler, after which xen_irq_lateeoi() is due
 * @flags: IRQF_*
 * @name: for /proc/interrupts
 * @dev_id: for the handler
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_interdomain_evtchn_to_irqhandler_lateeoi(struct xenbus_device *dev,
						  evtchn_port_t remote,
						  irq_handler_t handler, unsigned long flags,
						  const char *name, void *dev_id)
{
	const struct xen_evtchn_bind bind = {
		.source = XEN_EVTCHN_INTERDOMAIN, .dev = dev, .domid = dev->otherend_id,
		.port = remote, .eoi = XEN_EOI_LATE,
		.handler = handler, .irqflags = flags, .name = name, .dev_id = dev_id,
	};

	return xen_evtchn_bind(&bind);
}
EXPORT_SYMBOL_GPL(bind_interdomain_evtchn_to_irqhandler_lateeoi);

/**
 * bind_virq_to_irq - give an irq to a VIRQ
 * @virq: VIRQ_*
 * @cpu: on which CPU
 * @percpu: it stays there
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_virq_to_irq(unsigned int virq, unsigned int cpu, bool percpu)
{
	const struct xen_evtchn_bind bind = {
		.source = XEN_EVTCHN_VIRQ, .number = virq, .cpu = cpu, .percpu = percpu,
	};

	return xen_evtchn_bind(&bind);
}

/**
 * bind_virq_to_irqhandler - call a handler for a VIRQ
 * @virq: VIRQ_*
 * @cpu: on which CPU
 * @handler: the handler
 * @flags: IRQF_*; with IRQF_PERCPU it stays on that CPU
 * @name: for /proc/interrupts
 * @dev_id: for the handler
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_virq_to_irqhandler(unsigned int virq, unsigned int cpu, irq_handler_t handler,
			    unsigned long flags, const char *name, void *dev_id)
{
	const struct xen_evtchn_bind bind = {
		.source = XEN_EVTCHN_VIRQ, .number = virq, .cpu = cpu,
		.percpu = flags & IRQF_PERCPU,
		.handler = handler, .irqflags = flags, .name = name, .dev_id = dev_id,
	};

	return xen_evtchn_bind(&bind);
}
EXPORT_SYMBOL_GPL(bind_virq_to_irqhandler);

/**
 * bind_ipi_to_irqhandler - call a handler for an IPI
 * @ipi: which
 * @cpu: whom it interrupts
 * @handler: the handler
 * @flags: IRQF_*; it works during suspend and early after resume in any case
 * @name: for /proc/interrupts
 * @dev_id: for the handler
 *
 * Context: may sleep.
 * Return: the irq or a negative errno.
 */
int bind_ipi_to_irqhandler(enum ipi_vector ipi, unsigned int cpu, irq_handler_t handler,
			   unsigned long flags, const char *name, void *dev_id)
{
	const struct xen_evtchn_bind bind = {
		.source = XEN_EVTCHN_IPI, .number = ipi, .cpu = cpu,
		.irqflags = flags | IRQF_EARLY_RESUME | IRQF_FORCE_RESUME | IRQF_NO_SUSPEND,
		.handler = handler, .name = name, .dev_id = dev_id,
	};

	return xen_evtchn_bind(&bind);
}
