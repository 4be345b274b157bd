// SPDX-License-Identifier: GPL-2.0
/*
 * The words of the parameter xen_emul_unplug. Pure.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <xen/platform_pci.h>

#include "unplug_option.h"

struct unplug_option {
	const char *name;
	u32 flags;
};

static const struct unplug_option unplug_options[] __initconst = {
	{ "all",		XEN_UNPLUG_ALL },
	{ "ide-disks",		XEN_UNPLUG_ALL_IDE_DISKS },
	{ "aux-ide-disks",	XEN_UNPLUG_AUX_IDE_DISKS },
	{ "nics",		XEN_UNPLUG_ALL_NICS },
	{ "unnecessary",	XEN_UNPLUG_UNNECESSARY },
	{ "never",		XEN_UNPLUG_NEVER },
};

/**
 * xen_unplug_option - what a word of the parameter asks for
 * @word: the word; it may be cut short, the first that begins like it is meant
 *
 * Return: XEN_UNPLUG_*, or 0 if there is no such word.
 */
u32 __init xen_unplug_option(const char *word)
{
	size_t len = strlen(word);
	unsigned int i;

	for (i = 0; len && i < ARRAY_SIZE(unplug_options); i++) {
		if (!strncmp(word, unplug_options[i].name, len))
			return unplug_options[i].flags;
	}
	return 0;
}
