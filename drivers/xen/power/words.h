/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words that the toolstack writes into xenstore for a domain's life cycle. Pure.
 */
#ifndef XEN_POWER_WORDS_H
#define XEN_POWER_WORDS_H

#include <linux/array_size.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

enum power_request {
	POWER_NONE,
	POWER_OFF,
	POWER_HALT,
	POWER_REBOOT,
	POWER_SUSPEND,
};

/* control/shutdown */
static inline enum power_request power_request_of(const char *word)
{
	static const char * const words[] = {
		[POWER_OFF] = "poweroff",
		[POWER_HALT] = "halt",
		[POWER_REBOOT] = "reboot",
		[POWER_SUSPEND] = "suspend",
	};
	unsigned int i;

	for (i = POWER_NONE + 1; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i]))
			return i;

	return POWER_NONE;
}

enum vcpu_wish {
	VCPU_UNKNOWN,
	VCPU_ONLINE,
	VCPU_OFFLINE,
};

/* cpu/N/availability */
static inline enum vcpu_wish vcpu_wish_of(const char *word)
{
	if (!strcmp(word, "online"))
		return VCPU_ONLINE;
	if (!strcmp(word, "offline"))
		return VCPU_OFFLINE;
	return VCPU_UNKNOWN;
}

/*
 * The processor that a changed path is about: "cpu/N" or what is below it, at the end of
 * whatever path. -EINVAL if none.
 */
static inline int vcpu_of_path(const char *path, unsigned int *cpu)
{
	const char *at = strstr(path, "cpu/");
	u64 nr = 0;

	if (!at)
		return -EINVAL;
	at += strlen("cpu/");
	if (!isdigit(*at))
		return -EINVAL;

	for (; isdigit(*at); at++) {
		nr = nr * 10 + (*at - '0');
		if (nr > INT_MAX)
			return -EINVAL;
	}
	if (*at && *at != '/')
		return -EINVAL;

	*cpu = nr;
	return 0;
}

#endif /* XEN_POWER_WORDS_H */
