// SPDX-License-Identifier: GPL-2.0
/*
 * How near a device is to which memory: ACPI's proximity domain. The hypervisor has
 * no interpreter for it and puts the IOMMU's tables of the device there.
 */
#include <linux/acpi.h>
#include <linux/pci.h>
#include <linux/pci-acpi.h>

#include "host.h"

/*
 * The device's object in the namespace, or the nearest one above it. Virtual functions
 * and devices behind cards are in no firmware's tables.
 */
static acpi_handle proximity_node(struct pci_dev *pdev)
{
	acpi_handle node = ACPI_HANDLE(&pdev->dev);
	struct pci_bus *bus = pdev->bus;

	if (!node && pdev->is_virtfn)
		node = ACPI_HANDLE(pci_physfn(pdev)->bus->bridge);
	for (; !node && bus; bus = bus->parent)
		node = acpi_pci_get_bridge_handle(bus);

	return node;
}

/**
 * xen_pci_proximity - the proximity domain of a device
 * @pdev: the device
 * @node: the domain's number in ACPI
 *
 * It is the one of the nearest object that has _PXM.
 *
 * Context: may sleep.
 * Return: whether there is one.
 */
bool xen_pci_proximity(struct pci_dev *pdev, u32 *node)
{
	acpi_handle at = proximity_node(pdev);
	unsigned long long number;

	while (at) {
		if (ACPI_SUCCESS(acpi_evaluate_integer(at, "_PXM", NULL, &number))) {
			*node = number;
			return true;
		}
		if (ACPI_FAILURE(acpi_get_parent(at, &at)))
			break;
	}

	return false;
}
