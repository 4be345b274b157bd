// SPDX-License-Identifier: GPL-2.0
/*
 * Data of packets: which is copied and which is mapped, and the operations for that.
 *
 * The hypervisor copies the headers of each packet to its linear part, as whatever comes
 * next reads them more than once and expects them there; and small packets as a whole.
 * The rest is mapped, unless the network stack has lately made copies of what had been
 * mapped, because it went to a socket of this domain: then it is copied at once.  From
 * time to time a packet is mapped all the same to see whether that has changed.
 *
 * Everything here belongs to the tx NAPI.
 */
#include <linux/gfp.h>

#include "netback.h"

/* Packets up to this are copied: to map a page costs more than that. */
#define TX_COPY_WHOLE	2048

/* Of others, this part: room for the headers of all usual packets. */
#define TX_COPY_HEAD	128

/**
 * struct tx_cursor - a place in a packet's pieces
 * @pkt: the packet
 * @piece: which one
 * @done: bytes of it that are behind us
 */
struct tx_cursor {
	const struct tx_packet *pkt;
	unsigned int piece;
	unsigned int done;
};

/* Bytes to the end of the piece; 0 only at the end of the packet. */
static unsigned int cursor_room(struct tx_cursor *at)
{
	while (at->piece < at->pkt->slots && at->done == at->pkt->piece[at->piece].size) {
		at->piece++;
		at->done = 0;
	}
	return at->piece < at->pkt->slots ? at->pkt->piece[at->piece].size - at->done : 0;
}

/* Pieces with data from here on. */
static unsigned int cursor_pieces(struct tx_cursor at)
{
	unsigned int count = 0;
	unsigned int room;

	while ((room = cursor_room(&at))) {
		at.done += room;
		count++;
	}
	return count;
}

/* @len bytes within the piece, to wherever @to is: a copy must not leave a page. */
static void plan_copy(struct netback_queue *queue, struct tx_cursor *at, void *to,
		      unsigned int len)
{
	const struct tx_piece *piece = &at->pkt->piece[at->piece];
	struct tx_side *tx = &queue->tx;

	while (len) {
		unsigned int room = XEN_PAGE_SIZE - xen_offset_in_page(to);
		struct gnttab_copy *op = &tx->copies[tx->nr_copies++];
		unsigned int part = min(len, room);

		op->source.u.ref = piece->gref;
		op->source.domid = queue->vif->domid;
		op->source.offset = piece->offset + at->done;
		op->dest.u.gmfn = virt_to_gfn(to);
		op->dest.domid = DOMID_SELF;
		op->dest.offset = xen_offset_in_page(to);
		op->len = part;
		op->flags = GNTCOPY_source_gref;

		at->done += part;
		to += part;
		len -= part;
	}
}

static void plan_head(struct netback_queue *queue, struct tx_cursor *at, struct sk_buff *skb,
		      unsigned int len)
{
	void *to = __skb_put(skb, len);

	while (len) {
		unsigned int part = min(len, cursor_room(at));

		plan_copy(queue, at, to, part);
		to += part;
		len -= part;
	}
}

/*
 * Copy the rest to pages of this domain, one for each piece, or if that makes too many
 * @packed.  None is larger than the hypervisor's pages, so that no device has to bounce it.
 */
static int plan_body_copy(struct netback_queue *queue, struct tx_cursor *at,
			  struct sk_buff *skb, bool packed)
{
	unsigned int used = XEN_PAGE_SIZE;
	unsigned int room;
	void *to = NULL;

	while ((room = cursor_room(at))) {
		unsigned int frag = skb_shinfo(skb)->nr_frags;

		if (!packed || used == XEN_PAGE_SIZE) {
			to = page_frag_alloc_align(&queue->tx.cache, XEN_PAGE_SIZE,
						   GFP_ATOMIC | __GFP_NOWARN, XEN_PAGE_SIZE);
			if (!to)
				return -ENOMEM;
			skb_add_rx_frag(skb, frag, virt_to_page(to), offset_in_page(to), 0,
					XEN_PAGE_SIZE);
			used = 0;
		} else {
			frag--;
		}

		room = min_t(unsigned int, room, XEN_PAGE_SIZE - used);
		plan_copy(queue, at, to + used, room);
		used += room;
		skb_frag_size_add(&skb_shinfo(skb)->frags[frag], room);
		skb->len += room;
		skb->data_len += room;
	}
	return 0;
}

