/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The breakpoints of ptracecheck: in the debug registers, and in the code.
 *
 * Needs what ptracecheck.c defines before it.
 */
#ifndef PTRACEBREAK_H
#define PTRACEBREAK_H

static unsigned int debug_loops, debug_hits, soft_hits;
static volatile uint32_t watched_word, watched_both;
static volatile uint8_t watched_bytes[4];

/* DR7: local enable, kind and length of each of the four. */
#define DR_ENABLE(n) (1UL << ((n) * 2))
#define DR_KIND(n, kind, length) (((kind) | (length) << 2) << (16 + (n) * 4))
#define DR_EXECUTE 0UL
#define DR_WRITE 1UL
#define DR_READ_WRITE 3UL
#define DR_LENGTH_1 0UL
#define DR_LENGTH_4 3UL
#define DR_ALL (DR_ENABLE(0) | DR_KIND(0, DR_EXECUTE, DR_LENGTH_1) |	\
		DR_ENABLE(1) | DR_KIND(1, DR_WRITE, DR_LENGTH_4) |	\
		DR_ENABLE(2) | DR_KIND(2, DR_WRITE, DR_LENGTH_1) |	\
		DR_ENABLE(3) | DR_KIND(3, DR_READ_WRITE, DR_LENGTH_4))

/* What one loop hits, in this order: the last variable is read, then written. */
static const unsigned int hits_of_a_loop[] = { 0, 1, 2, 3, 3 };

/*
 * Its first instruction is the breakpoint.  Each access is one instruction;
 * reads of the word that is watched for writes, and writes to the neighbours
 * of the byte, must not hit.
 */
static void __attribute__((noipa)) target(unsigned int i)
{
	uint32_t value;

	__asm__ volatile("movl %1, %0" : "=r" (value) : "m" (watched_word));
	__asm__ volatile("movl %1, %0" : "=m" (watched_word) : "r" (value + i));
	__asm__ volatile("movb $1, %0" : "=m" (watched_bytes[0]));
	__asm__ volatile("movb $1, %0" : "=m" (watched_bytes[1]));
	__asm__ volatile("movb $1, %0" : "=m" (watched_bytes[2]));
	__asm__ volatile("movl %1, %0" : "=r" (value) : "m" (watched_both));
	__asm__ volatile("movl %1, %0" : "=m" (watched_both) : "r" (value + 1));
}

static void call_target(void)
{
	unsigned int i, sum = 0;
	pid_t pid;

	raise(SIGUSR1);
	/* Debug registers are not handed down: a stray hit would kill this one. */
	pid = fork_or_fail();
	if (!pid) {
		target(0);
		_exit(0);
	}
	child_exits(pid, 0);
	for (i = 0; i < debug_loops; i++) {
		target(i);
		sum += i;
	}
	raise(SIGUSR2);
	for (i = 0; i < debug_loops; i++)
		target(0);
	must_be((long)watched_word, (long)sum, "the word that is watched");
	must_be((long)watched_both, 2 * (long)debug_loops, "the one that is read and written");
}

static void *debug_register(unsigned int number)
{
	return (void *)(offsetof(struct user, u_debugreg) + number * sizeof(long));
}

static void set_debug(pid_t pid, unsigned int number, uintptr_t value)
{
	trace(PTRACE_POKEUSER, pid, debug_register(number), (void *)value);
	if ((uintptr_t)trace(PTRACE_PEEKUSER, pid, debug_register(number), NULL) != value)
		fail("expected debug register %u to hold 0x%lx, it does not", number,
		     (unsigned long)value);
}

static void take_hit(pid_t pid, unsigned int want)
{
	unsigned long status;

	expect_trap(pid, TRAP_HWBKPT);
	status = (unsigned long)trace(PTRACE_PEEKUSER, pid, debug_register(6), NULL) & 0xf;
	if (status != 1UL << want)
		fail("expected a hit of register %u, got DR6 0x%lx", want, status);
	if (want == 0)
		must_be((long)REG(regs_of(pid), ip), (long)(uintptr_t)target, "the ip of a hit");
	debug_hits++;
}

