// SPDX-License-Identifier: GPL-2.0
/*
 * memcheck - memory keeps its contents, and every mapping call does its work.
 *
 *	memcheck [MIB [PASSES [PROCS]]]		(64, 2, 2)
 *	memcheck ops [ROUNDS [PROCS]]		(1, 2)
 *
 * The first fills MIB in all, shared out to PROCS processes at once, with a
 * pattern of address and pass, and verifies the pass before while it goes, in
 * an order that jumps about: with more memory than there is RAM, each page is
 * swapped out and in.  The second proves mmap, munmap, mprotect, mremap,
 * madvise, shared mappings across fork, mlock, mincore, file mappings, brk,
 * populated and huge mappings, stack growth and the kernel's own view of
 * forbidden memory, each by contents and by faults with the right code and
 * address.
 *
 * build: 64 32
 */
#include "bed.h"

#include <setjmp.h>
#include <sys/auxv.h>

#define PAGE 4096UL
#define HUGE (2 * MIB)
#define PROCS_MAX 64
#define USAGE "memcheck [MIB [PASSES [PROCS]]] | memcheck ops [ROUNDS [PROCS]]"

#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

/* --------------------------------------------------------------- filling */
/* A step coprime to the page count visits each page once, never in a row. */
static size_t far_step(size_t pages)
{
	size_t a, b, rest, step = pages * 5 / 8 | 1;

	for (;; step += 2) {
		for (a = step, b = pages; b; a = b, b = rest)
			rest = a % b;
		if (a == 1)
			return step;
	}
}

static uint64_t pass_seed(unsigned int process, unsigned int pass)
{
	return (uint64_t)process << 32 | pass;
}

static void verify_page(const char *memory, size_t page, uint64_t seed)
{
	ssize_t at = pattern_differs(memory + page * PAGE, PAGE, seed, page * PAGE);

	if (at >= 0)
		fail("expected 0x%02x in byte %zd of page %zu at %p, got 0x%02x",
		     (unsigned int)(pattern_word(seed, page * PAGE + ((size_t)at & ~7UL)) >>
				    (at & 7) * 8) & 255,
		     at, page, (const void *)(memory + page * PAGE),
		     (unsigned char)memory[page * PAGE + (size_t)at]);
}

static void fill_process(unsigned int me, size_t bytes, unsigned int passes)
{
	char *memory = map_or_fail(bytes);
	size_t pages = bytes / PAGE, jump = far_step(pages), page = 0, i;
	unsigned int pass;

	for (pass = 0; pass <= passes; pass++)
		for (i = 0; i < pages; i++, page = (page + jump) % pages) {
			if (pass)
				verify_page(memory, page, pass_seed(me, pass - 1));
			if (pass < passes)
				pattern_fill(memory + page * PAGE, PAGE, pass_seed(me, pass),
					     page * PAGE);
		}
	_exit(0);
}

static int do_fill(uint64_t mib, unsigned int passes, unsigned int procs)
{
	size_t bytes = mib * MIB / procs / PAGE * PAGE;
	int64_t start = now_ns();
	pid_t pids[PROCS_MAX];
	unsigned int i;

	bed_step = "fill";
	if (mib * MIB / procs > SIZE_MAX / 2 + SIZE_MAX / 4)
		fail("expected a share that fits an address space, got %llu MiB",
		     (unsigned long long)mib / procs);
	for (i = 0; i < procs; i++) {
		pids[i] = fork_or_fail();
		if (!pids[i])
			fill_process(i, bytes, passes);
	}
	for (i = 0; i < procs; i++)
		child_exits(pids[i], 0);
	say("%llu MiB in %u processes at once, filled and verified %u times, %lld ms",
	    (unsigned long long)mib, procs, passes,
	    (long long)((now_ns() - start) / NSEC_PER_MSEC));
	return 0;
}

/* ---------------------------------------------------- faults and helpers */
static sigjmp_buf fault_return;
static siginfo_t fault_info;
static volatile sig_atomic_t fault_expected;

