// SPDX-License-Identifier: GPL-2.0
/*
 * forkstorm - address spaces are made, copied, switched and torn down rightly.
 *
 *	forkstorm [SCALE]
 *
 * It proves that fork, vfork, exec, threads and exits in every mixture, on all
 * CPUs at once, give each process the memory it should see: what parent and
 * child share copy-on-write is clean in both directions, to the half page;
 * many children live at once; deep chains of forks end in order; a process
 * with threads running on other CPUs can exec and exit.
 *
 * build: 64 32
 */
#include "bed.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/auxv.h>

#define PAGE 4096
#define CPUS_MAX 64
#define COW_CHILDREN 4
#define PARENT_SEED 1000
#define EXEC_WORD "a word for the child"
#define EXEC_CODE 73

/* Shared by all processes, for the last line. */
struct counts {
	atomic_uint forks, execs, vforks, threads;
};

static struct counts *counts;
static int cpus[CPUS_MAX], cpu_count;
static const char *self;

static unsigned int at_most(unsigned int count, unsigned int limit)
{
	return count < limit ? count : limit;
}

static int cpu_for(unsigned int turn)
{
	return cpus[turn % (unsigned int)cpu_count];
}

static void *map_shared(size_t length)
{
	void *map = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		fail_errno("mmap");
	return map;
}

static pid_t counted_fork(void)
{
	pid_t pid = fork_or_fail();

	if (pid)
		atomic_fetch_add(&counts->forks, 1);
	return pid;
}

/* ------------------------------------------------------ one process each */
static void fork_exit(unsigned int turn)
{
	pid_t pid = counted_fork();

	if (!pid) {
		cpu_pin(cpu_for(turn));
		_exit((int)(turn & 127));
	}
	child_exits(pid, (int)(turn & 127));
}

static void exec_self(void)
{
	char *const arguments[] = { (char *)"forkstorm", (char *)"exec", (char *)EXEC_WORD, NULL };
	char *const environment[] = { (char *)"FORKSTORM=" EXEC_WORD, NULL };

	execve(self, arguments, environment);
	_exit(1);
}

/* exec_child - what the new program sees: its own arguments, fresh memory. */
static int exec_child(int argc, char **argv)
{
	static char zeros[64 * PAGE];
	const char *word = getenv("FORKSTORM");
	size_t i;

	bed_step = "after exec";
	if (argc != 3 || strcmp(argv[2], EXEC_WORD) || !word || strcmp(word, EXEC_WORD))
		fail("expected '%s' in arguments and environment, got '%s' and '%s'", EXEC_WORD,
		     argc > 2 ? argv[2] : "", word ? word : "");
	for (i = 0; i < sizeof(zeros); i += 64) {
		if (zeros[i])
			fail("expected zeroed memory, got 0x%02x at %zu", zeros[i], i);
		zeros[i] = 1;
	}
	return EXEC_CODE;
}

static void fork_exec(unsigned int turn)
{
	pid_t pid = counted_fork();

	if (!pid) {
		cpu_pin(cpu_for(turn));
		exec_self();
	}
	child_exits(pid, EXEC_CODE);
	atomic_fetch_add(&counts->execs, 1);
}

static void vfork_exec(void)
{
	volatile int seen = 0;
	pid_t pid = vfork();

	if (pid < 0)
		fail_errno("vfork");
	if (!pid) {
		seen = 1;	/* the parent's memory: it must see this */
		exec_self();
	}
	if (!seen)
		fail("expected a vforked child to share memory, it did not");
	child_exits(pid, EXEC_CODE);
	atomic_fetch_add(&counts->vforks, 1);
}

/* -------------------------------------------------------------- threads */
#define CREW 8

struct crew {
	atomic_uint present, sum;
	atomic_bool stop;
	unsigned char *memory;
};

struct member {
	struct crew *crew;
	unsigned int turn;
};

static void *add_and_leave(void *argument)
{
	struct member *member = argument;

	cpu_pin(cpu_for(member->turn));
	member->crew->memory[member->turn * PAGE] = (unsigned char)(member->turn + 1);
	atomic_fetch_add(&member->crew->sum, member->turn + 1);
	return member;
}

