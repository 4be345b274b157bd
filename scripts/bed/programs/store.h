/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection to the store over the kernel's device, for programs that include
 * this once: each reply must carry the type, the request and the transaction that
 * it answers, and a length that the payload bears out.
 */
#ifndef BED_STORE_H
#define BED_STORE_H

#include "bed.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <xen/io/xs_wire.h>

#define STORE_SECONDS 120
#define STORE_TOKEN "xs"

struct store_reply {
	struct xsd_sockmsg header;
	char body[XENSTORE_PAYLOAD_MAX + 1];	/* always ends in a NUL of ours */
};

static int store;			/* the connection */
static unsigned int store_events;	/* watch events seen */
static unsigned int store_rest;		/* seconds that what follows a reply may take; 0: any */

static inline int store_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		fail("expected a shorter path than %s", path);
	strcpy(address.sun_path, path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
		fail("expected to connect to %s, got %s", path, strerror(errno));
	return fd;
}

static inline int store_open(void)
{
	const char *path = getenv("XS_DEV");
	struct stat info;
	int fd;

	if (path && !stat(path, &info) && S_ISSOCK(info.st_mode))
		return store_socket(path);
	fd = open(path ? path : "/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
	if (fd < 0 && !path)
		fd = open("/proc/xen/xenbus", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fail("expected to open %s, got %s", path ? path : "/dev/xen/xenbus",
		     strerror(errno));
	return fd;
}

/* Nothing half-read may be left behind: what follows would be misread. */
static inline void store_receive(struct store_reply *reply)
{
	read_exactly(store, &reply->header, sizeof(reply->header));
	if (reply->header.len > XENSTORE_PAYLOAD_MAX)
		fail("expected a payload of at most %d bytes, got %u", XENSTORE_PAYLOAD_MAX,
		     reply->header.len);
	read_exactly(store, reply->body, reply->header.len);
	reply->body[reply->header.len] = '\0';
}

/* A watch event carries exactly two strings: a path, and our token. */
static inline void store_take_event(const struct store_reply *event)
{
	size_t length = event->header.len, path;

	if (!length || event->body[length - 1])
		fail("expected a watch event to end in a NUL, got %zu bytes without", length);
	path = strlen(event->body) + 1;
	if (path >= length || path + strlen(event->body + path) + 1 != length)
		fail("expected a path and a token in a watch event of %zu bytes, got '%s'",
		     length, event->body);
	if (strcmp(event->body + path, STORE_TOKEN))
		fail("expected the token '%s', got '%s'", STORE_TOKEN, event->body + path);
	store_events++;
}

/* store_error - the errno that an XS_ERROR reply names. */
static inline int store_error(const struct store_reply *reply)
{
	size_t i;

	if (reply->header.len != strlen(reply->body) + 1)
		fail("expected an error name and a NUL, got %u bytes '%s'", reply->header.len,
		     reply->body);
	for (i = 0; i < ARRAY_SIZE(xsd_errors); i++)
		if (!strcmp(xsd_errors[i].errstring, reply->body))
			return xsd_errors[i].errnum;
	fail("expected a known error name, got '%s'", reply->body);
}

static inline void store_send(uint32_t type, uint32_t transaction, uint32_t id,
			      const char *payload, size_t length)
{
	struct {
		struct xsd_sockmsg header;
		char body[XENSTORE_PAYLOAD_MAX];
	} message = { .header = { .type = type, .req_id = id, .tx_id = transaction } };
	ssize_t written;

	if (length > sizeof(message.body))
		fail("expected a request of at most %zu bytes, got %zu", sizeof(message.body),
		     length);
	message.header.len = (uint32_t)length;
	memcpy(message.body, payload, length);
	length += sizeof(message.header);
	written = write(store, &message, length);
	if (written < 0)
		fail_errno("write to the store");
	if ((size_t)written != length)
		fail("expected %zu bytes to be written, got %zd", length, written);
}

/* store_ask - send a request and take its reply; 0 or the error that came back. */
static inline int store_ask(uint32_t type, uint32_t transaction, const char *payload,
			    size_t length, struct store_reply *reply)
{
	static uint32_t id = 0x7e500000;

	watchdog(STORE_SECONDS);
	store_send(type, transaction, ++id, payload, length);
	for (;;) {
		store_receive(reply);
		if (reply->header.type != XS_WATCH_EVENT)
			break;
		store_take_event(reply);
	}
	watchdog(store_rest);
	if (reply->header.req_id != id)
		fail("expected the reply to request 0x%x, got 0x%x", id, reply->header.req_id);
	if (reply->header.tx_id != transaction)
		fail("expected a reply in transaction %u, got %u", transaction,
		     reply->header.tx_id);
	if (reply->header.type == XS_ERROR)
		return store_error(reply);
	if (reply->header.type != type)
		fail("expected a reply of type %u, got %u", type, reply->header.type);
	return 0;
}

/* store_ask_ok - a request whose only good reply is "OK". */
static inline int store_ask_ok(uint32_t type, uint32_t transaction, const char *payload,
			       size_t length)
{
	struct store_reply reply;
	int error = store_ask(type, transaction, payload, length, &reply);

	if (!error && (reply.header.len != 3 || memcmp(reply.body, "OK", 3)))
		fail("expected \"OK\" and a NUL, got %u bytes '%s'", reply.header.len,
		     reply.body);
	return error;
}

/* store_join - two strings with a NUL between them; returns the length, NUL excluded. */
static inline size_t store_join(char payload[XENSTORE_PAYLOAD_MAX + 1], const char *first,
				const char *second)
{
	int length = snprintf(payload, XENSTORE_PAYLOAD_MAX + 1, "%s%c%s", first, 0, second);

	if (length < 0 || length >= XENSTORE_PAYLOAD_MAX)
		fail("expected less than %d bytes to send, got %d", XENSTORE_PAYLOAD_MAX, length);
	return (size_t)length;
}

static inline int store_get(uint32_t transaction, const char *path, struct store_reply *value)
{
	return store_ask(XS_READ, transaction, path, strlen(path) + 1, value);
}

static inline int store_put(uint32_t transaction, const char *path, const char *value)
{
	char payload[XENSTORE_PAYLOAD_MAX + 1];

	return store_ask_ok(XS_WRITE, transaction, payload, store_join(payload, path, value));
}

#endif /* BED_STORE_H */
