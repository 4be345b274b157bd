/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a kind of domain does of its own when it is saved and restored, in the
 * order of suspend.c.
 */
#ifndef XEN_SUSPEND_H
#define XEN_SUSPEND_H

#ifdef CONFIG_XEN_PV
void xen_pv_pre_suspend(void);
void xen_pv_post_suspend(int cancelled);
#else
static inline void xen_pv_pre_suspend(void) {}
static inline void xen_pv_post_suspend(int cancelled) {}
#endif

#ifdef CONFIG_XEN_PVHVM
void xen_hvm_post_suspend(int cancelled);
#else
static inline void xen_hvm_post_suspend(int cancelled) {}
#endif

#endif /* XEN_SUSPEND_H */
