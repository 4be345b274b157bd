// SPDX-License-Identifier: GPL-2.0
/*
 * Parser and judge of the store's messages.
 *
 * No state and no locks: see message.h.  The store may be a hostile driver
 * domain's, so each rule of the wire is checked here before a payload is used.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "message.h"

/**
 * message_kind - tell what a header announces
 * @header: a private copy of the header
 *
 * Context: any.
 * Return: the kind; MESSAGE_OVERLONG for more payload than the protocol has
 * (XENSTORE_PAYLOAD_MAX in xen/include/public/io/xs_wire.h).
 */
enum message_kind message_kind(const struct xsd_sockmsg *header)
{
	if (header->len > XENSTORE_PAYLOAD_MAX)
		return MESSAGE_OVERLONG;

	return header->type == XS_WATCH_EVENT ? MESSAGE_EVENT : MESSAGE_REPLY;
}

/**
 * message_strings - count the strings of a payload
 * @body: the payload
 * @len: its bytes
 * @count: where the number goes
 *
 * Context: any.
 * Return: 0, or -EIO if the last string does not end within the payload.
 */
int message_strings(const char *body, size_t len, unsigned int *count)
{
	size_t i;

	*count = 0;
	if (!len)
		return 0;
	if (body[len - 1])
		return -EIO;
	for (i = 0; i < len; i++)
		*count += !body[i];

	return 0;
}

/**
 * message_second_string - find the second of a payload's strings
 * @body: the payload
 * @len: its bytes
 *
 * Context: any.
 * Return: its first byte, or NULL unless both strings end within the payload.
 */
const char *message_second_string(const char *body, size_t len)
{
	const char *end = memchr(body, '\0', len);

	if (!end)
		return NULL;
	end++;

	return memchr(end, '\0', body + len - end) ? end : NULL;
}

/**
 * message_event - parse the payload of a watch event
 * @body: the payload: a path and a token
 * @len: its bytes
 * @token: where the token's place goes
 * @id: where the token's number goes
 *
 * Context: any.
 * Return: 0, or -EINVAL unless there are exactly two strings of which the
 * second is a number that we can have given.
 */
int message_event(const char *body, size_t len, const char **token, u64 *id)
{
	unsigned int count;

	if (message_strings(body, len, &count) || count != 2)
		return -EINVAL;
	*token = body + strlen(body) + 1;

	return kstrtou64(*token, 16, id) ? -EINVAL : 0;
}

/**
 * message_transaction - parse the reply to XS_TRANSACTION_START
 * @body: the payload: a decimal number and its NUL
 * @len: its bytes
 * @id: where the number goes
 *
 * Context: any.
 * Return: 0, or -EIO if it is no number, or that of no transaction at all.
 */
int message_transaction(const char *body, size_t len, u32 *id)
{
	if (!len || body[len - 1] || kstrtou32(body, 10, id) || !*id)
		return -EIO;

	return 0;
}

/**
 * message_errno - translate the payload of XS_ERROR
 * @body: the payload: the name of an error
 * @len: its bytes
 *
 * Context: any.
 * Return: the negative errno; -EINVAL for a name that the protocol has not.
 */
int message_errno(const char *body, size_t len)
{
	size_t i;

	if (!len || body[len - 1])
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(xsd_errors); i++)
		if (!strcmp(xsd_errors[i].errstring, body))
			return -xsd_errors[i].errnum;

	return -EINVAL;
}

/**
 * message_end - read how a transaction is to end
 * @body: the payload of XS_TRANSACTION_END: "T" or "F" and a NUL
 * @len: its bytes
 *
 * Context: any.
 * Return: which of both, or MESSAGE_NO_END.
 */
enum message_end message_end(const char *body, size_t len)
{
	if (len != 2 || body[1])
		return MESSAGE_NO_END;

	return body[0] == 'T' ? MESSAGE_COMMIT : body[0] == 'F' ? MESSAGE_ABORT : MESSAGE_NO_END;
}
