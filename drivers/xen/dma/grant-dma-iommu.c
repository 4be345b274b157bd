// SPDX-License-Identifier: GPL-2.0
/*
 * The node "xen,grant-dma" of a device tree. Devices that share memory by grants name it
 * as their IOMMU, with the backend's domain; drivers/xen/grant/dma_ops.c reads that.
 *
 * There is no IOMMU. But a device whose IOMMU has no driver waits for one, so that this
 * is a driver that takes no device.
 */
#include <linux/err.h>
#include <linux/init.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/platform_device.h>

static struct iommu_device *grant_iommu_refuse(struct device *dev)
{
	return ERR_PTR(-ENODEV);
}

static const struct iommu_ops grant_iommu_ops = {
	.probe_device = grant_iommu_refuse,
};

static int grant_iommu_probe(struct platform_device *pdev)
{
	struct iommu_device *iommu = devm_kzalloc(&pdev->dev, sizeof(*iommu), GFP_KERNEL);

	if (!iommu)
		return -ENOMEM;
	platform_set_drvdata(pdev, iommu);

	return iommu_device_register(iommu, &grant_iommu_ops, &pdev->dev);
}

static void grant_iommu_remove(struct platform_device *pdev)
{
	iommu_device_unregister(platform_get_drvdata(pdev));
}

static const struct of_device_id grant_iommu_nodes[] = {
	{ .compatible = "xen,grant-dma" },
	{ }
};

static struct platform_driver grant_iommu_driver = {
	.probe = grant_iommu_probe,
	.remove_new = grant_iommu_remove,
	.driver = {
		.name = "grant-dma-iommu",
		.of_match_table = grant_iommu_nodes,
	},
};

static int __init grant_iommu_init(void)
{
	struct device_node *node = of_find_matching_node(NULL, grant_iommu_nodes);

	if (!node)
		return 0;
	of_node_put(node);

	return platform_driver_register(&grant_iommu_driver);
}
subsys_initcall(grant_iommu_init);
