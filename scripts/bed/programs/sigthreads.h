/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The threads and registers of sigcheck: signals between two CPUs, and what
 * they leave behind in a thread that is at work.
 *
 * Needs bed.h, x86state.h and <stdatomic.h> first.
 */
#ifndef SIGTHREADS_H
#define SIGTHREADS_H

#define SIG_PING (SIGRTMIN + 7)
#define SIG_PONG (SIGRTMIN + 8)

static unsigned int thread_signals, state_deliveries;

/* A thread on a CPU of its own, and the one that deals with it. */
struct pair {
	int cpu;
	bool alone;		/* both on one CPU: do not spin */
	unsigned int count;
	pthread_t first;
	atomic_uint ready, taken;
	atomic_bool stop;
};

static void await_signal(int signal, int value)
{
	sigset_t set;
	siginfo_t info;

	sigemptyset(&set);
	sigaddset(&set, signal);
	while (sigwaitinfo(&set, &info) < 0)
		if (errno != EINTR)
			fail_errno("sigwaitinfo");
	if (info.si_value.sival_int != value || info.si_code != SI_QUEUE)
		fail("expected signal %d with %d, got code %d with %d", signal, value,
		     info.si_code, info.si_value.sival_int);
}

static void send_to(pthread_t thread, int signal, int value)
{
	union sigval with = { .sival_int = value };
	int error;

	while ((error = pthread_sigqueue(thread, signal, with)) == EAGAIN)
		sched_yield();
	if (error)
		fail("expected to send signal %d, got %s", signal, strerror(error));
}

/* Each answer wakes a thread that sleeps on the other CPU. */
static void *answer(void *argument)
{
	struct pair *pair = argument;
	unsigned int i;

	cpu_pin(pair->cpu);
	for (i = 0; i < pair->count; i++) {
		await_signal(SIG_PING, (int)i);
		send_to(pair->first, SIG_PONG, (int)i);
	}
	/* And a heap of them at once, in order. */
	atomic_store(&pair->ready, 1);
	for (i = 0; i < pair->count / 4; i++)
		await_signal(SIG_PING, (int)i);
	return pair;
}

static _Thread_local struct pair *spinner;

static void count_ping(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if ((unsigned int)info->si_value.sival_int != atomic_load(&spinner->taken))
		fail("expected signal number %u, got %d", atomic_load(&spinner->taken),
		     info->si_value.sival_int);
	atomic_fetch_add(&spinner->taken, 1);
}

/* Each signal has to interrupt a program that runs and never calls the kernel. */
static void *spin(void *argument)
{
	struct pair *pair = argument;
	sigset_t set;

	spinner = pair;
	cpu_pin(pair->cpu);
	sigemptyset(&set);
	sigaddset(&set, SIG_PING);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	atomic_store(&pair->ready, 1);
	while (!atomic_load(&pair->stop)) {
		__builtin_ia32_pause();
		if (pair->alone)
			sched_yield();
	}
	return pair;
}

static void threads(int here, int there)
{
	struct pair pair = { .cpu = there, .alone = here == there, .first = pthread_self() };
	struct sigaction action = { .sa_sigaction = count_ping, .sa_flags = SA_SIGINFO };
	pthread_t thread;
	sigset_t set;
	unsigned int i;

	begin("signals between threads");
	pair.count = scaled(2000, 40);
	cpu_pin(here);
	sigemptyset(&set);
	sigaddset(&set, SIG_PING);
	sigaddset(&set, SIG_PONG);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	thread = thread_start(answer, &pair);
	for (i = 0; i < pair.count; i++) {
		send_to(thread, SIG_PING, (int)i);
		await_signal(SIG_PONG, (int)i);
	}
	while (!atomic_load(&pair.ready))
		relax();
	for (i = 0; i < pair.count / 4; i++)
		send_to(thread, SIG_PING, (int)i);
	thread_end(thread, &pair);

	sigaction(SIG_PING, &action, NULL);
	atomic_store(&pair.ready, 0);
	thread = thread_start(spin, &pair);
	while (!atomic_load(&pair.ready))
		relax();
	for (i = 0; i < pair.count; i++) {
		send_to(thread, SIG_PING, (int)i);
		while (atomic_load(&pair.taken) != i + 1) {
			__builtin_ia32_pause();
			if (pair.alone)
				sched_yield();
		}
	}
	atomic_store(&pair.stop, true);
	thread_end(thread, &pair);
	thread_signals = pair.count * 3 + pair.count / 4;
}

