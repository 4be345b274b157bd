// SPDX-License-Identifier: GPL-2.0
/*
 * grantcheck - /dev/xen/gntdev and /dev/xen/gntalloc, used well and badly by a
 * domain that grants pages to itself.
 *
 *	grantcheck DOMID JOB [ARGUMENT]
 *
 * DOMID is the number of the domain this runs in. The jobs:
 *	data		what one side writes the other reads; offsets and access
 *	notify		bytes are cleared and events sent when mappings go away
 *	copy		copies by the hypervisor, whole and in odd pieces
 *	refuse		wrong arguments, each with the errno that it has to give
 *	life		unmapped in part, closed, forked, moved, protected, killed
 *	direct FILE	direct disk transfers from and to mapped pages
 *	pinned FILE	pages that are still in use when their mapping goes away
 *	cycles COUNT	map, touch, unmap; nothing may be left behind
 *	dmabuf		buffers of grants, as far as this kind of domain has them
 *
 * build: 64
 */
#include "grants.h"

static int gntdev, gntalloc;
static bool pv;

/* -------------------------------------------------------------------- data */
static void data_both_ways(unsigned int count)
{
	struct granted g;
	struct mapped m;

	grant(&g, gntalloc, count, true);
	map_granted(&m, gntdev, &g, RW);
	pattern_fill(g.at, count * PAGE, count, 0);
	holds(pattern_differs(m.at, count * PAGE, count, 0) < 0);
	pattern_fill(m.at, count * PAGE, count + 1, 0);
	holds(pattern_differs(g.at, count * PAGE, count + 1, 0) < 0);
	unmap_granted(&m);
	holds(pattern_differs(g.at, count * PAGE, count + 1, 0) < 0);
	ungrant(&g);
}

static void data_read_only(void)
{
	struct granted g;
	struct mapped m;

	grant(&g, gntalloc, 3, false);
	g.at[PAGE] = 17;
	map_granted(&m, gntdev, &g, PROT_READ);
	holds(m.at[PAGE] == 17);
	g.at[PAGE] = 18;
	holds(m.at[PAGE] == 18);
	if (pv)
		holds(mprotect(m.at, 3 * PAGE, RW) || signal_at(m.at, true));
	holds(g.at[PAGE] == 18);
	unmap_granted(&m);

	/* granted for reading only: no writable mapping */
	m.offset = map_refs(gntdev, g.refs, 3);
	no_map(EINVAL, map_at(gntdev, m.offset, 3, RW));
	must(unmap_refs(gntdev, m.offset, 3));
	ungrant(&g);
}

static void data_offsets(void)
{
	struct ioctl_gntdev_get_offset_for_vaddr ask = { 0 };
	uint64_t offset[40], again;
	struct granted g;
	struct mapped m;
	unsigned int i, k;

	grant(&g, gntalloc, 40, true);
	for (i = 0; i < 40; i++)
		offset[i] = map_refs(gntdev, g.refs, i + 1);
	for (i = 0; i < 40; i++)
		for (k = 0; k < i; k++)
			holds(offset[i] + (i + 1) * PAGE <= offset[k] ||
			      offset[k] + (k + 1) * PAGE <= offset[i]);

	/* the exact range only */
	no_map(EINVAL, map_at(gntdev, offset[5], 5, RW));
	no_map(EINVAL, map_at(gntdev, offset[5], 7, RW));
	no_map(EINVAL, map_at(gntdev, offset[5] + PAGE, 5, RW));
	refused(ENOENT, unmap_refs(gntdev, offset[5] + PAGE, 5));
	refused(ENOENT, unmap_refs(gntdev, offset[5], 5));

	for (i = 0; i < 40; i += 2)
		must(unmap_refs(gntdev, offset[i], i + 1));
	again = map_refs(gntdev, g.refs, 30);
	for (i = 1; i < 40; i += 2)
		holds(again + 30 * PAGE <= offset[i] || offset[i] + (i + 1) * PAGE <= again);
	must(unmap_refs(gntdev, again, 30));
	for (i = 1; i < 40; i += 2)
		must(unmap_refs(gntdev, offset[i], i + 1));
	refused(ENOENT, unmap_refs(gntdev, offset[1], 2));

	map_granted(&m, gntdev, &g, RW);
	ask.vaddr = (uintptr_t)m.at;
	must(ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &ask));
	holds(ask.offset == m.offset && ask.count == 40);
	ask.vaddr = (uintptr_t)g.at;
	refused(EINVAL, ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, &ask));
	/* once only */
	no_map(EINVAL, map_at(gntdev, m.offset, 40, RW));
	unmap_granted(&m);
	ungrant(&g);
}

