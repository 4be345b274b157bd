/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A user's open file of the store's device, shared by dev_user.c and
 * user_inbox.c; dev_user.c says how it is locked.
 */
#ifndef XENBUS_DEV_USER_H
#define XENBUS_DEV_USER_H

#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <xen/interface/io/xs_wire.h>
#include <xen/xenbus.h>

/* A message for the user. */
struct file_message {
	struct list_head link;
	struct file_watch *watch;	/* that it is an event of, or NULL */
	unsigned int read;		/* bytes of header and body that were read */
	struct xsd_sockmsg header;
	char body[];
};

struct xs_file {
	struct mutex writer;		/* guards these four */
	unsigned int have;		/* bytes of the message that are in */
	struct xsd_sockmsg header;
	struct xs_request *building;	/* NULL until the header is in */
	struct list_head watches;

	struct mutex reader;		/* one reader at a time */

	spinlock_t lock;		/* guards these four */
	struct list_head inbox;
	struct list_head transactions;
	bool closed;
	int error;			/* replies were lost: why */

	wait_queue_head_t readers;
	struct kref ref;
};

struct file_watch {
	struct list_head link;
	struct xs_file *file;
	struct xenbus_watch watch;
	unsigned int pending;		/* events in the inbox; file->lock */
	const char *token;		/* in strings, behind the path */
	char strings[];
};

void xs_inbox_post(struct xs_file *file, struct file_message *message);
int xs_inbox_answer(struct xs_file *file, u32 type, const char *text);
int xs_inbox_event(struct file_watch *fw, const char *path, gfp_t gfp);
ssize_t xs_inbox_read(struct file *filp, char __user *to, size_t len, loff_t *pos);
__poll_t xs_inbox_poll(struct file *filp, poll_table *wait);

#endif /* XENBUS_DEV_USER_H */
