// SPDX-License-Identifier: GPL-2.0
/*
 * xs - a small xenstore client over the kernel's device.
 *
 * It proves that requests, replies, watches and transactions pass through
 * /dev/xen/xenbus (or /proc/xen/xenbus) whole and in order: each reply must
 * carry the type, the request and the transaction that it answers, and a
 * length that the payload bears out.
 *
 *	xs read PATH			print the value
 *	xs write PATH VALUE [PATH VALUE...]
 *	xs list PATH			print the children, one a line
 *	xs rm PATH
 *	xs wait PATH REGEX SECONDS	watch until the value matches; print it
 *	xs swap PATH VALUE		in a transaction; print the old value
 *
 * XS_DEV names another device, or the socket of a store to speak to.
 */
#include "bed.h"

#include <poll.h>
#include <regex.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <xen/io/xs_wire.h>

#define USAGE "xs read PATH | write PATH VALUE [PATH VALUE...] | list PATH | rm PATH | " \
	"wait PATH REGEX SECONDS | swap PATH VALUE"
#define REPLY_SECONDS 120
#define SWAP_TRIES 1000
#define TOKEN "xs"

struct reply {
	struct xsd_sockmsg header;
	char body[XENSTORE_PAYLOAD_MAX + 1];	/* always ends in a NUL of ours */
};

static int store;
static unsigned int events;	/* watch events seen */

/* ------------------------------------------------------------- the wire */
static int open_socket(const char *path)
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

