/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the block backend share.
 *
 * A device has a disk once the tools have named one, and rings while a frontend is connected.
 * Each ring has a thread, which alone takes requests from it and looks after its persistent
 * mappings. A request is with the disk until transfer_done(), in any context.
 *
 * Who keeps what alive: a ring is there as long as it is connected or a request of it is with
 * the disk (@busy); it keeps its device. A device is there as long as it is bound or has
 * rings; it keeps the disk open, the xenbus device, and the module.
 *
 * Lock order: a device's rings_lock and a ring's lock are leaves.
 */
#ifndef _XEN_BLKBACK_H
#define _XEN_BLKBACK_H

#include <linux/bio.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/ratelimit_types.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <xen/grant_table.h>
#include <xen/interface/io/ring.h>
#include <xen/xenbus.h>

#include "abi.h"
#include "parse.h"
#include "persist.h"

#undef pr_fmt
#define pr_fmt(fmt) "xen-blkback: " fmt

#define BLKBACK_NO_HANDLE	((grant_handle_t)~0)

/* Grants that are mapped at a time. */
#define BLKBACK_MAP_BATCH	32

/* Indexes only: slots are found by the layout. */
DEFINE_RING_TYPES(blkback, u8, u8);

struct blkback_ring;

/**
 * struct blkback_io - a request that is being served, and what it needs
 * @bio:	for the disk
 * @ring:	whose it is
 * @next:	of those that are free; under the ring's lock
 * @id:		for the answer
 * @op:		likewise
 * @status:	likewise
 * @is_flush:	with a flush of the disk's cache
 * @nr:		frames in use
 * @room:	elements of each of the arrays
 * @frames:	whose they are and how they are mapped
 * @vecs:	where they are mapped
 * @unmap:	to unmap those that are not persistent
 * @pages:	likewise
 * @item:	likewise
 */
struct blkback_io {
	struct bio bio;
	struct blkback_ring *ring;
	struct blkback_io *next;
	u64 id;
	u8 op;
	s8 status;
	bool is_flush;
	u16 nr;
	u16 room;
	struct blkback_frame *frames;
	struct bio_vec *vecs;
	struct gnttab_unmap_grant_ref *unmap;
	struct page **pages;
	struct gntab_unmap_queue_data item;
};

/* Counters of a ring, as sysfs names them. */
enum blkback_stat {
	BLKBACK_OO_REQ, BLKBACK_RD_REQ, BLKBACK_WR_REQ, BLKBACK_F_REQ, BLKBACK_DS_REQ,
	BLKBACK_RD_SECT, BLKBACK_WR_SECT,
	BLKBACK_NR_STATS
};

/* Bits of a ring's @todo. */
enum {
	BLKBACK_EVENT,		/* an event has come, which is owed an EOI */
	BLKBACK_LOOK,		/* look for requests */
	BLKBACK_TEND,		/* look after mappings and pages */
	BLKBACK_NO_FLUSH,	/* tell the frontend that the disk cannot flush after all */
};

/**
 * struct blkback_ring - a ring and its thread
 * @dev:	whose it is
 * @layout:	of its requests
 * @persistent:	mappings stay
 * @memory:	where it is mapped
 * @irq:	of its event channel, 0 if none
 * @thread:	NULL until it is started
 * @todo:	what it is to do; atomic bits
 * @stopped:	nothing is taken from the ring any more, as the frontend broke the rules; the
 *		thread's, as is what follows
 * @owes_eoi:	for an event
 * @was_useful:	there were requests since the last EOI
 * @next_tend:	in jiffies
 * @limits:	of the disk
 * @keep:	persistent mappings
 * @map:	operations to map what is not
 * @map_pages:	their pages
 * @map_index:	their places in the request
 * @stats:	counters; others may read them
 * @logged:	counters when they were last logged
 * @next_log:	in jiffies
 * @lock:	guards what follows; taken with interrupts off
 * @shared:	indexes; @shared.req_cons is the thread's
 * @free:	requests that are not in use
 * @busy:	those that are, and one while the ring is connected
 * @waits:	the thread waits for all requests but its own to end
 * @ios:	all requests, one a slot
 * @pages:	for grants; has a lock of its own
 * @release:	frees it, after the last request
 */
struct blkback_ring {
	struct blkback_dev *dev;
	const struct blkback_layout *layout;
	bool persistent;
	void *memory;
	int irq;
	struct task_struct *thread;
	unsigned long todo;

	bool stopped;
	bool owes_eoi;
	bool was_useful;
	unsigned long next_tend;
	struct blkback_limits limits;
	struct blkback_keep keep;
	struct gnttab_map_grant_ref map[BLKBACK_MAP_BATCH];
	struct page *map_pages[BLKBACK_MAP_BATCH];
	u16 map_index[BLKBACK_MAP_BATCH];
	u64 stats[BLKBACK_NR_STATS];
	u64 logged[BLKBACK_NR_STATS];
	unsigned long next_log;

	spinlock_t lock;	/* guards the next four; see above */
	struct blkback_back_ring shared;
	struct blkback_io *free;
	unsigned int busy;
	bool waits;

	struct blkback_io *ios;
	struct gnttab_page_cache pages;
	struct work_struct release;
};

