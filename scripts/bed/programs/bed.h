/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test programs share: how they speak and fail, a watchdog, random
 * numbers, contents that a reader can predict, CRC32C and time.
 *
 * Include it first: it asks for the GNU interfaces and 64-bit file offsets.
 * A program ends with 0 only if everything it checked held, with 1 when a
 * check failed or something it needs is missing, with 2 when called wrongly.
 */
#ifndef BED_H
#define BED_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC 1000000000LL
#define NSEC_PER_MSEC 1000000LL
#define MIB (1024UL * 1024UL)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* What is being done; a failure and the watchdog name it. */
static const char *volatile bed_step = "start";

/* speak - one line on a descriptor in one write; works in signal handlers. */
static inline void speak(int fd, const char *step, const char *format, va_list args)
{
	char line[1024];
	size_t used, room = sizeof(line) - 2;
	ssize_t written;

	used = (size_t)snprintf(line, room, "%.40s: %.100s%s",
				program_invocation_short_name, step ? step : "",
				step ? ": " : "");
	used += (size_t)vsnprintf(line + used, room - used, format, args);
	if (used > room - 1)
		used = room - 1;
	line[used++] = '\n';
	written = write(fd, line, used);
	(void)written;
}

/* fail - say what was expected and what came; ends the process with 1. */
static inline __attribute__((noreturn, format(printf, 1, 2)))
void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	speak(STDERR_FILENO, bed_step, format, args);
	va_end(args);
	_exit(1);
}

/* fail_errno - the same for a call that had to succeed. */
#define fail_errno(what) \
	fail("expected %s to succeed, got errno %d (%s)", what, errno, strerror(errno))

/* say - the line about what held. */
static inline __attribute__((format(printf, 1, 2)))
void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	speak(STDOUT_FILENO, NULL, format, args);
	va_end(args);
}

static inline __attribute__((noreturn)) void usage(const char *text)
{
	fprintf(stderr, "usage: %s\n", text);
	exit(2);
}

/* number - a whole decimal or 0x argument; wrong usage ends the program. */
static inline uint64_t number(const char *text, uint64_t min, uint64_t max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || value < min || value > max) {
		fprintf(stderr, "%s: expected a number from %llu to %llu, got '%s'\n",
			program_invocation_short_name, (unsigned long long)min,
			(unsigned long long)max, text);
		exit(2);
	}
	return value;
}

/*
 * Every program that takes no other arguments takes a scale: 1 is a second or
 * so on real hardware, 0.1 a tenth of the work, 10 ten times as much.
 */
static double bed_scale = 1;

static inline void scale_from(int argc, char **argv)
{
	char *end = "";

	if (argc > 1)
		bed_scale = strtod(argv[1], &end);
	if (argc > 2 || *end || !(bed_scale > 0) || bed_scale > 10000) {
		fprintf(stderr, "usage: %s [SCALE], where 1 is the default amount of work\n",
			program_invocation_short_name);
		exit(2);
	}
}

/* scaled - a repetition count, never less than min. */
static inline unsigned int scaled(unsigned int count, unsigned int min)
{
	double product = count * bed_scale;

	return product < min ? min : product > 1e9 ? 1000000000 : (unsigned int)product;
}

static inline void watchdog_bites(int signal)
{
	(void)signal;
	fail("expected an end in time, got stuck");
}

/* watchdog - fail with the current step unless called again in time; 0 ends it. */
static inline void watchdog(unsigned int seconds)
{
	struct sigaction action = { .sa_handler = watchdog_bites };

	if (sigaction(SIGALRM, &action, NULL))
		fail_errno("sigaction");
	alarm(seconds);
}

/* step - name what comes next, and give it a time that only a hang exceeds. */
static inline void step(const char *name)
{
	bed_step = name;
	watchdog(300 + (bed_scale > 1 ? (unsigned int)(60 * bed_scale) : 0));
}

/* ------------------------------------------------------------------- time */
static inline int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now))
		fail_errno("clock_gettime");
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

static inline int64_t now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static inline struct timespec timespec_from(int64_t ns)
{
	return (struct timespec) { .tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC };
}

/*
 * relax - for a loop that waits for another CPU.  The pause matters under an
 * emulator that runs one CPU at a time: it lets the next one go.
 */
static inline void relax(void)
{
	__builtin_ia32_pause();
	sched_yield();
}

