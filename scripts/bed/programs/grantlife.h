/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The jobs of grantcheck that are about how mappings come to an end, and what
 * happens to them before. Included by it once.
 */
#ifndef BED_GRANTLIFE_H
#define BED_GRANTLIFE_H

/* -------------------------------------------------------------------- life */
static void life_parts(void)
{
	struct granted g;
	struct mapped m;
	int i;

	grant(&g, gntalloc, 9, true);
	map_granted(&m, gntdev, &g, RW);
	for (i = 0; i < 9; i++)
		m.at[i * PAGE] = (char)(i + 1);
	must(munmap(m.at + 3 * PAGE, 2 * PAGE));
	must(munmap(m.at, PAGE));
	must(munmap(m.at + 8 * PAGE, PAGE));
	for (i = 0; i < 9; i++)
		holds(g.at[i * PAGE] == i + 1);
	for (i = 1; i < 8; i++)
		if (i != 3 && i != 4) {
			holds(m.at[i * PAGE] == i + 1);
			m.at[i * PAGE] = (char)(i + 11);
			holds(g.at[i * PAGE] == i + 11);
		}
	holds(signal_at(m.at + 3 * PAGE, false) == SIGSEGV);
	must(unmap_refs(gntdev, m.offset, 9));
	/* without an offset any more, it still works */
	m.at[2 * PAGE] = 99;
	holds(g.at[2 * PAGE] == 99);
	must(munmap(m.at, 9 * PAGE));
	ungrant(&g);
}

static void life_closed(void)
{
	int fd = open_device("gntdev"), afd = open_device("gntalloc");
	struct granted g;
	struct mapped m;

	grant(&g, afd, 5, true);
	map_granted(&m, fd, &g, RW);
	close(fd);
	close(afd);
	pattern_fill(m.at, 5 * PAGE, 3, 0);
	holds(pattern_differs(g.at, 5 * PAGE, 3, 0) < 0);
	/* the granter goes first */
	must(munmap(g.at, 5 * PAGE));
	holds(pattern_differs(m.at, 5 * PAGE, 3, 0) < 0);
	must(munmap(m.at, 5 * PAGE));
	refused(EBADF, unmap_refs(fd, m.offset, 5));
}

