// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/xen/xenbus (and /proc/xen/xenbus): the kernel's connection to the store
 * for the programs of this domain.
 *
 * A file carries the store's own messages.  What is written is put together
 * until a message is whole, in the request that will be sent; replies and
 * watch events wait in the file's inbox to be read.  The file remembers what
 * its user began at the store, and ends it when it is closed: a transaction is
 * remembered as the request that started it, which can be turned into the one
 * that ends it, so that closing needs no memory and waits for nobody.
 *
 * A user's watch is a watch of the kernel's whose events go to the inbox.
 *
 * Lifetime: the open file and each request in flight hold a reference.
 *
 * Locks: ->writer (sleeps) guards the message being put together and ->watches;
 * ->lock (innermost of store.h, interrupts off) guards the inbox, the
 * transactions and ->closed; ->reader (sleeps) keeps readers in turn.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <xen/xen.h>
#include <xen/xenbus.h>

#include "dev_user.h"
#include "message.h"
#include "store.h"

/* Most bytes of a message with its header; users rely on more being refused. */
#define FILE_MESSAGE_MAX	XENSTORE_PAYLOAD_MAX

static void file_free(struct kref *ref)
{
	kfree(container_of(ref, struct xs_file, ref));
}

/* ---------------------------------------------------- requests and replies */

/* The request that started a transaction, or NULL. */
static struct xs_request *file_transaction(struct xs_file *file, u32 tx_id)
{
	struct xs_request *req;

	lockdep_assert_held(&file->lock);

	list_for_each_entry(req, &file->transactions, link)
		if (req->msg.tx_id == tx_id)
			return req;

	return NULL;
}

/* The reply becomes the user's message; NULL if there is none. */
static struct file_message *file_reply(struct xs_request *req)
{
	struct file_message *message = req->reply;

	if (!message || req->err)
		return NULL;
	req->reply = NULL;
	message->watch = NULL;
	message->read = 0;
	message->header = req->answer;
	message->header.req_id = req->file_req_id;
	message->header.tx_id = req->msg.tx_id;

	return message;
}

/* Under xs_link.lock; the request has done its work, or has become a memory. */
static void file_answered(struct xs_request *req)
{
	struct xs_file *file = req->file;
	struct file_message *message;
	bool started = false;
	u32 id;

	spin_lock(&file->lock);
	if (!req->err && req->msg.type == XS_TRANSACTION_START &&
	    req->answer.type == XS_TRANSACTION_START)
		started = !message_transaction(req->reply + req->reply_head, req->answer.len, &id);
	if (file->closed) {
		spin_unlock(&file->lock);
		xs_request_make_orphan(req);
	} else {
		message = file_reply(req);
		if (started) {
			req->msg.tx_id = id;
			list_add(&req->link, &file->transactions);
		}
		if (message) {
			xs_inbox_post(file, message);
		} else {
			file->error = req->err;
			wake_up(&file->readers);
		}
		spin_unlock(&file->lock);
		if (!started)
			xs_request_free(req);
	}
	kref_put(&file->ref, file_free);
}

/* Let the store end what the user left, if it is the store that knows of it. */
static void file_abort_transaction(struct xs_request *req)
{
	if (req->generation != READ_ONCE(xs_link.generation)) {
		xs_request_free(req);
		return;
	}
	xs_request_make_abort(req, req->msg.tx_id);
	xs_request_send_orphan(req);
}

static int file_send(struct xs_file *file)
{
	struct xs_request *req = file->building;
	int err;

	file->building = NULL;
	kref_get(&file->ref);
	err = xs_request_submit(req);
	if (err) {
		xs_request_free(req);
		kref_put(&file->ref, file_free);
	}

	return err;
}

/* A transaction is forgotten with the request that ends it. */
static int file_end_transaction(struct xs_file *file, enum message_end end)
{
	struct xs_request *started;
	int err;

	scoped_guard(spinlock_irqsave, &file->lock) {
		started = file_transaction(file, file->header.tx_id);
		if (started)
			list_del_init(&started->link);
	}
	if (!started)
		return xs_inbox_answer(file, XS_ERROR, "ENOENT");

	if (started->generation != READ_ONCE(xs_link.generation)) {
		xs_request_free(started);
		return end == MESSAGE_COMMIT ? xs_inbox_answer(file, XS_ERROR, "EAGAIN") :
					       xs_inbox_answer(file, XS_TRANSACTION_END, "OK");
	}

	err = file_send(file);
	if (!err) {
		xs_request_free(started);
		return 0;
	}
	scoped_guard(spinlock_irqsave, &file->lock)
		list_add(&started->link, &file->transactions);

	return err;
}

