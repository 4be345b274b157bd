/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The events of ptracecheck: children seized and interrupted, signals changed
 * on their way, and what a child tells of its own children, threads and end.
 *
 * Needs what ptracecheck.c defines before it.
 */
#ifndef PTRACEEVENT_H
#define PTRACEEVENT_H

static unsigned int interrupts;

/* ------------------------------------------------------------------ seize */
struct worker {
	atomic_ulong counter;
	atomic_bool stop;
};

static void advances(struct worker *worker)
{
	unsigned long before = atomic_load(&worker->counter);

	while (atomic_load(&worker->counter) == before)
		relax();
}

static void stands(struct worker *worker)
{
	unsigned long before = atomic_load(&worker->counter);
	int i;

	for (i = 0; i < 20; i++)
		relax();
	if (atomic_load(&worker->counter) != before)
		fail("expected a stopped child to stand still, it goes on");
}

/* A child stopped by SIGSTOP, listened to, and continued by SIGCONT. */
static void group_stop(pid_t pid, struct worker *worker)
{
	kill(pid, SIGSTOP);
	expect_stop(pid, SIGSTOP, 0);
	go_on(PTRACE_CONT, pid, SIGSTOP);
	expect_stop(pid, SIGSTOP, PTRACE_EVENT_STOP);
	go_on(PTRACE_LISTEN, pid, 0);
	stands(worker);
	kill(pid, SIGCONT);
	expect_stop(pid, SIGTRAP, PTRACE_EVENT_STOP);
	go_on(PTRACE_CONT, pid, 0);
	expect_stop(pid, SIGCONT, 0);
	go_on(PTRACE_CONT, pid, SIGCONT);
	advances(worker);
}

static void seize(void)
{
	struct worker *worker = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int i;
	pid_t pid;

	step("seize");
	pid = fork_or_fail();
	if (!pid) {
		while (!atomic_load(&worker->stop)) {
			atomic_fetch_add(&worker->counter, 1);
			__builtin_ia32_pause();
		}
		_exit(0);
	}
	trace(PTRACE_SEIZE, pid, NULL, (void *)PTRACE_O_EXITKILL);
	for (i = 0; i < scaled(100, 5); i++) {
		advances(worker);
		go_on(PTRACE_INTERRUPT, pid, 0);
		expect_stop(pid, SIGTRAP, PTRACE_EVENT_STOP);
		stands(worker);
		move(pid, i);
		go_on(PTRACE_CONT, pid, 0);
	}
	group_stop(pid, worker);
	go_on(PTRACE_INTERRUPT, pid, 0);
	expect_stop(pid, SIGTRAP, PTRACE_EVENT_STOP);
	go_on(PTRACE_DETACH, pid, 0);
	advances(worker);
	atomic_store(&worker->stop, true);
	child_exits(pid, 0);
	munmap(worker, 4096);
	interrupts = i + 1;
}

/* -------------------------------------------------------------- injection */
static unsigned int injected;
static volatile unsigned int first_signals, second_signals, value_sum;

static void count_signal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (signal == SIGUSR1) {
		first_signals++;
		value_sum += (unsigned int)info->si_value.sival_int;
	} else {
		second_signals++;
	}
}

static void raise_signals(void)
{
	struct sigaction action = { .sa_sigaction = count_signal, .sa_flags = SA_SIGINFO };
	unsigned int i, sum = 0;

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	for (i = 0; i < injected; i++) {
		raise(SIGUSR1);
		if (i % 3 == 0)
			sum += 1000 + i;
	}
	must_be((long)first_signals, (long)(injected + 2) / 3, "counting signals let through");
	must_be((long)second_signals, (long)(injected + 1) / 3, "counting signals exchanged");
	must_be((long)value_sum, (long)sum, "the values of signals");
}

static void injection(void)
{
	static const int instead[] = { SIGUSR1, SIGUSR2, 0 };
	siginfo_t info;
	unsigned int i;
	pid_t pid;
	int next = 0;

	step("injection");
	injected = scaled(150, 6);
	pid = child_of(raise_signals, 0);
	for (i = 0; i < injected; i++) {
		go_on(PTRACE_CONT, pid, next);
		expect_stop(pid, SIGUSR1, 0);
		next = instead[i % 3];
		trace(PTRACE_GETSIGINFO, pid, NULL, &info);
		if (info.si_signo != SIGUSR1 || info.si_code != SI_TKILL || info.si_pid != pid)
			fail("expected SIGUSR1 of %d by itself, got %d, code %d by %d", pid,
			     info.si_signo, info.si_code, info.si_pid);
		info.si_code = SI_QUEUE;
		info.si_value.sival_int = 1000 + (int)i;
		if (next == SIGUSR1)
			trace(PTRACE_SETSIGINFO, pid, NULL, &info);
	}
	go_on(PTRACE_CONT, pid, next);
	expect_end(pid);
}