static void life_changed(void)
{
	struct granted g;
	struct mapped m;
	char *moved;

	/* whatever the program does to the range, the granter's data stays */
	grant(&g, gntalloc, 8, true);
	memset(g.at, 7, 8 * PAGE);
	map_granted(&m, gntdev, &g, RW);
	must(madvise(m.at + PAGE, PAGE, MADV_DONTNEED));
	holds(m.at[0] == 7 && m.at[2 * PAGE] == 7 && g.at[PAGE] == 7);
	if (pv)
		must(mprotect(m.at + 4 * PAGE, PAGE, PROT_READ));
	holds(m.at[3 * PAGE] == 7 && m.at[5 * PAGE] == 7);
	holds(g.at[4 * PAGE] == 7);
	must(munmap(m.at, 8 * PAGE));
	must(unmap_refs(gntdev, m.offset, 8));

	map_granted(&m, gntdev, &g, RW);
	moved = mremap(m.at, 8 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       map_or_fail(8 * PAGE));
	if (moved != MAP_FAILED) {
		holds(g.at[0] == 7);
		must(munmap(moved, 8 * PAGE));
	} else {
		must(munmap(m.at, 8 * PAGE));
	}
	must(unmap_refs(gntdev, m.offset, 8));

	map_granted(&m, gntdev, &g, RW);
	moved = mremap(m.at, 8 * PAGE, 16 * PAGE, MREMAP_MAYMOVE);
	holds(moved == MAP_FAILED);
	/* something else takes the place */
	moved = mmap(m.at, 8 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	holds(moved == m.at && moved[0] == 0 && g.at[0] == 7);
	moved[0] = 8;
	must(unmap_refs(gntdev, m.offset, 8));
	holds(moved[0] == 8 && g.at[0] == 7);
	must(munmap(moved, 8 * PAGE));
	ungrant(&g);
}

static void life_forked(void)
{
	struct granted g;
	struct mapped m;
	pid_t pid;

	grant(&g, gntalloc, 2, true);
	map_granted(&m, gntdev, &g, RW);
	m.at[0] = 1;
	if (pv)
		holds(signal_at(m.at, false) == SIGSEGV);
	pid = fork_or_fail();
	if (!pid) {
		/* the child's descriptor is the same file */
		holds(unmap_refs(gntdev, m.offset, 2) == 0);
		g.at[1] = 2;
		_exit(0);
	}
	child_exits(pid, 0);
	holds(m.at[1] == 2 && g.at[0] == 1);
	m.at[0] = 3;
	holds(g.at[0] == 3);
	refused(ENOENT, unmap_refs(gntdev, m.offset, 2));
	must(munmap(m.at, 2 * PAGE));
	ungrant(&g);
}

/* Mappings that end in the middle of things, by a kill. */
static void life_killed(void)
{
	uint64_t random = 3;
	struct granted g;
	struct mapped m;
	int round;
	pid_t pid;

	grant(&g, gntalloc, 32, true);
	for (round = 0; round < 40; round++) {
		pid = fork_or_fail();
		if (!pid) {
			int fd = open_device("gntdev");

			for (;;) {
				map_granted(&m, fd, &g, RW);
				m.at[0]++;
				if (random_next(&random) & 1)
					must(munmap(m.at + 16 * PAGE, 16 * PAGE));
				must(munmap(m.at, 16 * PAGE));
				if (random_next(&random) & 1)
					must(munmap(m.at, 32 * PAGE));
				must(unmap_refs(fd, m.offset, 32));
			}
		}
		sleep_ns(NSEC_PER_MSEC * (1 + (int64_t)random_below(&random, 30)));
		must(kill(pid, SIGKILL));
		must(waitpid(pid, NULL, 0));
	}
	ungrant(&g);
}

static struct granted life_shared;
static _Atomic bool life_over;

static void *life_thread(void *fd)
{
	struct mapped m;

	while (!life_over) {
		map_granted(&m, (int)(intptr_t)fd, &life_shared, RW);
		m.at[0]++;
		madvise(m.at + PAGE, 2 * PAGE, MADV_DONTNEED);
		unmap_granted(&m);
	}
	return &life_shared;
}

static void life_threads(void)
{
	void *fd = (void *)(intptr_t)gntdev;
	pthread_t threads[4];
	int i;

	grant(&life_shared, gntalloc, 16, true);
	for (i = 0; i < 4; i++)
		threads[i] = thread_start(life_thread, fd);
	sleep_ns(2 * NSEC_PER_SEC);
	life_over = true;
	for (i = 0; i < 4; i++)
		thread_end(threads[i], &life_shared);
	ungrant(&life_shared);
}

static void life(void)
{
	step("unmapped in part");
	life_parts();
	step("closed while mapped");
	life_closed();
	step("the range changes");
	life_changed();
	step("forked");
	life_forked();
	step("killed");
	life_killed();
	step("threads");
	life_threads();
	say("mappings end in many ways");
}

/* ------------------------------------------------------------------ direct */
static struct mapped direct_map;
static int direct_fd;

static void *direct_writes(void *unused)
{
	int i;

	(void)unused;
	/* the mapping may go away at any time, and then EFAULT is right */
	for (i = 0; i < 20; i++)
		if (pwrite(direct_fd, direct_map.at, 16 * PAGE, 0) < 0) {
			holds(errno == EFAULT || errno == EEXIST);
			break;
		}
	return &direct_map;
}

static void direct_open(const char *path)
{
	direct_fd = open(path, O_RDWR | O_CREAT | O_DIRECT, 0600);
	if (direct_fd < 0)
		fail_errno(path);
}

/* by_kernel - what the kernel finds there, as a debugger would ask for it */
static void by_kernel(const void *at, void *to, size_t length)
{
	int fd = open("/proc/self/mem", O_RDONLY);

	must(fd);
	holds(pread(fd, to, length, (off_t)(uintptr_t)at) == (ssize_t)length);
	close(fd);
}

static void direct(const char *path)
{
	char *mine = map_or_fail(16 * PAGE);
	struct granted g;
	int round;

	direct_open(path);
	grant(&g, gntalloc, 16, true);
	step("direct writes and reads");
	for (round = 0; round < 10; round++) {
		map_granted(&direct_map, gntdev, &g, RW);
		pattern_fill(g.at, 16 * PAGE, (uint64_t)round, 0);
		holds(pwrite(direct_fd, direct_map.at, 16 * PAGE, 0) == 16 * (long)PAGE);
		memset(g.at, 0, 16 * PAGE);
		holds(pread(direct_fd, mine, 16 * PAGE, 0) == 16 * (long)PAGE);
		holds(pattern_differs(mine, 16 * PAGE, (uint64_t)round, 0) < 0);
		holds(pread(direct_fd, direct_map.at, 16 * PAGE, 0) == 16 * (long)PAGE);
		holds(pattern_differs(g.at, 16 * PAGE, (uint64_t)round, 0) < 0);
		memset(mine, 0, 16 * PAGE);
		by_kernel(direct_map.at, mine, 16 * PAGE);
		holds(pattern_differs(mine, 16 * PAGE, (uint64_t)round, 0) < 0);
		unmap_granted(&direct_map);
	}
	ungrant(&g);
	close(direct_fd);
	say("direct transfers of granted pages");
}

static void pinned(const char *path)
{
	char *mine = map_or_fail(4 * PAGE);
	struct iovec piece;
	struct granted g;
	pthread_t thread;
	int round, pipes[2];

	direct_open(path);
	grant(&g, gntalloc, 16, true);
	pattern_fill(g.at, 16 * PAGE, 1, 0);

	step("pages in a pipe outlive the mapping");
	map_granted(&direct_map, gntdev, &g, RW);
	must(pipe(pipes));
	piece = (struct iovec) { direct_map.at, 4 * PAGE };
	holds(vmsplice(pipes[1], &piece, 1, 0) == 4 * (long)PAGE);
	unmap_granted(&direct_map);
	holds(read(pipes[0], mine, 4 * PAGE) == 4 * (long)PAGE);
	holds(!memcmp(mine, g.at, 4 * PAGE));
	close(pipes[0]);
	close(pipes[1]);

	step("unmapped during direct writes");
	for (round = 0; round < 30; round++) {
		map_granted(&direct_map, gntdev, &g, RW);
		thread = thread_start(direct_writes, NULL);
		sleep_ns(NSEC_PER_MSEC * (round % 10));
		unmap_granted(&direct_map);
		thread_end(thread, &direct_map);
	}
	/* what is still in use is unmapped later */
	sleep_ns(NSEC_PER_SEC);
	ungrant(&g);
	close(direct_fd);
	say("pages in use when they were unmapped");
}

/* ------------------------------------------------------------------ cycles */
static void cycles(unsigned int count)
{
	static const unsigned int sizes[] = { 1, 64, 7, 128 };
	int fd = open_device("gntdev");
	struct granted g[ARRAY_SIZE(sizes)];
	struct mapped m;
	unsigned int i, k;
	uint64_t seen;

	step("cycles");
	for (k = 0; k < ARRAY_SIZE(sizes); k++)
		grant(&g[k], gntalloc, sizes[k], true);
	for (i = 0; i < count; i++) {
		k = i % ARRAY_SIZE(sizes);
		map_granted(&m, fd, &g[k], RW);
		m.at[(sizes[k] - 1) * PAGE] = (char)i;
		/* every fifth time the kernel has a look at the pages as well */
		if (i % 5 == 4) {
			by_kernel(m.at, &seen, 8);
			holds(!memcmp(&seen, g[k].at, 8));
		}
		unmap_granted(&m);
		holds(g[k].at[(sizes[k] - 1) * PAGE] == (char)i);
	}
	for (k = 0; k < ARRAY_SIZE(sizes); k++)
		ungrant(&g[k]);
	close(fd);
	say("%u times", count);
}

/* ------------------------------------------------------------------ dmabuf */
union export_room {
	struct ioctl_gntdev_dmabuf_exp_from_refs call;
	char room[sizeof(struct ioctl_gntdev_dmabuf_exp_from_refs) + GREFS_MAX * 4];
};

static int export_refs(const struct granted *g, uint32_t flags, uint32_t count)
{
	union export_room room = { .call = { .flags = flags, .count = count, .domid = self } };

	memcpy(room.room + offsetof(struct ioctl_gntdev_dmabuf_exp_from_refs, refs), g->refs,
	       g->count * 4);
	if (ioctl(gntdev, IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS, &room))
		return -1;
	return (int)room.call.fd;
}

static int export_wait(int fd, uint32_t milliseconds)
{
	struct ioctl_gntdev_dmabuf_exp_wait_released call = {
		.fd = (uint32_t)fd, .wait_to_ms = milliseconds,
	};

	return ioctl(gntdev, IOCTL_GNTDEV_DMABUF_EXP_WAIT_RELEASED, &call);
}

union import_room {
	struct ioctl_gntdev_dmabuf_imp_to_refs call;
	char room[sizeof(struct ioctl_gntdev_dmabuf_imp_to_refs) + GREFS_MAX * 4];
};

static int import_fd(int fd, uint32_t count)
{
	union import_room room = { .call = {
		.fd = (uint32_t)fd, .count = count, .domid = self,
	} };

	return ioctl(gntdev, IOCTL_GNTDEV_DMABUF_IMP_TO_REFS, &room);
}

static int import_release(int fd)
{
	struct ioctl_gntdev_dmabuf_imp_release call = { .fd = (uint32_t)fd };

	return ioctl(gntdev, IOCTL_GNTDEV_DMABUF_IMP_RELEASE, &call);
}

static void *dmabuf_closer(void *fd)
{
	sleep_ns(200 * NSEC_PER_MSEC);
	close((int)(intptr_t)fd);
	return &life_shared;
}

static void dmabuf_translated(struct granted *g)
{
	pthread_t thread;
	char *two;
	int fd, round;

	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS, NULL));
	refused(EINVAL, export_refs(g, 0, 0));
	refused(EINVAL, export_refs(g, 0, 0xffffffff));
	refused(EINVAL, export_refs(g, 3, g->count));
	g->refs[2] ^= 0x40000000;
	refused(EINVAL, export_refs(g, 0, g->count));
	g->refs[2] ^= 0x40000000;

	two = map_or_fail(2 * PAGE);
	must(munmap(two + PAGE, PAGE));
	((struct ioctl_gntdev_dmabuf_exp_from_refs *)
	 (two + PAGE - sizeof(struct ioctl_gntdev_dmabuf_exp_from_refs)))->count = 100;
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_DMABUF_EXP_FROM_REFS,
			      two + PAGE - sizeof(struct ioctl_gntdev_dmabuf_exp_from_refs)));
	munmap(two, PAGE);

	for (round = 0; round < 5; round++) {
		must(fd = export_refs(g, 0, g->count));
		/* it has no offset that another call could take it by */
		refused(ETIMEDOUT, export_wait(fd, 50));
		refused(EINVAL, import_fd(fd, g->count - 1));
		refused(EINVAL, import_fd(fd, g->count + 1));
		must(import_fd(fd, g->count));
		must(import_release(fd));
		refused(ENOENT, import_release(fd));
		thread = thread_start(dmabuf_closer, (void *)(intptr_t)fd);
		must(export_wait(fd, 20000));
		thread_end(thread, &life_shared);
		refused(ENOENT, export_wait(fd, 10));
	}
}

static void dmabuf(void)
{
	struct granted g;

	step("dma-buf");
	grant(&g, gntalloc, 6, true);
	refused(ENOENT, export_wait(0, 10));
	refused(ENOENT, import_release(0));
	refused(EBADF, import_fd(9999, 6));
	refused(EINVAL, import_fd(gntdev, 6));
	refused(EINVAL, import_fd(9999, 0));
	refused(EINVAL, import_fd(9999, 0xffffffff));
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_DMABUF_IMP_TO_REFS, NULL));
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_DMABUF_IMP_RELEASE, NULL));
	refused(EFAULT, ioctl(gntdev, IOCTL_GNTDEV_DMABUF_EXP_WAIT_RELEASED, NULL));
	if (pv)
		refused(EINVAL, export_refs(&g, 0, 6));
	else
		dmabuf_translated(&g);
	ungrant(&g);
	say(pv ? "refused where it has to be" : "exported and imported");
}

#endif /* BED_GRANTLIFE_H */
