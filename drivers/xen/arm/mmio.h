/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the buses that devices come from and what gets their registers mapped.
 */
#ifndef _DRIVERS_XEN_ARM_MMIO_H
#define _DRIVERS_XEN_ARM_MMIO_H

#include <linux/device/bus.h>
#include <linux/notifier.h>

struct device;
struct resource;

int xen_mmio_follow_bus(const struct bus_type *bus, struct notifier_block *block);
int xen_mmio_notify(struct device *dev, unsigned long event, const char *bus,
		    const struct resource *resources, unsigned int count);

#endif /* _DRIVERS_XEN_ARM_MMIO_H */
