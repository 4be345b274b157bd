// SPDX-License-Identifier: GPL-2.0
/*
 * What the rest of the kernel calls to read and write the store.
 *
 * Each call is one request and its reply; nothing is kept between them, so
 * there are no locks here.  All may sleep, for as long as the store takes; the
 * task that is killed meanwhile gets -EINTR.  See docs/misc/xenstore.txt for
 * what the requests mean.
 */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <xen/xenbus.h>

#include "message.h"
#include "store_path.h"
#include "store.h"

/* A request whose payload is a path, and @extra bytes of room behind it. */
static struct xs_request *store_request(u32 type, struct xenbus_transaction t,
					const char *dir, const char *node, size_t extra)
{
	struct xs_request *req;

	req = xs_request_alloc(type, t.id, path_size(dir, node) + extra, XS_GFP);
	if (!IS_ERR(req))
		path_join(req->body, dir, node);

	return req;
}

/* Only success matters. */
static int store_tell(struct xs_request *req)
{
	int err;

	if (IS_ERR(req))
		return PTR_ERR(req);
	req->status_only = true;
	err = xs_request_exchange(req);
	if (!err)
		xs_request_free(req);

	return err;
}

/* The reply's payload, the caller's to kfree(), with a NUL behind it. */
static char *store_ask(struct xs_request *req, unsigned int *len)
{
	char *reply;
	int err;

	if (IS_ERR(req))
		return ERR_CAST(req);
	err = xs_request_exchange(req);
	if (err)
		return ERR_PTR(err);

	reply = req->reply;
	req->reply = NULL;
	if (len)
		*len = req->answer.len;
	xs_request_free(req);

	return reply;
}

/* An array of pointers and the strings behind it, in one piece. */
static char **store_split(const char *strings, unsigned int len, unsigned int *num)
{
	unsigned int count, i;
	char **array, *at;
	int err;

	err = message_strings(strings, len, &count);
	if (err)
		return ERR_PTR(err);
	array = kmalloc(count * sizeof(*array) + len, XS_GFP);
	if (!array)
		return ERR_PTR(-ENOMEM);

	at = memcpy(array + count, strings, len);
	for (i = 0; i < count; i++) {
		array[i] = at;
		at += strlen(at) + 1;
	}
	*num = count;

	return array;
}

/**
 * xenbus_directory - list the children of a node
 * @t: transaction, or XBT_NIL
 * @dir: path
 * @node: node below @dir, or ""
 * @num: where the number of children goes
 *
 * Context: may sleep.
 * Return: their names, to be freed with one kfree(); or ERR_PTR.
 */
char **xenbus_directory(struct xenbus_transaction t, const char *dir, const char *node,
			unsigned int *num)
{
	unsigned int len;
	char **names;
	char *strings;

	strings = store_ask(store_request(XS_DIRECTORY, t, dir, node, 0), &len);
	if (IS_ERR(strings))
		return ERR_CAST(strings);
	names = store_split(strings, len, num);
	kfree(strings);

	return names;
}
EXPORT_SYMBOL_GPL(xenbus_directory);

/**
 * xenbus_exists - ask for a node
 * @t: transaction, or XBT_NIL
 * @dir: path
 * @node: node below @dir, or ""
 *
 * Context: may sleep.
 * Return: 1 if it exists and may be read, else 0.
 */
int xenbus_exists(struct xenbus_transaction t, const char *dir, const char *node)
{
	return !store_tell(store_request(XS_DIRECTORY, t, dir, node, 0));
}
EXPORT_SYMBOL_GPL(xenbus_exists);

/**
 * xenbus_read - read a node
 * @t: transaction, or XBT_NIL
 * @dir: path
 * @node: node below @dir, or ""
 * @len: where the length of the value goes, or NULL
 *
 * Context: may sleep.
 * Return: the value with a NUL behind it, to be freed with kfree(); or ERR_PTR.
 */
void *xenbus_read(struct xenbus_transaction t, const char *dir, const char *node,
		  unsigned int *len)
{
	return store_ask(store_request(XS_READ, t, dir, node, 0), len);
}
EXPORT_SYMBOL_GPL(xenbus_read);

/**
 * xenbus_write - write a node, and make it if need be
 * @t: transaction, or XBT_NIL
 * @dir: path
 * @node: node below @dir, or ""
 * @string: the value
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int xenbus_write(struct xenbus_transaction t, const char *dir, const char *node,
		 const char *string)
{
	size_t len = strlen(string);
	struct xs_request *req;

	req = store_request(XS_WRITE, t, dir, node, len);
	if (!IS_ERR(req))
		memcpy(req->body + req->msg.len - len, string, len);

	return store_tell(req);
}
EXPORT_SYMBOL_GPL(xenbus_write);

/**
 * xenbus_mkdir - make a node without a value
 * @t: transaction, or XBT_NIL
 * @dir: path
 * @node: node below @dir, or ""
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int xenbus_mkdir(struct xenbus_transaction t, const char *dir, const char *node)
{
	return store_tell(store_request(XS_MKDIR, t, dir, node, 0));
}
EXPORT_SYMBOL_GPL(xenbus_mkdir);

/**
 * xenbus_rm - remove a node and all below it
 * @t: transaction, or XBT_NIL
 * @dir: path
 * @node: node below @dir, or ""
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int xenbus_rm(struct xenbus_transaction t, const char *dir, const char *node)
{
	return store_tell(store_request(XS_RM, t, dir, node, 0));
}
EXPORT_SYMBOL_GPL(xenbus_rm);

/**
 * xenbus_transaction_start - start a transaction
 * @t: where it goes
 *
 * The domain is not suspended before its end.
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int xenbus_transaction_start(struct xenbus_transaction *t)
{
	struct xs_request *req;
	int err;

	req = store_request(XS_TRANSACTION_START, XBT_NIL, "", "", 0);
	if (IS_ERR(req))
		return PTR_ERR(req);
	req->status_only = true;
	err = xs_request_exchange(req);
	if (err)
		return err;

	err = message_transaction(req->status, req->answer.len, &t->id);
	xs_request_free(req);
	if (err)
		xs_request_leave();	/* counted as begun, but cannot be ended */

	return err;
}
EXPORT_SYMBOL_GPL(xenbus_transaction_start);

