/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses of PCI devices as administrators write them: DDDD:BB:DD.F or BB:DD.F, in hexadecimal,
 * where ".*" stands for all functions of a slot and ":*.*" for all slots of a bus. Pure.
 */
#ifndef XEN_PCIBACK_ADDR_ARG_H
#define XEN_PCIBACK_ADDR_ARG_H

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/hex.h>
#include <linux/limits.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/types.h>

#define PCIBACK_ANY	(-1)

/**
 * struct pciback_pattern - one device, or several of a bus
 * @domain: segment, 0 if it was not written
 * @bus: bus
 * @slot: slot, or PCIBACK_ANY, and @func is then too
 * @func: function, or PCIBACK_ANY
 *
 * Parsing bounds no part but by INT_MAX: what is too large matches nothing.
 */
struct pciback_pattern {
	int domain;
	int bus;
	int slot;
	int func;
};

/* One number, or '*'; where it ends, or NULL if there is neither. */
static inline const char *addr_arg_part(const char *at, int *part)
{
	u64 number = 0;

	if (*at == '*') {
		*part = PCIBACK_ANY;
		return at + 1;
	}

	if (at[0] == '0' && tolower(at[1]) == 'x')
		at += 2;
	if (!isxdigit(*at))
		return NULL;
	for (; isxdigit(*at); at++) {
		number = number << 4 | hex_to_bin(*at);
		if (number > INT_MAX)
			return NULL;
	}

	*part = number;
	return at;
}

/* An address at @at; where it ends, or NULL if there is none. */
static inline const char *addr_arg_pattern(const char *at, struct pciback_pattern *pattern)
{
	/* What is between colons, up to the dot: slot, bus, domain from the last one on. */
	int part[3];
	int last = 0;

	at = addr_arg_part(skip_spaces(at), &part[0]);
	while (at && *at == ':' && last < 2)
		at = addr_arg_part(at + 1, &part[++last]);
	if (!at || *at != '.' || last == 0)
		return NULL;

	at = addr_arg_part(at + 1, &pattern->func);
	if (!at)
		return NULL;
	pattern->slot = part[last];
	pattern->bus = part[last - 1];
	pattern->domain = last == 2 ? part[0] : 0;

	if (pattern->domain == PCIBACK_ANY || pattern->bus == PCIBACK_ANY)
		return NULL;
	if (pattern->slot == PCIBACK_ANY && pattern->func != PCIBACK_ANY)
		return NULL;
	return at;
}

/**
 * pciback_pattern_parse - read a text that is one address
 * @text: the text; white space around the address does not count
 * @pattern: what it says; undefined on error
 *
 * Context: any.
 * Return: 0, or -EINVAL.
 */
static inline int pciback_pattern_parse(const char *text, struct pciback_pattern *pattern)
{
	const char *end = addr_arg_pattern(text, pattern);

	return end && !*skip_spaces(end) ? 0 : -EINVAL;
}

/**
 * pciback_pattern_next - read the next address of a list like "(03:00.0)(04:00.*)"
 * @text: where to read on; moved behind the address and its white space if there is one
 * @pattern: what it says; undefined on error
 *
 * Context: any.
 * Return: 0, or -EINVAL if what is at @text is no address in parentheses.
 */
static inline int pciback_pattern_next(const char **text, struct pciback_pattern *pattern)
{
	const char *at = skip_spaces(*text);

	if (*at != '(')
		return -EINVAL;
	at = addr_arg_pattern(at + 1, pattern);
	if (!at || *at != ')')
		return -EINVAL;

	*text = skip_spaces(at + 1);
	return 0;
}

/**
 * pciback_pattern_is_sane - can there be such devices?
 * @pattern: the address
 * @max_domain: the highest segment
 *
 * Context: any.
 * Return: true if every part that is not left open has a value that a device can have.
 */
static inline bool pciback_pattern_is_sane(const struct pciback_pattern *pattern, int max_domain)
{
	return pattern->domain >= 0 && pattern->domain <= max_domain &&
	       pattern->bus >= 0 && pattern->bus <= 0xff &&
	       pattern->slot <= PCI_SLOT(~0) && pattern->func <= PCI_FUNC(~0);
}

/**
 * pciback_pattern_matches - is a device one of those meant?
 * @pattern: the address
 * @domain: segment of the device
 * @bus: its bus
 * @devfn: its slot and function
 *
 * Context: any.
 * Return: true if it is.
 */
static inline bool pciback_pattern_matches(const struct pciback_pattern *pattern, int domain,
					   unsigned int bus, unsigned int devfn)
{
	return pattern->domain == domain && pattern->bus == bus &&
	       (pattern->slot == PCIBACK_ANY || pattern->slot == PCI_SLOT(devfn)) &&
	       (pattern->func == PCIBACK_ANY || pattern->func == PCI_FUNC(devfn));
}

#endif /* XEN_PCIBACK_ADDR_ARG_H */
