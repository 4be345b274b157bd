// SPDX-License-Identifier: GPL-2.0
/*
 * What a backend shows: its disk and mode in sysfs, and the counters of its rings there and,
 * on demand, in the log.
 */
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/sysfs.h>

#include "blkback.h"

#define LOG_SECONDS	10

static struct blkback_dev *dev_of(struct device *device)
{
	return dev_get_drvdata(device);
}

static u64 sum_of(struct blkback_dev *dev, enum blkback_stat stat)
{
	unsigned int i;
	u64 sum = 0;

	spin_lock(&dev->rings_lock);
	for (i = 0; i < dev->nr_rings; i++)
		sum += READ_ONCE(dev->rings[i]->stats[stat]);
	spin_unlock(&dev->rings_lock);
	return sum;
}

#define STATISTIC(name, stat)								\
static ssize_t name##_show(struct device *device, struct device_attribute *attr,	\
			   char *buf)							\
{											\
	return sysfs_emit(buf, "%llu\n", sum_of(dev_of(device), stat));		\
}											\
static DEVICE_ATTR_RO(name)

STATISTIC(oo_req, BLKBACK_OO_REQ);
STATISTIC(rd_req, BLKBACK_RD_REQ);
STATISTIC(wr_req, BLKBACK_WR_REQ);
STATISTIC(f_req, BLKBACK_F_REQ);
STATISTIC(ds_req, BLKBACK_DS_REQ);
STATISTIC(rd_sect, BLKBACK_RD_SECT);
STATISTIC(wr_sect, BLKBACK_WR_SECT);

static ssize_t physical_device_show(struct device *device, struct device_attribute *attr,
				    char *buf)
{
	const struct blkback_disk *disk = &dev_of(device)->disk;

	return sysfs_emit(buf, "%x:%x\n", disk->major, disk->minor);
}
static DEVICE_ATTR_RO(physical_device);

static ssize_t mode_show(struct device *device, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", dev_of(device)->disk.mode);
}
static DEVICE_ATTR_RO(mode);

static struct attribute *disk_attrs[] = {
	&dev_attr_physical_device.attr, &dev_attr_mode.attr, NULL
};

static struct attribute *statistics_attrs[] = {
	&dev_attr_rd_req.attr, &dev_attr_rd_sect.attr, &dev_attr_wr_req.attr,
	&dev_attr_wr_sect.attr, &dev_attr_ds_req.attr, &dev_attr_f_req.attr,
	&dev_attr_oo_req.attr, NULL
};

static const struct attribute_group disk_group = { .attrs = disk_attrs };
static const struct attribute_group statistics_group = {
	.name = "statistics", .attrs = statistics_attrs,
};

static const struct attribute_group *blkback_groups[] = {
	&disk_group, &statistics_group, NULL
};

/**
 * blkback_sysfs_add - show a backend's attributes
 * @dev: a backend with a disk
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int blkback_sysfs_add(struct blkback_dev *dev)
{
	int err = sysfs_create_groups(&dev->xendev->dev.kobj, blkback_groups);

	dev->in_sysfs = !err;
	return err;
}

/**
 * blkback_sysfs_remove - show them no more
 * @dev: a backend whose attributes may be shown
 *
 * Nobody reads them any more on return.
 *
 * Context: may sleep.
 */
void blkback_sysfs_remove(struct blkback_dev *dev)
{
	if (dev->in_sysfs)
		sysfs_remove_groups(&dev->xendev->dev.kobj, blkback_groups);
	dev->in_sysfs = false;
}

static u64 since_logged(struct blkback_ring *ring, enum blkback_stat stat)
{
	u64 now = ring->stats[stat];
	u64 before = ring->logged[stat];

	ring->logged[stat] = now;
	return now - before;
}

/**
 * blkback_log - log a ring's counters since they were last logged
 * @ring: the ring
 *
 * Context: the ring's thread.
 */
void blkback_log(struct blkback_ring *ring)
{
	u64 oo = since_logged(ring, BLKBACK_OO_REQ), rd = since_logged(ring, BLKBACK_RD_REQ);
	u64 wr = since_logged(ring, BLKBACK_WR_REQ), f = since_logged(ring, BLKBACK_F_REQ);
	u64 ds = since_logged(ring, BLKBACK_DS_REQ);

	pr_info("(%s): oo %3llu  |  rd %4llu  |  wr %4llu  |  f %4llu  |  ds %4llu | pg: %4u/%4u\n",
		current->comm, oo, rd, wr, f, ds, ring->keep.count, blkback_keep_max());
	ring->next_log = jiffies + LOG_SECONDS * HZ;
}
