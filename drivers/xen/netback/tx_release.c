// SPDX-License-Identifier: GPL-2.0
/*
 * What the guest gets back: answers, and pages that the network stack has done with.
 *
 * A mapped page has one owner at a time: the NAPI until the packet leaves, then the
 * packet; whoever frees that puts the pages into tx.released and wakes the NAPI, which
 * unmaps all that it finds there with one hypercall.  Until then the slot is not answered,
 * so the guest cannot reuse it, and the ring cannot hand out more pages than there are.
 *
 * tx.in_flight counts packets.  Who waits for it to be zero takes the lock afterwards, so
 * that the last one to give pages back has left the queue alone.
 */
#include <linux/bottom_half.h>
#include <xen/events.h>

#include "netback.h"

/**
 * netback_tx_answer() - write the answer to a slot
 * @tx: whose NAPI the caller is, or which has none
 * @id: the slot's
 * @extras: entries behind it that have no data, and get an answer of their own
 * @status: XEN_NETIF_RSP_*
 *
 * Context: as @tx allows. The guest sees it with netback_tx_push().
 */
void netback_tx_answer(struct tx_side *tx, u16 id, unsigned int extras, s16 status)
{
	struct xen_netif_tx_response rsp = { .id = id, .status = status };
	RING_IDX at = tx->ring.rsp_prod_pvt;

	*RING_GET_RESPONSE(&tx->ring, at++) = rsp;

	rsp = (struct xen_netif_tx_response) { .status = XEN_NETIF_RSP_NULL };
	while (extras--)
		*RING_GET_RESPONSE(&tx->ring, at++) = rsp;

	tx->ring.rsp_prod_pvt = at;
}

/**
 * netback_tx_push() - let the guest see the answers
 * @queue: whose NAPI the caller is
 *
 * Context: as @queue allows.
 * Return: was there any?
 */
bool netback_tx_push(struct netback_queue *queue)
{
	struct xen_netif_tx_back_ring *ring = &queue->tx.ring;
	int notify;

	if (ring->rsp_prod_pvt == READ_ONCE(ring->sring->rsp_prod))
		return false;

	RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(ring, notify);
	if (notify)
		notify_remote_via_irq(queue->tx_irq);
	return true;
}

/**
 * netback_tx_unmap() - unmap pages that nobody uses
 * @queue: whose NAPI the caller is
 * @count: of the indices in tx.batch; those of pages that are free afterwards are left
 *	there, the others are TX_NO_SLOT
 *
 * Context: as @queue allows.
 */
void netback_tx_unmap(struct netback_queue *queue, unsigned int count)
{
	struct tx_side *tx = &queue->tx;
	unsigned int i;
	int err;

	if (!count)
		return;

	for (i = 0; i < count; i++) {
		struct page *page = tx->pages[tx->batch[i]];

		tx->batch_pages[i] = page;
		gnttab_set_unmap_op(&tx->unmaps[i], (unsigned long)page_address(page),
				    GNTMAP_host_map, tx->page[tx->batch[i]].handle);
	}

	err = gnttab_unmap_refs(tx->unmaps, NULL, tx->batch_pages, count);
	for (i = 0; i < count; i++) {
		struct tx_page *page = &tx->page[tx->batch[i]];

		/* To use the page for anything else would write to the guest's. */
		if (WARN_ON_ONCE(err || tx->unmaps[i].status != GNTST_okay)) {
			tx->leaky = true;
			tx->batch[i] = TX_NO_SLOT;
			netback_disable(queue->vif, "a page cannot be unmapped");
			continue;
		}
		page->handle = INVALID_GRANT_HANDLE;
		tx->free[tx->nr_free++] = tx->batch[i];
	}
}

/* Into tx.batch. */
static unsigned int take_released(struct tx_side *tx)
{
	unsigned int count = 0;

	spin_lock_irq(&tx->release_lock);
	while (tx->release_cons != tx->release_prod)
		tx->batch[count++] = tx->released[tx->release_cons++ % TX_RING_SLOTS];
	spin_unlock_irq(&tx->release_lock);
	return count;
}

