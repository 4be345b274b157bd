// SPDX-License-Identifier: GPL-2.0
/*
 * Which layout the grant table has.
 *
 * The second one only where frame numbers may need more than 32 bits, since it costs a look
 * at two cache lines to end a grant.
 */
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt

#include <linux/cache.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

#include <asm/xen/hypercall.h>

#include <xen/features.h>

#include "internal.h"
#include "width.h"

static unsigned int version_param __ro_after_init;
module_param_named(version, version_param, uint, 0);

/* There is no table yet, or none any more after a resume that could not map it. */
static bool none_set(grant_ref_t ref, domid_t domid, unsigned long frame, u16 flags)
{
	return false;
}

/* Nobody can tell who still uses what, so nothing is given back. */
static bool none_end(grant_ref_t ref)
{
	return false;
}

static unsigned long none_frame(grant_ref_t ref)
{
	return ~0UL;
}

const struct grant_version grant_version_none = {
	.refs_per_frame	= 1,
	.set		= none_set,
	.end		= none_end,
	.frame		= none_frame,
};

/**
 * grant_request_version() - choose a layout and tell the hypervisor
 *
 * The parameter, if it is 1 or 2, has precedence. A domain that has its memory translated
 * gets the first one: its frame numbers are short, and it has no place to see the second
 * one's status words in.
 *
 * Context: any; no reference is in use, or the domain has just been resumed.
 * Return: the layout, the first one if the hypervisor does not let us have the second.
 */
const struct grant_version *grant_request_version(void)
{
	struct gnttab_set_version request = { .version = 1 };
	const struct grant_version *chosen = &grant_version_1;

	if (version_param == 1 || version_param == 2)
		request.version = version_param;
	else if (grant_machine_address_bits() > 32 + XEN_PAGE_SHIFT)
		request.version = 2;

	if (request.version == 2 && xen_feature(XENFEAT_auto_translated_physmap)) {
		pr_warn("version 2 is not for this kind of domain\n");
		request.version = 1;
	}

	if (!HYPERVISOR_grant_table_op(GNTTABOP_set_version, &request, 1) &&
	    request.version == 2)
		chosen = &grant_version_2;

	pr_info("Grant tables using version %u layout\n", chosen->number);
	return chosen;
}
