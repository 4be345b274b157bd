// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of what paths in the store mean to a bus; they need no hypervisor.
 */
#include <kunit/test.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/xs_wire.h>

#include "../path.h"

struct expected {
	const char *path;
	enum xenbus_path_kind kind;
	const char *device;	/* what the path is cut to */
	const char *type;
};

static void expect_paths(struct kunit *test, const char *root, unsigned int levels,
			 const struct expected *e, unsigned int count)
{
	struct xenbus_path parsed;

	for (; count--; e++) {
		xenbus_path_parse(e->path, root, levels, &parsed);
		KUNIT_EXPECT_EQ_MSG(test, parsed.kind, e->kind, "%s", e->path);
		if (parsed.kind == XENBUS_PATH_FOREIGN || parsed.kind != e->kind)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, parsed.len, strlen(e->device), "%s", e->path);
		KUNIT_EXPECT_EQ_MSG(test, parsed.type_len, strlen(e->type), "%s", e->path);
		KUNIT_EXPECT_FALSE_MSG(test, strncmp(e->path, e->device, parsed.len),
				       "%s", e->path);
		KUNIT_EXPECT_FALSE_MSG(test, strncmp(parsed.type, e->type, parsed.type_len),
				       "%s", e->path);
	}
}

static void frontend_paths(struct kunit *test)
{
	static const struct expected paths[] = {
		{ "device/vbd", XENBUS_PATH_FOLDER, "device/vbd", "vbd" },
		{ "device/vbd/51712", XENBUS_PATH_DEVICE, "device/vbd/51712", "vbd" },
		{ "device/vif/0/state", XENBUS_PATH_INSIDE, "device/vif/0", "vif" },
		{ "device/vif/0/queue-1/tx-ring-ref", XENBUS_PATH_INSIDE, "device/vif/0", "vif" },
		{ "device/v/a", XENBUS_PATH_DEVICE, "device/v/a", "v" },
	};

	expect_paths(test, "device", 2, paths, ARRAY_SIZE(paths));
}

static void backend_paths(struct kunit *test)
{
	static const struct expected paths[] = {
		{ "backend/vbd", XENBUS_PATH_FOLDER, "backend/vbd", "vbd" },
		{ "backend/vbd/1", XENBUS_PATH_FOLDER, "backend/vbd/1", "vbd" },
		{ "backend/vbd/1/51712", XENBUS_PATH_DEVICE, "backend/vbd/1/51712", "vbd" },
		{ "backend/vbd/1/51712/state", XENBUS_PATH_INSIDE, "backend/vbd/1/51712", "vbd" },
	};

	expect_paths(test, "backend", 3, paths, ARRAY_SIZE(paths));
}

static void foreign_paths(struct kunit *test)
{
	static const struct expected paths[] = {
		{ "" }, { "/" }, { "device" }, { "device/" }, { "devices/vbd/1" }, { "dev" },
		{ "device//1" }, { "device/vbd/" }, { "device/vbd//state" }, { "device/vbd/1/" },
		{ "/device/vbd/1" }, { "backend/vbd/1" }, { "@introduceDomain" },
	};

	expect_paths(test, "device", 2, paths, ARRAY_SIZE(paths));
}

static void too_long_is_foreign(struct kunit *test)
{
	char *path = kunit_kmalloc(test, XENSTORE_REL_PATH_MAX + 2, GFP_KERNEL);
	struct xenbus_path parsed;

	KUNIT_ASSERT_NOT_NULL(test, path);
	memset(path, 'x', XENSTORE_REL_PATH_MAX + 1);
	memcpy(path, "device/vbd/", 11);
	path[XENSTORE_REL_PATH_MAX + 1] = '\0';
	xenbus_path_parse(path, "device", 2, &parsed);
	KUNIT_EXPECT_EQ(test, parsed.kind, XENBUS_PATH_FOREIGN);

	path[XENSTORE_REL_PATH_MAX] = '\0';
	xenbus_path_parse(path, "device", 2, &parsed);
	KUNIT_EXPECT_EQ(test, parsed.kind, XENBUS_PATH_DEVICE);
}

static void below(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, xenbus_path_is_below("device/vbd/1", "device/vbd/1"));
	KUNIT_EXPECT_TRUE(test, xenbus_path_is_below("device/vbd/1", "device/vbd"));
	KUNIT_EXPECT_FALSE(test, xenbus_path_is_below("device/vbd/12", "device/vbd/1"));
	KUNIT_EXPECT_FALSE(test, xenbus_path_is_below("device/vbd", "device/vbd/1"));
}

