// SPDX-License-Identifier: GPL-2.0
/*
 * cpustate - the state of a thread is its own, on whatever CPU it runs.
 *
 *	cpustate [SCALE]
 *	cpustate direction [SCALE]
 *
 * It proves that general registers, flags, x87, SSE and what XSAVE reaches
 * survive system calls by every entry, preemption, sleeps and moves between
 * CPUs, with several threads for each CPU that all hold different values; so
 * do segment selectors, their bases and limits, and descriptors in the LDT
 * and the thread area; that a handler starts with clean flags; and that ports
 * can be used by whom they are granted to and by nobody else.
 *
 * "direction" proves one thing more: that the kernel does not inherit a
 * direction flag which is set at the syscall and sysenter instructions.  A
 * kernel that does copies its memory backwards and is likely to die of it,
 * hence a run of its own.
 *
 * build: 64 32
 */
#include "bed.h"
#include "x86state.h"

#include <stdatomic.h>
#include <sys/io.h>

#include "cpuldt.h"

#ifdef __x86_64__
#include <asm/prctl.h>
#define STACK_TOP "%%rsp"
#define LOST_BY_SYSCALL (1U << GPR_AX | 1U << GPR_CX | 1U << 10)	/* rax, rcx, r11 */
#define LOST_BY_INT80 (1U << GPR_AX | 0xfU << 7)			/* rax, r8 to r11 */
#else
#define STACK_TOP "%%esp"
#define LOST_BY_SYSCALL (1U << GPR_AX)
#define LOST_BY_INT80 (1U << GPR_AX)
#endif

#define CPUS_MAX 64
#define THREADS_PER_CPU 3
#define THREADS_MAX 24
#define SPIN_TURNS 40000
#define ALL_FLAGS (FLAGS_ARITHMETIC | FLAG_DF | FLAG_AC | FLAG_ID)

static int cpus[CPUS_MAX], cpu_count;
static unsigned int rounds;
static unsigned long call_flags = ALL_FLAGS & ~FLAG_DF;	/* at syscall and sysenter */
static atomic_uint checks;

STATE_FUNCTION(state_int80, "int $0x80");
STATE_FUNCTION(state_spin, "5: dec %ecx; jnz 5b");
STATE_FUNCTION(state_int3, "int3");
#ifdef __x86_64__
STATE_FUNCTION(state_syscall, "syscall");
#else
/* The way that the kernel recommends: sysenter, syscall or the interrupt. */
unsigned long vsyscall_entry;
STATE_FUNCTION(state_syscall, "call *vsyscall_entry");
#endif

/* ------------------------------------------------- system calls in between */
static const struct timespec short_sleep = { 0, 30000 };

/* The arguments of a call, in the registers of the 64-bit or 32-bit entry. */
static void set_call(struct cpu_state *state, long number, uintptr_t a, uintptr_t b, uintptr_t c)
{
	state->gpr[GPR_AX] = (unsigned long)number;
#ifdef __x86_64__
	state->gpr[GPR_DI] = a;
	state->gpr[GPR_SI] = b;
	state->gpr[GPR_DX] = c;
#else
	state->gpr[GPR_BX] = a;
	state->gpr[GPR_CX] = b;
	state->gpr[GPR_DX] = c;
#endif
}

static bool by_int80(unsigned int round)
{
	return round & 8;
}

/* Half of the system calls by each entry; 64-bit programs may use both. */
static void check_call(struct cpu_state *in, struct cpu_state *out, unsigned int round)
{
	if (by_int80(round)) {
		if (sizeof(long) == 8)
			in->gpr[GPR_AX] = 158;	/* sched_yield, as 32-bit programs count */
		state_int80(in, out);
		state_compare(in, out, LOST_BY_INT80, ALL_FLAGS, "after int $0x80");
		return;
	}
	state_syscall(in, out);
	if ((long)out->gpr[GPR_AX] < 0)
		fail("expected system call %ld to succeed, got %ld", (long)in->gpr[GPR_AX],
		     (long)out->gpr[GPR_AX]);
	state_compare(in, out, LOST_BY_SYSCALL, ALL_FLAGS, "after a system call");
}

