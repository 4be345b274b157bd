// SPDX-License-Identifier: GPL-2.0
/*
 * ptracecheck - a tracer sees, stops and changes its child as it says.
 *
 *	ptracecheck [SCALE]
 *
 * It proves system call stops with the right numbers, arguments and results,
 * all of which can be changed; single steps, one for each instruction of a
 * known walk; memory and registers, floating point included, read and written;
 * breakpoints and watchpoints in the debug registers that hit exactly as often
 * as they should, on whatever CPU, and not in a child of the child; software
 * breakpoints; seize and interrupt; signals changed on their way; and events
 * of fork, vfork, clone, exec and exit.
 *
 * build: 64 32
 */
#include "bed.h"
#include "x86state.h"

#include <elf.h>
#include <stdatomic.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#define CPUS_MAX 64
#define SYSCALL_STOP (SIGTRAP | 0x80)

#ifdef __x86_64__
#define REG(regs, name) ((regs).r##name)
#else
#define REG(regs, name) ((regs).e##name)
#endif

static int cpus[CPUS_MAX], cpu_count;
static unsigned int stops;	/* all that were taken, for the last line */

/* ------------------------------------------------------------ the tracer */
static long trace(int request, pid_t pid, void *address, void *data)
{
	long result;

	errno = 0;
	result = ptrace(request, pid, address, data);
	if (errno)
		fail("expected ptrace request 0x%x to succeed, got %s", request, strerror(errno));
	return result;
}

static void go_on(int request, pid_t pid, int signal)
{
	trace(request, pid, NULL, (void *)(intptr_t)signal);
}

static int await_stop(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, __WALL) != pid)
		if (errno != EINTR)
			fail_errno("waitpid");
	stops++;
	return status;
}

/* A stop by this signal, which may carry an event. */
static void expect_stop(pid_t pid, int signal, int event)
{
	int status = await_stop(pid), want = event << 16 | signal << 8 | 0x7f;

	if (status != want)
		fail("expected a stop with status 0x%x, got 0x%x", want, status);
}

static void expect_end(pid_t pid)
{
	int status = await_stop(pid);

	if (status)
		fail("expected the child to end well, got status 0x%x", status);
}

static void expect_trap(pid_t pid, int code)
{
	siginfo_t info;

	expect_stop(pid, SIGTRAP, 0);
	trace(PTRACE_GETSIGINFO, pid, NULL, &info);
	if (info.si_signo != SIGTRAP || info.si_code != code)
		fail("expected a trap with code %d, got signal %d, code %d", code, info.si_signo,
		     info.si_code);
}

static struct user_regs_struct regs_of(pid_t pid)
{
	struct user_regs_struct regs;

	memset(&regs, 0xbd, sizeof(regs));
	trace(PTRACE_GETREGS, pid, NULL, &regs);
	return regs;
}

/* child_of - a traced child, stopped before it runs this function. */
static pid_t child_of(void (*run)(void), long options)
{
	pid_t pid = fork_or_fail();

	if (!pid) {
		trace(PTRACE_TRACEME, 0, NULL, NULL);
		kill(getpid(), SIGSTOP);
		run();
		_exit(0);
	}
	expect_stop(pid, SIGSTOP, 0);
	trace(PTRACE_SETOPTIONS, pid, NULL, (void *)(options | PTRACE_O_EXITKILL));
	return pid;
}

static void move(pid_t pid, unsigned int turn)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpus[turn % (unsigned int)cpu_count], &set);
	if (sched_setaffinity(pid, sizeof(set), &set))
		fail_errno("sched_setaffinity");
}

static void must_be(long got, long want, const char *what)
{
	if (got != want)
		fail("expected %ld from %s, got %ld", want, what, got);
}

/* ---------------------------------------------------------- system calls */
#define CALLS_PER_ROUND 5
#define FAKED 4242

static unsigned int call_rounds;

/* The old way into the kernel, which 64-bit programs can use too. */
static long int80(long number)
{
	long result;

	__asm__ volatile("int $0x80" : "=a" (result) : "a" (number) : "memory"
#ifdef __x86_64__
			 , "r8", "r9", "r10", "r11"
#endif
			 );
	return result;
}

static void make_calls(void)
{
	long group = getpgid(0), me;
	unsigned int i;

	for (i = 0; i < call_rounds; i++) {
		must_be(syscall(SYS_getppid), FAKED, "a call whose result is changed");
		must_be(syscall(SYS_getpgid, 0x7fffffff), group, "a call whose argument is");
		must_be(syscall(SYS_sync), FAKED + 1, "a call that is skipped");
		me = syscall(SYS_getpid);
		must_be(int80(20), me, "getpid by int $0x80");
	}
}