/* ------------------------------------------------------------- registers */
volatile int state_stop;	/* read by the function that spins */
static volatile int state_left, state_taken;
static _Thread_local struct cpu_state other_in, other_out;

STATE_FUNCTION(state_nothing, "nop");
STATE_FUNCTION(state_int3, "int3");
STATE_FUNCTION(state_ud2, "ud2");
#ifdef __x86_64__
STATE_FUNCTION(state_spin, "5: cmpl $0, state_stop(%rip); je 5b");
#else
STATE_FUNCTION(state_spin, "5: cmpl $0, state_stop; je 5b");
#endif

/*
 * A handler starts with its direction flag clear and a fresh floating point
 * unit, and may leave every register of its own in any state.
 */
static void disturb(int signal, siginfo_t *info, void *context)
{
	unsigned long flags;
	uint32_t mxcsr;
	uint16_t control;

	(void)info;
	__asm__ volatile("pushf; pop %0" : "=r" (flags));
	__asm__ volatile("fnstcw %0; stmxcsr %1" : "=m" (control), "=m" (mxcsr));
	if (flags & FLAG_DF || control != 0x37f || (mxcsr & 0xffc0) != 0x1f80)
		fail("expected DF clear, x87 control 0x37f, MXCSR 0x1f80 in a handler, got flags "
		     "0x%lx, 0x%x, 0x%x", flags, control, mxcsr);
	state_taken++;
	state_fill(&other_in, (uint64_t)state_taken + 0x10000, FLAGS_ARITHMETIC | FLAG_DF);
	state_nothing(&other_in, &other_out);
	if (signal == SIGILL)
		UC_IP(context) += 2;
	if (signal == SIGRTMIN + 9 && state_left && !--state_left)
		state_stop = 1;
}

static void state_round(void (*function)(const struct cpu_state *, struct cpu_state *),
			uint64_t seed, unsigned long flags, const char *what)
{
	static struct cpu_state in, out;

	state_fill(&in, seed, FLAGS_ARITHMETIC | FLAG_DF);
	function(&in, &out);
	state_compare(&in, &out, 0, flags, what);
}

/* Sends until it is told to stop, from another CPU. */
static void *pelt(void *argument)
{
	struct pair *pair = argument;

	cpu_pin(pair->cpu);
	while (!atomic_load(&pair->stop)) {
		pthread_kill(pair->first, SIGRTMIN + 9);
		sleep_ns(100000);
	}
	return pair;
}

static void registers(int here, int there)
{
	struct pair pair = { .cpu = there, .first = pthread_self() };
	struct sigaction action = { .sa_sigaction = disturb, .sa_flags = SA_SIGINFO };
	const unsigned long kept = FLAG_DF;
	unsigned int i;
	pthread_t thread;

	begin("registers");
	cpu_pin(here);
	sigaction(SIGTRAP, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGRTMIN + 9, &action, NULL);
	for (i = 0; i < scaled(3000, 20); i++)
		state_round(i & 1 ? state_ud2 : state_int3, i, kept | FLAGS_ARITHMETIC,
			    i & 1 ? "after a fault" : "after a trap");
	if (state_taken != (int)i)
		fail("expected %u signals, got %d", i, state_taken);
	thread = thread_start(pelt, &pair);
	for (i = 0; i < scaled(100, 5); i++) {
		state_stop = 0;
		state_left = 5;
		state_round(state_spin, i, kept, "after signals from another thread");
	}
	atomic_store(&pair.stop, true);
	thread_end(thread, &pair);
	state_deliveries = (unsigned int)state_taken;
}

#endif /* SIGTHREADS_H */
