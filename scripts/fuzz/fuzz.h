/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share: numbers that are random, but the same for the same
 * seed, and the loop that runs a target for some seconds.
 *
 * A target is target_run(), which makes an input up, gives it to the code under test
 * and states with require() what must hold whatever the input was. The sanitizers
 * state the rest. A failure names the seed, which alone reproduces it.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "standin.h"

#include <time.h>

static u64 fuzz_seed, fuzz_state;

#define require(condition)							\
	do {									\
		if (!(condition)) {						\
			fprintf(stderr, "%s:%d: seed %llu: expected %s\n", __FILE__,	\
				__LINE__, (unsigned long long)fuzz_seed, #condition);	\
			abort();						\
		}								\
	} while (0)

/* splitmix64: any seed is as good as any other. */
static inline u64 fuzz_any(void)
{
	u64 z = fuzz_state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* fuzz_below - a number from 0 to @limit - 1, where 0 - 1 is the largest there is */
static inline u64 fuzz_below(u64 limit)
{
	return limit ? fuzz_any() % limit : fuzz_any();
}

/* fuzz_chance - true once in @n times */
static inline bool fuzz_chance(unsigned int n)
{
	return !fuzz_below(n);
}

/* fuzz_edge - a number as it is where things go wrong: small, or close to a power of two */
static inline u64 fuzz_edge(void)
{
	switch (fuzz_below(4)) {
	case 0:
		return fuzz_below(16);
	case 1:
		return (1ULL << fuzz_below(64)) + fuzz_below(5) - 2;
	case 2:
		return fuzz_any() >> fuzz_below(64);
	default:
		return 0 - fuzz_below(16);
	}
}

static inline void fuzz_fill(void *place, size_t bytes)
{
	u8 *byte = place;

	while (bytes--)
		*byte++ = fuzz_any();
}

static void target_run(void);

/* fuzz SECONDS [SEED]: run from a seed on, for so long; only once if SECONDS is 0 */
int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 5;
	time_t end = time(NULL) + seconds;
	u64 runs = 0;

	fuzz_seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	do {
		fuzz_state = fuzz_seed * 0x2545f4914f6cdd1dULL;
		target_run();
		fuzz_seed++;
		runs++;
	} while (seconds && ((runs & 1023) || time(NULL) < end));
	printf("%llu inputs\n", (unsigned long long)runs);
	return 0;
}

#endif /* FUZZ_FUZZ_H */
