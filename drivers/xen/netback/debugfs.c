// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/xen-netback: a folder for each device, with a file for each queue and
 * one for the hash.  The files go before what they show.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "netback.h"

static struct dentry *root;

/* Both rings look alike, and so does what is said of them. */
#define SHOW_RING(m, ring) do {							\
	const typeof(*(ring)) *r = (ring);					\
	RING_IDX base = r->sring->rsp_prod;					\
	RING_IDX req = r->sring->req_prod, req_event = r->sring->req_event;	\
	RING_IDX rsp_event = r->sring->rsp_event;				\
										\
	seq_printf(m, "req prod %u (%d) cons %u (%d) event %u (%d)\n",		\
		   req, req - base, r->req_cons, r->req_cons - base,		\
		   req_event, req_event - base);				\
	seq_printf(m, "rsp prod %u (base) pvt %u (%d) event %u (%d)\n",		\
		   base, r->rsp_prod_pvt, r->rsp_prod_pvt - base,		\
		   rsp_event, rsp_event - base);				\
} while (0)

static void show_tx(struct seq_file *m, struct netback_queue *queue)
{
	const struct tx_side *tx = &queue->tx;
	unsigned int total = TX_RING_SLOTS, used = total - tx->nr_free;

	seq_printf(m, "Queue %d\nTX: nr_ents %u\n", queue->id, tx->ring.nr_ents);
	SHOW_RING(m, &tx->ring);
	seq_printf(m, "pending prod %u pending cons %u nr_pending_reqs %u\n",
		   total, used, used);
	seq_printf(m, "dealloc prod %u dealloc cons %u dealloc_queue %u\n\n",
		   tx->release_prod, tx->release_cons, tx->release_prod - tx->release_cons);
}

static void show_rx(struct seq_file *m, struct netback_queue *queue)
{
	seq_printf(m, "RX: nr_ents %u\n", queue->rx.ring.nr_ents);
	SHOW_RING(m, &queue->rx.ring);
	seq_putc(m, '\n');
}

static int io_ring_show(struct seq_file *m, void *unused)
{
	struct netback_queue *queue = m->private;
	const struct tx_side *tx = &queue->tx;
	const struct rx_side *rx = &queue->rx;
	struct netdev_queue *txq = netdev_get_tx_queue(queue->vif->dev, queue->id);

	if (tx->ring.sring)
		show_tx(m, queue);
	if (rx->ring.sring)
		show_rx(m, queue);

	seq_printf(m, "NAPI state: %lx NAPI weight: %d TX queue len %u\n",
		   queue->tx_napi.state, queue->tx_napi.weight, tx->nr_jobs);
	seq_printf(m, "Credit timer_pending: %d, credit: %lu, usec: %lu\n",
		   timer_pending(&tx->credit_timer), tx->credit.bytes, tx->credit.usec);
	seq_printf(m, "remaining: %lu, expires: %lu, now: %lu\n",
		   tx->credit.left, tx->credit_timer.expires, jiffies);
	seq_printf(m, "\nRx internal queue: len %u max %lu pkts %u %s\n",
		   rx->bytes, RX_RING_SLOTS / 2 * PAGE_SIZE, skb_queue_len(&rx->queue),
		   netif_tx_queue_stopped(txq) ? "stopped" : "running");
	return 0;
}

static int io_ring_open(struct inode *inode, struct file *file)
{
	return single_open(file, io_ring_show, inode->i_private);
}

/* "kick" is all that there is to say. */
static ssize_t io_ring_write(struct file *file, const char __user *buf, size_t count,
			     loff_t *pos)
{
	struct netback_queue *queue = ((struct seq_file *)file->private_data)->private;
	char word[32];
	ssize_t len;

	if (*pos)
		return 0;
	if (count >= sizeof(word))
		return -ENOSPC;

	len = simple_write_to_buffer(word, sizeof(word) - 1, pos, buf, count);
	if (len < 0)
		return len;
	word[len] = '\0';

	if (!str_has_prefix(word, "kick")) {
		pr_warn("Unknown command to io_ring_q%u. Available: kick\n", queue->id);
		return -EINVAL;
	}
	netback_queue_kick(queue);
	return count;
}

static const struct file_operations io_ring_fops = {
	.owner		= THIS_MODULE,
	.open		= io_ring_open,
	.release	= single_release,
	.read		= seq_read,
	.write		= io_ring_write,
	.llseek		= seq_lseek,
};

static void show_types(struct seq_file *m, u32 types)
{
	static const char * const names[] = {
		[_XEN_NETIF_CTRL_HASH_TYPE_IPV4]	= "IPv4",
		[_XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP]	= "IPv4 + TCP",
		[_XEN_NETIF_CTRL_HASH_TYPE_IPV6]	= "IPv6",
		[_XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP]	= "IPv6 + TCP",
	};
	unsigned int i;

	if (!types)
		return;
	seq_puts(m, "\nHash Flags:\n");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (types & BIT(i))
			seq_printf(m, "- %s\n", names[i]);
	}
}

/* Lines of eight. */
#define SHOW_TABLE(m, name, width, format, table, size) do {			\
	unsigned int count = (size), first, i;					\
										\
	seq_printf(m, "\n%s:\n", name);						\
	for (first = 0; first < count; first += 8) {				\
		unsigned int end = min(first + 8, count);			\
										\
		seq_printf(m, "[%*u - %*u]: ", width, first, width, end - 1);	\
		for (i = first; i < end; i++)					\
			seq_printf(m, format, (table)[i]);			\
		seq_putc(m, '\n');						\
	}									\
} while (0)

static int ctrl_show(struct seq_file *m, void *unused)
{
	const struct netback_vif *vif = m->private;
	const struct netback_hash *hash = &vif->hash;

	if (hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE) {
		seq_puts(m, "Hash Algorithm: NONE\n");
		return 0;
	}

	seq_puts(m, "Hash Algorithm: TOEPLITZ\n");
	show_types(m, hash->types);
	SHOW_TABLE(m, "Hash Key", 2, "%02x ", hash->key, HASH_KEY_SIZE);
	if (hash->map_size)
		SHOW_TABLE(m, "Hash Mapping", 4, "%4u ", hash->map[hash->map_used],
			   hash->map_size);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ctrl);

/**
 * netback_debugfs_add() - add the files of a device
 * @vif: the device, which is connected
 *
 * Context: process.
 */
void netback_debugfs_add(struct netback_vif *vif)
{
	char name[sizeof("io_ring_q") + 10];
	unsigned int i;

	vif->debugfs = debugfs_create_dir(vif->dev->name, root);
	for (i = 0; i < vif->num_queues; i++) {
		snprintf(name, sizeof(name), "io_ring_q%u", i);
		debugfs_create_file(name, 0600, vif->debugfs, &vif->queues[i], &io_ring_fops);
	}
	if (vif->ctrl_irq)
		debugfs_create_file("ctrl", 0400, vif->debugfs, vif, &ctrl_fops);
}

/**
 * netback_debugfs_del() - delete them
 * @vif: the device
 *
 * Context: process. Waits for whoever reads them.
 */
void netback_debugfs_del(struct netback_vif *vif)
{
	debugfs_remove_recursive(vif->debugfs);
	vif->debugfs = NULL;
}

/**
 * netback_debugfs_init() - make the folder
 *
 * Context: process.
 */
void __init netback_debugfs_init(void)
{
	root = debugfs_create_dir("xen-netback", NULL);
}

/**
 * netback_debugfs_exit() - delete it
 *
 * Context: process.
 */
void netback_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}
