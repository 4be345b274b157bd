// SPDX-License-Identifier: GPL-2.0
/*
 * blkcheck - contents of a block device (or a file) survive its whole path.
 *
 *	blkcheck write|verify|both DEVICE MIB [SEED [THREADS]]
 *	blkcheck refuse DEVICE
 *	blkcheck size DEVICE
 *	blkcheck discard DEVICE OFFSET LEN
 *
 * write covers the first MIB (0: the whole device) exactly once, with requests
 * from one logical block to 1 MiB in a random order from several threads, out
 * of buffers that start at odd sectors of a page, past the page cache, with
 * cache flushes in between and one at the end.  verify reads the same region
 * back, cut and ordered differently, and compares each byte with what SEED
 * says.  Both print the same checksum for the same region and seed.
 * refuse passes only if the device can be read and cannot be written: it tries
 * with the block that is there already.
 *
 * build: 64
 */
#include "bed.h"

#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define USAGE "blkcheck write|verify|both DEVICE MIB [SEED [THREADS]] | refuse DEVICE | " \
	"size DEVICE | discard DEVICE OFFSET LEN"
#define REQUEST_MAX (1024 * 1024)
#define SUM_BLOCK 512
#define FLUSH_EVERY 200
#define THREADS_MAX 64

struct device {
	const char *path;
	int fd;
	bool block, direct, read_only;
	uint64_t size;
	unsigned int logical, physical;
};

struct request {
	uint64_t offset;
	uint32_t length;
};

/* One pass over the region; threads take requests in turn. */
struct pass {
	struct device *device;
	uint64_t seed;
	bool writing;
	struct request *requests;
	size_t count;
	atomic_size_t next;
	atomic_ullong bytes;
	atomic_uint sum;	/* of the checksums of all blocks, whatever their order */
};

/* ------------------------------------------------------------ the device */
static void device_ask(struct device *device)
{
	struct stat info;
	int read_only = 0;

	if (fstat(device->fd, &info))
		fail_errno("fstat");
	device->block = S_ISBLK(info.st_mode);
	device->logical = SUM_BLOCK;
	device->physical = SUM_BLOCK;
	device->size = (uint64_t)info.st_size;
	if (!device->block) {
		if (!S_ISREG(info.st_mode))
			fail("expected %s to be a block device or a file", device->path);
		/* A file system may want its own block size for direct requests. */
		if (device->direct)
			device->logical = (unsigned int)info.st_blksize;
		return;
	}
	if (ioctl(device->fd, BLKGETSIZE64, &device->size) ||
	    ioctl(device->fd, BLKSSZGET, &device->logical) ||
	    ioctl(device->fd, BLKPBSZGET, &device->physical) ||
	    ioctl(device->fd, BLKROGET, &read_only))
		fail("expected %s to tell its sizes, got %s", device->path, strerror(errno));
	device->read_only = read_only;
	if (device->logical < SUM_BLOCK || device->logical > REQUEST_MAX ||
	    device->logical & (device->logical - 1))
		fail("expected a logical block size of 512 to %d, got %u", REQUEST_MAX,
		     device->logical);
	if (device->physical < device->logical)
		fail("expected a physical block of at least %u bytes, got %u", device->logical,
		     device->physical);
}

/* Only a regular file may do without direct requests. */
static void device_open(struct device *device, const char *path, int flags)
{
	struct stat info;

	*device = (struct device) { .path = path, .direct = true };
	if (!stat(path, &info) && S_ISREG(info.st_mode)) {
		device->fd = open(path, flags | O_DIRECT | O_CLOEXEC);
		if (device->fd < 0 && errno == EINVAL) {
			device->direct = false;
			device->fd = open(path, flags | O_CLOEXEC);
		}
	} else {
		device->fd = open(path, flags | O_DIRECT | O_CLOEXEC);
	}
	if (device->fd < 0)
		fail("expected to open %s, got %s", path, strerror(errno));
	device_ask(device);
}

/* ------------------------------------------------------------- the plan */
/*
 * Sizes are drawn by magnitude, the smaller of two draws, so that there are
 * many small requests and a few of the largest; then the pieces are shuffled.
 */
static struct request *make_plan(uint64_t bytes, unsigned int block, uint64_t seed, size_t *count)
{
	size_t room = 1024, used = 0, i, other;
	struct request *plan = malloc(room * sizeof(*plan)), swap;
	uint64_t offset, length, state = seed;
	uint64_t shifts = 1, shift, second;

