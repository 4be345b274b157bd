// SPDX-License-Identifier: GPL-2.0
/*
 * What waits to be read from a user's file: replies and watch events.
 *
 * Messages are read in the order in which the store sent them, in pieces of any
 * size.  A reader that leaves them lying does not make the kernel keep all
 * events of a storm; see watch_policy.h.
 *
 * file->lock guards the list.  The first message is taken off only by the one
 * reader that holds file->reader, so that it can be copied without the lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "dev_user.h"
#include "watch_policy.h"

static unsigned int message_size(const struct file_message *message)
{
	return sizeof(message->header) + message->header.len;
}

/**
 * xs_inbox_post - put a message behind the others
 * @file: the file
 * @message: the message, the inbox's from here on
 *
 * Context: any, file->lock held.
 */
void xs_inbox_post(struct xs_file *file, struct file_message *message)
{
	lockdep_assert_held(&file->lock);

	list_add_tail(&message->link, &file->inbox);
	wake_up(&file->readers);
}

/**
 * xs_inbox_answer - answer for the store the message that was put together
 * @file: the file, its ->writer held
 * @type: the answer's type
 * @text: the answer's payload
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int xs_inbox_answer(struct xs_file *file, u32 type, const char *text)
{
	size_t len = strlen(text) + 1;
	struct file_message *message;

	message = kzalloc(struct_size(message, body, len), GFP_KERNEL_ACCOUNT);
	if (!message)
		return -ENOMEM;
	message->header = file->header;
	message->header.type = type;
	message->header.len = len;
	memcpy(message->body, text, len);
	scoped_guard(spinlock_irqsave, &file->lock)
		xs_inbox_post(file, message);

	return 0;
}

static bool inbox_has_event(const struct file_watch *fw, const char *path)
{
	const struct file_message *message;

	lockdep_assert_held(&fw->file->lock);

	list_for_each_entry(message, &fw->file->inbox, link)
		if (message->watch == fw && !message->read && !strcmp(message->body, path))
			return true;

	return false;
}

/**
 * xs_inbox_event - tell the user of an event, or drop it
 * @fw: the watch
 * @path: what changed
 * @gfp: how to get memory
 *
 * Context: as @gfp says; the watch is registered.
 * Return: 0; -ENOMEM if it is not told yet.
 */
int xs_inbox_event(struct file_watch *fw, const char *path, gfp_t gfp)
{
	size_t path_len = strlen(path) + 1, token_len = strlen(fw->token) + 1;
	struct file_message *message;
	enum watch_fate fate;
	bool twin;

	message = kzalloc(struct_size(message, body, path_len + token_len), gfp);
	if (!message)
		return -ENOMEM;
	message->watch = fw;
	message->header.type = XS_WATCH_EVENT;
	message->header.len = path_len + token_len;
	memcpy(message->body, path, path_len);
	memcpy(message->body + path_len, fw->token, token_len);

	scoped_guard(spinlock_irqsave, &fw->file->lock) {
		twin = watch_crowded(fw->pending) && inbox_has_event(fw, path);
		fate = watch_fate(fw->pending, twin);
		if (fate == WATCH_QUEUE) {
			fw->pending++;
			xs_inbox_post(fw->file, message);
		}
	}
	if (fate == WATCH_DROP)
		pr_warn_ratelimited("a reader leaves too many events of %s\n", fw->watch.node);
	if (fate != WATCH_QUEUE)
		kfree(message);

	return 0;
}

/* First message of the inbox, waited for; an error if there is none to come. */
static struct file_message *inbox_first(struct xs_file *file, bool wait)
{
	struct file_message *message;
	int err;

	for (;;) {
		scoped_guard(spinlock_irqsave, &file->lock) {
			message = list_first_entry_or_null(&file->inbox, struct file_message,
							   link);
			err = file->error;
			if (!message)
				file->error = 0;
		}
		if (message)
			return message;
		if (err)
			return ERR_PTR(err);
		if (!wait)
			return ERR_PTR(-EAGAIN);
		err = wait_event_interruptible(file->readers,
					       !list_empty_careful(&file->inbox) ||
					       READ_ONCE(file->error));
		if (err)
			return ERR_PTR(err);
	}
}

static void inbox_drop(struct xs_file *file, struct file_message *message)
{
	scoped_guard(spinlock_irqsave, &file->lock) {
		list_del(&message->link);
		if (message->watch)
			message->watch->pending--;
	}
	kfree(message);
}

/**
 * xs_inbox_read - read() of the device
 * @filp: the open file
 * @to: where the messages go, as many as are there and have room
 * @len: how much room
 * @pos: unused
 *
 * Context: may sleep for the first message.
 * Return: number of bytes; or -errno if there is not one.
 */
ssize_t xs_inbox_read(struct file *filp, char __user *to, size_t len, loff_t *pos)
{
	struct xs_file *file = filp->private_data;
	struct file_message *message;
	size_t done = 0, part, missed;
	int err;

	if (!len)
		return 0;
	err = mutex_lock_interruptible(&file->reader);
	if (err)
		return err;

	while (done < len) {
		message = inbox_first(file, !done && !(filp->f_flags & O_NONBLOCK));
		if (IS_ERR(message)) {
			err = PTR_ERR(message);
			break;
		}
		part = min(len - done, (size_t)message_size(message) - message->read);
		missed = copy_to_user(to + done, (char *)message +
				      offsetof(struct file_message, header) + message->read, part);
		done += part - missed;
		message->read += part - missed;
		if (missed) {
			err = -EFAULT;
			break;
		}
		if (message->read == message_size(message))
			inbox_drop(file, message);
	}
	mutex_unlock(&file->reader);

	return done ?: err;
}

/**
 * xs_inbox_poll - poll() of the device
 * @filp: the open file
 * @wait: the poller
 *
 * Context: may sleep.
 * Return: the events.
 */
__poll_t xs_inbox_poll(struct file *filp, poll_table *wait)
{
	struct xs_file *file = filp->private_data;

	poll_wait(filp, &file->readers, wait);
	if (!list_empty_careful(&file->inbox) || READ_ONCE(file->error))
		return EPOLLIN | EPOLLRDNORM;

	return 0;
}
