/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The border between the bus and the store below it: what the files that talk to the
 * store share with each other and with connect.c.
 */
#ifndef _XENBUS_XENBUS_H
#define _XENBUS_XENBUS_H

#include <linux/wait.h>

/* Where the store is, seen from here: see connect.c. */
enum xenstore_init {
	XS_UNKNOWN,
	XS_PV,
	XS_HVM,
	XS_LOCAL,
};

extern enum xenstore_init xen_store_domain_type;

extern wait_queue_head_t xb_waitq;

int xs_init(void);

#endif /* _XENBUS_XENBUS_H */
