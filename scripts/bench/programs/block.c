// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of a block device, past the page cache.  BENCH_DISK names the device; it
 * is overwritten.  The offsets are the same in every run.
 */
#include "bench.h"

#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_DEPTH	32
#define SMALL		4096u
#define BUFFERS		(4 * MIB)	/* four of the largest requests */

static int disk;
static uint64_t disk_size;
static char *buffers;
static aio_context_t queue;
static struct iocb blocks[MAX_DEPTH];
static uint64_t position;	/* of a sequence, or the state of the random walk */

static void open_disk(unsigned int n)
{
	(void)n;
	disk = must(open(getenv("BENCH_DISK"), O_RDWR | O_DIRECT));
	must(ioctl(disk, BLKGETSIZE64, &disk_size));
	buffers = map_pages(BUFFERS);
	memset(buffers, 0x5a, BUFFERS);
	queue = 0;
	must(syscall(SYS_io_setup, MAX_DEPTH, &queue));
	position = 1;
}

static void close_disk(unsigned int n)
{
	(void)n;
	must(syscall(SYS_io_destroy, queue));
	munmap(buffers, BUFFERS);
	close(disk);
}

static uint64_t random_offset(void)
{
	position = position * 6364136223846793005ull + 1442695040888963407ull;
	return (position >> 33) % (disk_size / SMALL) * SMALL;
}

static uint64_t next_offset(size_t size)
{
	uint64_t offset = position - 1;

	position += size;
	if (position - 1 + size > disk_size)
		position = 1;
	return offset;
}

static void random_one(unsigned int n, bool write)
{
	ssize_t done;

	while (n--) {
		if (write)
			done = pwrite(disk, buffers, SMALL, random_offset());
		else
			done = pread(disk, buffers, SMALL, random_offset());
		if (done != SMALL)
			fail("a request of the disk");
	}
}

static void fill_block(struct iocb *block, size_t size, bool write)
{
	block->aio_offset = size == SMALL ? random_offset() :
						 next_offset(size);
	block->aio_lio_opcode = write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
}

/* Keeps depth requests in flight; what has ended is replaced in one call. */
static void stream(unsigned int n, size_t size, unsigned int depth, bool write)
{
	struct iocb *submit[MAX_DEPTH];
	struct io_event events[MAX_DEPTH];
	unsigned int i, sent, ended = 0;
	long got;

	for (i = 0; i < depth; i++) {
		blocks[i] = (struct iocb) {
			.aio_fildes = disk,
			.aio_buf = (uintptr_t)(buffers + i * size),
			.aio_nbytes = size,
		};
		fill_block(&blocks[i], size, write);
		submit[i] = &blocks[i];
	}
	sent = depth;
	if (must(syscall(SYS_io_submit, queue, depth, submit)) != depth)
		fail("io_submit");
	while (ended < n) {
		unsigned int more = 0;

		got = must(syscall(SYS_io_getevents, queue, 1, depth, events,
				   NULL));
		ended += got;
		for (i = 0; i < got; i++) {
			if (events[i].res != (long)size)
				fail("a request of the disk");
			if (sent == n)
				continue;
			submit[more] = (struct iocb *)(uintptr_t)events[i].obj;
			fill_block(submit[more++], size, write);
			sent++;
		}
		if (more && must(syscall(SYS_io_submit, queue, more, submit)) !=
			    more)
			fail("io_submit");
	}
}

#define ROW(name, ...)							\
	static void name(unsigned int n) { __VA_ARGS__; }

ROW(read_one, random_one(n, false))
ROW(write_one, random_one(n, true))
ROW(read_32, stream(n, SMALL, 32, false))
ROW(write_32, stream(n, SMALL, 32, true))
ROW(read_128k, stream(n, 128 * 1024, 4, false))
ROW(write_128k, stream(n, 128 * 1024, 4, true))
ROW(read_1m, stream(n, MIB, 4, false))
ROW(write_1m, stream(n, MIB, 4, true))

static const struct row rows[] = {
	{ "randread_4k_qd1", 50, 1000, read_one, open_disk, close_disk },
	{ "randwrite_4k_qd1", 50, 1000, write_one, open_disk, close_disk },
	{ "randread_4k_qd32", 256, 4096, read_32, open_disk, close_disk },
	{ "randwrite_4k_qd32", 256, 4096, write_32, open_disk, close_disk },
	{ "seqread_128k_qd4", 16, 300, read_128k, open_disk, close_disk },
	{ "seqwrite_128k_qd4", 16, 300, write_128k, open_disk, close_disk },
	{ "seqread_1m_qd4", 8, 60, read_1m, open_disk, close_disk },
	{ "seqwrite_1m_qd4", 8, 60, write_1m, open_disk, close_disk },
};

int main(int argc, char **argv)
{
	if (!getenv("BENCH_DISK") && !(argc > 1 && !strcmp(argv[1], "-l"))) {
		fprintf(stderr, "block: BENCH_DISK names no device\n");
		return 2;
	}
	pin_to_cpu(0);
	return bench_main(argc, argv, rows, ARRAY_SIZE(rows));
}
