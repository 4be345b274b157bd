// SPDX-License-Identifier: GPL-2.0
/*
 * From the guest: the NAPI that takes packets off its ring.
 *
 * A pass takes what is there, up to the budget, has it copied and mapped with one
 * hypercall each, hands the packets to the network stack, and answers the guest once.
 */
#include <linux/jiffies.h>

#include "netback.h"

/**
 * netback_tx_wake_or_listen() - look at the ring a last time
 * @queue: the queue
 *
 * Context: bottom halves off.
 *
 * If there is anything the NAPI runs again. Otherwise the guest sends an event when there
 * is, and can do so, as the last one is ended.
 */
void netback_tx_wake_or_listen(struct netback_queue *queue)
{
	int more;

	RING_FINAL_CHECK_FOR_REQUESTS(&queue->tx.ring, more);
	if (more)
		napi_schedule(&queue->tx_napi);
	else
		netback_queue_eoi_tx(queue);
}

/* Whatever happens to it, it is off the ring. */
static void answer_all(struct tx_side *tx, const struct tx_packet *pkt, s16 status)
{
	unsigned int i;

	for (i = 0; i < pkt->slots; i++)
		netback_tx_answer(tx, pkt->id[i], i ? 0 : pkt->extras, status);
}

static void change_group(struct netback_queue *queue, const struct tx_packet *pkt)
{
	int err = 0;

	if (pkt->group == XEN_NETIF_EXTRA_TYPE_MCAST_ADD)
		err = netback_mcast_add(queue->vif, pkt->addr);
	else
		netback_mcast_del(queue->vif, pkt->addr);

	answer_all(&queue->tx, pkt, err ? XEN_NETIF_RSP_ERROR : XEN_NETIF_RSP_OKAY);
}

/* May the guest send that much now? Otherwise the timer wakes the NAPI. */
static bool has_credit(struct tx_side *tx, unsigned int size)
{
	if (credit_allows(&tx->credit, size, get_jiffies_64()))
		return true;

	tx->limited = true;
	mod_timer(&tx->credit_timer, credit_window_end(&tx->credit));
	return false;
}

static void take_packet(struct netback_queue *queue, enum tx_verdict verdict)
{
	struct tx_side *tx = &queue->tx;
	struct tx_packet *pkt = &tx->packet;

	tx->ring.req_cons += pkt->consumed;
	tx->worked = true;

	switch (verdict) {
	case TX_PACKET:
		credit_spend(&tx->credit, pkt->size);
		if (netback_tx_plan(queue, pkt))
			answer_all(tx, pkt, XEN_NETIF_RSP_ERROR);
		break;
	case TX_GROUP:
		change_group(queue, pkt);
		break;
	default:
		net_dbg_ratelimited("%s: packet dropped: %s\n", queue->name, pkt->why);
		answer_all(tx, pkt, XEN_NETIF_RSP_ERROR);
	}
}

/* Returns how many packets it has taken, good or bad. */
static int take_packets(struct netback_queue *queue, int budget)
{
	struct tx_side *tx = &queue->tx;
	enum tx_verdict verdict;
	int taken = 0;

	tx->limited = false;
	tx->nr_jobs = 0;
	tx->nr_copies = 0;
	tx->nr_maps = 0;

	while (taken < budget && tx->nr_jobs < TX_BATCH &&
	       tx->nr_copies + TX_COPIES_PACKET <= TX_COPIES) {
		verdict = netback_tx_parse(&tx->ring, netback_fatal_slots, &tx->packet);
		if (verdict == TX_IDLE)
			break;
		if (verdict == TX_BROKEN) {
			netback_disable(queue->vif, tx->packet.why);
			break;
		}
		if (verdict == TX_PACKET && !has_credit(tx, tx->packet.size))
			break;

		take_packet(queue, verdict);
		taken++;
	}
	return taken;
}

static void send_packets(struct netback_queue *queue)
{
	struct tx_side *tx = &queue->tx;
	LIST_HEAD(ready);
	unsigned int i;

	netback_tx_copy_and_map(queue);
	for (i = 0; i < tx->nr_jobs; i++) {
		struct sk_buff *skb;

		if (!netback_tx_attach(queue, &tx->jobs[i]))
			continue;
		skb = netback_tx_finish(queue, &tx->jobs[i]);
		if (skb)
			list_add_tail(&skb->list, &ready);
	}

	/* First, as the guest's data is ours now and it may go on meanwhile. */
	netback_tx_push(queue);
	netif_receive_skb_list(&ready);
}

/**
 * netback_tx_poll() - a pass over what the guest sends
 * @napi: of a queue
 * @budget: how many packets to take at most
 *
 * Context: NAPI.
 * Return: how many it has taken.
 */
int netback_tx_poll(struct napi_struct *napi, int budget)
{
	struct netback_queue *queue = container_of(napi, struct netback_queue, tx_napi);
	int taken = 0;

	/* The carrier goes soon, and then nobody comes here any more. */
	if (unlikely(READ_ONCE(queue->vif->disabled))) {
		napi_complete(napi);
		return 0;
	}

	netback_tx_release(queue);
	if (budget)
		taken = take_packets(queue, budget);
	if (taken)
		send_packets(queue);
	else
		netback_tx_push(queue);

	if (taken < budget && napi_complete_done(napi, taken) && !queue->tx.limited &&
	    !READ_ONCE(queue->vif->disabled))
		netback_tx_wake_or_listen(queue);
	return taken;
}
