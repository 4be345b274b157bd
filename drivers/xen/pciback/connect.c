// SPDX-License-Identifier: GPL-2.0
/*
 * A guest and its connection: the page that it shares and the event channel.
 *
 * A connection ends in this order: PCIBACK_STOPPING lets nobody begin anything, whoever waits for
 * an answer gives up, the handler and then the worker finish, the channel is closed, the page is
 * unmapped. There may be a new one afterwards.
 */
#include <linux/interrupt.h>
#include <linux/slab.h>

#include <xen/events.h>

#include "pciback.h"

#define CONNECT_NO_IRQ	(-1)

/**
 * pciback_guest_alloc() - a guest without connection and devices
 * @xdev: the backend's device for it
 *
 * Context: may sleep.
 * Return: the guest with one reference, NULL if there is no memory.
 */
struct pciback_guest *pciback_guest_alloc(struct xenbus_device *xdev)
{
	struct pciback_guest *guest = kzalloc(sizeof(*guest), GFP_KERNEL);

	if (!guest)
		return NULL;

	kref_init(&guest->ref);
	guest->xdev = xdev;
	mutex_init(&guest->setup_lock);
	mutex_init(&guest->slots_lock);
	INIT_LIST_HEAD(&guest->slots);
	mutex_init(&guest->aer_lock);
	init_waitqueue_head(&guest->aer_wait);
	guest->irq = CONNECT_NO_IRQ;
	INIT_WORK(&guest->work, pciback_ops_work);
	return guest;
}

static void guest_free(struct kref *ref)
{
	struct pciback_guest *guest = container_of(ref, struct pciback_guest, ref);

	WARN_ON_ONCE(!list_empty(&guest->slots) || guest->shared);
	kfree(guest->roots);
	kfree(guest);
}

/**
 * pciback_guest_put() - drop a reference
 * @guest: the guest
 *
 * Context: any.
 */
void pciback_guest_put(struct pciback_guest *guest)
{
	kref_put(&guest->ref, guest_free);
}

/* How the guest says it can be reached. */
struct connect_offer {
	grant_ref_t page;
	evtchn_port_t port;
};

static int connect_read_offer(struct xenbus_device *xdev, struct connect_offer *offer)
{
	char *magic = NULL;
	int err;

	err = xenbus_gather(XBT_NIL, xdev->otherend, "pci-op-ref", "%u", &offer->page,
			    "event-channel", "%u", &offer->port, "magic", NULL, &magic, NULL);
	if (err) {
		xenbus_dev_fatal(xdev, err, "Error reading configuration from frontend");
	} else if (!magic || strcmp(magic, XEN_PCI_MAGIC)) {
		err = -EFAULT;
		xenbus_dev_fatal(xdev, err,
				 "version mismatch (%.16s/%s) with pcifront - halting %s",
				 magic ?: "none", XEN_PCI_MAGIC, PCIBACK_NAME);
	}

	kfree(magic);
	return err;
}

static void connect_unmap(struct pciback_guest *guest)
{
	lockdep_assert_held(&guest->aer_lock);

	if (guest->shared)
		xenbus_unmap_ring_vfree(guest->xdev, guest->shared);
	guest->shared = NULL;
}

static int connect_accept(struct pciback_guest *guest, const struct connect_offer *offer)
{
	struct xenbus_device *xdev = guest->xdev;
	grant_ref_t page = offer->page;
	void *shared;
	int err;

	lockdep_assert_held(&guest->aer_lock);

	err = xenbus_map_ring_valloc(xdev, &page, 1, &shared);
	if (err) {
		xenbus_dev_fatal(xdev, err, "Error mapping other domain page in ours.");
		return err;
	}

	/* From the moment that it is bound there may be events. */
	guest->shared = shared;
	clear_bit(PCIBACK_STOPPING, &guest->flags);
	err = bind_interdomain_evtchn_to_irqhandler_lateeoi(xdev, offer->port,
							    pciback_ops_event, 0, PCIBACK_NAME,
							    guest);
	if (err < 0) {
		xenbus_dev_fatal(xdev, err, "Error binding event channel to IRQ");
		connect_unmap(guest);
		return err;
	}

	WRITE_ONCE(guest->irq, err);
	return 0;
}

/* Both ends have said what they have, and nothing was done about it yet? */
static bool connect_is_time(const struct pciback_guest *guest)
{
	return !guest->shared &&
	       xenbus_read_driver_state(guest->xdev->nodename) == XenbusStateInitialised &&
	       xenbus_read_driver_state(guest->xdev->otherend) == XenbusStateInitialised;
}

/**
 * pciback_connect() - connect to a guest if it is time to
 * @guest: the guest
 *
 * Errors are told to the toolstack, and the backend closes.
 *
 * Context: may sleep; takes setup_lock and aer_lock.
 */
void pciback_connect(struct pciback_guest *guest)
{
	struct connect_offer offer;
	int err;

	mutex_lock(&guest->setup_lock);
	if (!connect_is_time(guest) || connect_read_offer(guest->xdev, &offer))
		goto out;

	mutex_lock(&guest->aer_lock);
	err = connect_accept(guest, &offer);
	mutex_unlock(&guest->aer_lock);
	if (err)
		goto out;

	err = xenbus_switch_state(guest->xdev, XenbusStateConnected);
	if (err)
		xenbus_dev_fatal(guest->xdev, err, "Error switching to connected state!");
out:
	mutex_unlock(&guest->setup_lock);
}

/**
 * pciback_disconnect() - end the connection to a guest, if there is one
 * @guest: the guest; it keeps its devices
 *
 * Context: may sleep; takes setup_lock and aer_lock.
 */
void pciback_disconnect(struct pciback_guest *guest)
{
	mutex_lock(&guest->setup_lock);

	set_bit(PCIBACK_STOPPING, &guest->flags);
	wake_up_all(&guest->aer_wait);

	mutex_lock(&guest->aer_lock);
	if (guest->irq != CONNECT_NO_IRQ) {
		synchronize_irq(guest->irq);
		/* The request that is being carried out is the last one. */
		flush_work(&guest->work);
		cancel_work_sync(&guest->work);
		unbind_from_irqhandler(guest->irq, guest);
		guest->irq = CONNECT_NO_IRQ;
	}
	connect_unmap(guest);
	mutex_unlock(&guest->aer_lock);

	mutex_unlock(&guest->setup_lock);
}