static void fault_taken(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (!fault_expected)
		fail("expected no fault, got signal %d, code %d at %p", signal, info->si_code,
		     info->si_addr);
	fault_info = *info;
	siglongjmp(fault_return, 1);
}

enum access { LOAD, STORE, EXECUTE };

static void access_memory(volatile char *address, enum access access)
{
	if (access == LOAD)
		(void)*address;
	else if (access == STORE)
		*address = 1;
	else
		((void (*)(void))(uintptr_t)address)();
}

/* An access that must end in this signal, code and address. */
static void must_fault(void *address, enum access access, int signal, int code)
{
	static const char *const names[] = { "load", "store", "execution" };

	memset(&fault_info, 0, sizeof(fault_info));
	fault_expected = 1;
	if (!sigsetjmp(fault_return, 1))
		access_memory(address, access);
	fault_expected = 0;
	if (fault_info.si_signo != signal || fault_info.si_code != code ||
	    fault_info.si_addr != address)
		fail("expected signal %d, code %d for a %s at %p, got %d, %d at %p", signal, code,
		     names[access], address, fault_info.si_signo, fault_info.si_code,
		     fault_info.si_addr);
}

static void must(int error, const char *what)
{
	if (error)
		fail_errno(what);
}

static void *map(void *at, size_t length, int protection, int flags, int fd)
{
	void *memory = mmap(at, length, protection, flags, fd, 0);

	if (memory == MAP_FAILED)
		fail_errno("mmap");
	if (at && memory != at)
		fail("expected a mapping at %p, got %p", at, memory);
	return memory;
}

/* map_aligned - RW memory at a huge page's boundary. */
static char *map_aligned(size_t length)
{
	char *memory = map(NULL, length + HUGE, PROT_NONE, ANON, -1);
	char *start = (char *)(((uintptr_t)memory + HUGE - 1) & ~(HUGE - 1));

	if (start > memory)
		must(munmap(memory, (size_t)(start - memory)), "munmap");
	must(munmap(start + length, (size_t)(memory + HUGE - start)), "munmap");
	must(mprotect(start, length, RW), "mprotect");
	return start;
}

static void fill(char *memory, size_t length, uint64_t seed)
{
	pattern_fill(memory, length, seed, 0);
}

/* holds - the pattern from its byte at "from" on */
static void holds(const char *memory, size_t length, uint64_t seed, size_t from)
{
	ssize_t at = pattern_differs(memory, length, seed, from);

	if (at >= 0)
		fail("expected pattern %llu in %zu bytes at %p, byte %zd is 0x%02x",
		     (unsigned long long)seed, length, (const void *)memory, at,
		     (unsigned char)memory[at]);
}

static void is_zero(const char *memory, size_t length)
{
	size_t at;

	for (at = 0; at < length; at++)
		if (memory[at])
			fail("expected zeros at %p, byte %zu is 0x%02x", (const void *)memory, at,
			     (unsigned char)memory[at]);
}

static int make_file(size_t length, uint64_t seed)
{
	int fd = memfd_create("memcheck", MFD_CLOEXEC);
	char *contents = map_or_fail(length);

	if (fd < 0)
		fail_errno("memfd_create");
	fill(contents, length, seed);
	if (write(fd, contents, length) != (ssize_t)length)
		fail_errno("write");
	must(munmap(contents, length), "munmap");
	return fd;
}

/* ------------------------------------------------------------------- ops */
static void op_munmap(void)
{
	char *memory = map(NULL, 64 * PAGE, RW, ANON, -1);

	is_zero(memory, 64 * PAGE);
	fill(memory, 64 * PAGE, 1);
	must(munmap(memory + 16 * PAGE, 8 * PAGE), "munmap");
	must_fault(memory + 16 * PAGE, LOAD, SIGSEGV, SEGV_MAPERR);
	must_fault(memory + 24 * PAGE - 8, STORE, SIGSEGV, SEGV_MAPERR);
	holds(memory, 16 * PAGE, 1, 0);
	holds(memory + 24 * PAGE, 40 * PAGE, 1, 24 * PAGE);
	map(memory + 16 * PAGE, 8 * PAGE, RW, ANON | MAP_FIXED, -1);
	is_zero(memory + 16 * PAGE, 8 * PAGE);
	must(munmap(memory, 64 * PAGE), "munmap");
	must_fault(memory, LOAD, SIGSEGV, SEGV_MAPERR);
}