static void check_state(struct cpu_state *in, struct cpu_state *out, uint64_t seed,
			unsigned int round)
{
	cpu_set_t set;

	state_fill(in, seed, round % 4 == 1 || by_int80(round) ? ALL_FLAGS : call_flags);
	switch (round % 4) {
	case 0:
		set_call(in, SYS_sched_yield, 0, 0, 0);
		break;
	case 1:
		in->gpr[GPR_CX] = SPIN_TURNS;	/* long enough to be preempted, at times */
		state_spin(in, out);
		state_compare(in, out, 1U << GPR_CX, ALL_FLAGS & ~FLAGS_ARITHMETIC,
			      "after a while");
		return;
	case 2:
		set_call(in, SYS_nanosleep, (uintptr_t)&short_sleep, 0, 0);
		break;
	default:
		CPU_ZERO(&set);
		CPU_SET(cpus[(seed + round / 4) % (unsigned int)cpu_count], &set);
		set_call(in, SYS_sched_setaffinity, 0, sizeof(set), (uintptr_t)&set);
	}
	check_call(in, out, round);
}

/* ------------------------------------------------------- segments of threads */
struct owner {
	unsigned int me;
	uint32_t *low;		/* below 4 GiB */
	uint32_t *high;		/* above, on 64 bits */
};

static void expect_word(uint32_t want, const char *what)
{
	uint32_t got = segment_word(0);

	if (got != want)
		fail("expected 0x%x through %s, got 0x%x", want, what, got);
}

/* Another thread runs, and the segment must still be this one's. */
static void pass_on(unsigned int selector, uint32_t word, const char *what)
{
	int i;

	expect_word(word, what);
	for (i = 0; i < 3; i++)
		sched_yield();
	if (read_segment() != selector)
		fail("expected selector 0x%x from %s, got 0x%x", selector, what, read_segment());
	expect_word(word, what);
}

static void check_ldt_segment(const struct owner *owner)
{
	load_segment(ldt_selector(owner->me + 8));
	pass_on(ldt_selector(owner->me + 8), owner->low[0], "the thread's LDT entry");
	load_segment(0);
}

#ifdef __x86_64__
static void set_base(int which, const void *base)
{
	if (syscall(SYS_arch_prctl, which, base))
		fail_errno("arch_prctl");
}

static void check_gs_base(const void *base, uint32_t word)
{
	unsigned long got;

	set_base(ARCH_SET_GS, base);
	pass_on(0, word, "GS");
	if (syscall(SYS_arch_prctl, ARCH_GET_GS, &got) || got != (uintptr_t)base)
		fail("expected GS base %p, got 0x%lx", base, got);
}

static long raw_call(long number, long a, long b)
{
	long result;

	__asm__ volatile("syscall" : "=a" (result) : "a" (number), "D" (a), "S" (b)
			 : "rcx", "r11", "memory");
	return result;
}

/* The C library lives behind FS: nothing of it is used while FS is lent out. */
static uint32_t __attribute__((noipa)) lend_fs(const void *base, unsigned long *seen)
{
	unsigned long mine;
	uint32_t word;

	raw_call(SYS_arch_prctl, ARCH_GET_FS, (long)&mine);
	raw_call(SYS_arch_prctl, ARCH_SET_FS, (long)base);
	raw_call(SYS_sched_yield, 0, 0);
	__asm__ volatile("movl %%fs:0, %0" : "=r" (word) : : "memory");
	raw_call(SYS_arch_prctl, ARCH_GET_FS, (long)seen);
	raw_call(SYS_arch_prctl, ARCH_SET_FS, (long)mine);
	return word;
}

static void check_fs_base(const void *base, uint32_t word)
{
	unsigned long seen;
	uint32_t got = lend_fs(base, &seen);

	if (got != word || seen != (uintptr_t)base)
		fail("expected 0x%x through FS base %p, got 0x%x through 0x%lx", word, base, got,
		     seen);
}

/* Bases written without the kernel's knowledge, where that is allowed. */
static bool has_fsgsbase(void)
{
	return getauxval(AT_HWCAP2) & 2;
}