/**
 * struct blkback_disk - what a device serves
 * @file:	the open disk, or NULL
 * @bdev:	it
 * @size:	in units of 512 bytes, as the frontend knows it
 * @info:	VDISK_*
 * @major:	of its number; with @minor zero if there is no disk
 * @minor:	of its number
 * @mode:	as the tools wrote it: with a 'w' if it may be written to
 */
struct blkback_disk {
	struct file *file;
	struct block_device *bdev;
	sector_t size;
	unsigned int info;
	unsigned int major, minor;
	char *mode;
};

/**
 * struct blkback_dev - a backend
 * @xendev:	what the bus knows
 * @refs:	see above
 * @domid:	the frontend's domain
 * @disk:	what it serves; changed by xenwatch while there is no ring
 * @physical_watch: tells when the tools have named it
 * @in_sysfs:	its attributes are
 * @news:	how much the frontend may have said about itself in the log
 * @abi:	of the frontend
 * @persistent_offered: when it connected
 * @persistent:	mappings stay
 * @ring_pages:	of each ring
 * @ring_refs_numbered: their references are, as there may be more than one
 * @draining:	rings that are not connected any more but have requests with the disk
 * @squeeze_end: in jiffies: until then no pages are kept in reserve
 * @tend:	looks for a new size, and wakes threads that have to look after mappings
 * @rings_lock:	guards the next two for those who only read them
 * @rings:	all, NULL if there are none; changed by xenwatch or with the device's lock
 * @nr_rings:	how many
 */
struct blkback_dev {
	struct xenbus_device *xendev;
	struct kref refs;
	domid_t domid;
	struct blkback_disk disk;
	struct xenbus_watch physical_watch;
	bool in_sysfs;
	struct ratelimit_state news;

	enum blkback_abi abi;
	bool persistent_offered;
	bool persistent;
	unsigned int ring_pages;
	bool ring_refs_numbered;

	atomic_t draining;
	unsigned long squeeze_end;
	struct delayed_work tend;

	spinlock_t rings_lock;	/* guards the next two for readers; see above */
	struct blkback_ring **rings;
	unsigned int nr_rings;
};

/* module.c */
extern struct workqueue_struct *blkback_wq;
extern unsigned int blkback_max_queues;
extern unsigned int blkback_max_ring_order;
extern bool blkback_feature_persistent;
extern unsigned int blkback_squeeze_ms;
extern unsigned int blkback_log_stats;
unsigned int blkback_keep_max(void);
unsigned long blkback_keep_age(void);
unsigned int blkback_pages_max(void);

/* map.c */
int blkback_frames_map(struct blkback_ring *ring, struct blkback_frame *frames,
		       struct bio_vec *vecs, unsigned int nr, bool readonly);
unsigned int blkback_frames_put(struct blkback_io *io);
void blkback_frame_unmap(struct blkback_ring *ring, struct blkback_frame *frame,
			 struct page *page);
void blkback_unmapped(struct blkback_ring *ring, int err,
		      const struct gntab_unmap_queue_data *item);
void blkback_kept_unmap(struct blkback_ring *ring, struct list_head *taken);

/* io_rw.c, io_other.c */
void blkback_transfer(struct blkback_ring *ring, const struct blkback_request *req,
		      struct blkback_plan *plan);
void blkback_discard(struct blkback_ring *ring, u64 id, const struct blkback_plan *plan);

/* ring.c */
irqreturn_t blkback_ring_event(int irq, void *ring);
int blkback_ring_thread(void *ring);
void blkback_ring_wake(struct blkback_ring *ring, unsigned int todo);
struct blkback_io *blkback_io_get(struct blkback_ring *ring);
void blkback_io_finish(struct blkback_io *io);
bool blkback_wait_alone(struct blkback_ring *ring);
void blkback_respond(struct blkback_ring *ring, u64 id, u8 op, s8 status);

/* ring_setup.c */
struct blkback_ring *blkback_ring_create(struct blkback_dev *dev, grant_ref_t *grefs,
					 unsigned int evtchn);
int blkback_ring_start(struct blkback_ring *ring, const char *name, unsigned int index);
void blkback_ring_disconnect(struct blkback_ring *ring);
int blkback_io_reserve(struct blkback_io *io, unsigned int nr);

/* vbd.c */
int blkback_disk_open(struct blkback_dev *dev, unsigned int major, unsigned int minor,
		      bool cdrom);
void blkback_disk_close(struct blkback_disk *disk);
void blkback_disk_limits(const struct blkback_disk *disk, struct blkback_limits *limits);
int blkback_disk_settle(struct blkback_disk *disk);
bool blkback_disk_is_readonly(const struct blkback_disk *disk);
void blkback_tend(struct work_struct *work);

/* sysfs.c */
int blkback_sysfs_add(struct blkback_dev *dev);
void blkback_sysfs_remove(struct blkback_dev *dev);
void blkback_log(struct blkback_ring *ring);

/* connect.c */
int blkback_connect(struct blkback_dev *dev);
int blkback_start(struct blkback_dev *dev);
int blkback_disconnect(struct blkback_dev *dev);
int blkback_advertise(struct blkback_dev *dev);

/* xenbus.c */
int blkback_xenbus_init(void);
void blkback_xenbus_exit(void);
void blkback_dev_get(struct blkback_dev *dev);
void blkback_dev_put(struct blkback_dev *dev);

#endif /* _XEN_BLKBACK_H */
