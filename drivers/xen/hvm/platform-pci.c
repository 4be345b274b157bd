// SPDX-License-Identifier: GPL-2.0
/*
 * The platform device of HVM guests. When it is found, grants can be used: it brings
 * addresses for the grant table and, where the hypervisor cannot signal events by a
 * vector, an interrupt.
 *
 * The device has memory for the grant table in its BAR. But what a BAR is in is not cached,
 * and on AMD's processors that holds for the grant table's pages too, which makes each
 * grant slow. So addresses that nothing is at are taken, above memory, and those of the
 * BAR only if there are none.
 *
 * There is one such device. All is set up when it is found and stays for good; no locks.
 */
#include <linux/cpumask.h>
#include <linux/crash_dump.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/pci.h>
#include <linux/sizes.h>

#include <asm/e820/api.h>

#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/hvm.h>
#include <xen/page.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>
#include <xen/xen-ops.h>

#include "callback_via.h"

#define DRV_NAME	"xen-platform-pci"

/* BARs */
#define PLATFORM_PORTS	0
#define PLATFORM_MEMORY	1

#define PCI_DEVICE_ID_XEN_PLATFORM_XS61	0x0002

static u64 platform_callback_via;
static bool platform_found;

/* Events */

static irqreturn_t platform_interrupt(int irq, void *pdev)
{
	return xen_evtchn_do_upcall();
}

static u64 platform_via(const struct pci_dev *pdev)
{
	if (callback_via_is_isa(pdev->irq))
		return pdev->irq;

	/* The hypervisor knows which line of the IO-APIC the pin is connected to. */
	return callback_via_pci(pci_domain_nr(pdev->bus), pdev->bus->number,
				pdev->devfn, pdev->pin);
}

static int platform_take_events(struct pci_dev *pdev)
{
	int err;

	if (xen_have_vector_callback)
		return 0;

	err = request_irq(pdev->irq, platform_interrupt, IRQF_NOBALANCING | IRQF_SHARED,
			  DRV_NAME, pdev);
	if (err) {
		dev_warn(&pdev->dev, "request_irq failed err=%d\n", err);
		return err;
	}

	/* Its handler looks at the event channels of the CPU it runs on: those of CPU 0. */
	irq_set_affinity(pdev->irq, cpumask_of(0));

	platform_callback_via = platform_via(pdev);
	err = xen_set_callback_via(platform_callback_via);
	if (err) {
		dev_warn(&pdev->dev, "Unable to set the evtchn callback err=%d\n", err);
		free_irq(pdev->irq, pdev);
	}
	return err;
}

static void platform_leave_events(struct pci_dev *pdev)
{
	if (!xen_have_vector_callback)
		free_irq(pdev->irq, pdev);
}

/* A restored domain is told by which way again; vectors are set up elsewhere. */
static int platform_resume(struct device *dev)
{
	int err;

	if (xen_have_vector_callback)
		return 0;

	err = xen_set_callback_via(platform_callback_via);
	if (err)
		dev_err(dev, "platform_pci_resume failure!\n");
	return err;
}

/* Grants */

static struct resource platform_grant_room = {
	.name = "Xen grant table",
	.flags = IORESOURCE_MEM | IORESOURCE_BUSY,
};

/*
 * Above 4 GiB, where firmware gives no place to devices without a word. The frames must
 * not take the place of memory, which would be lost: memory that this kernel was told not
 * to use is still in the firmware's map; a kernel that dumps a crashed one does not know.
 */
static int platform_find_room(resource_size_t size)
{
	const u64 least = SZ_4G;
	int err;

	if (is_kdump_kernel() || iomem_resource.end <= least)
		return -EOPNOTSUPP;

	err = allocate_resource(&iomem_resource, &platform_grant_room, size, least,
				iomem_resource.end, PMD_SIZE, NULL, NULL);
	if (err)
		return err;

	if (!e820__mapped_raw_any(platform_grant_room.start, platform_grant_room.end + 1, 0))
		return 0;

	release_resource(&platform_grant_room);
	return -EBUSY;
}

static int platform_use_room(resource_size_t size)
{
	int err = platform_find_room(size);

	if (err)
		return err;

	err = gnttab_setup_auto_xlat_frames(platform_grant_room.start);
	if (err)
		release_resource(&platform_grant_room);
	return err;
}

static int platform_use_bar(struct pci_dev *pdev, resource_size_t size)
{
	if (pci_resource_len(pdev, PLATFORM_MEMORY) < size)
		return -ENOSPC;

	return gnttab_setup_auto_xlat_frames(pci_resource_start(pdev, PLATFORM_MEMORY));
}

static void platform_leave_room(void)
{
	gnttab_free_auto_xlat_frames();
	if (platform_grant_room.parent)
		release_resource(&platform_grant_room);
}

static int platform_start_grants(struct pci_dev *pdev)
{
	resource_size_t size = (resource_size_t)gnttab_max_grant_frames() * XEN_PAGE_SIZE;
	int err;

	if (platform_use_room(size)) {
		err = platform_use_bar(pdev, size);
		if (err)
			return err;
	}

	err = gnttab_init();
	if (err)
		platform_leave_room();
	return err;
}

/* The device */

static int platform_claim(struct pci_dev *pdev)
{
	int err;

	if (!pci_resource_start(pdev, PLATFORM_PORTS) ||
	    !pci_resource_start(pdev, PLATFORM_MEMORY)) {
		dev_err(&pdev->dev, "no resources found\n");
		return -ENOENT;
	}

	err = pci_request_region(pdev, PLATFORM_MEMORY, DRV_NAME);
	if (err)
		return err;

	err = pci_request_region(pdev, PLATFORM_PORTS, DRV_NAME);
	if (err)
		pci_release_region(pdev, PLATFORM_MEMORY);
	return err;
}

static void platform_unclaim(struct pci_dev *pdev)
{
	pci_release_region(pdev, PLATFORM_PORTS);
	pci_release_region(pdev, PLATFORM_MEMORY);
}

static int platform_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	if (platform_found)
		return -EBUSY;

	err = pci_enable_device(pdev);
	if (err)
		return err;

	err = platform_claim(pdev);
	if (err)
		goto disable;

	err = platform_take_events(pdev);
	if (err)
		goto unclaim;

	err = platform_start_grants(pdev);
	if (err)
		goto leave_events;

	platform_found = true;
	return 0;

leave_events:
	platform_leave_events(pdev);
unclaim:
	platform_unclaim(pdev);
disable:
	pci_disable_device(pdev);
	return err;
}

static const struct pci_device_id platform_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_XEN, PCI_DEVICE_ID_XEN_PLATFORM) },
	{ PCI_DEVICE(PCI_VENDOR_ID_XEN, PCI_DEVICE_ID_XEN_PLATFORM_XS61) },
	{ }
};

static const struct dev_pm_ops platform_pm_ops = {
	.resume_noirq = platform_resume,
};

static struct pci_driver platform_driver = {
	.name = DRV_NAME,
	.id_table = platform_ids,
	.probe = platform_probe,
	.driver.pm = &platform_pm_ops,
};
builtin_pci_driver(platform_driver);
