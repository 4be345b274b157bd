/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network backend: what its files share.
 *
 * "tx" is what the guest transmits and "rx" what it receives, as in the protocol; the
 * network device of this domain sees both the other way round.
 *
 * One structure a device (vif) and one a queue.  A queue's tx side belongs to its tx NAPI,
 * its rx side to whoever holds RX_BUSY; what others may touch has a lock, named with the
 * fields.  Lock order: rtnl, rx.queue.lock; the others are leaves.
 *
 * Life: xenbus makes queues and connects them, then the carrier goes up; with the carrier
 * down, interrupts off and NAPIs disabled nobody but xenbus is left.
 */
#ifndef _NETBACK_H
#define _NETBACK_H

#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <xen/grant_table.h>
#include <xen/interface/io/netif.h>
#include <xen/xenbus.h>

#include "credit.h"
#include "rx_slots.h"
#include "tx_parse.h"

#define RX_RING_SLOTS		__CONST_RING_SIZE(xen_netif_rx, XEN_PAGE_SIZE)

/* Packets of one pass, and copies, of which each packet needs at most so many. */
#define TX_BATCH		64
#define TX_COPIES		512
#define TX_COPIES_PACKET	(2 * TX_PACKET_PIECES + 4)
#define RX_COPIES		128

#define TX_NO_SLOT		U16_MAX

/* "-q" and a number, and "-tx" or "-rx" behind it. */
#define QUEUE_NAME_SIZE		(IFNAMSIZ + 12)
#define IRQ_NAME_SIZE		(QUEUE_NAME_SIZE + 3)

struct netback_vif;
struct netback_queue;

/**
 * struct tx_page - a page of this domain to map a slot of the guest to
 * @ubuf: how the network stack tells that it needs the page no longer
 * @next: the packet's next one
 * @queue: whose it is
 * @handle: of the mapping
 * @id: the slot's
 * @extras: to be answered with the slot
 */
struct tx_page {
	struct ubuf_info ubuf;
	struct tx_page *next;
	struct netback_queue *queue;
	grant_handle_t handle;
	u16 id;
	u16 extras;
};

/**
 * struct tx_job - a packet between the ring and the network stack
 * @skb: the packet, with the room that @copies fill
 * @copy: its first operation in tx.copies
 * @nr_copies: how many
 * @map: its first operation in tx.maps
 * @nr_maps: how many
 * @slots: of the packet
 * @extras: entries to be answered with the first slot
 * @flags: XEN_NETTXF_*
 * @gso_type: XEN_NETIF_GSO_TYPE_*
 * @gso_size: bytes of payload in a segment
 * @id: of each slot
 * @page: index of the page that it is mapped to, or TX_NO_SLOT
 * @piece: what of it is mapped
 */
struct tx_job {
	struct sk_buff *skb;
	u16 copy;
	u16 nr_copies;
	u16 map;
	u16 nr_maps;
	u16 slots;
	u16 extras;
	u16 flags;
	u16 gso_size;
	u8 gso_type;
	u16 id[TX_PACKET_PIECES];
	u16 page[TX_PACKET_PIECES];
	struct tx_piece piece[TX_PACKET_PIECES];
};

/* From the guest. */
struct tx_side {
	/* The NAPI's. */
	struct xen_netif_tx_back_ring ring;
	struct credit credit;
	struct timer_list credit_timer;
	bool limited;			/* waits for credit_timer */
	bool worked;			/* since the last interrupt */
	unsigned int copy_next;		/* packets that are better copied */

	unsigned int nr_jobs;
	unsigned int nr_copies;
	unsigned int nr_maps;
	unsigned int nr_free;
	bool leaky;			/* a page could not be unmapped */
	u16 free[TX_RING_SLOTS];
	struct page_frag_cache cache;
	struct tx_page page[TX_RING_SLOTS];
	struct page *pages[TX_RING_SLOTS];
	struct tx_packet packet;
	struct tx_job jobs[TX_BATCH];
	struct gnttab_copy copies[TX_COPIES];
	struct gnttab_map_grant_ref maps[TX_RING_SLOTS];
	struct gnttab_unmap_grant_ref unmaps[TX_RING_SLOTS];
	struct page *batch_pages[TX_RING_SLOTS];
	u16 batch[TX_RING_SLOTS];

	/* Guards the following: whoever frees a packet hands its pages back. Leaf. */
	spinlock_t release_lock;
	unsigned int release_prod;
	unsigned int release_cons;
	unsigned int in_flight;
	u16 released[TX_RING_SLOTS];
	wait_queue_head_t all_back;
};

enum {
	RX_BUSY,			/* in rx_side.state: somebody delivers */
};

/* To the guest. */
struct rx_side {
	/* Guards @queue and @bytes; taken with interrupts off. */
	struct sk_buff_head queue;
	unsigned int bytes;

	unsigned long state;
	struct timer_list timer;

	/* Whose RX_BUSY is. */
	struct xen_netif_rx_back_ring ring;
	unsigned int nr_copies;
	int slot_error;			/* of the slot that is being filled */
	struct gnttab_copy copies[RX_COPIES];
	RING_IDX slot[RX_COPIES];

