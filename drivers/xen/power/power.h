/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the domain's life cycle know of each other.
 *
 *   request.c     what is asked of the domain below control/ in xenstore
 *   shutdown.c    power off, reboot, suspend
 *   sysrq.c       the magic key
 *   suspend.c     saving the domain
 *   vcpus.c       processors that come and go
 *   steal.c       time that others had the processor
 *   words.h       what is written in xenstore (pure)
 */
#ifndef XEN_POWER_H
#define XEN_POWER_H

#include <linux/types.h>

struct notifier_block;

char *power_take_request(const char *key, bool (*is_ours)(const char *word));

#ifdef CONFIG_HIBERNATE_CALLBACKS
void power_suspend(void);
#else
static inline void power_suspend(void) {}
#endif

void power_resume_notify(void);

#ifdef CONFIG_MAGIC_SYSRQ
int power_watch_sysrq(void);
#else
static inline int power_watch_sysrq(void) { return 0; }
#endif

#endif /* XEN_POWER_H */
