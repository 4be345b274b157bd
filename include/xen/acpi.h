/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ACPI in the initial domain: sleep states are entered by the hypervisor, and devices'
 * interrupts are looked up for other domains.
 */
#ifndef _XEN_ACPI_H
#define _XEN_ACPI_H

#include <linux/types.h>

struct pci_dev;

/* The GSI of the device at a segment, bus, device and function; or -errno. */
typedef int (*get_gsi_from_sbdf_t)(u32 sbdf);

#ifdef CONFIG_XEN_DOM0

#include <linux/acpi.h>
#include <linux/errno.h>

#include <asm/xen/hypervisor.h>

#include <xen/xen.h>

int xen_acpi_notify_hypervisor_sleep(u8 sleep_state, u32 pm1a_cnt, u32 pm1b_cnt);
int xen_acpi_notify_hypervisor_extended_sleep(u8 sleep_state, u32 val_a, u32 val_b);

int xen_acpi_get_gsi_info(struct pci_dev *dev, int *gsi, int *trigger, int *polarity);
int xen_acpi_get_gsi_from_sbdf(u32 sbdf);
void xen_acpi_register_get_gsi_func(get_gsi_from_sbdf_t func);
int xen_pvh_setup_gsi(int gsi, int trigger, int polarity);

/* The hypervisor keeps the processor's state, so there is none to save and restore. */
static inline int xen_acpi_suspend_lowlevel(void)
{
	return ACPI_FAILURE(acpi_enter_sleep_state(ACPI_STATE_S3)) ? -EIO : 0;
}

/* Have ACPI's sleep code leave the last step to the hypervisor. */
static inline void xen_acpi_sleep_register(void)
{
	if (!xen_initial_domain())
		return;

	acpi_suspend_lowlevel = xen_acpi_suspend_lowlevel;
	acpi_os_set_prepare_sleep(xen_acpi_notify_hypervisor_sleep);
	acpi_os_set_prepare_extended_sleep(xen_acpi_notify_hypervisor_extended_sleep);
}

#else /* !CONFIG_XEN_DOM0 */

static inline int xen_acpi_get_gsi_info(struct pci_dev *dev, int *gsi, int *trigger,
					int *polarity)
{
	return -1;
}

static inline int xen_acpi_get_gsi_from_sbdf(u32 sbdf)
{
	return -1;
}

static inline void xen_acpi_register_get_gsi_func(get_gsi_from_sbdf_t func) { }
static inline void xen_acpi_sleep_register(void) { }

static inline int xen_pvh_setup_gsi(int gsi, int trigger, int polarity)
{
	return -1;
}

#endif /* CONFIG_XEN_DOM0 */
#endif /* _XEN_ACPI_H */
