// SPDX-License-Identifier: GPL-2.0
/*
 * Queues: their rings, their event channels and their NAPIs.
 *
 * An event channel is ended late: while its bit in queue->eoi is set the guest cannot send
 * another event.  The NAPI ends it when it has nothing more to do.  An event after which
 * there was nothing to do, and before it neither, counts as spurious, which xenbus makes
 * the guest pay for.
 *
 * Teardown, in process context: interrupts off, NAPIs off (netback_queue_down()), senders
 * out (the caller's synchronize_net()), packets back, interrupts unbound, rings unmapped.
 */
#include <xen/events.h>
#include <linux/slab.h>

#include "netback.h"

static bool one_channel(const struct netback_queue *queue)
{
	return queue->tx_irq == queue->rx_irq;
}

static void end_event(struct netback_queue *queue, unsigned int bit, unsigned int irq,
		      unsigned int flags)
{
	if (test_and_clear_bit(bit, &queue->eoi))
		xen_irq_lateeoi(irq, flags);
}

/**
 * netback_queue_eoi_tx() - let the guest send events of its transmissions
 * @queue: the queue
 *
 * Context: any.
 */
void netback_queue_eoi_tx(struct netback_queue *queue)
{
	end_event(queue, EOI_TX, queue->tx_irq, 0);
}

/**
 * netback_queue_eoi_rx() - let the guest send events of its buffers
 * @queue: the queue
 *
 * Context: any.
 */
void netback_queue_eoi_rx(struct netback_queue *queue)
{
	end_event(queue, one_channel(queue) ? EOI_TX : EOI_RX, queue->rx_irq, 0);
}

static bool wake_tx(struct netback_queue *queue)
{
	if (!netback_tx_waiting(&queue->tx.ring))
		return false;
	napi_schedule(&queue->tx_napi);
	return true;
}

static bool wake_rx(struct netback_queue *queue)
{
	if (!netback_rx_has_work(queue))
		return false;
	napi_schedule(&queue->rx_napi);
	return true;
}

/* What the event was about may be done already. */
static bool has_worked(bool *worked)
{
	bool before = READ_ONCE(*worked);

	WRITE_ONCE(*worked, false);
	return before;
}

