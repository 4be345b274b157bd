// SPDX-License-Identifier: GPL-2.0
/*
 * The device behind the filter: what of its configuration is read, and the PCI core's services
 * for all that the guest may change but not by itself.
 */
#define dev_fmt(fmt) "xen-pciback: " fmt

#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include <xen/interface/io/pciif.h>

#include "conf_field.h"

static bool permissive;
module_param(permissive, bool, 0644);

/* The PCI core's own errors are positive; a negative one is an errno and means nothing there. */
static int dev_error(int err)
{
	switch (err) {
	case PCIBIOS_SUCCESSFUL:
		return XEN_PCI_ERR_success;
	case PCIBIOS_SET_FAILED:
		return XEN_PCI_ERR_access_denied;
	case PCIBIOS_BAD_REGISTER_NUMBER:
		return XEN_PCI_ERR_invalid_offset;
	case PCIBIOS_FUNC_NOT_SUPPORTED:
		return XEN_PCI_ERR_not_implemented;
	case PCIBIOS_DEVICE_NOT_FOUND:
		return XEN_PCI_ERR_dev_not_found;
	default:
		return XEN_PCI_ERR_op_failed;
	}
}

static int dev_read(struct pciback_conf *conf, unsigned int reg, unsigned int width, u32 *value)
{
	u16 word = 0;
	u8 byte = 0;
	int err;

	*value = 0;
	switch (width) {
	case 1:
		err = pci_read_config_byte(conf->dev, reg, &byte);
		*value = byte;
		break;
	case 2:
		err = pci_read_config_word(conf->dev, reg, &word);
		*value = word;
		break;
	default:
		err = pci_read_config_dword(conf->dev, reg, value);
		break;
	}

	/* On failure the PCI core leaves all ones, as a bus without a device does. */
	if (err)
		*value = 0;
	return dev_error(err);
}

static int dev_write(struct pciback_conf *conf, unsigned int reg, unsigned int width, u32 value)
{
	switch (width) {
	case 1:
		return dev_error(pci_write_config_byte(conf->dev, reg, value));
	case 2:
		return dev_error(pci_write_config_word(conf->dev, reg, value));
	default:
		return dev_error(pci_write_config_dword(conf->dev, reg, value));
	}
}

static u8 dev_irq(struct pciback_conf *conf)
{
	return conf->dev->irq;
}

static bool dev_is_enabled(struct pciback_conf *conf)
{
	return pci_is_enabled(conf->dev);
}

static int dev_enable(struct pciback_conf *conf)
{
	dev_dbg(&conf->dev->dev, "the guest enables it\n");
	return dev_error(pci_enable_device(conf->dev));
}

static void dev_disable(struct pciback_conf *conf)
{
	dev_dbg(&conf->dev->dev, "the guest disables it\n");
	pci_disable_device(conf->dev);
}

static bool dev_is_master(struct pciback_conf *conf)
{
	return conf->dev->is_busmaster;
}

static void dev_set_master(struct pciback_conf *conf, bool on)
{
	dev_dbg(&conf->dev->dev, "bus master %d\n", on);
	if (on)
		pci_set_master(conf->dev);
	else
		pci_clear_master(conf->dev);
}

static int dev_set_mwi(struct pciback_conf *conf, bool on)
{
	int err;

	dev_dbg(&conf->dev->dev, "memory-write-invalidate %d\n", on);
	if (!on) {
		pci_clear_mwi(conf->dev);
		return XEN_PCI_ERR_success;
	}

	err = pci_set_mwi(conf->dev);
	if (err)
		dev_warn_ratelimited(&conf->dev->dev,
				     "cannot enable memory-write-invalidate (%d)\n", err);
	return dev_error(err);
}

static void dev_set_intx(struct pciback_conf *conf, bool on)
{
	dev_dbg(&conf->dev->dev, "INTx %d\n", on);
	pci_intx(conf->dev, on);
}

static int dev_set_power(struct pciback_conf *conf, unsigned int state)
{
	dev_dbg(&conf->dev->dev, "power state D%u\n", state);
	if (pci_set_power_state(conf->dev, (__force pci_power_t)state))
		return XEN_PCI_ERR_access_denied;

	return XEN_PCI_ERR_success;
}

static void dev_warn_refused(struct pciback_conf *conf, unsigned int reg, unsigned int width)
{
	dev_warn(&conf->dev->dev,
		 "Driver tried to write to a read-only configuration space field at offset 0x%x, size %u. This may be harmless. If the device does not work, see the files \"quirks\" and \"permissive\" of this driver.\n",
		 reg, width);
}

static const struct pciback_conf_ops dev_ops = {
	.read		= dev_read,
	.write		= dev_write,
	.irq		= dev_irq,
	.is_enabled	= dev_is_enabled,
	.enable		= dev_enable,
	.disable	= dev_disable,
	.is_master	= dev_is_master,
	.set_master	= dev_set_master,
	.set_mwi	= dev_set_mwi,
	.set_intx	= dev_set_intx,
	.set_power	= dev_set_power,
	.warn_refused	= dev_warn_refused,
	.permissive	= &permissive,
};

/**
 * pciback_conf_init() - begin to filter accesses to a device
 * @conf: of the device
 * @dev: the device, whose resources are set and stay
 *
 * Wake-up events of the device are disabled.
 *
 * Context: process, before the device is enabled or given to anyone.
 * Return: 0, -EINVAL if the header is of an unknown type, -EIO if the device does not answer.
 */
int pciback_conf_init(struct pciback_conf *conf, struct pci_dev *dev)
{
	struct pciback_conf_ident *ident = &conf->ident;
	int err;

	memset(conf, 0, sizeof(*conf));
	conf->dev = dev;
	conf->ops = &dev_ops;

	ident->vendor = dev->vendor;
	ident->device = dev->device;
	ident->hdr_type = dev->hdr_type;
	ident->size = dev->cfg_size;
	ident->cap.vpd = pci_find_capability(dev, PCI_CAP_ID_VPD);
	ident->cap.pm = pci_find_capability(dev, PCI_CAP_ID_PM);
	ident->cap.msi = pci_find_capability(dev, PCI_CAP_ID_MSI);
	ident->cap.msix = pci_find_capability(dev, PCI_CAP_ID_MSIX);
	pciback_conf_set_bars(ident, dev->resource);

	err = pciback_conf_start(conf);
	if (err == -EINVAL)
		dev_err(&dev->dev, "Unsupported header type %d!\n", dev->hdr_type);
	if (err)
		pciback_conf_stop(conf);

	return err;
}

/**
 * pciback_conf_destroy() - the device is released
 * @conf: of the device; a failed init needs none
 *
 * Context: process; no guest has the device any more.
 */
void pciback_conf_destroy(struct pciback_conf *conf)
{
	pciback_conf_stop(conf);
}

/**
 * pciback_conf_show() - the device's part of the file "quirks"
 * @conf: of the device
 * @page: of the file
 * @at: how much of it is filled, in bytes
 *
 * Context: process; takes the lock of @conf.
 * Return: how many bytes were added.
 */
int pciback_conf_show(struct pciback_conf *conf, char *page, int at)
{
	const struct pci_dev *dev = conf->dev;
	int start = at;

	at += sysfs_emit_at(page, at, "%02x:%02x.%01x\n\t%04x:%04x:%04x:%04x\n",
			    dev->bus->number, PCI_SLOT(dev->devfn), PCI_FUNC(dev->devfn),
			    dev->vendor, dev->device, dev->subsystem_vendor,
			    dev->subsystem_device);
	at += pciback_conf_show_fields(conf, page, at);
	return at - start;
}