static int file_request(struct xs_file *file)
{
	const struct xsd_sockmsg *header = &file->header;
	bool known = true;
	enum message_end end;

	if (header->type != XS_TRANSACTION_START && header->tx_id) {
		scoped_guard(spinlock_irqsave, &file->lock)
			known = file_transaction(file, header->tx_id);
	}
	if (!known)
		return xs_inbox_answer(file, XS_ERROR, "ENOENT");
	if (header->type != XS_TRANSACTION_END)
		return file_send(file);

	end = message_end(file->building->body, header->len);
	if (end == MESSAGE_NO_END)
		return xs_inbox_answer(file, XS_ERROR, "EINVAL");

	return file_end_transaction(file, end);
}

/* --------------------------------------------------------------- watches */

/* The event is taken at once, unless there is no memory just now. */
static bool file_event_early(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct file_watch *fw = container_of(watch, struct file_watch, watch);

	return xs_inbox_event(fw, path, GFP_ATOMIC | __GFP_NOWARN) == -ENOMEM;
}

static void file_event_late(struct xenbus_watch *watch, const char *path, const char *token)
{
	struct file_watch *fw = container_of(watch, struct file_watch, watch);

	/* Who misses an event may wait for ever. */
	xs_inbox_event(fw, path, GFP_KERNEL | __GFP_NOFAIL);
}

static int file_add_watch(struct xs_file *file, const char *path, const char *token)
{
	size_t path_len = strlen(path) + 1, token_len = strlen(token) + 1;
	struct file_watch *fw;
	int err;

	fw = kzalloc(struct_size(fw, strings, path_len + token_len), GFP_KERNEL_ACCOUNT);
	if (!fw)
		return -ENOMEM;
	memcpy(fw->strings, path, path_len);
	memcpy(fw->strings + path_len, token, token_len);
	fw->file = file;
	fw->token = fw->strings + path_len;
	fw->watch.node = fw->strings;
	fw->watch.will_handle = file_event_early;
	fw->watch.callback = file_event_late;

	err = register_xenbus_watch(&fw->watch);
	if (err) {
		kfree(fw);
		return err;
	}
	list_add(&fw->link, &file->watches);

	return 0;
}

static void file_del_watch(struct file_watch *fw)
{
	struct file_message *message;

	unregister_xenbus_watch(&fw->watch);
	list_del(&fw->link);
	/* Its events stay to be read, as events of nobody. */
	scoped_guard(spinlock_irqsave, &fw->file->lock) {
		list_for_each_entry(message, &fw->file->inbox, link)
			if (message->watch == fw)
				message->watch = NULL;
	}
	kfree(fw);
}

static void file_find_and_del_watch(struct xs_file *file, const char *path, const char *token)
{
	struct file_watch *fw;

	list_for_each_entry(fw, &file->watches, link) {
		if (!strcmp(fw->token, token) && !strcmp(fw->watch.node, path)) {
			file_del_watch(fw);
			break;
		}
	}
}

static int file_change_watch(struct xs_file *file)
{
	const char *path = file->building->body, *token;
	int err;

	token = message_second_string(path, file->header.len);
	if (!token)
		return xs_inbox_answer(file, XS_ERROR, "EINVAL");

	if (file->header.type == XS_UNWATCH) {
		file_find_and_del_watch(file, path, token);
		return xs_inbox_answer(file, XS_UNWATCH, "OK");
	}

	err = file_add_watch(file, path, token);
	if (err)
		return err;
	err = xs_inbox_answer(file, XS_WATCH, "OK");
	/* A user that hears of a failure asks again. */
	if (err)
		file_del_watch(list_first_entry(&file->watches, struct file_watch, link));

	return err;
}

/* ---------------------------------------------------------------- writing */

static void file_restart(struct xs_file *file)
{
	xs_request_free(file->building);
	file->building = NULL;
	file->have = 0;
}

