/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of /dev/xen/gntdev share.
 *
 * A *map* is a set of grants that a program named in one call. Its *frames* are struct pages
 * that stand for the granted frames, mapped for the kernel; its *ptes* are entries in the
 * page tables of the program of a PV domain. Where the hypervisor translates, a program's
 * mappings are ordinary ones of the frames. In a PV domain a frame is mapped only when
 * somebody asks for the struct page behind a user address.
 *
 * Lock order: mmap_lock > gntdev_file.lock > gntdev_map.lock > gntdev_map.frame_lock.
 * User memory is never touched with one of ours held: a fault takes mmap_lock.
 */
#ifndef XEN_GRANT_GNTDEV_MAP_H
#define XEN_GRANT_GNTDEV_MAP_H

#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <xen/grant_table.h>
#include <xen/gntdev.h>
#include <xen/interface/event_channel.h>

#include "gntdev_span.h"

struct gntdev_copy;
struct gntdev_dma;

/**
 * struct gntdev_file - an open /dev/xen/gntdev
 * @lock: guards @maps, the spans in it, and each map's @used and @flags
 * @maps: spans of those maps that have an offset in the file
 * @copy: room for copies while nobody copies; exchanged without a lock
 * @filp: the file itself, for exported buffers to hold
 * @dmabuf_lock: guards @exports and @imports; leaf lock
 * @exports: buffers made of grants, newest first
 * @imports: buffers that were granted, newest first
 */
struct gntdev_file {
	struct mutex lock;		/* see above */
	struct list_head maps;
	struct gntdev_copy *copy;
	struct file *filp;
	struct mutex dmabuf_lock;	/* see above */
	struct list_head exports;
	struct list_head imports;
};

/**
 * struct gntdev_slot - one grant of a map
 * @pte: machine address of the program's page table entry (PV domain with a mapping)
 * @dev_bus: address for devices, in maps with GNTMAP_device_map
 * @ref: the grant
 * @domid: who granted it
 * @user: handle of the mapping in @pte, or INVALID_GRANT_HANDLE
 * @frame: handle of the kernel's mapping, or INVALID_GRANT_HANDLE
 */
struct gntdev_slot {
	union {
		u64 pte;
		u64 dev_bus;
	};
	grant_ref_t ref;
	domid_t domid;
	grant_handle_t user;
	grant_handle_t frame;
};

/**
 * struct gntdev_batch - room for the operations of one hypercall
 * @size: how many there can be
 * @map: operations that map
 * @unmap: operations that unmap, in the same room
 * @pages: pages of those operations
 * @slots: numbers of their slots
 */
struct gntdev_batch {
	unsigned int size;
	union {
		struct gnttab_map_grant_ref *map;
		struct gnttab_unmap_grant_ref *unmap;
	};
	struct page **pages;
	unsigned int *slots;
};

/**
 * struct gntdev_notify - what happens when a map goes away
 * @flags: UNMAP_NOTIFY_*
 * @port: event channel to send on; a reference is held
 * @offset: byte to clear, from the start of the map
 */
struct gntdev_notify {
	u32 flags;
	evtchn_port_t port;
	unsigned long offset;
};

/**
 * struct gntdev_map - grants that are mapped together
 * @span: place in the file; list and numbers by the file's lock, the count never changes
 * @users: references: the file's list, each VMA, a pending release, an exported buffer
 * @vmas: mappings of it; the last one to go takes the grants' mappings away
 * @used: it has been mapped once, which is all it can be
 * @flags: GNTMAP_* of frames; 0 until mapped, then constant
 * @lock: guards @batch, @notify and all that changes handles
 * @frame_lock: also guards handles, against those who look up a page; held over a hypercall
 *	that unmaps, so that a frame with a user handle is pinned for the one who holds it
 * @nr_user: valid user handles
 * @nr_frames: valid frame handles
 * @nr_lost: pages that could not be unmapped, and are never given back
 * @vm_start: address of the first page of the first VMA; constant once mapped
 * @notifier: tells when user entries have to go (PV)
 * @notify: what to do at the end
 * @release: waits for pages that are still in use somewhere
 * @delay: milliseconds until the next look
 * @dma: memory for devices behind @pages, or NULL for ordinary ones
 * @slots: the grants
 * @pages: a page each
 * @batch: operations
 */