	bool worked;			/* since the last interrupt */
	bool lacking;			/* buffers, since */
	unsigned long lacking_since;
	bool stalled;			/* changed by the rx NAPI, or while it is off */
};

/* Counters of a queue, from this domain's point of view. */
struct netback_stats {
	u64 rx_bytes;
	u64 rx_packets;
	u64 tx_bytes;
	u64 tx_packets;

	unsigned long rx_gso_checksum_fixup;
	unsigned long tx_zerocopy_sent;
	unsigned long tx_zerocopy_success;
	unsigned long tx_zerocopy_fail;
	unsigned long tx_frag_overflow;
};

enum {
	EOI_TX,				/* also if there is only one event channel */
	EOI_RX,
};

struct netback_queue {
	struct netback_vif *vif;
	unsigned int id;
	char name[QUEUE_NAME_SIZE];
	char tx_irq_name[IRQ_NAME_SIZE];
	char rx_irq_name[IRQ_NAME_SIZE];

	unsigned int tx_irq;
	unsigned int rx_irq;		/* the same if there is only one event channel */
	unsigned long eoi;		/* bits EOI_*: still to be ended; atomic */

	struct napi_struct tx_napi;
	struct napi_struct rx_napi;
	struct tx_side tx;
	struct rx_side rx;
	struct netback_stats stats;
};

#define HASH_KEY_SIZE		40
#define HASH_MAP_SIZE		128
#define HASH_TAG_SIZE		36

struct hash_entry {
	u32 len;
	u32 value;
	u8 tag[HASH_TAG_SIZE];
};

/* How the guest wants its packets to be spread. */
struct netback_hash {
	/* Written by the control ring's thread, read by senders. */
	u32 algorithm;
	u32 types;
	unsigned int map_size;
	unsigned int map_used;		/* which of the two maps */
	u32 map[2][HASH_MAP_SIZE];
	u8 key[HASH_KEY_SIZE];

	/* Guards the following. Leaf. */
	spinlock_t cache_lock;
	unsigned int cache_size;
	struct hash_entry *cache;
};

/* Multicast addresses that a guest may have. */
#define MCAST_MAX		64

enum {
	VIF_CONNECTED,			/* in netback_vif.status */
};

struct netback_vif {
	domid_t domid;
	unsigned int handle;
	struct net_device *dev;
	struct xenbus_device *xdev;

	/* Set by xenbus while not connected. */
	unsigned int gso_mask;
	bool can_sg;
	bool ip_csum;
	bool ipv6_csum;
	unsigned long drain_timeout;	/* in jiffies */
	unsigned long stall_timeout;	/* in jiffies; 0 for never */

	/* Set by xenbus at any time. */
	u16 xdp_headroom;
	bool multicast_control;

	bool disabled;			/* the frontend has gone bad, until it connects anew */
	unsigned long status;
	struct work_struct disable_work;

	unsigned int num_queues;	/* set last and cleared first */
	struct netback_queue *queues;

	/* Guards the following. Leaf. */
	spinlock_t lock;
	unsigned int stalled_queues;

	/* Guards the following against other queues; readers have RCU. Leaf. */
	spinlock_t mcast_lock;
	struct list_head mcast;
	unsigned int mcast_count;
	bool mcast_told;		/* that there are too many, in this connection */

	struct netback_hash hash;
	struct xen_netif_ctrl_back_ring ctrl;
	unsigned int ctrl_irq;
	bool ctrl_ending;		/* the thread is to leave the ring alone */
	void *ctrl_page;		/* for what the guest grants */

	struct dentry *debugfs;
	struct xenbus_watch rate_watch;
	struct xenbus_watch mcast_watch;
};

static inline bool netback_may_run(const struct netback_vif *vif)
{
	return netif_running(vif->dev) && test_bit(VIF_CONNECTED, &vif->status) &&
	       !READ_ONCE(vif->disabled);
}

/* module.c */
extern bool netback_split_channels;
extern bool netback_xdp_headroom;
extern unsigned int netback_drain_msecs;
extern unsigned int netback_stall_msecs;
extern unsigned int netback_max_queues;
extern unsigned int netback_fatal_slots;
extern unsigned int netback_hash_cache_size;
extern struct workqueue_struct *netback_wq;

/* xenbus.c */
int netback_register(void);
void netback_unregister(void);

/* features.c */
int netback_features_offer(struct xenbus_device *dev);
int netback_features_read(struct netback_vif *vif);
void netback_headroom_read(struct netback_vif *vif);
int netback_mac_check(struct xenbus_device *dev);
void netback_rate_read(struct xenbus_device *dev, unsigned long *bytes, unsigned long *usec);
void netback_watches_start(struct netback_vif *vif);
void netback_watches_stop(struct netback_vif *vif);
void netback_watch_stop(struct xenbus_watch *watch);

