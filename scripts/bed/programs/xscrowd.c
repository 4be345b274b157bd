// SPDX-License-Identifier: GPL-2.0
/*
 * xscrowd - hard use of the kernel's device to the store.
 *
 *	xscrowd crowd USERS ROUNDS	many users at once: transactions and watches
 *	xscrowd bad			messages against the protocol
 *	xscrowd odd			uses that are right, but rare
 *	xscrowd leave COUNT		begin transactions and watches, leave them
 *	xscrowd halt FILE		ask, say so in FILE, and wait for the reply
 *	xscrowd watch FILE		say so in FILE, and ask for a watch
 *	xscrowd storm COUNT		change a watched node, and read nothing
 */
#include "devices.h"

#include <sys/uio.h>
#include <xen/io/xs_wire.h>

#define USAGE "xscrowd crowd USERS ROUNDS | bad | odd | leave COUNT | halt FILE | " \
	"watch FILE | storm COUNT"
#define BASE "/tool/crowd"
#define SECONDS 240
#define STORM_KEPT 1000

struct message {
	struct xsd_sockmsg header;
	char body[XENSTORE_PAYLOAD_MAX + 1];
};

static int store;
static uint32_t last_id = 0x7e600000;
static unsigned int events;

static void receive(struct message *reply)
{
	for (;;) {
		read_exactly(store, &reply->header, sizeof(reply->header));
		if (reply->header.len > XENSTORE_PAYLOAD_MAX)
			fail("expected a payload that fits, got %u bytes", reply->header.len);
		read_exactly(store, reply->body, reply->header.len);
		reply->body[reply->header.len] = '\0';
		if (reply->header.type != XS_WATCH_EVENT)
			return;
		events++;
	}
}

/* post - write a message in one piece; 0 or the error of the write. */
static int post(uint32_t type, uint32_t transaction, const void *body, size_t length)
{
	struct message message = {
		.header = { type, ++last_id, transaction, (uint32_t)length },
	};
	ssize_t written;

	memcpy(message.body, body, length);
	length += sizeof(message.header);
	written = write(store, &message, length);
	if (written < 0)
		return errno;
	if ((size_t)written != length)
		fail("expected %zu bytes to be written, got %zd", length, written);
	return 0;
}

/* ask - the name of the error that came back, or NULL */
static const char *ask(uint32_t type, uint32_t transaction, const void *body, size_t length,
		       struct message *reply)
{
	static struct message unused;
	int error;

	if (!reply)
		reply = &unused;
	error = post(type, transaction, body, length);
	if (error)
		fail("expected a message of type %u to be taken, got %s", type, strerror(error));
	receive(reply);
	if (reply->header.req_id != last_id || reply->header.tx_id != transaction)
		fail("expected the reply to request 0x%x in %u, got 0x%x in %u", last_id,
		     transaction, reply->header.req_id, reply->header.tx_id);
	if (reply->header.type == XS_ERROR)
		return reply->body;
	if (reply->header.type != type)
		fail("expected a reply of type %u, got %u", type, reply->header.type);
	return NULL;
}

/* stage - a step of requests, each of which takes a moment. */
static void stage(const char *name)
{
	bed_step = name;
	watchdog(40);
}

static void good(const char *error, const char *what)
{
	if (error)
		fail("expected to %s, got %s", what, error);
}

static void bad(const char *error, const char *expected, const char *what)
{
	if (!error || strcmp(error, expected))
		fail("%s: expected %s, got %s", what, expected, error ? error : "success");
}

static uint32_t begin(void)
{
	struct message reply;

	good(ask(XS_TRANSACTION_START, 0, "", 1, &reply), "start a transaction");
	return (uint32_t)number(reply.body, 1, UINT32_MAX);
}

static size_t two(char *to, const char *first, const char *second)
{
	return (size_t)sprintf(to, "%s%c%s", first, 0, second);
}

static void put(uint32_t transaction, const char *path, const char *value)
{
	char body[256];

	good(ask(XS_WRITE, transaction, body, two(body, path, value), NULL), "write");
}

/* ------------------------------------------------------------------ users */
static void one_round(const char *path, unsigned int round)
{
	char value[32], body[256];
	struct message reply;
	const char *error;
	uint32_t t;

	sprintf(value, "%u", round);
	do {
		t = begin();
		put(t, path, value);
		good(ask(XS_READ, t, path, strlen(path) + 1, &reply), "read in a transaction");
		if (strcmp(reply.body, value))
			fail("expected %s in a transaction, got %s", value, reply.body);
		error = ask(XS_TRANSACTION_END, t, round % 3 ? "T" : "F", 2, &reply);
	} while (error && !strcmp(error, "EAGAIN"));
	good(error, "end a transaction");

	events = 0;
	good(ask(XS_WATCH, 0, body, two(body, path, "token") + 1, NULL), "watch");
	put(0, path, value);
	do	/* one for the watch itself, one for the change */
		good(ask(XS_READ, 0, path, strlen(path) + 1, &reply), "read");
	while (events < 2);
	if (strcmp(reply.body, value))
		fail("expected %s, got %s", value, reply.body);
	good(ask(XS_UNWATCH, 0, body, two(body, path, "token") + 1, NULL), "unwatch");
}

