// SPDX-License-Identifier: GPL-2.0
/*
 * The control ring: how a guest tells which hash it wants.
 *
 * Requests are handled one after the other in the interrupt's thread, which owns the ring
 * and vif->ctrl_page.  What a request refers to is copied there from the guest, looked at,
 * and only then becomes a setting.
 */
#include <linux/gfp.h>
#include <linux/nospec.h>
#include <linux/sched.h>
#include <xen/events.h>

#include "netback.h"

#define HASH_TYPES	(XEN_NETIF_CTRL_HASH_TYPE_IPV4 | XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP | \
			 XEN_NETIF_CTRL_HASH_TYPE_IPV6 | XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)

/*
 * Requests before others have a chance.  The thread has a real-time priority, and a guest
 * that asks and asks must not get a CPU by that.
 */
#define CTRL_BATCH	16
#define CTRL_PAUSE	1	/* in jiffies */

/* From the start of the guest's page to the start of ours. */
static bool copy_from_guest_page(struct netback_vif *vif, grant_ref_t ref, unsigned int len)
{
	struct gnttab_copy op = {
		.source.u.ref = ref,
		.source.domid = vif->domid,
		.dest.u.gmfn = virt_to_gfn(vif->ctrl_page),
		.dest.domid = DOMID_SELF,
		.len = len,
		.flags = GNTCOPY_source_gref,
	};

	if (!len)
		return true;
	gnttab_batch_copy(&op, 1);
	return op.status == GNTST_okay;
}