static void plan_map(struct netback_queue *queue, struct tx_cursor *at, struct tx_job *job)
{
	struct tx_side *tx = &queue->tx;
	unsigned int room;

	while ((room = cursor_room(at))) {
		const struct tx_piece *piece = &at->pkt->piece[at->piece];
		unsigned int index = tx->free[--tx->nr_free];
		struct page *page = tx->pages[index];

		tx->page[index].id = at->pkt->id[at->piece];
		tx->page[index].extras = at->piece ? 0 : job->extras;
		tx->page[index].next = NULL;
		job->page[at->piece] = index;
		job->piece[at->piece] = (struct tx_piece) {
			.offset = piece->offset + at->done, .size = room,
		};

		tx->batch_pages[tx->nr_maps] = page;
		gnttab_set_map_op(&tx->maps[tx->nr_maps++], (unsigned long)page_address(page),
				  GNTMAP_host_map | GNTMAP_readonly, piece->gref,
				  queue->vif->domid);
		job->nr_maps++;
		at->done += room;
	}
}

/* Is the rest of the packet to be copied? It has @pieces. */
static bool body_copy(struct netback_queue *queue, unsigned int pieces)
{
	struct tx_side *tx = &queue->tx;
	unsigned int copy_next = READ_ONCE(tx->copy_next);

	if (pieces > MAX_SKB_FRAGS) {
		queue->stats.tx_frag_overflow++;
		return true;
	}
	if (copy_next) {
		WRITE_ONCE(tx->copy_next, copy_next - 1);
		return true;
	}
	return pieces > tx->nr_free;
}

static enum pkt_hash_types hash_layer(u8 type)
{
	switch (type) {
	case _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP:
	case _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP:
		return PKT_HASH_TYPE_L4;
	case _XEN_NETIF_CTRL_HASH_TYPE_IPV4:
	case _XEN_NETIF_CTRL_HASH_TYPE_IPV6:
		return PKT_HASH_TYPE_L3;
	default:
		return PKT_HASH_TYPE_NONE;
	}
}

static void job_init(struct tx_job *job, const struct tx_side *tx, const struct tx_packet *pkt)
{
	unsigned int i;

	job->copy = tx->nr_copies;
	job->map = tx->nr_maps;
	job->nr_maps = 0;
	job->slots = pkt->slots;
	job->extras = pkt->extras;
	job->flags = pkt->flags;
	job->gso_type = pkt->gso_type;
	job->gso_size = pkt->gso_size;
	for (i = 0; i < pkt->slots; i++) {
		job->id[i] = pkt->id[i];
		job->page[i] = TX_NO_SLOT;
	}
}

/**
 * netback_tx_plan() - make a packet, and the operations that fill it
 * @queue: whose NAPI the caller is; there is room for TX_COPIES_PACKET copies and a job
 * @pkt: what the guest wants to send
 *
 * Context: as @queue allows.
 * Return: 0, or -ENOMEM with nothing left of it.
 */
int netback_tx_plan(struct netback_queue *queue, const struct tx_packet *pkt)
{
	struct tx_side *tx = &queue->tx;
	struct tx_job *job = &tx->jobs[tx->nr_jobs];
	struct tx_cursor at = { .pkt = pkt };
	unsigned int head = pkt->size <= TX_COPY_WHOLE ? pkt->size : TX_COPY_HEAD;
	struct sk_buff *skb = napi_alloc_skb(&queue->tx_napi, head);
	unsigned int pieces;

	if (!skb)
		return -ENOMEM;

	job_init(job, tx, pkt);
	job->skb = skb;
	plan_head(queue, &at, skb, head);

	pieces = cursor_pieces(at);
	if (pieces && !body_copy(queue, pieces)) {
		plan_map(queue, &at, job);
	} else if (plan_body_copy(queue, &at, skb, pieces > MAX_SKB_FRAGS)) {
		tx->nr_copies = job->copy;
		kfree_skb(skb);
		return -ENOMEM;
	}
	job->nr_copies = tx->nr_copies - job->copy;

	if (pkt->has_hash && hash_layer(pkt->hash_type) != PKT_HASH_TYPE_NONE)
		skb_set_hash(skb, pkt->hash, hash_layer(pkt->hash_type));

	tx->nr_jobs++;
	return 0;
}

