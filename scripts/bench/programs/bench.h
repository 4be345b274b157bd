/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every program of rows shares: the row table, the loop that runs it, and
 * helpers that end the program when a call fails, so that a row never measures
 * an error path.
 */
#ifndef BENCH_H
#define BENCH_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PAGE	4096ul
#define MIB	(1ul << 20)

/*
 * A row: prepare(n), run(n) and clean(n) are called once with the warm-up's n
 * and once with the counted n; only the second run(n) is between the marks.
 * run() performs n operations.  available() says whether the machine has what
 * the row needs (NULL: always).
 */
struct row {
	const char *name;
	unsigned int warm;
	unsigned int count;
	void (*run)(unsigned int n);
	void (*prepare)(unsigned int n);
	void (*clean)(unsigned int n);
	bool (*available)(void);
};

/* What the clock says is this row's cost, where it is not the elapsed time. */
extern uint64_t own_cost;	/* ns; set by run(), 0 elsewhere */
extern unsigned int own_count;	/* operations, where they are not n */

/*
 * Arguments: -w WHERE, -p PREFIX (of row names), then names; none: all rows.
 * -l only lists the names.
 */
int bench_main(int argc, char **argv, const struct row *rows, size_t nr_rows);

extern const char *bench_where;		/* "native", "dom0", "guest" */
extern const char *bench_prefix;

/* One row that is not in a table, for programs with an order of their own. */
void bench_row(const struct row *row);

uint64_t now_ns(void);
void fail(const char *what) __attribute__((noreturn));
long must_(long result, const char *what);
#define must(call)	must_((long)(call), #call)
void *map_pages(size_t bytes);		/* anonymous, private, untouched */
void touch_pages(void *start, size_t bytes);
void pin_to_cpu(int cpu);		/* the calling thread */
int cpu_count(void);

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#endif