/**
 * netback_tx_release() - give back what the network stack has done with
 * @queue: whose NAPI the caller is
 *
 * Context: as @queue allows, with interrupts on.
 */
void netback_tx_release(struct netback_queue *queue)
{
	struct tx_side *tx = &queue->tx;
	unsigned int count, i;

	/* Nothing that is put there later gets lost: the NAPI is woken afterwards. */
	if (READ_ONCE(tx->release_prod) == tx->release_cons)
		return;

	count = take_released(tx);
	netback_tx_unmap(queue, count);
	for (i = 0; i < count; i++) {
		struct tx_page *page;

		if (tx->batch[i] == TX_NO_SLOT)
			continue;
		page = &tx->page[tx->batch[i]];
		netback_tx_answer(tx, page->id, page->extras, XEN_NETIF_RSP_OKAY);
	}
}

/**
 * netback_tx_hold() - let a packet take its mapped pages along
 * @queue: whose they are
 * @skb: the packet; the first page's ubuf_info is in its shared information
 *
 * Context: as @queue allows. From here on each way to free the packet gives the pages
 * back, and each way to keep it for long makes a copy first.
 */
void netback_tx_hold(struct netback_queue *queue, struct sk_buff *skb)
{
	spin_lock_irq(&queue->tx.release_lock);
	queue->tx.in_flight++;
	spin_unlock_irq(&queue->tx.release_lock);

	skb_shinfo(skb)->flags |= SKBFL_ZEROCOPY_ENABLE;
}

static void release_pages_of(struct netback_queue *queue, struct tx_page *page, bool was_sent)
{
	struct tx_side *tx = &queue->tx;

	lockdep_assert_held(&tx->release_lock);

	for (; page; page = page->next)
		tx->released[tx->release_prod++ % TX_RING_SLOTS] = page - tx->page;

	if (was_sent) {
		queue->stats.tx_zerocopy_success++;
	} else {
		/* To map pages only to have them copied costs more than to copy them. */
		queue->stats.tx_zerocopy_fail++;
		WRITE_ONCE(tx->copy_next, 4 * TX_BATCH);
	}

	napi_schedule(&queue->tx_napi);
	if (!--tx->in_flight)
		wake_up(&tx->all_back);
}

/* Called wherever a packet is freed. */
static void tx_ubuf_complete(struct sk_buff *skb, struct ubuf_info *ubuf, bool was_sent)
{
	struct tx_page *page = container_of(ubuf, struct tx_page, ubuf);
	struct netback_queue *queue = page->queue;
	/* A NAPI that a process wakes runs at the end of this. */
	bool process = !irqs_disabled() && !in_hardirq();
	unsigned long flags;

	if (process)
		local_bh_disable();
	spin_lock_irqsave(&queue->tx.release_lock, flags);
	release_pages_of(queue, page, was_sent);
	spin_unlock_irqrestore(&queue->tx.release_lock, flags);
	if (process)
		local_bh_enable();
}

const struct ubuf_info_ops netback_tx_ubuf_ops = {
	.complete = tx_ubuf_complete,
};

/**
 * netback_tx_wait_all_back() - wait for packets that still have pages of a queue
 * @queue: which sends no new ones, and whose NAPIs are off
 *
 * Context: may sleep, for as long as the network stack keeps a packet.
 */
void netback_tx_wait_all_back(struct netback_queue *queue)
{
	struct tx_side *tx = &queue->tx;

	wait_event(tx->all_back, !READ_ONCE(tx->in_flight));

	/* Takes the lock, after the last one who had it. */
	spin_lock_irq(&tx->release_lock);
	spin_unlock_irq(&tx->release_lock);

	if (tx->ring.sring) {
		netback_tx_release(queue);
		RING_PUSH_RESPONSES(&tx->ring);
	}
}