	while ((uint64_t)block << shifts <= REQUEST_MAX)
		shifts++;
	for (offset = 0; offset < bytes; offset += length) {
		shift = random_below(&state, shifts);
		second = random_below(&state, shifts);
		length = (uint64_t)block << (shift < second ? shift : second);
		length += random_below(&state, length / block) * block;
		if (length > REQUEST_MAX)
			length = REQUEST_MAX;
		if (length > bytes - offset)
			length = bytes - offset;
		if (used == room)
			plan = realloc(plan, (room *= 2) * sizeof(*plan));
		if (!plan)
			fail_errno("malloc");
		plan[used++] = (struct request) { offset, (uint32_t)length };
	}
	for (i = used; i > 1; i--) {
		other = random_below(&state, i);
		swap = plan[i - 1];
		plan[i - 1] = plan[other];
		plan[other] = swap;
	}
	*count = used;
	return plan;
}

/* ------------------------------------------------------------- requests */
static void write_request(const struct pass *pass, const struct request *request, char *data)
{
	ssize_t done;

	pattern_fill(data, request->length, pass->seed, request->offset);
	done = pwrite(pass->device->fd, data, request->length, (off_t)request->offset);
	if (done != (ssize_t)request->length)
		fail("expected to write %u bytes at %llu, got %zd (%s)", request->length,
		     (unsigned long long)request->offset, done,
		     done < 0 ? strerror(errno) : "short");
}

/* Zeros or leftovers of the request before must not pass for what was read. */
static void verify_request(const struct pass *pass, const struct request *request, char *data)
{
	ssize_t done, at;

	memset(data, 0xbd, request->length);
	done = pread(pass->device->fd, data, request->length, (off_t)request->offset);
	if (done != (ssize_t)request->length)
		fail("expected to read %u bytes at %llu, got %zd (%s)", request->length,
		     (unsigned long long)request->offset, done,
		     done < 0 ? strerror(errno) : "short");
	at = pattern_differs(data, request->length, pass->seed, request->offset);
	if (at >= 0)
		fail("expected byte 0x%02x at %llu, got 0x%02x (request of %u at %llu)",
		     (unsigned int)(pattern_word(pass->seed, request->offset + (at & ~7)) >>
				    (at & 7) * 8) & 255,
		     (unsigned long long)request->offset + (unsigned long long)at,
		     (unsigned char)data[at], request->length,
		     (unsigned long long)request->offset);
}

static unsigned int block_sums(const char *data, size_t length)
{
	unsigned int sum = 0;
	size_t at;

	for (at = 0; at < length; at += SUM_BLOCK)
		sum += crc32c(0, data + at, SUM_BLOCK);
	return sum;
}

static void flush(const struct device *device)
{
	if (fdatasync(device->fd))
		fail_errno("fdatasync");
}

/* A buffer may start at any block of a page, as a frontend has to cope with. */
static void *work(void *argument)
{
	struct pass *pass = argument;
	unsigned int block = pass->device->logical;
	size_t index, places = block < 4096 ? 4096 / block : 1;
	char *memory = map_or_fail(REQUEST_MAX + 4096 + block), *data;
	const struct request *request;

	while ((index = atomic_fetch_add(&pass->next, 1)) < pass->count) {
		request = &pass->requests[index];
		data = memory + mix64(request->offset) % places * block;
		if (pass->writing)
			write_request(pass, request, data);
		else
			verify_request(pass, request, data);
		atomic_fetch_add(&pass->sum, block_sums(data, request->length));
		atomic_fetch_add(&pass->bytes, request->length);
		if (pass->writing && index % FLUSH_EVERY == FLUSH_EVERY - 1)
			flush(pass->device);
	}
	munmap(memory, REQUEST_MAX + 4096 + block);
	return pass;
}

/* run_pass - returns the sum; the whole region has been covered. */
static unsigned int run_pass(struct device *device, uint64_t bytes, uint64_t seed,
			     unsigned int threads, bool writing)
{
	struct pass pass = { .device = device, .seed = seed, .writing = writing };
	pthread_t thread[THREADS_MAX];
	int64_t start = now_ns();
	unsigned int i;

	pass.requests = make_plan(bytes, device->logical, mix64(seed) + writing, &pass.count);
	for (i = 0; i < threads; i++)
		thread[i] = thread_start(work, &pass);
	for (i = 0; i < threads; i++)
		thread_end(thread[i], &pass);
	if (pass.bytes != bytes)
		fail("expected to cover %llu bytes, got %llu", (unsigned long long)bytes,
		     (unsigned long long)pass.bytes);
	if (writing)
		flush(device);
	free(pass.requests);
	say("%s %llu MiB of %s in %zu requests, %u threads, %lld ms, checksum %08x",
	    writing ? "wrote" : "verified", (unsigned long long)(bytes / MIB), device->path,
	    pass.count, threads, (long long)((now_ns() - start) / NSEC_PER_MSEC), pass.sum);
	return pass.sum;
}