struct gntdev_map {
	struct gntdev_span span;
	refcount_t users;
	atomic_t vmas;
	bool used;
	u32 flags;
	struct mutex lock;		/* see above */
	spinlock_t frame_lock;		/* see above */
	unsigned int nr_user;
	unsigned int nr_frames;
	unsigned int nr_lost;
	unsigned long vm_start;
	struct mmu_interval_notifier notifier;
	struct gntdev_notify notify;
	struct delayed_work release;
	unsigned int delay;
	struct gntdev_dma *dma;
	struct gntdev_slot *slots;
	struct page **pages;
	struct gntdev_batch batch;
};

/**
 * struct gntdev_mode - how a program's addresses reach granted frames
 * @attach: map all grants for a new VMA; on failure all is as before but for frames
 * @detach: forget the address range of the last VMA
 * @vm_flags: what such a VMA needs in addition
 * @translated: the hypervisor translates, so that frames have ordinary mappings
 */
struct gntdev_mode {
	int (*attach)(struct gntdev_map *map, struct vm_area_struct *vma);
	void (*detach)(struct gntdev_map *map);
	vm_flags_t vm_flags;
	bool translated;
};

extern const struct gntdev_mode gntdev_mode_pv, gntdev_mode_translated;
extern const struct gntdev_mode *gntdev_mode;

/* gntdev.c */
bool gntdev_count_is_valid(unsigned int count);
struct device *gntdev_device(void);

/* gntdev_map.c */
struct gntdev_map *gntdev_map_alloc(unsigned int count, u32 dma_flags);
void gntdev_map_get(struct gntdev_map *map);
void gntdev_map_put(struct gntdev_map *map);
void gntdev_map_detach(struct gntdev_map *map);
int gntdev_release_init(void);
void gntdev_release_exit(void);

/* gntdev_pages.c */
int gntdev_pages_alloc(unsigned int count, struct page **pages);
void gntdev_pages_free(unsigned int count, struct page **pages);
void gntdev_pages_open(void);
void gntdev_pages_close(void);

/* gntdev_frames.c */
int gntdev_frames_map(struct gntdev_map *map);
bool gntdev_frames_unmap(struct gntdev_map *map);
struct page *gntdev_frame_lookup(struct gntdev_map *map, unsigned int i);
void *gntdev_frame_address(struct gntdev_map *map, unsigned int i);

/* gntdev_mmap.c */
int gntdev_mmap(struct file *filp, struct vm_area_struct *vma);
long gntdev_offset_of(struct gntdev_file *file, void __user *arg);

/* gntdev_notify.c */
long gntdev_set_notify(struct gntdev_file *file, void __user *arg);
int gntdev_notify_arm(struct gntdev_map *map);
void gntdev_notify_clear(struct gntdev_map *map, unsigned int first, unsigned int count);
void gntdev_notify_send(struct gntdev_map *map);

/* gntdev_copy.c */
long gntdev_grant_copy(struct gntdev_file *file, void __user *arg);
void gntdev_copy_free(struct gntdev_file *file);

/* gntdev_dma_pages.c */
#ifdef CONFIG_XEN_GNTDEV_DMABUF
int gntdev_dma_pages_alloc(struct gntdev_map *map, u32 dma_flags);
void gntdev_dma_pages_free(struct gntdev_map *map);
#else
static inline int gntdev_dma_pages_alloc(struct gntdev_map *map, u32 dma_flags)
{
	return -EINVAL;
}

static inline void gntdev_dma_pages_free(struct gntdev_map *map)
{
}
#endif

#endif /* XEN_GRANT_GNTDEV_MAP_H */
