// SPDX-License-Identifier: GPL-2.0
/*
 * What the hypervisor offers a domain of this kind (xen/include/public/features.h).
 *
 * Written once, by the boot processor, before anybody reads. The code runs before the
 * stack protector has its canary.
 */
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/panic.h>

#include <asm/xen/hypercall.h>

#include <xen/features.h>
#include <xen/interface/version.h>
#include <xen/interface/xen.h>
#include <xen/xen.h>

#define FEATURES_PER_SUBMAP	32

/* By XENFEAT_*: 1 or 0. Bytes are cheaper to look at than bits. */
u8 xen_features[XENFEAT_NR_SUBMAPS * FEATURES_PER_SUBMAP] __read_mostly;
EXPORT_SYMBOL_GPL(xen_features);

/* A PV domain counts on these, which every hypervisor since 4.0 has. */
static void features_require(unsigned int feature, const char *name)
{
	if (!xen_feature(feature))
		panic("Xen: feature %s not available!\n", name);
}

#define FEATURES_REQUIRE(feature)	features_require(feature, #feature)

/**
 * xen_setup_features - ask the hypervisor what it offers
 *
 * XENVER_get_features of xen/include/public/version.h; an older hypervisor has fewer
 * submaps.
 *
 * Context: early boot.
 */
void xen_setup_features(void)
{
	struct xen_feature_info info = {};
	unsigned int bit;

	for (; info.submap_idx < XENFEAT_NR_SUBMAPS; info.submap_idx++) {
		u8 *flags = xen_features + info.submap_idx * FEATURES_PER_SUBMAP;

		if (HYPERVISOR_xen_version(XENVER_get_features, &info) < 0)
			break;
		for (bit = 0; bit < FEATURES_PER_SUBMAP; bit++)
			flags[bit] = (info.submap >> bit) & 1;
	}

	if (!xen_pv_domain())
		return;

	FEATURES_REQUIRE(XENFEAT_gnttab_map_avail_bits);
	FEATURES_REQUIRE(XENFEAT_mmu_pt_update_preserve_ad);
}