static void data(void)
{
	static const unsigned int counts[] = { 1, 2, 63, 64, 65, 200 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		step("data both ways");
		data_both_ways(counts[i]);
	}
	step("read-only");
	data_read_only();
	step("offsets");
	data_offsets();
	say("up to %u pages, both ways", counts[i - 1]);
}

/* ------------------------------------------------------------------ notify */
static int set_notify(int fd, uint64_t index, uint32_t action, uint32_t port)
{
	struct ioctl_gntdev_unmap_notify call = {
		.index = index, .action = action, .event_channel_port = port,
	};

	/* the same number and layout on both devices */
	holds(IOCTL_GNTDEV_SET_UNMAP_NOTIFY == IOCTL_GNTALLOC_SET_UNMAP_NOTIFY);
	return ioctl(fd, IOCTL_GNTDEV_SET_UNMAP_NOTIFY, &call);
}

static void notify_gntdev(struct channel *c)
{
	const uint32_t both = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT;
	struct granted g;
	struct mapped m;

	step("notify of gntdev");
	grant(&g, gntalloc, 3, true);
	memset(g.at, 0x55, 3 * PAGE);

	/* before and after it is mapped; the last one counts */
	map_granted(&m, gntdev, &g, RW);
	must(set_notify(gntdev, m.offset + 5, both, c->near));
	must(set_notify(gntdev, m.offset + PAGE + 7, both, c->near));
	must(munmap(m.at, 3 * PAGE));
	must(unmap_refs(gntdev, m.offset, 3));
	holds(event_comes(c, 5000));
	holds(g.at[5] == 0x55 && g.at[PAGE + 6] == 0x55 && g.at[PAGE + 8] == 0x55);
	holds(g.at[PAGE + 7] == 0);

	m.offset = map_refs(gntdev, g.refs, 3);
	must(set_notify(gntdev, m.offset + 2 * PAGE, UNMAP_NOTIFY_CLEAR_BYTE, 0));
	m.at = map_at(gntdev, m.offset, 3, RW);
	holds(m.at != MAP_FAILED);
	unmap_granted(&m);
	holds(g.at[2 * PAGE] == 0);
	holds(!event_comes(c, 200));

	/* only part of it is unmapped; then none of it any more is wanted */
	map_granted(&m, gntdev, &g, RW);
	must(set_notify(gntdev, m.offset + 9, UNMAP_NOTIFY_CLEAR_BYTE, 0));
	must(munmap(m.at + PAGE, PAGE));
	holds(g.at[9] == 0x55);
	must(set_notify(gntdev, m.offset + 9, 0, 0));
	unmap_granted(&m);
	holds(g.at[9] == 0x55);
	holds(!event_comes(c, 200));

	step("refused notifications of gntdev");
	map_granted(&m, gntdev, &g, PROT_READ);
	refused(EINVAL, set_notify(gntdev, m.offset, UNMAP_NOTIFY_CLEAR_BYTE, 0));
	refused(EINVAL, set_notify(gntdev, m.offset, 4, 0));
	refused(EINVAL, set_notify(gntdev, m.offset, UNMAP_NOTIFY_SEND_EVENT, 0x7fffffff));
	refused(ENOENT, set_notify(gntdev, m.offset + 3 * PAGE, UNMAP_NOTIFY_SEND_EVENT, c->near));
	refused(ENOENT, set_notify(gntdev, ~0ULL, UNMAP_NOTIFY_SEND_EVENT, c->near));
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_SET_UNMAP_NOTIFY, NULL));
	unmap_granted(&m);
	holds(!event_comes(c, 200));
	ungrant(&g);
}

