// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of devices on the AMBA bus: each has one range.
 */
#include <linux/amba/bus.h>
#include <linux/init.h>

#include "mmio.h"

static int amba_notify(struct notifier_block *block, unsigned long event, void *data)
{
	struct amba_device *adev = to_amba_device(data);

	return xen_mmio_notify(&adev->dev, event, "AMBA", &adev->res, 1);
}

static struct notifier_block amba_block = {
	.notifier_call = amba_notify,
};

static int __init amba_follow(void)
{
	return xen_mmio_follow_bus(&amba_bustype, &amba_block);
}
arch_initcall(amba_follow);
