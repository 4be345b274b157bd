// SPDX-License-Identifier: GPL-2.0
/*
 * Dom0 finds the machine's PCI devices and reports each to the hypervisor, which
 * needs them for its IOMMU, for MSI and to hand devices to other domains.
 *
 * Owns the knowledge which interface the hypervisor has. Invariant: a device of Linux
 * is known to the hypervisor between its coming and its going on the bus. No locks: the
 * flag only ever goes from true to false, and who sees it late asks once more in vain.
 */
#include <linux/init.h>
#include <linux/notifier.h>
#include <linux/pci.h>

#include <asm/xen/hypercall.h>

#include <xen/xen.h>
#include <xen/interface/physdev.h>

#include "function.h"
#include "host.h"

/* Whether there are calls that take a segment; those before take the first one's only. */
static bool knows_segments __read_mostly = true;

static struct pci_function report_function(struct pci_dev *pdev)
{
	return (struct pci_function) {
		.at = pci_place_of(pdev),
		.is_virtual = pdev->is_virtfn,
		.has_ari = pci_ari_enabled(pdev->bus),
		.owner = pci_place_of(pci_physfn(pdev)),
	};
}

static int report_with_segment(struct pci_dev *pdev, const struct pci_function *fn)
{
	DEFINE_RAW_FLEX(struct physdev_pci_device_add, add, optarr, 1);
	u32 node;

	pci_function_describe(fn, add);
	if (xen_pci_proximity(pdev, &node)) {
		add->flags |= XEN_PCI_DEV_PXM;
		add->optarr[0] = node;
	}

	return HYPERVISOR_physdev_op(PHYSDEVOP_pci_device_add, add);
}

static int report_without_segment(const struct pci_function *fn)
{
	struct physdev_manage_pci_ext ext = pci_function_describe_ext(fn);
	struct physdev_manage_pci plain = { .bus = ext.bus, .devfn = ext.devfn };

	if (fn->at.segment)
		return -ENOSYS;
	if (ext.is_virtfn || ext.is_extfn)
		return HYPERVISOR_physdev_op(PHYSDEVOP_manage_pci_add_ext, &ext);

	return HYPERVISOR_physdev_op(PHYSDEVOP_manage_pci_add, &plain);
}

static int report_add(struct pci_dev *pdev)
{
	struct pci_function fn = report_function(pdev);
	int err;

	/* Before the first device: extended configuration space is read through them. */
	xen_pci_report_mmconfig();

	if (!pci_place_has_name(&fn.at)) {
		pci_info(pdev, "not registering with Xen: invalid PCI segment\n");
		return 0;
	}

	if (knows_segments) {
		err = report_with_segment(pdev, &fn);
		if (err != -ENOSYS)
			return err;
		knows_segments = false;
	}

	return report_without_segment(&fn);
}

static int report_remove(struct pci_dev *pdev)
{
	struct pci_place at = pci_place_of(pdev);
	struct physdev_pci_device device = pci_place_to_xen(&at);
	struct physdev_manage_pci plain = { .bus = at.bus, .devfn = at.devfn };

	if (!pci_place_has_name(&at)) {
		pci_info(pdev, "not unregistering with Xen: invalid PCI segment\n");
		return 0;
	}

	if (knows_segments)
		return HYPERVISOR_physdev_op(PHYSDEVOP_pci_device_remove, &device);

	return at.segment ? -ENOSYS : HYPERVISOR_physdev_op(PHYSDEVOP_manage_pci_remove, &plain);
}

static int report_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);
	const char *what;
	int err;

	if (event == BUS_NOTIFY_ADD_DEVICE) {
		what = "add";
		err = report_add(pdev);
	} else if (event == BUS_NOTIFY_DEL_DEVICE) {
		what = "delete";
		err = report_remove(pdev);
	} else {
		return NOTIFY_DONE;
	}

	/* Linux can drive the device nevertheless. */
	if (err)
		pci_err(pdev, "Failed to %s - passthrough or MSI/MSI-X might fail!\n", what);

	return NOTIFY_OK;
}

static struct notifier_block report_block = {
	.notifier_call = report_notify,
};

/* After the bus is registered (postcore), before anything looks for devices (subsys). */
static int __init report_init(void)
{
	return xen_initial_domain() ? bus_register_notifier(&pci_bus_type, &report_block) : 0;
}
arch_initcall(report_init);