static void notify_gntalloc(struct channel *c)
{
	const uint32_t both = UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT;
	int fd = open_device("gntalloc");
	struct granted g;
	struct mapped m;

	step("notify of gntalloc");
	grant(&g, fd, 2, true);
	map_granted(&m, gntdev, &g, RW);
	memset(m.at, 0x55, 2 * PAGE);
	must(set_notify(fd, g.offset + PAGE + 3, both, c->near));
	refused(ENOENT, set_notify(fd, g.offset + 2 * PAGE, both, c->near));
	refused(EINVAL, set_notify(fd, g.offset, 8, c->near));
	refused(EINVAL, set_notify(fd, g.offset, both, 0x7fffffff));
	must(dealloc(fd, g.offset, 2));
	holds(!event_comes(c, 200));
	must(munmap(g.at, PAGE));
	must(munmap(g.at + PAGE, PAGE));
	holds(event_comes(c, 5000));
	holds(m.at[PAGE + 3] == 0 && m.at[PAGE + 2] == 0x55 && m.at[3] == 0x55);
	unmap_granted(&m);

	/* the same by a close */
	grant(&g, fd, 1, true);
	must(set_notify(fd, g.offset, UNMAP_NOTIFY_SEND_EVENT, c->near));
	must(munmap(g.at, PAGE));
	holds(!event_comes(c, 200));
	close(fd);
	holds(event_comes(c, 5000));
}

/* A program that is killed tells its peer; its own event device is closed by then. */
static void notify_killed(struct channel *c)
{
	struct granted g;
	struct mapped m;
	int ready[2];
	pid_t pid;
	char byte;

	step("notify by a kill");
	grant(&g, gntalloc, 1, true);
	g.at[100] = 1;
	must(pipe(ready));
	pid = fork_or_fail();
	if (!pid) {
		map_granted(&m, open_device("gntdev"), &g, RW);
		must(set_notify(m.fd, m.offset + 100,
				UNMAP_NOTIFY_CLEAR_BYTE | UNMAP_NOTIFY_SEND_EVENT, c->near));
		must(write(ready[1], "", 1));
		pause();
		_exit(0);
	}
	must(read(ready[0], &byte, 1));
	holds(g.at[100] == 1 && !event_comes(c, 100));
	must(kill(pid, SIGKILL));
	must(waitpid(pid, NULL, 0));
	holds(event_comes(c, 5000));
	holds(g.at[100] == 0);
	ungrant(&g);
	close(ready[0]);
	close(ready[1]);
}

static void notify(void)
{
	struct channel c;

	channel_open(&c);
	notify_gntdev(&c);
	notify_gntalloc(&c);
	notify_killed(&c);
	channel_close(&c);
	say("bytes and events");
}

/* -------------------------------------------------------------------- copy */
static int copy(struct gntdev_grant_copy_segment *segments, unsigned int count)
{
	struct ioctl_gntdev_grant_copy call = { .count = count, .segments = segments };

	return ioctl(gntdev, IOCTL_GNTDEV_GRANT_COPY, &call);
}

static struct gntdev_grant_copy_segment from_ref(uint32_t ref, uint16_t offset, void *to,
						 uint16_t length)
{
	return (struct gntdev_grant_copy_segment) {
		.source.foreign = { .ref = ref, .offset = offset, .domid = (domid_t)self },
		.dest.virt = to, .len = length, .flags = COPY_FROM_GREF, .status = 99,
	};
}

static struct gntdev_grant_copy_segment to_ref(uint32_t ref, uint16_t offset, void *from,
					       uint16_t length)
{
	return (struct gntdev_grant_copy_segment) {
		.dest.foreign = { .ref = ref, .offset = offset, .domid = (domid_t)self },
		.source.virt = from, .len = length, .flags = COPY_TO_GREF, .status = 99,
	};
}

static void copy_random(struct granted *g)
{
	struct gntdev_grant_copy_segment s[50];
	char *shadow = map_or_fail(g->count * PAGE), *mine = map_or_fail(4 * 50 * PAGE);
	uint64_t random = 7;
	unsigned int round, i;

	memcpy(shadow, g->at, g->count * PAGE);
	for (round = 0; round < 30; round++) {
		unsigned int used = 0;

		for (i = 0; i < 50; i++) {
			uint16_t offset = (uint16_t)random_below(&random, PAGE);
			uint16_t length = (uint16_t)random_below(&random, PAGE - offset + 1);
			uint32_t page = (uint32_t)random_below(&random, g->count);
			char *at = mine + used + random_below(&random, 8);

			used += length + 8;
			if (random_next(&random) & 1) {
				s[i] = from_ref(g->refs[page], offset, at, length);
				memset(at, 0, length);
			} else {
				memset(at, (int)random_next(&random), length);
				s[i] = to_ref(g->refs[page], offset, at, length);
			}
		}
		must(copy(s, 50));
		/* the same by hand */
		for (i = 0; i < 50; i++) {
			bool in = s[i].flags == COPY_TO_GREF;
			uint32_t ref = in ? s[i].dest.foreign.ref : s[i].source.foreign.ref;
			unsigned int page = 0;

			holds(s[i].status == 0);
			while (g->refs[page] != ref)
				page++;
			if (in)
				memcpy(shadow + page * PAGE + s[i].dest.foreign.offset,
				       s[i].source.virt, s[i].len);
			else
				holds(!memcmp(shadow + page * PAGE + s[i].source.foreign.offset,
					      s[i].dest.virt, s[i].len));
		}
		holds(!memcmp(shadow, g->at, g->count * PAGE));
	}
	munmap(shadow, g->count * PAGE);
	munmap(mine, 4 * 50 * PAGE);
}

