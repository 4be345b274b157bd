/* SPDX-License-Identifier: GPL-2.0 */
/* What a physical CPU's new flags mean for the device that stands for it. Pure. */
#ifndef XEN_SYS_PCPU_CHANGE_H
#define XEN_SYS_PCPU_CHANGE_H

#include <linux/types.h>

#include <xen/interface/platform.h>

enum pcpu_change {
	PCPU_STAYS,
	PCPU_APPEARS,
	PCPU_DISAPPEARS,
	PCPU_GOES_ONLINE,
	PCPU_GOES_OFFLINE,
};

/* @known: there is a device; @online: and it says so; @flags: XEN_PCPU_FLAGS_* */
static inline enum pcpu_change pcpu_change(bool known, bool online, u32 flags)
{
	/* Of a CPU that is not present the other flags say nothing. */
	if (flags & XEN_PCPU_FLAGS_INVALID)
		return known ? PCPU_DISAPPEARS : PCPU_STAYS;
	if (!known)
		return PCPU_APPEARS;
	if (online == !!(flags & XEN_PCPU_FLAGS_ONLINE))
		return PCPU_STAYS;

	return online ? PCPU_GOES_OFFLINE : PCPU_GOES_ONLINE;
}

#endif /* XEN_SYS_PCPU_CHANGE_H */
