// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of capabilities: vital product data, power management, MSI and MSI-X.
 *
 * Every capability can be read. Those that are not here cannot be written (unless the device is
 * permissive), and of those here only what follows:
 *   VPD	the address, to read; not the data
 *   PM		the power state, by the PCI core; the data selector; the status of wake-up events.
 *		That the device can wake the host is hidden and off, for the line is shared.
 *   MSI, MSI-X	the enable bit and MSI-X's mask, if the guest may choose the way of interrupts. Any
 *		other asks for them by XEN_PCI_OP_enable_msi and the like.
 */
#include <linux/pci.h>

#include <xen/interface/io/pciif.h>

#include "conf_field.h"

#define PM_CTRL_OF_GUEST	(PCI_PM_CTRL_DATA_SEL_MASK | PCI_PM_CTRL_PME_STATUS)

/* Id and link to the next. */
static const struct pciback_conf_field cap_header[] = {
	{ .reg = PCI_CAP_LIST_ID, .width = 2 },
};

/* The flag says which way the data go: set, it would be written. */
static int vpd_addr_write(struct pciback_conf *conf, const struct pciback_conf_field *field,
			  u32 value, u32 touched)
{
	if (value & touched & PCI_VPD_ADDR_F)
		return XEN_PCI_ERR_access_denied;

	return pciback_field_set(conf, field, value & ~PCI_VPD_ADDR_F);
}

static const struct pciback_conf_field vpd_fields[] = {
	{ .reg = PCI_VPD_ADDR, .width = 2, .write = vpd_addr_write },
	{ .reg = PCI_VPD_DATA, .width = 4 },
};

/* The status goes by writing a 1 to it: only one that the guest has written itself counts. */
static int pm_ctrl_write(struct pciback_conf *conf, const struct pciback_conf_field *field,
			 u32 value, u32 touched)
{
	u32 real, next;
	int err;

	err = pciback_field_get(conf, field, &real);
	if (err)
		return err;

	next = (real & ~PM_CTRL_OF_GUEST) | (value & PCI_PM_CTRL_DATA_SEL_MASK) |
	       (value & touched & PCI_PM_CTRL_PME_STATUS);
	if ((next & PCI_PM_CTRL_PME_STATUS) || ((next ^ real) & PCI_PM_CTRL_DATA_SEL_MASK)) {
		err = pciback_field_set(conf, field, next);
		if (err)
			return err;
	}

	return conf->ops->set_power(conf, value & PCI_PM_CTRL_STATE_MASK);
}

static const struct pciback_conf_field pm_fields[] = {
	{ .reg = PCI_PM_PMC, .width = 2, .hidden = PCI_PM_CAP_PME_MASK },
	{ .reg = PCI_PM_CTRL, .width = 2, .write = pm_ctrl_write },
	{ .reg = PCI_PM_PPB_EXTENSIONS, .width = 1 },
	{ .reg = PCI_PM_DATA_REGISTER, .width = 1 },
};

/* A pending event goes with it. */
static int pm_disable_wake(struct pciback_conf *conf)
{
	unsigned int reg = conf->ident.cap.pm + PCI_PM_CTRL;
	u32 ctrl;
	int err;

	err = conf->ops->read(conf, reg, 2, &ctrl);
	if (!err && (ctrl & PCI_PM_CTRL_PME_ENABLE))
		err = conf->ops->write(conf, reg, 2, ctrl & ~PCI_PM_CTRL_PME_ENABLE);

	return err ? -EIO : 0;
}

/*
 * From the device, not from what the PCI core remembers: the device model in a stub domain
 * enables them in its own way.
 */
static int cap_get_interrupts(struct pciback_conf *conf, unsigned int *types)
{
	const struct pciback_conf_ident *ident = &conf->ident;
	u32 msi = 0, msix = 0, command;
	int err = XEN_PCI_ERR_success;

	lockdep_assert_held(&conf->lock);

	*types = 0;
	if (ident->cap.msi)
		err = conf->ops->read(conf, ident->cap.msi + PCI_MSI_FLAGS, 2, &msi);
	if (!err && ident->cap.msix)
		err = conf->ops->read(conf, ident->cap.msix + PCI_MSIX_FLAGS, 2, &msix);
	if (err)
		return err;

	if (msi & PCI_MSI_FLAGS_ENABLE)
		*types |= PCIBACK_MSI;
	if (msix & PCI_MSIX_FLAGS_ENABLE)
		*types |= PCIBACK_MSIX;
	if (*types)
		return XEN_PCI_ERR_success;

	/* A device that has a message to send does not use its line, whatever this bit says. */
	err = conf->ops->read(conf, PCI_COMMAND, 2, &command);
	if (!err && !(command & PCI_COMMAND_INTX_DISABLE))
		*types = PCIBACK_INTX;

	return err;
}

