// SPDX-License-Identifier: GPL-2.0
/*
 * Where PCI's configuration space is in memory (MMCONFIG). The hypervisor knows from
 * ACPI's MCFG table, but uses a place only after Dom0 has found it reserved, in tables
 * that need an interpreter.
 */
#include <linux/pci.h>
#include <linux/rcupdate.h>

#include <asm/pci_x86.h>
#include <asm/xen/hypercall.h>

#include <xen/interface/physdev.h>

#include "host.h"

static void mmconfig_report(const struct pci_mmcfg_region *region)
{
	struct physdev_pci_mmcfg_reserved reserved = {
		.address = region->address,
		.segment = region->segment,
		.start_bus = region->start_bus,
		.end_bus = region->end_bus,
		.flags = XEN_PCI_MMCFG_RESERVED,
	};
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_pci_mmcfg_reserved, &reserved);

	/* Hypervisors that do not know the call use the table as it is. */
	if (err && err != -ENOSYS)
		pr_warn("Failed to report MMCONFIG reservation state for %s to hypervisor (%d)\n",
			region->name, err);
}

/**
 * xen_pci_report_mmconfig - report all regions, when called first
 *
 * There is no event between ACPI's choice of the regions and the search for devices,
 * hence the first device that is found calls.
 *
 * Context: Dom0, any but interrupts.
 */
void xen_pci_report_mmconfig(void)
{
	const struct pci_mmcfg_region *region;
	static bool reported;

	if (xchg(&reported, true) || !(pci_probe & PCI_PROBE_MMCONF))
		return;

	rcu_read_lock();
	list_for_each_entry_rcu(region, &pci_mmcfg_list, list)
		mmconfig_report(region);
	rcu_read_unlock();
}
