/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files about time share: the clock (clock.c), the timer (timer.c) and
 * their set-up (time.c).
 */
#ifndef XEN_CLOCK_H
#define XEN_CLOCK_H

#include <linux/types.h>

u64 xen_clock_read(void);
void xen_clock_start_sched_clock(void);
void xen_clock_register(int rating);
void xen_clock_offer_to_user_space(void);

void xen_save_time_memory_area(void);
void xen_restore_time_memory_area(void);

void xen_timer_stop_ticks(int cpu);
void xen_setup_timer(int cpu);
void xen_teardown_timer(int cpu);
void xen_setup_cpu_clockevents(void);

void xen_init_time_ops(void);
void xen_hvm_init_time_ops(void);

#endif /* XEN_CLOCK_H */
