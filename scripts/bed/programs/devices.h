/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs that test the devices below /dev/xen share: how a device is
 * opened, the words of its interfaces, and how a condition is stated.
 */
#ifndef BED_DEVICES_H
#define BED_DEVICES_H

#include "bed.h"

#include <sys/ioctl.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

typedef uint16_t domid_t;

/* holds - this must be true. */
#define holds(condition)						\
	do {								\
		if (!(condition))					\
			fail("line %d: expected %s", __LINE__, #condition); \
	} while (0)

/* open_device - the file below /dev/xen with this name. */
static inline int open_device(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/xen/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fail_errno(path);
	return fd;
}

/* signal_at - what ends a child that reads, or writes, a byte there; 0 if nothing does. */
static inline int signal_at(volatile char *at, bool write_it)
{
	pid_t pid = fork_or_fail();
	int status;

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		if (write_it)
			*at = 1;
		else
			(void)*at;
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		fail_errno("waitpid");
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

#endif /* BED_DEVICES_H */