static void check_wrgsbase(const void *base, uint32_t word)
{
	unsigned long got;

	__asm__ volatile("wrgsbase %0" : : "r" (base));
	pass_on(0, word, "WRGSBASE");
	__asm__ volatile("rdgsbase %0" : "=r" (got));
	if (got != (uintptr_t)base)
		fail("expected GS base %p, got 0x%lx", base, got);
}

/* Selectors without a meaning in 64-bit mode are kept all the same. */
static void check_selectors(unsigned int ds, unsigned int es)
{
	unsigned int got_ds, got_es;

	__asm__ volatile("mov %0, %%ds; mov %1, %%es" : : "r" (ds), "r" (es) : "memory");
	sched_yield();
	__asm__ volatile("mov %%ds, %0; mov %%es, %1" : "=r" (got_ds), "=r" (got_es));
	__asm__ volatile("mov %0, %%ds; mov %0, %%es" : : "r" (0) : "memory");
	if ((got_ds & 0xffff) != ds || (got_es & 0xffff) != es)
		fail("expected DS 0x%x and ES 0x%x to be kept, got 0x%x and 0x%x", ds, es,
		     got_ds & 0xffff, got_es & 0xffff);
}

static void check_segments(const struct owner *owner, unsigned int round)
{
	check_gs_base(round & 1 ? owner->low : owner->high,
		      round & 1 ? owner->low[0] : owner->high[0]);
	check_fs_base(round & 2 ? owner->low : owner->high,
		      round & 2 ? owner->low[0] : owner->high[0]);
	if (has_fsgsbase())
		check_wrgsbase(owner->high + 4, owner->high[4]);
	check_ldt_segment(owner);
	check_selectors(round & 1 ? 0x2b : 0, round & 2 ? ldt_selector(owner->me + 8) : 0x2b);
}

static void prepare(void)
{
}
#else
static unsigned int area_entry = ~0U;

/* The same entry of the thread area holds a base of its own in each thread. */
static void check_segments(const struct owner *owner, unsigned int round)
{
	struct user_desc area = data_segment(area_entry, owner->high + (round & 1), 0xfff);
	unsigned int selector;

	if (syscall(SYS_set_thread_area, &area))
		fail_errno("set_thread_area");
	selector = area.entry_number << 3 | 3;
	load_segment(selector);
	pass_on(selector, owner->high[round & 1], "the thread area");
	if (syscall(SYS_get_thread_area, &area) ||
	    area.base_addr != (uintptr_t)(owner->high + (round & 1)) || area.limit != 0xfff)
		fail("expected the thread area's base %p, got 0x%x",
		     (void *)(owner->high + (round & 1)), area.base_addr);
	must_exceed(touch_segment, 0xffe, "a read across a thread area's limit");
	load_segment(0);
	check_ldt_segment(owner);
}

/* One free entry for all threads, beside the C library's; and the vDSO. */
static void prepare(void)
{
	struct user_desc area = data_segment(~0U, NULL, 0xfff);

	vsyscall_entry = getauxval(AT_SYSINFO);
	if (!vsyscall_entry)
		fail("expected the vDSO's entry to system calls, got none");
	if (syscall(SYS_set_thread_area, &area))
		fail_errno("set_thread_area");
	area_entry = area.entry_number;
}
#endif

/* ---------------------------------------------------------------- threads */
static void *hold_state(void *argument)
{
	struct owner *owner = argument;
	struct cpu_state *states = aligned_alloc(64, 2 * sizeof(*states));
	struct user_desc segment;
	unsigned int i;

	if (!states)
		fail_errno("aligned_alloc");
	memset(states, 0, 2 * sizeof(*states));
	owner->low = low_page();
	owner->high = map_or_fail(8192);
	for (i = 0; i < 16; i++) {
		owner->low[i] = 0x10000 * (owner->me + 1) + i;
		owner->high[i] = 0x10000 * (owner->me + 1) + 0x100 + i;
	}
	segment = data_segment(owner->me + 8, owner->low, LDT_LIMIT);
	set_ldt(&segment);
	for (i = 0; i < rounds; i++) {
		check_state(&states[0], &states[1], owner->me * 1000003ULL + i, i);
		if (i % 4 == 0)
			check_segments(owner, i / 4);
		atomic_fetch_add(&checks, 1);
	}
	free(states);
	return owner;
}

