// SPDX-License-Identifier: GPL-2.0
/*
 * What kind of domain this is, and what is said of it at boot.
 *
 * The variables are written while the kernel starts on one processor and only
 * read afterwards, so they need no lock; HYPERVISOR_shared_info alone moves later,
 * while a PV domain is suspended and nothing else runs.
 */
#include <linux/cache.h>
#include <linux/console.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/printk.h>

#include <asm/paravirt.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include <xen/features.h>
#include <xen/interface/version.h>
#include <xen/interface/xen.h>
#include <xen/page.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "domain.h"

/* Both set by the PVH entry before .bss is cleared, so they must not be in it. */
enum xen_domain_type xen_domain_type __ro_after_init = XEN_NATIVE;
EXPORT_SYMBOL_GPL(xen_domain_type);
uint32_t xen_start_flags __ro_after_init;
EXPORT_SYMBOL(xen_start_flags);

struct start_info *xen_start_info;
EXPORT_SYMBOL_GPL(xen_start_info);

/* Stands in for the real one as long as that is not mapped. */
struct shared_info xen_dummy_shared_info;
struct shared_info *HYPERVISOR_shared_info = &xen_dummy_shared_info;

/* The hypervisor's list from its frames to ours; empty but in a PV domain. */
unsigned long machine_to_phys_nr;
EXPORT_SYMBOL(machine_to_phys_nr);
unsigned long *machine_to_phys_mapping = (unsigned long *)MACH2PHYS_VIRT_START;
EXPORT_SYMBOL(machine_to_phys_mapping);

/* Major number above, minor number below. */
static u32 domain_xen_version(void)
{
	return HYPERVISOR_xen_version(XENVER_version, NULL);
}

/**
 * xen_running_on_version_or_later - is the hypervisor at least so new?
 * @major: the version's first number
 * @minor: the version's second number
 *
 * Context: any.
 * Return: false also where there is no Xen.
 */
bool xen_running_on_version_or_later(unsigned int major, unsigned int minor)
{
	return xen_domain() && domain_xen_version() >= (major << 16 | minor);
}

/**
 * xen_banner - say at boot what we run on
 *
 * Tools parse the lines.
 */
void __init xen_banner(void)
{
	struct xen_extraversion extra = {};
	const char *preserve_ad = "";
	u32 version = domain_xen_version();

	HYPERVISOR_xen_version(XENVER_extraversion, &extra);
	if (xen_feature(XENFEAT_mmu_pt_update_preserve_ad))
		preserve_ad = " (preserve-AD)";

	pr_info("Booting kernel on %s\n", pv_info.name);
	pr_info("Xen version: %u.%u%s%s\n", version >> 16, version & 0xffff,
		extra.extraversion, preserve_ad);
}

/**
 * xen_add_preferred_consoles - consoles of a domain without a command line for them
 *
 * The last one added becomes /dev/console: the screen if there is one, else the
 * hypervisor's console.
 */
void __init xen_add_preferred_consoles(void)
{
	bool screen = boot_params.screen_info.orig_video_isVGA;

	add_preferred_console("xenboot", 0, NULL);
	if (screen) {
		add_preferred_console("hvc", 0, NULL);
		add_preferred_console("tty", 0, NULL);
	} else {
		add_preferred_console("tty", 0, NULL);
		add_preferred_console("hvc", 0, NULL);
	}
}
