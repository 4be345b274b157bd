// SPDX-License-Identifier: GPL-2.0
/*
 * Reaches Xen through /dev/xen/privcmd.
 *
 * Frames of a PV domain come from what its kernel publishes for the toolstack
 * in its shared page: where its table of frames is, and the page tables through
 * which to read it.
 */
#include "xen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define __XEN_TOOLS__
#include <xen/xen.h>
#include <xen/domctl.h>
#include <xen/sysctl.h>
#include <xen/privcmd.h>

#define FRAME_MASK	0x000ffffffffff000ull
#define PRESENT		1ull

static int privcmd = -1;

int open_device(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail(path);
	return fd;
}

static int privcmd_fd(void)
{
	if (privcmd < 0)
		privcmd = open_device("/dev/xen/privcmd");
	return privcmd;
}

long hypercall(unsigned long op, unsigned long a, unsigned long b)
{
	struct privcmd_hypercall call = { .op = op, .arg = { a, b } };

	return must(ioctl(privcmd_fd(), IOCTL_PRIVCMD_HYPERCALL, &call));
}

uint64_t free_pages(void)
{
	static struct xen_sysctl call __attribute__((aligned(4096)));

	must(mlock(&call, sizeof(call)));
	memset(&call, 0, sizeof(call));
	call.cmd = XEN_SYSCTL_physinfo;
	call.interface_version = XEN_SYSCTL_INTERFACE_VERSION;
	hypercall(__HYPERVISOR_sysctl, (uintptr_t)&call, 0);
	return call.u.physinfo.free_pages;
}

void *foreign_map(int domain, const uint64_t *frames, unsigned int count)
{
	int errors[count];
	struct privcmd_mmapbatch_v2 batch = {
		.num = count, .dom = domain, .arr = frames, .err = errors,
	};
	void *start = mmap(NULL, count * PAGE, PROT_READ, MAP_SHARED,
			   privcmd_fd(), 0);
	unsigned int i;

	if (start == MAP_FAILED)
		fail("mmap of /dev/xen/privcmd");
	batch.addr = (uintptr_t)start;
	must(ioctl(privcmd_fd(), IOCTL_PRIVCMD_MMAPBATCH_V2, &batch));
	for (i = 0; i < count; i++) {
		if (errors[i]) {
			errno = -errors[i];
			fail("a frame of the other domain");
		}
	}
	return start;
}

void foreign_unmap(void *start, unsigned int count)
{
	must(munmap(start, count * PAGE));
}

static uint64_t read_word(int domain, uint64_t frame, unsigned int index)
{
	uint64_t *words = foreign_map(domain, &frame, 1), word = words[index];

	foreign_unmap(words, 1);
	return word;
}

/* Walks the domain's four levels of page tables; large pages are not used. */
static uint64_t read_address(int domain, uint64_t root, uint64_t address)
{
	uint64_t frame = root, entry;
	int shift;

	for (shift = 39; shift >= 12; shift -= 9) {
		entry = read_word(domain, frame, address >> shift & 511);
		if (!(entry & PRESENT)) {
			errno = ENOENT;
			fail("the table of frames in the other domain");
		}
		frame = (entry & FRAME_MASK) >> 12;
	}
	return read_word(domain, frame, (address & 4095) / 8);
}

static uint64_t shared_frame(int domain)
{
	static struct xen_domctl call __attribute__((aligned(4096)));

	must(mlock(&call, sizeof(call)));
	memset(&call, 0, sizeof(call));
	call.cmd = XEN_DOMCTL_getdomaininfo;
	call.interface_version = XEN_DOMCTL_INTERFACE_VERSION;
	call.domain = domain;
	hypercall(__HYPERVISOR_domctl, (uintptr_t)&call, 0);
	if (call.domain != domain) {
		errno = ESRCH;
		fail("the other domain");
	}
	return call.u.getdomaininfo.shared_info_frame;
}

void foreign_frames(int domain, uint64_t first, uint64_t *frames,
		    unsigned int count)
{
	uint64_t frame = shared_frame(domain), table, root;
	const shared_info_t *shared = foreign_map(domain, &frame, 1);
	unsigned int i;

	table = shared->arch.p2m_vaddr;
	root = shared->arch.p2m_cr3 >> 12;
	foreign_unmap((void *)shared, 1);
	if (!table || !root) {
		errno = ENOENT;
		fail("the other domain publishes no table of frames");
	}
	for (i = 0; i < count; i++) {
		frames[i] = read_address(domain, root, table + (first + i) * 8);
		if (frames[i] >> 40) {	/* foreign, identity or no frame */
			errno = ENXIO;
			fail("a page of the other domain has no frame");
		}
	}
}
