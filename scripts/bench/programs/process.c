// SPDX-License-Identifier: GPL-2.0
/* Rows of processes and threads that come and go. */
#include "bench.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIG	(32 * MIB)
#define SCRIPT	"for i in 1 2 3; do x=$(echo $i | /bin/busybox cat); done; " \
		"/bin/busybox ls / >/dev/null"

static char nothing[256];	/* a program that only ends */
static char *big;
static pthread_t bystander;
static int stop_pipe[2];

static void wait_for(pid_t child, int want)
{
	int status;

	must(waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != want)
		fail("the child's exit status");
}

static void fork_exit(unsigned int n)
{
	while (n--) {
		pid_t child = must(fork());

		if (!child)
			_exit(7);
		wait_for(child, 7);
	}
}

static void map_big(unsigned int n)
{
	(void)n;
	big = map_pages(BIG);
	touch_pages(big, BIG);
}

static void unmap_big(unsigned int n)
{
	(void)n;
	munmap(big, BIG);
}

static void fork_exec(unsigned int n)
{
	char *const argv[] = { nothing, NULL };

	while (n--) {
		pid_t child = must(fork());

		if (!child) {
			execv(nothing, argv);
			_exit(1);
		}
		wait_for(child, 0);
	}
}

static void vfork_exec(unsigned int n)
{
	char *const argv[] = { nothing, NULL };

	while (n--) {
		pid_t child = must(vfork());

		if (!child) {
			execv(nothing, argv);
			_exit(1);
		}
		wait_for(child, 0);
	}
}

static void shell(unsigned int n)
{
	while (n--) {
		pid_t child = must(fork());

		if (!child) {
			execl("/bin/busybox", "sh", "-c", SCRIPT, NULL);
			_exit(1);
		}
		wait_for(child, 0);
	}
}

static bool have_shell(void)
{
	return access("/bin/busybox", X_OK) == 0;
}

static void *end_at_once(void *data)
{
	return data;
}

static void thread_create(unsigned int n)
{
	pthread_t thread;

	while (n--) {
		if (pthread_create(&thread, NULL, end_at_once, NULL))
			fail("pthread_create");
		pthread_join(thread, NULL);
	}
}

/* A second thread of the same address space, asleep on the other processor. */
static void *wait_on_other(void *data)
{
	char byte;

	pin_to_cpu(1);
	must(read(stop_pipe[0], &byte, 1));
	return data;
}

static void start_bystander(unsigned int n)
{
	(void)n;
	must(pipe(stop_pipe));
	if (pthread_create(&bystander, NULL, wait_on_other, NULL))
		fail("pthread_create");
	usleep(20000);
}

static void stop_bystander(unsigned int n)
{
	(void)n;
	must(write(stop_pipe[1], "x", 1));
	pthread_join(bystander, NULL);
	close(stop_pipe[0]);
	close(stop_pipe[1]);
}

static bool two_cpus(void)
{
	return cpu_count() > 1;
}

static const struct row rows[] = {
	{ "fork_exit", 5, 120, fork_exit },
	{ "fork_32m", 1, 5, fork_exit, map_big, unmap_big },
	{ "fork_exec", 5, 80, fork_exec },
	{ "vfork_exec", 5, 150, vfork_exec },
	{ "shell", 2, 15, shell, NULL, NULL, have_shell },
	{ "thread_create", 20, 800, thread_create },
	{ "fork_exit_2thr", 5, 80, fork_exit, start_bystander, stop_bystander,
	  two_cpus },
};

static void find_nothing(void)
{
	char *slash;

	must(readlink("/proc/self/exe", nothing, sizeof(nothing) - 16));
	slash = strrchr(nothing, '/');
	strcpy(slash, "/nothing");
	must(access(nothing, X_OK));
}

int main(int argc, char **argv)
{
	find_nothing();
	pin_to_cpu(0);
	return bench_main(argc, argv, rows, ARRAY_SIZE(rows));
}
