/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of privcmdcheck about a paused guest's frames: mapped in batches and
 * runs, in small and large numbers, with frames among them that cannot be mapped.
 * Included once, behind the descriptors and windows that it uses.
 */
#ifndef PRIVCMDFRAMES_H
#define PRIVCMDFRAMES_H

/* --------------------------------------------------------- a guest's frames */
/* The guest, which is paused, gets some more memory: then its frames are known. */
static void get_frames(void)
{
	struct reservation {
		uint64_t *extents;
		unsigned long nr;
		unsigned int order, flags;
		domid_t dom;
	} *call;
	int buf = open_device("hypercall"), i;
	char *at = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, buf, 0);

	step("memory for the guest");
	holds(at != MAP_FAILED);
	call = (void *)(at + PAGE);
	*call = (struct reservation) { (void *)at, FRAMES, 0, 0, guest };
	for (i = 0; i < FRAMES; i++)
		call->extents[i] = 0x20000 + (uint64_t)i;
	expect(hypercall(fd, OP_MEMORY, 6, (uintptr_t)call), FRAMES);
	memcpy(frames, at, sizeof(frames));
	expect(munmap(at, 2 * PAGE), 0);
	close(buf);
}

static void all_mapped(unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (errors[i])
			fail("frame %u of %u: error %d", i, nr, errors[i]);
}

