/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of the parameter xen_emul_unplug.
 */
#ifndef _XEN_HVM_UNPLUG_OPTION_H
#define _XEN_HVM_UNPLUG_OPTION_H

#include <linux/types.h>

u32 xen_unplug_option(const char *word);

#endif /* _XEN_HVM_UNPLUG_OPTION_H */
