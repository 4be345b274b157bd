// SPDX-License-Identifier: GPL-2.0
/*
 * What a PV domain sets up where setup_arch() asks for the platform: the hypervisor's ways
 * into the kernel, the command line, idling, and what it must do without.
 *
 * Owns no state. The callbacks for system calls are a virtual CPU's own, the others the
 * domain's; both have to be registered before interrupts are on.
 */
#include <linux/acpi.h>
#include <linux/cpufreq.h>
#include <linux/cpuidle.h>
#include <linux/init.h>
#include <linux/kconfig.h>
#include <linux/numa.h>
#include <linux/panic.h>
#include <linux/string.h>

#include <asm/cpufeature.h>
#include <asm/idtentry.h>
#include <asm/numa.h>
#include <asm/processor.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/interface/callback.h>

#include "../domain.h"
#include "cpu.h"

/* Events are off on entry, as after an interrupt gate. */
static int setup_callback(unsigned int type, const void *entry)
{
	struct callback_register callback = {
		.type = type,
		.flags = CALLBACKF_mask_events,
		.address = XEN_CALLBACK(__KERNEL_CS, entry),
	};

	return HYPERVISOR_callback_op(CALLBACKOP_register, &callback);
}

/* A processor may have no such instruction in compatibility mode; then nothing may offer it. */
static void setup_compat_callback(unsigned int type, unsigned int feature, const void *entry)
{
	if (boot_cpu_has(feature) && setup_callback(type, entry))
		setup_clear_cpu_cap(feature);
}

/**
 * xen_enable_sysenter() - let SYSENTER of 32-bit programs into the kernel
 *
 * Context: On the virtual CPU that it is for, while that comes up.
 */
void xen_enable_sysenter(void)
{
	setup_compat_callback(CALLBACKTYPE_sysenter, X86_FEATURE_SYSENTER32,
			      xen_entry_SYSENTER_compat);
}

/**
 * xen_enable_syscall() - let SYSCALL of 64-bit and 32-bit programs into the kernel
 *
 * Context: On the virtual CPU that it is for, while that comes up.
 */
void xen_enable_syscall(void)
{
	int err = setup_callback(CALLBACKTYPE_syscall, xen_entry_SYSCALL_64);

	/* 64-bit programs have no other way in. */
	if (err)
		pr_err("Failed to set syscall callback: %d\n", err);

	setup_compat_callback(CALLBACKTYPE_syscall32, X86_FEATURE_SYSCALL32,
			      xen_entry_SYSCALL_compat);
}

static void __init setup_entries(void)
{
	if (setup_callback(CALLBACKTYPE_event, xen_asm_exc_xen_hypervisor_callback) ||
	    setup_callback(CALLBACKTYPE_failsafe, xen_failsafe_callback))
		panic("Xen: the hypervisor refuses the kernel's entries\n");

	xen_enable_sysenter();
	xen_enable_syscall();
}

#ifdef CONFIG_ACPI
static void __init setup_acpi(void)
{
	/* The tables are the machine's, which only Dom0 drives. */
	if (xen_start_info->flags & SIF_INITDOMAIN)
		return;

	pr_info("ACPI in unprivileged domain disabled\n");
	disable_acpi();
}
#else
static inline void setup_acpi(void) { }
#endif

#ifdef CONFIG_NUMA
static void __init setup_numa(void)
{
	numa_off = 1;
}
#else
static inline void setup_numa(void) { }
#endif

/**
 * xen_arch_setup() - set up the platform
 *
 * Context: Boot, as x86_init.oem.arch_setup, in PV domains only.
 */
void __init xen_arch_setup(void)
{
	xen_panic_handler_init();

	/* Stores to page tables that are left in the code get emulated. */
	HYPERVISOR_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables);
	setup_entries();
	setup_acpi();

	strscpy(boot_command_line, (const char *)xen_start_info->cmd_line,
		min(MAX_GUEST_CMDLINE, COMMAND_LINE_SIZE));

	/* Idle states and frequencies are the hypervisor's; waiting means calling it. */
	disable_cpuidle();
	disable_cpufreq();
	WARN_ON(xen_set_default_idle());

	setup_numa();
}
