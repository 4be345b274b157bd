// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of Dom0's devices, for Dom0 or for the domain that a device is lent to. The
 * hypervisor writes the registers of messages, and writes them anew after a sleep.
 *
 * Owns the knowledge which calls the hypervisor has: a flag that goes from true to
 * false, without a lock; who sees it late asks once more in vain.
 */
#include <linux/msi.h>
#include <linux/pci.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/events.h>
#include <xen/pci.h>
#include <xen/xen.h>
#include <xen/interface/xen.h>

#include "message.h"
#include "pci.h"

static bool knows_segments = true;

/* Where the BAR with the MSI-X table is; the hypervisor adds the offset itself. */
static int dom0_find_table(struct pci_dev *dev, u64 *table)
{
	unsigned long flags;
	u32 table_register;
	int bar;

	pci_read_config_dword(dev, dev->msix_cap + PCI_MSIX_TABLE, &table_register);
	bar = msix_table_bar(table_register);
	if (bar < 0)
		return bar;

	flags = pci_resource_flags(dev, bar);
	if (!flags || (flags & IORESOURCE_UNSET))
		return -EINVAL;

	*table = pci_resource_start(dev, bar);
	return 0;
}

/* 0 and map->pirq, or -errno; @map says then what the hypervisor had to offer. */
static int dom0_map(const struct dom0_message *message, struct physdev_map_pirq *map)
{
	int err = -EINVAL;

	*map = dom0_map_request(message);
	if (knows_segments)
		err = HYPERVISOR_physdev_op(PHYSDEVOP_map_pirq, map);
	if (err != -EINVAL || message->group > 1 || message->segment)
		return err;

	/* A type that is not known, or something else that is wrong: the old one tells. */
	*map = dom0_map_request_old(message);
	err = HYPERVISOR_physdev_op(PHYSDEVOP_map_pirq, map);
	if (err != -EINVAL)
		knows_segments = false;

	return err;
}

static void dom0_unmap(const struct dom0_message *message, int pirq)
{
	struct physdev_unmap_pirq unmap = { .domid = message->domid, .pirq = pirq };

	WARN_ON_ONCE(HYPERVISOR_physdev_op(PHYSDEVOP_unmap_pirq, &unmap));
}

/* 0 or -errno, or a number of messages to try instead of a group. */
static int dom0_setup_one(struct pci_dev *dev, struct msi_desc *desc,
			  const struct dom0_message *message, const char *name)
{
	struct physdev_map_pirq map;
	int ret = dom0_map(message, &map);

	if (ret && message->group > 1)
		return msi_group_retry(message->group, ret == -ENFILE ? map.entry_nr : 0);
	if (ret) {
		pci_warn(dev, "xen map irq failed %d for %d domain\n", ret, message->domid);
		return ret;
	}

	ret = xen_bind_pirq_msi_to_irq(dev, desc, map.pirq, message->group, name, message->domid);
	if (ret < 0) {
		dom0_unmap(message, map.pirq);
		return ret;
	}

	return 0;
}

static int dom0_setup(struct pci_dev *dev, int count, bool msix)
{
	int owner = xen_find_device_domain_owner(dev);
	struct dom0_message message = {
		.domid = owner < 0 ? DOMID_SELF : owner,
		.segment = pci_domain_nr(dev->bus),
		.bus = dev->bus->number,
		.devfn = dev->devfn,
		.group = msix ? 1 : count,
	};
	struct msi_desc *desc;
	int ret = 0;

	/* Segments that Linux has invented have no name in the hypervisor. */
	if (pci_domain_nr(dev->bus) > U16_MAX)
		return -EINVAL;
	if (msix)
		ret = dom0_find_table(dev, &message.table);
	if (ret)
		return ret;

	msi_for_each_desc(desc, &dev->dev, MSI_DESC_NOTASSOCIATED) {
		message.entry = msix ? desc->msi_index : 0;
		ret = dom0_setup_one(dev, desc, &message, msix ? "msi-x" : "msi");
		if (ret)
			break;
	}

	return ret;
}

const struct xen_msi_ops xen_msi_dom0 = {
	.setup = dom0_setup,
	.teardown = xen_msi_release,
};

static int dom0_restore(struct pci_dev *dev)
{
	struct physdev_pci_device device = {
		.seg = pci_domain_nr(dev->bus),
		.bus = dev->bus->number,
		.devfn = dev->devfn,
	};
	struct physdev_restore_msi old = { .bus = device.bus, .devfn = device.devfn };
	int err;

	if (knows_segments) {
		err = HYPERVISOR_physdev_op(PHYSDEVOP_restore_msi_ext, &device);
		if (err != -ENOSYS)
			return err;
		knows_segments = false;
	}

	return HYPERVISOR_physdev_op(PHYSDEVOP_restore_msi, &old);
}

/**
 * xen_initdom_restore_msi - have a device's messages back after it lost its registers
 * @dev: the device
 *
 * Context: resume, or after a reset.
 * Return: whether Linux has to write the registers; in Dom0 the hypervisor has done it.
 */
bool xen_initdom_restore_msi(struct pci_dev *dev)
{
	int err;

	if (!xen_initial_domain())
		return true;

	err = dom0_restore(dev);
	if (err && err != -ENOSYS)
		pci_warn(dev, "hypervisor did not restore MSI: %d\n", err);

	return false;
}
