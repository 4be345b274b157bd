// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that the toolstack wants a guest to have, or to have no more.
 *
 * Nodes in the backend's folder. The toolstack writes num_devs, dev-N (the device), state-N, and
 * gives numbers anew when a device is gone; we write vdev-N (where the guest sees it), state-N,
 * and for the guest root-N and root_num. All devices are set up at first. Later, a device whose
 * state is Initialising is to be added and one whose state is Closing to be removed, while the
 * backend is Reconfiguring, or Initialised and not yet connected.
 */
#include <linux/stdarg.h>

#include "pciback.h"

/* Room for a key with a number. */
#define SETUP_KEY	24

typedef int (*setup_fn)(struct pciback_guest *guest, unsigned int nr);

/* An error that ends the backend, told once. */
static __printf(3, 4)
int setup_fail(struct pciback_guest *guest, int err, const char *fmt, ...)
{
	struct va_format vaf;
	va_list args;

	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	xenbus_dev_fatal(guest->xdev, err, "%pV", &vaf);
	va_end(args);

	return err;
}

static int setup_read_addr(struct pciback_guest *guest, const char *what, unsigned int nr,
			   struct pciback_pattern *addr)
{
	char key[SETUP_KEY];
	char *text;
	int err;

	snprintf(key, sizeof(key), "%s-%u", what, nr);
	text = xenbus_read(XBT_NIL, guest->xdev->nodename, key, NULL);
	if (IS_ERR(text))
		return setup_fail(guest, PTR_ERR(text), "Error reading device configuration");

	err = pciback_pattern_parse(text, addr);
	kfree(text);
	if (err || addr->func == PCIBACK_ANY)
		return setup_fail(guest, -EINVAL, "Error parsing pci device configuration");
	return 0;
}

static int setup_publish_seen(struct pciback_guest *guest, unsigned int nr,
			      const struct pciback_bdf *seen)
{
	char key[SETUP_KEY];
	int err;

	/* Two digits for the function: frontends and tools have always had it so. */
	snprintf(key, sizeof(key), "vdev-%u", nr);
	err = xenbus_printf(XBT_NIL, guest->xdev->nodename, key, "%04x:%02x:%02x.%02x",
			    seen->domain, seen->bus, PCI_SLOT(seen->devfn),
			    PCI_FUNC(seen->devfn));
	return err ? setup_fail(guest, err, "Error publishing dev-%u", nr) : 0;
}

static int setup_publish_root(struct pciback_guest *guest, unsigned int nr)
{
	const struct pciback_bdf *root = &guest->roots[nr];
	char key[SETUP_KEY];
	int err;

	snprintf(key, sizeof(key), "root-%u", nr);
	err = xenbus_printf(XBT_NIL, guest->xdev->nodename, key, "%04x:%02x", root->domain,
			    root->bus);
	if (err)
		return err;

	return xenbus_printf(XBT_NIL, guest->xdev->nodename, "root_num", "%u", nr + 1);
}

static int setup_publish_roots(struct pciback_guest *guest)
{
	int err = pciback_slots_roots(guest);

	while (!err && guest->nr_published < guest->nr_roots) {
		err = setup_publish_root(guest, guest->nr_published);
		if (!err)
			guest->nr_published++;
	}
	if (err)
		return setup_fail(guest, err, "Error while publish PCI root buses for frontend");
	return 0;
}

static int setup_add(struct pciback_guest *guest, unsigned int nr)
{
	struct pciback_pattern host;
	struct pciback_bdf seen;
	char key[SETUP_KEY];
	int err;

	err = setup_read_addr(guest, "dev", nr, &host);
	if (err)
		return err;

	err = pciback_assign(guest, &host, &seen);
	if (err == -ENODEV || err == -EBUSY)
		return setup_fail(guest, -EINVAL,
				  "Couldn't locate PCI device (%04x:%02x:%02x.%d)! perhaps already in-use?",
				  host.domain, host.bus, host.slot, host.func);
	if (err)
		return setup_fail(guest, err, "Error adding dev-%u", nr);

	err = setup_publish_seen(guest, nr, &seen) ?: setup_publish_roots(guest);
	if (err)
		return err;

	snprintf(key, sizeof(key), "state-%u", nr);
	err = xenbus_printf(XBT_NIL, guest->xdev->nodename, key, "%d", XenbusStateInitialised);
	return err ? setup_fail(guest, err, "Error switching substate of dev-%u", nr) : 0;
}

