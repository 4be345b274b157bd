/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks of processors that the hypervisor may take away; see spinlock.c.
 */
#ifndef XEN_SPINLOCK_H
#define XEN_SPINLOCK_H

#ifdef CONFIG_PARAVIRT_SPINLOCKS

/* At boot: use event channels to wait, or do not. */
void xen_init_spinlocks(void);
void xen_forgo_spinlocks(void);

/* As a processor comes and goes. */
void xen_init_lock_cpu(int cpu);
void xen_uninit_lock_cpu(int cpu);

#else

static inline void xen_forgo_spinlocks(void) {}
static inline void xen_init_spinlocks(void) {}
static inline void xen_uninit_lock_cpu(int cpu) {}
static inline void xen_init_lock_cpu(int cpu) {}

#endif

#endif /* XEN_SPINLOCK_H */
