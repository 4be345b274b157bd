/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is written in a message and what the hypervisor is asked for one, as functions
 * of their arguments.
 */
#ifndef _ARCH_X86_XEN_PCI_MESSAGE_H
#define _ARCH_X86_XEN_PCI_MESSAGE_H

#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/types.h>

#include <asm/apicdef.h>
#include <asm/msi.h>

#include <xen/interface/xen.h>
#include <xen/interface/physdev.h>

/* A message of Dom0's device, in the domain that is to have it. */
struct dom0_message {
	domid_t domid;
	u16 segment;
	u8 bus;
	u8 devfn;
	u16 entry;		/* of an MSI-X table, else 0 */
	u16 group;		/* of MSI: how many messages, 1 or more; of MSI-X 1 */
	u64 table;		/* where the MSI-X table's BAR is, else 0 */
};

/*
 * A message to the hypervisor's emulated APIC that stands for a PIRQ: vector 0, which
 * no interrupt has, and the PIRQ in place of the destination, with 24 bits in the
 * upper half (xen/arch/x86/hvm/vmsi.c).
 */
static inline void hvm_pirq_message(u32 pirq, struct msi_msg *msg)
{
	memset(msg, 0, sizeof(*msg));
	msg->arch_data.delivery_mode = APIC_DELIVERY_MODE_EXTINT;
	msg->arch_addr_lo.base_address = X86_MSI_BASE_ADDRESS_LOW;
	msg->arch_addr_lo.destid_0_7 = pirq;
	msg->address_hi = X86_MSI_BASE_ADDRESS_HIGH;
	msg->arch_addr_hi.destid_8_31 = pirq >> 8;
}

/*
 * What the hypervisor is asked: any PIRQ, for a message that it writes itself. The
 * segment is in the upper half of the bus (PHYSDEVOP_map_pirq).
 */
static inline struct physdev_map_pirq dom0_map_request(const struct dom0_message *message)
{
	struct physdev_map_pirq map;

	/* Padding goes to the hypervisor as well. */
	memset(&map, 0, sizeof(map));
	map.domid = message->domid;
	map.type = MAP_PIRQ_TYPE_MSI_SEG;
	map.index = -1;
	map.pirq = -1;
	map.bus = (int)((u32)message->segment << 16 | message->bus);
	map.devfn = message->devfn;

	if (message->group > 1) {
		map.type = MAP_PIRQ_TYPE_MULTI_MSI;
		map.entry_nr = message->group;
	} else if (message->table) {
		map.table_base = message->table;
		map.entry_nr = message->entry;
	}

	return map;
}

/* The same from hypervisors that know one segment and no groups. */
static inline struct physdev_map_pirq dom0_map_request_old(const struct dom0_message *message)
{
	struct physdev_map_pirq map = dom0_map_request(message);

	map.type = MAP_PIRQ_TYPE_MSI;
	map.bus = message->bus;

	return map;
}

/*
 * How many messages of a group to try next, after the hypervisor had @offered at most
 * for @wanted. Always fewer, so that whoever tries comes to an end.
 */
static inline int msi_group_retry(int wanted, int offered)
{
	return offered > 1 && offered < wanted ? offered : 1;
}

/* Which BAR has the MSI-X table: the register is the device's, so it may name none. */
static inline int msix_table_bar(u32 table_register)
{
	u32 bar = table_register & PCI_MSIX_TABLE_BIR;

	return bar < PCI_STD_NUM_BARS ? (int)bar : -EINVAL;
}

#endif /* _ARCH_X86_XEN_PCI_MESSAGE_H */