/**
 * xenbus_transaction_end - end a transaction
 * @t: the transaction
 * @abort: drop its changes instead of making them
 *
 * Context: may sleep.
 * Return: 0; -EAGAIN if it clashed with another and is to be done again; or
 * another -errno.  It has ended in any case.
 */
int xenbus_transaction_end(struct xenbus_transaction t, int abort)
{
	struct xs_request *req;

	/* Nobody else could end it, and the store would keep it for ever. */
	req = xs_request_alloc(XS_TRANSACTION_END, t.id, sizeof("T"), XS_GFP | __GFP_NOFAIL);
	memcpy(req->body, abort ? "F" : "T", sizeof("T"));

	return store_tell(req);
}
EXPORT_SYMBOL_GPL(xenbus_transaction_end);

/**
 * xenbus_transact - make changes together or not at all
 * @fn: makes them, in the transaction it is given; called again, in another one,
 *      if somebody else changed the same nodes meanwhile
 * @data: for @fn
 *
 * Context: may sleep.
 * Return: 0; the -errno of @fn, whose changes are dropped then; or another -errno.
 */
int xenbus_transact(int (*fn)(struct xenbus_transaction t, void *data), void *data)
{
	struct xenbus_transaction t;
	int err;

	do {
		err = xenbus_transaction_start(&t);
		if (err)
			return err;

		err = fn(t, data);
		if (err) {
			xenbus_transaction_end(t, 1);
			return err;
		}
		err = xenbus_transaction_end(t, 0);
	} while (err == -EAGAIN);

	return err;
}
EXPORT_SYMBOL_GPL(xenbus_transact);

/**
 * xenbus_scanf - read a node and parse it
 * @t: transaction, or XBT_NIL
 * @dir: path
 * @node: node below @dir, or ""
 * @fmt: format of sscanf(), with its results behind
 *
 * Context: may sleep.
 * Return: the number of results; -ERANGE for none, or another -errno.
 */
int xenbus_scanf(struct xenbus_transaction t, const char *dir, const char *node,
		 const char *fmt, ...)
{
	va_list results;
	char *value;
	int found;

	value = xenbus_read(t, dir, node, NULL);
	if (IS_ERR(value))
		return PTR_ERR(value);

	va_start(results, fmt);
	found = vsscanf(value, fmt, results);
	va_end(results);
	kfree(value);

	return found ?: -ERANGE;
}
EXPORT_SYMBOL_GPL(xenbus_scanf);

/**
 * xenbus_read_unsigned - read a number that may be missing
 * @dir: path
 * @node: node below @dir, or ""
 * @default_val: what it is then
 *
 * Context: may sleep.
 * Return: the number, or @default_val.
 */
unsigned int xenbus_read_unsigned(const char *dir, const char *node, unsigned int default_val)
{
	unsigned int number;

	return xenbus_scanf(XBT_NIL, dir, node, "%u", &number) > 0 ? number : default_val;
}
EXPORT_SYMBOL_GPL(xenbus_read_unsigned);

/**
 * xenbus_printf - format a value and write it to a node
 * @t: transaction, or XBT_NIL
 * @dir: path
 * @node: node below @dir, or ""
 * @fmt: format of printf(), with its arguments behind
 *
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int xenbus_printf(struct xenbus_transaction t, const char *dir, const char *node,
		  const char *fmt, ...)
{
	struct xs_request *req;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);

	/* With room for the NUL that is not sent. */
	req = store_request(XS_WRITE, t, dir, node, len + 1);
	if (!IS_ERR(req)) {
		va_start(args, fmt);
		vsnprintf(req->body + req->msg.len - len - 1, len + 1, fmt, args);
		va_end(args);
		req->msg.len--;
	}

	return store_tell(req);
}
EXPORT_SYMBOL_GPL(xenbus_printf);

/* One node of a gathering: as it is, or parsed. */
static int store_gather_one(struct xenbus_transaction t, const char *dir, const char *node,
			    const char *fmt, void *result)
{
	char *value = xenbus_read(t, dir, node, NULL);
	int err = 0;

	if (IS_ERR(value))
		return PTR_ERR(value);
	if (!fmt) {
		*(char **)result = value;
		return 0;
	}
	if (sscanf(value, fmt, result) == 0)
		err = -EINVAL;
	kfree(value);

	return err;
}

/**
 * xenbus_gather - read several nodes of a directory
 * @t: transaction, or XBT_NIL
 * @dir: path
 *
 * What follows are triples, and a NULL behind the last: the node's name, a
 * format of sscanf() for one result, and where that goes.  With no format the
 * value itself is given, to be freed with kfree().
 *
 * Context: may sleep.
 * Return: 0, or the -errno of the first that failed; -EINVAL if it is of
 * another format.
 */
int xenbus_gather(struct xenbus_transaction t, const char *dir, ...)
{
	const char *node, *fmt;
	va_list triples;
	int err = 0;

	va_start(triples, dir);
	while (!err && (node = va_arg(triples, char *))) {
		fmt = va_arg(triples, char *);
		err = store_gather_one(t, dir, node, fmt, va_arg(triples, void *));
	}
	va_end(triples);

	return err;
}
EXPORT_SYMBOL_GPL(xenbus_gather);
