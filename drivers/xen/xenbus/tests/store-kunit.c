// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what the connection to the store computes: messages, paths, ring
 * indices, and how many watch events may wait.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "../message.h"
#include "../ring_index.h"
#include "../store_path.h"
#include "../watch_policy.h"

/* A payload is all the bytes of a string literal, its own NUL excluded. */
#define STRINGS(text) message_strings(text, sizeof(text) - 1, &count)
#define EVENT(text) message_event(text, sizeof(text) - 1, &token, &id)
#define TRANSACTION(text) message_transaction(text, sizeof(text) - 1, &id)
#define ERRNO(text) message_errno(text, sizeof(text) - 1)
#define END(text) message_end(text, sizeof(text) - 1)

/* ------------------------------------------------------------- messages */

static void message_test_kinds(struct kunit *test)
{
	struct xsd_sockmsg header = { .type = XS_READ };

	KUNIT_EXPECT_EQ(test, message_kind(&header), MESSAGE_REPLY);
	header.len = XENSTORE_PAYLOAD_MAX;
	KUNIT_EXPECT_EQ(test, message_kind(&header), MESSAGE_REPLY);
	header.type = XS_WATCH_EVENT;
	KUNIT_EXPECT_EQ(test, message_kind(&header), MESSAGE_EVENT);
	header.len++;
	KUNIT_EXPECT_EQ(test, message_kind(&header), MESSAGE_OVERLONG);
	header.type = XS_INVALID;
	header.len = U32_MAX;
	KUNIT_EXPECT_EQ(test, message_kind(&header), MESSAGE_OVERLONG);
}

static void message_test_strings(struct kunit *test)
{
	unsigned int count = 7;

	KUNIT_EXPECT_EQ(test, STRINGS(""), 0);
	KUNIT_EXPECT_EQ(test, count, 0);
	KUNIT_EXPECT_EQ(test, STRINGS("\0"), 0);
	KUNIT_EXPECT_EQ(test, count, 1);
	KUNIT_EXPECT_EQ(test, STRINGS("a\0bc\0\0"), 0);
	KUNIT_EXPECT_EQ(test, count, 3);
	KUNIT_EXPECT_EQ(test, STRINGS("a"), -EIO);
	KUNIT_EXPECT_EQ(test, STRINGS("a\0b"), -EIO);
}

static void message_test_second_string(struct kunit *test)
{
	static const char good[] = "path\0token";

	KUNIT_EXPECT_STREQ(test, message_second_string(good, sizeof(good)), "token");
	KUNIT_EXPECT_NULL(test, message_second_string(good, sizeof(good) - 1));
	KUNIT_EXPECT_NULL(test, message_second_string(good, 5));
	KUNIT_EXPECT_NULL(test, message_second_string(good, 4));
	KUNIT_EXPECT_NULL(test, message_second_string(good, 0));
	KUNIT_EXPECT_STREQ(test, message_second_string("\0", 2), "");
}

