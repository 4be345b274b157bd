/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the filter share. All of it is pure: the device is behind pciback_conf_ops.
 *
 * Results are XEN_PCI_ERR_* unless they are said to be an errno. The lock of the configuration
 * space is held, or nobody else knows of it yet.
 */
#ifndef XEN_PCIBACK_CONF_FIELD_H
#define XEN_PCIBACK_CONF_FIELD_H

#include "conf.h"

struct resource;

/* conf.c */
int pciback_conf_start(struct pciback_conf *conf);
void pciback_conf_stop(struct pciback_conf *conf);
void pciback_conf_add_fields(struct pciback_conf *conf, const struct pciback_conf_field *fields,
			     unsigned int count, unsigned int base);
bool pciback_conf_lets_through(const struct pciback_conf *conf);

/* conf_header.c */
void pciback_conf_set_bars(struct pciback_conf_ident *ident, const struct resource *resources);
int pciback_conf_add_header(struct pciback_conf *conf);
void pciback_conf_reset_header(struct pciback_conf *conf);

/* conf_cap.c */
int pciback_conf_add_caps(struct pciback_conf *conf);

/* conf_quirks.c */
void pciback_conf_drop_quirks(struct pciback_conf *conf);
int pciback_conf_show_fields(struct pciback_conf *conf, char *page, int at);

/* A register of the device as it is, that of a field. */
static inline int pciback_field_get(struct pciback_conf *conf,
				    const struct pciback_conf_field *field, u32 *value)
{
	return conf->ops->read(conf, field->reg, field->width, value);
}

static inline int pciback_field_set(struct pciback_conf *conf,
				    const struct pciback_conf_field *field, u32 value)
{
	return conf->ops->write(conf, field->reg, field->width, value);
}

/* All bits of a register of so many bytes. */
static inline u32 pciback_width_mask(unsigned int width)
{
	return U32_MAX >> (32 - 8 * width);
}

#endif /* XEN_PCIBACK_CONF_FIELD_H */
