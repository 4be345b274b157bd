// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of the Xen devices: privcmd, event channels, grants, foreign frames,
 * xenstore, balloon.  All grants are to the own domain.
 *
 * BENCH_DOMAIN is the number of a PV guest whose pages are mapped; without it
 * there are no foreign_ rows.  "services free" prints the KiB that Xen has free.
 */
#include "xen.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/evtchn.h>
#include <xen/gntalloc.h>
#include <xen/gntdev.h>
#include <xen/io/xs_wire.h>
#include <xen/version.h>

#define XENBUS		"/dev/xen/xenbus"
#define STORE_PATH	"domid"		/* every domain has it below its own */
#define BALLOON		"/sys/devices/system/xen_memory/xen_memory0/"
#define MAX_GRANTS	64
#define MAX_FRAMES	256
#define FIRST_PAGE	0x3000		/* of the guest: above 48 MiB */

static int first_fd, second_fd;
static evtchn_port_t near_port, far_port;
static unsigned int nr_pages;		/* of one operation */
static uint32_t grants[MAX_GRANTS];
static char *granted, *buffer;
static uint64_t grant_index;
static uint64_t frames[MAX_FRAMES];
static int domain;

static bool have_privcmd(void)
{
	return access("/dev/xen/privcmd", R_OK | W_OK) == 0 &&
	       access("/proc/xen/privcmd", F_OK) == 0;
}

static bool have_domain(void)
{
	return getenv("BENCH_DOMAIN") != NULL;
}

static bool have_store(void)
{
	return access(XENBUS, R_OK | W_OK) == 0;
}

/* --------------------------------------------------------------- privcmd */
static void ask_version(unsigned int n)
{
	while (n--)
		hypercall(__HYPERVISOR_xen_version, XENVER_version, 0);
}

static void find_frames(unsigned int n)
{
	(void)n;
	domain = atoi(getenv("BENCH_DOMAIN"));
	foreign_frames(domain, FIRST_PAGE, frames, MAX_FRAMES);
}

static void map_frames(unsigned int n, unsigned int count)
{
	while (n--)
		foreign_unmap(foreign_map(domain, frames, count), count);
}

#define ROW(name, ...)							\
	static void name(unsigned int n) { (void)n; __VA_ARGS__; }

ROW(map_1_frame, map_frames(n, 1))
ROW(map_64_frames, map_frames(n, 64))
ROW(map_256_frames, map_frames(n, 256))

/* -------------------------------------------------------- event channels */
static void open_evtchn(unsigned int n)
{
	(void)n;
	first_fd = open_device("/dev/xen/evtchn");
}

static void open_pair(unsigned int n)
{
	struct ioctl_evtchn_bind_unbound_port unbound = { .remote_domain = 0 };
	struct ioctl_evtchn_bind_interdomain bound = { .remote_domain = 0 };

	open_evtchn(n);
	second_fd = open_device("/dev/xen/evtchn");
	near_port = must(ioctl(first_fd, IOCTL_EVTCHN_BIND_UNBOUND_PORT,
			       &unbound));
	bound.remote_port = near_port;
	far_port = must(ioctl(second_fd, IOCTL_EVTCHN_BIND_INTERDOMAIN,
			      &bound));
}

/* Both ends are ours: say it at one, hear it at the other, unmask. */
static void ping(unsigned int n)
{
	struct ioctl_evtchn_notify notify = { .port = near_port };
	evtchn_port_t heard;

	while (n--) {
		must(ioctl(first_fd, IOCTL_EVTCHN_NOTIFY, &notify));
		must(read(second_fd, &heard, sizeof(heard)));
		if (heard != far_port)
			fail("an event of another port");
		must(write(second_fd, &heard, sizeof(heard)));
	}
}

