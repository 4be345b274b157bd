/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the initial domain takes over from the machine's firmware by way of the
 * hypervisor: the console (vga.c) and EFI (efi.c).
 */
#ifndef XEN_FIRMWARE_H
#define XEN_FIRMWARE_H

#include <linux/types.h>

struct boot_params;
struct dom0_vga_console_info;
struct screen_info;

#ifdef CONFIG_XEN_DOM0
void xen_init_vga(const struct dom0_vga_console_info *info, size_t size,
		  struct screen_info *screen);
#else
static inline void xen_init_vga(const struct dom0_vga_console_info *info, size_t size,
				struct screen_info *screen)
{
}
#endif

#ifdef CONFIG_XEN_EFI
void xen_efi_init(struct boot_params *params);
#else
static inline void xen_efi_init(struct boot_params *params) {}
#endif

#endif /* XEN_FIRMWARE_H */