static void threads_join(void)
{
	struct crew crew = { .memory = map_or_fail(CREW * PAGE) };
	struct member member[CREW];
	pthread_t thread[CREW];
	unsigned int i;

	for (i = 0; i < CREW; i++) {
		member[i] = (struct member) { &crew, i };
		thread[i] = thread_start(add_and_leave, &member[i]);
	}
	for (i = 0; i < CREW; i++)
		thread_end(thread[i], &member[i]);
	if (crew.sum != CREW * (CREW + 1) / 2)
		fail("expected a sum of %d, got %u", CREW * (CREW + 1) / 2, crew.sum);
	for (i = 0; i < CREW; i++)
		if (crew.memory[i * PAGE] != i + 1)
			fail("expected %u in page %u, got %u", i + 1, i, crew.memory[i * PAGE]);
	munmap(crew.memory, CREW * PAGE);
	atomic_fetch_add(&counts->threads, CREW);
}

/* Keeps the address space in use on its CPU until the process goes away. */
static void *spin(void *argument)
{
	struct member *member = argument;
	volatile unsigned char *mine = member->crew->memory + member->turn * PAGE;

	cpu_pin(cpu_for(member->turn));
	atomic_fetch_add(&member->crew->present, 1);
	while (!member->crew->stop) {
		++*mine;
		__builtin_ia32_pause();
	}
	return NULL;
}

/* The address space goes while other CPUs run in it. */
static void leave_busy(unsigned int turn, bool with_exec)
{
	static struct member member[CREW];
	static struct crew crew;
	unsigned int i, crowd = cpu_count < CREW ? (unsigned int)cpu_count : CREW;
	pid_t pid = counted_fork();

	if (!pid) {
		crew.memory = map_or_fail(CREW * PAGE);
		for (i = 0; i < crowd; i++) {
			member[i] = (struct member) { &crew, i };
			thread_start(spin, &member[i]);
		}
		while (crew.present < crowd)
			relax();
		cpu_pin(cpu_for(turn));
		if (with_exec)
			exec_self();
		_exit(EXEC_CODE);
	}
	child_exits(pid, EXEC_CODE);
	atomic_fetch_add(&counts->threads, crowd);
	atomic_fetch_add(&counts->execs, with_exec);
}

/* -------------------------------------------------- many at once, and deep */
static void many_alive(unsigned int count)
{
	volatile pid_t *slots = map_shared(count * sizeof(*slots));
	pid_t *pids = calloc(count, sizeof(*pids));
	int gate[2];
	unsigned int i;
	char byte;

	if (!pids || pipe(gate))
		fail_errno("pipe");
	for (i = 0; i < count; i++) {
		pids[i] = counted_fork();
		if (!pids[i]) {
			cpu_pin(cpu_for(i));
			close(gate[1]);
			slots[i] = getpid();
			if (read(gate[0], &byte, 1))	/* the end of the file, once all live */
				_exit(127);
			_exit((int)(i % 101));
		}
	}
	for (i = 0; i < count; i++) {
		while (!slots[i]) {
			if (waitpid(pids[i], NULL, WNOHANG))
				fail("expected child %u to wait, it ended", i);
			relax();
		}
		if (slots[i] != pids[i] || kill(pids[i], 0))
			fail("expected child %d to live, got %d (%s)", pids[i], slots[i],
			     strerror(errno));
	}
	close(gate[1]);
	close(gate[0]);
	for (i = 0; i < count; i++)
		child_exits(pids[i], (int)(i % 101));
	free(pids);
	munmap((void *)slots, count * sizeof(*slots));
}

/* Every level writes the same private page, and finds it as it left it. */
static void chain(unsigned int level, unsigned int depth, volatile unsigned int *page)
{
	pid_t pid;

	*page = level;
	if (level == depth)
		return;
	pid = counted_fork();
	if (!pid) {
		cpu_pin(cpu_for(level));
		if (*page != level)
			fail("expected level %u from the parent, got %u", level, *page);
		chain(level + 1, depth, page);
		_exit((int)((level + 1) % 119));
	}
	child_exits(pid, (int)((level + 1) % 119));
	if (*page != level)
		fail("expected level %u to be left alone, got %u", level, *page);
}

