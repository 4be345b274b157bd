// SPDX-License-Identifier: GPL-2.0
/*
 * Binding: from a source of events to an irq, with a handler if it is given.
 *
 * One path for all sources: look for a channel that exists, have Xen open a port,
 * make a channel, attach the port, request the irq. A port that the caller brought
 * stays the caller's if that fails; one that was opened here is closed.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>

#include <asm/xen/hypercall.h>

#include <xen/xen-ops.h>
#include <xen/xenbus.h>

#include "channel.h"

static enum chan_kind bind_kind(const struct xen_evtchn_bind *bind)
{
	switch (bind->source) {
	case XEN_EVTCHN_VIRQ:
		return bind->percpu ? KIND_VIRQ_PERCPU : KIND_VIRQ;
	case XEN_EVTCHN_IPI:
		return KIND_IPI;
	default:
		return bind->eoi == XEN_EOI_LATE ? KIND_EVENT_LATE : KIND_EVENT;
	}
}

static struct xen_chan *bind_find(const struct xen_evtchn_bind *bind)
{
	switch (bind->source) {
	case XEN_EVTCHN_VIRQ:
		return xen_chan_of_virq(bind->cpu, bind->number);
	case XEN_EVTCHN_IPI:
		return xen_chan_of_ipi(bind->cpu, bind->number);
	case XEN_EVTCHN_PORT:
		return xen_chan_of_port(bind->port);
	default:
		return NULL;
	}
}

/* Xen says that the VIRQ has a port already; whose it is, a former kernel knew. */
static int bind_find_virq(unsigned int virq, unsigned int cpu, bool percpu, evtchn_port_t *port)
{
	struct evtchn_status status;
	bool found_other = false;
	unsigned int i;
	int err;

	for (i = 0; i < evtchn_abi->max_ports; i++) {
		status = (struct evtchn_status) { .dom = DOMID_SELF, .port = i };
		err = HYPERVISOR_event_channel_op(EVTCHNOP_status, &status);
		/* The end of what Xen has; other errors are about the one port. */
		if (err == -EINVAL && i)
			break;
		if (err || status.status != EVTCHNSTAT_virq || status.u.virq != virq)
			continue;
		if (status.vcpu == xen_vcpu_nr(cpu)) {
			*port = i;
			return 0;
		}
		found_other = !percpu;
	}
	return found_other ? -EEXIST : -ENOENT;
}

/**
 * xen_chan_open_virq - have a port for a VIRQ
 * @virq: the VIRQ
 * @cpu: on whose vCPU it is raised
 * @percpu: each vCPU has its own
 * @port: receives the port
 *
 * Context: any.
 * Return: 0 or a negative errno.
 */
int xen_chan_open_virq(unsigned int virq, unsigned int cpu, bool percpu, evtchn_port_t *port)
{
	struct evtchn_bind_virq op = { .virq = virq, .vcpu = xen_vcpu_nr(cpu) };
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_virq, &op);

	if (err == -EEXIST)
		return bind_find_virq(virq, cpu, percpu, port);
	*port = op.port;

	return err;
}

/**
 * xen_chan_open_ipi - have a port for an IPI
 * @cpu: whom it interrupts
 * @port: receives the port
 *
 * Context: any.
 * Return: 0 or a negative errno.
 */
int xen_chan_open_ipi(unsigned int cpu, evtchn_port_t *port)
{
	struct evtchn_bind_ipi op = { .vcpu = xen_vcpu_nr(cpu) };
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_ipi, &op);

	*port = op.port;

	return err;
}

static int bind_open_interdomain(const struct xen_evtchn_bind *bind, evtchn_port_t *port)
{
	struct evtchn_bind_interdomain op = {
		.remote_dom = bind->domid,
		.remote_port = bind->port,
	};
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_bind_interdomain, &op);

	*port = op.local_port;

	return err;
}

static int bind_open(const struct xen_evtchn_bind *bind, evtchn_port_t *port)
{
	switch (bind->source) {
	case XEN_EVTCHN_PORT:
		*port = bind->port;
		return bind->port < evtchn_abi->max_ports ? 0 : -ENOMEM;
	case XEN_EVTCHN_INTERDOMAIN:
		return bind_open_interdomain(bind, port);
	case XEN_EVTCHN_VIRQ:
		return xen_chan_open_virq(bind->number, bind->cpu, bind->percpu, port);
	case XEN_EVTCHN_IPI:
		return xen_chan_open_ipi(bind->cpu, port);
	}
	return -EINVAL;
}

