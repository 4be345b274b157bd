// SPDX-License-Identifier: GPL-2.0
/*
 * Runs rows: a warm-up, then the counted operations between two marks.
 *
 * For each row a line "row WHERE NAME OPERATIONS NS" goes to standard output,
 * "own" instead of "row" where NS is the row's own figure and not the time
 * between the marks.  Under QEMU's -icount shift=0 a nanosecond is an executed
 * instruction.  Reading the clock is measured first and taken off.
 */
#include "bench.h"

#include <errno.h>
#include <fnmatch.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"

uint64_t own_cost;
unsigned int own_count;
const char *bench_where = "native";
const char *bench_prefix = "";

uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

void fail(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	printf("failed %s %s\n", bench_where, what);
	fflush(stdout);
	_exit(1);
}

long must_(long result, const char *what)
{
	if (result == -1)
		fail(what);
	return result;
}

void *map_pages(size_t bytes)
{
	void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (start == MAP_FAILED)
		fail("mmap");
	return start;
}

void touch_pages(void *start, size_t bytes)
{
	size_t at;

	for (at = 0; at < bytes; at += PAGE)
		((volatile char *)start)[at] = 1;
}

void pin_to_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(sched_setaffinity(0, sizeof(set), &set));
}

int cpu_count(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

static uint64_t clock_cost(void)
{
	const int reads = 64;
	uint64_t start = now_ns();
	int i;

	for (i = 0; i < reads; i++)
		now_ns();
	return (now_ns() - start) / (reads + 1);
}

void bench_row(const struct row *row)
{
	uint64_t start, end, cost = clock_cost();

	if (row->prepare)
		row->prepare(row->warm);
	if (row->warm)
		row->run(row->warm);
	if (row->clean)
		row->clean(row->warm);
	own_cost = 0;
	own_count = 0;
	if (row->prepare)
		row->prepare(row->count);
	mark_text("%s %s%s %u", bench_where, bench_prefix, row->name,
		  row->count);
	start = now_ns();
	MARK(MARK_BEGIN);
	row->run(row->count);
	MARK(MARK_END);
	end = now_ns();
	if (row->clean)
		row->clean(row->count);
	printf("%s %s %s%s %u %llu\n", own_cost ? "own" : "row", bench_where,
	       bench_prefix, row->name, own_count ? own_count : row->count,
	       (unsigned long long)(own_cost ? own_cost : end - start - cost));
	fflush(stdout);
}

static bool matches(const char *name, char **patterns, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (!fnmatch(patterns[i], name, 0))
			return true;
	return count == 0;
}

/* BENCH_ROWS, "PATTERN+PATTERN", is for names with or without their prefix. */
static bool asked_for(const char *name)
{
	const char *asked = getenv("BENCH_ROWS");
	char copy[256], full[128], *pattern, *rest = copy;

	if (!asked || !*asked)
		return true;
	snprintf(copy, sizeof(copy), "%s", asked);
	snprintf(full, sizeof(full), "%s%s", bench_prefix, name);
	while ((pattern = strsep(&rest, "+")))
		if (!fnmatch(pattern, name, 0) || !fnmatch(pattern, full, 0))
			return true;
	return false;
}

static int list_rows(const struct row *rows, size_t nr_rows)
{
	size_t i;

	for (i = 0; i < nr_rows; i++)
		puts(rows[i].name);
	return 0;
}

int bench_main(int argc, char **argv, const struct row *rows, size_t nr_rows)
{
	size_t i;
	int option;

	while ((option = getopt(argc, argv, "lw:p:")) != -1) {
		if (option == 'l')
			return list_rows(rows, nr_rows);
		else if (option == 'w')
			bench_where = optarg;
		else if (option == 'p')
			bench_prefix = optarg;
		else
			return 2;
	}
	/* A PV domain has no huge pages; compare like with like. */
	must(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	for (i = 0; i < nr_rows; i++) {
		if (!matches(rows[i].name, argv + optind, argc - optind) ||
		    !asked_for(rows[i].name))
			continue;
		if (rows[i].available && !rows[i].available())
			continue;
		bench_row(&rows[i]);
	}
	return 0;
}