static void bind_unbind(unsigned int n)
{
	struct ioctl_evtchn_bind_unbound_port bind = { .remote_domain = 0 };
	struct ioctl_evtchn_unbind unbind;

	while (n--) {
		unbind.port = must(ioctl(first_fd,
					 IOCTL_EVTCHN_BIND_UNBOUND_PORT, &bind));
		must(ioctl(first_fd, IOCTL_EVTCHN_UNBIND, &unbind));
	}
}

static void close_one(unsigned int n)
{
	(void)n;
	close(first_fd);
}

static void close_both(unsigned int n)
{
	close_one(n);
	close(second_fd);
}

/* ---------------------------------------------------------------- grants */
static void grant(unsigned int count)
{
	union {
		struct ioctl_gntalloc_alloc_gref alloc;
		char room[sizeof(struct ioctl_gntalloc_alloc_gref) +
			  MAX_GRANTS * sizeof(uint32_t)];
	} call = { .alloc = { .domid = 0, .flags = GNTALLOC_FLAG_WRITABLE,
			      .count = count } };

	first_fd = open_device("/dev/xen/gntalloc");
	second_fd = open_device("/dev/xen/gntdev");
	must(ioctl(first_fd, IOCTL_GNTALLOC_ALLOC_GREF, &call));
	memcpy(grants, call.room + offsetof(struct ioctl_gntalloc_alloc_gref,
					    gref_ids),
	       count * sizeof(*grants));
	nr_pages = count;
	grant_index = call.alloc.index;
	granted = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		       first_fd, grant_index);
	if (granted == MAP_FAILED)
		fail("mmap of /dev/xen/gntalloc");
	touch_pages(granted, count * PAGE);
	buffer = map_pages(count * PAGE);
	touch_pages(buffer, count * PAGE);
}

ROW(grant_1, grant(1))
ROW(grant_16, grant(16))
ROW(grant_64, grant(64))

static void ungrant(unsigned int n)
{
	struct ioctl_gntalloc_dealloc_gref call = {
		.index = grant_index, .count = nr_pages,
	};

	munmap(buffer, nr_pages * PAGE);
	munmap(granted, nr_pages * PAGE);
	must(ioctl(first_fd, IOCTL_GNTALLOC_DEALLOC_GREF, &call));
	close_both(n);
}

static void map_grants(unsigned int n)
{
	union {
		struct ioctl_gntdev_map_grant_ref map;
		char room[sizeof(struct ioctl_gntdev_map_grant_ref) +
			  MAX_GRANTS * sizeof(struct ioctl_gntdev_grant_ref)];
	} call = { .map = { .count = nr_pages } };
	struct ioctl_gntdev_unmap_grant_ref unmap = { .count = nr_pages };
	struct ioctl_gntdev_grant_ref *refs = call.map.refs;
	unsigned int i;
	char *start;

	for (i = 0; i < nr_pages; i++)
		refs[i] = (struct ioctl_gntdev_grant_ref) { 0, grants[i] };
	while (n--) {
		must(ioctl(second_fd, IOCTL_GNTDEV_MAP_GRANT_REF, &call));
		start = mmap(NULL, nr_pages * PAGE, PROT_READ | PROT_WRITE,
			     MAP_SHARED, second_fd, call.map.index);
		if (start == MAP_FAILED)
			fail("mmap of /dev/xen/gntdev");
		*(volatile char *)start = 1;
		must(munmap(start, nr_pages * PAGE));
		unmap.index = call.map.index;
		must(ioctl(second_fd, IOCTL_GNTDEV_UNMAP_GRANT_REF, &unmap));
	}
}

static void copy_grants(unsigned int n)
{
	struct gntdev_grant_copy_segment segments[MAX_GRANTS];
	struct ioctl_gntdev_grant_copy call = {
		.count = nr_pages, .segments = segments,
	};
	unsigned int i;

	for (i = 0; i < nr_pages; i++) {
		segments[i] = (struct gntdev_grant_copy_segment) {
			.source.foreign = { .ref = grants[i] },
			.dest.virt = buffer + i * PAGE,
			.len = PAGE,
			.flags = GNTCOPY_source_gref,
		};
	}
	while (n--) {
		must(ioctl(second_fd, IOCTL_GNTDEV_GRANT_COPY, &call));
		for (i = 0; i < nr_pages; i++)
			if (segments[i].status)
				fail("a grant copy");
	}
}

