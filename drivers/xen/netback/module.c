// SPDX-License-Identifier: GPL-2.0
/*
 * The module: its parameters, its start and its end.
 */
#include <linux/cpumask.h>
#include <linux/module.h>
#include <xen/xen.h>

#include "netback.h"

/* So many by default, if there are as many CPUs. */
#define MAX_QUEUES_DEFAULT	8

bool netback_split_channels = true;
module_param_named(separate_tx_rx_irq, netback_split_channels, bool, 0644);
MODULE_PARM_DESC(separate_tx_rx_irq, "Offer an event channel for each direction");

unsigned int netback_drain_msecs = 10 * MSEC_PER_SEC;
module_param_named(rx_drain_timeout_msecs, netback_drain_msecs, uint, 0444);
MODULE_PARM_DESC(rx_drain_timeout_msecs, "How long packets wait for buffers of the guest");

unsigned int netback_stall_msecs = 60 * MSEC_PER_SEC;
module_param_named(rx_stall_timeout_msecs, netback_stall_msecs, uint, 0444);
MODULE_PARM_DESC(rx_stall_timeout_msecs,
		 "After how long without buffers a guest loses its carrier; 0 for never");

unsigned int netback_max_queues;
module_param_named(max_queues, netback_max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues, "Maximum number of queues per virtual interface");

unsigned int netback_fatal_slots = 20;
module_param_named(fatal_skb_slots, netback_fatal_slots, uint, 0444);
MODULE_PARM_DESC(fatal_skb_slots, "Slots of a packet that disable the guest's interface");

unsigned int netback_hash_cache_size = 64;
module_param_named(hash_cache_size, netback_hash_cache_size, uint, 0644);
MODULE_PARM_DESC(hash_cache_size, "Number of flows in the hash cache");

bool netback_xdp_headroom = true;
module_param_named(provides_xdp_headroom, netback_xdp_headroom, bool, 0644);
MODULE_PARM_DESC(provides_xdp_headroom, "Offer room in front of each packet to the guest");

/* What needs a process: to take a carrier away, and to let a device go. */
struct workqueue_struct *netback_wq;

static int __init netback_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;

	if (!netback_max_queues)
		netback_max_queues = min(num_online_cpus(), MAX_QUEUES_DEFAULT);
	if (netback_fatal_slots < XEN_NETIF_NR_SLOTS_MIN) {
		pr_info("xen-netback: fatal_skb_slots is %u, as each guest may use that many\n",
			XEN_NETIF_NR_SLOTS_MIN);
		netback_fatal_slots = XEN_NETIF_NR_SLOTS_MIN;
	}

	netback_wq = alloc_workqueue("xen-netback", WQ_UNBOUND, 0);
	if (!netback_wq)
		return -ENOMEM;

	netback_debugfs_init();
	err = netback_register();
	if (err) {
		netback_debugfs_exit();
		destroy_workqueue(netback_wq);
	}
	return err;
}
module_init(netback_init);

static void __exit netback_exit(void)
{
	netback_unregister();
	netback_debugfs_exit();
	destroy_workqueue(netback_wq);
}
module_exit(netback_exit);

MODULE_DESCRIPTION("Xen backend network device module");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS("xen-backend:vif");