static void first_console_is_ignored(struct kunit *test)
{
	static const struct {
		const char *root, *path;
		unsigned int levels;
		bool ignored;
	} cases[] = {
		{ "device", "device/console/0", 2, true },
		{ "device", "device/console/1", 2, false },
		{ "device", "device/vbd/0", 2, false },
		{ "backend", "backend/console/1/0", 3, false },
		{ "backend", "backend/console/0/1", 3, false },
	};
	struct xenbus_path parsed;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		xenbus_path_parse(cases[i].path, cases[i].root, cases[i].levels, &parsed);
		KUNIT_EXPECT_EQ_MSG(test, xenbus_path_is_ignored(&parsed, cases[i].root,
								 cases[i].path),
				    cases[i].ignored, "%s", cases[i].path);
	}
}

static void frontend_names(struct kunit *test)
{
	static const char * const bad[] = {
		"device", "device/vbd", "device/vbd/", "device//1", "device/vbd/1/state",
		"device/vbd/1234567890123456", "device/1234567890123456789/1",
	};
	char id[XEN_BUS_ID_SIZE];
	unsigned int i;

	KUNIT_EXPECT_EQ(test, xenbus_path_frontend_id(id, "device/vbd/51712"), 0);
	KUNIT_EXPECT_STREQ(test, id, "vbd-51712");
	KUNIT_EXPECT_EQ(test, xenbus_path_frontend_id(id, "device/vbd/268439552"), 0);
	KUNIT_EXPECT_STREQ(test, id, "vbd-268439552");
	/* one byte less than what is too long */
	KUNIT_EXPECT_EQ(test, xenbus_path_frontend_id(id, "device/vbd/123456789012345"), 0);
	KUNIT_EXPECT_STREQ(test, id, "vbd-123456789012345");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, xenbus_path_frontend_id(id, bad[i]), -EINVAL,
				    "%s", bad[i]);
}

static void backend_names(struct kunit *test)
{
	static const char * const bad[] = {
		"backend", "backend/vbd", "backend//1/2", "backend/vbd/1/",
	};
	char id[XEN_BUS_ID_SIZE];
	unsigned int i;

	/* the domain is the one that the store names, not the one in the path */
	KUNIT_EXPECT_EQ(test, xenbus_path_backend_id(id, "backend/vbd/1/51712", 7), 0);
	KUNIT_EXPECT_STREQ(test, id, "vbd-7-51712");
	KUNIT_EXPECT_EQ(test, xenbus_path_backend_id(id, "backend/vbd/32751/268439552", 32751),
			0);
	KUNIT_EXPECT_STREQ(test, id, "vbd-32751-268439552");
	KUNIT_EXPECT_EQ(test, xenbus_path_backend_id(id, "backend/vscsi/32751/268439552", 32751),
			-ENOSPC);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, xenbus_path_backend_id(id, bad[i], 1), -EINVAL,
				    "%s", bad[i]);
}

static void other_ends(struct kunit *test)
{
	char *path = kunit_kzalloc(test, XENSTORE_ABS_PATH_MAX + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, path);
	KUNIT_EXPECT_FALSE(test, xenbus_path_otherend_is_valid(""));
	KUNIT_EXPECT_TRUE(test, xenbus_path_otherend_is_valid("/local/domain/0/backend/vif/1/0"));
	memset(path, 'x', XENSTORE_ABS_PATH_MAX);
	KUNIT_EXPECT_FALSE(test, xenbus_path_otherend_is_valid(path));

	KUNIT_EXPECT_TRUE(test, xenbus_path_domid_is_valid(0));
	KUNIT_EXPECT_TRUE(test, xenbus_path_domid_is_valid(DOMID_FIRST_RESERVED - 1));
	KUNIT_EXPECT_FALSE(test, xenbus_path_domid_is_valid(DOMID_FIRST_RESERVED));
	KUNIT_EXPECT_FALSE(test, xenbus_path_domid_is_valid(DOMID_SELF));
	KUNIT_EXPECT_FALSE(test, xenbus_path_domid_is_valid(-1));
	KUNIT_EXPECT_FALSE(test, xenbus_path_domid_is_valid(65536));
}

static struct kunit_case path_cases[] = {
	KUNIT_CASE(frontend_paths),
	KUNIT_CASE(backend_paths),
	KUNIT_CASE(foreign_paths),
	KUNIT_CASE(too_long_is_foreign),
	KUNIT_CASE(below),
	KUNIT_CASE(first_console_is_ignored),
	KUNIT_CASE(frontend_names),
	KUNIT_CASE(backend_names),
	KUNIT_CASE(other_ends),
	{ }
};

static struct kunit_suite path_suite = {
	.name = "xenbus-path",
	.test_cases = path_cases,
};

kunit_test_suite(path_suite);

MODULE_DESCRIPTION("Tests of paths of xenbus devices");
MODULE_LICENSE("GPL");