static void expect_info(pid_t pid, int op, long value)
{
	struct __ptrace_syscall_info info;
	long got;

	memset(&info, 0xbd, sizeof(info));
	trace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info);
	got = op == PTRACE_SYSCALL_INFO_ENTRY ? (long)info.entry.nr : (long)info.exit.rval;
	if (info.op != op || got != value)
		fail("expected a system call's stop %d with %ld, got %d with %ld", op, value,
		     info.op, got);
}

/* One call from its entry to its exit, with what is to be changed. */
static void see_call(pid_t pid, long number, long change_number, long *argument, long *result)
{
	struct user_regs_struct regs;

	go_on(PTRACE_SYSCALL, pid, 0);
	expect_stop(pid, SYSCALL_STOP, 0);
	expect_info(pid, PTRACE_SYSCALL_INFO_ENTRY, number);
	regs = regs_of(pid);
	if ((long)REG(regs, ax) != -ENOSYS)
		fail("expected -ENOSYS on entry, got %ld", (long)REG(regs, ax));
#ifdef __x86_64__
	must_be((long)regs.orig_rax, number, "orig_rax");
	regs.orig_rax = (unsigned long)change_number;
	if (argument)
		regs.rdi = (unsigned long)*argument;
#else
	must_be(regs.orig_eax, number, "orig_eax");
	regs.orig_eax = change_number;
	if (argument)
		regs.ebx = *argument;
#endif
	trace(PTRACE_SETREGS, pid, NULL, &regs);
	go_on(PTRACE_SYSCALL, pid, 0);
	expect_stop(pid, SYSCALL_STOP, 0);
	regs = regs_of(pid);
	expect_info(pid, PTRACE_SYSCALL_INFO_EXIT, (long)REG(regs, ax));
	if (!result)
		return;
#ifdef __x86_64__
	regs.rax = (unsigned long)*result;
#else
	regs.eax = *result;
#endif
	trace(PTRACE_SETREGS, pid, NULL, &regs);
}

static void system_calls(void)
{
	long zero = 0, faked = FAKED, skipped = FAKED + 1;
	unsigned int i;
	pid_t pid;

	step("system calls");
	call_rounds = scaled(150, 4);
	pid = child_of(make_calls, PTRACE_O_TRACESYSGOOD);
	see_call(pid, SYS_getpgid, SYS_getpgid, NULL, NULL);
	for (i = 0; i < call_rounds; i++) {
		move(pid, i / 4);
		see_call(pid, SYS_getppid, SYS_getppid, NULL, &faked);
		see_call(pid, SYS_getpgid, SYS_getpgid, &zero, NULL);
		see_call(pid, SYS_sync, -1, NULL, &skipped);
		see_call(pid, SYS_getpid, SYS_getpid, NULL, NULL);
		see_call(pid, 20, 20, NULL, NULL);
	}
	go_on(PTRACE_CONT, pid, 0);
	expect_end(pid);
}

/* --------------------------------------------------------- single steps */
#define LOOPS 5
/* nops, jmp, push, pop, two to load, the loops, two for the call */
#define WALK_STEPS (16 + 1 + 2 + 1 + LOOPS + 2)

/* It returns the flags from after the walk, when the trap flag must be gone. */
#ifdef __x86_64__
__asm__(".pushsection .text\n"
	".globl walk, walk_first, walk_last\n"
	"walk:	int3\n"
	"walk_first: .rept 16; nop; .endr\n"
	"	jmp 1f; ud2\n"
	"1:	push %rdx; pop %rdx\n"
	"	mov $5, %ecx\n"
	"2:	loop 2b\n"
	"	mov $39, %eax; syscall\n"
	"walk_last: int3\n"
	"	pushf; pop %rax; ret\n"
	".popsection\n");
#else
__asm__(".pushsection .text\n"
	".globl walk, walk_first, walk_last\n"
	"walk:	int3\n"
	"walk_first: .rept 16; nop; .endr\n"
	"	jmp 1f; ud2\n"
	"1:	push %edx; pop %edx\n"
	"	mov $5, %ecx\n"
	"2:	loop 2b\n"
	"	mov $20, %eax; int $0x80\n"
	"walk_last: int3\n"
	"	pushf; pop %eax; ret\n"
	".popsection\n");
#endif
unsigned long walk(void);
extern const char walk_first[], walk_last[];

static unsigned int walks;

