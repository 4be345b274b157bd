/* SPDX-License-Identifier: GPL-2.0 */
/* The console of a domain: what is printed early, and what other code asks of it. */
#ifndef XEN_HVC_CONSOLE_H
#define XEN_HVC_CONSOLE_H

#include <linux/compiler_attributes.h>
#include <linux/kconfig.h>

struct console;

/* Past printk(), for when that is not there yet. */
#if IS_ENABLED(CONFIG_HVC_XEN)
void xen_raw_printk(const char *format, ...) __printf(1, 2);
void xen_raw_console_write(const char *text);
#else
static inline void __printf(1, 2) xen_raw_printk(const char *format, ...) { }
static inline void xen_raw_console_write(const char *text) { }
#endif

/* After the domain was restored the console's ring is another one. */
#if IS_ENABLED(CONFIG_HVC_XEN)
void xen_console_resume(void);
#else
static inline void xen_console_resume(void) { }
#endif

extern struct console xenboot_console;

#endif /* XEN_HVC_CONSOLE_H */
