// SPDX-License-Identifier: GPL-2.0
/*
 * An HVM guest has its disks and NICs twice, emulated and as the hypervisor's
 * own. Through ports of the platform PCI device it has the emulated ones removed,
 * before anyone has seen them; and it answers for which devices the frontends may
 * then be used.
 *
 * Both words are written at boot and again by a restored domain before its
 * processors run, and only read in between.
 */
#define pr_fmt(fmt) "platform_pci_unplug: " fmt

#include <linux/export.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "hvm.h"
#include "unplug_option.h"

/* What is wanted, XEN_UNPLUG_*: the parameter xen_emul_unplug, or by default. */
static u32 unplug_wanted;

/* What the hypervisor has been told; 0 if it could not be or was not to be. */
static u32 unplug_done;

/* How the port answers. */
enum unplug_port {
	UNPLUG_PORT_READY,
	UNPLUG_PORT_MISSING,	/* no such port, a guest without the device */
	UNPLUG_PORT_FOREIGN,	/* a protocol that is newer than we are */
	UNPLUG_PORT_REFUSED,	/* the host does not want us to do it */
};

static bool unplug_magic_is_right(void)
{
	return inw(XEN_IOPORT_MAGIC) == XEN_IOPORT_MAGIC_VAL;
}

static enum unplug_port unplug_open_port(void)
{
	u8 protocol;

	if (!unplug_magic_is_right()) {
		pr_err("Xen Platform PCI: unrecognised magic value\n");
		return UNPLUG_PORT_MISSING;
	}

	protocol = inb(XEN_IOPORT_PROTOVER);
	pr_debug("Xen Platform PCI: I/O protocol version %d\n", protocol);
	if (protocol != 1) {
		pr_warn("Xen Platform PCI: unknown I/O protocol version\n");
		return UNPLUG_PORT_FOREIGN;
	}

	/* We say who we are. A host that does not want us takes the magic away. */
	outw(XEN_IOPORT_LINUX_PRODNUM, XEN_IOPORT_PRODNUM);
	outl(XEN_IOPORT_LINUX_DRVVER, XEN_IOPORT_DRVVER);
	if (!unplug_magic_is_right()) {
		pr_err("Xen Platform: blacklisted by host\n");
		return UNPLUG_PORT_REFUSED;
	}

	return UNPLUG_PORT_READY;
}

/* What this kernel has a frontend for, built in or as a module. */
static u32 unplug_by_default(void)
{
	u32 wanted = 0;

	if (xen_must_unplug_nics()) {
		pr_info("Netfront and the Xen platform PCI driver have been compiled for this kernel: unplug emulated NICs.\n");
		wanted |= XEN_UNPLUG_ALL_NICS;
	}

	if (xen_must_unplug_disks()) {
		pr_info("Blkfront and the Xen platform PCI driver have been compiled for this kernel: unplug emulated disks.\n"
			"You might have to change the root device\n"
			"from /dev/hd[a-d] to /dev/xvd[a-d]\n"
			"in your root= kernel command line option\n");
		wanted |= XEN_UNPLUG_ALL_IDE_DISKS;
	}

	return wanted;
}

/**
 * xen_unplug_emulated_devices - remove what the frontends take the place of
 *
 * Context: boot, and after a restore: the new host has them all again.
 */
void xen_unplug_emulated_devices(void)
{
	enum unplug_port port;

	/* A PVH domain has no emulated devices. */
	if (xen_pvh_domain() || (unplug_wanted & XEN_UNPLUG_NEVER))
		return;

	/*
	 * "unnecessary" says that nothing has to be removed, so there need not be
	 * anyone to do it; but whoever is there has to agree.
	 */
	port = unplug_open_port();
	if (port != UNPLUG_PORT_READY &&
	    !(port == UNPLUG_PORT_MISSING &&
	      (unplug_wanted & XEN_UNPLUG_UNNECESSARY)))
		return;

	if (!unplug_wanted)
		unplug_wanted = unplug_by_default();

	if (!(unplug_wanted & XEN_UNPLUG_UNNECESSARY))
		outw(unplug_wanted, XEN_IOPORT_UNPLUG);
	unplug_done = unplug_wanted;
}

/**
 * xen_has_pv_devices - may frontends be used?
 *
 * In an HVM guest: if emulated devices have been removed, or need not be.
 *
 * Context: any.
 * Return: whether they may.
 */
bool xen_has_pv_devices(void)
{
	if (xen_pv_domain() || xen_pvh_domain())
		return true;

	return xen_domain() &&
	       (unplug_done & (XEN_UNPLUG_ALL | XEN_UNPLUG_UNNECESSARY));
}
EXPORT_SYMBOL_GPL(xen_has_pv_devices);

/*
 * Of each kind there may be some as soon as any have been removed: who has only
 * the disks removed has the emulated NICs beside the others on purpose.
 */

/**
 * xen_has_pv_nic_devices - may netfront be used?
 *
 * Context: any.
 * Return: whether they may.
 */
bool xen_has_pv_nic_devices(void)
{
	return xen_has_pv_devices();
}
EXPORT_SYMBOL_GPL(xen_has_pv_nic_devices);

/**
 * xen_has_pv_disk_devices - may blkfront be used?
 *
 * Context: any.
 * Return: whether they may.
 */
bool xen_has_pv_disk_devices(void)
{
	return xen_has_pv_devices();
}
EXPORT_SYMBOL_GPL(xen_has_pv_disk_devices);

/**
 * xen_has_pv_and_legacy_disk_devices - are disks there both ways?
 *
 * Context: any.
 * Return: whether they may.
 */
bool xen_has_pv_and_legacy_disk_devices(void)
{
	return xen_hvm_domain() && (unplug_done & XEN_UNPLUG_UNNECESSARY);
}
EXPORT_SYMBOL_GPL(xen_has_pv_and_legacy_disk_devices);

static int __init unplug_parse_parameter(char *arg)
{
	char *word;
	u32 flags;

	while ((word = strsep(&arg, ","))) {
		flags = xen_unplug_option(word);
		if (!flags)
			pr_warn("unrecognised option '%s' in parameter 'xen_emul_unplug'\n",
				word);
		unplug_wanted |= flags;
	}
	return 0;
}
early_param("xen_emul_unplug", unplug_parse_parameter);
