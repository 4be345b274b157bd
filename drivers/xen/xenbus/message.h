/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wire format of the store: what a header and a payload may be.  Pure.
 *
 * Everything here gets bytes of ours that hold a copy of what a peer or a user
 * sent, and the number of those bytes; nothing relies on a NUL that the sender
 * should have written.
 */
#ifndef XENBUS_MESSAGE_H
#define XENBUS_MESSAGE_H

#include <linux/types.h>
#include <xen/interface/io/xs_wire.h>

enum message_kind {
	MESSAGE_REPLY,
	MESSAGE_EVENT,
	MESSAGE_OVERLONG,	/* its payload is to be skipped, not kept */
};

/* The last word on a transaction, as a user spells it. */
enum message_end {
	MESSAGE_COMMIT,
	MESSAGE_ABORT,
	MESSAGE_NO_END,
};

enum message_kind message_kind(const struct xsd_sockmsg *header);
int message_strings(const char *body, size_t len, unsigned int *count);
const char *message_second_string(const char *body, size_t len);
int message_event(const char *body, size_t len, const char **token, u64 *id);
int message_transaction(const char *body, size_t len, u32 *id);
int message_errno(const char *body, size_t len);
enum message_end message_end(const char *body, size_t len);

#endif /* XENBUS_MESSAGE_H */
