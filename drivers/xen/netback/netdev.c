// SPDX-License-Identifier: GPL-2.0
/*
 * The network device of this domain: vif<domid>.<handle>.
 *
 * It exists from probe to remove, with queues only while a frontend is connected.  The
 * network stack may call it at any time: it looks at vif->num_queues and at VIF_CONNECTED,
 * and what it finds there lives until a grace period later.
 */
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "netback.h"

/* The largest with room for a tag. */
#define MTU_MAX		(ETH_MAX_MTU - VLAN_ETH_HLEN)

static u16 vif_select_queue(struct net_device *dev, struct sk_buff *skb,
			    struct net_device *below)
{
	struct netback_vif *vif = netdev_priv(dev);
	unsigned int queues = READ_ONCE(vif->num_queues);

	/* The packet will be dropped. */
	if (!queues)
		return 0;

	if (READ_ONCE(vif->hash.algorithm) == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return netdev_pick_tx(dev, skb, NULL) % dev->real_num_tx_queues;

	netback_hash_skb(&vif->hash, skb);
	return netback_hash_queue(&vif->hash, skb_get_hash_raw(skb), dev->real_num_tx_queues);
}

static struct netback_queue *queue_of(struct netback_vif *vif, const struct sk_buff *skb)
{
	/* Before the queues themselves. */
	unsigned int queues = smp_load_acquire(&vif->num_queues);
	unsigned int index = skb_get_queue_mapping(skb);

	if (!queues)
		return NULL;
	if (unlikely(index >= queues)) {
		pr_warn_ratelimited("Invalid queue %u for packet on interface %s\n", index,
				    vif->dev->name);
		index %= queues;
	}
	return &vif->queues[index];
}

static bool is_unwanted(struct netback_vif *vif, const struct sk_buff *skb)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;

	return READ_ONCE(vif->multicast_control) && skb->pkt_type == PACKET_MULTICAST &&
	       !netback_mcast_wanted(vif, eth->h_dest);
}

static netdev_tx_t vif_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct netback_vif *vif = netdev_priv(dev);
	struct netback_queue *queue = queue_of(vif, skb);

	if (!queue || !netback_may_run(vif) || is_unwanted(vif, skb))
		goto drop;

	/* Only a hash that the guest has asked for is any of its business. */
	if (READ_ONCE(vif->hash.algorithm) == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		skb_clear_hash(skb);
	skb_tx_timestamp(skb);

	if (!netback_rx_enqueue(queue, skb))
		goto drop;

	/* With the last of a train, all of them. */
	if (!netdev_xmit_more() || netif_xmit_stopped(netdev_get_tx_queue(dev, queue->id)))
		netback_rx_run_here(queue);
	return NETDEV_TX_OK;

drop:
	DEV_STATS_INC(dev, tx_dropped);
	dev_kfree_skb_any(skb);
	if (queue && !netdev_xmit_more() && netback_may_run(vif))
		netback_rx_run_here(queue);
	return NETDEV_TX_OK;
}

static void vif_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	struct netback_vif *vif = netdev_priv(dev);

	netdev_stats_to_stats64(stats, &dev->stats);
	rcu_read_lock();
	netback_stats_sum(vif, stats);
	rcu_read_unlock();
}

static void queues_do(struct netback_vif *vif, void (*fn)(struct netback_queue *queue))
{
	unsigned int i;

	for (i = 0; i < vif->num_queues; i++)
		fn(&vif->queues[i]);
}

static int vif_open(struct net_device *dev)
{
	struct netback_vif *vif = netdev_priv(dev);

	if (test_bit(VIF_CONNECTED, &vif->status))
		queues_do(vif, netback_queue_up);
	netif_tx_start_all_queues(dev);
	return 0;
}

static int vif_stop(struct net_device *dev)
{
	struct netback_vif *vif = netdev_priv(dev);

	if (test_bit(VIF_CONNECTED, &vif->status))
		queues_do(vif, netback_queue_down);
	netif_tx_stop_all_queues(dev);
	return 0;
}

