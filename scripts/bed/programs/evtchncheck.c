// SPDX-License-Identifier: GPL-2.0
/*
 * evtchncheck - /dev/xen/evtchn delivers each event once, refuses what is not
 * its caller's, and leaves no port behind.
 *
 *	evtchncheck events | calls | restrict | ring | races | many | strict
 *
 * Both ends of every channel are in this domain.  All but the last hold on every
 * kernel; "strict" is what a kernel with known mistakes may get wrong.
 */
#include "xendev.h"

#include <poll.h>

#define PORTS 200

static int near_fd, far_fd;

static long unbound(int fd, unsigned int domain)
{
	return ioctl(fd, EVTCHN_UNBOUND, &domain);
}

static long interdomain(int fd, unsigned int domain, unsigned int port)
{
	unsigned int call[2] = { domain, port };

	return ioctl(fd, EVTCHN_INTERDOMAIN, call);
}

static long on_port(int fd, unsigned long call, unsigned int port)
{
	return ioctl(fd, call, &port);
}

static unsigned int bound(long port)
{
	if (port < 0)
		fail_errno("binding a port");
	holds(port > 0);
	return (unsigned int)port;
}

/* pair - a channel from near_fd to far_fd. */
static void pair(unsigned int *from, unsigned int *to)
{
	*from = bound(unbound(near_fd, 0));
	*to = bound(interdomain(far_fd, 0, *from));
}

static short ready(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN | POLLOUT };

	if (poll(&one, 1, 0) < 0)
		fail_errno("poll");
	return one.revents;
}

/* next - the port that the next event is of; waits some time. */
static unsigned int next(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	unsigned int port;

	expect(poll(&one, 1, 20000), 1);
	expect(read(fd, &port, sizeof(port)), sizeof(port));
	return port;
}

static void quiet(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	expect(poll(&one, 1, 100), 0);
}

static void unmask(int fd, unsigned int port)
{
	expect(write(fd, &port, sizeof(port)), sizeof(port));
}

/* open_ports - what the hypervisor has open for this domain. */
static unsigned int open_ports(void)
{
	struct { domid_t dom; uint32_t port, status, vcpu, u[2]; } *call;
	int fd = open_device("privcmd"), buf = open_device("hypercall");
	unsigned int port, count = 0;

	call = mmap(NULL, PAGE, RW, MAP_SHARED, buf, 0);
	holds(call != MAP_FAILED);
	for (port = 1; port < 4096; port++) {
		call->dom = DOMID_SELF;
		call->port = port;
		if (hypercall(fd, OP_EVENT_CHANNEL, 5, (uintptr_t)call))
			break;
		count += call->status != 0;
	}
	holds(count > 3);
	munmap(call, PAGE);
	close(buf);
	close(fd);
	return count;
}

/* ------------------------------------------------------------------- events */
static volatile sig_atomic_t signals;
static void on_io(int signal) { (void)signal; signals++; }

/* The event can be read just before its signal is sent. */
static void await_signal(void)
{
	int i;

	for (i = 0; i < 5000 && !signals; i++)
		usleep(1000);
}

static void check_events(void)
{
	unsigned int from, to, port;
	struct sigaction action = { .sa_handler = on_io };

	step("an event");
	pair(&from, &to);
	/* one comes with the binding, for whoever waited for the other end */
	if (ready(near_fd) & POLLIN)
		unmask(near_fd, next(near_fd));
	if (ready(far_fd) & POLLIN)
		unmask(far_fd, next(far_fd));
	expect(ready(far_fd), POLLOUT);
	expect(fcntl(far_fd, F_SETFL, O_NONBLOCK), 0);
	expect(read(far_fd, &port, sizeof(port)), -EAGAIN);
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	expect(next(far_fd), to);
	expect(read(far_fd, &port, sizeof(port)), -EAGAIN);

	step("no second event before the first is ended");
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	quiet(far_fd);
	unmask(far_fd, to);
	expect(next(far_fd), to);
	quiet(far_fd);
	unmask(far_fd, to);
	unmask(far_fd, to);
	quiet(far_fd);

	step("signals of events");
	sigaction(SIGIO, &action, NULL);
	expect(fcntl(far_fd, F_SETOWN, getpid()), 0);
	expect(fcntl(far_fd, F_SETFL, O_NONBLOCK | O_ASYNC), 0);
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	expect(next(far_fd), to);
	await_signal();
	holds(signals == 1);
	expect(fcntl(far_fd, F_SETFL, 0), 0);

	step("a reader that sleeps, and one that a signal wakes");
	unmask(far_fd, to);
	if (!fork_or_fail()) {
		sleep_ns(300 * NSEC_PER_MSEC);
		kill(getppid(), SIGIO);
		sleep_ns(300 * NSEC_PER_MSEC);
		on_port(near_fd, EVTCHN_NOTIFY, from);
		_exit(0);
	}
	expect(read(far_fd, &port, sizeof(port)), -EINTR);
	expect(read(far_fd, &port, sizeof(port)), 4);
	holds(port == to);
	wait(NULL);

	step("an unbound port tells nobody");
	unmask(far_fd, to);
	expect(on_port(far_fd, EVTCHN_UNBIND, to), 0);
	expect(on_port(far_fd, EVTCHN_UNBIND, to), -ENOTCONN);
	on_port(near_fd, EVTCHN_NOTIFY, from);
	quiet(far_fd);
}