/* -------------------------------------------------------- copy-on-write */
/* Halves of a page are written by different sides, so each copy must be whole. */
static void half_fill(unsigned char *memory, size_t page, unsigned int half, uint64_t seed)
{
	size_t offset = page * PAGE + half * PAGE / 2;

	pattern_fill(memory + offset, PAGE / 2, seed, offset);
}

static void half_holds(const unsigned char *memory, size_t page, unsigned int half, uint64_t seed,
		       const char *who)
{
	size_t offset = page * PAGE + half * PAGE / 2;
	ssize_t at = pattern_differs(memory + offset, PAGE / 2, seed, offset);

	if (at >= 0)
		fail("%s: expected 0x%02x in byte %zu of page %zu, got 0x%02x", who,
		     (unsigned int)(pattern_word(seed, offset + ((size_t)at & ~7UL)) >>
				    (at & 7) * 8) & 255,
		     half * PAGE / 2 + (size_t)at, page, memory[offset + (size_t)at]);
}

/* The child's part: pages whose number leaves its own remainder, second half. */
static void cow_child(unsigned char *memory, size_t pages, unsigned int me, int up, int down)
{
	size_t page;
	char byte = 0;

	cpu_pin(cpu_for(me));
	for (page = 0; page < pages; page++) {
		half_holds(memory, page, 0, 0, "child at start");
		half_holds(memory, page, 1, 0, "child at start");
	}
	for (page = me; page < pages; page += COW_CHILDREN)
		half_fill(memory, page, 1, me + 1);
	if (write(up, &byte, 1) != 1 || read(down, &byte, 1))
		_exit(1);
	for (page = 0; page < pages; page++) {
		half_holds(memory, page, 0, 0, "child at end");
		half_holds(memory, page, 1, page % COW_CHILDREN == me ? me + 1 : 0,
			   "child at end");
	}
	_exit(0);
}

/* A child that fails ends, with a line of its own: do not wait for it then. */
static void cow_wait(int up)
{
	struct pollfd ready = { .fd = up, .events = POLLIN };
	siginfo_t ended;
	unsigned int arrived = 0;
	char byte;

	while (arrived < COW_CHILDREN) {
		if (poll(&ready, 1, 200) == 1 && read(up, &byte, 1) == 1)
			arrived++;
		ended.si_pid = 0;
		if (!waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) && ended.si_pid)
			fail("expected child %d to wait, it ended", ended.si_pid);
	}
}

static void cow_round(size_t bytes)
{
	unsigned char *memory = map_or_fail(bytes);
	size_t pages = bytes / PAGE, page;
	pid_t pids[COW_CHILDREN];
	int up[2], down[2];
	unsigned int i;

	if (pipe(up) || pipe(down))
		fail_errno("pipe");
	pattern_fill(memory, bytes, 0, 0);
	for (i = 0; i < COW_CHILDREN; i++) {
		pids[i] = counted_fork();
		if (!pids[i]) {
			close(down[1]);
			cow_child(memory, pages, i, up[1], down[0]);
		}
	}
	cow_wait(up[0]);
	for (page = 0; page < pages; page++) {
		half_holds(memory, page, 0, 0, "parent");
		half_holds(memory, page, 1, 0, "parent");
		if (page % 3 == 0)
			half_fill(memory, page, 0, PARENT_SEED);
	}
	close(down[1]);
	for (i = 0; i < COW_CHILDREN; i++)
		child_exits(pids[i], 0);
	for (page = 0; page < pages; page++) {
		half_holds(memory, page, 0, page % 3 ? 0 : PARENT_SEED, "parent at end");
		half_holds(memory, page, 1, 0, "parent at end");
	}
	close(up[0]);
	close(up[1]);
	close(down[0]);
	munmap(memory, bytes);
}

