// SPDX-License-Identifier: GPL-2.0
/*
 * To the guest: packets that wait for its buffers, and who delivers them.
 *
 * A packet joins the queue and whoever brought it delivers what the guest has buffers for:
 * there and then, without waking anybody.  Only one does so at a time, who has RX_BUSY; a
 * sender who finds it taken leaves, as the other one looks at the queue again afterwards.
 * What is left waits for an event of the guest, on which the rx NAPI delivers it, or for
 * the timer, on which the rx NAPI drops what has waited too long.
 *
 * The queue is bounded in bytes whoever sends, a bridge included: a full one stops the
 * device's queue, and what comes nevertheless is dropped.
 */
#include <linux/jiffies.h>

#include "netback.h"

/* Bytes that wait, until the device's queue is stopped. */
#define RX_QUEUE_BYTES	(RX_RING_SLOTS / 2 * PAGE_SIZE)

/* Packets of one turn. */
#define RX_BATCH	64

static struct netdev_queue *txq_of(struct netback_queue *queue)
{
	return netdev_get_tx_queue(queue->vif->dev, queue->id);
}

static void wait_init(struct netback_vif *vif, struct sk_buff *skb)
{
	struct rx_wait *wait = rx_wait(skb);
	unsigned int type = skb_shinfo(skb)->gso_type;
	unsigned int bit = type & SKB_GSO_TCPV4 ? XEN_NETIF_GSO_TYPE_TCPV4 :
						  XEN_NETIF_GSO_TYPE_TCPV6;
	struct rx_shape shape = {
		.len = skb->len,
		.headroom = READ_ONCE(vif->xdp_headroom),
		.gso = skb_is_gso(skb) && (vif->gso_mask & BIT(bit)),
		.hash = skb->sw_hash,
	};

	*wait = (struct rx_wait) {
		.expires = jiffies + vif->drain_timeout,
		.slots = min_t(unsigned int, rx_slots(&shape), U16_MAX),
		.headroom = shape.headroom,
		.gso = shape.gso,
		.hash = shape.hash,
	};
}

/* Lists within its list: reassembly makes them, and rx_copy.c cannot walk them. */
static bool has_nested_list(const struct sk_buff *skb)
{
	const struct sk_buff *part;

	skb_walk_frags(skb, part) {
		if (skb_has_frag_list(part))
			return true;
	}
	return false;
}

/**
 * netback_rx_enqueue() - put a packet to the end of the queue
 * @queue: the queue
 * @skb: the packet
 *
 * Context: any in which the network stack sends.
 * Return: false if there is no room, or never can be.
 */
bool netback_rx_enqueue(struct netback_queue *queue, struct sk_buff *skb)
{
	struct rx_side *rx = &queue->rx;
	unsigned long flags;
	bool ok;

	if (unlikely(has_nested_list(skb)) && skb_linearize(skb))
		return false;
	wait_init(queue->vif, skb);
	if (rx_wait(skb)->slots > RX_RING_SLOTS)
		return false;

	spin_lock_irqsave(&rx->queue.lock, flags);
	ok = rx->bytes < RX_QUEUE_BYTES;
	if (ok) {
		__skb_queue_tail(&rx->queue, skb);
		rx->bytes += skb->len;
	}
	if (rx->bytes >= RX_QUEUE_BYTES)
		netif_tx_stop_queue(txq_of(queue));
	spin_unlock_irqrestore(&rx->queue.lock, flags);

	return ok;
}

static struct sk_buff *dequeue_locked(struct netback_queue *queue)
{
	struct rx_side *rx = &queue->rx;
	struct sk_buff *skb;

	lockdep_assert_held(&rx->queue.lock);

	skb = __skb_dequeue(&rx->queue);
	if (skb) {
		rx->bytes -= skb->len;
		if (rx->bytes < RX_QUEUE_BYTES && netif_tx_queue_stopped(txq_of(queue)))
			netif_tx_wake_queue(txq_of(queue));
	}
	return skb;
}

/* Buffers of the guest that are not used yet; more than the ring has is none at all. */
static unsigned int count_buffers(struct netback_queue *queue)
{
	struct xen_netif_rx_back_ring *ring = &queue->rx.ring;
	unsigned int count = READ_ONCE(ring->sring->req_prod) - READ_ONCE(ring->req_cons);

	if (unlikely(count > RING_SIZE(ring))) {
		netback_disable(queue->vif, "more buffers than the ring has room for");
		return 0;
	}
	return count;
}

