// SPDX-License-Identifier: GPL-2.0
/*
 * Messages and paths of a hostile store.
 */
#include "fuzz.h"

#include "drivers/xen/xenbus/message.c"
#include "drivers/xen/xenbus/path.c"

/* A payload in memory of just its size, so that a read behind it is seen. */
static char *make_body(size_t *len)
{
	static const char * const words[] = {
		"T", "F", "ENOENT", "EINVAL", "device/vif/0", "backend/vbd/3/51712", "0", "1f",
		"18446744073709551616", "+7", "-1", "/local/domain/0", "@releaseDomain", "",
	};
	size_t room = fuzz_below(64), at = 0;
	char *body = malloc(room + !room);

	while (at < room) {
		const char *word = words[fuzz_below(ARRAY_SIZE(words))];
		size_t size = min(strlen(word) + fuzz_below(2), room - at);

		if (fuzz_chance(4)) {
			body[at++] = fuzz_any();
			continue;
		}
		memcpy(body + at, word, size);
		at += size;
		if (!size)
			body[at++] = 0;
	}
	*len = room;
	return body;
}

static void check_message(const char *body, size_t len)
{
	struct xsd_sockmsg header = { .type = fuzz_below(32), .len = fuzz_edge() };
	unsigned int count;
	const char *token, *second;
	u64 id;
	u32 tx;
	int err;

	require(message_kind(&header) == MESSAGE_OVERLONG || header.len <= XENSTORE_PAYLOAD_MAX);
	if (!message_strings(body, len, &count))
		require(count <= len);
	second = message_second_string(body, len);
	require(!second || (second > body && memchr(second, 0, body + len - second)));
	if (!message_event(body, len, &token, &id))
		require(token > body && token < body + len && !body[len - 1]);
	if (!message_transaction(body, len, &tx))
		require(tx);
	err = message_errno(body, len);
	require(err < 0 && err > -4096);
	require(message_end(body, len) == MESSAGE_NO_END || len == 2);
}

static void make_path(char *path, size_t room)
{
	static const char * const parts[] = {
		"device", "backend", "vif", "vbd", "console", "0", "1", "51712", "state", "", "/",
		"a-name-that-is-longer-than-a-device-can-have",
	};
	size_t at = 0;

	path[0] = 0;
	while (!fuzz_chance(5) && at < room - 60)
		at += sprintf(path + at, "%s%s", parts[fuzz_below(ARRAY_SIZE(parts))],
			      fuzz_chance(6) ? "" : "/");
	if (at && fuzz_chance(2))
		path[at - 1] = 0;
}

static void check_path(void)
{
	static const char * const roots[] = { "device", "backend" };
	const char *root = roots[fuzz_below(2)];
	char *path = malloc(512), id[XEN_BUS_ID_SIZE];
	struct xenbus_path parsed;

	make_path(path, 512);
	path = realloc(path, strlen(path) + 1);
	xenbus_path_parse(path, root, 1 + fuzz_below(3), &parsed);
	if (parsed.kind != XENBUS_PATH_FOREIGN) {
		require(parsed.len <= strlen(path));
		require(parsed.type > path && parsed.type + parsed.type_len <= path + strlen(path));
		require(xenbus_path_is_below(path, root));
	}
	if (parsed.kind == XENBUS_PATH_DEVICE)
		xenbus_path_is_ignored(&parsed, root, path);
	if (!xenbus_path_frontend_id(id, path))
		require(strlen(id) < XEN_BUS_ID_SIZE && strlen(id) >= 3);
	if (!xenbus_path_backend_id(id, path, fuzz_edge()))
		require(strlen(id) < XEN_BUS_ID_SIZE);
	xenbus_path_otherend_is_valid(path);
	free(path);
}

static void target_run(void)
{
	size_t len;
	char *body = make_body(&len);

	check_message(body, len);
	check_path();
	free(body);
}