/* No register can be pointed at the kernel, and there are but four. */
static void refused(pid_t pid, unsigned int number, uintptr_t value)
{
	if (!ptrace(PTRACE_POKEUSER, pid, debug_register(number), (void *)value))
		fail("expected 0x%lx to be refused for debug register %u, it was taken",
		     (unsigned long)value, number);
}

static void debug_registers(void)
{
	const uintptr_t addresses[] = {
		(uintptr_t)target, (uintptr_t)&watched_word, (uintptr_t)&watched_bytes[1],
		(uintptr_t)&watched_both,
	};
	unsigned int i, j;
	pid_t pid;

	step("debug registers");
	debug_loops = scaled(100, 4);
	pid = child_of(call_target, 0);
	go_on(PTRACE_CONT, pid, 0);
	expect_stop(pid, SIGUSR1, 0);
	if (sizeof(long) == 8)	/* 32 bits reach none of the kernel */
		refused(pid, 0, (uintptr_t)-8192);
	refused(pid, 4, (uintptr_t)target);
	for (i = 0; i < 4; i++)
		set_debug(pid, i, addresses[i]);
	set_debug(pid, 7, DR_ALL);
	go_on(PTRACE_CONT, pid, 0);
	expect_stop(pid, SIGCHLD, 0);
	for (i = 0; i < debug_loops; i++)
		for (j = 0; j < ARRAY_SIZE(hits_of_a_loop); j++) {
			if (j == i % 4)
				move(pid, i / 2);
			go_on(PTRACE_CONT, pid, 0);
			take_hit(pid, hits_of_a_loop[j]);
		}
	go_on(PTRACE_CONT, pid, 0);
	expect_stop(pid, SIGUSR2, 0);
	set_debug(pid, 7, 0);
	go_on(PTRACE_CONT, pid, 0);
	expect_end(pid);
}

/* ------------------------------------------------------ software breakpoints */
static unsigned int soft_loops;

static void ask_answer(void)
{
	unsigned int i;
	int sum = 0;

	for (i = 0; i < soft_loops; i++)
		sum += answer();
	must_be(sum, 42 * (int)soft_loops, "code with a breakpoint");
}

/* The usual dance: put the byte back, step over it, set the trap again. */
static void software_breakpoints(void)
{
	union {
		long word;
		unsigned char bytes[sizeof(long)];
	} code, trap;
	struct user_regs_struct regs;
	void *at = (void *)(uintptr_t)answer;
	unsigned int i;
	pid_t pid;

	step("software breakpoints");
	soft_loops = scaled(60, 3);
	pid = child_of(ask_answer, 0);
	code.word = trap.word = trace(PTRACE_PEEKTEXT, pid, at, NULL);
	trap.bytes[0] = 0xcc;
	for (i = 0; i < soft_loops; i++) {
		trace(PTRACE_POKETEXT, pid, at, (void *)trap.word);
		go_on(PTRACE_CONT, pid, 0);
		expect_trap(pid, SI_KERNEL);
		regs = regs_of(pid);
		must_be((long)REG(regs, ip), (long)(uintptr_t)at + 1, "the ip behind a trap");
		REG(regs, ip)--;
		trace(PTRACE_SETREGS, pid, NULL, &regs);
		trace(PTRACE_POKETEXT, pid, at, (void *)code.word);
		move(pid, i);
		go_on(PTRACE_SINGLESTEP, pid, 0);
		expect_trap(pid, TRAP_TRACE);
		must_be((long)REG(regs_of(pid), ip), (long)(uintptr_t)at + 5, "the ip of a step");
		soft_hits++;
	}
	go_on(PTRACE_CONT, pid, 0);
	expect_end(pid);
}

#endif /* PTRACEBREAK_H */