static int do_crowd(unsigned int users, unsigned int rounds)
{
	pid_t pids[64];
	char path[64];
	unsigned int i, round;

	for (i = 0; i < users; i++) {
		pids[i] = fork_or_fail();
		if (pids[i])
			continue;
		watchdog(SECONDS);
		store = open_device("xenbus");
		sprintf(path, BASE "/user%u", i);
		for (round = 0; round < rounds; round++)
			one_round(path, round);
		_exit(0);
	}
	for (i = 0; i < users; i++)
		child_exits(pids[i], 0);
	return 0;
}

/* --------------------------------------------------------------- bad messages */
static void refused(const void *data, size_t length, int expected, const char *what)
{
	if (write(store, data, length) >= 0 || errno != expected)
		fail("%s: expected %s, got %s", what, strerror(expected), strerror(errno));
}

static void expect_alive(void)
{
	good(ask(XS_DIRECTORY, 0, "/", 2, NULL), "go on after a bad message");
}

static int do_bad(void)
{
	static char big[2 * XENSTORE_PAYLOAD_MAX];
	struct xsd_sockmsg header = { .type = XS_READ, .len = XENSTORE_PAYLOAD_MAX };
	uint32_t t;

	stage("sizes");
	memset(big, 'a', sizeof(big));
	refused(&header, sizeof(header), E2BIG, "a header that announces too much");
	expect_alive();
	header.len = UINT32_MAX;
	refused(&header, sizeof(header), E2BIG, "a header that announces 4 GiB");
	expect_alive();
	refused(big, sizeof(big), EINVAL, "a write that is too long");
	expect_alive();
	if (write(store, &header, 7) != 7)
		fail_errno("write of half a header");
	refused(big, XENSTORE_PAYLOAD_MAX - 6, EINVAL, "a write that is too long together");
	expect_alive();
	refused((void *)8, 64, EFAULT, "a bad address");
	expect_alive();

	stage("unknown types");
	if (!ask(XS_INVALID, 0, "/", 2, NULL) || !ask(XS_TYPE_COUNT + 7, 0, "/", 2, NULL))
		fail("expected unknown types to be refused");
	expect_alive();
	stage("a path without its NUL");
	if (!ask(XS_READ, 0, "/tool", 5, NULL))
		fail("expected a path without its NUL to be refused");
	stage("no path at all");
	if (!ask(XS_READ, 0, "", 0, NULL))
		fail("expected no path at all to be refused");
	expect_alive();
	stage("watches");
	bad(ask(XS_WATCH, 0, BASE "\0token", sizeof(BASE "\0token") - 1, NULL), "EINVAL",
	    "a token without its NUL");
	bad(ask(XS_WATCH, 0, BASE, sizeof(BASE) - 1, NULL), "EINVAL", "no token at all");
	bad(ask(XS_UNWATCH, 0, "", 0, NULL), "EINVAL", "nothing to unwatch");
	good(ask(XS_UNWATCH, 0, BASE "\0none", sizeof(BASE "\0none"), NULL), "unwatch nothing");

	stage("transactions");
	bad(ask(XS_READ, 123456789, "/", 2, NULL), "ENOENT", "an unknown transaction");
	bad(ask(XS_TRANSACTION_END, 123456789, "T", 2, NULL), "ENOENT", "the end of no transaction");
	t = begin();
	bad(ask(XS_TRANSACTION_END, t, "X", 2, NULL), "EINVAL", "an end that is none");
	bad(ask(XS_TRANSACTION_END, t, "T", 1, NULL), "EINVAL", "an end without its NUL");
	good(ask(XS_TRANSACTION_END, t, "F", 2, NULL), "end a transaction after all");
	bad(ask(XS_TRANSACTION_END, t, "F", 2, NULL), "ENOENT", "a second end");
	expect_alive();
	watchdog(0);
	return 0;
}

/* ------------------------------------------------------------- rare, but right */
static void odd_pieces(void)
{
	struct message message = {
		.header = { XS_READ, ++last_id, 0, sizeof(BASE "/odd") },
	};
	struct message reply;
	size_t at;

	strcpy(message.body, BASE "/odd");
	for (at = 0; at < sizeof(message.header) + message.header.len; at++)
		if (write(store, (char *)&message + at, 1) != 1)
			fail_errno("write of one byte");
	receive(&reply);
	if (reply.header.req_id != last_id || strcmp(reply.body, "whole"))
		fail("expected 'whole' after writing byte for byte, got '%s'", reply.body);
}