/* Otherwise the guest sends an event with its next buffer. */
static bool has_buffers(struct netback_queue *queue, unsigned int needed)
{
	struct xen_netif_rx_sring *shared = queue->rx.ring.sring;
	unsigned int tries = 0;
	RING_IDX prod;

	if (count_buffers(queue) >= needed)
		return true;

	/* Each try without success has seen another buffer, or a guest that is not honest. */
	do {
		prod = READ_ONCE(shared->req_prod);
		WRITE_ONCE(shared->req_event, prod + 1);
		/* The guest writes req_prod, then reads req_event. */
		virt_mb();
		if (count_buffers(queue) >= needed)
			return true;
	} while (READ_ONCE(shared->req_prod) != prod && tries++ < needed);

	return false;
}

enum rx_next { RX_EMPTY, RX_LACKING, RX_READY };

/* What about the first one? It is taken if @skb is wanted. */
static enum rx_next next_packet(struct netback_queue *queue, struct sk_buff **skb)
{
	struct rx_side *rx = &queue->rx;
	enum rx_next next = RX_EMPTY;
	struct sk_buff *first;
	unsigned long flags;

	spin_lock_irqsave(&rx->queue.lock, flags);
	first = skb_peek(&rx->queue);
	if (first) {
		next = has_buffers(queue, rx_wait(first)->slots) ? RX_READY : RX_LACKING;
		if (next == RX_READY && skb)
			*skb = dequeue_locked(queue);
	}
	spin_unlock_irqrestore(&rx->queue.lock, flags);
	return next;
}

/* One turn of whoever has RX_BUSY. Returns the number of packets. */
static int deliver(struct netback_queue *queue)
{
	struct rx_side *rx = &queue->rx;
	enum rx_next next = RX_EMPTY;
	struct sk_buff_head done;
	struct sk_buff *skb;
	int count = 0;

	__skb_queue_head_init(&done);
	while (count < RX_BATCH) {
		next = next_packet(queue, &skb);
		if (next != RX_READY)
			break;
		netback_rx_copy(queue, skb);
		__skb_queue_tail(&done, skb);
		count++;
	}

	if (count) {
		netback_rx_flush(queue);
		rx->worked = true;
	}
	if (count || next != RX_LACKING) {
		rx->lacking = false;
	} else if (!rx->lacking) {
		rx->lacking = true;
		rx->lacking_since = jiffies;
	}

	while ((skb = __skb_dequeue(&done)))
		consume_skb(skb);
	return count;
}

/*
 * Deliver until nothing can be delivered, or @budget is used up; more than that by one
 * turn at most.
 */
static int run(struct netback_queue *queue, int budget)
{
	struct rx_side *rx = &queue->rx;
	int count = 0;

	do {
		if (test_and_set_bit_lock(RX_BUSY, &rx->state))
			break;
		count += deliver(queue);
		clear_bit_unlock(RX_BUSY, &rx->state);
		/* A sender queues its packet, then looks at the bit. */
		smp_mb__after_atomic();
	} while (count < budget && next_packet(queue, NULL) == RX_READY);

	return count;
}

/* When to look again without an event. */
static void arm_timer(struct netback_queue *queue)
{
	struct rx_side *rx = &queue->rx;
	struct sk_buff *first;
	unsigned long flags;

	spin_lock_irqsave(&rx->queue.lock, flags);
	first = skb_peek(&rx->queue);
	if (first && !timer_pending(&rx->timer) && netback_may_run(queue->vif))
		mod_timer(&rx->timer, rx_wait(first)->expires);
	spin_unlock_irqrestore(&rx->queue.lock, flags);
}

/**
 * netback_rx_run_here() - deliver what a sender has queued
 * @queue: the queue
 *
 * Context: any in which the network stack sends; if interrupts are off, as for netpoll,
 * it is left to the NAPI.
 */
void netback_rx_run_here(struct netback_queue *queue)
{
	if (irqs_disabled() || run(queue, RX_BATCH) >= RX_BATCH)
		napi_schedule(&queue->rx_napi);
	else if (!skb_queue_empty(&queue->rx.queue))
		arm_timer(queue);
}

