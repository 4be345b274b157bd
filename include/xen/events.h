/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Event channels as interrupts.
 *
 * An event channel is an object that the hypervisor keeps, a port its number in
 * this domain. Binding turns a source of events into an irq; unbinding closes the
 * port.
 */
#ifndef _XEN_EVENTS_H
#define _XEN_EVENTS_H

#include <linux/bug.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#ifdef CONFIG_PCI_MSI
#include <linux/msi.h>
#endif

#include <asm/xen/events.h>
#include <asm/xen/hypercall.h>

#include <xen/interface/event_channel.h>

struct pci_dev;
struct xenbus_device;

enum xen_evtchn_source {
	XEN_EVTCHN_PORT,	/* a port of this domain that the caller has */
	XEN_EVTCHN_INTERDOMAIN,	/* a port that another domain has for this one */
	XEN_EVTCHN_VIRQ,
	XEN_EVTCHN_IPI,
};

enum xen_evtchn_eoi {
	XEN_EOI_ON_RETURN,	/* when the handler returns */
	XEN_EOI_LATE,		/* by xen_irq_lateeoi() */
};

/**
 * struct xen_evtchn_bind - what to bind
 * @source: where the events come from
 * @eoi: when the next event may come; for ports
 * @percpu: the VIRQ stays on @cpu
 * @domid: XEN_EVTCHN_INTERDOMAIN: the other domain
 * @port: the port, here or there
 * @number: of the VIRQ or IPI
 * @cpu: of the VIRQ or IPI
 * @dev: the device that counts these events, or NULL
 * @handler: called for each event; without one the rest is ignored
 * @irqflags: IRQF_*; IRQF_SHARED adds a user to a counted channel
 * @name: for /proc/interrupts
 * @dev_id: for @handler
 */
struct xen_evtchn_bind {
	enum xen_evtchn_source source;
	enum xen_evtchn_eoi eoi;
	bool percpu;
	domid_t domid;
	evtchn_port_t port;
	unsigned int number;
	unsigned int cpu;
	struct xenbus_device *dev;
	irq_handler_t handler;
	unsigned long irqflags;
	const char *name;
	void *dev_id;
};

int xen_evtchn_bind(const struct xen_evtchn_bind *bind);
void unbind_from_irqhandler(unsigned int irq, void *dev_id);

/* The same by other names, each for one kind of source. */
int bind_ipi_to_irqhandler(enum ipi_vector ipi, unsigned int cpu, irq_handler_t handler,
			   unsigned long flags, const char *name, void *dev_id);
int bind_virq_to_irqhandler(unsigned int virq, unsigned int cpu, irq_handler_t handler,
			    unsigned long flags, const char *name, void *dev_id);
int bind_virq_to_irq(unsigned int virq, unsigned int cpu, bool percpu);

int bind_evtchn_to_irqhandler_lateeoi(evtchn_port_t port, irq_handler_t handler,
				      unsigned long flags, const char *name, void *dev_id);
int bind_evtchn_to_irq_lateeoi(evtchn_port_t port);
int bind_evtchn_to_irqhandler(evtchn_port_t port, irq_handler_t handler, unsigned long flags,
			      const char *name, void *dev_id);
int bind_evtchn_to_irq(evtchn_port_t port);

int bind_interdomain_evtchn_to_irqhandler_lateeoi(struct xenbus_device *dev, evtchn_port_t remote,
						  irq_handler_t handler, unsigned long flags,
						  const char *name, void *dev_id);
int bind_interdomain_evtchn_to_irq_lateeoi(struct xenbus_device *dev, evtchn_port_t remote);

/* A new port for an irq that lost its own in a save. */
void rebind_evtchn_irq(evtchn_port_t port, int irq);

/* Channels with several users, as programs may have them. */
int evtchn_make_refcounted(evtchn_port_t port, bool is_static);
int evtchn_get(evtchn_port_t port);
void evtchn_put(evtchn_port_t port);

/* The handler found nothing to do. */
#define XEN_EOI_FLAG_SPURIOUS	0x00000001
void xen_irq_lateeoi(unsigned int irq, unsigned int eoi_flags);

/* Sending. */
static inline void notify_remote_via_evtchn(evtchn_port_t port)
{
	struct evtchn_send op = { .port = port };

	(void)HYPERVISOR_event_channel_op(EVTCHNOP_send, &op);
}

void notify_remote_via_irq(int irq);
void xen_send_IPI_one(unsigned int cpu, enum ipi_vector vector);

/* Waiting without an interrupt; the irq is usually disabled. */
void xen_poll_irq(int irq);
void xen_poll_irq_timeout(int irq, u64 timeout);
bool xen_test_irq_pending(int irq);
void xen_clear_irq_pending(int irq);

/* Ports, irqs and their numbers. */
extern bool xen_fifo_events;
unsigned int xen_evtchn_nr_channels(void);
unsigned int irq_from_evtchn(evtchn_port_t evtchn);

static inline void xen_evtchn_close(evtchn_port_t port)
{
	struct evtchn_close op = { .port = port };

	WARN_ON_ONCE(HYPERVISOR_event_channel_op(EVTCHNOP_close, &op));
}

#define XEN_IRQ_PRIORITY_MIN		EVTCHN_FIFO_PRIORITY_MIN
#define XEN_IRQ_PRIORITY_DEFAULT	EVTCHN_FIFO_PRIORITY_DEFAULT
#define XEN_IRQ_PRIORITY_MAX		EVTCHN_FIFO_PRIORITY_MAX
int xen_set_irq_priority(unsigned int irq, unsigned int priority);

/* Physical interrupts: lines and messages. */
int xen_irq_from_gsi(unsigned int gsi);
int xen_pirq_from_irq(unsigned int irq);
int xen_bind_pirq_gsi_to_irq(unsigned int gsi, unsigned int pirq, int shareable, char *name);
int xen_destroy_irq(int irq);
int xen_test_irq_shared(int irq);
#ifdef CONFIG_PCI_MSI
int xen_bind_pirq_msi_to_irq(struct pci_dev *dev, struct msi_desc *msi, int pirq, int count,
			     const char *name, domid_t domid);
int xen_allocate_pirq_msi(struct pci_dev *dev, struct msi_desc *msi);
#endif

/* For the architecture and for suspend. */
void xen_init_IRQ(void);
void xen_irq_resume(void);
int xen_evtchn_do_upcall(void);
int xen_set_callback_via(uint64_t via);
irqreturn_t xen_debug_interrupt(int irq, void *dev_id);

#endif /* _XEN_EVENTS_H */
