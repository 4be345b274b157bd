// SPDX-License-Identifier: GPL-2.0
/*
 * timecheck - clocks go forward, on all CPUs, and timers are never early.
 *
 *	timecheck [SCALE]
 *
 * It proves that no clock goes backwards from one CPU to another, whether read
 * through the vDSO or by a system call: threads pinned to each CPU exchange
 * stamps under a lock; that sleeps and timers on each CPU last at least as
 * long as they should (how much longer is reported); that the vDSO, system
 * calls and gettimeofday agree on what time it is; and that the boot clock
 * does not fall behind the monotonic one.
 *
 * build: 64
 */
#include "bed.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <sys/timerfd.h>

#define CPUS_MAX 64
#define EXCHANGES_MIN 200
#define RATE_CALLS 2000
#define HANDOVER_TURNS 300

static const struct clock {
	clockid_t id;
	clockid_t coarse;	/* never ahead of it; -1: none */
	const char *name;
} clocks[] = {
	{ CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE, "MONOTONIC" },
	{ CLOCK_REALTIME, CLOCK_REALTIME_COARSE, "REALTIME" },
	{ CLOCK_BOOTTIME, -1, "BOOTTIME" },
	{ CLOCK_MONOTONIC_RAW, -1, "MONOTONIC_RAW" },
};

enum way { VDSO, SYSCALL };

static const char *const way_names[] = { "the vDSO", "a system call" };
static int cpus[CPUS_MAX], cpu_count;

static int64_t stamp(clockid_t clock, enum way way)
{
	struct timespec now;

	if (way == VDSO ? clock_gettime(clock, &now) : (int)syscall(SYS_clock_gettime, clock, &now))
		fail_errno("clock_gettime");
	if (now.tv_nsec < 0 || now.tv_nsec >= NSEC_PER_SEC)
		fail("expected less than a second of nanoseconds, got %ld", now.tv_nsec);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/* ----------------------------------------------------------- the exchange */
/* The last stamp of each clock; guarded by the lock. */
static struct last {
	int64_t time;
	int cpu;
	enum way way;
} last[ARRAY_SIZE(clocks)];

static atomic_int last_cpu = -1;

static atomic_flag lock = ATOMIC_FLAG_INIT;
static unsigned long long stamps, exchanges;	/* guarded by the lock */
static int64_t exchange_end;

static void take_stamp(size_t number, int cpu, enum way way)
{
	const struct clock *clock = &clocks[number];
	struct last *before = &last[number];
	int64_t coarse = 0, now;

	while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire))
		relax();
	if (clock->coarse >= 0)
		coarse = stamp(clock->coarse, way);
	now = stamp(clock->id, way);
	if (now < before->time)
		fail("expected CLOCK_%s to go forward, got %lld ns on CPU %d by %s, %lld ns after "
		     "a stamp on CPU %d by %s", clock->name, (long long)now, cpu, way_names[way],
		     (long long)(now - before->time), before->cpu, way_names[before->way]);
	if (coarse > now)
		fail("expected the coarse CLOCK_%s not to be ahead, it is by %lld ns", clock->name,
		     (long long)(coarse - now));
	exchanges += before->time && before->cpu != cpu;
	stamps++;
	*before = (struct last) { now, cpu, way };
	atomic_store(&last_cpu, cpu);
	atomic_flag_clear_explicit(&lock, memory_order_release);
}

/* Let another CPU go first, if it comes at once. */
static void step_back(int cpu)
{
	int i;

	for (i = 0; i < HANDOVER_TURNS && atomic_load(&last_cpu) == cpu; i++)
		__builtin_ia32_pause();
}

static void *exchange(void *argument)
{
	int cpu = *(int *)argument;
	uint64_t state = (uint64_t)cpu + 1, choice;

	cpu_pin(cpu);
	do {
		choice = random_next(&state);
		take_stamp(choice % ARRAY_SIZE(clocks), cpu, choice >> 32 & 1);
		if (cpu_count > 1)
			step_back(cpu);
	} while (now_ns() < exchange_end || (cpu_count > 1 && exchanges < EXCHANGES_MIN));
	return argument;
}

/* ------------------------------------------------------------------ sleeps */
struct sleeper {
	int cpu;
	unsigned int count;
	int64_t worst, sum;	/* beyond what was asked for */
};

