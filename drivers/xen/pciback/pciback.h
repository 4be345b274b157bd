/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the PCI backend share.
 *
 * A device that is held back from this domain's drivers is a struct pciback_dev; a domain that
 * may have some of them is a struct pciback_guest. A guest holds a reference on each device in
 * its slots, a device that is given away one on its guest.
 *
 * Lock order, each may be left out:
 *
 *	pciback_guest::setup_lock
 *	  the device's lock (device_lock() of pciback_dev::pci)
 *	    pciback_guest::aer_lock
 *	      pciback_guest::slots_lock
 *	        pciback_conf::lock
 *	          the lock of the list of devices, or that of the list of addresses; both spinlocks
 *
 * A guest cannot make any of them be held for longer than its own hardware takes, but for
 * aer_lock and the device's lock, while it is asked to recover a device; being disconnected ends
 * that.
 */
#ifndef XEN_PCIBACK_H
#define XEN_PCIBACK_H

#include <linux/irqreturn.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <xen/interface/io/pciif.h>
#include <xen/xenbus.h>

#include "addr_arg.h"
#include "conf.h"

#define PCIBACK_NAME		"xen-pciback"
/* The one that tools know the PCI driver by. */
#define PCIBACK_DRIVER_NAME	"pciback"

struct pciback_guest;

/* Where a device is, in the host or for its guest. */
struct pciback_bdf {
	u32 domain;
	u32 bus;
	u32 devfn;
};

/**
 * struct pciback_ack - the handler that answers a device's interrupt line for its guest
 * @irq: the line it is installed on; 0 if it is not
 * @is_wanted: what the guest wanted when it was last looked at
 * @is_on: it answers at all; no lock, the administrator switches it
 * @is_acking: it takes interrupts for handled; no lock
 * @is_silenced: the device may not interrupt, for nobody serves it; no lock
 * @handled: how many; the handler's
 * @name: in /proc/interrupts
 *
 * @irq and @is_wanted: whoever carries out the guest's requests, or holds the device's lock when
 * no guest has it.
 */
struct pciback_ack {
	unsigned int irq;
	bool is_wanted;
	bool is_on;
	bool is_acking;
	bool is_silenced;
	unsigned long handled;
	char name[40];
};

/**
 * struct pciback_dev - a device that is held back
 * @ref: references; the driver has one as long as it is bound to the device
 * @pci: the device; constant
 * @node: in the list of devices; its lock
 * @is_ready: the device was prepared and can be given away; device's lock, may be peeked at
 * @guest: who has it; device's lock, may be peeked at
 * @gsi: its interrupt line in a PVH domain, -1 if not known; constant when @is_ready
 * @initial: state to come back to, or NULL; constant when @is_ready
 * @ack: see there
 * @conf: see there; valid when @is_ready
 */
struct pciback_dev {
	struct kref ref;
	struct pci_dev *pci;
	struct list_head node;
	bool is_ready;
	struct pciback_guest *guest;
	int gsi;
	struct pci_saved_state *initial;
	struct pciback_ack ack;
	struct pciback_conf conf;
};

/**
 * struct pciback_slot - a place in the guest's view
 * @node: in pciback_guest::slots
 * @held: the device in it; a reference
 * @seen: where the guest sees it
 */
struct pciback_slot {
	struct list_head node;
	struct pciback_dev *held;
	struct pciback_bdf seen;
};

/**
 * struct pciback_slot_mode - how guests see where their devices are
 * @name: its name in the log
 * @is_virtual: there is one bus, 0000:00, whether there is a device on it or not
 * @place: choose where the guest sees a device; 0 or -errno. Its slots_lock is held.
 * @root: the bus from which the guest finds a slot; false if it does from another slot's. Not for
 *	a virtual bus. Its slots_lock is held.
 */
struct pciback_slot_mode {
	const char *name;
	bool is_virtual;
	int (*place)(const struct pciback_guest *guest, const struct pciback_dev *held,
		     struct pciback_bdf *seen);
	bool (*root)(const struct pciback_guest *guest, const struct pciback_slot *slot,
		     struct pciback_bdf *root);
};