static int do_contents(const char *verb, const char *path, uint64_t mib, uint64_t seed,
		       unsigned int threads)
{
	bool writing = strcmp(verb, "verify"), verifying = strcmp(verb, "write");
	unsigned int written = 0, read = 0;
	struct device device;
	uint64_t bytes;

	device_open(&device, path, writing ? O_RDWR : O_RDONLY);
	bytes = mib ? mib * MIB : device.size / device.logical * device.logical;
	if (writing && !device.block && device.size < bytes) {
		if (ftruncate(device.fd, (off_t)bytes))
			fail_errno("ftruncate");
		device.size = bytes;
	}
	if (!bytes || device.size < bytes)
		fail("expected at least %llu bytes, %s has %llu", (unsigned long long)bytes, path,
		     (unsigned long long)device.size);
	if (writing)
		written = run_pass(&device, bytes, seed, threads, true);
	if (!device.direct)	/* else what is read is only what the cache holds */
		posix_fadvise(device.fd, 0, 0, POSIX_FADV_DONTNEED);
	if (verifying)
		read = run_pass(&device, bytes, seed, threads, false);
	if (writing && verifying && written != read)
		fail("expected checksum %08x, got %08x", written, read);
	if (close(device.fd))
		fail_errno("close");
	return 0;
}

/* --------------------------------------------------------- other checks */
static bool is_refusal(int error)
{
	return error == EACCES || error == EROFS || error == EPERM;
}

static int do_refuse(const char *path)
{
	struct device device;
	ssize_t done;
	char *block;
	int fd;

	device_open(&device, path, O_RDONLY);
	block = map_or_fail(REQUEST_MAX);
	done = pread(device.fd, block, device.logical, 0);
	if (done != (ssize_t)device.logical)
		fail("expected to read a block of %s, got %zd (%s)", path, done, strerror(errno));
	fd = open(path, O_WRONLY | O_CLOEXEC | (device.direct ? O_DIRECT : 0));
	if (fd < 0) {
		if (!is_refusal(errno))
			fail("expected a refusal to open %s, got %s", path, strerror(errno));
		say("%s can be read and refuses to be opened for writing (%s)", path,
		    strerror(errno));
		return 0;
	}
	done = pwrite(fd, block, device.logical, 0);
	if (done >= 0 && !fdatasync(fd))
		fail("expected %s to refuse a write, it took %zd bytes", path, done);
	if (!is_refusal(errno) && errno != EIO)
		fail("expected %s to refuse a write, got %s", path, strerror(errno));
	say("%s can be read and refuses writes (%s)", path, strerror(errno));
	return 0;
}

static int do_size(const char *path)
{
	struct device device;

	device_open(&device, path, O_RDONLY);
	say("bytes=%llu logical=%u physical=%u ro=%d", (unsigned long long)device.size,
	    device.logical, device.physical, device.read_only);
	return 0;
}

static int do_discard(const char *path, uint64_t offset, uint64_t length)
{
	uint64_t range[2] = { offset, length };
	struct device device;
	int error;

	device_open(&device, path, O_RDWR);
	if (offset > device.size || length > device.size - offset)
		fail("expected a range within %llu bytes, got %llu at %llu",
		     (unsigned long long)device.size, (unsigned long long)length,
		     (unsigned long long)offset);
	if (device.block)
		error = ioctl(device.fd, BLKDISCARD, range);
	else
		error = fallocate(device.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				  (off_t)offset, (off_t)length);
	if (error)
		fail("expected %s to discard %llu bytes at %llu, got %s", path,
		     (unsigned long long)length, (unsigned long long)offset, strerror(errno));
	flush(&device);
	say("%s discarded %llu bytes at %llu", path, (unsigned long long)length,
	    (unsigned long long)offset);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	bed_step = verb;
	if (argc >= 4 && argc <= 6 &&
	    (!strcmp(verb, "write") || !strcmp(verb, "verify") || !strcmp(verb, "both")))
		return do_contents(verb, argv[2], number(argv[3], 0, 1 << 24),
				   argc > 4 ? number(argv[4], 0, UINT64_MAX) : 1,
				   argc > 5 ? (unsigned int)number(argv[5], 1, THREADS_MAX) : 4);
	if (argc == 3 && !strcmp(verb, "refuse"))
		return do_refuse(argv[2]);
	if (argc == 3 && !strcmp(verb, "size"))
		return do_size(argv[2]);
	if (argc == 5 && !strcmp(verb, "discard"))
		return do_discard(argv[2], number(argv[3], 0, INT64_MAX),
				  number(argv[4], 1, INT64_MAX));
	usage(USAGE);
}