static void slept(struct sleeper *sleeper, const char *what, int64_t wanted, int64_t got)
{
	if (got < wanted)
		fail("expected %s on CPU %d to last %lld ns, got %lld", what, sleeper->cpu,
		     (long long)wanted, (long long)got);
	sleeper->count++;
	sleeper->sum += got - wanted;
	if (got - wanted > sleeper->worst)
		sleeper->worst = got - wanted;
}

static void sleep_relative(struct sleeper *sleeper, int64_t length)
{
	struct timespec time = timespec_from(length);
	int64_t start = now_ns();

	if (nanosleep(&time, NULL))
		fail_errno("nanosleep");
	slept(sleeper, "nanosleep", length, now_ns() - start);
}

static void sleep_until(struct sleeper *sleeper, clockid_t clock, int64_t length)
{
	int64_t start = clock_ns(clock);
	struct timespec end = timespec_from(start + length);

	if (clock_nanosleep(clock, TIMER_ABSTIME, &end, NULL))
		fail("expected clock_nanosleep to succeed, it did not");
	slept(sleeper, "clock_nanosleep", length, clock_ns(clock) - start);
}

static void sleep_timer(struct sleeper *sleeper, clockid_t clock, int64_t length)
{
	struct itimerspec once = { .it_value = timespec_from(length) };
	int fd = timerfd_create(clock, TFD_CLOEXEC);
	int64_t start = clock_ns(clock);
	uint64_t fired = 0;

	if (fd < 0 || timerfd_settime(fd, 0, &once, NULL))
		fail_errno("timerfd_settime");
	if (read(fd, &fired, sizeof(fired)) != sizeof(fired) || fired != 1)
		fail("expected a timerfd to fire once, got %llu", (unsigned long long)fired);
	slept(sleeper, "a timerfd", length, clock_ns(clock) - start);
	close(fd);
}

static void sleep_poll(struct sleeper *sleeper, int64_t length)
{
	int64_t start = now_ns();

	if (poll(NULL, 0, (int)(length / NSEC_PER_MSEC)))
		fail_errno("poll");
	slept(sleeper, "poll", length / NSEC_PER_MSEC * NSEC_PER_MSEC, now_ns() - start);
}

static void *sleep_on_cpu(void *argument)
{
	static const int64_t lengths[] = { 1, 50000, 300000, 1000000, 4100000, 11000000 };
	struct sleeper *sleeper = argument;
	unsigned int round;
	size_t i;

	cpu_pin(sleeper->cpu);
	for (round = 0; round < scaled(6, 1); round++)
		for (i = 0; i < ARRAY_SIZE(lengths); i++) {
			sleep_relative(sleeper, lengths[i]);
			sleep_until(sleeper, clocks[i % 3].id, lengths[i]);
			sleep_timer(sleeper, clocks[i % 3].id, lengths[i]);
			sleep_poll(sleeper, lengths[i]);
		}
	return sleeper;
}

/* --------------------------------------------------------------- agreement */
/* Each reading must lie between two of another kind around it. */
static unsigned int agreement(unsigned int rounds)
{
	struct timeval day;
	unsigned int i;
	int64_t before, between, after, coarse;
	size_t n;

	for (i = 0; i < rounds; i++) {
		for (n = 0; n < ARRAY_SIZE(clocks); n++) {
			before = stamp(clocks[n].id, i & 1);
			between = stamp(clocks[n].id, !(i & 1));
			after = stamp(clocks[n].id, i & 1);
			if (between < before || between > after)
				fail("expected CLOCK_%s by %s from %lld to %lld, got %lld",
				     clocks[n].name, way_names[!(i & 1)], (long long)before,
				     (long long)after, (long long)between);
		}
		coarse = stamp(CLOCK_REALTIME_COARSE, SYSCALL) / NSEC_PER_SEC;
		before = stamp(CLOCK_REALTIME, SYSCALL);
		gettimeofday(&day, NULL);
		between = day.tv_sec * 1000000LL + day.tv_usec;
		after = stamp(CLOCK_REALTIME, SYSCALL);
		if (between < before / 1000 || between > after / 1000)
			fail("expected gettimeofday from %lld to %lld us, got %lld",
			     (long long)before / 1000, (long long)after / 1000,
			     (long long)between);
		between = time(NULL);
		after = stamp(CLOCK_REALTIME, SYSCALL);
		if (between < coarse || between > after / NSEC_PER_SEC)
			fail("expected time() from %lld to %lld, got %lld", (long long)coarse,
			     (long long)(after / NSEC_PER_SEC), (long long)between);
	}
	return rounds;
}