/* pciback_guest::flags */
enum {
	PCIBACK_STOPPING,	/* the connection goes: start nothing */
	PCIBACK_AER_WAITS,	/* somebody waits for an answer about an error */
};

/**
 * struct pciback_guest - a domain that may have devices
 * @ref: references
 * @xdev: the backend's device; valid while the driver is bound to it, or a device is in the
 *	slots and its lock is held
 * @setup_lock: guards what is in the store: who connects, disconnects, gives and takes devices
 * @watch: on the backend's own folder
 * @is_watching: it is registered; probe and remove only
 * @roots: buses that the guest is told to look at; @setup_lock
 * @nr_roots: how many
 * @nr_published: how many of them it was told of
 * @slots_lock: guards @slots, and is held while a request is carried out, so that a device that
 *	was taken out of a slot is not touched for the guest any more
 * @slots: of struct pciback_slot, in the order in which devices came
 * @aer_lock: guards the one question about errors that there can be; and @shared and @irq, which
 *	the worker reads without since it is stopped before they change
 * @aer_wait: for the answer
 * @shared: the page shared with the guest, NULL if not connected
 * @irq: of the event channel, -1 if there is none
 * @flags: PCIBACK_*; atomic
 * @work: carries out requests
 * @op: copy of the request; the worker's
 */
struct pciback_guest {
	struct kref ref;
	struct xenbus_device *xdev;

	struct mutex setup_lock;	/* what is in the store */
	struct xenbus_watch watch;
	bool is_watching;
	struct pciback_bdf *roots;
	unsigned int nr_roots;
	unsigned int nr_published;

	struct mutex slots_lock;	/* slots, and requests for what is in them */
	struct list_head slots;

	struct mutex aer_lock;		/* the question, and the connection */
	wait_queue_head_t aer_wait;
	struct xen_pci_sharedinfo *shared;
	int irq;
	unsigned long flags;
	struct work_struct work;
	struct xen_pci_op op;
};

/* The shared page's flags, for the operations that are atomic between domains. */
static inline unsigned long *pciback_shared_flags(struct xen_pci_sharedinfo *shared)
{
	return (unsigned long *)&shared->flags;
}

/* ids.c: addresses of devices to hold back */
int pciback_ids_hide(void);
int pciback_ids_add(const struct pciback_pattern *pattern);
int pciback_ids_add_dev(const struct pci_dev *pci);
int pciback_ids_remove(const struct pciback_pattern *pattern);
bool pciback_ids_match(const struct pci_dev *pci);
ssize_t pciback_ids_show(char *page);
void pciback_ids_free(void);

/* devs.c: devices that are held back */
struct pciback_dev *pciback_dev_alloc(struct pci_dev *pci);
struct pciback_dev *pciback_dev_get(struct pciback_dev *held);
void pciback_dev_put(struct pciback_dev *held);
bool pciback_devs_add(struct pciback_dev *held);
void pciback_devs_remove(struct pciback_dev *held);
void pciback_devs_late(void);
struct pciback_dev *pciback_devs_find(const struct pciback_pattern *pattern);
struct pciback_dev *pciback_devs_next(struct pciback_dev *held);
int pciback_devs_gsi(u32 sbdf);

/* Each device in turn, with a reference; whoever leaves early has to put it. */
#define pciback_for_each_dev(held)						\
	for ((held) = pciback_devs_next(NULL); (held); (held) = pciback_devs_next(held))

/* hw.c: the hardware, before, between and after guests */
int pciback_hw_seize(struct pciback_dev *held);
void pciback_hw_recover(struct pciback_dev *held);
void pciback_hw_restore(struct pciback_dev *held);
void pciback_hw_release(struct pciback_dev *held);

/* gsi.c */
#ifdef CONFIG_XEN_ACPI
int pciback_gsi_setup(struct pciback_dev *held);
void pciback_gsi_register(void);
void pciback_gsi_unregister(void);
#else
static inline int pciback_gsi_setup(struct pciback_dev *held)
{
	return 0;
}

