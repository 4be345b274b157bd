// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of two threads or processes that hand over to each other, on one
 * processor or across two, and of calls from one processor to another.
 *
 * The helper that keeps a second processor busy spins on PAUSE: under -icount
 * QEMU then lets the other processor run, so the helper adds few instructions.
 */
#include "bench.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int there[2], back[2];
static pid_t child;
static pthread_t thread;
static atomic_int turn, stop;
static int helper_cpu;
static sem_t ready;
static int cpuid_fd;
static char *page;

static bool two_cpus(void)
{
	return cpu_count() > 1;
}

/* A process that answers every byte. */
static void start_echo(int cpu)
{
	char byte;

	must(pipe(there));
	must(pipe(back));
	child = must(fork());
	if (child) {
		close(there[0]);
		close(back[1]);
		return;
	}
	pin_to_cpu(cpu);
	close(there[1]);
	close(back[0]);
	while (read(there[0], &byte, 1) == 1)
		must(write(back[1], &byte, 1));
	_exit(0);
}

static void start_echo_here(unsigned int n)
{
	(void)n;
	start_echo(0);
}

static void start_echo_there(unsigned int n)
{
	(void)n;
	start_echo(1);
}

static void pipe_round(unsigned int n)
{
	char byte = 'x';

	while (n--) {
		must(write(there[1], &byte, 1));
		must(read(back[0], &byte, 1));
	}
}

static void stop_echo(unsigned int n)
{
	(void)n;
	close(there[1]);
	close(back[0]);
	waitpid(child, NULL, 0);
}

/* Two threads that pass a turn: 0 is ours, 1 the helper's, 2 ends it. */
static void wait_turn(int not_this)
{
	while (atomic_load(&turn) == not_this)
		syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, not_this, NULL);
}

static void give_turn(int to)
{
	atomic_store(&turn, to);
	syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1);
}

static void helper_is_ready(void)
{
	pin_to_cpu(helper_cpu);
	sem_post(&ready);
}

static void *answer_turns(void *data)
{
	helper_is_ready();
	for (;;) {
		wait_turn(0);
		if (atomic_load(&turn) == 2)
			return data;
		give_turn(0);
	}
}

static void start_thread(void *(*function)(void *), int cpu)
{
	helper_cpu = cpu;
	atomic_store(&turn, 0);
	atomic_store(&stop, 0);
	sem_init(&ready, 0, 0);
	if (pthread_create(&thread, NULL, function, NULL))
		fail("pthread_create");
	sem_wait(&ready);
}

static void start_futex_here(unsigned int n)
{
	(void)n;
	start_thread(answer_turns, 0);
}

static void start_futex_there(unsigned int n)
{
	(void)n;
	start_thread(answer_turns, 1);
}

static void futex_round(unsigned int n)
{
	while (n--) {
		give_turn(1);
		wait_turn(1);
	}
}

static void stop_futex(unsigned int n)
{
	(void)n;
	give_turn(2);
	pthread_join(thread, NULL);
}

static void yield(unsigned int n)
{
	while (n--)
		sched_yield();
}

static void start_yielder(unsigned int n)
{
	(void)n;
	child = must(fork());
	if (!child)
		for (;;)
			sched_yield();
}

static void stop_yielder(unsigned int n)
{
	(void)n;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void *yield_until_stopped(void *data)
{
	helper_is_ready();
	while (!atomic_load(&stop))
		sched_yield();
	return data;
}

static void *spin_until_stopped(void *data)
{
	helper_is_ready();
	while (!atomic_load(&stop))
		asm volatile("pause");
	return data;
}

static void start_yield_thread(unsigned int n)
{
	(void)n;
	start_thread(yield_until_stopped, 0);
}

static void start_spinner(unsigned int n)
{
	(void)n;
	page = map_pages(PAGE);
	touch_pages(page, PAGE);
	must(syscall(SYS_membarrier,
		     MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0));
	start_thread(spin_until_stopped, 1);
}

static void stop_thread(unsigned int n)
{
	(void)n;
	atomic_store(&stop, 1);
	pthread_join(thread, NULL);
}

static void membarrier(unsigned int n)
{
	while (n--)
		must(syscall(SYS_membarrier,
			     MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
}

/* The address space is in use on both: its change is told to the other. */
static void shootdown(unsigned int n)
{
	while (n--) {
		must(mprotect(page, PAGE, PROT_READ));
		must(mprotect(page, PAGE, PROT_READ | PROT_WRITE));
		touch_pages(page, PAGE);
	}
}

/* The driver asks the other, idle processor for its CPUID. */
static bool have_cpuid(void)
{
	return two_cpus() && access("/dev/cpu/1/cpuid", R_OK) == 0;
}

static void open_cpuid(unsigned int n)
{
	(void)n;
	cpuid_fd = must(open("/dev/cpu/1/cpuid", O_RDONLY));
}

static void call_other(unsigned int n)
{
	char registers[16];

	while (n--)
		must(pread(cpuid_fd, registers, sizeof(registers), 0));
}

static void close_cpuid(unsigned int n)
{
	(void)n;
	close(cpuid_fd);
}

static void migrate(unsigned int n)
{
	while (n--) {
		pin_to_cpu(1);
		pin_to_cpu(0);
	}
}

static const struct row rows[] = {
	{ "pipe_rt", 50, 2000, pipe_round, start_echo_here, stop_echo },
	{ "pipe_rt_same", 50, 2000, pipe_round, start_echo_here, stop_echo,
	  two_cpus },
	{ "pipe_rt_cross", 50, 1200, pipe_round, start_echo_there, stop_echo,
	  two_cpus },
	{ "futex_rt", 50, 2000, futex_round, start_futex_here, stop_futex },
	{ "futex_rt_same", 50, 2000, futex_round, start_futex_here, stop_futex,
	  two_cpus },
	{ "futex_rt_cross", 50, 1200, futex_round, start_futex_there,
	  stop_futex, two_cpus },
	{ "yield", 50, 2000, yield, start_yielder, stop_yielder },
	{ "yield_thread", 50, 3000, yield, start_yield_thread, stop_thread },
	{ "membarrier_ipi", 20, 800, membarrier, start_spinner, stop_thread,
	  two_cpus },
	{ "tlb_shootdown", 20, 600, shootdown, start_spinner, stop_thread,
	  two_cpus },
	{ "ipi_call", 20, 800, call_other, open_cpuid, close_cpuid, have_cpuid },
	{ "migrate", 20, 600, migrate, NULL, NULL, two_cpus },
};

int main(int argc, char **argv)
{
	pin_to_cpu(0);
	return bench_main(argc, argv, rows, ARRAY_SIZE(rows));
}