/* -------------------------------------------------------------- xenstore */
static void open_store(unsigned int n)
{
	(void)n;
	first_fd = open_device(XENBUS);
}

static void read_store(unsigned int n)
{
	struct {
		struct xsd_sockmsg head;
		char path[sizeof(STORE_PATH)];
	} __attribute__((packed)) ask = {
		{ .type = XS_READ, .len = sizeof(STORE_PATH) }, STORE_PATH,
	};
	struct {
		struct xsd_sockmsg head;
		char value[XENSTORE_PAYLOAD_MAX];
	} answer;
	size_t got;

	while (n--) {
		must(write(first_fd, &ask, sizeof(ask)));
		for (got = 0; got < sizeof(answer.head) ||
			      got < sizeof(answer.head) + answer.head.len;)
			got += must(read(first_fd, (char *)&answer + got,
					 sizeof(answer) - got));
		if (answer.head.type != XS_READ)
			fail("xenstore");
	}
}

/* --------------------------------------------------------------- balloon */
static unsigned long balloon_kib(void)
{
	unsigned long kib;
	FILE *file = fopen(BALLOON "info/current_kb", "r");

	if (!file || fscanf(file, "%lu", &kib) != 1)
		fail(BALLOON "info/current_kb");
	fclose(file);
	return kib;
}

static void balloon_to(unsigned long kib)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	FILE *file = fopen(BALLOON "target_kb", "w");
	int left = 5000;

	if (!file || fprintf(file, "%lu", kib) < 0 || fclose(file))
		fail(BALLOON "target_kb");
	while (balloon_kib() != kib && --left)
		nanosleep(&pause, NULL);
	if (!left)
		fail("the balloon does not reach its target");
}

ROW(balloon_down, balloon_to(balloon_kib() - n * PAGE / 1024))
ROW(balloon_up, balloon_to(balloon_kib() + n * PAGE / 1024))

static bool have_balloon(void)
{
	return access(BALLOON "target_kb", W_OK) == 0;
}

static const struct row rows[] = {
	{ "privcmd_xen_version", 50, 10000, ask_version, NULL, NULL,
	  have_privcmd },
	{ "evtchn_ping", 50, 3000, ping, open_pair, close_both, have_privcmd },
	{ "evtchn_bind_unbind", 20, 800, bind_unbind, open_evtchn, close_one,
	  have_privcmd },
	{ "gntdev_map_unmap_1p", 20, 1500, map_grants, grant_1, ungrant,
	  have_privcmd },
	{ "gntdev_map_unmap_64p", 5, 40, map_grants, grant_64, ungrant,
	  have_privcmd },
	{ "gntdev_copy_1p", 20, 3000, copy_grants, grant_1, ungrant,
	  have_privcmd },
	{ "gntdev_copy_16p", 10, 400, copy_grants, grant_16, ungrant,
	  have_privcmd },
	{ "foreign_map_1p", 20, 800, map_1_frame, find_frames, NULL,
	  have_domain },
	{ "foreign_map_64p", 5, 100, map_64_frames, find_frames, NULL,
	  have_domain },
	{ "foreign_map_256p", 5, 40, map_256_frames, find_frames, NULL,
	  have_domain },
	{ "xenstore_read", 20, 400, read_store, open_store, close_one,
	  have_store },
	{ "balloon_down_page", 256, 4096, balloon_down, NULL, balloon_up,
	  have_balloon },
	{ "balloon_up_page", 256, 4096, balloon_up, balloon_down, NULL,
	  have_balloon },
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "free")) {
		printf("%llu\n", free_pages() * (unsigned long long)PAGE / 1024);
		return 0;
	}
	pin_to_cpu(0);
	return bench_main(argc, argv, rows, ARRAY_SIZE(rows));
}