/* More requests than the ring has room for, and no reply read meanwhile. */
static void odd_pipeline(void)
{
	uint32_t first = last_id + 1, i;
	struct message reply;
	char path[700], body[800];

	memset(path, 0, sizeof(path));
	for (i = 0; i < 100; i++) {
		int used = sprintf(path, BASE "/odd/%u/", i);

		memset(path + used, 'a' + (int)(i % 26), 400);
		strcpy(path + used + 400, "x");
		if (post(XS_WRITE, 0, body, two(body, path, "v")))
			fail_errno("write");
	}
	for (i = 0; i < 100; i++) {
		receive(&reply);
		if (reply.header.req_id != first + i || reply.header.type != XS_WRITE)
			fail("expected the reply to request %u of a hundred, got %u (%s)", i,
			     reply.header.req_id - first, reply.body);
	}
	for (i = 0; i < 100; i++) {
		int used = sprintf(path, BASE "/odd/%u/", i);

		memset(path + used, 'a' + (int)(i % 26), 400);
		strcpy(path + used + 400, "x");
		good(ask(XS_READ, 0, path, strlen(path) + 1, &reply), "read what was written");
	}
}

static int do_odd(void)
{
	struct message reply;
	char none;

	put(0, BASE "/odd", "whole");
	stage("byte for byte");
	odd_pieces();
	stage("a hundred requests at once");
	odd_pipeline();
	stage("the end of transaction 0");
	bad(ask(XS_TRANSACTION_END, 0, "T", 2, &reply), "ENOENT", "the end of transaction 0");
	stage("an empty read");
	if (post(XS_READ, 0, BASE "/odd", sizeof(BASE "/odd")))
		fail_errno("write");
	sleep_ns(NSEC_PER_SEC / 5);
	if (read(store, &none, 0))
		fail("expected a read of nothing to return 0, got %s", strerror(errno));
	receive(&reply);
	watchdog(0);
	return 0;
}

/* ------------------------------------------------------ users that go away */
static int do_leave(unsigned int count)
{
	char body[256], path[64];
	unsigned int i;
	uint32_t t;

	for (i = 0; i < count; i++) {
		sprintf(path, BASE "/left%u", i);
		t = begin();
		put(t, path, "x");
		good(ask(XS_WATCH, 0, body, two(body, path, "left") + 1, NULL), "watch");
	}
	/* and one that is under way */
	return post(XS_TRANSACTION_START, 0, "", 1);
}

static void announce(const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0)
		fail_errno("open");
	close(fd);
}

static int do_halt(const char *file)
{
	struct message reply;

	if (post(XS_TRANSACTION_START, 0, "", 1))
		fail_errno("write");
	announce(file);
	receive(&reply);
	return 0;
}

static int do_watch(const char *file)
{
	char body[256];

	announce(file);
	good(ask(XS_WATCH, 0, body, two(body, BASE, "halt") + 1, NULL), "watch");
	return 0;
}

static int do_storm(unsigned int count)
{
	struct message reply;
	int reader = store;
	char body[256];
	unsigned int i;

	good(ask(XS_WATCH, 0, body, two(body, BASE "/storm", "storm") + 1, NULL), "watch");
	store = open_device("xenbus");
	for (i = 0; i < count; i++)
		put(0, BASE "/storm", "x");

	/* Then it wakes up: some events say as much as all of them. */
	store = reader;
	if (fcntl(store, F_SETFL, O_NONBLOCK))
		fail_errno("fcntl");
	for (i = 0; read(store, &reply.header, sizeof(reply.header)) > 0; i++)
		read_exactly(store, reply.body, reply.header.len);
	if (errno != EAGAIN || !i || i > STORM_KEPT)
		fail("expected some of %u events, at most %d, got %u", count, STORM_KEPT, i);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 4 && !strcmp(what, "crowd"))
		return do_crowd((unsigned int)number(argv[2], 1, 64),
				(unsigned int)number(argv[3], 1, 100000));
	store = open_device("xenbus");
	if (argc == 2 && !strcmp(what, "bad"))
		return watchdog(SECONDS), do_bad();
	if (argc == 2 && !strcmp(what, "odd"))
		return do_odd();
	if (argc == 3 && !strcmp(what, "leave"))
		return do_leave((unsigned int)number(argv[2], 1, 1000));
	if (argc == 3 && !strcmp(what, "halt"))
		return do_halt(argv[2]);
	if (argc == 3 && !strcmp(what, "watch"))
		return do_watch(argv[2]);
	if (argc == 3 && !strcmp(what, "storm"))
		return do_storm((unsigned int)number(argv[2], 1, 1000000));
	usage(USAGE);
}