static void copy_status(struct granted *g)
{
	char *mine = map_or_fail(4 * PAGE);
	struct gntdev_grant_copy_segment s[20];
	unsigned int i;

	/* a reference that is not granted fails alone, a piece that spans pages once */
	for (i = 0; i < 20; i++)
		s[i] = from_ref(i % 5 == 2 ? 0x7ffffff0 : g->refs[0], 0, mine + 100, PAGE);
	must(copy(s, 20));
	for (i = 0; i < 20; i++)
		holds(i % 5 == 2 ? s[i].status < 0 : s[i].status == 0);

	s[0] = from_ref(g->refs[0], 0, mine, 64);
	s[0].source.foreign.domid = 0x7ff2;
	must(copy(s, 1));
	holds(s[0].status < 0);

	/* between two grants */
	memset(g->at, 1, PAGE);
	memset(g->at + PAGE, 2, PAGE);
	s[0] = to_ref(g->refs[1], 10, NULL, 100);
	s[0].source.foreign = from_ref(g->refs[0], 20, NULL, 0).source.foreign;
	s[0].flags = COPY_FROM_GREF | COPY_TO_GREF;
	must(copy(s, 1));
	holds(s[0].status == 0 && g->at[PAGE + 9] == 2 && g->at[PAGE + 10] == 1 &&
	      g->at[PAGE + 109] == 1 && g->at[PAGE + 110] == 2);

	/* nothing at all */
	must(copy(s, 0));
	s[0] = from_ref(g->refs[0], 0, mine, 0);
	must(copy(s, 1));
	holds(s[0].status == 0);
	munmap(mine, 4 * PAGE);
}

static void copy_refuse(struct granted *g)
{
	struct gntdev_grant_copy_segment s;
	char *mine = map_or_fail(2 * PAGE);

	must(mprotect(mine + PAGE, PAGE, PROT_NONE));
	s = from_ref(g->refs[0], 1, mine, PAGE);
	refused(EINVAL, copy(&s, 1));
	s = from_ref(g->refs[0], 0xffff, mine, 0xffff);
	refused(EINVAL, copy(&s, 1));
	s = to_ref(g->refs[0], PAGE, mine, 1);
	refused(EINVAL, copy(&s, 1));
	s.flags = 0;
	refused(EINVAL, copy(&s, 1));
	s = from_ref(g->refs[0], 0, mine + PAGE, 8);
	refused(EFAULT, copy(&s, 1));
	s = from_ref(g->refs[0], 0, mine + PAGE - 8, 16);
	refused(EFAULT, copy(&s, 1));
	s = from_ref(g->refs[0], 0, NULL, 16);
	refused(EFAULT, copy(&s, 1));
	s = from_ref(g->refs[0], 0, (void *)0xffff800000000000UL, 16);
	refused(EFAULT, copy(&s, 1));
	refused(EFAULT, copy(NULL, 1));
	refused(EFAULT, copy((void *)(mine + PAGE), 0xffffffff));
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_GRANT_COPY, NULL));
	/* read-only memory is no destination, but a source */
	must(mprotect(mine, PAGE, PROT_READ));
	s = from_ref(g->refs[0], 0, mine, 16);
	refused(EFAULT, copy(&s, 1));
	s = to_ref(g->refs[0], 0, mine, 16);
	must(copy(&s, 1));
	holds(s.status == 0);
	munmap(mine, 2 * PAGE);
}

