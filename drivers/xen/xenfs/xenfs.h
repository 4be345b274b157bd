/* SPDX-License-Identifier: GPL-2.0 */
/* The files of xenfs that are not other drivers' devices. */
#ifndef XENFS_XENFS_H
#define XENFS_XENFS_H

#include <linux/fs.h>
#include <linux/kconfig.h>
#include <linux/stddef.h>

extern const struct file_operations xenfs_store_page_fops;
extern const struct file_operations xenfs_store_port_fops;
extern const struct file_operations xenfs_symbols_fops;

/* What of them the configuration has. */
#define XENFS_STORE(fops)	(IS_ENABLED(CONFIG_XEN_DOM0) ? (fops) : NULL)
#define XENFS_SYMBOLS(fops)	(IS_ENABLED(CONFIG_XEN_SYMS) ? (fops) : NULL)

#endif /* XENFS_XENFS_H */
