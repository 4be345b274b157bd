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
#include "store.h"

#include <poll.h>
#include <regex.h>

#define USAGE "xs read PATH | write PATH VALUE [PATH VALUE...] | list PATH | rm PATH | " \
	"wait PATH REGEX SECONDS | swap PATH VALUE"
#define SWAP_TRIES 1000

static void must(int error, const char *what, const char *path)
{
	if (error)
		fail("expected to %s %s, got %s", what, path, strerror(error));
}

/* --------------------------------------------------------------- requests */
static void print_value(const struct store_reply *reply)
{
	fwrite(reply->body, 1, reply->header.len, stdout);
	putchar('\n');
	if (fflush(stdout))
		fail_errno("write to standard output");
}

static int do_read(const char *path)
{
	struct store_reply reply;

	must(store_get(0, path, &reply), "read", path);
	print_value(&reply);
	return 0;
}

static int do_write(char **pairs, int count)
{
	int i;

	for (i = 0; i < count; i += 2)
		must(store_put(0, pairs[i], pairs[i + 1]), "write", pairs[i]);
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
	struct store_reply reply;

	while (!last) {
		snprintf(from, sizeof(from), "%zu", offset);
		length = store_join(payload, path, from) + 1;
		must(store_ask(XS_DIRECTORY_PART, 0, payload, length, &reply), "list", path);
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
	struct store_reply reply;
	int error = store_ask(XS_DIRECTORY, 0, path, strlen(path) + 1, &reply);

	if (error == E2BIG)
		return list_parts(path);
	must(error, "list", path);
	print_names(reply.body, reply.header.len);
	return 0;
}

static int do_rm(const char *path)
{
	must(store_ask_ok(XS_RM, 0, path, strlen(path) + 1), "remove", path);
	return 0;
}

/* ------------------------------------------------------ watch and swap */
/* await_event - false when the time was up first. */
static bool await_event(int64_t end)
{
	struct pollfd ready = { .fd = store, .events = POLLIN };
	int64_t left = (end - now_ns() + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC;
	struct store_reply reply;
	int count;

	if (left < 0)
		left = 0;
	count = poll(&ready, 1, (int)left);
	if (count < 0 && errno != EINTR)
		fail_errno("poll");
	if (count <= 0)
		return now_ns() < end;
	store_receive(&reply);
	if (reply.header.type != XS_WATCH_EVENT)
		fail("expected a watch event, got a message of type %u", reply.header.type);
	store_take_event(&reply);
	return true;
}

static int do_wait(const char *path, const char *pattern, uint64_t seconds)
{
	int64_t end = now_ns() + (int64_t)seconds * NSEC_PER_SEC;
	char payload[XENSTORE_PAYLOAD_MAX + 1];
	struct store_reply reply;
	unsigned int seen;
	size_t length;
	regex_t regex;
	int error;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		usage(USAGE);
	length = store_join(payload, path, STORE_TOKEN) + 1;
	must(store_ask_ok(XS_WATCH, 0, payload, length), "watch", path);
	do {
		/* An event that comes while the value is read is not lost: it counts. */
		seen = store_events;
		error = store_get(0, path, &reply);
		if (error != ENOENT)
			must(error, "read", path);
		if (!error && !regexec(&regex, reply.body, 0, NULL, 0)) {
			print_value(&reply);
			must(store_ask_ok(XS_UNWATCH, 0, payload, length), "unwatch", path);
			return 0;
		}
		while (seen == store_events)
			if (!await_event(end))
				fail("expected %s to match '%s' in %u s, got '%s' after %u events",
				     path, pattern, (unsigned int)seconds,
				     error ? "(no value)" : reply.body, store_events);
	} while (true);
}

static uint32_t transaction_start(void)
{
	unsigned long id;
	struct store_reply reply;
	char *end;

	must(store_ask(XS_TRANSACTION_START, 0, "", 1, &reply), "start", "a transaction");
	id = strtoul(reply.body, &end, 10);
	if (end == reply.body || reply.header.len != (size_t)(end - reply.body) + 1 || !id)
		fail("expected a transaction number and a NUL, got %u bytes '%s'",
		     reply.header.len, reply.body);
	return (uint32_t)id;
}

static int do_swap(const char *path, const char *value)
{
	struct store_reply old;
	uint32_t transaction;
	int error, tries;

	for (tries = 0; tries < SWAP_TRIES; tries++) {
		transaction = transaction_start();
		error = store_get(transaction, path, &old);
		if (!error)
			error = store_put(transaction, path, value);
		if (error) {
			store_ask_ok(XS_TRANSACTION_END, transaction, "F", 2);
			must(error, "swap", path);
		}
		error = store_ask_ok(XS_TRANSACTION_END, transaction, "T", 2);
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
	store = store_open();
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