static unsigned int threads(void)
{
	unsigned int i, count = (unsigned int)cpu_count * THREADS_PER_CPU;
	struct owner owners[THREADS_MAX];
	pthread_t thread[THREADS_MAX];

	step("threads");
	if (count > THREADS_MAX)
		count = THREADS_MAX;
	rounds = scaled(1200, 16);
	for (i = 0; i < count; i++) {
		owners[i] = (struct owner) { .me = i };
		thread[i] = thread_start(hold_state, &owners[i]);
	}
	for (i = 0; i < count; i++)
		thread_end(thread[i], &owners[i]);
	return count;
}

/* ------------------------------------------------------------------ flags */
static volatile unsigned long handler_flags, context_flags;
static volatile bool alignment_trapped;

static void note_flags(int signal, siginfo_t *info, void *context)
{
	unsigned long flags;

	(void)signal;
	(void)info;
	__asm__ volatile("pushf; pop %0" : "=r" (flags));
	handler_flags = flags;
	context_flags = (unsigned long)UC_FLAGS(context);
}

/* The access is made again, unchecked. */
static void note_alignment(int signal, siginfo_t *info, void *context)
{
	if (info->si_code != BUS_ADRALN)
		fail("expected code %d for a crooked access, got signal %d, code %d", BUS_ADRALN,
		     signal, info->si_code);
	alignment_trapped = true;
	UC_FLAGS(context) &= ~(greg_t)FLAG_AC;
}

static void crooked_access(void)
{
	static const uint32_t words[2] __attribute__((aligned(8))) = { 0x44332211, 0x88776655 };
	uint32_t got;

	__asm__ volatile("pushf; orl $0x40000, (" STACK_TOP "); popf\n"
			 "movl 1(%1), %0\n"
			 "pushf; andl $~0x40000, (" STACK_TOP "); popf\n"
			 : "=&r" (got) : "r" (words) : "memory", "cc");
	if (got != 0x55443322)
		fail("expected 0x55443322 from a crooked access, got 0x%x", got);
}

/* Alignment checks are the processor's affair: some emulators make none. */
static void flags(void)
{
	struct sigaction on_trap = { .sa_sigaction = note_flags, .sa_flags = SA_SIGINFO };
	struct sigaction on_bus = { .sa_sigaction = note_alignment, .sa_flags = SA_SIGINFO };
	static struct cpu_state in, out;
	unsigned int i;

	step("flags");
	sigaction(SIGTRAP, &on_trap, NULL);
	for (i = 0; i < scaled(100, 4); i++) {
		state_fill(&in, i, FLAGS_ARITHMETIC | FLAG_DF);
		if (i & 1)
			in.flags |= FLAG_DF;
		state_int3(&in, &out);
		state_compare(&in, &out, 0, FLAGS_ARITHMETIC | FLAG_DF, "after a handler");
		if (handler_flags & (FLAG_DF | FLAG_TF))
			fail("expected a handler to start with DF and TF clear, got 0x%lx",
			     handler_flags);
		if ((context_flags ^ in.flags) & (FLAGS_ARITHMETIC | FLAG_DF))
			fail("expected flags 0x%lx in the context, got 0x%lx", in.flags,
			     context_flags);
	}
	sigaction(SIGBUS, &on_bus, NULL);
	crooked_access();
	traps_catch();
}

/* ------------------------------------------------------------------ ports */
#define PORT_WRITTEN 0x80	/* takes any write and does nothing */
#define PORT_READ 0x84		/* a scratch register beside it */

struct stranger {
	atomic_uint turn;
	unsigned int turns;
};

static void write_port(uintptr_t port)
{
	outb(0x55, (unsigned short)port);
}

static void read_port(uintptr_t port)
{
	inb((unsigned short)port);
}

/* A thread from before the grant: never allowed, though its twin always is. */
static void *intrude(void *argument)
{
	struct stranger *stranger = argument;
	unsigned int i;

	cpu_pin(cpus[0]);
	for (i = 0; i < stranger->turns; i++) {
		while (atomic_load(&stranger->turn) != 2 * i + 1)
			relax();
		must_trap(write_port, PORT_WRITTEN, SIGSEGV, "a port of another thread");
		atomic_store(&stranger->turn, 2 * i + 2);
	}
	return stranger;
}