/**
 * netback_tx_copy_and_map() - carry out what was planned
 * @queue: whose NAPI the caller is
 *
 * Context: as @queue allows. Each operation has a status of its own afterwards.
 */
void netback_tx_copy_and_map(struct netback_queue *queue)
{
	struct tx_side *tx = &queue->tx;
	unsigned int i;

	if (tx->nr_copies)
		gnttab_batch_copy(tx->copies, tx->nr_copies);

	/* If that fails as a whole, some may be mapped: those say so. */
	if (tx->nr_maps && gnttab_map_refs(tx->maps, NULL, tx->batch_pages, tx->nr_maps)) {
		for (i = 0; i < tx->nr_maps; i++)
			WARN_ON_ONCE(tx->maps[i].status == GNTST_okay);
	}
}

static bool job_has_failed(const struct tx_side *tx, const struct tx_job *job)
{
	bool failed = false;
	unsigned int i;

	for (i = 0; i < job->nr_copies; i++)
		failed |= tx->copies[job->copy + i].status != GNTST_okay;
	for (i = 0; i < job->nr_maps; i++)
		failed |= tx->maps[job->map + i].status != GNTST_okay;
	return failed;
}

/* Unmap what there is of the packet, and tell the guest. */
static void job_fail(struct netback_queue *queue, const struct tx_job *job)
{
	struct tx_side *tx = &queue->tx;
	const struct gnttab_map_grant_ref *map = &tx->maps[job->map];
	unsigned int count = 0;
	unsigned int i;

	for (i = 0; i < job->slots; i++) {
		u16 index = job->page[i];

		netback_tx_answer(tx, job->id[i], i ? 0 : job->extras, XEN_NETIF_RSP_ERROR);
		if (index == TX_NO_SLOT)
			continue;
		if (map->status == GNTST_okay) {
			tx->page[index].handle = map->handle;
			tx->batch[count++] = index;
		} else {
			tx->free[tx->nr_free++] = index;
		}
		map++;
	}
	netback_tx_unmap(queue, count);
	kfree_skb(job->skb);
}

/* The mapped pages become the packet's, chained in this order. */
static void job_add_pages(struct netback_queue *queue, const struct tx_job *job)
{
	struct tx_side *tx = &queue->tx;
	const struct gnttab_map_grant_ref *map = &tx->maps[job->map];
	struct skb_shared_info *shared = skb_shinfo(job->skb);
	struct tx_page *last = NULL;
	unsigned int i;

	for (i = 0; i < job->slots; i++) {
		const struct tx_piece *piece = &job->piece[i];
		struct tx_page *page;

		if (job->page[i] == TX_NO_SLOT)
			continue;
		page = &tx->page[job->page[i]];
		page->handle = map++->handle;
		if (last)
			last->next = page;
		else
			shared->destructor_arg = &page->ubuf;
		last = page;

		/* The network stack drops a reference, but the page stays ours. */
		get_page(tx->pages[job->page[i]]);
		skb_add_rx_frag(job->skb, shared->nr_frags, tx->pages[job->page[i]],
				piece->offset, piece->size, piece->size);
	}
}

/**
 * netback_tx_attach() - see how it went, and complete the packet's data
 * @queue: whose NAPI the caller is
 * @job: the packet
 *
 * Context: as @queue allows.
 * Return: is there a packet? Otherwise the guest has been answered.
 */
bool netback_tx_attach(struct netback_queue *queue, struct tx_job *job)
{
	unsigned int i;

	if (unlikely(job_has_failed(&queue->tx, job))) {
		job_fail(queue, job);
		return false;
	}

	/* What is copied is done with. */
	for (i = 0; i < job->slots; i++) {
		if (job->page[i] == TX_NO_SLOT)
			netback_tx_answer(&queue->tx, job->id[i], i ? 0 : job->extras,
					  XEN_NETIF_RSP_OKAY);
	}
	if (job->nr_maps)
		job_add_pages(queue, job);
	return true;
}
