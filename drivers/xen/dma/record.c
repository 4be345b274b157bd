// SPDX-License-Identifier: GPL-2.0
/*
 * Counts for each device: what was copied, what failed, what frames were exchanged.
 * To be read in the file devices of the folder xen/swiotlb in debugfs.
 *
 * Owns the table of records. A record is for a name, not for the device, so nothing has
 * to be known of when devices come and go. Invariant: a record, once it has a hash, has
 * its name and keeps both for good. record_lock, a leaf taken with interrupts off,
 * guards giving records away; counters are atomic.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/stringhash.h>

#include <xen/xen.h>

#include "record.h"

#define RECORDS		64	/* a power of two; a machine has a few such devices */
#define RECORD_NAME	32

struct dma_record {
	u32 hash;		/* of the name, never 0; 0: free */
	char name[RECORD_NAME];
	atomic_long_t bounced[DMA_TROUBLES];
	atomic_long_t bytes;
	atomic_long_t spares;
	atomic_long_t failed;
	atomic_long_t exchanged;
	atomic_long_t kept;	/* exchanges that failed */
};

static DEFINE_SPINLOCK(record_lock);
static struct dma_record records[RECORDS];

/* For all devices that find the table full. */
static struct dma_record record_others = { .name = "others" };

static struct dma_record *record_take(struct dma_record *record, const char *name, u32 hash)
{
	unsigned long flags;
	bool ours = true;

	spin_lock_irqsave(&record_lock, flags);
	if (!record->hash) {
		strscpy(record->name, name);
		/* Pairs with the reader's acquire: whoever sees the hash sees the name. */
		smp_store_release(&record->hash, hash);
	} else {
		ours = record->hash == hash && !strncmp(record->name, name, RECORD_NAME - 1);
	}
	spin_unlock_irqrestore(&record_lock, flags);

	return ours ? record : NULL;
}

static struct dma_record *record_of(struct device *dev)
{
	const char *name = dev_name(dev);
	u32 seen, hash = full_name_hash(NULL, name, strlen(name)) | 1;
	struct dma_record *record;
	unsigned int i;

	for (i = 0; i < RECORDS; i++) {
		record = &records[((hash >> 1) + i) % RECORDS];
		/* Pairs with the release in record_take(). */
		seen = smp_load_acquire(&record->hash);
		if (seen == hash && !strncmp(record->name, name, RECORD_NAME - 1))
			return record;
		if (!seen) {
			record = record_take(record, name, hash);
			if (record)
				return record;
		}
	}

	return &record_others;
}

/**
 * xen_dma_record_bounce - count a copy
 * @dev: the device
 * @size: of the mapping, in bytes
 * @why: what made it necessary
 *
 * Context: any.
 */
void xen_dma_record_bounce(struct device *dev, size_t size, enum dma_trouble why)
{
	struct dma_record *record = record_of(dev);

	atomic_long_inc(&record->bounced[why]);
	atomic_long_add(size, &record->bytes);
}

/**
 * xen_dma_record_failure - count a mapping that failed
 * @dev: the device
 *
 * Context: any.
 * Return: whether it is the device's first.
 */
bool xen_dma_record_failure(struct device *dev)
{
	return atomic_long_inc_return(&record_of(dev)->failed) == 1;
}

/**
 * xen_dma_record_spare - count a copy for which the bounce buffer had no room
 * @dev: the device
 *
 * Context: any.
 */
void xen_dma_record_spare(struct device *dev)
{
	atomic_long_inc(&record_of(dev)->spares);
}

/**
 * xen_dma_record_exchange - count memory that needed other frames
 * @dev: the device
 * @done: whether the hypervisor had them
 *
 * Context: any.
 */
void xen_dma_record_exchange(struct device *dev, bool done)
{
	struct dma_record *record = record_of(dev);

	atomic_long_inc(done ? &record->exchanged : &record->kept);
}

static void record_print(struct seq_file *m, const struct dma_record *record)
{
	seq_printf(m, "%s %ld %ld %ld %ld %ld %ld %ld %ld\n", record->name,
		   atomic_long_read(&record->bounced[DMA_SCATTERED]),
		   atomic_long_read(&record->bounced[DMA_OUT_OF_REACH]),
		   atomic_long_read(&record->bounced[DMA_FORCED]),
		   atomic_long_read(&record->bytes), atomic_long_read(&record->spares),
		   atomic_long_read(&record->failed), atomic_long_read(&record->exchanged),
		   atomic_long_read(&record->kept));
}

static int record_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	seq_puts(m, "device scattered unreachable forced bytes spares failed exchanged unexchanged\n");
	for (i = 0; i < RECORDS; i++) {
		/* As in record_of(). */
		if (smp_load_acquire(&records[i].hash))
			record_print(m, &records[i]);
	}
	record_print(m, &record_others);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(record);

/* Late: the port's folder is made by others, if they have something to show. */
static int __init record_init(void)
{
	struct dentry *xen;

	if (IS_ENABLED(CONFIG_X86) ? !xen_pv_domain() : !xen_domain())
		return 0;

	xen = debugfs_lookup("xen", NULL) ?: debugfs_create_dir("xen", NULL);
	debugfs_create_file("devices", 0400, debugfs_create_dir("swiotlb", xen), NULL,
			    &record_fops);
	return 0;
}
late_initcall(record_init);
