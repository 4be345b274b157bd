// SPDX-License-Identifier: GPL-2.0
/*
 * privcmdcheck - /dev/xen/privcmd and /dev/xen/hypercall do what they promise,
 * and nothing that they must not.
 *
 *	privcmdcheck calls | restrict | dm_op | resource | eventfd | buffers
 *	privcmdcheck foreign DOMID
 *	privcmdcheck strict DOMID
 *
 * All but the last hold on every kernel.  "strict" is what a kernel with known
 * mistakes may get wrong, or even not survive.
 */
#include "xendev.h"

#include <setjmp.h>
#include <sys/eventfd.h>
#include <sys/time.h>

#define FRAMES 256
#define MANY 65536U
#define RES_GRANT_TABLE 1

static int fd;
static domid_t guest;
static uint64_t frames[FRAMES];
static int errors[MANY];

static char *window(size_t pages)
{
	char *at = mmap(NULL, pages * PAGE, RW, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		fail_errno("mmap of privcmd");
	return at;
}

static void window_close(void *at, size_t pages)
{
	expect(munmap(at, pages * PAGE), 0);
}

static long batch(void *at, const uint64_t *list, unsigned int nr, domid_t dom)
{
	struct batch2 call = {
		.num = nr, .dom = dom, .addr = (uintptr_t)at, .arr = list, .err = errors,
	};

	memset(errors, 0x55, (nr < MANY ? nr : MANY) * sizeof(*errors));
	return ioctl(fd, PRIVCMD_BATCH2, &call);
}

static long resource(int file, void *at, uint64_t nr, domid_t dom)
{
	struct resource call = {
		.dom = dom, .type = RES_GRANT_TABLE, .num = nr, .addr = (uintptr_t)at,
	};

	return ioctl(file, PRIVCMD_RESOURCE, &call);
}

/* A jump out of a fault, where a child would not have the mapping. */
static sigjmp_buf out;
static void jump(int signal) { siglongjmp(out, signal); }

static int fault_at(volatile char *at)
{
	struct sigaction action = { .sa_handler = jump }, bus, segv;
	int got;

	sigaction(SIGBUS, &action, &bus);
	sigaction(SIGSEGV, &action, &segv);
	got = sigsetjmp(out, 1);
	if (!got)
		(void)*at;
	sigaction(SIGBUS, &bus, NULL);
	sigaction(SIGSEGV, &segv, NULL);
	return got;
}

/* ----------------------------------------------------------------- no guest */
static void check_calls(void)
{
	struct gsi gsi = { .sbdf = 0xffffffff };
	char room[64] = "";
	long version;

	step("hypercalls");
	version = hypercall(fd, OP_XEN_VERSION, 0, 0);
	holds(version >> 16 >= 4);
	expect(ioctl(fd, PRIVCMD_HYPERCALL, BAD), -EFAULT);
	expect(ioctl(fd, PRIVCMD_HYPERCALL, NULL), -EFAULT);
	expect(hypercall(fd, 63, 0, 0), -ENOSYS);
	expect(hypercall(fd, OP_XEN_VERSION, 1, (uintptr_t)BAD), -EFAULT);

	step("other calls");
	expect(ioctl(fd, PRIVCMD(11, struct gsi), room), -ENOTTY);
	expect(ioctl(fd, PRIVCMD(1, struct hypercall), room), -ENOTTY);
	expect(ioctl(fd, PRIVCMD(0, struct gsi), room), -ENOTTY);
	expect(ioctl(fd, PRIVCMD(255, struct gsi), room), -ENOTTY);
	expect(ioctl(fd, TCGETS, room), -ENOTTY);
	expect(read(fd, room, 1), -EINVAL);
	expect(write(fd, room, 1), -EINVAL);
	expect(ioctl(fd, PRIVCMD_GSI, BAD), -EFAULT);
	refused(ioctl(fd, PRIVCMD_GSI, &gsi));
}

static void refuse_all(int file, domid_t dom)
{
	struct mmap_runs runs = { .num = 1, .dom = dom, .entry = BAD };
	struct batch1 one = { .num = 1, .dom = dom, .arr = BAD };
	struct batch2 two = { .num = 1, .dom = dom, .arr = BAD, .err = errors };
	struct dm_op op = { .dom = dom, .num = 1, .ubufs = BAD };
	struct irqfd irq = { .dom = dom };
	struct ioeventfd io = { .dom = dom };

	expect(ioctl(file, PRIVCMD_MMAP, &runs), -EPERM);
	/* the first interface looks at its array first, the errno may differ */
	refused(ioctl(file, PRIVCMD_BATCH1, &one));
	expect(ioctl(file, PRIVCMD_BATCH2, &two), -EPERM);
	expect(ioctl(file, PRIVCMD_DM_OP, &op), -EPERM);
	expect(resource(file, NULL, 0, dom), -EPERM);
	expect(ioctl(file, PRIVCMD_IRQFD, &irq), -EPERM);
	expect(ioctl(file, PRIVCMD_IOEVENTFD, &io), -EPERM);
	expect(hypercall(file, OP_XEN_VERSION, 0, 0), -EPERM);
}

static void check_restrict(void)
{
	domid_t mine = 5, other = 6, none = 0;
	struct dm_op op = { .dom = mine };
	int file = open_device("privcmd"), free_file = open_device("privcmd");

	step("restriction");
	expect(ioctl(file, PRIVCMD_RESTRICT, BAD), -EFAULT);
	expect(ioctl(file, PRIVCMD_RESTRICT, &mine), 0);
	expect(ioctl(file, PRIVCMD_RESTRICT, &mine), 0);
	expect(ioctl(file, PRIVCMD_RESTRICT, &other), -EINVAL);
	expect(ioctl(file, PRIVCMD_RESTRICT, &none), -EINVAL);
	refuse_all(file, other);
	refuse_all(file, 0);
	refuse_all(file, DOMID_SELF);
	refuse_all(file, DOMID_INVALID);
	expect(ioctl(file, PRIVCMD_DM_OP, &op), 0);
	/* that file only */
	holds(hypercall(free_file, OP_XEN_VERSION, 0, 0) > 0);
	close(file);
	close(free_file);
}

static void check_dm_op(void)
{
	char *two = map_or_fail(2 * PAGE), *fixed = map_or_fail(PAGE);
	struct dm_buf bufs[17] = { { two, 16 }, { two + PAGE - 8, 64 } };
	struct dm_op op = { .dom = NOBODY, .num = 1, .ubufs = bufs };
	unsigned int i;

	step("operations of a device model");
	expect(ioctl(fd, PRIVCMD_DM_OP, BAD), -EFAULT);
	for (i = 1; i <= 2; i++) {
		op.num = i;
		expect(ioctl(fd, PRIVCMD_DM_OP, &op), -ESRCH);
	}
	for (i = 2; i < 16; i++)
		bufs[i] = bufs[0];
	op.num = 16;
	refused(ioctl(fd, PRIVCMD_DM_OP, &op));
	op.num = 17;
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -E2BIG);
	op.num = 65535;
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -E2BIG);
	op.num = 0;
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), 0);

	op.num = 1;
	bufs[0].size = 4097;
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -E2BIG);
	bufs[0].size = ~0UL;
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -E2BIG);
	bufs[0] = (struct dm_buf) { two + 1, 4096 };
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -ESRCH);
	bufs[0] = (struct dm_buf) { BAD, 8 };
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -EFAULT);
	bufs[0] = (struct dm_buf) { (void *)0xffff800000000000, 8 };
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -EFAULT);
	expect(mprotect(fixed, PAGE, PROT_READ), 0);
	bufs[0] = (struct dm_buf) { fixed, 8 };
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -EFAULT);
	op.ubufs = BAD;
	expect(ioctl(fd, PRIVCMD_DM_OP, &op), -EFAULT);

	/* none is still pinned: the memory can go, and come again */
	for (i = 0; i < 200; i++) {
		op.ubufs = bufs;
		bufs[0] = (struct dm_buf) { two, 4096 };
		expect(ioctl(fd, PRIVCMD_DM_OP, &op), -ESRCH);
		expect(madvise(two, 2 * PAGE, MADV_DONTNEED), 0);
	}
}

