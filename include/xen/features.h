/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the hypervisor offers this domain. Nothing, until xen_setup_features() has run and
 * on other machines.
 */
#ifndef __XEN_FEATURES_H__
#define __XEN_FEATURES_H__

#include <linux/types.h>

#include <xen/interface/features.h>

extern u8 xen_features[XENFEAT_NR_SUBMAPS * 32];

/* @flag: XENFEAT_* */
static inline int xen_feature(int flag)
{
	return xen_features[flag];
}

void xen_setup_features(void);

#endif /* __XEN_FEATURES_H__ */
