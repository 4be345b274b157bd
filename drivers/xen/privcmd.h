/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of the privileged devices, for those who show them elsewhere too.
 */
#ifndef _XEN_PRIVCMD_FILES_H
#define _XEN_PRIVCMD_FILES_H

#include <linux/fs.h>

extern const struct file_operations xen_privcmd_fops;

#endif /* _XEN_PRIVCMD_FILES_H */
