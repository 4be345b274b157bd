// SPDX-License-Identifier: GPL-2.0
/*
 * The disk that is served.
 *
 * It is open from when the tools name it until the last request has ended. Its size may change
 * at any time: requests are checked against what it is, and the frontend is told.
 */
#include <linux/blkdev.h>
#include <linux/cdrom.h>
#include <linux/file.h>
#include <linux/jiffies.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "blkback.h"

/**
 * blkback_disk_is_readonly - is it, for the frontend?
 * @disk: the disk, with a mode
 *
 * Return: whether it is.
 */
bool blkback_disk_is_readonly(const struct blkback_disk *disk)
{
	return !strchr(disk->mode, 'w');
}

static unsigned int disk_info(const struct blkback_disk *disk, bool cdrom)
{
	const struct gendisk *gendisk = disk->bdev->bd_disk;
	unsigned int info = 0;

	if (cdrom || disk_to_cdi((struct gendisk *)gendisk))
		info |= VDISK_CDROM;
	if (gendisk->flags & GENHD_FL_REMOVABLE)
		info |= VDISK_REMOVABLE;
	if (blkback_disk_is_readonly(disk))
		info |= VDISK_READONLY;
	return info;
}

/**
 * blkback_disk_open - open what the tools have named
 * @dev: the backend, with the disk's mode
 * @major: of its number
 * @minor: of its number
 * @cdrom: the frontend is to see a CD-ROM
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int blkback_disk_open(struct blkback_dev *dev, unsigned int major, unsigned int minor,
		      bool cdrom)
{
	struct blkback_disk *disk = &dev->disk;
	struct file *file;

	file = bdev_file_open_by_dev(MKDEV(major, minor), blkback_disk_is_readonly(disk) ?
				     BLK_OPEN_READ : BLK_OPEN_WRITE, NULL, NULL);
	if (IS_ERR(file)) {
		pr_warn("domain %u: device %x:%x could not be opened: %ld\n", dev->domid, major,
			minor, PTR_ERR(file));
		return -ENOENT;
	}

	disk->file = file;
	disk->bdev = file_bdev(file);
	disk->size = bdev_nr_sectors(disk->bdev);
	disk->info = disk_info(disk, cdrom);
	disk->major = major;
	disk->minor = minor;
	return 0;
}

/**
 * blkback_disk_close - close it and forget what it was
 * @disk: a disk without requests, or none
 *
 * Context: may sleep.
 */
void blkback_disk_close(struct blkback_disk *disk)
{
	if (disk->file)
		fput(disk->file);
	kfree(disk->mode);
	memset(disk, 0, sizeof(*disk));
}

/**
 * blkback_disk_limits - what requests are checked against
 * @disk: an open disk
 * @limits: filled in
 *
 * Context: any.
 */
void blkback_disk_limits(const struct blkback_disk *disk, struct blkback_limits *limits)
{
	limits->sectors = bdev_nr_sectors(disk->bdev);
	limits->block_mask = (bdev_logical_block_size(disk->bdev) >> SECTOR_SHIFT) - 1;
	limits->readonly = disk->info & VDISK_READONLY;
	limits->can_erase = bdev_max_secure_erase_sectors(disk->bdev);
}

/**
 * blkback_disk_settle - leave nothing of it in the page cache, which requests go past
 * @disk: an open disk
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int blkback_disk_settle(struct blkback_disk *disk)
{
	int err = sync_blockdev(disk->bdev);

	if (!err)
		invalidate_inode_pages2(disk->file->f_mapping);
	return err;
}

/* A frontend reads the size anew when the state is stored, also if it is the same. */
static int resize_store(struct xenbus_transaction xbt, void *data)
{
	const struct blkback_dev *dev = data;
	struct xenbus_device *xendev = dev->xendev;
	int err;

	err = xenbus_printf(xbt, xendev->nodename, "sectors", "%llu",
			    (unsigned long long)dev->disk.size);
	return err ?: xenbus_printf(xbt, xendev->nodename, "state", "%d", xendev->state);
}

static void disk_resize(struct blkback_dev *dev, sector_t size)
{
	int err;

	pr_info("VBD Resize: Domid: %d, Device: (%d, %d)\n", dev->domid, dev->disk.major,
		dev->disk.minor);
	pr_info("VBD Resize: new size %llu\n", (unsigned long long)size);
	dev->disk.size = size;

	err = xenbus_transact(resize_store, dev);
	if (err)
		pr_warn("VBD Resize: the frontend cannot be told: %d\n", err);
}

/**
 * blkback_tend - look at the disk and at rings that may have nothing else to do
 * @work: of a device; disabled before its state or its rings change
 *
 * Context: a work.
 */
void blkback_tend(struct work_struct *work)
{
	struct blkback_dev *dev = container_of(to_delayed_work(work), struct blkback_dev, tend);
	sector_t size = bdev_nr_sectors(dev->disk.bdev);
	unsigned int i;

	if (size != dev->disk.size)
		disk_resize(dev, size);

	for (i = 0; i < dev->nr_rings; i++) {
		struct blkback_ring *ring = dev->rings[i];

		if (READ_ONCE(ring->keep.count) || READ_ONCE(ring->pages.num_pages) ||
		    blkback_log_stats)
			blkback_ring_wake(ring, BLKBACK_TEND);
	}
	queue_delayed_work(blkback_wq, &dev->tend, HZ);
}