static void copy_all(void)
{
	struct granted g;

	grant(&g, gntalloc, 20, true);
	pattern_fill(g.at, 20 * PAGE, 5, 0);
	step("random copies");
	copy_random(&g);
	step("statuses of copies");
	copy_status(&g);
	step("refused copies");
	copy_refuse(&g);
	ungrant(&g);
	say("copies in both directions");
}

/* ------------------------------------------------------------------ refuse */
static void refuse_gntdev(void)
{
	struct ioctl_gntdev_map_grant_ref *bad;
	uint32_t refs[3] = { 8, 9, 0x7ffffff0 };
	struct granted g, other;
	uint64_t offset;
	char *two;

	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, NULL));
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_UNMAP_GRANT_REF, NULL));
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR, NULL));
	refused(ENOTTY, ioctl(gntdev, _IOC(_IOC_NONE, 'G', 99, 8), NULL));
	refused(EINVAL, map_refs_of(gntdev, self, refs, 0, &offset));
	refused(EINVAL, map_refs_of(gntdev, self, refs, 65537, &offset));
	refused(EINVAL, map_refs_of(gntdev, self, refs, 0xffffffff, &offset));
	refused(EINVAL, map_refs_of(gntdev, self, refs, 0x20000001, &offset));
	refused(ENOENT, unmap_refs(gntdev, 0, 1));
	refused(ENOENT, unmap_refs(gntdev, ~0ULL, 1));
	no_map(EINVAL, map_at(gntdev, 0, 1, RW));

	/* an array that ends in the middle of nowhere */
	two = map_or_fail(2 * PAGE);
	must(munmap(two + PAGE, PAGE));
	bad = (void *)(two + PAGE - sizeof(*bad));
	bad->count = 200;
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, bad));
	bad->count = 60000;
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, bad));
	/* readable, but with no place for the answer: nothing stays */
	bad->count = 1;
	must(mprotect(two, PAGE, PROT_READ));
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_MAP_GRANT_REF, bad));
	refused(ENOENT, unmap_refs(gntdev, 0, 0));
	munmap(two, PAGE);

	/* one wrong reference among good ones; another domain; granted to another */
	grant(&g, gntalloc, 3, true);
	memcpy(refs, g.refs, 8);
	offset = map_refs(gntdev, refs, 3);
	no_map(EINVAL, map_at(gntdev, offset, 3, RW));
	must(unmap_refs(gntdev, offset, 3));
	must(map_refs_of(gntdev, 0x7ff2, g.refs, 3, &offset));
	no_map(EINVAL, map_at(gntdev, offset, 3, RW));
	must(unmap_refs(gntdev, offset, 3));
	grant_to(&other, gntalloc, 1, true, self + 1);
	offset = map_refs(gntdev, other.refs, 1);
	no_map(EINVAL, map_at(gntdev, offset, 1, RW));
	must(unmap_refs(gntdev, offset, 1));
	ungrant(&other);

	/* a private mapping may be read, not written */
	offset = map_refs(gntdev, g.refs, 3);
	no_map(EINVAL, mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE, gntdev, (off_t)offset));
	two = mmap(NULL, 3 * PAGE, PROT_READ, MAP_PRIVATE, gntdev, (off_t)offset);
	holds(two != MAP_FAILED);
	g.at[1] = 77;
	holds(two[1] == 77);
	refused(EACCES, mprotect(two, 3 * PAGE, RW));
	must(munmap(two, 3 * PAGE));
	must(unmap_refs(gntdev, offset, 3));
	ungrant(&g);
}