static int vif_change_mtu(struct net_device *dev, int mtu)
{
	const struct netback_vif *vif = netdev_priv(dev);

	if (mtu > (vif->can_sg ? MTU_MAX : ETH_DATA_LEN))
		return -EINVAL;
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

/* What the guest can take. */
static netdev_features_t vif_fix_features(struct net_device *dev, netdev_features_t features)
{
	const struct netback_vif *vif = netdev_priv(dev);
	netdev_features_t no = 0;

	no |= vif->gso_mask & BIT(XEN_NETIF_GSO_TYPE_TCPV4) ? 0 : NETIF_F_TSO;
	no |= vif->gso_mask & BIT(XEN_NETIF_GSO_TYPE_TCPV6) ? 0 : NETIF_F_TSO6;
	no |= vif->ip_csum ? 0 : NETIF_F_IP_CSUM;
	no |= vif->ipv6_csum ? 0 : NETIF_F_IPV6_CSUM;
	no |= vif->can_sg ? 0 : NETIF_F_SG;
	return features & ~no;
}

static const struct net_device_ops vif_ops = {
	.ndo_open		= vif_open,
	.ndo_stop		= vif_stop,
	.ndo_start_xmit		= vif_start_xmit,
	.ndo_select_queue	= vif_select_queue,
	.ndo_fix_features	= vif_fix_features,
	.ndo_change_mtu		= vif_change_mtu,
	.ndo_get_stats64	= vif_get_stats64,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_set_mac_address	= eth_mac_addr,
};

/**
 * netback_carrier_on() - the frontend is connected
 * @vif: with its queues
 *
 * Context: process, without rtnl.
 */
void netback_carrier_on(struct netback_vif *vif)
{
	struct net_device *dev = vif->dev;

	rtnl_lock();
	if (dev->mtu > ETH_DATA_LEN && !vif->can_sg)
		dev_set_mtu(dev, ETH_DATA_LEN);
	netdev_update_features(dev);

	/* The NAPIs are off: nobody else tells. */
	queues_do(vif, netback_rx_ready);
	set_bit(VIF_CONNECTED, &vif->status);
	if (netif_running(dev))
		queues_do(vif, netback_queue_up);
	rtnl_unlock();
}

/**
 * netback_carrier_off() - no traffic from here on
 * @vif: the device
 *
 * Context: process, without rtnl. Senders may still be on their way out.
 */
void netback_carrier_off(struct netback_vif *vif)
{
	rtnl_lock();
	if (test_and_clear_bit(VIF_CONNECTED, &vif->status)) {
		netif_carrier_off(vif->dev);
		if (netif_running(vif->dev))
			queues_do(vif, netback_queue_down);
	}
	rtnl_unlock();
}

static void disable_now(struct work_struct *work)
{
	netback_carrier_off(container_of(work, struct netback_vif, disable_work));
}

/**
 * netback_disable() - a frontend has gone bad: have nothing to do with it any more
 * @vif: its device
 * @why: for the log
 *
 * Context: any. The carrier goes a little later, in a process.
 */
void netback_disable(struct netback_vif *vif, const char *why)
{
	if (xchg(&vif->disabled, true))
		return;

	if (net_ratelimit())
		netdev_err(vif->dev, "fatal error; disabling device: %s\n", why);
	queue_work(netback_wq, &vif->disable_work);
}

static void vif_setup(struct netback_vif *vif)
{
	vif->can_sg = true;
	vif->ip_csum = true;
	INIT_WORK(&vif->disable_work, disable_now);
	spin_lock_init(&vif->lock);
	spin_lock_init(&vif->mcast_lock);
	INIT_LIST_HEAD(&vif->mcast);
	spin_lock_init(&vif->hash.cache_lock);
}

/**
 * netback_vif_create() - make the network device
 * @xdev: the backend
 * @handle: the guest's number for it
 *
 * Context: process, without rtnl.
 * Return: the device, or an ERR_PTR.
 */
struct netback_vif *netback_vif_create(struct xenbus_device *xdev, unsigned int handle)
{
	/* The largest that is no broadcast: a bridge takes the smallest one for itself. */
	static const u8 addr[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct netback_vif *vif;
	struct net_device *dev;
	char name[IFNAMSIZ];
	int err;

	snprintf(name, sizeof(name), "vif%u.%u", xdev->otherend_id, handle);
	dev = alloc_netdev_mq(sizeof(*vif), name, NET_NAME_UNKNOWN, ether_setup,
			      netback_max_queues);
	if (!dev)
		return ERR_PTR(-ENOMEM);

	SET_NETDEV_DEV(dev, &xdev->dev);
	vif = netdev_priv(dev);
	vif->dev = dev;
	vif->xdev = xdev;
	vif->domid = xdev->otherend_id;
	vif->handle = handle;
	vif_setup(vif);

	dev->netdev_ops = &vif_ops;
	dev->ethtool_ops = &netback_ethtool_ops;
	dev->hw_features = NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_TSO | NETIF_F_TSO6 |
			   NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM;
	dev->features = dev->hw_features | NETIF_F_RXCSUM;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = MTU_MAX;
	eth_hw_addr_set(dev, addr);
	netif_carrier_off(dev);

	err = register_netdev(dev);
	if (err) {
		netdev_warn(dev, "Could not register device: err=%d\n", err);
		free_netdev(dev);
		return ERR_PTR(err);
	}

	/* As long as there is a device, there is this module. */
	__module_get(THIS_MODULE);
	return vif;
}

/**
 * netback_vif_destroy() - the opposite
 * @vif: the device, which is not connected
 *
 * Context: process, without rtnl.
 */
void netback_vif_destroy(struct netback_vif *vif)
{
	cancel_work_sync(&vif->disable_work);
	unregister_netdev(vif->dev);
	free_netdev(vif->dev);
	module_put(THIS_MODULE);
}
