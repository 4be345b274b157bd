/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system calls and timers of sigcheck: calls that a signal ends, or that
 * go on over it, and timers that fire neither early nor too rarely.
 *
 * Needs bed.h, and handle(), mask(), set_of() and begin() of sigcheck.
 */
#ifndef SIGCALLS_H
#define SIGCALLS_H

#include <poll.h>
#include <sys/time.h>
#include <sys/timerfd.h>

/* ------------------------------------------------- interrupted system calls */
static timer_t kick_timer;
static volatile int kicks;
static int kick_pipe[2];
static volatile pid_t kick_child;
static volatile bool kick_acts;

/* At the fifth, what a restarted call waits for happens. */
static void kick(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
	if (++kicks != 5 || !kick_acts)
		return;
	if (kick_child)
		kill(kick_child, SIGKILL);
	else if (write(kick_pipe[1], "x", 1) != 1)
		fail_errno("write");
}

static void kick_start(int flags, bool acts, pid_t child)
{
	struct itimerspec each = { { 0, 8000000 }, { 0, 8000000 } };

	handle(SIGUSR1, kick, flags);
	kicks = 0;
	kick_acts = acts;
	kick_child = child;
	if (timer_settime(kick_timer, 0, &each, NULL))
		fail_errno("timer_settime");
}

static void kick_stop(void)
{
	struct itimerspec never = { { 0, 0 }, { 0, 0 } };

	timer_settime(kick_timer, 0, &never, NULL);
}

static pid_t paused_child(void)
{
	pid_t pid = fork_or_fail();

	if (!pid)
		for (;;)
			pause();
	return pid;
}

static void expect_eintr(long result, const char *what)
{
	kick_stop();
	if (result != -1 || errno != EINTR)
		fail("expected %s to end with EINTR, got %ld, errno %d", what, result,
		     result < 0 ? errno : 0);
}

static void interrupted_sleep(int flags)
{
	struct timespec long_time = { 20, 0 }, left = { 0, 0 };
	int64_t start = now_ns(), rest;

	kick_start(flags, false, 0);
	expect_eintr(nanosleep(&long_time, &left), "nanosleep");
	rest = left.tv_sec * NSEC_PER_SEC + left.tv_nsec;
	if (rest > 20 * NSEC_PER_SEC || rest < 20 * NSEC_PER_SEC - (now_ns() - start))
		fail("expected the rest of 20 s less at most %lld ns, got %lld ns",
		     (long long)(now_ns() - start), (long long)rest);
}

static int await_change(pid_t pid, int options)
{
	int status;

	while (waitpid(pid, &status, options) < 0)
		if (errno != EINTR)
			fail_errno("waitpid");
	return status;
}

/*
 * A sleep that is stopped and continued still takes its time, to the end.
 * False if it was over before it could be stopped, on a busy machine.
 */
static bool stopped_sleep(int64_t length)
{
	struct timespec time = timespec_from(length);
	int64_t start;
	int status;
	pid_t pid = fork_or_fail();

	if (!pid) {
		start = now_ns();
		if (nanosleep(&time, NULL))
			fail_errno("nanosleep after a stop");
		if (now_ns() - start < length)
			fail("expected %lld ns of sleep, got %lld ns", (long long)length,
			     (long long)(now_ns() - start));
		_exit(0);
	}
	sleep_ns(20 * NSEC_PER_MSEC);
	kill(pid, SIGSTOP);
	status = await_change(pid, WUNTRACED);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return false;
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP)
		fail("expected a stopped child, got status 0x%x", status);
	sleep_ns(20 * NSEC_PER_MSEC);
	kill(pid, SIGCONT);
	status = await_change(pid, WCONTINUED);
	if (!WIFCONTINUED(status))
		fail("expected a continued child, got status 0x%x", status);
	child_exits(pid, 0);
	return true;
}

static void interrupted_calls(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	int64_t length = 100 * NSEC_PER_MSEC;
	struct pollfd never;
	char byte;
	pid_t pid;
	long result;

	begin("interrupted calls");
	if (timer_create(CLOCK_MONOTONIC, &event, &kick_timer) || pipe(kick_pipe))
		fail_errno("timer_create");
	kick_start(0, false, 0);
	expect_eintr(read(kick_pipe[0], &byte, 1), "read");
	pid = paused_child();
	kick_start(0, false, 0);
	expect_eintr(waitpid(pid, NULL, 0), "waitpid");
	never = (struct pollfd) { .fd = kick_pipe[0], .events = POLLIN };
	kick_start(SA_RESTART, false, 0);
	expect_eintr(poll(&never, 1, -1), "poll, which is never restarted,");
	interrupted_sleep(0);
	interrupted_sleep(SA_RESTART);

	kick_start(SA_RESTART, true, 0);
	result = read(kick_pipe[0], &byte, 1);
	kick_stop();
	if (result != 1 || byte != 'x' || kicks < 5)
		fail("expected read to go on over 5 signals, got %ld after %d", result, kicks);
	kick_start(SA_RESTART, true, pid);
	result = waitpid(pid, NULL, 0);
	kick_stop();
	if (result != pid || kicks < 5)
		fail("expected waitpid to go on over 5 signals, got %ld after %d", result, kicks);
	while (!stopped_sleep(length))
		length *= 3;
	timer_delete(kick_timer);
}