/* ---------------------------------------------------------------- storm */
/* A child that dirties part of what it inherited and maps more, then goes. */
static void fork_touch(unsigned char *memory, size_t bytes, unsigned int turn)
{
	pid_t pid = counted_fork();
	size_t page;

	if (!pid) {
		cpu_pin(cpu_for(turn));
		for (page = turn % 5; page < bytes / PAGE; page += 5)
			half_fill(memory, page, 0, turn);
		memset(map_or_fail(16 * PAGE), (int)turn, 16 * PAGE);
		for (page = turn % 5; page < bytes / PAGE; page += 5) {
			half_holds(memory, page, 0, turn, "child in the storm");
			half_holds(memory, page, 1, 0, "child in the storm");
		}
		_exit(0);
	}
	child_exits(pid, 0);
}

static void storm_worker(unsigned int me, unsigned int rounds)
{
	size_t bytes = 64 * PAGE, page;
	unsigned char *memory = map_or_fail(bytes);
	uint64_t state = me + 1;
	unsigned int i;

	pattern_fill(memory, bytes, 0, 0);
	for (i = 0; i < rounds; i++) {
		cpu_pin(cpu_for(me + i / 4));
		switch (random_below(&state, 8)) {
		case 0 ... 1:
			fork_exit((unsigned int)random_below(&state, 1000));
			break;
		case 2:
			fork_exec((unsigned int)random_below(&state, 1000));
			break;
		case 3:
			vfork_exec();
			break;
		case 4:
			threads_join();
			break;
		case 5:
			leave_busy(i, i & 1);
			break;
		default:
			fork_touch(memory, bytes, (unsigned int)random_below(&state, 1000) + 1);
		}
	}
	for (page = 0; page < bytes / PAGE; page++) {
		half_holds(memory, page, 0, 0, "worker at end");
		half_holds(memory, page, 1, 0, "worker at end");
	}
	_exit(0);
}

static unsigned int storm(unsigned int rounds)
{
	unsigned int i, workers = (unsigned int)cpu_count * 2;
	pid_t pids[2 * CPUS_MAX];

	if (workers > 16)
		workers = 16;
	for (i = 0; i < workers; i++) {
		pids[i] = counted_fork();
		if (!pids[i])
			storm_worker(i, rounds);
	}
	for (i = 0; i < workers; i++)
		child_exits(pids[i], 0);
	return workers;
}

int main(int argc, char **argv)
{
	unsigned int i, alive, depth, cow_mib, workers;
	int64_t start = now_ns();

	if (argc > 1 && !strcmp(argv[1], "exec"))
		return exec_child(argc, argv);
	scale_from(argc, argv);
	self = (const char *)getauxval(AT_EXECFN);
	counts = map_shared(sizeof(*counts));
	cpu_count = cpu_list(cpus, CPUS_MAX);
	alive = at_most(scaled(150, 16), 1500);
	depth = at_most(scaled(60, 8), 240);
	cow_mib = at_most(scaled(12, 2), 12);

	step("fork and exit");
	for (i = 0; i < scaled(200, 10); i++)
		fork_exit(i);
	step("fork and exec");
	for (i = 0; i < scaled(60, 4); i++)
		fork_exec(i);
	step("vfork and exec");
	for (i = 0; i < scaled(60, 4); i++)
		vfork_exec();
	step("threads");
	for (i = 0; i < scaled(30, 2); i++)
		threads_join();
	step("exec and exit with threads running");
	for (i = 0; i < scaled(20, 4); i++)
		leave_busy(i / 2, i & 1);
	step("many alive at once");
	many_alive(alive);
	step("a chain of forks");
	chain(0, depth, map_or_fail(PAGE));
	step("copy-on-write");
	for (i = 0; i < scaled(1, 1); i++)
		cow_round(cow_mib * MIB);
	step("storm");
	workers = storm(scaled(25, 6));
	say("%u forks, %u execs, %u vforks, %u threads, %u alive at once, a chain of %u, "
	    "%u x %u MiB copy-on-write with %d children, %u workers at once on %d CPUs, %lld ms",
	    counts->forks, counts->execs, counts->vforks, counts->threads, alive, depth,
	    scaled(1, 1), cow_mib, COW_CHILDREN, workers, cpu_count,
	    (long long)((now_ns() - start) / NSEC_PER_MSEC));
	return 0;
}
