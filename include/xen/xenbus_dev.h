/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to /dev/xen/xenbus_backend, as the store's daemons know them. */
#ifndef XEN_XENBUS_DEV_H
#define XEN_XENBUS_DEV_H

#include <linux/ioctl.h>

/* Without an argument; returns the port of the kernel's event channel. */
#define IOCTL_XENBUS_BACKEND_EVTCHN	_IO('B', 0)

/* The argument is a domain, which gets the page and the port; returns that. */
#define IOCTL_XENBUS_BACKEND_SETUP	_IO('B', 1)

#endif /* XEN_XENBUS_DEV_H */