/* -------------------------------------------------------------------- calls */
static void check_calls(void)
{
	unsigned long calls[] = {
		EVTCHN_VIRQ, EVTCHN_INTERDOMAIN, EVTCHN_UNBOUND, EVTCHN_UNBIND, EVTCHN_NOTIFY,
		EVTCHN_RESTRICT, EVTCHN_STATIC,
	};
	unsigned int from, to, i, room[4];

	step("pointers and numbers that are wrong");
	pair(&from, &to);
	if (ready(far_fd) & POLLIN)
		unmask(far_fd, next(far_fd));
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		expect(ioctl(near_fd, calls[i], BAD), -EFAULT);
	expect(ioctl(near_fd, EVTCHN(8, 1), room), -ENOSYS);
	expect(ioctl(near_fd, EVTCHN(255, 1), room), -ENOSYS);
	expect(ioctl(near_fd, EVTCHN(4, 2), room), -ENOSYS);
	expect(on_port(near_fd, EVTCHN_VIRQ, 100), -EINVAL);
	expect(on_port(near_fd, EVTCHN_VIRQ, ~0U), -EINVAL);
	expect(interdomain(near_fd, NOBODY, 1), -ESRCH);
	expect(interdomain(near_fd, 0, ~0U), -EINVAL);
	expect(interdomain(near_fd, 0, 0), -EINVAL);
	expect(on_port(near_fd, EVTCHN_UNBIND, ~0U), -EINVAL);
	expect(on_port(near_fd, EVTCHN_UNBIND, 0), -ENOTCONN);
	refused(on_port(near_fd, EVTCHN_STATIC, ~0U));

	step("ports of others");
	expect(on_port(near_fd, EVTCHN_NOTIFY, to), -ENOTCONN);
	expect(on_port(near_fd, EVTCHN_UNBIND, to), -ENOTCONN);
	expect(on_port(far_fd, EVTCHN_NOTIFY, from), -ENOTCONN);
	expect(on_port(near_fd, EVTCHN_NOTIFY, ~0U), -ENOTCONN);
	expect(on_port(near_fd, EVTCHN_STATIC, from), -EISCONN);
	/* written by who does not have it, and nonsense, is passed over */
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	expect(next(far_fd), to);
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	unmask(near_fd, to);
	unmask(far_fd, ~0U);
	unmask(far_fd, 0);
	quiet(far_fd);
	unmask(far_fd, to);
	expect(next(far_fd), to);
	unmask(far_fd, to);

	step("reads and writes that are wrong");
	expect(read(far_fd, room, 3), 0);
	expect(write(far_fd, room, 3), 0);
	expect(write(far_fd, BAD, 4), -EFAULT);
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	while (!(ready(far_fd) & POLLIN))
		relax();
	expect(read(far_fd, BAD, 4), -EFAULT);
	expect(read(far_fd, room, 7), 4);
	holds(room[0] == to);
	unmask(far_fd, to);
	expect(lseek(far_fd, 0, SEEK_SET), -ESPIPE);
}

static void check_restrict(void)
{
	domid_t wrong[] = { 0, 0x7ff0, 0xffff }, good = 77;
	unsigned int from, to, i;

	step("restriction");
	pair(&from, &to);
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		expect(ioctl(near_fd, EVTCHN_RESTRICT, &wrong[i]), -EINVAL);
	expect(ioctl(near_fd, EVTCHN_RESTRICT, &good), 0);
	expect(ioctl(near_fd, EVTCHN_RESTRICT, &good), -EACCES);
	expect(unbound(near_fd, 0), -EACCES);
	expect(unbound(near_fd, good), -EACCES);
	expect(on_port(near_fd, EVTCHN_VIRQ, 4), -EACCES);
	expect(interdomain(near_fd, 0, to), -EACCES);
	expect(interdomain(near_fd, 0x10000 + good, to), -EACCES);
	expect(interdomain(near_fd, good, 1), -ESRCH);
	/* what it had it keeps */
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	expect(next(far_fd), to);
	unmask(far_fd, to);
	expect(on_port(near_fd, EVTCHN_UNBIND, from), 0);
}