/* Xen delivers a new port to vCPU 0 unless it is a CPU's own. */
static int bind_attach(struct xen_chan *chan, const struct xen_evtchn_bind *bind,
		       evtchn_port_t port)
{
	bool own = bind->source == XEN_EVTCHN_VIRQ || bind->source == XEN_EVTCHN_IPI;

	chan->nr = bind->number;
	chan->dev = bind->dev;
	if (bind->dev)
		atomic_inc(&bind->dev->event_channels);
	/* A port that the domain was started with may have had another kernel. */
	chan->astray = bind->source == XEN_EVTCHN_PORT && system_state < SYSTEM_RUNNING;

	return xen_chan_attach(chan, port, own ? bind->cpu : 0);
}

static int bind_new(const struct xen_evtchn_bind *bind)
{
	struct xen_chan *chan;
	evtchn_port_t port;
	int err;

	lockdep_assert_held(&chan_mutex);
	err = bind_open(bind, &port);
	if (err)
		return err;

	err = -ENOMEM;
	chan = xen_chan_create(bind_kind(bind));
	if (!chan)
		goto err_port;

	err = bind_attach(chan, bind, port);
	if (err)
		goto err_chan;

	return chan->irq;

err_chan:
	xen_chan_release(chan);
err_port:
	if (bind->source != XEN_EVTCHN_PORT)
		xen_evtchn_close(port);
	return err;
}

/* One more user, who must ask for the same; only counted channels have several. */
static int bind_again(struct xen_chan *chan, const struct xen_evtchn_bind *bind, bool *is_user)
{
	lockdep_assert_held(&chan_mutex);
	if (chan->source != kind_source(bind_kind(bind)))
		return -EBUSY;

	if ((bind->irqflags & IRQF_SHARED) && chan->source == CHAN_EVENT) {
		if (chan->refs <= 0 || chan->refs == SHRT_MAX)
			return -EBUSY;
		chan->refs++;
		*is_user = true;
	}
	return chan->irq;
}

static bool bind_is_sane(const struct xen_evtchn_bind *bind)
{
	switch (bind->source) {
	case XEN_EVTCHN_VIRQ:
		return bind->number < NR_VIRQS && bind->cpu < nr_cpu_ids;
	case XEN_EVTCHN_IPI:
		return bind->number < XEN_NR_IPIS && bind->cpu < nr_cpu_ids;
	default:
		return true;
	}
}

/* @is_user tells whether there is now something to release. */
static int bind_channel(const struct xen_evtchn_bind *bind, bool *is_user)
{
	struct xen_chan *chan;
	int irq;

	if (!bind_is_sane(bind))
		return -EINVAL;

	mutex_lock(&chan_mutex);
	chan = bind_find(bind);
	*is_user = !chan;
	irq = chan ? bind_again(chan, bind, is_user) : bind_new(bind);
	mutex_unlock(&chan_mutex);

	return irq;
}

/**
 * xen_chan_release - one user less; without any the channel goes
 * @chan: the channel, whose irq that user does not handle any more
 *
 * Context: chan_mutex held; sleeps.
 */
void xen_chan_release(struct xen_chan *chan)
{
	evtchn_port_t port;

	lockdep_assert_held(&chan_mutex);
	if (chan->refs > 0 && --chan->refs)
		return;

	xen_chan_unmap_cpu_source(chan);
	if (chan->dev)
		atomic_dec(&chan->dev->event_channels);

	port = xen_chan_detach(chan);
	if (port && !chan->keep_open)
		xen_evtchn_close(port);

	xen_chan_retire(chan);
}

static void bind_undo(unsigned int irq, bool keep_open)
{
	struct xen_chan *chan;

	mutex_lock(&chan_mutex);
	chan = xen_chan_of_irq(irq);
	if (!WARN_ON(!chan)) {
		/* Of several users, the last one decides. */
		if (chan->refs <= 1)
			chan->keep_open |= keep_open;
		xen_chan_release(chan);
	}
	mutex_unlock(&chan_mutex);
}

