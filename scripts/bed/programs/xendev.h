/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the programs that test Xen's devices reach the hypervisor: the calls of
 * the devices as numbers and layouts of their own, independent of the headers of
 * the kernel under test, and words to state what a call must do.
 */
#ifndef XENDEV_H
#define XENDEV_H

#include "devices.h"

#define DOMID_SELF 0x7ff0
#define DOMID_INVALID 0x7ff4
#define NOBODY 0x6fff			/* a domain that does not exist */

struct hypercall { uint64_t op, arg[5]; };
struct mmap_run { uint64_t va, mfn, npages; };
struct mmap_runs { int num; domid_t dom; struct mmap_run *entry; };
struct batch1 { int num; domid_t dom; uint64_t addr; uint64_t *arr; };
struct batch2 { unsigned int num; domid_t dom; uint64_t addr; const uint64_t *arr; int *err; };
struct dm_buf { void *uptr; size_t size; };
struct dm_op { domid_t dom; uint16_t num; const struct dm_buf *ubufs; };
struct resource { domid_t dom; uint32_t type, id, idx; uint64_t num, addr; };
struct irqfd { uint64_t dm_op; uint32_t size, fd, flags; domid_t dom; uint8_t pad[2]; };
struct ioeventfd {
	uint64_t ioreq, ports, addr;
	uint32_t addr_len, event_fd, vcpus, vq, flags;
	domid_t dom;
	uint8_t pad[2];
};
struct gsi { uint32_t sbdf, gsi; };

#define PRIVCMD(nr, type)	_IOC(_IOC_NONE, 'P', nr, sizeof(type))
#define PRIVCMD_HYPERCALL	PRIVCMD(0, struct hypercall)
#define PRIVCMD_MMAP		PRIVCMD(2, struct mmap_runs)
#define PRIVCMD_BATCH1		PRIVCMD(3, struct batch1)
#define PRIVCMD_BATCH2		PRIVCMD(4, struct batch2)
#define PRIVCMD_DM_OP		PRIVCMD(5, struct dm_op)
#define PRIVCMD_RESTRICT	PRIVCMD(6, domid_t)
#define PRIVCMD_RESOURCE	PRIVCMD(7, struct resource)
#define PRIVCMD_IRQFD		_IOW('P', 8, struct irqfd)
#define PRIVCMD_IOEVENTFD	_IOW('P', 9, struct ioeventfd)
#define PRIVCMD_GSI		PRIVCMD(10, struct gsi)

#define EVTCHN(nr, words)	_IOC(_IOC_NONE, 'E', nr, 4 * (words))
#define EVTCHN_VIRQ		EVTCHN(0, 1)
#define EVTCHN_INTERDOMAIN	EVTCHN(1, 2)
#define EVTCHN_UNBOUND		EVTCHN(2, 1)
#define EVTCHN_UNBIND		EVTCHN(3, 1)
#define EVTCHN_NOTIFY		EVTCHN(4, 1)
#define EVTCHN_RESET		EVTCHN(5, 0)
#define EVTCHN_RESTRICT		_IOC(_IOC_NONE, 'E', 6, sizeof(domid_t))
#define EVTCHN_STATIC		EVTCHN(7, 1)

#define OP_MEMORY		12
#define OP_XEN_VERSION		17
#define OP_EVENT_CHANNEL	32

/* A pointer that the kernel must not follow. */
#define BAD ((void *)0x7fff00000000)

/* expect_value - a call must give this, or fail with this errno if it is < 0. */
static inline void expect_at(int line, const char *what, long ret, long want)
{
	int error = errno;

	if (want < 0 ? ret == -1 && error == -want : ret == want)
		return;
	if (ret == -1)
		fail("line %d: %s: expected %ld, got errno %d (%s)", line, what, want, error,
		     strerror(error));
	fail("line %d: %s: expected %ld, got %ld", line, what, want, ret);
}
#define expect(call, want) expect_at(__LINE__, #call, call, want)

/* refused - a call must fail, in which way does not matter. */
#define refused(call)							\
	do {								\
		long ret_ = (call);					\
		if (ret_ != -1)						\
			fail("line %d: %s: expected a failure, got %ld", __LINE__, #call, ret_); \
	} while (0)

static inline long hypercall(int fd, unsigned long op, unsigned long a, unsigned long b)
{
	struct hypercall call = { .op = op, .arg = { a, b } };

	return ioctl(fd, PRIVCMD_HYPERCALL, &call);
}

#endif /* XENDEV_H */
