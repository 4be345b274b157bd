/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration space of an assigned device as its guest sees it.
 *
 * A device that is given away has one struct pciback_conf, embedded in what the stub keeps for
 * it. Whoever calls here finds it from that and holds a reference which keeps the pci_dev and the
 * embedding structure. It exists from the seizing of the device to its release, over any number
 * of guests; pciback_conf_reset() stands between two of them.
 *
 * Lock order: device lock, then pciback_conf::lock, then those of the PCI core. Functions sleep
 * but for the inline ones below.
 */
#ifndef XEN_PCIBACK_CONF_H
#define XEN_PCIBACK_CONF_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct pci_dev;
struct pciback_conf;

/* Ways of a device to interrupt; a mask of them is what pciback_conf_get_interrupts() tells. */
#define PCIBACK_INTX	BIT(0)
#define PCIBACK_MSI	BIT(1)
#define PCIBACK_MSIX	BIT(2)

/* BAR 0 to 5, and the ROM's. */
#define PCIBACK_CONF_BARS	7
#define PCIBACK_CONF_ROM	6

/* The header of an endpoint has 15 filtered registers, the capabilities have 12. */
#define PCIBACK_CONF_FIELDS	27

/**
 * struct pciback_conf_bar - an address register, which the guest may size but not move
 * @address:	what it reads as, flags included
 * @sizing:	what it reads as once all ones were written
 * @flag_bits:	bits that do not count when a write is looked at for all ones
 * @is_sizing:	all ones were the last that was written
 */
struct pciback_conf_bar {
	u32 address;
	u32 sizing;
	u32 flag_bits;
	bool is_sizing;
};

/**
 * struct pciback_conf_ident - what of a device does not change while it is seized
 * @vendor:	vendor id; a virtual function has none in its own registers
 * @device:	device id, likewise
 * @hdr_type:	PCI_HEADER_TYPE_NORMAL or _BRIDGE
 * @size:	of its configuration space, in bytes
 * @cap:	where it has which capability; 0: it has not
 * @bars:	as its resources were when it was seized
 */
struct pciback_conf_ident {
	u16 vendor;
	u16 device;
	u8 hdr_type;
	unsigned int size;
	struct {
		u8 vpd;
		u8 pm;
		u8 msi;
		u8 msix;
	} cap;
	struct pciback_conf_bar bars[PCIBACK_CONF_BARS];
};

/**
 * struct pciback_conf_ops - the device behind the filter
 * @read:	a register as it is; sets the value to 0 if it fails
 * @write:	a register, unfiltered
 * @irq:	the interrupt line that Linux uses
 * @is_enabled:	whether the device is enabled
 * @enable:	have it decode what it has addresses for
 * @disable:	the guest has no more use for it
 * @is_master:	whether it may start transactions
 * @set_master:	let it, or not
 * @set_mwi:	let it use Memory-Write-Invalidate; may fail
 * @set_intx:	let it use its interrupt line, or not
 * @set_power:	bring it into the state D0 to D3hot
 * @warn_refused: a guest wrote to what it may not; once a device
 * @permissive:	the parameter that makes every device permissive
 *
 * Functions that return int return an XEN_PCI_ERR_* of xen/interface/io/pciif.h. They are called
 * with pciback_conf::lock held, and may sleep.
 */
struct pciback_conf_ops {
	int (*read)(struct pciback_conf *conf, unsigned int reg, unsigned int width, u32 *value);
	int (*write)(struct pciback_conf *conf, unsigned int reg, unsigned int width, u32 value);
	u8 (*irq)(struct pciback_conf *conf);
	bool (*is_enabled)(struct pciback_conf *conf);
	int (*enable)(struct pciback_conf *conf);
	void (*disable)(struct pciback_conf *conf);
	bool (*is_master)(struct pciback_conf *conf);
	void (*set_master)(struct pciback_conf *conf, bool on);
	int (*set_mwi)(struct pciback_conf *conf, bool on);
	void (*set_intx)(struct pciback_conf *conf, bool on);
	int (*set_power)(struct pciback_conf *conf, unsigned int state);
	void (*warn_refused)(struct pciback_conf *conf, unsigned int reg, unsigned int width);
	const bool *permissive;
};

/**
 * struct pciback_conf_field - a filtered register of a device
 * @node:	in pciback_conf::fields
 * @reg:	its offset in the configuration space
 * @width:	1, 2 or 4 bytes
 * @index:	which of several alike, such as of the BARs
 * @mask:	what came with a quirk; kept to be shown
 * @hidden:	bits that read as 0
 * @writable:	bits that a guest may change
 * @is_quirk:	added by the administrator, until the guest is gone
 * @read:	instead of what @hidden says
 * @write:	instead of what @writable says; @touched has the bits that the guest wrote, the
 *		others are as it would read them
 */
struct pciback_conf_field {
	struct list_head node;
	u16 reg;
	u8 width;
	u8 index;
	u32 mask;
	u32 hidden;
	u32 writable;
	bool is_quirk;
	int (*read)(struct pciback_conf *conf, const struct pciback_conf_field *field, u32 *value);
	int (*write)(struct pciback_conf *conf, const struct pciback_conf_field *field,
		     u32 value, u32 touched);
};