/* How far one clock is ahead of another, and how sure that is. */
struct lead {
	int64_t by, window;
};

static struct lead lead_of(clockid_t clock, clockid_t other)
{
	struct lead best = { 0, INT64_MAX };
	int64_t before, between, after;
	int i;

	for (i = 0; i < 50; i++) {
		before = clock_ns(other);
		between = clock_ns(clock);
		after = clock_ns(other);
		if (after - before < best.window)
			best = (struct lead) { between - before, after - before };
	}
	return best;
}

static int64_t call_cost(enum way way)
{
	int64_t start = now_ns();
	int i;

	for (i = 0; i < RATE_CALLS; i++)
		stamp(CLOCK_MONOTONIC, way);
	return (now_ns() - start) / RATE_CALLS;
}

/* ------------------------------------------------------------------- main */
static void on_each_cpu(void *(*run)(void *), void *arguments, size_t size)
{
	pthread_t thread[CPUS_MAX];
	int i;

	for (i = 0; i < cpu_count; i++)
		thread[i] = thread_start(run, (char *)arguments + (size_t)i * size);
	for (i = 0; i < cpu_count; i++)
		thread_end(thread[i], (char *)arguments + (size_t)i * size);
}

int main(int argc, char **argv)
{
	struct sleeper sleepers[CPUS_MAX], all = { 0 };
	struct lead boot, real, raw, boot_end, real_end, raw_end;
	unsigned int agreed;
	int64_t start;
	int i;

	scale_from(argc, argv);
	cpu_count = cpu_list(cpus, CPUS_MAX);
	if (!getauxval(AT_SYSINFO_EHDR))
		fail("expected a vDSO, got none");
	start = now_ns();
	boot = lead_of(CLOCK_BOOTTIME, CLOCK_MONOTONIC);
	real = lead_of(CLOCK_REALTIME, CLOCK_MONOTONIC);
	raw = lead_of(CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC);

	step("agreement");
	agreed = agreement(scaled(5000, 100));
	step("exchange");
	exchange_end = now_ns() + (int64_t)(0.4 * bed_scale * NSEC_PER_SEC);
	on_each_cpu(exchange, cpus, sizeof(cpus[0]));
	step("sleeps");
	for (i = 0; i < cpu_count; i++)
		sleepers[i] = (struct sleeper) { .cpu = cpus[i] };
	on_each_cpu(sleep_on_cpu, sleepers, sizeof(sleepers[0]));
	for (i = 0; i < cpu_count; i++) {
		all.count += sleepers[i].count;
		all.sum += sleepers[i].sum;
		if (sleepers[i].worst > all.worst)
			all.worst = sleepers[i].worst;
	}

	step("drift");
	boot_end = lead_of(CLOCK_BOOTTIME, CLOCK_MONOTONIC);
	real_end = lead_of(CLOCK_REALTIME, CLOCK_MONOTONIC);
	raw_end = lead_of(CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC);
	/* Ahead it may get, by a suspend; behind never. */
	if (boot_end.by - boot.by < -(boot.window + boot_end.window))
		fail("expected CLOCK_BOOTTIME not to fall behind, it did by %lld ns",
		     (long long)(boot.by - boot_end.by));
	say("%llu stamps of %zu clocks, %llu from one CPU to another of %d, none backwards; %u "
	    "agreements; %u sleeps, none early, overshoot %lld us at most, %lld us on average; "
	    "REALTIME moved %lld ns, RAW %lld ns in %lld ms; vDSO %lld ns, system call %lld ns",
	    stamps, ARRAY_SIZE(clocks), exchanges, cpu_count, agreed * 6, all.count,
	    (long long)all.worst / 1000, (long long)(all.sum / all.count / 1000),
	    (long long)(real_end.by - real.by), (long long)(raw_end.by - raw.by),
	    (long long)((now_ns() - start) / NSEC_PER_MSEC), (long long)call_cost(VDSO),
	    (long long)call_cost(SYSCALL));
	return 0;
}