/* ----------------------------------------------------------------- events */
#define FORK_CODE 5
#define VFORK_CODE 6

static void *thread_nothing(void *argument)
{
	return argument;
}

static void make_events(void)
{
	char *const arguments[] = { (char *)"ptracecheck", (char *)"exec", NULL };
	pid_t pid;

	pid = fork_or_fail();
	if (!pid)
		_exit(FORK_CODE);
	child_exits(pid, FORK_CODE);
	pid = vfork();
	if (!pid)
		_exit(VFORK_CODE);
	child_exits(pid, VFORK_CODE);
	thread_end(thread_start(thread_nothing, &pid), &pid);
	execv((const char *)getauxval(AT_EXECFN), arguments);
	fail_errno("execv");
}

struct seen {
	pid_t leader;
	unsigned int fork, vfork, vfork_done, clone, exec, exit, new_stops, ends;
	unsigned long exit_sum;
};

static void note_event(struct seen *seen, pid_t pid, int event)
{
	unsigned long message;

	trace(PTRACE_GETEVENTMSG, pid, NULL, &message);
	switch (event) {
	case PTRACE_EVENT_FORK:
		seen->fork++;
		break;
	case PTRACE_EVENT_VFORK:
		seen->vfork++;
		break;
	case PTRACE_EVENT_VFORK_DONE:
		seen->vfork_done++;
		break;
	case PTRACE_EVENT_CLONE:
		seen->clone++;
		break;
	case PTRACE_EVENT_EXEC:
		seen->exec++;
		must_be((long)message, seen->leader, "the thread that called exec");
		break;
	case PTRACE_EVENT_EXIT:
		seen->exit++;
		seen->exit_sum += message >> 8;
		break;
	default:
		fail("expected a known event, got %d", event);
	}
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	    event == PTRACE_EVENT_CLONE)
		if (!message || message == (unsigned long)seen->leader)
			fail("expected a new process with event %d, got %lu", event, message);
}

/* All stops of the child and its offspring, until the child ends. */
static void follow(struct seen *seen)
{
	int status, signal;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, __WALL);
		if (pid < 0)
			fail_errno("waitpid");
		stops++;
		if (!WIFSTOPPED(status)) {
			seen->ends++;
			if (pid != seen->leader)
				continue;
			must_be(status, 0, "the status of the child");
			return;
		}
		signal = WSTOPSIG(status);
		if (status >> 16) {
			note_event(seen, pid, status >> 16);
			signal = 0;
		} else if (signal == SIGSTOP) {
			seen->new_stops++;
			signal = 0;
		}
		go_on(PTRACE_CONT, pid, signal);
	}
}

static void events(void)
{
	unsigned int i;

	step("events");
	for (i = 0; i < scaled(10, 1); i++) {
		struct seen seen = {
			.leader = child_of(make_events, PTRACE_O_TRACEFORK |
					   PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE |
					   PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
					   PTRACE_O_TRACEEXIT),
		};

		go_on(PTRACE_CONT, seen.leader, 0);
		follow(&seen);
		if (seen.fork != 1 || seen.vfork != 1 || seen.vfork_done != 1 ||
		    seen.clone != 1 || seen.exec != 1)
			fail("expected one each of fork, vfork, vfork done, clone, exec, got %u, "
			     "%u, %u, %u, %u", seen.fork, seen.vfork, seen.vfork_done, seen.clone,
			     seen.exec);
		if (seen.exit != 4 || seen.exit_sum != FORK_CODE + VFORK_CODE ||
		    seen.new_stops != 3 || seen.ends != 4)
			fail("expected 4 exits with codes %d, 3 new and 4 ended, got %u with %lu, "
			     "%u and %u", FORK_CODE + VFORK_CODE, seen.exit, seen.exit_sum,
			     seen.new_stops, seen.ends);
	}
}

#endif /* PTRACEEVENT_H */
