/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What guests put into the shared page, looked at before it is believed. Pure; works on copies.
 */
#ifndef XEN_PCIBACK_OP_CHECK_H
#define XEN_PCIBACK_OP_CHECK_H

#include <linux/errno.h>
#include <linux/pci.h>
#include <linux/types.h>

#include <xen/interface/io/pciif.h>

/**
 * pciback_check_msix - are these vectors that a device can be given?
 * @op: copy of the request: @op->value entries of its table are wanted
 * @table_size: entries of the device's MSI-X table
 *
 * The PCI core takes the numbers of entries as they are and would work on what is behind the
 * table.
 *
 * Context: any.
 * Return: 0, or -EINVAL if there are none, too many, one that the table has not, or one twice.
 */
static inline int pciback_check_msix(const struct xen_pci_op *op, unsigned int table_size)
{
	unsigned int i, j;

	if (!op->value || op->value > SH_INFO_MAX_VEC)
		return -EINVAL;

	for (i = 0; i < op->value; i++) {
		if (op->msix_entries[i].entry >= table_size)
			return -EINVAL;
		for (j = 0; j < i; j++)
			if (op->msix_entries[i].entry == op->msix_entries[j].entry)
				return -EINVAL;
	}
	return 0;
}

/**
 * pciback_check_aer_answer - a guest's verdict on an error of its device
 * @answer: copy of what it wrote
 *
 * Context: any.
 * Return: the verdict, PCI_ERS_RESULT_NONE if it is none.
 */
static inline pci_ers_result_t pciback_check_aer_answer(s32 answer)
{
	pci_ers_result_t result = (__force pci_ers_result_t)answer;

	switch (result) {
	case PCI_ERS_RESULT_CAN_RECOVER:
	case PCI_ERS_RESULT_NEED_RESET:
	case PCI_ERS_RESULT_DISCONNECT:
	case PCI_ERS_RESULT_RECOVERED:
	case PCI_ERS_RESULT_NO_AER_DRIVER:
		return result;
	default:
		return PCI_ERS_RESULT_NONE;
	}
}

#endif /* XEN_PCIBACK_OP_CHECK_H */