static void make_walks(void)
{
	unsigned int i;

	for (i = 0; i < walks; i++)
		if (walk() & FLAG_TF)
			fail("expected no trap flag after the steps, it is set");
}

static void single_steps(void)
{
	struct user_regs_struct regs;
	unsigned int i, count;
	uintptr_t ip;
	pid_t pid;

	step("single steps");
	walks = scaled(30, 2);
	pid = child_of(make_walks, 0);
	for (i = 0; i < walks; i++) {
		go_on(PTRACE_CONT, pid, 0);
		expect_trap(pid, SI_KERNEL);
		regs = regs_of(pid);
		must_be((long)REG(regs, ip), (long)(uintptr_t)walk_first, "the first ip");
		for (count = 0, ip = 0; ip != (uintptr_t)walk_last; count++) {
			if (count > 2 * WALK_STEPS)
				fail("expected %d steps, got more than twice that", WALK_STEPS);
			if (count % 7 == 0)
				move(pid, i + count);
			go_on(PTRACE_SINGLESTEP, pid, 0);
			/* Over a system call the kernel makes the step itself. */
			expect_stop(pid, SIGTRAP, 0);
			regs = regs_of(pid);
			ip = (uintptr_t)REG(regs, ip);
			if (count < 16 && ip != (uintptr_t)walk_first + count + 1)
				fail("expected step %u to end at %p, got 0x%lx", count,
				     (const void *)(walk_first + count + 1), (unsigned long)ip);
		}
		must_be(count, WALK_STEPS, "counting steps");
		go_on(PTRACE_CONT, pid, 0);
		expect_trap(pid, SI_KERNEL);
	}
	go_on(PTRACE_CONT, pid, 0);
	expect_end(pid);
}

/* --------------------------------------------------- memory and registers */
static volatile unsigned long words[3] = { 0x1111, 0x2222, 0x3333 };

__asm__(".pushsection .text\n"
	".globl answer\n"
	"answer: mov $42, %eax; ret; .balign 16\n"
	".popsection\n");
int answer(void);

static void use_memory(void)
{
	raise(SIGUSR1);
	must_be((long)words[1], 0x7777, "a word that is poked");
	must_be((long)words[0] + (long)words[2], 0x4444, "its neighbours");
	must_be(answer(), 43, "code that is poked");
}

static void memory(void)
{
	union {
		long word;
		unsigned char bytes[sizeof(long)];
	} code;
	pid_t pid;

	step("memory");
	pid = child_of(use_memory, 0);
	go_on(PTRACE_CONT, pid, 0);
	expect_stop(pid, SIGUSR1, 0);
	must_be(trace(PTRACE_PEEKDATA, pid, (void *)&words[1], NULL), 0x2222, "PEEKDATA");
	trace(PTRACE_POKEDATA, pid, (void *)&words[1], (void *)0x7777);
	must_be(trace(PTRACE_PEEKDATA, pid, (void *)&words[1], NULL), 0x7777, "PEEKDATA");
	must_be((long)words[1], 0x2222, "the tracer's own word");
	code.word = trace(PTRACE_PEEKTEXT, pid, (void *)(uintptr_t)answer, NULL);
	code.bytes[1]++;
	trace(PTRACE_POKETEXT, pid, (void *)(uintptr_t)answer, (void *)code.word);
	must_be(answer(), 42, "the tracer's own code");
	if (ptrace(PTRACE_PEEKDATA, pid, (void *)16, NULL) != -1 || errno != EIO)
		fail("expected EIO for a word that is not there, got errno %d", errno);
	go_on(PTRACE_CONT, pid, 0);
	expect_end(pid);
}

STATE_FUNCTION(state_int3, "int3");

#define SEED_BEFORE 1000
#define SEED_AFTER 2000
static unsigned int state_rounds;

static void show_state(void)
{
	static struct cpu_state in, out, want;
	unsigned int i;

	for (i = 0; i < state_rounds; i++) {
		state_fill(&in, SEED_BEFORE + i, FLAGS_ARITHMETIC | FLAG_DF);
		state_int3(&in, &out);
		state_fill(&want, SEED_AFTER + i, FLAGS_ARITHMETIC | FLAG_DF);
		state_compare(&want, &out, 0, FLAGS_ARITHMETIC | FLAG_DF, "after SETREGS");
	}
}