static void check_contents(void)
{
	char *one, *two;

	step("a batch");
	one = window(FRAMES);
	expect(batch(one, frames, FRAMES, guest), 0);
	all_mapped(FRAMES);
	pattern_fill(one, FRAMES * PAGE, 7, 0);
	two = mmap(NULL, FRAMES * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	expect(batch(two, frames, FRAMES, guest), 0);
	holds(pattern_differs(two, FRAMES * PAGE, 7, 0) < 0);
	expect(batch(two, frames, FRAMES, guest), -EINVAL);

	step("a mapping across fork");
	holds(signal_at(one, false) == SIGSEGV);
	holds(pattern_differs(one, FRAMES * PAGE, 7, 0) < 0);

	step("a mapping that is cut, grown, protected in part");
	expect(munmap(one + 4 * PAGE, PAGE), -EINVAL);
	expect(munmap(one, PAGE), -EINVAL);
	expect(munmap(one + (FRAMES - 1) * PAGE, PAGE), -EINVAL);
	refused(mprotect(one + PAGE, PAGE, PROT_READ));
	refused((long)mremap(one, FRAMES * PAGE, 2 * FRAMES * PAGE, MREMAP_MAYMOVE));
	refused((long)mremap(one, FRAMES * PAGE, PAGE, MREMAP_MAYMOVE));
	refused((long)mremap(one, 0, PAGE, MREMAP_MAYMOVE));
	refused(madvise(one, FRAMES * PAGE, MADV_DOFORK));
	holds(pattern_differs(one, FRAMES * PAGE, 7, 0) < 0);
	window_close(one, FRAMES);
	holds(pattern_differs(two, FRAMES * PAGE, 7, 0) < 0);

	step("a mapping whose file is closed");
	close(fd);
	fd = open_device("privcmd");
	holds(pattern_differs(two, FRAMES * PAGE, 7, 0) < 0);
	window_close(two, FRAMES);
}

static void check_errors(void)
{
	uint64_t list[8], *bad = map_or_fail(2 * PAGE);
	struct batch1 v1 = { .num = 8, .dom = guest, .arr = list };
	struct batch2 v2 = { .dom = guest, .arr = frames, .err = errors };
	char *at = window(8);
	int i;

	step("a batch with frames that fail");
	memcpy(list, frames, sizeof(list));
	list[2] = 0xfffffffff;
	list[5] = ~0ULL;
	expect(batch(at, list, 8, guest), 0);
	for (i = 0; i < 8; i++)
		holds(!errors[i] == (i != 2 && i != 5));
	holds(pattern_differs(at, 2 * PAGE, 7, 0) < 0);
	holds(pattern_differs(at + 3 * PAGE, 2 * PAGE, 7, 3 * PAGE) < 0);
	holds(fault_at(at + 2 * PAGE) == SIGBUS);

	step("the holes of a batch");
	expect(batch(at + 2 * PAGE, list, 2, guest), -EINVAL);
	expect(batch(at + 2 * PAGE, frames + 2, 1, guest), 0);
	holds(!errors[0] && pattern_differs(at, 5 * PAGE, 7, 0) < 0);
	expect(batch(at + 2 * PAGE, frames + 2, 1, guest), -EINVAL);
	expect(batch(at + 7 * PAGE, frames, 2, guest), -EINVAL);
	window_close(at, 8);

	step("the first interface");
	at = window(8);
	v1.addr = (uintptr_t)at;
	expect(ioctl(fd, PRIVCMD_BATCH1, &v1), 0);
	holds(list[0] == frames[0] && list[2] == 0xfffffffff && list[5] == ~0ULL);
	window_close(at, 8);
	at = window(8);
	v1.addr = (uintptr_t)at;
	list[2] = 0x800000000;
	expect(ioctl(fd, PRIVCMD_BATCH1, &v1), 0);
	holds(list[2] == 0x8f0000000 && list[3] == frames[3]);
	window_close(at, 8);

	step("a batch of a domain that does not exist");
	at = window(8);
	expect(batch(at, frames, 8, NOBODY), 0);
	for (i = 0; i < 8; i++)
		holds(errors[i] == -ESRCH);
	window_close(at, 8);

	step("a batch with wrong arguments");
	at = window(8);
	expect(ioctl(fd, PRIVCMD_BATCH2, BAD), -EFAULT);
	expect(ioctl(fd, PRIVCMD_BATCH1, BAD), -EFAULT);
	v2.addr = (uintptr_t)at;
	v2.num = 0;
	expect(ioctl(fd, PRIVCMD_BATCH2, &v2), -EINVAL);
	for (i = 0; i < 3; i++) {
		v2.num = (unsigned int[]) { 0x7fffffff, 0x80000000, 0xffffffff }[i];
		refused(ioctl(fd, PRIVCMD_BATCH2, &v2));
	}
	v2.num = 8;
	v2.arr = BAD;
	expect(ioctl(fd, PRIVCMD_BATCH2, &v2), -EFAULT);
	expect(munmap(bad + PAGE / 8, PAGE), 0);
	memcpy(bad + PAGE / 8 - 4, frames, 4 * sizeof(*bad));
	v2.arr = bad + PAGE / 8 - 4;
	expect(ioctl(fd, PRIVCMD_BATCH2, &v2), -EFAULT);
	v2.arr = frames;
	v2.err = BAD;
	expect(ioctl(fd, PRIVCMD_BATCH2, &v2), -EFAULT);
	expect(batch(at, frames, 7, guest), -EINVAL);
	expect(batch(at, frames, 9, guest), -EINVAL);
	expect(batch(at + PAGE, frames, 7, guest), -EINVAL);
	expect(batch(bad, frames, 1, guest), -EINVAL);
	/* none of them spoiled it */
	expect(batch(at, frames, 8, guest), 0);
	all_mapped(8);
	window_close(at, 8);
}

static void check_runs(void)
{
	struct mmap_run run[3];
	struct mmap_runs call = { .num = 2, .dom = guest, .entry = run };
	char *at = window(4);

	step("runs of frames");
	expect(ioctl(fd, PRIVCMD_MMAP, BAD), -EFAULT);
	run[0] = (struct mmap_run) { (uintptr_t)at, frames[0], 1 };
	run[1] = (struct mmap_run) { (uintptr_t)at + PAGE, frames[1], 1 };
	expect(ioctl(fd, PRIVCMD_MMAP, &call), 0);
	holds(pattern_differs(at, 2 * PAGE, 7, 0) < 0);
	holds(fault_at(at + 2 * PAGE) == SIGBUS);
	expect(ioctl(fd, PRIVCMD_MMAP, &call), -EINVAL);
	window_close(at, 4);

	call.num = 0;
	expect(ioctl(fd, PRIVCMD_MMAP, &call), 0);
	call.num = 1;
	call.entry = BAD;
	expect(ioctl(fd, PRIVCMD_MMAP, &call), -EFAULT);
	call.entry = run;
#define RUN(address, first, pages, error)				\
	do {								\
		at = window(4);						\
		run[0] = (struct mmap_run) { (uintptr_t)at + (address), first, pages }; \
		expect(ioctl(fd, PRIVCMD_MMAP, &call), error);		\
		window_close(at, 4);					\
	} while (0)
	RUN(0, frames[0], 5, -EINVAL);
	RUN(0, frames[0], ~0ULL, -EINVAL);
	RUN(0, frames[0], 1ULL << 52, -EINVAL);
	RUN(0, frames[0], (1ULL << 52) + 1, -EINVAL);
	RUN(PAGE, frames[0], 1, -EINVAL);
	RUN(8, frames[0], 1, -EINVAL);
	RUN(0, frames[0], 0, 0);
	call.dom = NOBODY;
	RUN(0, frames[0], 1, -ESRCH);
	call.dom = guest;
	at = window(4);
	run[0] = (struct mmap_run) { (uintptr_t)at, 0xfffffffff, 1 };
	refused(ioctl(fd, PRIVCMD_MMAP, &call));
	holds(fault_at(at) == SIGBUS);
	window_close(at, 4);
}

/* --------------------------------------------------------------- many frames */
static volatile sig_atomic_t ticks;
static void tick(int signal) { (void)signal; ticks++; }

static void check_signals(void)
{
	static uint64_t list[MANY];
	struct itimerval often = { { 0, 2000 }, { 0, 2000 } }, off = { 0 };
	struct sigaction action = { .sa_handler = tick };
	char *at = window(MANY);
	int64_t start;
	unsigned int i;
	pid_t pid;

	step("a large batch with signals");
	for (i = 0; i < MANY; i++)
		list[i] = frames[i % FRAMES];
	sigaction(SIGVTALRM, &action, NULL);
	setitimer(ITIMER_VIRTUAL, &often, NULL);
	action.sa_handler = tick;
	sigaction(SIGUSR1, &action, NULL);
	pid = fork_or_fail();
	if (!pid) {
		for (;;) {
			kill(getppid(), SIGUSR1);
			sleep_ns(NSEC_PER_MSEC);
		}
	}
	while (!ticks)
		sched_yield();
	expect(batch(at, list, MANY, guest), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	setitimer(ITIMER_VIRTUAL, &off, NULL);
	all_mapped(MANY);
	for (i = 0; i < MANY; i += 509)
		holds(!memcmp(at + i * PAGE, at + (i % FRAMES) * PAGE, PAGE));
	window_close(at, MANY);

	step("a large batch whose process is killed");
	for (i = 0; i < 8; i++) {
		pid = fork_or_fail();
		if (!pid) {
			fd = open_device("privcmd");
			for (;;) {
				at = window(MANY);
				batch(at, list, MANY, guest);
				munmap(at, MANY * PAGE);
			}
		}
		sleep_ns(20 * NSEC_PER_MSEC + i * 7 * NSEC_PER_MSEC);
		start = now_ns();
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		holds(now_ns() - start < 20 * NSEC_PER_SEC);
	}
}

static void check_guest_resource(void)
{
	struct resource query = { .dom = guest, .type = RES_GRANT_TABLE };
	char *at = window(1);

	step("a guest's grant table");
	expect(ioctl(fd, PRIVCMD_RESOURCE, &query), 0);
	holds(query.num >= 1 && query.num < 100000);
	expect(resource(fd, at, 1, guest), 0);
	/* the toolstack reserves the first entries for console and store */
	holds(fault_at(at) == 0);
	window_close(at, 1);
	at = window(1);
	query.addr = (uintptr_t)at;
	query.num = 1;
	query.id = 77;
	refused(ioctl(fd, PRIVCMD_RESOURCE, &query));
	holds(fault_at(at) == SIGBUS);
	window_close(at, 1);
}

static void check_foreign(void)
{
	get_frames();
	check_guest_resource();
	check_contents();
	check_errors();
	check_runs();
	check_signals();
}

#endif /* PRIVCMDFRAMES_H */