static inline void pciback_gsi_register(void) { }
static inline void pciback_gsi_unregister(void) { }
#endif

/* iov.c */
#ifdef CONFIG_PCI_IOV
void pciback_iov_register(void);
void pciback_iov_unregister(void);
#else
static inline void pciback_iov_register(void) { }
static inline void pciback_iov_unregister(void) { }
#endif

/* stub_sysfs.c */
extern const struct attribute_group *pciback_driver_groups[];

/* aer.c */
extern const struct pci_error_handlers pciback_error_handlers;

/* irq.c */
void pciback_irq_init(struct pciback_dev *held);
void pciback_irq_follow(struct pciback_dev *held);
void pciback_irq_off(struct pciback_dev *held);
void pciback_irq_toggle(struct pciback_dev *held);
void pciback_irq_set_acking(struct pciback_dev *held, bool on);

/* slots.c, slot_vpci.c, slot_pass.c */
extern const struct pciback_slot_mode pciback_slots_vpci;
extern const struct pciback_slot_mode pciback_slots_passthrough;

const struct pciback_slot_mode *pciback_slots_choose(bool passthrough);
int pciback_slots_add(struct pciback_guest *guest, struct pciback_dev *held,
		      struct pciback_bdf *seen);
bool pciback_slots_remove(struct pciback_guest *guest, struct pciback_dev *held);
struct pciback_dev *pciback_slots_find(struct pciback_guest *guest,
				       const struct pciback_bdf *seen);
struct pciback_dev *pciback_slots_get(struct pciback_guest *guest,
				      const struct pciback_bdf *seen);
struct pciback_dev *pciback_slots_get_first(struct pciback_guest *guest);
bool pciback_slots_where(struct pciback_guest *guest, const struct pciback_dev *held,
			 struct pciback_bdf *seen);
int pciback_slots_roots(struct pciback_guest *guest);

struct pciback_bdf pciback_bdf_of(const struct pci_dev *pci);

/* owner.c: giving devices to guests */
int pciback_assign(struct pciback_guest *guest, const struct pciback_pattern *host,
		   struct pciback_bdf *seen);
int pciback_unassign(struct pciback_guest *guest, const struct pciback_bdf *seen);
void pciback_unassign_all(struct pciback_guest *guest);
void pciback_take_back(struct pciback_dev *held);

/* ops.c: requests of guests */
irqreturn_t pciback_ops_event(int irq, void *data);
void pciback_ops_work(struct work_struct *work);

/* msi.c */
#ifdef CONFIG_PCI_MSI
int pciback_msi_enable(struct pciback_guest *guest, struct pciback_dev *held,
		       struct xen_pci_op *op);
int pciback_msi_disable(struct pciback_guest *guest, struct pciback_dev *held,
			struct xen_pci_op *op);
int pciback_msix_enable(struct pciback_guest *guest, struct pciback_dev *held,
			struct xen_pci_op *op);
int pciback_msix_disable(struct pciback_guest *guest, struct pciback_dev *held,
			 struct xen_pci_op *op);
#else
#define pciback_msi_enable	NULL
#define pciback_msi_disable	NULL
#define pciback_msix_enable	NULL
#define pciback_msix_disable	NULL
#endif

/* connect.c: the shared page and the event channel */
struct pciback_guest *pciback_guest_alloc(struct xenbus_device *xdev);
void pciback_guest_put(struct pciback_guest *guest);
void pciback_connect(struct pciback_guest *guest);
void pciback_disconnect(struct pciback_guest *guest);

/* setup.c: devices that the store gives to a guest */
void pciback_setup(struct pciback_guest *guest);
void pciback_reconfigure(struct pciback_guest *guest, enum xenbus_state state);

/* xenbus.c */
int pciback_xenbus_register(void);
void pciback_xenbus_unregister(void);

#endif /* XEN_PCIBACK_H */
