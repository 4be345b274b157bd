// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of platform devices.
 */
#include <linux/init.h>
#include <linux/platform_device.h>

#include "mmio.h"

static int platform_notify(struct notifier_block *block, unsigned long event, void *data)
{
	struct platform_device *pdev = to_platform_device(data);

	return xen_mmio_notify(&pdev->dev, event, "Platform", pdev->resource, pdev->num_resources);
}

static struct notifier_block platform_block = {
	.notifier_call = platform_notify,
};

static int __init platform_follow(void)
{
	return xen_mmio_follow_bus(&platform_bus_type, &platform_block);
}
arch_initcall(platform_follow);