/**
 * netback_rx_timer() - wake the NAPI
 * @timer: of a queue
 *
 * Context: timer.
 */
void netback_rx_timer(struct timer_list *timer)
{
	struct netback_queue *queue = container_of(timer, struct netback_queue, rx.timer);

	napi_schedule(&queue->rx_napi);
}

/**
 * netback_rx_has_work() - would the NAPI find anything to do?
 * @queue: the queue
 *
 * Context: any.
 * Return: whether anybody waits for buffers.
 */
bool netback_rx_has_work(struct netback_queue *queue)
{
	return !skb_queue_empty(&queue->rx.queue) || READ_ONCE(queue->rx.stalled);
}

static struct sk_buff *next_expired(struct netback_queue *queue)
{
	struct rx_side *rx = &queue->rx;
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&rx->queue.lock, flags);
	skb = skb_peek(&rx->queue);
	if (skb && !time_before(jiffies, rx_wait(skb)->expires))
		skb = dequeue_locked(queue);
	else
		skb = NULL;
	spin_unlock_irqrestore(&rx->queue.lock, flags);
	return skb;
}

/* They may hold pages of other guests, which cannot wait for this one for ever. */
static void drop_expired(struct netback_queue *queue)
{
	struct sk_buff *skb;

	while ((skb = next_expired(queue))) {
		kfree_skb(skb);
		DEV_STATS_INC(queue->vif->dev, rx_dropped);
	}
}

/**
 * netback_rx_ready() - the guest takes packets
 * @queue: which is stalled
 *
 * Context: the rx NAPI, or while that is off.
 *
 * With the last one of the queues the device gets its carrier.
 */
void netback_rx_ready(struct netback_queue *queue)
{
	struct netback_vif *vif = queue->vif;

	WRITE_ONCE(queue->rx.stalled, false);
	queue->rx.lacking = false;

	spin_lock_bh(&vif->lock);
	if (!--vif->stalled_queues) {
		netdev_info(vif->dev, "Guest Rx ready\n");
		netif_carrier_on(vif->dev);
	}
	spin_unlock_bh(&vif->lock);
}

/* Without a carrier packets to it are dropped early. */
static void stall(struct netback_queue *queue)
{
	struct netback_vif *vif = queue->vif;

	WRITE_ONCE(queue->rx.stalled, true);

	spin_lock_bh(&vif->lock);
	if (!vif->stalled_queues++) {
		netdev_info(vif->dev, "Guest Rx stalled\n");
		netif_carrier_off(vif->dev);
	}
	spin_unlock_bh(&vif->lock);
}

static void check_stall(struct netback_queue *queue)
{
	struct netback_vif *vif = queue->vif;
	struct rx_side *rx = &queue->rx;

	if (!vif->stall_timeout)
		return;

	if (rx->stalled) {
		/* The next buffer comes with an event. */
		if (has_buffers(queue, 1))
			netback_rx_ready(queue);
	} else if (READ_ONCE(rx->lacking) &&
		   time_after(jiffies, READ_ONCE(rx->lacking_since) + vif->stall_timeout)) {
		stall(queue);
	}
}

/**
 * netback_rx_poll() - a pass over what waits for the guest
 * @napi: of a queue
 * @budget: how many packets are enough
 *
 * Context: NAPI.
 * Return: how many were delivered.
 */
int netback_rx_poll(struct napi_struct *napi, int budget)
{
	struct netback_queue *queue = container_of(napi, struct netback_queue, rx_napi);
	int count;

	if (unlikely(READ_ONCE(queue->vif->disabled))) {
		napi_complete(napi);
		return 0;
	}
	if (!budget)
		return 0;

	count = run(queue, budget);
	drop_expired(queue);
	check_stall(queue);
	arm_timer(queue);

	if (count >= budget)
		return budget;
	if (napi_complete_done(napi, count) && !READ_ONCE(queue->vif->disabled))
		netback_queue_eoi_rx(queue);
	return count;
}

/**
 * netback_rx_purge() - drop what waits
 * @queue: the queue
 *
 * Context: process.
 */
void netback_rx_purge(struct netback_queue *queue)
{
	struct sk_buff *skb;

	do {
		spin_lock_irq(&queue->rx.queue.lock);
		skb = dequeue_locked(queue);
		spin_unlock_irq(&queue->rx.queue.lock);
		kfree_skb(skb);
	} while (skb);
}
