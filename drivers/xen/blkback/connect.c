// SPDX-License-Identifier: GPL-2.0
/*
 * Connecting to a frontend: what it wants is read from its folder in the store, checked, and
 * made; what the disk can do is written to ours.
 *
 * Runs in xenwatch, or with the device's lock in its removal, which waits for xenwatch first.
 */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <xen/interface/io/protocols.h>

#include "blkback.h"

#define PROTOCOL_MAX	64	/* with its end */

static const struct {
	const char *name;
	enum blkback_abi abi;
} abis[] = {
	{ XEN_IO_PROTO_ABI_NATIVE, BLKBACK_ABI_NATIVE },
	{ XEN_IO_PROTO_ABI_X86_64, BLKBACK_ABI_X86_64 },
	{ XEN_IO_PROTO_ABI_X86_32, BLKBACK_ABI_X86_32 },
};

static int read_abi(struct blkback_dev *dev, char protocol[PROTOCOL_MAX])
{
	unsigned int i;

	if (xenbus_scanf(XBT_NIL, dev->xendev->otherend, "protocol", "%63s", protocol) <= 0) {
		/* A frontend that says nothing is an old one. */
		dev->abi = IS_ENABLED(CONFIG_X86) ? BLKBACK_ABI_X86_32 : BLKBACK_ABI_NATIVE;
		strscpy(protocol, "unspecified, assuming default", PROTOCOL_MAX);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(abis); i++) {
		if (!strcmp(protocol, abis[i].name)) {
			dev->abi = abis[i].abi;
			return 0;
		}
	}
	/* The frontend's words, which a terminal had better not see as they are. */
	xenbus_dev_fatal(dev->xendev, -EPROTONOSUPPORT, "unknown fe protocol %*pE",
			 (int)strlen(protocol), protocol);
	return -EPROTONOSUPPORT;
}

static int read_queues(struct blkback_dev *dev, unsigned int *nr)
{
	unsigned int max = READ_ONCE(blkback_max_queues);

	*nr = xenbus_read_unsigned(dev->xendev->otherend, "multi-queue-num-queues", 1);
	if (*nr && *nr <= max)
		return 0;
	xenbus_dev_fatal(dev->xendev, -EINVAL,
			 "frontend wants %u queues, from 1 to %u are possible", *nr, max);
	return -EINVAL;
}

static int read_ring_pages(struct blkback_dev *dev)
{
	unsigned int order = 0;

	dev->ring_refs_numbered = xenbus_scanf(XBT_NIL, dev->xendev->otherend, "ring-page-order",
					       "%u", &order) == 1;
	if (!dev->ring_refs_numbered)
		order = 0;
	if (order > blkback_max_ring_order) {
		xenbus_dev_fatal(dev->xendev, -EINVAL,
				 "frontend wants ring order %u, %u is possible", order,
				 blkback_max_ring_order);
		return -EINVAL;
	}
	dev->ring_pages = 1U << order;
	return 0;
}

static void read_persistent(struct blkback_dev *dev)
{
	dev->persistent_offered = READ_ONCE(blkback_feature_persistent);
	dev->persistent = dev->persistent_offered &&
			  xenbus_read_unsigned(dev->xendev->otherend, "feature-persistent", 0);
}

static int read_number(struct blkback_dev *dev, const char *folder, const char *node,
		       unsigned int *number)
{
	if (xenbus_scanf(XBT_NIL, folder, node, "%u", number) == 1)
		return 0;
	xenbus_dev_fatal(dev->xendev, -EINVAL, "reading %s/%s", folder, node);
	return -EINVAL;
}

static struct blkback_ring *ring_from(struct blkback_dev *dev, const char *folder)
{
	grant_ref_t grefs[XENBUS_MAX_RING_GRANTS];
	struct blkback_ring *ring;
	unsigned int i, evtchn;
	char node[20];
	int err;

