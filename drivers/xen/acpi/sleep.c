// SPDX-License-Identifier: GPL-2.0
/*
 * The initial domain enters an ACPI sleep state: its part is to prepare its own devices
 * and to run the firmware's methods; the hypervisor stops the processors and writes the
 * registers.
 */
#include <linux/acpi.h>
#include <linux/bug.h>
#include <linux/errno.h>

#include <asm/xen/hypercall.h>

#include <xen/acpi.h>
#include <xen/interface/platform.h>

/* For acpi_os_set_prepare_sleep(): negative is an error, positive that it is done. */
#define SLEEP_DONE	1

static int sleep_enter(u8 state, u32 a, u32 b, u32 flags)
{
	const u32 allowed = flags & XENPF_ACPI_SLEEP_EXTENDED ? U8_MAX : U16_MAX;
	struct xen_platform_op op = {
		.cmd = XENPF_enter_acpi_sleep,
		.u.enter_acpi_sleep = {
			.sleep_state = state,
			.flags = flags,
			.val_a = a,
			.val_b = b,
		},
	};

	/* The call has no room for what hardware does not have today. */
	if (WARN(a > allowed || b > allowed, "sleep control values %#x/%#x above %#x\n",
		 a, b, allowed))
		return -EINVAL;

	return HYPERVISOR_platform_op(&op) ?: SLEEP_DONE;
}

/**
 * xen_acpi_notify_hypervisor_sleep - have the hypervisor enter a sleep state
 * @sleep_state: ACPI's S1 to S5
 * @pm1a_cnt: value for the register PM1a_CNT, 16 bits
 * @pm1b_cnt: value for the register PM1b_CNT, 16 bits
 *
 * Context: initial domain, one vCPU, interrupts off. Returns after the wake-up.
 * Return: 1, or -errno if the machine has not slept.
 */
int xen_acpi_notify_hypervisor_sleep(u8 sleep_state, u32 pm1a_cnt, u32 pm1b_cnt)
{
	return sleep_enter(sleep_state, pm1a_cnt, pm1b_cnt, 0);
}

/**
 * xen_acpi_notify_hypervisor_extended_sleep - the same on hardware-reduced platforms
 * @sleep_state: ACPI's S1 to S5
 * @val_a: value for the sleep control register, 8 bits
 * @val_b: value for the sleep status register, 8 bits
 *
 * Context: initial domain, one vCPU, interrupts off. Returns after the wake-up.
 * Return: 1, or -errno if the machine has not slept.
 */
int xen_acpi_notify_hypervisor_extended_sleep(u8 sleep_state, u32 val_a, u32 val_b)
{
	return sleep_enter(sleep_state, val_a, val_b, XENPF_ACPI_SLEEP_EXTENDED);
}
