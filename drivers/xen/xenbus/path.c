// SPDX-License-Identifier: GPL-2.0
/*
 * Paths of devices in the store: pure.
 *
 * device/TYPE/ID is a frontend and becomes TYPE-ID; backend/TYPE/DOMID/ID is a
 * backend and becomes TYPE-DOMID-ID, where DOMID is the frontend's domain.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <xen/interface/xen.h>
#include <xen/interface/io/xs_wire.h>

#include "path.h"

/**
 * xenbus_path_parse - find what a path means to a bus
 * @path: the path, relative as watch events name it
 * @root: the bus's folder, without slashes
 * @levels: how many components below @root make a device
 * @parsed: the result
 *
 * A path with an empty component, or longer than the store allows, is foreign.
 *
 * Context: Any.
 */
void xenbus_path_parse(const char *path, const char *root, unsigned int levels,
		       struct xenbus_path *parsed)
{
	size_t len = strlen(root), total = strlen(path);
	unsigned int depth = 0;

	*parsed = (struct xenbus_path){ .kind = XENBUS_PATH_FOREIGN };
	if (total > XENSTORE_REL_PATH_MAX || strncmp(path, root, len) || !path[len])
		return;

	while (path[len]) {
		size_t size = path[len] == '/' ? strcspn(path + len + 1, "/") : 0;

		if (!size)
			return;
		if (!depth) {
			parsed->type = path + len + 1;
			parsed->type_len = size;
		}
		len += 1 + size;
		if (++depth <= levels)
			parsed->len = len;
	}

	if (depth < levels)
		parsed->kind = XENBUS_PATH_FOLDER;
	else
		parsed->kind = depth == levels ? XENBUS_PATH_DEVICE : XENBUS_PATH_INSIDE;
}

/**
 * xenbus_path_is_below - is a path a folder or something in it?
 * @path: the path
 * @folder: the folder, without a slash at its end
 *
 * Context: Any.
 * Return: true if @path is @folder or lies below it.
 */
bool xenbus_path_is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) && (!path[len] || path[len] == '/');
}

/**
 * xenbus_path_is_ignored - is this no device although it looks like one?
 * @parsed: a device's path taken apart
 * @root: the folder of its bus
 * @path: the path itself
 *
 * The first console stands among the frontends for tools, but its ring is made by
 * the domain builder and belongs to the console driver.
 *
 * Context: Any.
 * Return: true if no device should be made for it.
 */
bool xenbus_path_is_ignored(const struct xenbus_path *parsed, const char *root,
			    const char *path)
{
	static const char console[] = "console";
	unsigned int id = parsed->type_len + 1;

	if (strcmp(root, "device") || parsed->type_len < strlen(console))
		return false;
	return !strncmp(parsed->type, console, strlen(console)) &&
	       parsed->type + id < path + parsed->len && parsed->type[id] == '0';
}

/**
 * xenbus_path_frontend_id - name a frontend
 * @id: its name
 * @nodename: its path, device/TYPE/ID
 *
 * Context: Any.
 * Return: 0, or -EINVAL if the path is not of that form or the name is too long.
 */
int xenbus_path_frontend_id(char id[XEN_BUS_ID_SIZE], const char *nodename)
{
	const char *type = strchr(nodename, '/');
	const char *device = type ? strchr(type + 1, '/') : NULL;
	int len;

	if (!device || device == type + 1 || !device[1] || strchr(device + 1, '/'))
		return -EINVAL;
	len = snprintf(id, XEN_BUS_ID_SIZE, "%.*s-%s", (int)(device - type - 1), type + 1,
		       device + 1);
	return len < XEN_BUS_ID_SIZE ? 0 : -EINVAL;
}
EXPORT_SYMBOL_GPL(xenbus_path_frontend_id);

/**
 * xenbus_path_backend_id - name a backend
 * @id: its name
 * @nodename: its path, backend/TYPE/ANY/ID
 * @domid: the frontend's domain
 *
 * Context: Any.
 * Return: 0, -EINVAL if the path is not of that form, -ENOSPC if the name is too long.
 */
int xenbus_path_backend_id(char id[XEN_BUS_ID_SIZE], const char *nodename, int domid)
{
	const char *type = strchr(nodename, '/');
	const char *device = strrchr(nodename, '/');
	size_t type_len;
	int len;

	if (!type || !device[1])
		return -EINVAL;
	type++;
	type_len = strcspn(type, "/");
	if (!type_len || type + type_len >= device)
		return -EINVAL;
	len = snprintf(id, XEN_BUS_ID_SIZE, "%.*s-%d-%s", (int)type_len, type, domid, device + 1);
	return len < XEN_BUS_ID_SIZE ? 0 : -ENOSPC;
}

/**
 * xenbus_path_domid_is_valid - can a device's other end live in this domain?
 * @domid: a number from the store
 *
 * Context: Any.
 * Return: true for the number of an ordinary domain (xen/include/public/xen.h).
 */
bool xenbus_path_domid_is_valid(int domid)
{
	return domid >= 0 && domid < DOMID_FIRST_RESERVED;
}

/**
 * xenbus_path_otherend_is_valid - can this be the folder of the other end?
 * @path: a path from the store
 *
 * Context: Any.
 * Return: true if @path leaves room for the nodes in the folder.
 */
bool xenbus_path_otherend_is_valid(const char *path)
{
	size_t len = strlen(path);

	/* The longest name that a driver appends is far shorter than this. */
	return len && len <= XENSTORE_ABS_PATH_MAX - 256;
}