	err = read_number(dev, folder, "event-channel", &evtchn);
	for (i = 0; !err && i < dev->ring_pages; i++) {
		snprintf(node, sizeof(node), dev->ring_refs_numbered ? "ring-ref%u" : "ring-ref",
			 i);
		err = read_number(dev, folder, node, &grefs[i]);
	}
	if (err)
		return ERR_PTR(err);

	ring = blkback_ring_create(dev, grefs, evtchn);
	if (IS_ERR(ring))
		xenbus_dev_fatal(dev->xendev, PTR_ERR(ring), "mapping ring of %s, port %u", folder,
				 evtchn);
	return ring;
}

/* The only one is described in the frontend's folder itself. */
static char *ring_folder(struct blkback_dev *dev, unsigned int index, unsigned int nr)
{
	if (nr == 1)
		return kstrdup(dev->xendev->otherend, GFP_KERNEL);
	return kasprintf(GFP_KERNEL, "%s/queue-%u", dev->xendev->otherend, index);
}

static struct blkback_ring *connect_ring(struct blkback_dev *dev, unsigned int index,
					 unsigned int nr)
{
	char *folder = ring_folder(dev, index, nr);
	struct blkback_ring *ring;

	if (!folder) {
		xenbus_dev_fatal(dev->xendev, -ENOMEM, "ring %u", index);
		return ERR_PTR(-ENOMEM);
	}
	ring = ring_from(dev, folder);
	kfree(folder);
	return ring;
}

static int connect_rings(struct blkback_dev *dev, unsigned int nr)
{
	struct blkback_ring **rings, *ring;
	unsigned int i;

	rings = kcalloc(nr, sizeof(*rings), GFP_KERNEL);
	if (!rings) {
		xenbus_dev_fatal(dev->xendev, -ENOMEM, "allocating %u rings", nr);
		return -ENOMEM;
	}
	dev->rings = rings;

	for (i = 0; i < nr; i++) {
		ring = connect_ring(dev, i, nr);
		if (IS_ERR(ring))
			return PTR_ERR(ring);

		spin_lock(&dev->rings_lock);
		rings[i] = ring;
		dev->nr_rings = i + 1;
		spin_unlock(&dev->rings_lock);
	}
	return 0;
}

/**
 * blkback_connect - make the rings that a frontend wants
 * @dev: a backend without rings
 *
 * Context: xenwatch.
 * Return: 0, or -errno with the error in the store and what was made for
 * blkback_disconnect().
 */
int blkback_connect(struct blkback_dev *dev)
{
	char protocol[PROTOCOL_MAX];
	unsigned int nr = 0;
	int err;

	err = read_abi(dev, protocol);
	if (!err)
		err = read_queues(dev, &nr);
	if (err)
		return err;
	read_persistent(dev);

	if (__ratelimit(&dev->news))
		pr_info("%s: using %u queues, protocol %d (%s) %s\n", dev->xendev->nodename, nr,
			dev->abi, protocol, dev->persistent ? "persistent grants" : "");

	err = read_ring_pages(dev);
	return err ?: connect_rings(dev, nr);
}

/* The thread's name: the domain, and the disk as the frontend calls it. */
static int thread_name(struct blkback_dev *dev, char name[TASK_COMM_LEN])
{
	char *path = xenbus_read(XBT_NIL, dev->xendev->nodename, "dev", NULL);
	const char *disk;

	if (IS_ERR(path))
		return PTR_ERR(path);
	disk = strstr(path, "/dev/");
	snprintf(name, TASK_COMM_LEN, "%u.%s", dev->domid, disk ? disk + strlen("/dev/") : path);
	kfree(path);
	return 0;
}

/**
 * blkback_start - serve
 * @dev: a backend with a disk and rings
 *
 * Context: xenwatch.
 * Return: 0, or -errno with the error in the store.
 */