static irqreturn_t tx_interrupt(int irq, void *data)
{
	struct netback_queue *queue = data;
	bool worked = has_worked(&queue->tx.worked);

	set_bit(EOI_TX, &queue->eoi);
	if (!wake_tx(queue))
		end_event(queue, EOI_TX, irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

static irqreturn_t rx_interrupt(int irq, void *data)
{
	struct netback_queue *queue = data;
	bool worked = has_worked(&queue->rx.worked);

	set_bit(EOI_RX, &queue->eoi);
	if (!wake_rx(queue))
		end_event(queue, EOI_RX, irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

static irqreturn_t both_interrupt(int irq, void *data)
{
	struct netback_queue *queue = data;
	bool worked = has_worked(&queue->tx.worked) | has_worked(&queue->rx.worked);
	bool woken;

	set_bit(EOI_TX, &queue->eoi);
	woken = wake_tx(queue);
	woken |= wake_rx(queue);
	if (!woken)
		end_event(queue, EOI_TX, irq, worked ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

/**
 * netback_queue_kick() - look at both rings, as if the guest had sent an event
 * @queue: which is connected
 *
 * Context: process.
 */
void netback_queue_kick(struct netback_queue *queue)
{
	local_bh_disable();
	wake_tx(queue);
	wake_rx(queue);
	local_bh_enable();
}

static void credit_timer(struct timer_list *timer)
{
	struct netback_queue *queue = container_of(timer, struct netback_queue, tx.credit_timer);

	napi_schedule(&queue->tx_napi);
}

/**
 * netback_queue_init() - make a queue
 * @queue: zeroed, with @vif, @id and @name
 * @bytes: credit for each window
 * @usec: length of a window
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int netback_queue_init(struct netback_queue *queue, unsigned long bytes, unsigned long usec)
{
	struct tx_side *tx = &queue->tx;
	struct rx_side *rx = &queue->rx;
	unsigned int i;

	credit_init(&tx->credit, bytes, usec, get_jiffies_64());
	timer_setup(&tx->credit_timer, credit_timer, 0);
	spin_lock_init(&tx->release_lock);
	init_waitqueue_head(&tx->all_back);
	for (i = 0; i < TX_RING_SLOTS; i++) {
		tx->page[i].ubuf.ops = &netback_tx_ubuf_ops;
		tx->page[i].queue = queue;
		tx->page[i].handle = INVALID_GRANT_HANDLE;
		tx->free[tx->nr_free++] = i;
	}

	skb_queue_head_init(&rx->queue);
	timer_setup(&rx->timer, netback_rx_timer, 0);
	rx->stalled = true;

	if (gnttab_alloc_pages(TX_RING_SLOTS, tx->pages)) {
		netdev_err(queue->vif->dev, "Could not reserve mmap_pages\n");
		return -ENOMEM;
	}
	return 0;
}

/**
 * netback_queue_destroy() - the opposite
 * @queue: which is not connected, and known to nobody
 *
 * Context: process.
 */
void netback_queue_destroy(struct netback_queue *queue)
{
	page_frag_cache_drain(&queue->tx.cache);

	/* A page that is still mapped must never be used for anything else. */
	if (!queue->tx.leaky)
		gnttab_free_pages(TX_RING_SLOTS, queue->tx.pages);
}

/* Both rings have the same fields. */
#define RING_ATTACH_CHECKED(ring, shared) ({				\
	RING_IDX rsp_prod = READ_ONCE((shared)->rsp_prod);		\
	RING_IDX req_prod = READ_ONCE((shared)->req_prod);		\
									\
	BACK_RING_ATTACH(ring, shared, rsp_prod, XEN_PAGE_SIZE);	\
	req_prod - rsp_prod > RING_SIZE(ring) ? -EIO : 0;		\
})

static int map_rings(struct netback_queue *queue, const grant_ref_t refs[2])
{
	struct xenbus_device *dev = queue->vif->xdev;
	grant_ref_t tx_ref = refs[0], rx_ref = refs[1];
	struct xen_netif_tx_sring *tx_ring;
	struct xen_netif_rx_sring *rx_ring;
	void *addr;
	int err;

	err = xenbus_map_ring_valloc(dev, &tx_ref, 1, &addr);
	if (err)
		return err;
	tx_ring = addr;
	err = RING_ATTACH_CHECKED(&queue->tx.ring, tx_ring);
	if (err)
		return err;

	err = xenbus_map_ring_valloc(dev, &rx_ref, 1, &addr);
	if (err)
		return err;
	rx_ring = addr;
	return RING_ATTACH_CHECKED(&queue->rx.ring, rx_ring);
}

static void unmap_rings(struct netback_queue *queue)
{
	struct xenbus_device *dev = queue->vif->xdev;

	if (queue->tx.ring.sring)
		xenbus_unmap_ring_vfree(dev, queue->tx.ring.sring);
	queue->tx.ring.sring = NULL;

	if (queue->rx.ring.sring)
		xenbus_unmap_ring_vfree(dev, queue->rx.ring.sring);
	queue->rx.ring.sring = NULL;
}

static int bind_channel(struct netback_queue *queue, evtchn_port_t port, irq_handler_t handler,
			const char *name)
{
	return bind_interdomain_evtchn_to_irqhandler_lateeoi(queue->vif->xdev, port, handler,
							     IRQF_NO_AUTOEN, name, queue);
}

static int bind_channels(struct netback_queue *queue, const evtchn_port_t ports[2])
{
	int irq;

	if (ports[0] == ports[1]) {
		irq = bind_channel(queue, ports[0], both_interrupt, queue->name);
		if (irq < 0)
			return irq;
		queue->tx_irq = irq;
		queue->rx_irq = irq;
		return 0;
	}

	snprintf(queue->tx_irq_name, sizeof(queue->tx_irq_name), "%s-tx", queue->name);
	snprintf(queue->rx_irq_name, sizeof(queue->rx_irq_name), "%s-rx", queue->name);

	irq = bind_channel(queue, ports[0], tx_interrupt, queue->tx_irq_name);
	if (irq < 0)
		return irq;
	queue->tx_irq = irq;

	irq = bind_channel(queue, ports[1], rx_interrupt, queue->rx_irq_name);
	if (irq < 0)
		return irq;
	queue->rx_irq = irq;
	return 0;
}

static void unbind_channels(struct netback_queue *queue)
{
	if (queue->rx_irq && !one_channel(queue))
		unbind_from_irqhandler(queue->rx_irq, queue);
	if (queue->tx_irq)
		unbind_from_irqhandler(queue->tx_irq, queue);
	queue->rx_irq = 0;
	queue->tx_irq = 0;
}

/**
 * netback_queue_connect() - connect to the guest
 * @queue: from netback_queue_init()
 * @refs: grants of the rings, tx and rx
 * @ports: the guest's event channels, tx and rx, possibly the same
 *
 * Context: process.
 * Return: 0 with interrupts and NAPIs still off; or -errno with nothing left.
 */
int netback_queue_connect(struct netback_queue *queue, const grant_ref_t refs[2],
			  const evtchn_port_t ports[2])
{
	int err;

	err = map_rings(queue, refs);
	if (err)
		goto unmap;

	/* Off until the interface is up, as the interrupts are. */
	netif_napi_add(queue->vif->dev, &queue->tx_napi, netback_tx_poll);
	netif_napi_add_tx(queue->vif->dev, &queue->rx_napi, netback_rx_poll);

	err = bind_channels(queue, ports);
	if (err)
		goto unbind;
	return 0;

unbind:
	unbind_channels(queue);
	netif_napi_del(&queue->rx_napi);
	netif_napi_del(&queue->tx_napi);
unmap:
	unmap_rings(queue);
	return err;
}

/**
 * netback_queue_disconnect() - the opposite
 * @queue: which is down, and to which nobody sends any more
 *
 * Context: process. Waits for packets of the guest that are somewhere in the network
 * stack. A grace period of RCU must pass before the queue is freed.
 */
void netback_queue_disconnect(struct netback_queue *queue)
{
	timer_delete_sync(&queue->tx.credit_timer);
	timer_delete_sync(&queue->rx.timer);
	netback_rx_purge(queue);
	netback_tx_wait_all_back(queue);

	__netif_napi_del(&queue->tx_napi);
	__netif_napi_del(&queue->rx_napi);
	unbind_channels(queue);
	unmap_rings(queue);
}

/**
 * netback_queue_up() - start
 * @queue: which is connected and down
 *
 * Context: process, under rtnl.
 */
void netback_queue_up(struct netback_queue *queue)
{
	napi_enable(&queue->tx_napi);
	napi_enable(&queue->rx_napi);
	enable_irq(queue->tx_irq);
	if (!one_channel(queue))
		enable_irq(queue->rx_irq);

	/* There may be something since before. */
	local_bh_disable();
	napi_schedule(&queue->tx_napi);
	napi_schedule(&queue->rx_napi);
	local_bh_enable();
}

/**
 * netback_queue_down() - stop
 * @queue: which is up
 *
 * Context: process, under rtnl.
 */
void netback_queue_down(struct netback_queue *queue)
{
	disable_irq(queue->tx_irq);
	if (!one_channel(queue))
		disable_irq(queue->rx_irq);
	napi_disable(&queue->tx_napi);
	napi_disable(&queue->rx_napi);
	timer_delete_sync(&queue->tx.credit_timer);

	/* They may hold pages of other guests, which want them back. */
	netback_rx_purge(queue);
}
