// SPDX-License-Identifier: GPL-2.0
/*
 * sigcheck - signals arrive, once, with the right news, and leave no trace.
 *
 *	sigcheck [SCALE]
 *
 * It proves delivery of every catchable signal with its siginfo, masks,
 * nesting, queues and alternate stacks; default actions; faults of every kind
 * with the right code and address, and going on after them; system calls
 * interrupted and restarted; timers that fire as often as they should and
 * never early; signals between threads on different CPUs; and thousands of
 * deliveries after which each register is as it was.
 *
 * build: 64 32
 */
#include "bed.h"
#include "x86state.h"
#include "sigfaults.h"

#include <stdatomic.h>

#define SIGNALS_MAX 65
#define CPUS_MAX 64

/* The worker's step, seen by the process that watches over it. */
static char *shared_step;

static void begin(const char *name)
{
	bed_step = name;
	snprintf(shared_step, PAGE, "%s", name);
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	if (sigaction(signal, &action, NULL))
		fail("expected to catch signal %d, got %s", signal, strerror(errno));
}

static sigset_t set_of(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	return set;
}

static void mask(int how, int signal)
{
	sigset_t set = set_of(signal);

	if (sigprocmask(how, &set, NULL))
		fail_errno("sigprocmask");
}

/* Two that cannot be caught, and those the C library keeps for itself. */
static bool catchable(int signal)
{
	return signal != SIGKILL && signal != SIGSTOP && (signal < 32 || signal >= SIGRTMIN);
}

/* -------------------------------------------------------------- delivery */
struct received {
	siginfo_t info;
	unsigned int count;
};

static struct received *received;	/* by signal; shared */
static atomic_uint *deliveries;

static void note_signal(int signal, siginfo_t *info, void *context)
{
	sigset_t now;

	(void)context;
	sigprocmask(SIG_BLOCK, NULL, &now);
	if (!sigismember(&now, signal))
		fail("expected signal %d to be blocked in its handler, it is not", signal);
	received[signal].info = *info;
	received[signal].count++;
	atomic_fetch_add(deliveries, 1);
}

static void expect_info(int signal, unsigned int count, int code, pid_t pid, int value)
{
	const siginfo_t *info = &received[signal].info;

	if (received[signal].count != count)
		fail("expected signal %d to come %u times, got %u", signal, count,
		     received[signal].count);
	if (info->si_signo != signal || info->si_code != code || info->si_pid != pid ||
	    info->si_uid != getuid() || info->si_errno)
		fail("expected signal %d, code %d from %d, got %d, %d from %d by user %d", signal,
		     code, pid, info->si_signo, info->si_code, info->si_pid, (int)info->si_uid);
	if (code == SI_QUEUE && info->si_value.sival_int != value)
		fail("expected value %d with signal %d, got %d", value, signal,
		     info->si_value.sival_int);
}

static void send_all_from_child(void)
{
	unsigned int sent = atomic_load(deliveries);
	pid_t parent = getpid(), pid = fork_or_fail();
	int signal;

	if (!pid) {
		for (signal = 1; signal < SIGNALS_MAX; signal++) {
			if (!catchable(signal))
				continue;
			if (kill(parent, signal))
				fail_errno("kill");
			for (sent++; atomic_load(deliveries) < sent;)
				relax();
		}
		_exit(0);
	}
	child_exits(pid, 0);
	for (signal = 1; signal < SIGNALS_MAX; signal++)
		/* SIGCHLD came a second time, when the child ended. */
		if (catchable(signal) && signal != SIGCHLD)
			expect_info(signal, 4, SI_USER, pid, 0);
	if (received[SIGCHLD].count != 5 || received[SIGCHLD].info.si_code != CLD_EXITED ||
	    received[SIGCHLD].info.si_pid != pid || received[SIGCHLD].info.si_status)
		fail("expected SIGCHLD to tell of %d's exit, got code %d of %d", pid,
		     received[SIGCHLD].info.si_code, received[SIGCHLD].info.si_pid);
}

static void delivery(void)
{
	union sigval value;
	int signal;

	begin("delivery");
	for (signal = 1; signal < SIGNALS_MAX; signal++) {
		if (!catchable(signal))
			continue;
		memset(&received[signal], 0, sizeof(received[signal]));
		handle(signal, note_signal, 0);
		kill(getpid(), signal);
		expect_info(signal, 1, SI_USER, getpid(), 0);
		syscall(SYS_tgkill, getpid(), gettid(), signal);
		expect_info(signal, 2, SI_TKILL, getpid(), 0);
		value.sival_int = signal * 1001;
		sigqueue(getpid(), signal, value);
		expect_info(signal, 3, SI_QUEUE, getpid(), signal * 1001);
	}
	send_all_from_child();
	for (signal = 1; signal < SIGNALS_MAX; signal++)
		if (catchable(signal))
			sigaction(signal, &(struct sigaction) { .sa_handler = SIG_DFL }, NULL);
}

