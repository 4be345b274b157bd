/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The segments of cpustate: descriptors that a program makes for itself, what
 * they permit, and who else sees them.
 *
 * Needs bed.h, x86state.h and <stdatomic.h> first.
 */
#ifndef CPULDT_H
#define CPULDT_H

#include <asm/ldt.h>
#include <setjmp.h>
#include <sys/auxv.h>

#define LDT_TOP 8191
#define LDT_LIMIT 0xfff

/* The segment register that the C library leaves alone. */
#ifdef __x86_64__
#define SEGMENT "gs"
#else
#define SEGMENT "fs"
#endif

static unsigned int ldt_writes;
static bool ldt_16bit;		/* 16-bit segments are allowed */
static int limits_enforced = -1;	/* unknown, until an access has shown it */

/* --------------------------------------------------------------- faults */
struct trap {
	int signal, code;
};

static _Thread_local sigjmp_buf trap_return;
static _Thread_local volatile bool trap_expected;
static _Thread_local volatile struct trap trap_seen;

static void trap_taken(int signal, siginfo_t *info, void *context)
{
	if (!trap_expected)
		fail("expected no fault, got signal %d, code %d at %p, instruction 0x%lx", signal,
		     info->si_code, info->si_addr, (unsigned long)UC_IP(context));
	trap_seen.signal = signal;
	trap_seen.code = info->si_code;
	siglongjmp(trap_return, 1);
}

static void traps_catch(void)
{
	struct sigaction action = { .sa_sigaction = trap_taken, .sa_flags = SA_SIGINFO };

	if (sigaction(SIGSEGV, &action, NULL) || sigaction(SIGBUS, &action, NULL))
		fail_errno("sigaction");
}

/* Run this; it must end in this signal, or in none where that is 0. */
static void must_trap(void (*run)(uintptr_t), uintptr_t argument, int signal, const char *what)
{
	trap_seen.signal = trap_seen.code = 0;
	trap_expected = true;
	if (!sigsetjmp(trap_return, 1))
		run(argument);
	trap_expected = false;
	if (trap_seen.signal != signal || (signal && trap_seen.code != SI_KERNEL))
		fail("expected signal %d, code %d from %s, got %d, %d", signal,
		     signal ? SI_KERNEL : 0, what, trap_seen.signal, trap_seen.code);
}

/*
 * must_exceed - an access that a segment's limit or type forbids.  It lands in
 * mapped memory, so that a processor which does not look (some emulators do
 * not) is told from one that does; it has to do the same each time.
 */
static inline void must_exceed(void (*run)(uintptr_t), uintptr_t argument, const char *what)
{
	trap_seen.signal = trap_seen.code = 0;
	trap_expected = true;
	if (!sigsetjmp(trap_return, 1))
		run(argument);
	trap_expected = false;
	if (limits_enforced < 0)
		limits_enforced = trap_seen.signal != 0;
	if (trap_seen.signal != (limits_enforced ? SIGSEGV : 0) ||
	    (trap_seen.signal && trap_seen.code != SI_KERNEL))
		fail("expected %s to end in %s, got signal %d, code %d", what,
		     limits_enforced ? "a fault as before" : "none as before",
		     trap_seen.signal, trap_seen.code);
}

/* ------------------------------------------------------- small instructions */
static inline void load_segment(uintptr_t selector)
{
	__asm__ volatile("mov %w0, %%" SEGMENT : : "r" (selector) : "memory");
}

static inline unsigned int read_segment(void)
{
	unsigned int selector;

	__asm__ volatile("mov %%" SEGMENT ", %0" : "=r" (selector));
	return selector & 0xffff;
}

static inline uint32_t segment_word(uintptr_t offset)
{
	uint32_t word;

	__asm__ volatile("movl %%" SEGMENT ":(%1), %0" : "=r" (word) : "r" (offset) : "memory");
	return word;
}

static inline void touch_segment(uintptr_t offset)
{
	segment_word(offset);
}

static inline void write_segment(uintptr_t offset)
{
	__asm__ volatile("movb $1, %%" SEGMENT ":(%0)" : : "r" (offset) : "memory");
}

/* segment_limit - by LSL; -1 if the selector cannot be loaded. */
static long segment_limit(unsigned int selector)
{
	unsigned long limit = 0;
	bool valid;

	__asm__("lsl %k2, %k0; sete %1" : "+r" (limit), "=qm" (valid) : "r" (selector) : "cc");
	return valid ? (long)limit : -1;
}

static unsigned int ldt_selector(unsigned int entry)
{
	return entry << 3 | 7;
}

/* --------------------------------------------------------- descriptors */
/* low_page - two pages below 4 GiB, where a descriptor's base reaches. */
static uint32_t *low_page(void)
{
#ifdef __x86_64__
	uint32_t *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (page == MAP_FAILED)
		fail_errno("mmap below 4 GiB");
	return page;
#else
	return map_or_fail(8192);
#endif
}