/* The registers of a state in the order of user_regs_struct, and back. */
static void exchange(struct user_regs_struct *r, struct cpu_state *s, bool set)
{
#ifdef __x86_64__
	unsigned long long *const map[] = {
		&r->rax, &r->rbx, &r->rcx, &r->rdx, &r->rsi, &r->rdi, &r->rbp, &r->r8, &r->r9,
		&r->r10, &r->r11, &r->r12, &r->r13, &r->r14, &r->r15,
	};
#else
	long *const map[] = {
		&r->eax, &r->ebx, &r->ecx, &r->edx, &r->esi, &r->edi, &r->ebp,
	};
#endif
	size_t i;

	for (i = 0; i < ARRAY_SIZE(map); i++)
		if (set)
			*map[i] = (__typeof__(*map[i]))s->gpr[i];
		else
			s->gpr[i] = (unsigned long)*map[i];
	if (set)
		r->eflags = (__typeof__(r->eflags))s->flags;
	else
		s->flags = (unsigned long)r->eflags;
}

#ifdef __x86_64__
#define GET_FX PTRACE_GETFPREGS
#define SET_FX PTRACE_SETFPREGS
#else
#define GET_FX PTRACE_GETFPXREGS
#define SET_FX PTRACE_SETFPXREGS
#endif

/* The floating point state: all of it by regset, or what FXSAVE holds. */
static void transfer_fp(pid_t pid, struct cpu_state *state, bool set, bool whole)
{
	struct iovec all = { state->xsave, sizeof(state->xsave) };

	if (whole)
		trace(set ? PTRACE_SETREGSET : PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &all);
	else
		trace((int)(set ? SET_FX : GET_FX), pid, NULL, state->xsave);
}

/*
 * The software bytes of a state that is written back must be those that the
 * kernel gave; only the registers themselves are replaced.
 */
static void replace_fp(struct cpu_state *state, const struct cpu_state *by)
{
	unsigned int i;

	memcpy(state->xsave, by->xsave, 5);
	memcpy(state->xsave + FX_MXCSR, by->xsave + FX_MXCSR, 4);
	memcpy(state->xsave + FX_ST, by->xsave + FX_ST, 128 + 16 * XMM_COUNT);
	for (i = 2; i < ARRAY_SIZE(state_part); i++)
		memcpy(state->xsave + state_part[i].offset, by->xsave + state_part[i].offset,
		       state_part[i].size);
}

static void registers(void)
{
	static struct cpu_state want, got, next;
	struct user_regs_struct regs;
	unsigned int i;
	bool whole;
	pid_t pid;

	step("registers");
	state_rounds = scaled(200, 4);
	pid = child_of(show_state, 0);
	for (i = 0; i < state_rounds; i++) {
		go_on(PTRACE_CONT, pid, 0);
		expect_trap(pid, SI_KERNEL);
		whole = state_mask && i % 2;
		regs = regs_of(pid);
		state_fill(&want, SEED_BEFORE + i, FLAGS_ARITHMETIC | FLAG_DF);
		/* What FXSAVE does not hold is compared, and set, every second time. */
		got = want;
		transfer_fp(pid, &got, false, whole);
		exchange(&regs, &got, false);
		state_compare(&want, &got, 0, FLAGS_ARITHMETIC | FLAG_DF, "by GETREGS");
		if (!whole && state_mask)
			transfer_fp(pid, &got, false, true);
		state_fill(&next, SEED_AFTER + i, FLAGS_ARITHMETIC | FLAG_DF);
		replace_fp(&got, &next);
		exchange(&regs, &next, true);
		trace(PTRACE_SETREGS, pid, NULL, &regs);
		transfer_fp(pid, &got, true, state_mask);
		if (!whole)
			transfer_fp(pid, &got, true, false);
		move(pid, i);
	}
	go_on(PTRACE_CONT, pid, 0);
	expect_end(pid);
}

#include "ptracebreak.h"
#include "ptraceevent.h"

int main(int argc, char **argv)
{
	int64_t start = now_ns();
	const char *state;

	if (argc > 1 && !strcmp(argv[1], "exec"))
		return 0;
	scale_from(argc, argv);
	cpu_count = cpu_list(cpus, CPUS_MAX);
	state = state_start();
	system_calls();
	single_steps();
	memory();
	registers();
	debug_registers();
	software_breakpoints();
	seize();
	injection();
	events();
	say("%u system calls changed or seen, %u walks of %d steps, %u times %s, %u hits in 4 "
	    "debug registers, %u software breakpoints, %u interrupts, %u stops in all, %lld ms",
	    call_rounds * CALLS_PER_ROUND + 1, walks, WALK_STEPS, state_rounds, state,
	    debug_hits, soft_hits, interrupts, stops,
	    (long long)((now_ns() - start) / NSEC_PER_MSEC));
	return 0;
}
