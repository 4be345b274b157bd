// SPDX-License-Identifier: GPL-2.0
/*
 * What the backend offers and the frontend wants, in the store.
 *
 * The frontend's keys are whatever its guest has written: each is a number that is brought
 * into its range, or the feature is off.
 */
#include <linux/kstrtox.h>
#include <linux/slab.h>

#include "netback.h"

/* Frontends without feature-rx-notify do not say when they have buffers: look often. */
#define DRAIN_POLL_MSECS	30

/* What stays of each buffer for data, so that no packet takes them all. */
#define HEADROOM_MAX		(XEN_PAGE_SIZE / 2)

/* Without these there is no device. */
static const char * const always_on[] = {
	"feature-sg",
	"feature-gso-tcpv4",
	"feature-gso-tcpv6",
	"feature-ipv6-csum-offload",
	"feature-rx-copy",
	"feature-multicast-control",
	"feature-dynamic-multicast-control",
};

static int offer_all(struct xenbus_transaction xbt, void *data)
{
	const struct xenbus_device *dev = data;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(always_on); i++) {
		err = xenbus_printf(xbt, dev->nodename, always_on[i], "1");
		if (err)
			return err;
	}

	err = xenbus_printf(xbt, dev->nodename, "feature-xdp-headroom", "%d",
			    netback_xdp_headroom);
	if (err)
		return err;

	/* Some old guests look whether it is there, not what it is. */
	return xenbus_printf(xbt, dev->nodename, "feature-rx-flip", "0");
}

/* Frontends do without those that are not there. */
static void offer_more(struct xenbus_device *dev)
{
	const struct { const char *key; unsigned int value; } more[] = {
		{ "feature-split-event-channels", netback_split_channels },
		{ "multi-queue-max-queues", netback_max_queues },
		{ "feature-ctrl-ring", 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(more); i++) {
		if (xenbus_printf(XBT_NIL, dev->nodename, more[i].key, "%u", more[i].value))
			dev_dbg(&dev->dev, "%s is not in the store\n", more[i].key);
	}
}

/**
 * netback_features_offer() - write what the backend can do
 * @dev: the backend
 *
 * Context: process.
 * Return: 0 or -errno, which is in the store as well.
 */
int netback_features_offer(struct xenbus_device *dev)
{
	int err = xenbus_transact(offer_all, dev);

	if (err)
		xenbus_dev_fatal(dev, err, "writing features");
	else
		offer_more(dev);
	return err;
}

static bool wants(const struct netback_vif *vif, const char *key)
{
	return xenbus_read_unsigned(vif->xdev->otherend, key, 0);
}

/**
 * netback_headroom_read() - read how much room the frontend wants in front of packets
 * @vif: the device
 *
 * Context: process; also while packets are sent.
 */
void netback_headroom_read(struct netback_vif *vif)
{
	unsigned int headroom = xenbus_read_unsigned(vif->xdev->otherend, "xdp-headroom", 0);

	headroom = min_t(unsigned int, headroom, XEN_NETIF_MAX_XDP_HEADROOM);
	WRITE_ONCE(vif->xdp_headroom, min_t(unsigned int, headroom, HEADROOM_MAX));
}

/**
 * netback_features_read() - read what the frontend can do
 * @vif: the device, not connected yet
 *
 * Context: process.
 * Return: 0, or -EOPNOTSUPP for a frontend that wants its buffers exchanged for ours.
 */
int netback_features_read(struct netback_vif *vif)
{
	bool notify;

	if (!wants(vif, "request-rx-copy"))
		return -EOPNOTSUPP;

	notify = wants(vif, "feature-rx-notify");
	vif->drain_timeout = msecs_to_jiffies(notify ? netback_drain_msecs : DRAIN_POLL_MSECS);
	vif->stall_timeout = notify ? msecs_to_jiffies(netback_stall_msecs) : 0;

	vif->gso_mask = 0;
	if (wants(vif, "feature-gso-tcpv6"))
		vif->gso_mask |= BIT(XEN_NETIF_GSO_TYPE_TCPV6);
	if (wants(vif, "feature-gso-tcpv4"))
		vif->gso_mask |= BIT(XEN_NETIF_GSO_TYPE_TCPV4);

	vif->ipv6_csum = wants(vif, "feature-ipv6-csum-offload");
	vif->ip_csum = !wants(vif, "feature-no-csum-offload");
	vif->can_sg = wants(vif, "feature-sg");
	netback_headroom_read(vif);
	return 0;
}

/**
 * netback_mac_check() - is there an address for the guest?
 * @dev: the backend
 *
 * Context: process.
 * Return: 0, or -errno if there is none, or none that is one.
 */
int netback_mac_check(struct xenbus_device *dev)
{
	char *text = xenbus_read(XBT_NIL, dev->nodename, "mac", NULL);
	u8 mac[ETH_ALEN];
	bool ok;

	if (IS_ERR(text))
		return PTR_ERR(text);

	ok = sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx",
		    &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) == ETH_ALEN;
	kfree(text);
	return ok ? 0 : -ENOENT;
}