/* ----------------------------------------------------------------- timers */
#define TICK (4 * NSEC_PER_MSEC)

static volatile int ticks;
static volatile int64_t tick_start;

static void tick(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	ticks++;
	if (signal == SIGALRM && now_ns() - tick_start < ticks * TICK)
		fail("expected tick %d after %lld ns, got it after %lld", ticks,
		     (long long)(ticks * TICK), (long long)(now_ns() - tick_start));
}

static void interval_timer(int which, int signal, int count)
{
	struct itimerval each = { { 0, TICK / 1000 }, { 0, TICK / 1000 } }, never = { 0 };

	ticks = 0;
	handle(signal, tick, SA_RESTART);
	tick_start = now_ns();
	if (setitimer(which, &each, NULL))
		fail_errno("setitimer");
	while (ticks < count)
		;
	setitimer(which, &never, NULL);
	if (ticks < count)
		fail("expected %d ticks of timer %d, got %d", count, which, ticks);
}

/* How often a periodic timer may have fired between two moments. */
static void expect_fired(const char *what, uint64_t fired, int64_t begun, int64_t armed,
			 int64_t asked, int64_t ended)
{
	int64_t least = (asked - armed) / TICK - 1, most = (ended - begun) / TICK;

	if ((int64_t)fired > most || (int64_t)fired < least)
		fail("expected %s to fire %lld to %lld times, got %llu", what, (long long)least,
		     (long long)most, (unsigned long long)fired);
}

static void posix_timer(clockid_t clock, int count)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 5,
		.sigev_value.sival_int = 4711,
	};
	struct itimerspec each = { { 0, TICK }, { 0, TICK } };
	sigset_t set = set_of(SIGRTMIN + 5);
	int64_t begun, armed, asked = 0;
	uint64_t fired = 0;
	siginfo_t info;
	timer_t timer;

	mask(SIG_BLOCK, SIGRTMIN + 5);
	if (timer_create(clock, &event, &timer))
		fail_errno("timer_create");
	begun = now_ns();
	if (timer_settime(timer, 0, &each, NULL))
		fail_errno("timer_settime");
	armed = now_ns();
	while (count--) {
		asked = now_ns();
		if (sigwaitinfo(&set, &info) != SIGRTMIN + 5)
			fail_errno("sigwaitinfo");
		if (info.si_code != SI_TIMER || info.si_value.sival_int != 4711)
			fail("expected code %d with value 4711, got %d with %d", SI_TIMER,
			     info.si_code, info.si_value.sival_int);
		fired += 1 + (uint64_t)info.si_overrun;
	}
	expect_fired("a timer", fired, begun, armed, asked, now_ns());
	timer_delete(timer);
	mask(SIG_UNBLOCK, SIGRTMIN + 5);
}

static void fd_timer(int count)
{
	struct itimerspec each = { { 0, TICK }, { 0, TICK } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	int64_t begun = now_ns(), armed, asked = 0;
	uint64_t fired = 0, more;

	if (fd < 0 || timerfd_settime(fd, 0, &each, NULL))
		fail_errno("timerfd_settime");
	armed = now_ns();
	while (count--) {
		asked = now_ns();
		if (read(fd, &more, sizeof(more)) != sizeof(more) || !more)
			fail_errno("read of a timerfd");
		fired += more;
	}
	expect_fired("a timerfd", fired, begun, armed, asked, now_ns());
	close(fd);
}

static void timers(void)
{
	int count = (int)scaled(15, 3);

	begin("timers");
	interval_timer(ITIMER_REAL, SIGALRM, count);
	interval_timer(ITIMER_VIRTUAL, SIGVTALRM, 3);
	interval_timer(ITIMER_PROF, SIGPROF, 3);
	posix_timer(CLOCK_MONOTONIC, count);
	posix_timer(CLOCK_REALTIME, count);
	fd_timer(count);
}

#endif /* SIGCALLS_H */