static void refuse_gntalloc(void)
{
	union alloc_room alloc = { .call = { .domid = (uint16_t)self, .count = 1025 } };
	struct ioctl_gntalloc_alloc_gref *bad;
	struct granted g, h;
	char *two;

	refused(EFAULT, ioctl(gntalloc, IOCTL_GNTALLOC_ALLOC_GREF, NULL));
	refused(EFAULT, ioctl(gntalloc, IOCTL_GNTALLOC_DEALLOC_GREF, NULL));
	refused(EFAULT, ioctl(gntalloc, IOCTL_GNTALLOC_SET_UNMAP_NOTIFY, NULL));
	refused(ENOTTY, ioctl(gntalloc, _IOC(_IOC_NONE, 'G', 99, 8), NULL));
	refused(ENOSPC, ioctl(gntalloc, IOCTL_GNTALLOC_ALLOC_GREF, &alloc));
	alloc.call.count = 0xffffffff;
	refused(ENOSPC, ioctl(gntalloc, IOCTL_GNTALLOC_ALLOC_GREF, &alloc));
	alloc.call.count = 0x80000001;
	refused(ENOSPC, ioctl(gntalloc, IOCTL_GNTALLOC_ALLOC_GREF, &alloc));

	grant(&g, gntalloc, 4, true);
	grant(&h, gntalloc, 4, true);
	refused(EINVAL, dealloc(gntalloc, g.offset, 0));
	refused(EINVAL, dealloc(gntalloc, g.offset, 0xffffffff));
	refused(EINVAL, dealloc(gntalloc, g.offset + 1, 1));
	refused(EINVAL, dealloc(gntalloc, ~0xfffULL, 1));
	refused(EINVAL, dealloc(gntalloc, h.offset, 5));
	no_map(EINVAL, mmap(NULL, PAGE, RW, MAP_PRIVATE, gntalloc, (off_t)g.offset));
	no_map(ENOENT, map_at(gntalloc, h.offset, 5, RW));
	no_map(ENOENT, map_at(gntalloc, h.offset + 4 * PAGE, 1, RW));

	/* ranges may span what was allocated in two calls, and be freed in parts */
	g.at[3 * PAGE] = 3;
	h.at[0] = 4;
	two = map_at(gntalloc, g.offset + 3 * PAGE, 2, RW);
	holds(two != MAP_FAILED && two[0] == 3 && two[PAGE] == 4);
	must(dealloc(gntalloc, g.offset + 3 * PAGE, 2));
	refused(EINVAL, dealloc(gntalloc, g.offset, 4));
	no_map(ENOENT, map_at(gntalloc, g.offset + 3 * PAGE, 1, RW));
	must(dealloc(gntalloc, g.offset, 3));
	must(dealloc(gntalloc, h.offset + PAGE, 3));
	holds(two[0] == 3 && two[PAGE] == 4);
	two[0] = 5;
	holds(g.at[3 * PAGE] == 5);
	munmap(two, 2 * PAGE);
	munmap(g.at, 4 * PAGE);
	munmap(h.at, 4 * PAGE);

	/* memory that cannot be told of what was granted */
	two = map_or_fail(2 * PAGE);
	must(munmap(two + PAGE, PAGE));
	bad = (void *)(two + PAGE - sizeof(*bad));
	bad->domid = (uint16_t)self;
	bad->count = 100;
	refused(EFAULT, ioctl(gntalloc, IOCTL_GNTALLOC_ALLOC_GREF, bad));
	munmap(two, PAGE);
}

static void refuse(void)
{
	step("refused by gntdev");
	refuse_gntdev();
	step("refused by gntalloc");
	refuse_gntalloc();
	say("every errno as it has to be");
}

#include "grantlife.h"

int main(int argc, char **argv)
{
	const char *job = argc > 2 ? argv[2] : "";
	char type[16] = "";
	int fd;

	if (argc < 3)
		usage("grantcheck DOMID JOB [ARGUMENT]");
	self = (uint32_t)number(argv[1], 0, 0x7fef);
	fd = open("/sys/hypervisor/guest_type", O_RDONLY);
	if (fd < 0 || read(fd, type, sizeof(type) - 1) <= 0)
		fail_errno("/sys/hypervisor/guest_type");
	close(fd);
	pv = !strncmp(type, "PV\n", 3);
	gntdev = open_device("gntdev");
	gntalloc = open_device("gntalloc");

	if (!strcmp(job, "data"))
		data();
	else if (!strcmp(job, "notify"))
		notify();
	else if (!strcmp(job, "copy"))
		copy_all();
	else if (!strcmp(job, "refuse"))
		refuse();
	else if (!strcmp(job, "life"))
		life();
	else if (!strcmp(job, "direct") && argc == 4)
		direct(argv[3]);
	else if (!strcmp(job, "pinned") && argc == 4)
		pinned(argv[3]);
	else if (!strcmp(job, "cycles") && argc == 4)
		cycles((unsigned int)number(argv[3], 1, 1000000));
	else if (!strcmp(job, "dmabuf"))
		dmabuf();
	else
		usage("grantcheck DOMID data|notify|copy|refuse|life|direct FILE|pinned FILE|cycles N|dmabuf");
	return 0;
}
