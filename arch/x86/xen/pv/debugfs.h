/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The port's folder in debugfs; see debugfs.c.
 */
#ifndef XEN_PV_DEBUGFS_H
#define XEN_PV_DEBUGFS_H

struct dentry;

struct dentry *xen_init_debugfs(void);

#endif /* XEN_PV_DEBUGFS_H */