static void check_resource(void)
{
	char *at = window(1);

	step("resources");
	expect(ioctl(fd, PRIVCMD_RESOURCE, BAD), -EFAULT);
	expect(resource(fd, at, 0, NOBODY), -EINVAL);
	expect(resource(fd, NULL, 1, NOBODY), -EINVAL);
	refused(resource(fd, NULL, 0, NOBODY));
	refused(resource(fd, at, 1, NOBODY));
	window_close(at, 1);
	expect(resource(fd, at, 1, NOBODY), -EINVAL);
	at = window(1);
	refused(resource(fd, at, 1ULL << 60, NOBODY));
	window_close(at, 1);
}

static void check_irqfd(void)
{
	uint64_t one = 1, op[4] = { 99 };
	struct irqfd call = {
		.dm_op = (uintptr_t)op, .size = sizeof(op), .dom = NOBODY,
		.fd = (uint32_t)eventfd(0, 0),
	};
	int event = (int)call.fd, i;

	step("irqfd");
	expect(ioctl(fd, PRIVCMD_IRQFD, BAD), -EFAULT);
	call.flags = 2;
	expect(ioctl(fd, PRIVCMD_IRQFD, &call), -EINVAL);
	call.flags = 0;
	call.fd = 9999;
	expect(ioctl(fd, PRIVCMD_IRQFD, &call), -EBADF);
	call.fd = (uint32_t)fd;
	expect(ioctl(fd, PRIVCMD_IRQFD, &call), -EINVAL);
	call.fd = (uint32_t)event;
	call.dm_op = (uintptr_t)BAD;
	expect(ioctl(fd, PRIVCMD_IRQFD, &call), -EFAULT);
	call.dm_op = (uintptr_t)op;
	expect(ioctl(fd, PRIVCMD_IRQFD, &call), 0);
	expect(ioctl(fd, PRIVCMD_IRQFD, &call), -EBUSY);
	/* nobody is there to get it, but it is taken from the eventfd */
	expect(write(event, &one, 8), 8);
	expect(fcntl(event, F_SETFL, O_NONBLOCK), 0);
	expect(read(event, &one, 8), -EAGAIN);
	call.flags = 1;
	expect(ioctl(fd, PRIVCMD_IRQFD, &call), 0);
	expect(ioctl(fd, PRIVCMD_IRQFD, &call), 0);
	one = 1;
	expect(write(event, &one, 8), 8);
	expect(read(event, &one, 8), 8);
	close(event);

	for (i = 0; i < 300; i++) {
		call.flags = 0;
		call.fd = (uint32_t)eventfd(0, 0);
		expect(ioctl(fd, PRIVCMD_IRQFD, &call), 0);
		close((int)call.fd);
	}
}