/*
 * With the line still enabled, for this is how Linux starts: MSI first, then the line off. But
 * never the one kind of message beside the other.
 */
static int message_flags_write(struct pciback_conf *conf, const struct pciback_conf_field *field,
			       u32 value, bool enables)
{
	unsigned int types;
	u32 real;
	int err;

	if (pciback_conf_lets_through(conf))
		return pciback_field_set(conf, field, value);

	err = pciback_field_get(conf, field, &real);
	if (err || value == real)
		return err;

	if (!pciback_conf_has_interrupt_control(conf) || ((value ^ real) & ~field->writable))
		return XEN_PCI_ERR_access_denied;

	if (enables) {
		err = cap_get_interrupts(conf, &types);
		if (err)
			return err;
		if (types & ~(PCIBACK_INTX | field->index))
			return XEN_PCI_ERR_access_denied;
	}

	return pciback_field_set(conf, field, value);
}

static int msi_flags_write(struct pciback_conf *conf, const struct pciback_conf_field *field,
			   u32 value, u32 touched)
{
	return message_flags_write(conf, field, value, value & PCI_MSI_FLAGS_ENABLE);
}

static int msix_flags_write(struct pciback_conf *conf, const struct pciback_conf_field *field,
			    u32 value, u32 touched)
{
	return message_flags_write(conf, field, value, value & PCI_MSIX_FLAGS_ENABLE);
}

/* The index is what the register enables. */
static const struct pciback_conf_field msi_fields[] = {
	{
		.reg = PCI_MSI_FLAGS, .width = 2, .index = PCIBACK_MSI,
		.writable = PCI_MSI_FLAGS_ENABLE, .write = msi_flags_write,
	},
};

static const struct pciback_conf_field msix_fields[] = {
	{
		.reg = PCI_MSIX_FLAGS, .width = 2, .index = PCIBACK_MSIX,
		.writable = PCI_MSIX_FLAGS_MASKALL | PCI_MSIX_FLAGS_ENABLE,
		.write = msix_flags_write,
	},
};

static void cap_add(struct pciback_conf *conf, unsigned int base,
		    const struct pciback_conf_field *fields, unsigned int count)
{
	if (!base)
		return;

	pciback_conf_add_fields(conf, cap_header, ARRAY_SIZE(cap_header), base);
	pciback_conf_add_fields(conf, fields, count, base);
}

/**
 * pciback_conf_add_caps() - filter the capabilities
 * @conf: of the device
 *
 * Context: start of @conf.
 * Return: 0, or -EIO if the device does not answer.
 */
int pciback_conf_add_caps(struct pciback_conf *conf)
{
	const struct pciback_conf_ident *ident = &conf->ident;

	cap_add(conf, ident->cap.vpd, vpd_fields, ARRAY_SIZE(vpd_fields));
	cap_add(conf, ident->cap.pm, pm_fields, ARRAY_SIZE(pm_fields));
	cap_add(conf, ident->cap.msi, msi_fields, ARRAY_SIZE(msi_fields));
	cap_add(conf, ident->cap.msix, msix_fields, ARRAY_SIZE(msix_fields));

	return ident->cap.pm ? pm_disable_wake(conf) : 0;
}

/**
 * pciback_conf_get_interrupts() - in which ways may the device interrupt?
 * @conf: of the device
 * @types: set to a mask of PCIBACK_INTX, PCIBACK_MSI and PCIBACK_MSIX; INTX only alone
 *
 * Context: process; takes the lock of @conf.
 * Return: an XEN_PCI_ERR_*.
 */
int pciback_conf_get_interrupts(struct pciback_conf *conf, unsigned int *types)
{
	int err;

	mutex_lock(&conf->lock);
	err = cap_get_interrupts(conf, types);
	mutex_unlock(&conf->lock);
	return err;
}
