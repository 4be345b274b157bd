/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens to a batch of which the hypervisor refused a part.
 */
#ifndef XEN_PV_MULTICALL_REPORT_H
#define XEN_PV_MULTICALL_REPORT_H

struct xen_batch;

void xen_batch_report(struct xen_batch *b);

#endif /* XEN_PV_MULTICALL_REPORT_H */
