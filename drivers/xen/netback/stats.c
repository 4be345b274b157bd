// SPDX-License-Identifier: GPL-2.0
/*
 * Counters, as the tools see them.  The queues own them; whoever sums them up tolerates
 * that they change meanwhile.
 */
#include <linux/ethtool.h>

#include "netback.h"

#define STAT(field)	{ #field, offsetof(struct netback_stats, field) }

/* Packets were freed as long as sent is the sum of success and fail. */
static const struct {
	char name[ETH_GSTRING_LEN];
	size_t offset;
} stats[] = {
	STAT(rx_gso_checksum_fixup),
	STAT(tx_zerocopy_sent),
	STAT(tx_zerocopy_success),
	STAT(tx_zerocopy_fail),
	STAT(tx_frag_overflow),
};

/**
 * netback_stats_sum() - sum the queues up
 * @vif: the device
 * @sum: packets and bytes are filled in
 *
 * Context: any; under RCU, which keeps the queues.
 */
void netback_stats_sum(struct netback_vif *vif, struct rtnl_link_stats64 *sum)
{
	unsigned int count = READ_ONCE(vif->num_queues);
	struct netback_stats total = {};
	unsigned int i;

	for (i = 0; i < count; i++) {
		const struct netback_stats *one = &vif->queues[i].stats;

		total.tx_packets += one->tx_packets;
		total.tx_bytes += one->tx_bytes;
		total.rx_packets += one->rx_packets;
		total.rx_bytes += one->rx_bytes;
	}

	sum->tx_packets = total.tx_packets;
	sum->tx_bytes = total.tx_bytes;
	sum->rx_packets = total.rx_packets;
	sum->rx_bytes = total.rx_bytes;
}

static int stats_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? ARRAY_SIZE(stats) : -EINVAL;
}

static void stats_names(struct net_device *dev, u32 set, u8 *data)
{
	unsigned int i;

	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < ARRAY_SIZE(stats); i++, data += ETH_GSTRING_LEN)
		memcpy(data, stats[i].name, ETH_GSTRING_LEN);
}

static u64 stat_total(const struct netback_vif *vif, size_t offset)
{
	unsigned int count = READ_ONCE(vif->num_queues);
	u64 total = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		const void *one = &vif->queues[i].stats;

		total += *(const unsigned long *)(one + offset);
	}
	return total;
}

static void stats_values(struct net_device *dev, struct ethtool_stats *request, u64 *data)
{
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(stats); i++)
		data[i] = stat_total(netdev_priv(dev), stats[i].offset);
	rcu_read_unlock();
}

const struct ethtool_ops netback_ethtool_ops = {
	.get_link		= ethtool_op_get_link,
	.get_ts_info		= ethtool_op_get_ts_info,
	.get_sset_count		= stats_count,
	.get_strings		= stats_names,
	.get_ethtool_stats	= stats_values,
};
