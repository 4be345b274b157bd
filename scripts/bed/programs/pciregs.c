// SPDX-License-Identifier: GPL-2.0
/*
 * pciregs - configuration spaces of PCI devices, as Dom0 sees them, then and now.
 *
 *	pciregs save FOLDER			keep those of all devices
 *	pciregs compare FOLDER [msi] [ADDRESS...]
 *						nothing has changed since, but for what
 *						a guest may change in the devices given,
 *						and their messages if it used MSI
 *
 * What a guest may change is what pciback lets through without "permissive" and
 * "allow_interrupt_control": how the device takes part in the bus, the size of a
 * cache line, its power state.  What devices change by themselves is no matter.
 *
 * build: 64
 */
#include "bed.h"

#include <dirent.h>
#include <linux/pci_regs.h>

#define USAGE "pciregs save FOLDER | compare FOLDER [msi] [ADDRESS...]"
#define SYSFS "/sys/bus/pci/devices"
#define SPACE 4096
#define CAPS_MAX 48
#define EXT_CAPS_MAX 64

/* A device's registers; of a conventional one only the first 256 bytes. */
struct space {
	uint8_t at[SPACE];
	size_t size;
};

static bool messages_free;		/* the guest has had MSI */

static unsigned int get16(const struct space *space, unsigned int offset)
{
	return space->at[offset] | space->at[offset + 1] << 8;
}

static void space_read(struct space *space, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		fail_errno(path);
	for (space->size = 0; space->size < SPACE; space->size += (size_t)got) {
		got = pread(fd, space->at + space->size, SPACE - space->size, (off_t)space->size);
		if (got < 0)
			fail_errno(path);
		if (!got)
			break;
	}
	if (space->size != 256 && space->size != SPACE)
		fail("expected 256 or %d bytes from %s, got %zu", SPACE, path, space->size);
	close(fd);
}

/* ------------------------------------------------------------------- masks */
static void free16(uint8_t *mask, unsigned int offset, unsigned int bits)
{
	mask[offset] |= bits & 255;
	mask[offset + 1] |= bits >> 8;
}

/* The address, the data and the mask of MSI, which the hypervisor writes. */
static void free_message(uint8_t *mask, const struct space *space, unsigned int at)
{
	unsigned int wide = get16(space, at + PCI_MSI_FLAGS) & PCI_MSI_FLAGS_64BIT;

	memset(mask + at + PCI_MSI_ADDRESS_LO, 0xff, wide ? 10 : 6);
}

/* Registers of the capabilities: state, and what the guest has a say in. */
static void free_capabilities(uint8_t *mask, const struct space *space, bool given)
{
	unsigned int at = space->at[PCI_CAPABILITY_LIST] & ~3U, count;

	if (!(get16(space, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return;
	for (count = 0; at >= PCI_STD_HEADER_SIZEOF && count < CAPS_MAX; count++) {
		switch (space->at[at]) {
		case PCI_CAP_ID_PM:
			free16(mask, at + PCI_PM_CTRL, PCI_PM_CTRL_PME_STATUS);
			if (given)
				free16(mask, at + PCI_PM_CTRL,
				       PCI_PM_CTRL_STATE_MASK | PCI_PM_CTRL_DATA_SEL_MASK);
			break;
		case PCI_CAP_ID_MSI:
			if (given && messages_free)
				free_message(mask, space, at);
			break;
		case PCI_CAP_ID_VPD:
			if (given)
				free16(mask, at + PCI_VPD_ADDR, PCI_VPD_ADDR_MASK);
			break;
		case PCI_CAP_ID_EXP:
			free16(mask, at + PCI_EXP_DEVSTA, 0xffff);
			free16(mask, at + PCI_EXP_LNKSTA, 0xffff);
			free16(mask, at + PCI_EXP_SLTSTA, 0xffff);
			break;
		}
		at = space->at[at + 1] & ~3U;
	}
}

/* Errors that were reported. */
static void free_extended(uint8_t *mask, const struct space *space)
{
	unsigned int at = PCI_CFG_SPACE_SIZE, count;

	for (count = 0; space->size == SPACE && at >= PCI_CFG_SPACE_SIZE && count < EXT_CAPS_MAX; count++) {
		if (get16(space, at) == PCI_EXT_CAP_ID_ERR) {
			memset(mask + at + PCI_ERR_UNCOR_STATUS, 0xff, 4);
			memset(mask + at + PCI_ERR_COR_STATUS, 0xff, 4);
			memset(mask + at + PCI_ERR_CAP, 0x1f, 1);
			memset(mask + at + PCI_ERR_HEADER_LOG, 0xff, 16);
		}
		at = get16(space, at + 2) >> 4 & ~3U;
	}
}

static void free_bits(uint8_t *mask, const struct space *space, bool given)
{
	memset(mask, 0, SPACE);
	free16(mask, PCI_STATUS, 0xf900 | PCI_STATUS_INTERRUPT);
	free_capabilities(mask, space, given);
	free_extended(mask, space);
	if (!given)
		return;
	free16(mask, PCI_COMMAND, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
	       PCI_COMMAND_INVALIDATE);
	mask[PCI_CACHE_LINE_SIZE] = 0xff;
}

/* ----------------------------------------------------------------- devices */
static unsigned int differences(const char *address, const struct space *then,
				const struct space *now, bool given)
{
	unsigned int at, found = 0;
	uint8_t mask[SPACE];

	if (now->size != then->size)
		fail("expected %zu bytes of %s, got %zu", then->size, address, now->size);
	free_bits(mask, then, given);
	for (at = 0; at < now->size; at++) {
		if (!((now->at[at] ^ then->at[at]) & ~mask[at]))
			continue;
		found++;
		if (found <= 8)
			say("%s%s: register 0x%03x was 0x%02x, is 0x%02x, may differ in 0x%02x",
			    address, given ? " (given)" : "", at, then->at[at], now->at[at], mask[at]);
	}
	return found;
}

static void save_one(const char *folder, const char *address, const struct space *space)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, address);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, space->at, space->size) != (ssize_t)space->size || close(fd))
		fail_errno(path);
}

static unsigned int compare_one(const char *folder, const char *address, const struct space *now,
				char **given)
{
	struct space then;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, address);
	space_read(&then, path);
	for (; *given; given++)
		if (!strcmp(*given, address))
			return differences(address, &then, now, true);
	return differences(address, &then, now, false);
}

int main(int argc, char **argv)
{
	bool saving = argc == 3 && !strcmp(argv[1], "save");
	unsigned int devices = 0, found = 0;
	const char *folder = argc > 2 ? argv[2] : "";
	struct dirent *entry;
	struct space now;
	char path[512];
	DIR *all;

	if (!saving && (argc < 3 || strcmp(argv[1], "compare")))
		usage(USAGE);
	if (!saving && argc > 3 && !strcmp(argv[3], "msi")) {
		messages_free = true;
		argv++;
	}
	all = opendir(SYSFS);
	if (!all)
		fail_errno(SYSFS);
	while ((entry = readdir(all))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), SYSFS "/%s/config", entry->d_name);
		space_read(&now, path);
		if (saving)
			save_one(folder, entry->d_name, &now);
		else
			found += compare_one(folder, entry->d_name, &now, argv + 3);
		devices++;
	}
	closedir(all);
	if (found)
		fail("expected no difference, found %u", found);
	if (!devices)
		fail("expected devices below " SYSFS);
	say("%u devices %s", devices, saving ? "saved" : "are as they were");
	return 0;
}
