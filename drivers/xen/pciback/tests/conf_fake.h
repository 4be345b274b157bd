/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A made-up device for the tests of the filter of configuration accesses.
 */
#ifndef XEN_PCIBACK_CONF_FAKE_H
#define XEN_PCIBACK_CONF_FAKE_H

#include <kunit/test.h>

#include <linux/pci.h>

#include <xen/interface/io/pciif.h>

#include "../conf_field.h"

#define FAKE_SIZE	PCI_CFG_SPACE_EXP_SIZE

#define FAKE_PM		0x40
#define FAKE_VPD	0x50
#define FAKE_MSI	0x60
#define FAKE_MSIX	0x80

#define FAKE_VENDOR	0x1af4
#define FAKE_DEVICE	0x1041
#define FAKE_IRQ	0x2b
#define FAKE_COMMAND	(PCI_COMMAND_MEMORY | PCI_COMMAND_PARITY)

/**
 * struct fake - a device that lets every bit be written
 * @conf:	its filter
 * @space:	its configuration space
 * @pristine:	as it was at first
 * @model:	what the guest is to see of it, if no register is being sized
 * @free:	for every byte, the bits that the guest may change
 * @accesses:	of the filter to the device
 * @fail_at:	that access fails, counted from 1; 0: none
 * @writes:	of the filter to the device
 * @enabled:	as for the PCI core
 * @master:	likewise
 * @mwi:	likewise
 * @intx:	likewise
 * @power:	likewise
 * @refuse:	what the PCI core answers
 * @warnings:	of the guest's writing what it may not
 */
struct fake {
	struct pciback_conf conf;
	u8 space[FAKE_SIZE];
	u8 pristine[FAKE_SIZE];
	u8 model[FAKE_SIZE];
	u8 free[FAKE_SIZE];
	unsigned int accesses;
	unsigned int fail_at;
	unsigned int writes;
	bool enabled;
	bool master;
	bool mwi;
	bool intx;
	unsigned int power;
	int refuse;
	unsigned int warnings;
};

extern bool fake_all_permissive;

extern const u32 fake_addresses[PCIBACK_CONF_BARS];
extern const u32 fake_sizings[PCIBACK_CONF_BARS];

struct fake *fake_new(struct kunit *test, u8 hdr_type);
void fake_restore(struct fake *fake);
u32 fake_get(const u8 *space, unsigned int reg, unsigned int width);
void fake_put(u8 *space, unsigned int reg, unsigned int width, u32 value);
unsigned int fake_bar_reg(const struct fake *fake, unsigned int i);

#endif /* XEN_PCIBACK_CONF_FAKE_H */