/**
 * xen_evtchn_bind - turn a source of events into an irq
 * @bind: what to bind, and to what handler, if any
 *
 * A source that is bound already keeps its irq, which is returned.
 *
 * Context: may sleep.
 * Return: the irq, or a negative errno.
 */
int xen_evtchn_bind(const struct xen_evtchn_bind *bind)
{
	bool is_user;
	int irq, err;

	irq = bind_channel(bind, &is_user);
	if (irq < 0 || !bind->handler)
		return irq;

	err = request_irq(irq, bind->handler, bind->irqflags, bind->name, bind->dev_id);
	if (!err)
		return irq;
	if (is_user)
		bind_undo(irq, bind->source == XEN_EVTCHN_PORT);

	return err;
}
EXPORT_SYMBOL_GPL(xen_evtchn_bind);

/**
 * unbind_from_irqhandler - undo a bind with a handler
 * @irq: what the bind returned
 * @dev_id: as it was given there
 *
 * The port is closed with the last user, unless it is static.
 *
 * Context: sleeps.
 */
void unbind_from_irqhandler(unsigned int irq, void *dev_id)
{
	if (WARN_ON(!xen_chan_of_irq(irq)))
		return;
	free_irq(irq, dev_id);
	bind_undo(irq, false);
}
EXPORT_SYMBOL_GPL(unbind_from_irqhandler);

/**
 * rebind_evtchn_irq - give an irq a new port
 * @evtchn: a port that Xen or the toolstack made for this domain
 * @irq: an irq that lost its port in a save
 *
 * Context: sleeps.
 */
void rebind_evtchn_irq(evtchn_port_t evtchn, int irq)
{
	struct xen_chan *chan;
	int err = -EBUSY;

	/* A port starts masked, so has the irq to. */
	disable_irq(irq);

	mutex_lock(&chan_mutex);
	chan = xen_chan_of_irq(irq);
	if (!WARN_ON(!chan || chan->port || xen_chan_of_port(evtchn)))
		err = xen_chan_attach(chan, evtchn, 0);
	mutex_unlock(&chan_mutex);

	if (err)
		pr_err("irq %d did not get event channel %u (%d)\n", irq, evtchn, err);
	enable_irq(irq);
}

/**
 * evtchn_make_refcounted - let a channel have several users
 * @evtchn: its port, bound by one user
 * @is_static: do not close the port with the last one
 *
 * Context: may sleep.
 * Return: 0, -ENOENT if the port is not bound, -EBUSY if it is counted already.
 */
int evtchn_make_refcounted(evtchn_port_t evtchn, bool is_static)
{
	struct xen_chan *chan;
	int err = 0;

	mutex_lock(&chan_mutex);
	chan = xen_chan_of_port(evtchn);
	if (!chan) {
		err = -ENOENT;
	} else if (chan->refs != CHAN_UNCOUNTED) {
		/* Two programs at once; a second start would drop the first one's use. */
		err = -EBUSY;
	} else {
		chan->refs = 1;
		chan->keep_open = is_static;
	}
	mutex_unlock(&chan_mutex);

	return err;
}
EXPORT_SYMBOL_GPL(evtchn_make_refcounted);

/**
 * evtchn_get - become one more user of a channel
 * @evtchn: any number
 *
 * Context: may sleep.
 * Return: 0, -ENOENT if the port is not bound, -EINVAL if it is no port or cannot
 *	   have (more) users.
 */
int evtchn_get(evtchn_port_t evtchn)
{
	struct xen_chan *chan;
	int err = 0;

	if (evtchn >= evtchn_abi->max_ports)
		return -EINVAL;

	mutex_lock(&chan_mutex);
	chan = xen_chan_of_port(evtchn);
	if (!chan)
		err = -ENOENT;
	else if (chan->refs <= 0 || chan->refs == SHRT_MAX)
		err = -EINVAL;
	else
		chan->refs++;
	mutex_unlock(&chan_mutex);

	return err;
}
EXPORT_SYMBOL_GPL(evtchn_get);

/**
 * evtchn_put - undo evtchn_get(), or a bind without a handler
 * @evtchn: the port
 *
 * Context: sleeps.
 */
void evtchn_put(evtchn_port_t evtchn)
{
	unsigned int irq = irq_from_evtchn(evtchn);

	if (!WARN_ON(irq == -1U))
		bind_undo(irq, false);
}
EXPORT_SYMBOL_GPL(evtchn_put);