static int open_store(void)
{
	const char *path = getenv("XS_DEV");
	struct stat info;
	int fd;

	if (path && !stat(path, &info) && S_ISSOCK(info.st_mode))
		return open_socket(path);
	fd = open(path ? path : "/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
	if (fd < 0 && !path)
		fd = open("/proc/xen/xenbus", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fail("expected to open %s, got %s", path ? path : "/dev/xen/xenbus",
		     strerror(errno));
	return fd;
}

/* Nothing half-read may be left behind: what follows would be misread. */
static void receive(struct reply *reply)
{
	read_exactly(store, &reply->header, sizeof(reply->header));
	if (reply->header.len > XENSTORE_PAYLOAD_MAX)
		fail("expected a payload of at most %d bytes, got %u", XENSTORE_PAYLOAD_MAX,
		     reply->header.len);
	read_exactly(store, reply->body, reply->header.len);
	reply->body[reply->header.len] = '\0';
}

/* A watch event carries exactly two strings: a path, and our token. */
static void take_event(const struct reply *event)
{
	size_t length = event->header.len, path;

	if (!length || event->body[length - 1])
		fail("expected a watch event to end in a NUL, got %zu bytes without", length);
	path = strlen(event->body) + 1;
	if (path >= length || path + strlen(event->body + path) + 1 != length)
		fail("expected a path and a token in a watch event of %zu bytes, got '%s'",
		     length, event->body);
	if (strcmp(event->body + path, TOKEN))
		fail("expected the token '%s', got '%s'", TOKEN, event->body + path);
	events++;
}

/* error_number - the errno that an XS_ERROR reply names. */
static int error_number(const struct reply *reply)
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

static void send_request(uint32_t type, uint32_t transaction, uint32_t id, const char *payload,
			 size_t length)
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

/* ask - send a request and take its reply; 0 or the error that came back. */
static int ask(uint32_t type, uint32_t transaction, const char *payload, size_t length,
	       struct reply *reply)
{
	static uint32_t id = 0x7e500000;

	watchdog(REPLY_SECONDS);
	send_request(type, transaction, ++id, payload, length);
	for (;;) {
		receive(reply);
		if (reply->header.type != XS_WATCH_EVENT)
			break;
		take_event(reply);
	}
	watchdog(0);
	if (reply->header.req_id != id)
		fail("expected the reply to request 0x%x, got 0x%x", id, reply->header.req_id);
	if (reply->header.tx_id != transaction)
		fail("expected a reply in transaction %u, got %u", transaction,
		     reply->header.tx_id);
	if (reply->header.type == XS_ERROR)
		return error_number(reply);
	if (reply->header.type != type)
		fail("expected a reply of type %u, got %u", type, reply->header.type);
	return 0;
}

/* ask_ok - a request whose only good reply is "OK". */
static int ask_ok(uint32_t type, uint32_t transaction, const char *payload, size_t length)
{
	struct reply reply;
	int error = ask(type, transaction, payload, length, &reply);

	if (!error && (reply.header.len != 3 || memcmp(reply.body, "OK", 3)))
		fail("expected \"OK\" and a NUL, got %u bytes '%s'", reply.header.len,
		     reply.body);
	return error;
}

static void must(int error, const char *what, const char *path)
{
	if (error)
		fail("expected to %s %s, got %s", what, path, strerror(error));
}

/* --------------------------------------------------------------- requests */
/* join - two strings with a NUL between them; returns the length, NUL excluded. */
static size_t join(char payload[XENSTORE_PAYLOAD_MAX + 1], const char *first, const char *second)
{
	int length = snprintf(payload, XENSTORE_PAYLOAD_MAX + 1, "%s%c%s", first, 0, second);

	if (length < 0 || length >= XENSTORE_PAYLOAD_MAX)
		fail("expected less than %d bytes to send, got %d", XENSTORE_PAYLOAD_MAX, length);
	return (size_t)length;
}

static int get(uint32_t transaction, const char *path, struct reply *value)
{
	return ask(XS_READ, transaction, path, strlen(path) + 1, value);
}

static int put(uint32_t transaction, const char *path, const char *value)
{
	char payload[XENSTORE_PAYLOAD_MAX + 1];

	return ask_ok(XS_WRITE, transaction, payload, join(payload, path, value));
}

static void print_value(const struct reply *reply)
{
	fwrite(reply->body, 1, reply->header.len, stdout);
	putchar('\n');
	if (fflush(stdout))
		fail_errno("write to standard output");
}

static int do_read(const char *path)
{
	struct reply reply;

	must(get(0, path, &reply), "read", path);
	print_value(&reply);
	return 0;
}

static int do_write(char **pairs, int count)
{
	int i;

	for (i = 0; i < count; i += 2)
		must(put(0, pairs[i], pairs[i + 1]), "write", pairs[i]);
	return 0;
}

static void print_names(const char *names, size_t length)
{
	size_t at;

	if (length && names[length - 1])
		fail("expected a list of names to end in a NUL, got '%c'", names[length - 1]);
	for (at = 0; at < length; at += strlen(names + at) + 1) {
		if (!names[at])
			fail("expected a name at byte %zu of a list, got an empty one", at);
		puts(names + at);
	}
}

/*
 * A list too long for one reply comes in parts, each with the generation of
 * the directory first; an empty name ends the last one.
 */
static int list_parts(const char *path)
{
	char payload[XENSTORE_PAYLOAD_MAX + 1], from[24], generation[32] = "", *names;
	size_t offset = 0, length, first;
	bool last = false;
	struct reply reply;

	while (!last) {
		snprintf(from, sizeof(from), "%zu", offset);
		length = join(payload, path, from) + 1;
		must(ask(XS_DIRECTORY_PART, 0, payload, length, &reply), "list", path);
		first = strlen(reply.body) + 1;
		if (first >= reply.header.len || first > sizeof(generation))
			fail("expected a generation and names, got %u bytes '%s'",
			     reply.header.len, reply.body);
		if (offset && strcmp(generation, reply.body))
			fail("expected generation %s of %s to last, got %s", generation, path,
			     reply.body);
		strcpy(generation, reply.body);
		names = reply.body + first;
		length = reply.header.len - first;
		last = !names[length - 1] && (length == 1 || !names[length - 2]);
		print_names(names, length - last);
		offset += length - last;
	}
	return 0;
}

static int do_list(const char *path)
{
	struct reply reply;
	int error = ask(XS_DIRECTORY, 0, path, strlen(path) + 1, &reply);

	if (error == E2BIG)
		return list_parts(path);
	must(error, "list", path);
	print_names(reply.body, reply.header.len);
	return 0;
}

static int do_rm(const char *path)
{
	must(ask_ok(XS_RM, 0, path, strlen(path) + 1), "remove", path);
	return 0;
}

/* ------------------------------------------------------ watch and swap */
/* await_event - false when the time was up first. */
static bool await_event(int64_t end)
{
	struct pollfd ready = { .fd = store, .events = POLLIN };
	int64_t left = (end - now_ns() + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC;
	struct reply reply;
	int count;

	if (left < 0)
		left = 0;
	count = poll(&ready, 1, (int)left);
	if (count < 0 && errno != EINTR)
		fail_errno("poll");
	if (count <= 0)
		return now_ns() < end;
	receive(&reply);
	if (reply.header.type != XS_WATCH_EVENT)
		fail("expected a watch event, got a message of type %u", reply.header.type);
	take_event(&reply);
	return true;
}

static int do_wait(const char *path, const char *pattern, uint64_t seconds)
{
	int64_t end = now_ns() + (int64_t)seconds * NSEC_PER_SEC;
	char payload[XENSTORE_PAYLOAD_MAX + 1];
	struct reply reply;
	unsigned int seen;
	size_t length;
	regex_t regex;
	int error;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		usage(USAGE);
	length = join(payload, path, TOKEN) + 1;
	must(ask_ok(XS_WATCH, 0, payload, length), "watch", path);
	do {
		/* An event that comes while the value is read is not lost: it counts. */
		seen = events;
		error = get(0, path, &reply);
		if (error != ENOENT)
			must(error, "read", path);
		if (!error && !regexec(&regex, reply.body, 0, NULL, 0)) {
			print_value(&reply);
			must(ask_ok(XS_UNWATCH, 0, payload, length), "unwatch", path);
			return 0;
		}
		while (seen == events)
			if (!await_event(end))
				fail("expected %s to match '%s' in %u s, got '%s' after %u events",
				     path, pattern, (unsigned int)seconds,
				     error ? "(no value)" : reply.body, events);
	} while (true);
}

static uint32_t transaction_start(void)
{
	unsigned long id;
	struct reply reply;
	char *end;

	must(ask(XS_TRANSACTION_START, 0, "", 1, &reply), "start", "a transaction");
	id = strtoul(reply.body, &end, 10);
	if (end == reply.body || reply.header.len != (size_t)(end - reply.body) + 1 || !id)
		fail("expected a transaction number and a NUL, got %u bytes '%s'",
		     reply.header.len, reply.body);
	return (uint32_t)id;
}

static int do_swap(const char *path, const char *value)
{
	struct reply old;
	uint32_t transaction;
	int error, tries;

	for (tries = 0; tries < SWAP_TRIES; tries++) {
		transaction = transaction_start();
		error = get(transaction, path, &old);
		if (!error)
			error = put(transaction, path, value);
		if (error) {
			ask_ok(XS_TRANSACTION_END, transaction, "F", 2);
			must(error, "swap", path);
		}
		error = ask_ok(XS_TRANSACTION_END, transaction, "T", 2);
		if (error == EAGAIN)
			continue;
		must(error, "end the transaction on", path);
		print_value(&old);
		return 0;
	}
	fail("expected a transaction on %s to end, got EAGAIN %d times", path, tries);
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	bool is_write = !strcmp(verb, "write") && argc % 2 == 0;
	bool is_wait = !strcmp(verb, "wait") && argc == 5;
	bool is_swap = !strcmp(verb, "swap") && argc == 4;
	uint64_t seconds = is_wait ? number(argv[4], 0, 1000000) : 0;

	if (!is_write && !is_wait && !is_swap &&
	    (argc != 3 || (strcmp(verb, "read") && strcmp(verb, "list") && strcmp(verb, "rm"))))
		usage(USAGE);
	bed_step = verb;
	store = open_store();
	if (is_write)
		return do_write(argv + 2, argc - 2);
	if (is_wait)
		return do_wait(argv[2], argv[3], seconds);
	if (is_swap)
		return do_swap(argv[2], argv[3]);
	if (!strcmp(verb, "read"))
		return do_read(argv[2]);
	return !strcmp(verb, "list") ? do_list(argv[2]) : do_rm(argv[2]);
}