static struct user_desc data_segment(unsigned int entry, const void *base, unsigned int limit)
{
	return (struct user_desc) {
		.entry_number = entry, .base_addr = (unsigned int)(uintptr_t)base,
		.limit = limit, .seg_32bit = 1, .useable = 1,
	};
}

static int try_ldt(const struct user_desc *segment)
{
	long result = syscall(SYS_modify_ldt, 0x11, segment, sizeof(*segment));

	/* The call returns 32 bits, so an error may look like a large number. */
	ldt_writes++;
	if ((int)result == -1)
		return errno;
	return (int)result < 0 ? -(int)result : 0;
}

static void set_ldt(const struct user_desc *segment)
{
	int error = try_ldt(segment);

	if (error)
		fail("expected LDT entry %u to be written, got %s", segment->entry_number,
		     strerror(error));
}

static void clear_ldt(unsigned int entry)
{
	struct user_desc empty = {
		.entry_number = entry, .read_exec_only = 1, .seg_not_present = 1,
	};

	set_ldt(&empty);
}

static size_t get_ldt(void *entries, size_t size)
{
	int got = (int)syscall(SYS_modify_ldt, 0, entries, size);

	if (got < 0)
		fail_errno("modify_ldt");
	return (size_t)got;
}

/* The eight bytes that the processor reads for such a segment. */
static uint64_t descriptor_of(const struct user_desc *s)
{
	uint64_t type = 0x10 | (s->read_exec_only ? 0 : 2) | s->contents << 2;
	uint64_t present = s->seg_not_present ? 0 : 0x80;
	uint64_t flags = s->useable | s->seg_32bit << 2 | s->limit_in_pages << 3;

	return (s->limit & 0xffff) | (s->base_addr & 0xffffffULL) << 16 |
	       (type | present | 0x60) << 40 | (uint64_t)(s->limit >> 16 & 0xf) << 48 |
	       flags << 52 | (uint64_t)(s->base_addr >> 24) << 56;
}

/* The accessed bit, which the processor sets, is not compared. */
static void expect_ldt(const struct user_desc *want)
{
	static uint64_t entries[LDT_TOP + 1];
	size_t got = get_ldt(entries, sizeof(entries));
	uint64_t descriptor = descriptor_of(want), accessed = 1ULL << 40;

	if (got < (want->entry_number + 1) * 8)
		fail("expected at least %u bytes of LDT, got %zu", (want->entry_number + 1) * 8,
		     got);
	if ((entries[want->entry_number] ^ descriptor) & ~accessed)
		fail("expected 0x%016llx in LDT entry %u, got 0x%016llx",
		     (unsigned long long)descriptor, want->entry_number,
		     (unsigned long long)entries[want->entry_number]);
}

/* ------------------------------------------------------------- the tests */
static void ldt_limits(unsigned int entry, uint32_t *page)
{
	struct user_desc segment = data_segment(entry, page, LDT_LIMIT);

	set_ldt(&segment);
	expect_ldt(&segment);
	load_segment(ldt_selector(entry));
	page[7] = 0x600d0000 + entry;
	if (segment_word(28) != page[7])
		fail("expected 0x%x through the LDT, got 0x%x", page[7], segment_word(28));
	if (segment_limit(ldt_selector(entry)) != LDT_LIMIT)
		fail("expected limit 0x%x, got 0x%lx", LDT_LIMIT,
		     segment_limit(ldt_selector(entry)));
	must_trap(write_segment, LDT_LIMIT, 0, "a write at the limit");
#ifndef __x86_64__
	/* In 64-bit mode the processor does not look at limits and types. */
	must_exceed(write_segment, LDT_LIMIT + 1, "a write behind the limit");
	must_exceed(touch_segment, LDT_LIMIT - 2, "a read across the limit");
	segment.read_exec_only = 1;
	set_ldt(&segment);
	load_segment(ldt_selector(entry));
	must_trap(touch_segment, 0, 0, "a read of a read-only segment");
	must_exceed(write_segment, 0, "a write to a read-only segment");
	segment.read_exec_only = 0;
#endif
	load_segment(0);
	segment.seg_not_present = 1;
	set_ldt(&segment);
	must_trap(load_segment, ldt_selector(entry), SIGBUS, "a segment that is not present");
	clear_ldt(entry);
	must_trap(load_segment, ldt_selector(entry), SIGSEGV, "a segment that is cleared");
	if (segment_limit(ldt_selector(entry)) != -1)
		fail("expected a cleared entry to have no limit, got 0x%lx",
		     segment_limit(ldt_selector(entry)));
}