int blkback_start(struct blkback_dev *dev)
{
	char name[TASK_COMM_LEN];
	unsigned int i;
	int err;

	err = thread_name(dev, name);
	if (!err)
		err = blkback_disk_settle(&dev->disk);
	for (i = 0; !err && i < dev->nr_rings; i++)
		err = blkback_ring_start(dev->rings[i], name, i);
	if (err)
		xenbus_dev_fatal(dev->xendev, err, "starting to serve");
	return err;
}

/**
 * blkback_disconnect - let go of the rings
 * @dev: a backend that may have some
 *
 * Context: see above.
 * Return: 0, or -EBUSY if there are requests with the disk that a ring had.
 */
int blkback_disconnect(struct blkback_dev *dev)
{
	struct blkback_ring **rings = dev->rings;
	unsigned int i, nr = dev->nr_rings;

	cancel_delayed_work_sync(&dev->tend);

	spin_lock(&dev->rings_lock);
	dev->rings = NULL;
	dev->nr_rings = 0;
	spin_unlock(&dev->rings_lock);

	for (i = 0; i < nr; i++)
		blkback_ring_disconnect(rings[i]);
	kfree(rings);

	return atomic_read(&dev->draining) ? -EBUSY : 0;
}

static int advertise_discard(struct blkback_dev *dev, struct xenbus_transaction xbt)
{
	struct block_device *bdev = dev->disk.bdev;
	const char *folder = dev->xendev->nodename;
	bool can = bdev_max_discard_sectors(bdev);
	int err = 0;

	if (!xenbus_read_unsigned(folder, "discard-enable", 1))
		return 0;
	if (can)
		err = xenbus_printf(xbt, folder, "discard-granularity", "%u",
				    bdev_discard_granularity(bdev)) ?:
		      xenbus_printf(xbt, folder, "discard-alignment", "%u",
				    bdev_discard_alignment(bdev)) ?:
		      xenbus_printf(xbt, folder, "discard-secure", "%d",
				    !!bdev_max_secure_erase_sectors(bdev));
	return err ?: xenbus_printf(xbt, folder, "feature-discard", "%d", can);
}

/* What frontends can do without. */
static void advertise_features(struct blkback_dev *dev, struct xenbus_transaction xbt)
{
	const char *folder = dev->xendev->nodename;
	int cache = bdev_write_cache(dev->disk.bdev);
	int err;

	err = xenbus_printf(xbt, folder, "feature-flush-cache", "%d", cache) ?:
	      advertise_discard(dev, xbt) ?:
	      xenbus_printf(xbt, folder, "feature-barrier", "%d", cache) ?:
	      xenbus_printf(xbt, folder, "physical-sector-size", "%u",
			    bdev_physical_block_size(dev->disk.bdev));
	if (err)
		dev_warn(&dev->xendev->dev, "a feature cannot be advertised: %d\n", err);
}

static int advertise_disk(struct xenbus_transaction xbt, void *data)
{
	struct blkback_dev *dev = data;
	const char *folder = dev->xendev->nodename;

	advertise_features(dev, xbt);
	dev->disk.size = bdev_nr_sectors(dev->disk.bdev);
	return xenbus_printf(xbt, folder, "feature-persistent", "%u", dev->persistent_offered) ?:
	       xenbus_printf(xbt, folder, "sectors", "%llu",
			     (unsigned long long)dev->disk.size) ?:
	       xenbus_printf(xbt, folder, "info", "%u", dev->disk.info) ?:
	       xenbus_printf(xbt, folder, "sector-size", "%u",
			     bdev_logical_block_size(dev->disk.bdev));
}

/**
 * blkback_advertise - write what the disk is and can do
 * @dev: a backend with a disk
 *
 * Context: xenwatch.
 * Return: 0, or -errno with the error in the store.
 */
int blkback_advertise(struct blkback_dev *dev)
{
	int err = xenbus_transact(advertise_disk, dev);

	if (err)
		xenbus_dev_fatal(dev->xendev, err, "writing what the disk is");
	return err;
}