static void op_mprotect(void)
{
	size_t pages = 512, page;
	char *memory = map(NULL, pages * PAGE, RW, ANON, -1);
	int round;

	fill(memory, pages * PAGE, 2);
	for (round = 0; round < 6; round++) {
		must(mprotect(memory, pages * PAGE, PROT_NONE), "mprotect");
		must_fault(memory + 7 * PAGE, LOAD, SIGSEGV, SEGV_ACCERR);
		must(mprotect(memory, pages * PAGE, PROT_READ), "mprotect");
		must_fault(memory + 8 * PAGE, STORE, SIGSEGV, SEGV_ACCERR);
		holds(memory, pages * PAGE, 2, 0);
		/* Every second page writable: as many areas, then merged again. */
		for (page = 0; page < 64; page += 2)
			must(mprotect(memory + page * PAGE, PAGE, RW), "mprotect");
		memory[62 * PAGE] ^= 1;
		memory[62 * PAGE] ^= 1;
		must_fault(memory + 63 * PAGE, STORE, SIGSEGV, SEGV_ACCERR);
		must(mprotect(memory, pages * PAGE, RW), "mprotect");
		fill(memory, pages * PAGE, 2);
	}
	must(munmap(memory, pages * PAGE), "munmap");
}

static bool has_nx(void)
{
	uint32_t a = 0x80000001, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
	return d & 1 << 20;
}

/* mov $number, %eax; ret */
static void op_execute(void)
{
	unsigned char code[] = { 0xb8, 0, 0, 0, 0, 0xc3 };
	char *memory = map(NULL, PAGE, RW, ANON, -1);
	int number, got;

	for (number = 1; number < 20; number++) {
		must(mprotect(memory, PAGE, RW), "mprotect");
		memcpy(code + 1, &number, 4);
		memcpy(memory, code, sizeof(code));
		if (has_nx())
			must_fault(memory, EXECUTE, SIGSEGV, SEGV_ACCERR);
		must(mprotect(memory, PAGE, PROT_READ | PROT_EXEC), "mprotect");
		got = ((int (*)(void))(uintptr_t)memory)();
		if (got != number)
			fail("expected code to return %d, got %d", number, got);
		must_fault(memory, STORE, SIGSEGV, SEGV_ACCERR);
	}
	must(munmap(memory, PAGE), "munmap");
}

static char *remap(char *from, size_t old, size_t new, int flags, void *to)
{
	char *memory = mremap(from, old, new, flags, to);

	if (memory == MAP_FAILED)
		fail_errno("mremap");
	return memory;
}

static void op_mremap(void)
{
	char *memory = map(NULL, 32 * PAGE, RW, ANON, -1), *other;

	fill(memory, 32 * PAGE, 3);
	memory = remap(memory, 32 * PAGE, 600 * PAGE, MREMAP_MAYMOVE, NULL);
	holds(memory, 32 * PAGE, 3, 0);
	is_zero(memory + 32 * PAGE, 568 * PAGE);
	fill(memory, 600 * PAGE, 4);
	memory = remap(memory, 600 * PAGE, 300 * PAGE, 0, NULL);
	must_fault(memory + 300 * PAGE, LOAD, SIGSEGV, SEGV_MAPERR);
	other = map(NULL, 300 * PAGE, PROT_NONE, ANON, -1);
	other = remap(memory, 300 * PAGE, 300 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, other);
	must_fault(memory, LOAD, SIGSEGV, SEGV_MAPERR);
	holds(other, 300 * PAGE, 4, 0);
	must(munmap(other, 300 * PAGE), "munmap");

	/* Aligned to whole page tables, which are moved in one piece. */
	memory = map_aligned(3 * HUGE);
	other = map_aligned(3 * HUGE);
	must(madvise(memory, 3 * HUGE, MADV_NOHUGEPAGE) && errno != EINVAL, "madvise");
	fill(memory, 3 * HUGE, 5);
	other = remap(memory, 3 * HUGE, 3 * HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, other);
	must_fault(memory + HUGE, LOAD, SIGSEGV, SEGV_MAPERR);
	holds(other, 3 * HUGE, 5, 0);
	must(munmap(other, 3 * HUGE), "munmap");
}