/* --------------------------------------------------------------------- ring */
static void check_ring(void)
{
	unsigned int from[PORTS], to[PORTS], got[PORTS + 1], heard[4096] = { 0 };
	unsigned int i, round, seen;
	ssize_t bytes;

	step("more ports than the ring had room for");
	for (i = 0; i < PORTS; i++) {
		pair(&from[i], &to[i]);
		holds(to[i] < 4096);
		/* events fly while it grows */
		expect(on_port(near_fd, EVTCHN_NOTIFY, from[i]), 0);
	}
	for (round = 0; round < 5; round++) {
		for (seen = 0; seen < PORTS; seen += (unsigned int)bytes / 4) {
			expect(ready(far_fd) & POLLERR, 0);
			bytes = read(far_fd, got, 4 * (1 + (seen * 7 + round) % 50));
			holds(bytes > 0 && bytes % 4 == 0);
			for (i = 0; i < (unsigned int)bytes / 4; i++)
				heard[got[i]]++;
		}
		quiet(far_fd);
		for (i = 0; i < PORTS; i++)
			if (heard[to[i]] != round + 1)
				fail("expected port %u to be heard of %u times, got %u", to[i],
				     round + 1, heard[to[i]]);
		/* a page at most, and some that are not ours among them */
		expect(write(far_fd, to, sizeof(to)), sizeof(to));
		for (i = 0; i < PORTS; i++)
			expect(on_port(near_fd, EVTCHN_NOTIFY, from[i]), 0);
	}

	step("more events than the ring has room for");
	for (i = 0; i < 5000 && !(ready(far_fd) & POLLERR); i++) {
		unmask(far_fd, to[0]);
		expect(on_port(near_fd, EVTCHN_NOTIFY, from[0]), 0);
		/* it may be another CPU that takes them */
		relax();
	}
	expect(ready(far_fd), POLLERR);
	expect(read(far_fd, got, 4), -EFBIG);
	expect(ioctl(far_fd, EVTCHN_RESET, NULL), 0);
	expect(ready(far_fd), POLLOUT);
	unmask(far_fd, to[0]);
	on_port(near_fd, EVTCHN_NOTIFY, from[0]);
	expect(next(far_fd), to[0]);
}

/* -------------------------------------------------------------------- races */
static volatile bool stop;
static volatile unsigned int shared_port;

static void *send_events(void *unused)
{
	while (!stop) {
		on_port(near_fd, EVTCHN_NOTIFY, shared_port);
		relax();
	}
	return unused;
}

static void *read_events(void *unused)
{
	unsigned int ports[16];
	ssize_t bytes;

	while (!stop) {
		bytes = read(far_fd, ports, sizeof(ports));
		if (bytes > 0)
			bytes = write(far_fd, ports, (size_t)bytes);
		relax();
	}
	return unused;
}

static void check_races(void)
{
	unsigned int rounds = scaled(150, 10), i, from, to;
	pthread_t sender, reader;

	step("unbinding while events fly");
	expect(fcntl(far_fd, F_SETFL, O_NONBLOCK), 0);
	sender = thread_start(send_events, NULL);
	reader = thread_start(read_events, NULL);
	for (i = 0; i < rounds; i++) {
		pair(&from, &to);
		shared_port = from;
		sleep_ns(NSEC_PER_MSEC);
		expect(on_port(far_fd, EVTCHN_UNBIND, to), 0);
		expect(on_port(near_fd, EVTCHN_UNBIND, from), 0);
	}

	step("closing while events fly");
	for (i = 0; i < rounds / 3; i++) {
		int fd = open_device("evtchn");

		from = bound(unbound(near_fd, 0));
		bound(interdomain(fd, 0, from));
		shared_port = from;
		sleep_ns(NSEC_PER_MSEC);
		close(fd);
		expect(on_port(near_fd, EVTCHN_UNBIND, from), 0);
	}
	stop = true;
	thread_end(sender, NULL);
	thread_end(reader, NULL);
}

