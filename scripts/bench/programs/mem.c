// SPDX-License-Identifier: GPL-2.0
/* Rows of address space: mapping, protection, faults, page tables. */
#include "bench.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK		256			/* pages */
#define TABLE_SPAN	(2 * MIB)		/* mapped by one page table */
#define BRK_PAGES	16

static char *region;
static int file;
static pid_t sharer;

static void map_touch_unmap(unsigned int n)
{
	while (n--) {
		char *start = map_pages(BLOCK * PAGE);

		touch_pages(start, BLOCK * PAGE);
		munmap(start, BLOCK * PAGE);
	}
}

static void map_one(unsigned int n)
{
	while (n--) {
		char *start = map_pages(PAGE);

		touch_pages(start, PAGE);
		munmap(start, PAGE);
	}
}

/* Rows whose operation is one page of a region of n pages. */
static void map_region(unsigned int n)
{
	region = map_pages(n * PAGE);
}

static void map_touched(unsigned int n)
{
	map_region(n);
	touch_pages(region, n * PAGE);
}

static void touch_region(unsigned int n)
{
	touch_pages(region, n * PAGE);
}

static void unmap_region(unsigned int n)
{
	munmap(region, n * PAGE);
}

/* A child that only sleeps keeps its share of every page. */
static void map_shared_with_child(unsigned int n)
{
	map_touched(n);
	sharer = must(fork());
	if (!sharer)
		for (;;)
			pause();
}

static void end_child(unsigned int n)
{
	kill(sharer, SIGKILL);
	waitpid(sharer, NULL, 0);
	unmap_region(n);
}

static void map_file(unsigned int n)
{
	unsigned int i;

	file = must(memfd_create("bench", 0));
	for (i = 0; i < n; i++)
		must(pwrite(file, "x", 1, i * PAGE));
	must(ftruncate(file, n * PAGE));
	region = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		      file, 0);
	if (region == MAP_FAILED)
		fail("mmap of a file");
}

static void unmap_file(unsigned int n)
{
	unmap_region(n);
	close(file);
}

static void read_region(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		(void)*(volatile char *)(region + i * PAGE);
}

static void populate(unsigned int n)
{
	region = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (region == MAP_FAILED)
		fail("mmap with MAP_POPULATE");
}

/* Rows whose operation is one page table: only the zero page gets mapped. */
static void map_tables(unsigned int n)
{
	region = mmap(NULL, n * TABLE_SPAN, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (region == MAP_FAILED)
		fail("mmap of a large region");
}

static void read_tables(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		(void)*(volatile char *)(region + i * TABLE_SPAN);
}

static void map_read_tables(unsigned int n)
{
	map_tables(n);
	read_tables(n);
}

static void unmap_tables(unsigned int n)
{
	munmap(region, n * TABLE_SPAN);
}

/* There and back: one operation is two calls. */
static void protect(char *start, size_t bytes, unsigned int n)
{
	while (n--) {
		must(mprotect(start, bytes, PROT_READ));
		must(mprotect(start, bytes, PROT_READ | PROT_WRITE));
	}
}

static void map_block(unsigned int n)
{
	(void)n;
	map_touched(BLOCK);
}

static void unmap_block(unsigned int n)
{
	(void)n;
	unmap_region(BLOCK);
}

static void protect_block(unsigned int n)
{
	protect(region, BLOCK * PAGE, n);
}

static void protect_page(unsigned int n)
{
	protect(region + BLOCK / 2 * PAGE, PAGE, n);
}

/* Room for two blocks; the block is in the first half. */
static void map_two_blocks(unsigned int n)
{
	(void)n;
	map_touched(2 * BLOCK);
	munmap(region + BLOCK * PAGE, BLOCK * PAGE);
}

static void move_block(unsigned int n)
{
	char *other = region + BLOCK * PAGE;
	const size_t bytes = BLOCK * PAGE;
	const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;

	while (n--) {
		if (mremap(region, bytes, bytes, flags, other) != other ||
		    mremap(other, bytes, bytes, flags, region) != region)
			fail("mremap");
	}
}

static void grow_brk(unsigned int n)
{
	while (n--) {
		char *start = sbrk(BRK_PAGES * PAGE);

		if (start == (void *)-1)
			fail("sbrk");
		touch_pages(start, BRK_PAGES * PAGE);
		sbrk(-(long)(BRK_PAGES * PAGE));
	}
}

static const struct row rows[] = {
	{ "mmap_touch_munmap_1m", 2, 30, map_touch_unmap },
	{ "mmap_munmap_1p", 20, 1500, map_one },
	{ "fault_anon", 64, 8192, touch_region, map_region, unmap_region },
	{ "fault_cow", 64, 4096, touch_region, map_shared_with_child, end_child },
	{ "munmap_page", 64, 8192, unmap_region, map_touched },
	{ "fault_file_write", 64, 8192, touch_region, map_file, unmap_file },
	{ "fault_file_around", 64, 16384, read_region, map_file, unmap_file },
	{ "populate_page", 64, 8192, populate, NULL, unmap_region },
	{ "pt_alloc", 8, 1024, read_tables, map_tables, unmap_tables },
	{ "pt_free", 8, 1024, unmap_tables, map_read_tables },
	{ "mprotect_256p", 4, 50, protect_block, map_block, unmap_block },
	{ "mprotect_1p", 20, 2000, protect_page, map_block, unmap_block },
	{ "mremap_256p", 2, 30, move_block, map_two_blocks, unmap_block },
	{ "brk_grow_16p", 10, 400, grow_brk },
};

int main(int argc, char **argv)
{
	pin_to_cpu(0);
	return bench_main(argc, argv, rows, ARRAY_SIZE(rows));
}