static void granted_ports(struct stranger *stranger)
{
	unsigned int i;
	pid_t pid;

	for (i = 0; i < stranger->turns; i++) {
		must_trap(write_port, PORT_WRITTEN, 0, "a port that is granted");
		must_trap(read_port, PORT_READ, SIGSEGV, "a port that is not granted");
		atomic_store(&stranger->turn, 2 * i + 1);
		while (atomic_load(&stranger->turn) != 2 * i + 2)
			relax();
	}
	pid = fork_or_fail();
	if (!pid) {
		must_trap(write_port, PORT_WRITTEN, 0, "a port that is inherited");
		if (ioperm(PORT_WRITTEN, 1, 0))
			fail_errno("ioperm");
		must_trap(write_port, PORT_WRITTEN, SIGSEGV, "a port that is given back");
		_exit(0);
	}
	child_exits(pid, 0);
	must_trap(write_port, PORT_WRITTEN, 0, "a port that a child gave back");
	if (ioperm(PORT_WRITTEN, 1, 0))
		fail_errno("ioperm");
	must_trap(write_port, PORT_WRITTEN, SIGSEGV, "a port that is given back");
	if (iopl(3))
		fail_errno("iopl");
	must_trap(write_port, PORT_WRITTEN, 0, "a port at I/O privilege level 3");
	must_trap(read_port, PORT_READ, 0, "any port at I/O privilege level 3");
	sched_yield();
	must_trap(read_port, PORT_READ, 0, "any port at I/O privilege level 3");
	if (iopl(0))
		fail_errno("iopl");
	must_trap(read_port, PORT_READ, SIGSEGV, "a port at I/O privilege level 0");
}

/* ports - whether ports are granted at all on this kernel. */
static bool ports(void)
{
	struct stranger stranger = { .turns = scaled(100, 4) };
	pthread_t thread;

	step("ports");
	cpu_pin(cpus[0]);
	must_trap(write_port, PORT_WRITTEN, SIGSEGV, "a port before any grant");
	must_trap(read_port, PORT_READ, SIGSEGV, "a port before any grant");
	thread = thread_start(intrude, &stranger);
	if (ioperm(PORT_WRITTEN, 1, 1)) {
		if (errno != ENOSYS && errno != EPERM)
			fail_errno("ioperm");
		return false;
	}
	granted_ports(&stranger);
	thread_end(thread, &stranger);
	return true;
}

static int do_direction(const char *state)
{
	unsigned int crowd;

	call_flags = ALL_FLAGS;
	traps_catch();
	crowd = threads();
	say("direction: %u checks of %s in %u threads on %d CPUs with the direction flag set at "
	    "system calls", checks, state, crowd, cpu_count);
	return 0;
}

static int do_all(const char *state)
{
	int64_t start = now_ns();
	unsigned int crowd;
	bool granted;

	segments(cpus[cpu_count - 1]);
	crowd = threads();
	flags();
	granted = ports();
	say("%u checks of %s in %u threads on %d CPUs, %u LDT writes (16-bit segments %s), "
	    "segment limits %s, alignment checks %s, ports %s, %lld ms", checks, state, crowd,
	    cpu_count, ldt_writes, ldt_16bit ? "allowed" : "refused",
	    limits_enforced < 0 ? "read back" : limits_enforced ? "enforced" :
	    "not enforced by this processor",
	    alignment_trapped ? "trap" : "do not trap",
	    granted ? "granted and refused" : "never granted here",
	    (long long)((now_ns() - start) / NSEC_PER_MSEC));
	return 0;
}

int main(int argc, char **argv)
{
	bool direction = argc > 1 && !strcmp(argv[1], "direction");
	const char *state = state_start();

	if (argc > 1 && !strcmp(argv[1], "exec"))
		return after_exec();
	scale_from(argc - direction, argv + direction);
	cpu_count = cpu_list(cpus, CPUS_MAX);
	prepare();
	/* At once, for a thread may be left over that was never let go. */
	_exit(direction ? do_direction(state) : do_all(state));
}
