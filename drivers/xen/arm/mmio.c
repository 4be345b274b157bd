// SPDX-License-Identifier: GPL-2.0
/*
 * Dom0's second stage of translation has RAM when it starts, but no devices' registers:
 * without a device tree the hypervisor does not know where they are. Linux says so for
 * each device that ACPI has, before a driver touches it.
 *
 * Registers are mapped where the machine has them. Nothing is kept: what a device's
 * resources name is mapped between its coming and its going. No locks; the driver core
 * has one device come or go at a time.
 */
#include <linux/acpi.h>
#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/slab.h>

#include <asm/xen/hypercall.h>

#include <xen/page.h>
#include <xen/xen.h>
#include <xen/interface/memory.h>

#include "mmio.h"

#define MMIO_BATCH	256

/* What one call to the hypervisor is about. */
struct mmio_batch {
	xen_pfn_t gfns[MMIO_BATCH];
	xen_ulong_t frames[MMIO_BATCH];
	int errors[MMIO_BATCH];
};

/* The frames from @first to @end; none of what is not memory. */
struct mmio_span {
	unsigned long first;
	unsigned long end;
};

static struct mmio_span mmio_span_of(const struct resource *resource)
{
	if (resource_type(resource) != IORESOURCE_MEM || !resource_size(resource))
		return (struct mmio_span) { };

	return (struct mmio_span) {
		.first = XEN_PFN_DOWN(resource->start),
		.end = XEN_PFN_DOWN(resource->end) + 1,
	};
}

/* All of them, whatever becomes of one; the first error. */
static int mmio_unmap_span(const struct mmio_span *span)
{
	struct xen_remove_from_physmap remove = { .domid = DOMID_SELF };
	int err = 0;

	for (remove.gpfn = span->first; remove.gpfn < span->end; remove.gpfn++) {
		int now = HYPERVISOR_memory_op(XENMEM_remove_from_physmap, &remove);

		err = err ?: now;
	}

	return err;
}

static int mmio_map_some(struct mmio_batch *batch, unsigned long first, unsigned int count)
{
	struct xen_add_to_physmap_range range = {
		.domid = DOMID_SELF,
		.space = XENMAPSPACE_dev_mmio,
		.size = count,
	};
	unsigned int i;
	int err;

	for (i = 0; i < count; i++) {
		batch->frames[i] = first + i;
		batch->gfns[i] = first + i;
		batch->errors[i] = 0;
	}
	set_xen_guest_handle(range.idxs, batch->frames);
	set_xen_guest_handle(range.gpfns, batch->gfns);
	set_xen_guest_handle(range.errs, batch->errors);

	err = HYPERVISOR_memory_op(XENMEM_add_to_physmap_range, &range);
	for (i = 0; !err && i < count; i++)
		err = batch->errors[i];

	return err;
}

/* All of a span or nothing. */
static int mmio_map_span(const struct mmio_span *span, struct mmio_batch *batch)
{
	unsigned long at;
	int err = 0;

	for (at = span->first; at < span->end && !err; at += MMIO_BATCH)
		err = mmio_map_some(batch, at, min(span->end - at, (unsigned long)MMIO_BATCH));
	if (err)
		mmio_unmap_span(&(struct mmio_span) { span->first, min(at, span->end) });

	return err;
}

static int mmio_unmap(const struct resource *resources, unsigned int count)
{
	struct mmio_span span;
	int err = 0;

	while (count--) {
		int now;

		span = mmio_span_of(&resources[count]);
		now = mmio_unmap_span(&span);
		err = err ?: now;
	}

	return err;
}

static int mmio_map(const struct resource *resources, unsigned int count)
{
	struct mmio_batch *batch = kmalloc(sizeof(*batch), GFP_KERNEL);
	struct mmio_span span;
	unsigned int i;
	int err = 0;

	if (!batch)
		return -ENOMEM;

	for (i = 0; i < count && !err; i++) {
		span = mmio_span_of(&resources[i]);
		err = mmio_map_span(&span, batch);
	}
	if (err)
		mmio_unmap(resources, i - 1);

	kfree(batch);
	return err;
}

/**
 * xen_mmio_notify - map or unmap registers as a device comes or goes
 * @dev: the device
 * @event: BUS_NOTIFY_*
 * @bus: its bus, for messages
 * @resources: its registers, and what else it has
 * @count: how many resources
 *
 * The calls are XENMEM_add_to_physmap_range and XENMEM_remove_from_physmap of
 * xen/include/public/memory.h.
 *
 * Context: may sleep.
 * Return: for the notifier chain.
 */
int xen_mmio_notify(struct device *dev, unsigned long event, const char *bus,
		    const struct resource *resources, unsigned int count)
{
	const char *what;
	int err;

	if (!resources || !count)
		return NOTIFY_OK;

	if (event == BUS_NOTIFY_ADD_DEVICE) {
		what = "map";
		err = mmio_map(resources, count);
	} else if (event == BUS_NOTIFY_DEL_DEVICE) {
		what = "unmap";
		err = mmio_unmap(resources, count);
	} else {
		return NOTIFY_DONE;
	}

	if (err)
		dev_err(dev, "%s: Failed to %s device %s MMIO: %d\n", bus, what,
			dev_name(dev), err);

	return NOTIFY_OK;
}

/**
 * xen_mmio_follow_bus - hear of a bus's devices, where it is for Linux to map them
 * @bus: the bus
 * @block: calls xen_mmio_notify()
 *
 * Context: initcalls, after the bus is registered.
 * Return: 0 or -errno.
 */
int __init xen_mmio_follow_bus(const struct bus_type *bus, struct notifier_block *block)
{
	return xen_initial_domain() && !acpi_disabled ? bus_register_notifier(bus, block) : 0;
}
