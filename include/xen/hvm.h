/* SPDX-License-Identifier: GPL-2.0 */
/* Parameters of an HVM domain, and how events are signalled to it. */
#ifndef XEN_HVM_H__
#define XEN_HVM_H__

#include <linux/printk.h>
#include <linux/types.h>

#include <asm/xen/hypercall.h>

#include <xen/interface/xen.h>
#include <xen/interface/hvm/hvm_op.h>
#include <xen/interface/hvm/params.h>

/* For messages. */
static inline const char *hvm_param_name(int index)
{
#define HVM_PARAM_CASE(name) case HVM_PARAM_##name: return #name
	switch (index) {
	HVM_PARAM_CASE(ACPI_S_STATE);
	HVM_PARAM_CASE(BUFIOREQ_PFN);
	HVM_PARAM_CASE(CALLBACK_IRQ);
	HVM_PARAM_CASE(CONSOLE_EVTCHN);
	HVM_PARAM_CASE(CONSOLE_PFN);
	HVM_PARAM_CASE(DM_DOMAIN);
	HVM_PARAM_CASE(HPET_ENABLED);
	HVM_PARAM_CASE(IDENT_PT);
	HVM_PARAM_CASE(IOREQ_PFN);
	HVM_PARAM_CASE(PAE_ENABLED);
	HVM_PARAM_CASE(STORE_EVTCHN);
	HVM_PARAM_CASE(STORE_PFN);
	HVM_PARAM_CASE(TIMER_MODE);
	HVM_PARAM_CASE(VM86_TSS);
	HVM_PARAM_CASE(VPT_ALIGN);
	default: return "unknown";
	}
#undef HVM_PARAM_CASE
}

/**
 * hvm_get_parameter - read a parameter of this domain
 * @idx: HVM_PARAM_*
 * @value: its value; left alone on an error
 *
 * Context: any.
 * Return: 0 or -errno, with a message.
 */
static inline int hvm_get_parameter(int idx, uint64_t *value)
{
	struct xen_hvm_param param = { .domid = DOMID_SELF, .index = idx };
	int err = HYPERVISOR_hvm_op(HVMOP_get_param, &param);

	if (err < 0)
		pr_err("Cannot get hvm parameter %s (%d): %d!\n", hvm_param_name(idx), idx, err);
	else
		*value = param.value;
	return err;
}

/* A value of HVM_PARAM_CALLBACK_IRQ: the type is in the highest byte. */
#define HVM_CALLBACK_VIA_TYPE_SHIFT	56
#define HVM_CALLBACK_VIA_TYPE_VECTOR	2
#define HVM_CALLBACK_VECTOR(vector) \
	((uint64_t)HVM_CALLBACK_VIA_TYPE_VECTOR << HVM_CALLBACK_VIA_TYPE_SHIFT | (vector))

void xen_setup_callback_vector(void);
int xen_set_upcall_vector(unsigned int cpu);

#endif /* XEN_HVM_H__ */