/* Only 16-bit segments may be refused, and only in one way. */
static void ldt_kinds(uint32_t *page)
{
	struct user_desc segment = data_segment(40, page, 0xfffff);
	int error;

	segment.limit_in_pages = 1;
	set_ldt(&segment);
	expect_ldt(&segment);
	if (segment_limit(ldt_selector(40)) != (long)0xffffffffUL)
		fail("expected a limit of 4 GiB, got 0x%lx", segment_limit(ldt_selector(40)));
	segment.limit_in_pages = 0;
	segment.contents = MODIFY_LDT_CONTENTS_CODE;
	set_ldt(&segment);
	expect_ldt(&segment);
	segment.contents = MODIFY_LDT_CONTENTS_STACK;
	set_ldt(&segment);
	expect_ldt(&segment);
	segment = data_segment(41, page, LDT_LIMIT);
	segment.seg_32bit = 0;
	error = try_ldt(&segment);
	if (error && error != EINVAL)
		fail("expected a 16-bit segment to be taken, or EINVAL, got %s", strerror(error));
	ldt_16bit = !error;
	if (ldt_16bit)
		expect_ldt(&segment);
	segment.seg_32bit = 1;
	segment.entry_number = LDT_TOP + 1;
	if (try_ldt(&segment) != EINVAL)
		fail("expected entry %d to be refused, it was not", LDT_TOP + 1);
	clear_ldt(40);
	clear_ldt(41);
}

/* A child has a copy of its own, and a new program none. */
static void ldt_family(uint32_t *page)
{
	char *const arguments[] = { (char *)"cpustate", (char *)"exec", NULL };
	struct user_desc segment = data_segment(3, page, 0x100), other = segment;
	pid_t pid;

	set_ldt(&segment);
	pid = fork_or_fail();
	if (!pid) {
		expect_ldt(&segment);
		other.limit = 0x200;
		set_ldt(&other);
		expect_ldt(&other);
		execv((const char *)getauxval(AT_EXECFN), arguments);
		fail_errno("execv");
	}
	child_exits(pid, 0);
	expect_ldt(&segment);
	if (segment_limit(ldt_selector(3)) != 0x100)
		fail("expected limit 0x100, got 0x%lx", segment_limit(ldt_selector(3)));
}

/* after_exec - a program starts without an LDT. */
static int after_exec(void)
{
	uint64_t entry;
	size_t got = get_ldt(&entry, sizeof(entry));

	bed_step = "after exec";
	if (got)
		fail("expected no LDT after exec, got %zu bytes", got);
	return 0;
}

/* A thread on another CPU sees each change at its next load. */
struct reader {
	int cpu;
	atomic_uint asked, answered;
	atomic_uint word;
	atomic_bool stop;
};

static void *read_through(void *argument)
{
	struct reader *reader = argument;
	unsigned int done = 0;

	cpu_pin(reader->cpu);
	while (!atomic_load(&reader->stop)) {
		if (atomic_load(&reader->asked) == done) {
			relax();
			continue;
		}
		done = atomic_load(&reader->asked);
		load_segment(ldt_selector(5));
		atomic_store(&reader->word, segment_word(0));
		atomic_store(&reader->answered, done);
	}
	load_segment(0);
	return reader;
}

static void ldt_threads(int cpu, unsigned int rounds)
{
	struct reader reader = { .cpu = cpu };
	uint32_t *pages[2] = { low_page(), low_page() };
	struct user_desc segment;
	pthread_t thread;
	unsigned int i;

	pages[0][0] = 0xaaaa;
	pages[1][0] = 0xbbbb;
	thread = thread_start(read_through, &reader);
	for (i = 1; i <= rounds; i++) {
		segment = data_segment(5, pages[i & 1], LDT_LIMIT);
		set_ldt(&segment);
		atomic_store(&reader.asked, i);
		while (atomic_load(&reader.answered) != i)
			relax();
		if (reader.word != pages[i & 1][0])
			fail("expected another thread to read 0x%x through the new entry, got 0x%x",
			     pages[i & 1][0], reader.word);
	}
	atomic_store(&reader.stop, true);
	thread_end(thread, &reader);
}

static void segments(int other_cpu)
{
	static const unsigned int entries[] = { 0, 1, 511, 512, 1000, LDT_TOP };
	uint32_t *page = low_page();
	uint64_t entry;
	unsigned int i;

	step("segments");
	traps_catch();
	if (get_ldt(&entry, sizeof(entry)))
		fail("expected no LDT at the start, got one");
	for (i = 0; i < ARRAY_SIZE(entries); i++)
		ldt_limits(entries[i], page);
	ldt_kinds(page);
	ldt_family(page);
	ldt_threads(other_cpu, scaled(100, 4));
	munmap(page, 8192);
}

#endif /* CPULDT_H */