static bool parse_rate(const char *text, unsigned long *bytes, unsigned long *usec)
{
	char *comma = strchr(text, ',');

	if (!comma)
		return false;
	*comma = '\0';
	return !kstrtoul(text, 10, bytes) && !kstrtoul(comma + 1, 10, usec);
}

/**
 * netback_rate_read() - how much may the guest send?
 * @dev: the backend
 * @bytes: so many
 * @usec: in so many microseconds
 *
 * Context: process. Without a rate there is no limit.
 */
void netback_rate_read(struct xenbus_device *dev, unsigned long *bytes, unsigned long *usec)
{
	char *text = xenbus_read(XBT_NIL, dev->nodename, "rate", NULL);

	if (IS_ERR(text) || !parse_rate(text, bytes, usec)) {
		if (!IS_ERR(text))
			pr_warn("Failed to parse network rate limit. Traffic unlimited.\n");
		*bytes = ULONG_MAX;
		*usec = 0;
	}
	if (!IS_ERR(text))
		kfree(text);
}

static void rate_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct netback_vif *vif = container_of(watch, struct netback_vif, rate_watch);
	unsigned long bytes, usec;
	unsigned int i;

	netback_rate_read(vif->xdev, &bytes, &usec);
	for (i = 0; i < vif->num_queues; i++) {
		struct netback_queue *queue = &vif->queues[i];

		/* The NAPI's own, but a word at a time is right enough for a rate. */
		credit_change(&queue->tx.credit, bytes, usec);
		mod_timer_pending(&queue->tx.credit_timer, jiffies);
	}
}

static void mcast_changed(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct netback_vif *vif = container_of(watch, struct netback_vif, mcast_watch);

	WRITE_ONCE(vif->multicast_control, wants(vif, "request-multicast-control"));
}

/**
 * netback_watches_start() - hear of what may change while connected
 * @vif: the device, with its queues
 *
 * Context: process.
 */
void netback_watches_start(struct netback_vif *vif)
{
	struct xenbus_device *dev = vif->xdev;

	if (xenbus_watch_pathfmt(dev, &vif->rate_watch, NULL, rate_changed, "%s/rate",
				 dev->nodename))
		vif->rate_watch.node = NULL;
	if (xenbus_watch_pathfmt(dev, &vif->mcast_watch, NULL, mcast_changed,
				 "%s/request-multicast-control", dev->otherend))
		vif->mcast_watch.node = NULL;
}

/**
 * netback_watch_stop() - end a watch
 * @watch: one of xenbus_watch_pathfmt(), or without a node
 *
 * Context: process.
 */
void netback_watch_stop(struct xenbus_watch *watch)
{
	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}

/**
 * netback_watches_stop() - the opposite of netback_watches_start()
 * @vif: the device
 *
 * Context: process.
 */
void netback_watches_stop(struct netback_vif *vif)
{
	netback_watch_stop(&vif->mcast_watch);
	netback_watch_stop(&vif->rate_watch);
}
