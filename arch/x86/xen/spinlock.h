/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_SPINLOCK_H
#define XEN_SPINLOCK_H

#ifdef CONFIG_PARAVIRT_SPINLOCKS
void xen_forgo_spinlocks(void);
#else
static inline void xen_forgo_spinlocks(void) {}
#endif

#endif /* XEN_SPINLOCK_H */