/**
 * struct pciback_conf - configuration space of one device
 * @dev:	the device; constant
 * @ops:	how it is reached; constant
 * @ident:	what it is; constant but for is_sizing of the bars, under @lock
 * @lock:	guards what follows, and that accesses of guest and reset do not mix; may be held
 *		for as long as a change of the power state takes
 * @fields:	filtered registers, in the order in which they are looked at
 * @builtin:	those that every device has or its capabilities bring
 * @builtins:	how many
 * @command:	the command register as the guest last wrote it
 * @has_warned:	the guest was told of as writing where it may not
 * @wants_intx:	the guest has enabled the device; written under @lock, read without
 * @permissive:	the guest may write what is not filtered; no lock, set by the administrator
 * @interrupt_control: the guest may choose the way of interrupts; no lock, likewise
 *
 * Only the inline functions below and conf*.c look inside.
 */
struct pciback_conf {
	struct pci_dev *dev;
	const struct pciback_conf_ops *ops;
	struct pciback_conf_ident ident;

	struct mutex lock;	/* guards what follows, as said above */
	struct list_head fields;
	struct pciback_conf_field builtin[PCIBACK_CONF_FIELDS];
	unsigned int builtins;
	u16 command;
	bool has_warned;

	bool wants_intx;
	bool permissive;
	bool interrupt_control;
};

/**
 * struct pciback_quirk - what is written to the file "quirks"
 * @domain:	segment
 * @bus:	of the device, as the three that follow
 * @slot:	0 to 31
 * @func:	0 to 7
 * @reg:	offset of the register to let through
 * @size:	its width in bytes
 * @mask:	not used but to be shown; guests have always had all bits
 */
struct pciback_quirk {
	int domain;
	int bus;
	int slot;
	int func;
	unsigned int reg;
	unsigned int size;
	unsigned int mask;
};

int pciback_conf_init(struct pciback_conf *conf, struct pci_dev *dev);
void pciback_conf_destroy(struct pciback_conf *conf);
void pciback_conf_reset(struct pciback_conf *conf);

int pciback_conf_read(struct pciback_conf *conf, int reg, int width, u32 *value);
int pciback_conf_write(struct pciback_conf *conf, int reg, int width, u32 value);

int pciback_quirk_parse(const char *text, struct pciback_quirk *quirk);
int pciback_conf_add_quirk(struct pciback_conf *conf, unsigned int reg, unsigned int size,
			   u32 mask);
int pciback_conf_show(struct pciback_conf *conf, char *page, int at);

int pciback_conf_get_interrupts(struct pciback_conf *conf, unsigned int *types);

/**
 * pciback_conf_wants_intx() - has the guest enabled the device?
 * @conf: of the device
 *
 * Context: any. A write to the command register changes it; so does a reset.
 * Return: true if the guest counts on the device's interrupt line.
 */
static inline bool pciback_conf_wants_intx(const struct pciback_conf *conf)
{
	return READ_ONCE(conf->wants_intx);
}

/**
 * pciback_conf_forget_intx() - the device was disabled behind the guest's back
 * @conf: of the device
 *
 * Context: any, but no access of the guest may run.
 */
static inline void pciback_conf_forget_intx(struct pciback_conf *conf)
{
	WRITE_ONCE(conf->wants_intx, false);
}

/**
 * pciback_conf_is_permissive() - was the device itself made permissive?
 * @conf: of the device
 *
 * The parameter that makes all permissive does not count, as in the file "permissive".
 *
 * Context: any.
 * Return: true if its guest may write what is not filtered.
 */
static inline bool pciback_conf_is_permissive(const struct pciback_conf *conf)
{
	return READ_ONCE(conf->permissive);
}

/**
 * pciback_conf_make_permissive() - let the guest write what is not filtered
 * @conf: of the device
 *
 * It stays so until the device is released, over any number of guests.
 *
 * Context: any.
 */
static inline void pciback_conf_make_permissive(struct pciback_conf *conf)
{
	WRITE_ONCE(conf->permissive, true);
}

/**
 * pciback_conf_has_interrupt_control() - may the guest choose the way of interrupts?
 * @conf: of the device
 *
 * Context: any.
 * Return: true if it may write the enable bits of INTx, MSI and MSI-X.
 */
static inline bool pciback_conf_has_interrupt_control(const struct pciback_conf *conf)
{
	return READ_ONCE(conf->interrupt_control);
}

/**
 * pciback_conf_allow_interrupt_control() - let the guest choose the way of interrupts
 * @conf: of the device
 *
 * For a stub domain that has the device for another. Until the next reset.
 *
 * Context: any.
 */
static inline void pciback_conf_allow_interrupt_control(struct pciback_conf *conf)
{
	WRITE_ONCE(conf->interrupt_control, true);
}

#endif /* XEN_PCIBACK_CONF_H */
