/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The devices for grants and events, as small calls that fail loudly, for a
 * domain that grants pages to itself.
 */
#ifndef BED_GRANTS_H
#define BED_GRANTS_H

#include "devices.h"

#include <poll.h>

typedef uint32_t grant_ref_t;
#define __user
#include <xen/evtchn.h>
#include <xen/gntalloc.h>
#include <xen/gntdev.h>

#define GREFS_MAX 256
#define COPY_FROM_GREF 1
#define COPY_TO_GREF 2

static uint32_t self;			/* this domain's number */

/* refused - the call returned -1 and this errno. */
#define refused(error, call) do {						\
	long got_ = (call);							\
	if (got_ != -1 || errno != (error))					\
		fail("line %d: expected errno %d (%s) from %s, got %ld, errno %d (%s)", \
		     __LINE__, (error), strerror(error), #call, got_, errno,	\
		     strerror(errno));						\
} while (0)

#define must(call) do {								\
	if ((call) < 0)								\
		fail("line %d: expected %s to succeed, got errno %d (%s)",	\
		     __LINE__, #call, errno, strerror(errno));			\
} while (0)

/* no_map - mmap fails with this errno. */
#define no_map(error, call) do {						\
	void *map_ = (call);							\
	if (map_ != MAP_FAILED || errno != (error))				\
		fail("line %d: expected errno %d (%s) from %s, got %p, errno %d", \
		     __LINE__, (error), strerror(error), #call, map_, errno);	\
} while (0)

/* ---------------------------------------------------------------- gntalloc */
union alloc_room {
	struct ioctl_gntalloc_alloc_gref call;
	char room[sizeof(struct ioctl_gntalloc_alloc_gref) + GREFS_MAX * 4];
};

/* Pages that are granted: count of them at fd's offset, with their references. */
struct granted {
	int fd;
	unsigned int count;
	uint64_t offset;
	uint32_t refs[GREFS_MAX];
	char *at;
};

static inline void grant_to(struct granted *g, int fd, unsigned int count, bool writable,
			    uint32_t domid)
{
	union alloc_room alloc = { .call = {
		.domid = (uint16_t)domid, .count = count,
		.flags = writable ? GNTALLOC_FLAG_WRITABLE : 0,
	} };

	g->fd = fd;
	g->count = count;
	if (ioctl(fd, IOCTL_GNTALLOC_ALLOC_GREF, &alloc))
		fail_errno("IOCTL_GNTALLOC_ALLOC_GREF");
	g->offset = alloc.call.index;
	memcpy(g->refs, alloc.room + offsetof(struct ioctl_gntalloc_alloc_gref, gref_ids),
	       count * 4);
	g->at = mmap(NULL, count * PAGE, RW, MAP_SHARED, fd, (off_t)g->offset);
	if (g->at == MAP_FAILED)
		fail_errno("mmap of gntalloc");
}

static inline void grant(struct granted *g, int fd, unsigned int count, bool writable)
{
	grant_to(g, fd, count, writable, self);
}

static inline int dealloc(int fd, uint64_t offset, uint32_t count)
{
	struct ioctl_gntalloc_dealloc_gref call = { .index = offset, .count = count };

	return ioctl(fd, IOCTL_GNTALLOC_DEALLOC_GREF, &call);
}

static inline void ungrant(struct granted *g)
{
	must(munmap(g->at, g->count * PAGE));
	must(dealloc(g->fd, g->offset, g->count));
}

/* ------------------------------------------------------------------ gntdev */
union map_room {
	struct ioctl_gntdev_map_grant_ref call;
	char room[sizeof(struct ioctl_gntdev_map_grant_ref) +
		  GREFS_MAX * sizeof(struct ioctl_gntdev_grant_ref)];
};

static inline int map_refs_of(int fd, uint32_t domid, const uint32_t *refs, uint32_t count,
			      uint64_t *offset)
{
	union map_room map = { .call = { .count = count } };
	struct ioctl_gntdev_grant_ref *ref = map.call.refs;
	uint32_t i;
	int got;

	for (i = 0; i < count && i < GREFS_MAX; i++)
		ref[i] = (struct ioctl_gntdev_grant_ref) { domid, refs[i] };
	got = ioctl(fd, IOCTL_GNTDEV_MAP_GRANT_REF, &map);
	*offset = map.call.index;
	return got;
}

static inline uint64_t map_refs(int fd, const uint32_t *refs, uint32_t count)
{
	uint64_t offset;

	if (map_refs_of(fd, self, refs, count, &offset))
		fail_errno("IOCTL_GNTDEV_MAP_GRANT_REF");
	return offset;
}

static inline int unmap_refs(int fd, uint64_t offset, uint32_t count)
{
	struct ioctl_gntdev_unmap_grant_ref call = { .index = offset, .count = count };

	return ioctl(fd, IOCTL_GNTDEV_UNMAP_GRANT_REF, &call);
}

static inline void *map_at(int fd, uint64_t offset, unsigned int count, int prot)
{
	return mmap(NULL, count * PAGE, prot, MAP_SHARED, fd, (off_t)offset);
}

/* A mapping of what is granted: its offset and address. */
struct mapped {
	int fd;
	unsigned int count;
	uint64_t offset;
	char *at;
};

static inline void map_granted(struct mapped *m, int fd, const struct granted *g, int prot)
{
	m->fd = fd;
	m->count = g->count;
	m->offset = map_refs(fd, g->refs, g->count);
	m->at = map_at(fd, m->offset, m->count, prot);
	if (m->at == MAP_FAILED)
		fail_errno("mmap of gntdev");
}

static inline void unmap_granted(struct mapped *m)
{
	must(munmap(m->at, m->count * PAGE));
	must(unmap_refs(m->fd, m->offset, m->count));
}

/* ----------------------------------------------------------------- evtchn */
/* Two ends of a channel, on two descriptors. */
struct channel {
	int near_fd, far_fd;
	uint32_t near, far;
};

static inline void channel_open(struct channel *c)
{
	struct ioctl_evtchn_bind_unbound_port unbound = { .remote_domain = self };
	struct ioctl_evtchn_bind_interdomain bind = { .remote_domain = self };
	int port;

	c->near_fd = open_device("evtchn");
	c->far_fd = open_device("evtchn");
	must(port = ioctl(c->far_fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT, &unbound));
	c->far = (uint32_t)port;
	bind.remote_port = c->far;
	must(port = ioctl(c->near_fd, IOCTL_EVTCHN_BIND_INTERDOMAIN, &bind));
	c->near = (uint32_t)port;
}

/* event_comes - whether the far end gets an event in time; it is taken. */
static inline bool event_comes(struct channel *c, int milliseconds)
{
	struct pollfd ready = { .fd = c->far_fd, .events = POLLIN };
	uint32_t port;

	if (poll(&ready, 1, milliseconds) != 1)
		return false;
	if (read(c->far_fd, &port, sizeof(port)) != sizeof(port) || port != c->far)
		fail("expected an event on port %u", c->far);
	must(write(c->far_fd, &port, sizeof(port)));
	return true;
}

static inline void channel_close(struct channel *c)
{
	close(c->near_fd);
	close(c->far_fd);
}

#endif /* BED_GRANTS_H */