/* The header is in: there is a size now, and with it a place for the rest. */
static int file_begin(struct xs_file *file)
{
	const struct xsd_sockmsg *header = &file->header;
	struct xs_request *req;

	if (header->len > FILE_MESSAGE_MAX - sizeof(*header))
		return -E2BIG;
	req = xs_request_alloc(header->type, header->tx_id, header->len, GFP_KERNEL_ACCOUNT);
	if (IS_ERR(req))
		return PTR_ERR(req);

	req->file = file;
	req->file_req_id = header->req_id;
	req->reply_head = offsetof(struct file_message, body);
	req->answered = file_answered;
	file->building = req;

	return 0;
}

/* Copy what belongs to the message; what is behind its end is not looked at. */
static int file_collect(struct xs_file *file, const char __user *from, size_t len)
{
	unsigned int have = file->have;
	size_t part;
	int err;

	if (have < sizeof(file->header)) {
		part = min(len, sizeof(file->header) - have);
		if (copy_from_user((char *)&file->header + have, from, part))
			return -EFAULT;
		have += part;
		from += part;
		len -= part;
		if (have < sizeof(file->header)) {
			file->have = have;
			return 0;
		}
		err = file_begin(file);
		if (err) {
			file_restart(file);
			return err;
		}
	}

	part = min(len, sizeof(file->header) + file->header.len - have);
	if (copy_from_user(file->building->body + have - sizeof(file->header), from, part)) {
		/* As if nothing had been written, so that it can be tried again. */
		if (file->have < sizeof(file->header)) {
			xs_request_free(file->building);
			file->building = NULL;
		}
		return -EFAULT;
	}
	file->have = have + part;

	return 0;
}

static ssize_t file_write(struct file *filp, const char __user *from, size_t len, loff_t *pos)
{
	struct xs_file *file = filp->private_data;
	ssize_t ret;

	if (!len)
		return 0;
	if (mutex_lock_killable(&file->writer))
		return -EINTR;

	if (len > FILE_MESSAGE_MAX - file->have) {
		file_restart(file);
		ret = -EINVAL;
		goto out;
	}
	ret = file_collect(file, from, len);
	if (ret || !file->building || file->have < sizeof(file->header) + file->header.len)
		goto out;

	if (file->header.type == XS_WATCH || file->header.type == XS_UNWATCH)
		ret = file_change_watch(file);
	else
		ret = file_request(file);
	file_restart(file);

out:
	mutex_unlock(&file->writer);

	return ret ?: len;
}

/* ----------------------------------------------------------- open and close */

static int file_open(struct inode *inode, struct file *filp)
{
	struct xs_file *file;

	if (!xen_store_evtchn)
		return -ENOENT;

	stream_open(inode, filp);
	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	mutex_init(&file->writer);
	mutex_init(&file->reader);
	spin_lock_init(&file->lock);
	INIT_LIST_HEAD(&file->watches);
	INIT_LIST_HEAD(&file->inbox);
	INIT_LIST_HEAD(&file->transactions);
	init_waitqueue_head(&file->readers);
	kref_init(&file->ref);
	filp->private_data = file;

	return 0;
}

static int file_release(struct inode *inode, struct file *filp)
{
	struct xs_file *file = filp->private_data;
	struct file_message *message, *next_message;
	struct xs_request *req, *next_req;
	struct file_watch *fw, *next_fw;
	LIST_HEAD(transactions);

	/* From here on replies find nobody, and events no watch. */
	list_for_each_entry_safe(fw, next_fw, &file->watches, link)
		file_del_watch(fw);
	scoped_guard(spinlock_irqsave, &file->lock) {
		file->closed = true;
		list_splice_init(&file->transactions, &transactions);
	}

	list_for_each_entry_safe(req, next_req, &transactions, link) {
		list_del_init(&req->link);
		file_abort_transaction(req);
	}
	list_for_each_entry_safe(message, next_message, &file->inbox, link)
		kfree(message);
	file_restart(file);
	kref_put(&file->ref, file_free);

	return 0;
}

const struct file_operations xen_xenbus_fops = {
	.open = file_open,
	.release = file_release,
	.read = xs_inbox_read,
	.write = file_write,
	.poll = xs_inbox_poll,
};
EXPORT_SYMBOL_GPL(xen_xenbus_fops);

static struct miscdevice file_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xen/xenbus",
	.fops = &xen_xenbus_fops,
};

static int __init file_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	err = misc_register(&file_device);
	if (err)
		pr_err("Could not register xenbus frontend device\n");

	return err;
}
device_initcall(file_init);
