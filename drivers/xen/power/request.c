// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that the toolstack writes below control/ in xenstore. A request is taken and
 * the key emptied in one transaction, so that none is taken twice and none is lost.
 */
#define pr_fmt(fmt) "xen:manage: " fmt

#include <linux/err.h>
#include <linux/slab.h>

#include <xen/xenbus.h>

#include "power.h"

/*
 * One attempt. Return: -EAGAIN if somebody else changed something at the same time; else
 * 0 and @word, which is NULL if there is nothing.
 */
static int power_try_request(const char *key, bool (*is_ours)(const char *word), char **word)
{
	struct xenbus_transaction xbt;
	char *value;
	int err;

	*word = NULL;
	if (xenbus_transaction_start(&xbt))
		return 0;

	/*
	 * Watches fire when they are registered and when a domain was restored, so often
	 * there is no key, and it is empty once the request was taken.
	 */
	value = xenbus_read(xbt, "control", key, NULL);
	if (XENBUS_IS_ERR_READ(value)) {
		if (!XENBUS_EXIST_ERR(PTR_ERR(value)))
			pr_err("Error %ld reading control/%s\n", PTR_ERR(value), key);
		xenbus_transaction_end(xbt, 1);
		return 0;
	}

	/* What nobody here understands is left for whom it is meant for. */
	err = is_ours(value) ? xenbus_write(xbt, "control", key, "") : 0;
	if (err)
		pr_err("Error %d writing control/%s\n", err, key);

	err = xenbus_transaction_end(xbt, err ? 1 : 0);
	if (err == -EAGAIN) {
		kfree(value);
		return err;
	}
	*word = value;
	return 0;
}

/**
 * power_take_request - read a request, and say that it was read
 * @key: its key below control/
 * @is_ours: whether a word is a request that will be carried out
 *
 * Context: process, may sleep.
 * Return: the word, to be freed with kfree(), or NULL if there is none.
 */
char *power_take_request(const char *key, bool (*is_ours)(const char *word))
{
	char *word;

	while (power_try_request(key, is_ours, &word) == -EAGAIN)
		;
	return word;
}
