// SPDX-License-Identifier: GPL-2.0
/*
 * The folders of the port in debugfs.
 *
 * Owns the folder "xen" at the top of debugfs and "mmu" in it, created by whoever
 * asks first and never removed.  Only initcalls ask, one after the other: no lock.
 */
#include <linux/debugfs.h>
#include <linux/init.h>

#include "debugfs.h"

/**
 * xen_debugfs_dir() - the port's folder in debugfs
 *
 * Context: initcalls.
 * Return: the folder; an error pointer, which every call of debugfs takes for
 * a parent and then does nothing, where debugfs is off.
 */
struct dentry * __init xen_debugfs_dir(void)
{
	static struct dentry *folder __initdata;

	if (IS_ERR_OR_NULL(folder))
		folder = debugfs_create_dir("xen", NULL);

	return folder;
}

/**
 * xen_debugfs_mmu_dir() - the folder in it for page tables and the p2m
 *
 * Context: initcalls.
 * Return: as xen_debugfs_dir().
 */
struct dentry * __init xen_debugfs_mmu_dir(void)
{
	static struct dentry *folder __initdata;

	if (IS_ERR_OR_NULL(folder))
		folder = debugfs_create_dir("mmu", xen_debugfs_dir());

	return folder;
}
