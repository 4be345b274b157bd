/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The port's folders in debugfs; see debugfs.c.
 */
#ifndef XEN_PV_DEBUGFS_H
#define XEN_PV_DEBUGFS_H

struct dentry;

struct dentry *xen_debugfs_dir(void);
struct dentry *xen_debugfs_mmu_dir(void);

#endif /* XEN_PV_DEBUGFS_H */
