/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls that several Xen rows share: hypercalls through the kernel, and frames
 * of another domain.
 */
#ifndef BENCH_XEN_H
#define BENCH_XEN_H

#include "bench.h"

int open_device(const char *path);
long hypercall(unsigned long op, unsigned long a, unsigned long b);
uint64_t free_pages(void);		/* that Xen has, of 4 KiB */

/* foreign_map: frames of a domain, for reading; foreign_unmap what it gave. */
void *foreign_map(int domain, const uint64_t *frames, unsigned int count);
void foreign_unmap(void *start, unsigned int count);

/* The frames of a PV domain's pages FIRST...; fails when there are none. */
void foreign_frames(int domain, uint64_t first, uint64_t *frames,
		    unsigned int count);

#endif
