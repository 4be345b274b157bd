// SPDX-License-Identifier: GPL-2.0
/*
 * An IOMMU driver that drives nothing.
 *
 * A device tree says by an "iommus" or "iommu-map" property, with "xen,grant-dma" as the IOMMU,
 * in which domain a virtio device's backend is; see dma_ops.c. Without a driver for that node
 * the device would wait for it for ever.
 */
#include <linux/err.h>
#include <linux/init.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/platform_device.h>

static const struct of_device_id grant_iommu_match[] = {
	{ .compatible = "xen,grant-dma" },
	{ }
};

/* No device is behind it: they all keep their own DMA operations. */
static struct iommu_device *grant_iommu_probe_device(struct device *dev)
{
	return ERR_PTR(-ENODEV);
}

static const struct iommu_ops grant_iommu_ops = {
	.probe_device = grant_iommu_probe_device,
};

static int grant_iommu_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct iommu_device *iommu = devm_kzalloc(dev, sizeof(*iommu), GFP_KERNEL);

	if (!iommu)
		return -ENOMEM;

	platform_set_drvdata(pdev, iommu);
	return iommu_device_register(iommu, &grant_iommu_ops, dev);
}

static void grant_iommu_remove(struct platform_device *pdev)
{
	iommu_device_unregister(platform_get_drvdata(pdev));
}

static struct platform_driver grant_iommu_driver = {
	.probe = grant_iommu_probe,
	.remove_new = grant_iommu_remove,
	.driver = {
		.of_match_table = grant_iommu_match,
		.name = "grant-dma-iommu",
	},
};

static int __init grant_iommu_init(void)
{
	struct device_node *node = of_find_matching_node(NULL, grant_iommu_match);

	if (!node)
		return 0;
	of_node_put(node);

	return platform_driver_register(&grant_iommu_driver);
}
subsys_initcall(grant_iommu_init);
