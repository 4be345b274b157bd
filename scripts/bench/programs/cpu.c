// SPDX-License-Identifier: GPL-2.0
/* Rows of one thread that stays on its processor: calls, signals, timers. */
#include "bench.h"

#include <asm/prctl.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define LOOP_INSNS	5
#define TICK_NS		4000000		/* CONFIG_HZ=250 */
#define PCI_CONFIG	"/sys/bus/pci/devices/0000:00:00.0/config"

static int fd;

/* Exactly five instructions a round. */
static void user_loop(unsigned int n)
{
	unsigned long sum = 0, left = n;

	asm volatile("1: add $1, %0\n\t"
		     "add $2, %0\n\t"
		     "add $3, %0\n\t"
		     "dec %1\n\t"
		     "jnz 1b" : "+r" (sum), "+r" (left) : : "cc");
}

/* A tick in user space: what the loop took beyond its own instructions. */
static void tick(unsigned int n)
{
	uint64_t start = now_ns(), elapsed;

	user_loop(n);
	elapsed = now_ns() - start;
	own_cost = elapsed - (uint64_t)n * LOOP_INSNS;
	own_count = elapsed / TICK_NS;
}

static void getppid_call(unsigned int n)
{
	while (n--)
		syscall(SYS_getppid);
}

static void clock_call(unsigned int n)
{
	struct timespec time;

	while (n--)
		clock_gettime(CLOCK_MONOTONIC, &time);
}

static void open_zero(unsigned int n)
{
	(void)n;
	fd = must(open("/dev/zero", O_RDONLY));
}

static void close_fd(unsigned int n)
{
	(void)n;
	close(fd);
}

static void read_zero(unsigned int n)
{
	char byte;

	while (n--)
		must(read(fd, &byte, 1));
}

static void open_close(unsigned int n)
{
	while (n--)
		close(must(open("/dev/null", O_RDONLY)));
}

static void stat_call(unsigned int n)
{
	struct stat status;

	while (n--)
		must(stat("/dev/null", &status));
}

static void take_signal(int number)
{
	(void)number;
}

static void catch_signal(unsigned int n)
{
	(void)n;
	signal(SIGUSR1, take_signal);
}

static void sig_deliver(unsigned int n)
{
	pid_t self = getpid();

	while (n--)
		kill(self, SIGUSR1);
}

static void skip_store(int number, siginfo_t *info, void *context)
{
	ucontext_t *registers = context;

	(void)number;
	(void)info;
	registers->uc_mcontext.gregs[REG_RIP] += 3;	/* movb $0, (%rax) */
}

static char *forbidden;

static void catch_segv(unsigned int n)
{
	struct sigaction action = {
		.sa_sigaction = skip_store, .sa_flags = SA_SIGINFO,
	};

	(void)n;
	forbidden = map_pages(PAGE);
	must(mprotect(forbidden, PAGE, PROT_NONE));
	must(sigaction(SIGSEGV, &action, NULL));
}

static void segv(unsigned int n)
{
	while (n--)
		asm volatile("movb $0, (%%rax)" : : "a" (forbidden) : "memory");
}

static void uncatch_segv(unsigned int n)
{
	(void)n;
	signal(SIGSEGV, SIG_DFL);
	munmap(forbidden, PAGE);
}

static void open_timer(unsigned int n)
{
	(void)n;
	fd = must(timerfd_create(CLOCK_MONOTONIC, 0));
}

static void set_timer(unsigned int n)
{
	struct itimerspec when = { .it_value.tv_sec = 1000 };

	while (n--) {
		when.it_value.tv_nsec = n & 0xff;
		must(timerfd_settime(fd, 0, &when, NULL));
	}
}

static void sleep_over(unsigned int n)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	unsigned int left = n;
	uint64_t start;

	must(prctl(PR_SET_TIMERSLACK, 1));
	own_cost = 0;
	while (left--) {
		start = now_ns();
		nanosleep(&ms, NULL);
		own_cost += now_ns() - start - ms.tv_nsec;
	}
	own_count = n;
}

static void set_gs(unsigned int n)
{
	while (n--)
		syscall(SYS_arch_prctl, ARCH_SET_GS, 0x1000ul + (n & 0xff));
}

static bool have_pci(void)
{
	return access(PCI_CONFIG, R_OK) == 0;
}

static void open_pci(unsigned int n)
{
	(void)n;
	fd = must(open(PCI_CONFIG, O_RDONLY));
}

static void read_pci(unsigned int n)
{
	uint32_t word;

	while (n--)
		must(pread(fd, &word, 4, 0));
}

static const struct row rows[] = {
	{ "user_loop", 1000, 2000000, user_loop },
	{ "getppid", 200, 30000, getppid_call },
	{ "clock_gettime", 200, 30000, clock_call },
	{ "read_zero", 200, 20000, read_zero, open_zero, close_fd },
	{ "open_close", 50, 4000, open_close },
	{ "stat", 50, 6000, stat_call },
	{ "sig_deliver", 50, 3000, sig_deliver, catch_signal },
	{ "segv_catch", 50, 3000, segv, catch_segv, uncatch_segv },
	{ "timerfd_settime", 50, 5000, set_timer, open_timer, close_fd },
	{ "arch_prctl_gs", 50, 10000, set_gs },
	{ "nanosleep_1ms_over", 5, 200, sleep_over },
	{ "tick_4ms", 1000000, 40000000, tick },
	{ "pci_cfg_read", 20, 4000, read_pci, open_pci, close_fd, have_pci },
};

int main(int argc, char **argv)
{
	pin_to_cpu(0);
	return bench_main(argc, argv, rows, ARRAY_SIZE(rows));
}