static int setup_remove(struct pciback_guest *guest, unsigned int nr)
{
	struct pciback_pattern addr;
	struct pciback_bdf seen;
	int err;

	err = setup_read_addr(guest, "vdev", nr, &addr);
	if (err)
		return err;

	/* It may be gone already, if its driver was unbound. */
	seen.domain = addr.domain;
	seen.bus = addr.bus;
	seen.devfn = PCI_DEVFN(addr.slot, addr.func);
	if (pciback_unassign(guest, &seen))
		dev_dbg(&guest->xdev->dev, "vdev-%u is not in any slot\n", nr);
	return 0;
}

static int setup_nothing(struct pciback_guest *guest, unsigned int nr)
{
	return 0;
}

/* What is to be done about a device, later on. */
static setup_fn setup_wish(const struct pciback_guest *guest, unsigned int nr)
{
	static const setup_fn wishes[] = {
		[XenbusStateInitialising] = setup_add,
		[XenbusStateClosing] = setup_remove,
	};
	char key[SETUP_KEY];
	unsigned int state;

	snprintf(key, sizeof(key), "state-%u", nr);
	state = xenbus_read_unsigned(guest->xdev->nodename, key, XenbusStateUnknown);
	if (state >= ARRAY_SIZE(wishes) || !wishes[state])
		return setup_nothing;
	return wishes[state];
}

static int setup_devices(struct pciback_guest *guest, bool is_first)
{
	unsigned int nr;
	int count, err;

	lockdep_assert_held(&guest->setup_lock);

	err = xenbus_scanf(XBT_NIL, guest->xdev->nodename, "num_devs", "%d", &count);
	if (err != 1)
		return setup_fail(guest, err < 0 ? err : -EINVAL,
				  "Error reading number of devices");

	for (nr = 0; count > 0 && nr < count; nr++) {
		setup_fn wish = is_first ? setup_add : setup_wish(guest, nr);

		err = wish(guest, nr);
		if (err)
			return err;
	}
	return 0;
}

static void setup_switch(struct pciback_guest *guest, enum xenbus_state state)
{
	int err = xenbus_switch_state(guest->xdev, state);

	if (err)
		setup_fail(guest, err, "Error switching to %s state!", xenbus_strstate(state));
}

/**
 * pciback_setup() - give a guest its first devices, and connect if it is ready
 * @guest: the guest; nothing happens unless the backend waits for that
 *
 * Context: may sleep; takes all locks.
 */
void pciback_setup(struct pciback_guest *guest)
{
	int err = 0;

	mutex_lock(&guest->setup_lock);
	if (xenbus_read_driver_state(guest->xdev->nodename) == XenbusStateInitWait) {
		/* A virtual bus is there without devices too. */
		err = setup_devices(guest, true) ?: setup_publish_roots(guest);
		if (!err)
			setup_switch(guest, XenbusStateInitialised);
	}
	mutex_unlock(&guest->setup_lock);

	if (!err)
		pciback_connect(guest);
}

/**
 * pciback_reconfigure() - give a guest more devices, or take some
 * @guest: the guest
 * @state: which state of the backend is expected, Reconfiguring or Initialised; nothing happens
 *	in any other
 *
 * Context: may sleep; takes all locks.
 */
void pciback_reconfigure(struct pciback_guest *guest, enum xenbus_state state)
{
	int err;

	mutex_lock(&guest->setup_lock);
	if (xenbus_read_driver_state(guest->xdev->nodename) == state) {
		err = setup_devices(guest, false);
		if (!err && state == XenbusStateReconfiguring)
			setup_switch(guest, XenbusStateReconfigured);
	}
	mutex_unlock(&guest->setup_lock);
}
