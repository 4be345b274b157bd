/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux's processors as the hypervisor's vCPUs; see vcpu.c.
 */
#ifndef _XEN_VCPU_H
#define _XEN_VCPU_H

#include <linux/percpu.h>

#include <xen/interface/xen.h>

DECLARE_PER_CPU_ALIGNED(struct vcpu_info, xen_vcpu_info);

void xen_pin_vcpu(int cpu);
void xen_vcpu_info_reset(int cpu);
void xen_vcpu_setup(int cpu);
void xen_vcpu_restore(void);

int xen_cpuhp_setup(int (*prepare)(unsigned int cpu),
		    int (*dead)(unsigned int cpu));

#endif /* _XEN_VCPU_H */