/* sleep_ns - sleep this long, signals or not. */
static inline void sleep_ns(int64_t ns)
{
	struct timespec left = timespec_from(ns);

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

/* ------------------------------------------------------------------ files */
/* read_exactly - all these bytes, in as many pieces as they come. */
static inline void read_exactly(int fd, void *to, size_t length)
{
	char *next = to;
	ssize_t got;

	while (length) {
		got = read(fd, next, length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			fail("expected %zu more bytes, got %s", length,
			     got ? strerror(errno) : "the end of the file");
		if ((size_t)got > length)
			fail("expected at most %zu bytes, read() returned %zd", length, got);
		next += got;
		length -= (size_t)got;
	}
}

/* ------------------------------------------- random numbers and contents */
/* mix64 - a bijection whose every output bit depends on every input bit. */
static inline uint64_t mix64(uint64_t value)
{
	value = (value ^ (value >> 32)) * 0xd6e8feb86659fd93ULL;
	value = (value ^ (value >> 32)) * 0xd6e8feb86659fd93ULL;
	return value ^ (value >> 32);
}

static inline uint64_t random_next(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15ULL;
	return mix64(*state);
}

/* random_below - 0 to limit - 1 */
static inline uint64_t random_below(uint64_t *state, uint64_t limit)
{
	return random_next(state) % limit;
}

static inline uint64_t pattern_word(uint64_t seed, uint64_t offset)
{
	return mix64(mix64(seed) + offset);
}

/*
 * pattern_fill - contents that are a function of (seed, offset).
 * Offset and length are multiples of 8, the buffer is aligned to 8.
 */
static inline void pattern_fill(void *buffer, size_t length, uint64_t seed, uint64_t offset)
{
	uint64_t *word = buffer, *end = word + length / 8, base = mix64(seed) + offset;

	for (; word < end; word++, base += 8)
		*word = mix64(base);
}

/* pattern_differs - where the contents first differ, or -1. */
static inline ssize_t pattern_differs(const void *buffer, size_t length, uint64_t seed,
				      uint64_t offset)
{
	const uint64_t *word = buffer;
	uint64_t base = mix64(seed) + offset, differs;
	size_t i;

	for (i = 0; i < length / 8; i++) {
		differs = word[i] ^ mix64(base + i * 8);
		if (differs)
			return (ssize_t)(i * 8 + (size_t)__builtin_ctzll(differs) / 8);
	}
	return -1;
}

/* ----------------------------------------------------------------- CRC32C */
static uint32_t crc32c_table[4][256];

static inline __attribute__((constructor)) void crc32c_start(void)
{
	uint32_t i, crc;
	int bit;

	for (i = 0; i < 256; i++) {
		for (crc = i, bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
		crc32c_table[0][i] = crc;
	}
	for (i = 0; i < 256; i++)
		for (bit = 1; bit < 4; bit++) {
			crc = crc32c_table[bit - 1][i];
			crc32c_table[bit][i] = (crc >> 8) ^ crc32c_table[0][crc & 255];
		}
}

/* crc32c - continue from crc, which is 0 at the start. */
static inline uint32_t crc32c(uint32_t crc, const void *data, size_t length)
{
	const uint8_t *byte = data;
	uint32_t word;

	crc = ~crc;
	for (; length >= 4; length -= 4, byte += 4) {
		memcpy(&word, byte, 4);
		crc ^= word;
		crc = crc32c_table[3][crc & 255] ^ crc32c_table[2][(crc >> 8) & 255] ^
		      crc32c_table[1][(crc >> 16) & 255] ^ crc32c_table[0][crc >> 24];
	}
	while (length--)
		crc = (crc >> 8) ^ crc32c_table[0][(crc ^ *byte++) & 255];
	return ~crc;
}

/* ---------------------------------------------------- CPUs and processes */
/* cpu_list - the CPUs this process may run on, at most max of them. */
static inline int cpu_list(int *cpus, int max)
{
	cpu_set_t allowed;
	int cpu, count = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		fail_errno("sched_getaffinity");
	for (cpu = 0; cpu < CPU_SETSIZE && count < max; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			cpus[count++] = cpu;
	return count;
}

/* cpu_pin - the calling thread runs on this CPU from now on. */
static inline void cpu_pin(int cpu)
{
	cpu_set_t set;
	int now;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fail("expected to be moved to CPU %d, got %s", cpu, strerror(errno));
	now = sched_getcpu();
	if (now != cpu)
		fail("expected to run on CPU %d, got CPU %d", cpu, now);
}

/* child_exits - reap a child that must exit with this code. */
static inline void child_exits(pid_t pid, int code)
{
	int status;
	pid_t reaped;

	do
		reaped = waitpid(pid, &status, 0);
	while (reaped < 0 && errno == EINTR);
	if (reaped != pid)
		fail("expected waitpid to return %d, got %d (%s)", (int)pid, (int)reaped,
		     strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != code)
		fail("expected child %d to exit with %d, got status 0x%x", (int)pid, code,
		     status);
}

/* fork_or_fail - fork; the child does not outlive the thread that forked it. */
static inline pid_t fork_or_fail(void)
{
	pid_t pid = fork();

	if (pid < 0)
		fail_errno("fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static inline pthread_t thread_start(void *(*run)(void *), void *argument)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, run, argument);

	if (error)
		fail("expected a thread, got %s", strerror(error));
	return thread;
}

/*
 * thread_end - wait for a thread, which must have returned this.  A thread
 * that the kernel killed alone is joined like any other, but returns nothing.
 */
static inline void thread_end(pthread_t thread, void *result)
{
	void *got = NULL;
	int error = pthread_join(thread, &got);

	if (error)
		fail("expected to join a thread, got %s", strerror(error));
	if (got != result)
		fail("expected a thread to run to its end, it was lost");
}

/* map_or_fail - private anonymous memory, readable and writable. */
static inline void *map_or_fail(size_t length)
{
	void *map = mmap(NULL, length, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		fail_errno("mmap");
	return map;
}

#endif /* BED_H */
