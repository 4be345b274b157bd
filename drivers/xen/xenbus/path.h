/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths of devices in the store, as pure functions: what a path means to a bus,
 * and the name of the device that stands there.
 */
#ifndef _XENBUS_PATH_H
#define _XENBUS_PATH_H

#include <linux/types.h>

#define XEN_BUS_ID_SIZE		20	/* a device's name, with its end */

/**
 * enum xenbus_path_kind - what a path is to a bus
 * @XENBUS_PATH_FOREIGN:	nothing of this bus, or malformed
 * @XENBUS_PATH_FOLDER:		below the bus's root and above its devices
 * @XENBUS_PATH_DEVICE:		a device's own folder
 * @XENBUS_PATH_INSIDE:		something in a device's folder
 */
enum xenbus_path_kind {
	XENBUS_PATH_FOREIGN,
	XENBUS_PATH_FOLDER,
	XENBUS_PATH_DEVICE,
	XENBUS_PATH_INSIDE,
};

/**
 * struct xenbus_path - a path taken apart
 * @kind: what it is
 * @type: the type of device, not terminated; points into the path
 * @type_len: bytes of @type
 * @len: bytes of the path that name the device, or the folder
 */
struct xenbus_path {
	enum xenbus_path_kind kind;
	const char *type;
	unsigned int type_len;
	unsigned int len;
};

void xenbus_path_parse(const char *path, const char *root, unsigned int levels,
		       struct xenbus_path *parsed);
bool xenbus_path_is_below(const char *path, const char *folder);
bool xenbus_path_is_ignored(const struct xenbus_path *parsed, const char *root,
			    const char *path);
int xenbus_path_frontend_id(char id[XEN_BUS_ID_SIZE], const char *nodename);
int xenbus_path_backend_id(char id[XEN_BUS_ID_SIZE], const char *nodename, int domid);
bool xenbus_path_domid_is_valid(int domid);
bool xenbus_path_otherend_is_valid(const char *path);

#endif /* _XENBUS_PATH_H */
