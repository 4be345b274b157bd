// SPDX-License-Identifier: GPL-2.0
/*
 * The multicast addresses that a guest wants to hear.
 *
 * Changed by the guest through any of its queues, under vif->mcast_lock; read by senders
 * under RCU.
 */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "netback.h"

/**
 * struct mcast - an address
 * @list: in vif->mcast
 * @rcu: frees it
 * @addr: the address
 */
struct mcast {
	struct list_head list;
	struct rcu_head rcu;
	u8 addr[ETH_ALEN];
};

static struct mcast *mcast_find(struct netback_vif *vif, const u8 *addr)
{
	struct mcast *mcast;

	list_for_each_entry_rcu(mcast, &vif->mcast, list, lockdep_is_held(&vif->mcast_lock)) {
		if (ether_addr_equal(mcast->addr, addr))
			return mcast;
	}
	return NULL;
}

/**
 * netback_mcast_add() - add an address
 * @vif: the device
 * @addr: the address; twice is the same as once
 *
 * Context: bottom halves off.
 * Return: 0, -ENOSPC if there are too many, or -ENOMEM.
 */
int netback_mcast_add(struct netback_vif *vif, const u8 *addr)
{
	struct mcast *mcast = kzalloc(sizeof(*mcast), GFP_ATOMIC);
	bool told = false;
	int err = 0;

	if (!mcast)
		return -ENOMEM;
	ether_addr_copy(mcast->addr, addr);

	spin_lock(&vif->mcast_lock);
	if (mcast_find(vif, addr)) {
		kfree(mcast);
	} else if (vif->mcast_count == MCAST_MAX) {
		kfree(mcast);
		err = -ENOSPC;
		told = vif->mcast_told;
		vif->mcast_told = true;
	} else {
		list_add_tail_rcu(&mcast->list, &vif->mcast);
		vif->mcast_count++;
	}
	spin_unlock(&vif->mcast_lock);

	if (err && !told)
		netdev_err(vif->dev, "Too many multicast addresses\n");
	return err;
}

/**
 * netback_mcast_del() - delete an address
 * @vif: the device
 * @addr: the address, which need not be there
 *
 * Context: bottom halves off.
 */
void netback_mcast_del(struct netback_vif *vif, const u8 *addr)
{
	struct mcast *mcast;

	spin_lock(&vif->mcast_lock);
	mcast = mcast_find(vif, addr);
	if (mcast) {
		list_del_rcu(&mcast->list);
		vif->mcast_count--;
		kfree_rcu(mcast, rcu);
	}
	spin_unlock(&vif->mcast_lock);
}

/**
 * netback_mcast_wanted() - does the guest want to hear this address?
 * @vif: the device
 * @addr: the address
 *
 * Context: any.
 * Return: whether it is there.
 */
bool netback_mcast_wanted(struct netback_vif *vif, const u8 *addr)
{
	bool wanted;

	rcu_read_lock();
	wanted = mcast_find(vif, addr);
	rcu_read_unlock();
	return wanted;
}

/**
 * netback_mcast_clear() - forget all addresses
 * @vif: the device, which has no queues
 *
 * Context: process.
 */
void netback_mcast_clear(struct netback_vif *vif)
{
	struct mcast *mcast, *next;

	spin_lock_bh(&vif->mcast_lock);
	list_for_each_entry_safe(mcast, next, &vif->mcast, list) {
		list_del_rcu(&mcast->list);
		kfree_rcu(mcast, rcu);
	}
	vif->mcast_count = 0;
	vif->mcast_told = false;
	spin_unlock_bh(&vif->mcast_lock);
}