/* What a signal does that nobody catches. */
static void default_actions(void)
{
	struct rlimit none = { 0, 0 };
	int signal, status;
	bool ignored;
	pid_t pid;

	begin("default actions");
	for (signal = 1; signal < SIGNALS_MAX; signal++) {
		if (!catchable(signal) || signal == SIGTSTP || signal == SIGTTIN ||
		    signal == SIGTTOU)
			continue;
		ignored = signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH ||
			  signal == SIGCONT;
		pid = fork_or_fail();
		if (!pid) {
			setrlimit(RLIMIT_CORE, &none);
			kill(getpid(), signal);
			_exit(0);
		}
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (ignored ? status : !WIFSIGNALED(status) || WTERMSIG(status) != signal)
			fail("expected signal %d to %s, got status 0x%x", signal,
			     ignored ? "be ignored" : "end the process", status);
	}
}

/* --------------------------------------------------- masks, queues, nesting */
#define QUEUE 50

static volatile int queue_next;

static void note_queued(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if (info->si_value.sival_int != queue_next)
		fail("expected queued signal %d, got %d", queue_next, info->si_value.sival_int);
	queue_next++;
}

static void masks(void)
{
	union sigval value;
	sigset_t pending, all_but;
	int i;

	begin("masks");
	received[SIGUSR1].count = 0;
	handle(SIGUSR1, note_signal, 0);
	handle(SIGRTMIN + 3, note_queued, 0);
	mask(SIG_BLOCK, SIGUSR1);
	mask(SIG_BLOCK, SIGRTMIN + 3);
	for (i = 0; i < 3; i++)
		kill(getpid(), SIGUSR1);
	for (queue_next = i = 0; i < QUEUE; i++) {
		value.sival_int = i;
		sigqueue(getpid(), SIGRTMIN + 3, value);
	}
	sigpending(&pending);
	if (!sigismember(&pending, SIGUSR1) || !sigismember(&pending, SIGRTMIN + 3) ||
	    sigismember(&pending, SIGUSR2))
		fail("expected signals 10 and %d pending, got another set", SIGRTMIN + 3);
	if (received[SIGUSR1].count || queue_next)
		fail("expected blocked signals to wait, they came");
	mask(SIG_UNBLOCK, SIGRTMIN + 3);
	if (queue_next != QUEUE)
		fail("expected %d queued signals, got %d", QUEUE, queue_next);
	sigfillset(&all_but);
	sigdelset(&all_but, SIGUSR1);
	if (sigsuspend(&all_but) != -1 || errno != EINTR || received[SIGUSR1].count != 1)
		fail("expected sigsuspend to end with one signal, got %u", received[SIGUSR1].count);
	sigprocmask(SIG_BLOCK, NULL, &pending);
	if (!sigismember(&pending, SIGUSR1))
		fail("expected the mask of before after sigsuspend");
	mask(SIG_UNBLOCK, SIGUSR1);
	if (received[SIGUSR1].count != 1)
		fail("expected one signal for three, got %u", received[SIGUSR1].count);
}

#define LEVELS 12

static volatile int nest_depth, nest_deepest;

static void nest(int signal, siginfo_t *info, void *context)
{
	volatile uint64_t mine[8];
	int i, level = ++nest_depth;

	(void)info;
	(void)context;
	if (level > nest_deepest)
		nest_deepest = level;
	for (i = 0; i < 8; i++)
		mine[i] = mix64((uint64_t)level * 8 + (uint64_t)i);
	if (level < LEVELS)
		kill(getpid(), signal == SIGUSR2 ? SIGUSR2 : signal + 1);
	for (i = 0; i < 8; i++)
		if (mine[i] != mix64((uint64_t)level * 8 + (uint64_t)i))
			fail("expected the frame of level %d as it was left, got another", level);
	nest_depth--;
}