static void check_ioeventfd(void)
{
	uint32_t ports[4] = { 1, 2, 3, 4 };
	struct ioeventfd good = {
		.ioreq = (uintptr_t)BAD, .ports = (uintptr_t)ports, .addr = 0x1000,
		.addr_len = 4, .vcpus = 1, .dom = NOBODY, .event_fd = (uint32_t)eventfd(0, 0),
	}, call;

	step("ioeventfd");
	expect(ioctl(fd, PRIVCMD_IOEVENTFD, BAD), -EFAULT);
#define WITH(field, value, error) \
	(call = good, call.field = (value), expect(ioctl(fd, PRIVCMD_IOEVENTFD, &call), error))
	WITH(flags, 2, -EINVAL);
	WITH(addr_len, 3, -EINVAL);
	WITH(addr_len, 0, -EINVAL);
	WITH(addr_len, 16, -EINVAL);
	WITH(addr, ~0ULL, -EINVAL);
	WITH(vcpus, 0, -EINVAL);
	WITH(vcpus, 4097, -EINVAL);
	WITH(event_fd, 9999, -EBADF);
	WITH(event_fd, (uint32_t)fd, -EINVAL);
	/* the last page there can be: no mapping follows */
	WITH(ioreq, 0x7ffffffff000, -EFAULT);
	WITH(flags, 1, -ENODEV);
	close((int)good.event_fd);
}

static void check_buffers(void)
{
	int buf = open_device("hypercall");
	char *at;

	step("hypercall buffers");
	expect((long)mmap(NULL, PAGE, RW, MAP_PRIVATE, buf, 0), -EINVAL);
	refused((long)mmap(NULL, 1UL << 44, RW, MAP_SHARED, buf, 0));
	at = mmap(NULL, 40 * PAGE, RW, MAP_SHARED, buf, 0);
	holds(at != MAP_FAILED);
	holds(!at[0] && !at[17 * PAGE + 100] && !at[40 * PAGE - 1]);
	pattern_fill(at, 40 * PAGE, 1, 0);

	/* extra version: the hypervisor writes there */
	expect(hypercall(fd, OP_XEN_VERSION, 1, (uintptr_t)at), 0);
	holds(at[0] == '.' || at[0] == '-' || !at[0]);
	pattern_fill(at, PAGE, 1, 0);

	step("hypercall buffers across fork and munmap");
	if (signal_at(at + 3 * PAGE, true))
		fail("expected a child to write to it");
	holds(at[3 * PAGE] == 1);
	pattern_fill(at + 3 * PAGE, PAGE, 1, 3 * PAGE);
	expect(munmap(at + 8 * PAGE, 4 * PAGE), 0);
	holds(pattern_differs(at, 8 * PAGE, 1, 0) < 0);
	holds(pattern_differs(at + 12 * PAGE, 28 * PAGE, 1, 12 * PAGE) < 0);
	holds(fault_at(at + 9 * PAGE) == SIGSEGV);
	refused((long)mremap(at, 8 * PAGE, 16 * PAGE, MREMAP_MAYMOVE));
	close(buf);
	holds(pattern_differs(at, 8 * PAGE, 1, 0) < 0);
	expect(munmap(at, 8 * PAGE), 0);
	expect(munmap(at + 12 * PAGE, 28 * PAGE), 0);
}