/* netdev.c */
struct netback_vif *netback_vif_create(struct xenbus_device *dev, unsigned int handle);
void netback_vif_destroy(struct netback_vif *vif);
void netback_carrier_on(struct netback_vif *vif);
void netback_carrier_off(struct netback_vif *vif);
void netback_disable(struct netback_vif *vif, const char *why);

/* stats.c */
extern const struct ethtool_ops netback_ethtool_ops;
void netback_stats_sum(struct netback_vif *vif, struct rtnl_link_stats64 *sum);

/* queue.c */
int netback_queue_init(struct netback_queue *queue, unsigned long bytes, unsigned long usec);
void netback_queue_destroy(struct netback_queue *queue);
int netback_queue_connect(struct netback_queue *queue, const grant_ref_t refs[2],
			  const evtchn_port_t ports[2]);
void netback_queue_disconnect(struct netback_queue *queue);
void netback_queue_up(struct netback_queue *queue);
void netback_queue_down(struct netback_queue *queue);
void netback_queue_kick(struct netback_queue *queue);
void netback_queue_eoi_tx(struct netback_queue *queue);
void netback_queue_eoi_rx(struct netback_queue *queue);

/* tx.c */
int netback_tx_poll(struct napi_struct *napi, int budget);
void netback_tx_wake_or_listen(struct netback_queue *queue);

/* tx_grant.c */
int netback_tx_plan(struct netback_queue *queue, const struct tx_packet *pkt);
void netback_tx_copy_and_map(struct netback_queue *queue);
bool netback_tx_attach(struct netback_queue *queue, struct tx_job *job);

/* tx_skb.c */
struct sk_buff *netback_tx_finish(struct netback_queue *queue, const struct tx_job *job);

/* tx_release.c */
extern const struct ubuf_info_ops netback_tx_ubuf_ops;
void netback_tx_answer(struct tx_side *tx, u16 id, unsigned int extras, s16 status);
bool netback_tx_push(struct netback_queue *queue);
void netback_tx_unmap(struct netback_queue *queue, unsigned int count);
void netback_tx_release(struct netback_queue *queue);
void netback_tx_hold(struct netback_queue *queue, struct sk_buff *skb);
void netback_tx_wait_all_back(struct netback_queue *queue);

/* mcast.c */
int netback_mcast_add(struct netback_vif *vif, const u8 *addr);
void netback_mcast_del(struct netback_vif *vif, const u8 *addr);
bool netback_mcast_wanted(struct netback_vif *vif, const u8 *addr);
void netback_mcast_clear(struct netback_vif *vif);

/* rx.c */
bool netback_rx_enqueue(struct netback_queue *queue, struct sk_buff *skb);
void netback_rx_run_here(struct netback_queue *queue);
int netback_rx_poll(struct napi_struct *napi, int budget);
bool netback_rx_has_work(struct netback_queue *queue);
void netback_rx_timer(struct timer_list *timer);
void netback_rx_purge(struct netback_queue *queue);
void netback_rx_ready(struct netback_queue *queue);

/* Of a packet that waits: in skb->cb. */
struct rx_wait {
	unsigned long expires;
	u16 slots;
	u16 headroom;
	bool gso;
	bool hash;
};

static inline struct rx_wait *rx_wait(const struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct rx_wait) > sizeof(skb->cb));
	return (struct rx_wait *)skb->cb;
}

/* rx_copy.c */
void netback_rx_copy(struct netback_queue *queue, const struct sk_buff *skb);
void netback_rx_flush(struct netback_queue *queue);

/* ctrl.c */
int netback_ctrl_connect(struct netback_vif *vif, grant_ref_t ref, evtchn_port_t port);
void netback_ctrl_disconnect(struct netback_vif *vif);

/* hash.c */
u32 netback_toeplitz(const u8 *key, unsigned int key_len, const u8 *data, unsigned int len);
bool netback_hash_range_ok(u32 map_size, u32 offset, u32 count);
bool netback_hash_values_ok(const u32 *values, u32 count, u32 queues);
void netback_hash_init(struct netback_hash *hash);
void netback_hash_deinit(struct netback_hash *hash);
void netback_hash_set_key(struct netback_hash *hash, const u8 *key, unsigned int len);
void netback_hash_set_map_size(struct netback_hash *hash, u32 size);
void netback_hash_set_map(struct netback_hash *hash, u32 offset, const u32 *values, u32 count);
void netback_hash_skb(struct netback_hash *hash, struct sk_buff *skb);
u16 netback_hash_queue(const struct netback_hash *hash, u32 value, unsigned int queues);

/* debugfs.c */
#ifdef CONFIG_DEBUG_FS
void netback_debugfs_init(void);
void netback_debugfs_exit(void);
void netback_debugfs_add(struct netback_vif *vif);
void netback_debugfs_del(struct netback_vif *vif);
#else
static inline void netback_debugfs_init(void) { }
static inline void netback_debugfs_exit(void) { }
static inline void netback_debugfs_add(struct netback_vif *vif) { }
static inline void netback_debugfs_del(struct netback_vif *vif) { }
#endif

#endif /* _NETBACK_H */
