/* SPDX-License-Identifier: GPL-2.0 */
/* What the files behind /sys/hypervisor share. */
#ifndef XEN_SYS_SYS_H
#define XEN_SYS_SYS_H

struct attribute_group;

extern const struct attribute_group hypervisor_flags_group;

void hypervisor_flags_name(void);

#endif /* XEN_SYS_SYS_H */
