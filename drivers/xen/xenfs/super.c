// SPDX-License-Identifier: GPL-2.0
/*
 * xenfs, to be mounted on /proc/xen: the files by which tools reached the hypervisor and
 * the store before there were devices for it, and a few that there is no device for.
 *
 * One instance with a fixed set of files; the domain's kind decides on the set when it is
 * mounted first. No state, no locks.
 */
#define pr_fmt(fmt) "xenfs: " fmt

#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/string.h>

#include <xen/xen.h>
#include <xen/xenbus.h>

#include "../privcmd.h"
#include "xenfs.h"

/* What this domain may do; tools look here for whether they run in the initial one. */
static ssize_t capabilities_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	const char *text = xen_initial_domain() ? "control_d\n" : "";

	return simple_read_from_buffer(to, size, pos, text, strlen(text));
}

static const struct file_operations capabilities_fops = {
	.read = capabilities_read,
	.llseek = default_llseek,
};

static const struct xenfs_file {
	const char *name;
	const struct file_operations *fops;	/* NULL: not in this kernel */
	umode_t mode;
	bool initial;				/* in the initial domain only */
} xenfs_files[] = {
	{ "capabilities", &capabilities_fops, 0444, false },
	{ "privcmd", &xen_privcmd_fops, 0600, false },
	{ "xenbus", &xen_xenbus_fops, 0600, false },
	{ "xsd_kva", XENFS_STORE(&xenfs_store_page_fops), 0600, true },
	{ "xsd_port", XENFS_STORE(&xenfs_store_port_fops), 0600, true },
	{ "xensyms", XENFS_SYMBOLS(&xenfs_symbols_fops), 0400, true },
};

/* simple_fill_super() numbers inodes by index, and 1 is the root's. */
#define XENFS_FIRST_INODE	2

static int xenfs_fill(struct super_block *sb, struct fs_context *fc)
{
	struct tree_descr files[XENFS_FIRST_INODE + ARRAY_SIZE(xenfs_files) + 1] = {};
	struct tree_descr *next = &files[XENFS_FIRST_INODE];
	const struct xenfs_file *file;

	for (file = xenfs_files; file < xenfs_files + ARRAY_SIZE(xenfs_files); file++) {
		if (!file->fops || (file->initial && !xen_initial_domain()))
			continue;
		*next++ = (struct tree_descr) {
			.name = file->name, .ops = file->fops, .mode = file->mode
		};
	}
	next->name = "";

	return simple_fill_super(sb, XENFS_SUPER_MAGIC, files);
}

static int xenfs_get_tree(struct fs_context *fc)
{
	return get_tree_single(fc, xenfs_fill);
}

static const struct fs_context_operations xenfs_context_ops = {
	.get_tree = xenfs_get_tree,
};

static int xenfs_new_context(struct fs_context *fc)
{
	fc->ops = &xenfs_context_ops;
	return 0;
}

static struct file_system_type xenfs_type = {
	.name = "xenfs",
	.owner = THIS_MODULE,
	.init_fs_context = xenfs_new_context,
	.kill_sb = kill_litter_super,
};

/* Loaded on another machine the module stays, and does nothing. */
static int __init xenfs_register(void)
{
	return xen_domain() ? register_filesystem(&xenfs_type) : 0;
}
module_init(xenfs_register);

static void __exit xenfs_unregister(void)
{
	if (xen_domain())
		unregister_filesystem(&xenfs_type);
}
module_exit(xenfs_unregister);

MODULE_ALIAS_FS("xenfs");
MODULE_DESCRIPTION("Xen filesystem");
MODULE_LICENSE("GPL");
