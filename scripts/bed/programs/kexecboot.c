// SPDX-License-Identifier: GPL-2.0
/*
 * kexecboot - load another kernel and start it in the place of the running one.
 *
 *	kexecboot load BZIMAGE INITRD COMMAND-LINE
 *	kexecboot start
 *
 * By kexec_load(), that is with all of the new kernel's boot parameters made
 * here: the memory map, the ACPI root and the screen are those that the running
 * kernel was given (/sys/kernel/boot_params/data), as Documentation/arch/x86/boot
 * wants them. The new kernel is entered at its 64-bit entry by a few instructions
 * in front of its boot parameters.
 *
 * build: 64
 */
#include "bed.h"

#include <asm/bootparam.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <sys/stat.h>

#define USAGE "kexecboot load BZIMAGE INITRD COMMAND-LINE | start"
#define CURRENT "/sys/kernel/boot_params/data"
#define ENTRY_64 0x200		/* of the protected mode part, see boot.rst */
#define KERNEL_LOWEST (16 * MIB)
#define PAGE 4096UL

struct file {
	uint8_t *data;
	size_t size;
};

/* One page for each: the way in, the boot parameters, the command line. */
struct low {
	uint8_t code[PAGE];
	struct boot_params params;
	char arguments[PAGE];
};

static struct low low __attribute__((aligned(4096)));
static struct boot_params current;

static struct file file_read(const char *path)
{
	struct file file;
	struct stat info;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &info))
		fail("expected to open %s, got %s", path, strerror(errno));
	file.size = (size_t)info.st_size;
	file.data = malloc(file.size);
	if (!file.data)
		fail_errno("malloc");
	read_exactly(fd, file.data, file.size);
	close(fd);
	return file;
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

/* place - the first range of RAM of that size, at or above an address. */
static uint64_t place(uint64_t lowest, uint64_t size, uint64_t unit)
{
	const struct boot_e820_entry *entry;
	uint64_t at;
	int i;

	for (i = 0; i < current.e820_entries; i++) {
		entry = &current.e820_table[i];
		at = round_up(entry->addr < lowest ? lowest : entry->addr, unit);
		if (entry->type == 1 && at + size <= entry->addr + entry->size)
			return at;
	}
	fail("expected %llu bytes of RAM from %#llx, found none",
	     (unsigned long long)size, (unsigned long long)lowest);
}

/* enter - mov $params, %rsi; mov $entry, %rax; jmp *%rax */
static void enter(uint8_t *code, uint64_t params, uint64_t entry)
{
	memcpy(code, "\x48\xbe", 2);
	memcpy(code + 2, &params, 8);
	memcpy(code + 10, "\x48\xb8", 2);
	memcpy(code + 12, &entry, 8);
	memcpy(code + 20, "\xff\xe0", 2);
}

static void describe(const struct setup_header *header, uint64_t at)
{
	struct boot_params *params = &low.params;

	params->screen_info = current.screen_info;
	params->acpi_rsdp_addr = current.acpi_rsdp_addr;
	params->e820_entries = current.e820_entries;
	memcpy(params->e820_table, current.e820_table, sizeof(params->e820_table));
	params->hdr = *header;
	params->hdr.type_of_loader = 0xff;
	params->hdr.cmd_line_ptr = (uint32_t)(at + offsetof(struct low, arguments));
	params->hdr.setup_data = 0;
}

static void load(const char *image, const char *initrd, const char *arguments)
{
	struct file kernel = file_read(image), ramdisk = file_read(initrd);
	const struct setup_header *header = (const void *)(kernel.data + offsetof(struct boot_params, hdr));
	struct file now = file_read(CURRENT);
	struct kexec_segment segments[3];
	uint64_t at, kernel_at, ramdisk_at;
	size_t setup;

	step("load");
	if (now.size != sizeof(current))
		fail("expected %zu bytes in " CURRENT ", got %zu", sizeof(current), now.size);
	memcpy(&current, now.data, sizeof(current));
	if (header->header != 0x53726448 || !(header->xloadflags & XLF_KERNEL_64))
		fail("expected a bzImage with a 64-bit entry in %s", image);
	if (strlen(arguments) >= sizeof(low.arguments))
		fail("expected a shorter command line");

	setup = ((header->setup_sects ?: 4) + 1) * 512UL;
	at = place(64 * 1024, sizeof(low), PAGE);
	kernel_at = place(KERNEL_LOWEST, header->init_size, header->kernel_alignment);
	ramdisk_at = place(kernel_at + header->init_size, ramdisk.size, PAGE);

	describe(header, at);
	low.params.hdr.ramdisk_image = (uint32_t)ramdisk_at;
	low.params.hdr.ramdisk_size = (uint32_t)ramdisk.size;
	strcpy(low.arguments, arguments);
	enter(low.code, at + offsetof(struct low, params), kernel_at + ENTRY_64);

	segments[0] = (struct kexec_segment) { &low, sizeof(low), (void *)at, sizeof(low) };
	segments[1] = (struct kexec_segment) { kernel.data + setup, kernel.size - setup, (void *)kernel_at,
					       round_up(header->init_size, PAGE) };
	segments[2] = (struct kexec_segment) { ramdisk.data, ramdisk.size, (void *)ramdisk_at,
					       round_up(ramdisk.size, PAGE) };
	if (syscall(SYS_kexec_load, at, 3UL, segments, (unsigned long)KEXEC_ARCH_X86_64))
		fail_errno("kexec_load");
	say("kernel at %#llx, initramfs at %#llx, the rest at %#llx", (unsigned long long)kernel_at,
	    (unsigned long long)ramdisk_at, (unsigned long long)at);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "load")) {
		load(argv[2], argv[3], argv[4]);
		return 0;
	}
	if (argc != 2 || strcmp(argv[1], "start"))
		usage(USAGE);
	step("start");
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
	fail_errno("reboot");
}