#include "privcmdframes.h"

/* -------------------------------------- what kernels are known to get wrong */
static void check_strict(void)
{
	struct ioeventfd io = {
		.addr = 0x1000, .addr_len = 4, .vcpus = 1, .dom = guest,
		.event_fd = (uint32_t)eventfd(0, 0),
	};
	uint32_t ports[1] = { 1 };
	struct mmap_run run[2];
	struct mmap_runs runs = { .num = 2, .dom = guest, .entry = run };
	struct irqfd irq = { .dm_op = (uintptr_t)run, .size = 1U << 30, .dom = NOBODY,
			     .fd = io.event_fd };
	domid_t any = DOMID_INVALID;
	char *at, *other = map_or_fail(PAGE);

	get_frames();

	step("a batch that is not on a page");
	at = window(1);
	expect(batch(at, frames, 1, guest), 0);
	window_close(at, 1);
	at = window(2);
	frames[1] ^= 1ULL << 40;
	expect(batch(at, frames, 2, guest), 0);
	frames[1] ^= 1ULL << 40;
	expect(batch(at + PAGE + 8, frames, 1, guest), -EINVAL);
	window_close(at, 2);

	step("a run that fails leaves nothing");
	at = window(2);
	run[0] = (struct mmap_run) { (uintptr_t)at, frames[0], 1 };
	run[1] = (struct mmap_run) { (uintptr_t)at + PAGE, 0xfffffffff, 1 };
	refused(ioctl(fd, PRIVCMD_MMAP, &runs));
	holds(fault_at(at) == SIGBUS);
	run[1].mfn = frames[1];
	expect(ioctl(fd, PRIVCMD_MMAP, &runs), 0);
	window_close(at, 2);

	step("a restriction to no domain");
	expect(ioctl(fd, PRIVCMD_RESTRICT, &any), -EINVAL);

	step("a huge irqfd");
	expect(ioctl(fd, PRIVCMD_IRQFD, &irq), -E2BIG);

	step("a resource twice in one mapping");
	at = window(2);
	expect(resource(fd, at, 1, guest), 0);
	expect(resource(fd, at, 1, guest), -EINVAL);
	window_close(at, 2);

	step("a resource behind its mapping's end");
	at = window(3);
	expect(resource(fd, at + 2 * PAGE, 2, guest), -EINVAL);
	expect(resource(fd, at, 4, guest), -EINVAL);
	window_close(at, 3);

	step("an ioeventfd whose slots are no mapping of this device");
	io.ports = (uintptr_t)ports;
	io.ioreq = (uintptr_t)other;
	expect(ioctl(fd, PRIVCMD_IOEVENTFD, &io), -EFAULT);
	at = window(1);
	io.ioreq = (uintptr_t)at;
	expect(ioctl(fd, PRIVCMD_IOEVENTFD, &io), -EFAULT);
	expect(batch(at, frames, 1, guest), 0);
	refused(ioctl(fd, PRIVCMD_IOEVENTFD, &io));
	window_close(at, 1);

	step("a run in memory that is no mapping of this device");
	runs.num = 1;
	run[0] = (struct mmap_run) { (uintptr_t)other, frames[0], 1 };
	expect(ioctl(fd, PRIVCMD_MMAP, &runs), -EINVAL);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	fd = open_device("privcmd");
	if (argc > 2)
		guest = (domid_t)number(argv[2], 1, 0x7fef);

	if (!strcmp(what, "calls"))
		check_calls();
	else if (!strcmp(what, "restrict"))
		check_restrict();
	else if (!strcmp(what, "dm_op"))
		check_dm_op();
	else if (!strcmp(what, "resource"))
		check_resource();
	else if (!strcmp(what, "eventfd"))
		check_irqfd(), check_ioeventfd();
	else if (!strcmp(what, "buffers"))
		check_buffers();
	else if (!strcmp(what, "foreign") && guest)
		check_foreign();
	else if (!strcmp(what, "strict") && guest)
		check_strict();
	else
		usage("privcmdcheck calls|restrict|dm_op|resource|eventfd|buffers|"
		      "{foreign|strict} DOMID");
	say("%s: all as it must be", what);

	return 0;
}