static void message_test_event(struct kunit *test)
{
	const char *token;
	u64 id;

	KUNIT_EXPECT_EQ(test, EVENT("/a/b\0001F\0"), 0);
	KUNIT_EXPECT_STREQ(test, token, "1F");
	KUNIT_EXPECT_EQ(test, id, 0x1f);
	KUNIT_EXPECT_EQ(test, EVENT(""), -EINVAL);
	KUNIT_EXPECT_EQ(test, EVENT("/a\0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, EVENT("/a\0001F"), -EINVAL);
	KUNIT_EXPECT_EQ(test, EVENT("/a\0001F\0x\0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, EVENT("/a\0\0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, EVENT("/a\00012x\0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, EVENT("/a\00011112222333344445\0"), -EINVAL);
}

static void message_test_transaction(struct kunit *test)
{
	u32 id;

	KUNIT_EXPECT_EQ(test, TRANSACTION("4294967295\0"), 0);
	KUNIT_EXPECT_EQ(test, id, U32_MAX);
	KUNIT_EXPECT_EQ(test, TRANSACTION("4294967296\0"), -EIO);
	KUNIT_EXPECT_EQ(test, TRANSACTION("0\0"), -EIO);
	KUNIT_EXPECT_EQ(test, TRANSACTION("12"), -EIO);
	KUNIT_EXPECT_EQ(test, TRANSACTION(""), -EIO);
	KUNIT_EXPECT_EQ(test, TRANSACTION("-1\0"), -EIO);
	KUNIT_EXPECT_EQ(test, TRANSACTION("0x10\0"), -EIO);
}

static void message_test_errno(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ERRNO("ENOENT\0"), -ENOENT);
	KUNIT_EXPECT_EQ(test, ERRNO("EINVAL\0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, ERRNO("E2BIG\0"), -E2BIG);
	KUNIT_EXPECT_EQ(test, ERRNO("EAGAIN\0"), -EAGAIN);
	KUNIT_EXPECT_EQ(test, ERRNO("ENOENT"), -EINVAL);
	KUNIT_EXPECT_EQ(test, ERRNO("EWHAT\0"), -EINVAL);
	KUNIT_EXPECT_EQ(test, ERRNO(""), -EINVAL);
}

static void message_test_end(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, END("T\0"), MESSAGE_COMMIT);
	KUNIT_EXPECT_EQ(test, END("F\0"), MESSAGE_ABORT);
	KUNIT_EXPECT_EQ(test, END("T"), MESSAGE_NO_END);
	KUNIT_EXPECT_EQ(test, END("TT"), MESSAGE_NO_END);
	KUNIT_EXPECT_EQ(test, END("T\0\0"), MESSAGE_NO_END);
	KUNIT_EXPECT_EQ(test, END("t\0"), MESSAGE_NO_END);
	KUNIT_EXPECT_EQ(test, END("\0\0"), MESSAGE_NO_END);
	KUNIT_EXPECT_EQ(test, END(""), MESSAGE_NO_END);
}

/* ---------------------------------------------------------------- paths */

static void path_test_join(struct kunit *test)
{
	static const struct {
		const char *dir, *node, *path;
	} cases[] = {
		{ "/local/domain/0", "name", "/local/domain/0/name" },
		{ "/local/domain/0", "", "/local/domain/0" },
		{ "device", "vbd/51712", "device/vbd/51712" },
		{ "", "", "" },
		{ "", "a", "/a" },
	};
	char buffer[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t size = path_size(cases[i].dir, cases[i].node);

		memset(buffer, '#', sizeof(buffer));
		KUNIT_EXPECT_PTR_EQ(test, path_join(buffer, cases[i].dir, cases[i].node),
				    buffer + size);
		KUNIT_EXPECT_STREQ(test, buffer, cases[i].path);
		KUNIT_EXPECT_EQ(test, size, strlen(cases[i].path) + 1);
		KUNIT_EXPECT_EQ(test, buffer[size], '#');
	}
}

/* ----------------------------------------------------------------- rings */

static void ring_test_spans(struct kunit *test)
{
	struct ring_span span = ring_filled(0, 0);

	KUNIT_EXPECT_EQ(test, span.len, 0);
	span = ring_room(0, 0);
	KUNIT_EXPECT_EQ(test, span.at, 0);
	KUNIT_EXPECT_EQ(test, span.len, XENSTORE_RING_SIZE);

	/* full */
	span = ring_room(5, 5 + XENSTORE_RING_SIZE);
	KUNIT_EXPECT_EQ(test, span.len, 0);
	span = ring_filled(5, 5 + XENSTORE_RING_SIZE);
	KUNIT_EXPECT_EQ(test, span.at, 5);
	KUNIT_EXPECT_EQ(test, span.len, XENSTORE_RING_SIZE - 5);

	/* round the ring's end, and round that of the numbers */
	span = ring_filled(U32_MAX - 3, 8);
	KUNIT_EXPECT_EQ(test, span.at, XENSTORE_RING_SIZE - 4);
	KUNIT_EXPECT_EQ(test, span.len, 4);
	span = ring_filled(0, 8);
	KUNIT_EXPECT_EQ(test, span.len, 8);
	span = ring_room(U32_MAX - 3, U32_MAX - 1);
	KUNIT_EXPECT_EQ(test, span.at, XENSTORE_RING_SIZE - 2);
	KUNIT_EXPECT_EQ(test, span.len, 2);
}

/* Whatever the peer writes, a span stays in the ring. */
static void ring_test_hostile(struct kunit *test)
{
	static const u32 odd[] = { 0, 1, 1023, 1024, 1025, 2048, 0x7fffffff, 0x80000000,
				   0x80000400, 0xfffffbff, 0xfffffc00, 0xffffffff };
	struct ring_span filled, room;
	unsigned int i, j;

	KUNIT_EXPECT_FALSE(test, ring_sane(0, XENSTORE_RING_SIZE + 1));
	KUNIT_EXPECT_FALSE(test, ring_sane(1, 0));
	KUNIT_EXPECT_TRUE(test, ring_sane(U32_MAX, XENSTORE_RING_SIZE - 1));

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		for (j = 0; j < ARRAY_SIZE(odd); j++) {
			filled = ring_filled(odd[i], odd[j]);
			room = ring_room(odd[i], odd[j]);
			KUNIT_EXPECT_LE(test, filled.at + filled.len, XENSTORE_RING_SIZE);
			KUNIT_EXPECT_LE(test, room.at + room.len, XENSTORE_RING_SIZE);
			KUNIT_EXPECT_LE(test, filled.len + room.len, XENSTORE_RING_SIZE);
			if (!ring_sane(odd[i], odd[j]))
				KUNIT_EXPECT_EQ(test, filled.len + room.len, 0);
		}
	}
}

static void ring_test_events(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, ring_consumer_idles(10, 10));
	KUNIT_EXPECT_TRUE(test, ring_consumer_idles(11, 10));
	KUNIT_EXPECT_FALSE(test, ring_consumer_idles(9, 10));
	KUNIT_EXPECT_FALSE(test, ring_consumer_idles(U32_MAX, 3));
	KUNIT_EXPECT_TRUE(test, ring_consumer_idles(3, U32_MAX));

	KUNIT_EXPECT_TRUE(test, ring_producer_idles(10, 10 + XENSTORE_RING_SIZE));
	KUNIT_EXPECT_FALSE(test, ring_producer_idles(10, 9 + XENSTORE_RING_SIZE));
	KUNIT_EXPECT_TRUE(test, ring_producer_idles(U32_MAX, XENSTORE_RING_SIZE - 1));
}

/* --------------------------------------------------------------- watches */

static void watch_test_policy(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, watch_fate(0, true), WATCH_QUEUE);
	KUNIT_EXPECT_EQ(test, watch_fate(WATCH_PENDING_FREE - 1, true), WATCH_QUEUE);
	KUNIT_EXPECT_EQ(test, watch_fate(WATCH_PENDING_FREE, true), WATCH_MERGE);
	KUNIT_EXPECT_EQ(test, watch_fate(WATCH_PENDING_FREE, false), WATCH_QUEUE);
	KUNIT_EXPECT_EQ(test, watch_fate(WATCH_PENDING_MAX - 1, false), WATCH_QUEUE);
	KUNIT_EXPECT_EQ(test, watch_fate(WATCH_PENDING_MAX, false), WATCH_DROP);
	KUNIT_EXPECT_EQ(test, watch_fate(WATCH_PENDING_MAX, true), WATCH_MERGE);
	KUNIT_EXPECT_EQ(test, watch_fate(UINT_MAX, false), WATCH_DROP);
	KUNIT_EXPECT_FALSE(test, watch_crowded(WATCH_PENDING_FREE - 1));
	KUNIT_EXPECT_TRUE(test, watch_crowded(WATCH_PENDING_FREE));
}

static struct kunit_case store_test_cases[] = {
	KUNIT_CASE(message_test_kinds),
	KUNIT_CASE(message_test_strings),
	KUNIT_CASE(message_test_second_string),
	KUNIT_CASE(message_test_event),
	KUNIT_CASE(message_test_transaction),
	KUNIT_CASE(message_test_errno),
	KUNIT_CASE(message_test_end),
	KUNIT_CASE(path_test_join),
	KUNIT_CASE(ring_test_spans),
	KUNIT_CASE(ring_test_hostile),
	KUNIT_CASE(ring_test_events),
	KUNIT_CASE(watch_test_policy),
	{}
};

static struct kunit_suite store_test_suite = {
	.name = "xenbus-store",
	.test_cases = store_test_cases,
};

kunit_test_suite(store_test_suite);