/* --------------------------------------------------------------------- many */
static void check_many(void)
{
	unsigned int before = open_ports(), rounds = scaled(1000, 100), i, from, to;
	int64_t start;
	int fd;

	step("many times bound and unbound");
	for (i = 0; i < rounds; i++) {
		from = bound(unbound(near_fd, 0));
		expect(on_port(near_fd, EVTCHN_UNBIND, from), 0);
	}
	holds(open_ports() == before);

	step("binding that fails leaves nothing");
	for (i = 0; i < 50; i++) {
		refused(interdomain(near_fd, 0, 4095));
		refused(on_port(near_fd, EVTCHN_VIRQ, 100));
	}
	holds(open_ports() == before);

	step("many ports closed with their file");
	fd = open_device("evtchn");
	for (i = 0; i < PORTS; i++) {
		from = bound(unbound(fd, 0));
		bound(interdomain(fd, 0, from));
	}
	holds(open_ports() == before + 2 * PORTS);
	start = now_ns();
	close(fd);
	holds(now_ns() - start < 30 * NSEC_PER_SEC);
	holds(open_ports() == before);

	step("ports of a process that is killed");
	for (i = 0; i < 5; i++) {
		pid_t pid = fork_or_fail();

		if (!pid) {
			fd = open_device("evtchn");
			for (;;)
				bound(unbound(fd, 0));
		}
		sleep_ns(30 * NSEC_PER_MSEC);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	holds(open_ports() == before);

	step("a file that is shared by fork");
	pair(&from, &to);
	if (!fork_or_fail())
		_exit(0);
	wait(NULL);
	expect(on_port(near_fd, EVTCHN_NOTIFY, from), 0);
	expect(next(far_fd), to);
	expect(on_port(far_fd, EVTCHN_UNBIND, to), 0);
	expect(on_port(near_fd, EVTCHN_UNBIND, from), 0);
	holds(open_ports() == before);
}

/* -------------------------------------- what kernels are known to get wrong */
static void check_strict(void)
{
	struct { domid_t dom, remote; uint32_t port; } *alloc;
	int fd = open_device("privcmd"), buf = open_device("hypercall");
	unsigned int port, before = open_ports(), from, to;
	domid_t good = 77;

	step("a port that was opened by somebody else");
	alloc = mmap(NULL, PAGE, RW, MAP_SHARED, buf, 0);
	*(volatile domid_t *)&alloc->dom = DOMID_SELF;
	alloc->remote = 0;
	expect(hypercall(fd, OP_EVENT_CHANNEL, 6, (uintptr_t)alloc), 0);
	port = alloc->port;
	expect(on_port(near_fd, EVTCHN_STATIC, port), 0);
	expect(on_port(near_fd, EVTCHN_STATIC, port), -EISCONN);
	expect(on_port(far_fd, EVTCHN_STATIC, port), -EBUSY);
	to = bound(interdomain(far_fd, 0, port));
	expect(on_port(near_fd, EVTCHN_NOTIFY, port), 0);
	expect(next(far_fd), to);
	expect(on_port(far_fd, EVTCHN_UNBIND, to), 0);
	/* it stays open, and can be had again */
	expect(on_port(near_fd, EVTCHN_UNBIND, port), 0);
	holds(open_ports() == before + 1);
	expect(on_port(near_fd, EVTCHN_STATIC, port), 0);
	expect(on_port(near_fd, EVTCHN_UNBIND, port), 0);
	*(uint32_t *)alloc = port;
	expect(hypercall(fd, OP_EVENT_CHANNEL, 3, (uintptr_t)alloc), 0);
	holds(open_ports() == before);

	step("the kernel's own ports");
	for (port = 1; port < 12; port++)
		if (on_port(near_fd, EVTCHN_STATIC, port) != -1)
			fail("port %u was to be had", port);
	expect(on_port(near_fd, EVTCHN_STATIC, 0), -EINVAL);
	expect(on_port(near_fd, EVTCHN_STATIC, ~0U), -EINVAL);
	holds(open_ports() == before);

	step("a restricted file and other ports");
	pair(&from, &to);
	expect(ioctl(near_fd, EVTCHN_RESTRICT, &good), 0);
	expect(on_port(near_fd, EVTCHN_STATIC, 4000), -EACCES);
	close(fd);
	close(buf);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc > 2)
		scale_from(argc - 1, argv + 1);
	near_fd = open_device("evtchn");
	far_fd = open_device("evtchn");

	if (!strcmp(what, "events"))
		check_events();
	else if (!strcmp(what, "calls"))
		check_calls();
	else if (!strcmp(what, "restrict"))
		check_restrict();
	else if (!strcmp(what, "ring"))
		check_ring();
	else if (!strcmp(what, "races"))
		check_races();
	else if (!strcmp(what, "many"))
		check_many();
	else if (!strcmp(what, "strict"))
		check_strict();
	else
		usage("evtchncheck events|calls|restrict|ring|races|many|strict [SCALE]");
	say("%s: all as it must be", what);

	return 0;
}