static u32 set_algorithm(struct netback_vif *vif, const u32 *arg, u32 *data)
{
	if (arg[0] != XEN_NETIF_CTRL_HASH_ALGORITHM_NONE &&
	    arg[0] != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;

	WRITE_ONCE(vif->hash.algorithm, arg[0]);
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 get_flags(struct netback_vif *vif, const u32 *arg, u32 *data)
{
	if (vif->hash.algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;

	*data = HASH_TYPES;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_flags(struct netback_vif *vif, const u32 *arg, u32 *data)
{
	if ((arg[0] & ~HASH_TYPES) ||
	    vif->hash.algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;

	WRITE_ONCE(vif->hash.types, arg[0]);
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_key(struct netback_vif *vif, const u32 *arg, u32 *data)
{
	if (arg[1] > HASH_KEY_SIZE || !copy_from_guest_page(vif, arg[0], arg[1]))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;

	netback_hash_set_key(&vif->hash, vif->ctrl_page, arg[1]);
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 get_map_size(struct netback_vif *vif, const u32 *arg, u32 *data)
{
	*data = HASH_MAP_SIZE;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_map_size(struct netback_vif *vif, const u32 *arg, u32 *data)
{
	if (arg[0] > HASH_MAP_SIZE)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;

	netback_hash_set_map_size(&vif->hash, arg[0]);
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

/* A grant, how many entries it has, and where in the map they go. */
static u32 set_map(struct netback_vif *vif, const u32 *arg, u32 *data)
{
	u32 count = arg[1], offset = arg[2];

	if (!netback_hash_range_ok(vif->hash.map_size, offset, count) ||
	    !copy_from_guest_page(vif, arg[0], count * sizeof(u32)) ||
	    !netback_hash_values_ok(vif->ctrl_page, count, READ_ONCE(vif->num_queues)))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;

	netback_hash_set_map(&vif->hash, offset, vif->ctrl_page, count);
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

typedef u32 ctrl_handler(struct netback_vif *vif, const u32 *arg, u32 *data);

static ctrl_handler * const handlers[] = {
	[XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM]	= set_algorithm,
	[XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS]		= get_flags,
	[XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS]		= set_flags,
	[XEN_NETIF_CTRL_TYPE_SET_HASH_KEY]		= set_key,
	[XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE]	= get_map_size,
	[XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE]	= set_map_size,
	[XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING]		= set_map,
};

static void handle_request(struct netback_vif *vif, const struct xen_netif_ctrl_request *req)
{
	struct xen_netif_ctrl_response rsp = {
		.id = req->id,
		.type = req->type,
		.status = XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED,
	};
	unsigned int type = req->type;

	if (type < ARRAY_SIZE(handlers)) {
		type = array_index_nospec(type, ARRAY_SIZE(handlers));
		if (handlers[type])
			rsp.status = handlers[type](vif, req->data, &rsp.data);
	}
	*RING_GET_RESPONSE(&vif->ctrl, vif->ctrl.rsp_prod_pvt) = rsp;
	vif->ctrl.rsp_prod_pvt++;
}

enum ctrl_pass { CTRL_IDLE, CTRL_MORE, CTRL_BROKEN };

static enum ctrl_pass handle_some(struct netback_vif *vif)
{
	struct xen_netif_ctrl_back_ring *ring = &vif->ctrl;
	RING_IDX prod = READ_ONCE(ring->sring->req_prod);
	struct xen_netif_ctrl_request req;
	unsigned int count = 0;
	int notify, more;

	if (RING_REQUEST_PROD_OVERFLOW(ring, prod))
		return CTRL_BROKEN;

	/* The guest wrote its requests, then req_prod. */
	virt_rmb();
	for (; ring->req_cons != prod && count < CTRL_BATCH; count++) {
		RING_COPY_REQUEST(ring, ring->req_cons, &req);
		ring->req_cons++;
		handle_request(vif, &req);
	}
	if (count) {
		RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(ring, notify);
		if (notify)
			notify_remote_via_irq(vif->ctrl_irq);
	}

	RING_FINAL_CHECK_FOR_REQUESTS(ring, more);
	return more ? CTRL_MORE : CTRL_IDLE;
}

static irqreturn_t ctrl_thread(int irq, void *data)
{
	struct netback_vif *vif = data;
	unsigned int flags = XEN_EOI_FLAG_SPURIOUS;
	enum ctrl_pass pass;

	if (RING_HAS_UNCONSUMED_REQUESTS(&vif->ctrl))
		flags = 0;

	/* Whoever ends this waits for the thread, so it must not depend on the guest. */
	while ((pass = handle_some(vif)) == CTRL_MORE && !READ_ONCE(vif->ctrl_ending))
		schedule_timeout_uninterruptible(CTRL_PAUSE);

	/* No further events from a frontend that has gone bad. */
	if (pass == CTRL_BROKEN)
		netback_disable(vif, "more control requests than the ring has room for");
	else
		xen_irq_lateeoi(irq, flags);
	return IRQ_HANDLED;
}

static int map_ctrl_ring(struct netback_vif *vif, grant_ref_t ref)
{
	struct xen_netif_ctrl_sring *shared;
	RING_IDX rsp_prod, req_prod;
	void *addr;
	int err;

	err = xenbus_map_ring_valloc(vif->xdev, &ref, 1, &addr);
	if (err)
		return err;

	shared = addr;
	rsp_prod = READ_ONCE(shared->rsp_prod);
	req_prod = READ_ONCE(shared->req_prod);
	BACK_RING_ATTACH(&vif->ctrl, shared, rsp_prod, XEN_PAGE_SIZE);
	return req_prod - rsp_prod > RING_SIZE(&vif->ctrl) ? -EIO : 0;
}

static int bind_ctrl_channel(struct netback_vif *vif, evtchn_port_t port)
{
	int irq = bind_interdomain_evtchn_to_irq_lateeoi(vif->xdev, port);
	int err;

	if (irq < 0)
		return irq;

	vif->ctrl_irq = irq;
	vif->ctrl_ending = false;
	err = request_threaded_irq(irq, NULL, ctrl_thread, IRQF_ONESHOT, "xen-netback-ctrl", vif);
	if (err) {
		/* There is no handler that this could free. */
		vif->ctrl_irq = 0;
		unbind_from_irqhandler(irq, NULL);
	}
	return err;
}

/**
 * netback_ctrl_connect() - connect the control ring
 * @vif: the device
 * @ref: grant of the ring
 * @port: the guest's event channel
 *
 * Context: process.
 * Return: 0, or -errno with nothing left.
 */
int netback_ctrl_connect(struct netback_vif *vif, grant_ref_t ref, evtchn_port_t port)
{
	int err;

	vif->ctrl_page = (void *)get_zeroed_page(GFP_KERNEL);
	if (!vif->ctrl_page)
		return -ENOMEM;
	netback_hash_init(&vif->hash);

	err = map_ctrl_ring(vif, ref);
	if (!err)
		err = bind_ctrl_channel(vif, port);
	if (err)
		netback_ctrl_disconnect(vif);
	return err;
}

/**
 * netback_ctrl_disconnect() - the opposite
 * @vif: the device; it need not have such a ring
 *
 * Context: process.
 */
void netback_ctrl_disconnect(struct netback_vif *vif)
{
	WRITE_ONCE(vif->ctrl_ending, true);
	if (vif->ctrl_irq)
		unbind_from_irqhandler(vif->ctrl_irq, vif);
	vif->ctrl_irq = 0;

	if (vif->ctrl.sring)
		xenbus_unmap_ring_vfree(vif->xdev, vif->ctrl.sring);
	vif->ctrl.sring = NULL;

	netback_hash_deinit(&vif->hash);
	free_page((unsigned long)vif->ctrl_page);
	vif->ctrl_page = NULL;
}
