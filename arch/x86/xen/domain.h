/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every kind of domain shares on its way up and down: the stubs of the
 * hypercall, who we are, where messages go, memory to come, and the end.
 */
#ifndef _XEN_DOMAIN_H
#define _XEN_DOMAIN_H

#include <linux/types.h>

struct shared_info;

/* hypercall_stubs.S and hypercall.c: stubs of the static call xen_hypercall, no C functions */
void xen_hypercall_pv(void);
void xen_hypercall_hvm(void);
void xen_hypercall_amd(void);
void xen_hypercall_intel(void);

void xen_hypercall_setfunc(void);
bool xen_hypercall_choose(void);

/* domain.c */
extern struct shared_info xen_dummy_shared_info;

void xen_banner(void);
void xen_add_preferred_consoles(void);

/* reboot.c */
void xen_emergency_restart(void);
int xen_panic_handler_init(void);

/* extra_mem.c */
void xen_add_extra_mem(unsigned long start_pfn, unsigned long n_pfns);

#endif /* _XEN_DOMAIN_H */
