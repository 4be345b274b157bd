/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The platform device of HVM guests and its protocol to unplug emulated devices
 * (docs/misc/hvm-emulated-unplug.pandoc of the hypervisor), and which PV devices a guest
 * is to use then.
 */
#ifndef _XEN_PLATFORM_PCI_H
#define _XEN_PLATFORM_PCI_H

#include <linux/bits.h>
#include <linux/kconfig.h>
#include <linux/types.h>

/*
 * I/O ports at a fixed address. A port has several meanings, by the size of the access
 * and by whether it is read or written.
 */
#define XEN_IOPORT_BASE			0x10

/* +0: read 2 bytes, read or write 1 byte, write 2 bytes, write 4 bytes */
#define XEN_IOPORT_MAGIC		XEN_IOPORT_BASE
#define XEN_IOPORT_PLATFLAGS		XEN_IOPORT_BASE
#define XEN_IOPORT_UNPLUG		XEN_IOPORT_BASE
#define XEN_IOPORT_DRVVER		XEN_IOPORT_BASE

/* +2: read 1 byte, write 1 byte, write 2 bytes */
#define XEN_IOPORT_PROTOVER		(XEN_IOPORT_BASE + 2)
#define XEN_IOPORT_SYSLOG		(XEN_IOPORT_BASE + 2)
#define XEN_IOPORT_PRODNUM		(XEN_IOPORT_BASE + 2)

/* What is read as magic, and how Linux introduces itself. */
#define XEN_IOPORT_MAGIC_VAL		0x49d2
#define XEN_IOPORT_LINUX_DRVVER		0x0001
#define XEN_IOPORT_LINUX_PRODNUM	0x0003

/* What to unplug; the lower half is the protocol's, the upper is the kernel's own. */
#define XEN_UNPLUG_ALL_IDE_DISKS	BIT(0)
#define XEN_UNPLUG_ALL_NICS		BIT(1)
#define XEN_UNPLUG_AUX_IDE_DISKS	BIT(2)
#define XEN_UNPLUG_ALL \
	(XEN_UNPLUG_AUX_IDE_DISKS | XEN_UNPLUG_ALL_NICS | XEN_UNPLUG_ALL_IDE_DISKS)
#define XEN_UNPLUG_UNNECESSARY		BIT(16)
#define XEN_UNPLUG_NEVER		BIT(17)

/* Unplug what there is a frontend for in this kernel, maybe as a module. */

static inline int xen_must_unplug_nics(void)
{
	return IS_ENABLED(CONFIG_XEN_PVHVM) && IS_ENABLED(CONFIG_XEN_NETDEV_FRONTEND);
}

static inline int xen_must_unplug_disks(void)
{
	return IS_ENABLED(CONFIG_XEN_PVHVM) && IS_ENABLED(CONFIG_XEN_BLKDEV_FRONTEND);
}

#ifdef CONFIG_XEN_PVHVM
bool xen_has_pv_and_legacy_disk_devices(void);
bool xen_has_pv_devices(void);
bool xen_has_pv_disk_devices(void);
bool xen_has_pv_nic_devices(void);
#else
static inline bool xen_has_pv_nic_devices(void) { return IS_ENABLED(CONFIG_XEN); }
static inline bool xen_has_pv_and_legacy_disk_devices(void) { return false; }
static inline bool xen_has_pv_disk_devices(void) { return IS_ENABLED(CONFIG_XEN); }
static inline bool xen_has_pv_devices(void) { return IS_ENABLED(CONFIG_XEN); }
#endif

#endif /* _XEN_PLATFORM_PCI_H */
