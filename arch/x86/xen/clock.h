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

void xen_timer_stop_ticks(int cpu);

#endif /* XEN_CLOCK_H */