static void op_dontneed(void)
{
	char *memory = map(NULL, 128 * PAGE, RW, ANON, -1);
	int round;

	for (round = 0; round < 8; round++) {
		fill(memory, 128 * PAGE, 6);
		must(madvise(memory + 32 * PAGE, 64 * PAGE, MADV_DONTNEED), "madvise");
		is_zero(memory + 32 * PAGE, 64 * PAGE);
		holds(memory, 32 * PAGE, 6, 0);
		holds(memory + 96 * PAGE, 32 * PAGE, 6, 96 * PAGE);
	}
	must(munmap(memory, 128 * PAGE), "munmap");
}

static void op_shared(void)
{
	int fd = make_file(64 * PAGE, 7);
	char *shared = map(NULL, 64 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
	char *file = map(NULL, 64 * PAGE, RW, MAP_SHARED, fd);
	char *private = map(NULL, 64 * PAGE, RW, MAP_PRIVATE, fd);
	pid_t pid;

	fill(shared, 64 * PAGE, 8);
	holds(private, 64 * PAGE, 7, 0);
	fill(private, 32 * PAGE, 9);
	pid = fork_or_fail();
	if (!pid) {
		holds(shared, 64 * PAGE, 8, 0);
		holds(private, 32 * PAGE, 9, 0);
		fill(shared, 64 * PAGE, 10);
		fill(file, 64 * PAGE, 11);
		fill(private, 64 * PAGE, 12);
		_exit(0);
	}
	child_exits(pid, 0);
	holds(shared, 64 * PAGE, 10, 0);
	holds(file, 64 * PAGE, 11, 0);
	holds(private, 32 * PAGE, 9, 0);
	holds(private + 32 * PAGE, 32 * PAGE, 11, 32 * PAGE);	/* not written: the file's */
	must(munmap(shared, 64 * PAGE) || munmap(file, 64 * PAGE) || munmap(private, 64 * PAGE) ||
	     close(fd), "munmap");
}

static void op_mlock(void)
{
	char *memory = map(NULL, 256 * PAGE, RW, ANON, -1);
	unsigned char resident[256];
	size_t page;

	must(mincore(memory, 256 * PAGE, resident), "mincore");
	for (page = 0; page < 256; page++)
		if (resident[page] & 1)
			fail("expected no page of a fresh mapping in core, got page %zu", page);
	must(mlock(memory, 256 * PAGE), "mlock");
	must(mincore(memory, 256 * PAGE, resident), "mincore");
	for (page = 0; page < 256; page++)
		if (!(resident[page] & 1))
			fail("expected each locked page in core, page %zu is not", page);
	is_zero(memory, 256 * PAGE);
	fill(memory, 256 * PAGE, 13);
	must(munlock(memory, 256 * PAGE), "munlock");
	holds(memory, 256 * PAGE, 13, 0);
	must(munmap(memory, 256 * PAGE), "munmap");
}

/* One touch maps the pages around it; all of them must be the right ones. */
static void op_file(void)
{
	size_t pages = 1024, page;
	int fd = make_file(pages * PAGE, 14);
	char *memory = map(NULL, pages * PAGE, PROT_READ, MAP_PRIVATE, fd);
	uint64_t word;

	for (page = 5; page < pages; page += 16) {
		memcpy(&word, memory + page * PAGE, 8);
		if (word != pattern_word(14, page * PAGE))
			fail("expected the file's page %zu, got another", page);
	}
	holds(memory, pages * PAGE, 14, 0);
	must_fault(memory + PAGE, STORE, SIGSEGV, SEGV_ACCERR);
	must(ftruncate(fd, (off_t)(8 * PAGE)), "ftruncate");
	must_fault(memory + 8 * PAGE, LOAD, SIGBUS, BUS_ADRERR);
	holds(memory, 8 * PAGE, 14, 0);
	must(munmap(memory, pages * PAGE) || close(fd), "munmap");
}

static void *raw_brk(void *to)
{
	return (void *)syscall(SYS_brk, to);
}

/* In a child, behind the C library's back. */
static void op_brk(void)
{
	pid_t pid = fork_or_fail();
	size_t length = 4 * MIB;
	char *start;

	if (pid) {
		child_exits(pid, 0);
		return;
	}
	start = (char *)(((uintptr_t)raw_brk(NULL) + PAGE - 1) & ~(PAGE - 1));
	if (raw_brk(start + length) != start + length)
		fail_errno("brk");
	is_zero(start, length);
	fill(start, length, 15);
	raw_brk(start + length / 2);
	must_fault(start + length / 2, STORE, SIGSEGV, SEGV_MAPERR);
	raw_brk(start + length);
	holds(start, length / 2, 15, 0);
	is_zero(start + length / 2, length / 2);
	_exit(0);
}

static void op_populate(void)
{
	char *memory = map(NULL, 16 * MIB, RW, ANON | MAP_POPULATE, -1);
	unsigned char resident[16 * MIB / PAGE];
	size_t page, missing = 0;

	must(mincore(memory, 16 * MIB, resident), "mincore");
	for (page = 0; page < ARRAY_SIZE(resident); page++)
		missing += !(resident[page] & 1);
	/* With too little memory some may be swapped out at once, never all. */
	if (missing == ARRAY_SIZE(resident))
		fail("expected populated pages in core, got none of %zu", page);
	for (page = 0; page < ARRAY_SIZE(resident); page++)
		is_zero(memory + page * PAGE, 64);
	fill(memory, 2 * MIB, 16);
	holds(memory, 2 * MIB, 16, 0);
	must(munmap(memory, 16 * MIB), "munmap");
}

/* Huge pages where the machine has them: split, zapped in part, kept whole. */
static void op_huge(void)
{
	char *memory = map_aligned(4 * HUGE);
	pid_t pid;

	must(madvise(memory, 4 * HUGE, MADV_HUGEPAGE) && errno != EINVAL, "madvise");
	fill(memory, 4 * HUGE, 17);
	must(mprotect(memory + HUGE / 2, HUGE, PROT_READ), "mprotect");
	must_fault(memory + HUGE / 2, STORE, SIGSEGV, SEGV_ACCERR);
	must(madvise(memory + 3 * HUGE, HUGE / 4, MADV_DONTNEED), "madvise");
	pid = fork_or_fail();
	if (!pid) {
		holds(memory, 3 * HUGE, 17, 0);
		must(mprotect(memory, 4 * HUGE, RW), "mprotect");
		fill(memory, 3 * HUGE, 18);
		holds(memory, 3 * HUGE, 18, 0);
		_exit(0);
	}
	child_exits(pid, 0);
	holds(memory, 3 * HUGE, 17, 0);
	is_zero(memory + 3 * HUGE, HUGE / 4);
	holds(memory + 3 * HUGE + HUGE / 4, HUGE * 3 / 4, 17, 3 * HUGE + HUGE / 4);
	must(munmap(memory, 4 * HUGE), "munmap");
}

/* Where a process may not read or write, the kernel on its behalf may not. */
static void op_kernel(void)
{
	char *memory = map(NULL, 3 * PAGE, RW, ANON, -1);
	int ends[2];

	must(pipe(ends), "pipe");
	fill(memory, 3 * PAGE, 19);
	must(mprotect(memory, PAGE, PROT_NONE), "mprotect");
	must(mprotect(memory + PAGE, PAGE, PROT_READ), "mprotect");
	if (write(ends[1], memory, 8) != -1 || errno != EFAULT)
		fail("expected EFAULT for a write() from forbidden memory, got %d", errno);
	if (write(ends[1], memory + PAGE, 8) != 8)
		fail_errno("write from readable memory");
	if (read(ends[0], memory + PAGE, 8) != -1 || errno != EFAULT)
		fail("expected EFAULT for a read() into read-only memory, got %d", errno);
	if (write(ends[1], memory + PAGE, 8) != 8 || read(ends[0], memory + 2 * PAGE, 8) != 8)
		fail_errno("read into writable memory");
	holds(memory + 2 * PAGE, 8, 19, PAGE);
	holds(memory + 2 * PAGE + 8, PAGE - 8, 19, 2 * PAGE + 8);
	must(close(ends[0]) || close(ends[1]) || munmap(memory, 3 * PAGE), "munmap");
}

static unsigned int __attribute__((noinline)) descend(unsigned int depth)
{
	volatile unsigned char frame[2048];
	unsigned int sum;

	frame[0] = (unsigned char)depth;
	frame[2047] = (unsigned char)~depth;
	sum = depth ? descend(depth - 1) : 0;
	if (frame[0] != (unsigned char)depth || frame[2047] != (unsigned char)~depth)
		fail("expected the stack's frame %u as it was left, got another", depth);
	return sum + 1;
}

static void op_stack(void)
{
	if (descend(1000) != 1001)
		fail("expected 1001 frames");
}

static const struct op {
	const char *name;
	void (*run)(void);
} ops[] = {
	{ "munmap", op_munmap }, { "mprotect", op_mprotect }, { "execute", op_execute },
	{ "mremap", op_mremap }, { "dontneed", op_dontneed }, { "shared", op_shared },
	{ "mlock", op_mlock }, { "file", op_file }, { "brk", op_brk },
	{ "populate", op_populate }, { "huge", op_huge }, { "kernel access", op_kernel },
	{ "stack", op_stack },
};

static void ops_process(unsigned int me, unsigned int rounds)
{
	struct sigaction action = { .sa_sigaction = fault_taken, .sa_flags = SA_SIGINFO };
	size_t i, op;

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	for (i = 0; i < rounds * ARRAY_SIZE(ops); i++) {
		op = (i + me * 3) % ARRAY_SIZE(ops);	/* different ones at once */
		step(ops[op].name);
		ops[op].run();
	}
	_exit(0);
}

static int do_ops(unsigned int rounds, unsigned int procs)
{
	int64_t start = now_ns();
	pid_t pids[PROCS_MAX];
	unsigned int i;

	for (i = 0; i < procs; i++) {
		pids[i] = fork_or_fail();
		if (!pids[i])
			ops_process(i, rounds);
	}
	bed_step = "ops";
	for (i = 0; i < procs; i++)
		child_exits(pids[i], 0);
	say("ops: %zu kinds, %u rounds in each of %u processes at once, contents and faults right, "
	    "%lld ms", ARRAY_SIZE(ops), rounds, procs,
	    (long long)((now_ns() - start) / NSEC_PER_MSEC));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 4)
		usage(USAGE);
	if (argc > 1 && !strcmp(argv[1], "ops"))
		return do_ops(argc > 2 ? (unsigned int)number(argv[2], 1, 1000000) : 1,
			      argc > 3 ? (unsigned int)number(argv[3], 1, PROCS_MAX) : 2);
	return do_fill(argc > 1 ? number(argv[1], 1, 1 << 22) : 64,
		       argc > 2 ? (unsigned int)number(argv[2], 1, 1000000) : 2,
		       argc > 3 ? (unsigned int)number(argv[3], 1, PROCS_MAX) : 2);
}