static void nesting(void)
{
	int level, first[] = { SIGRTMIN, SIGUSR2 };
	size_t i;

	begin("nesting");
	for (level = 0; level < LEVELS; level++)
		handle(SIGRTMIN + level, nest, 0);
	handle(SIGUSR2, nest, SA_NODEFER);
	for (i = 0; i < ARRAY_SIZE(first); i++) {
		nest_deepest = 0;
		kill(getpid(), first[i]);
		if (nest_deepest != LEVELS || nest_depth)
			fail("expected %d levels from signal %d, got %d", LEVELS, first[i],
			     nest_deepest);
	}
}

/* ------------------------------------------------------- alternate stack */
static char *alternate;
static sigjmp_buf overflow_return;

static void on_alternate(int signal, siginfo_t *info, void *context)
{
	char here;

	(void)info;
	if (&here < alternate || &here >= alternate + 16 * PAGE)
		fail("expected a handler on the alternate stack at %p, got %p",
		     (void *)alternate, (void *)&here);
	if ((char *)(uintptr_t)UC_SP(context) >= alternate &&
	    (char *)(uintptr_t)UC_SP(context) < alternate + 16 * PAGE)
		fail("expected the old stack in the context, got the alternate one");
	fault_count++;
	if (signal == SIGSEGV)
		siglongjmp(overflow_return, 1);
}

static int __attribute__((noinline, optimize("no-optimize-sibling-calls"))) dive(int depth)
{
	volatile char frame[1024];

	frame[0] = (char)depth;
	return depth < 0 ? 0 : dive(depth + 1) + frame[0];
}

/* In a child, for its stack is made small and overrun. */
static void alternate_stack(void)
{
	struct rlimit small = { 512 * 1024, RLIM_INFINITY };
	pid_t pid;
	stack_t stack = { .ss_size = 16 * PAGE }, now;
	int i;

	begin("alternate stack");
	pid = fork_or_fail();
	if (pid) {
		child_exits(pid, 0);
		return;
	}
	getrlimit(RLIMIT_STACK, &small);
	small.rlim_cur = 512 * 1024;
	setrlimit(RLIMIT_STACK, &small);
	alternate = stack.ss_sp = map_or_fail(stack.ss_size);
	fault_count = 0;
	handle(SIGUSR1, on_alternate, SA_ONSTACK);
	handle(SIGSEGV, on_alternate, SA_ONSTACK);
	if (sigaltstack(&stack, NULL) || sigaltstack(NULL, &now) || now.ss_sp != alternate ||
	    now.ss_flags)
		fail("expected the alternate stack to be taken, got flags 0x%x", now.ss_flags);
	for (i = 0; i < 3; i++) {
		kill(getpid(), SIGUSR1);
		if (!sigsetjmp(overflow_return, 1))
			dive(0);
	}
	if (fault_count != 6)
		fail("expected 6 signals on the alternate stack, got %d", fault_count);
	_exit(0);
}

#include "sigcalls.h"
#include "sigthreads.h"

static void worker(void)
{
	unsigned int i, faults_seen = 0, untrapped = 0, rounds = scaled(40, 2);
	int cpus[CPUS_MAX], cpu_count = cpu_list(cpus, CPUS_MAX);
	const char *state = state_start();
	int64_t start = now_ns();

	delivery();
	default_actions();
	masks();
	nesting();
	alternate_stack();
	begin("faults");
	faults_catch();
	for (i = 0; i < rounds; i++) {
		cpu_pin(cpus[i % (unsigned int)cpu_count]);
		untrapped += all_faults(&faults_seen);
	}
	interrupted_calls();
	timers();
	threads(cpus[0], cpus[cpu_count - 1]);
	registers(cpus[0], cpus[cpu_count - 1]);
	say("%d signals 4 ways each, %u faults (%u SSE exceptions not raised by this processor), "
	    "%u signals between CPUs %d and %d, %u deliveries with %s kept, %lld ms",
	    SIGNALS_MAX - 1 - 2 - (SIGRTMIN - 32), faults_seen, untrapped, thread_signals,
	    cpus[0], cpus[cpu_count - 1], state_deliveries, state,
	    (long long)((now_ns() - start) / NSEC_PER_MSEC));
	_exit(0);
}

/* All signals are the worker's to catch, so another process has the watchdog. */
int main(int argc, char **argv)
{
	pid_t pid;

	scale_from(argc, argv);
	shared_step = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			   -1, 0);
	if (shared_step == MAP_FAILED)
		fail_errno("mmap");
	deliveries = (atomic_uint *)(shared_step + PAGE);
	received = (struct received *)(shared_step + 2 * PAGE);
	pid = fork_or_fail();
	if (!pid)
		worker();
	step(shared_step);
	child_exits(pid, 0);
	return 0;
}
