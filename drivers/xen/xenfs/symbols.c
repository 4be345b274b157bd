// SPDX-License-Identifier: GPL-2.0
/*
 * xensyms: the hypervisor's symbols, a line each, for profilers.
 *
 * The hypervisor gives one symbol a call, by a number, and with it the number of the next
 * one, which is the position in the file. seq_file's lock guards a reader's state.
 */
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <asm/xen/hypercall.h>

#include <xen/interface/xen.h>
#include <xen/interface/platform.h>

#include "xenfs.h"

/* Names have been up to 127 bytes; one that is longer gets the room it needs. */
#define SYMBOL_ROOM	128
#define SYMBOL_ROOM_MAX	SZ_64K

struct symbol_reader {
	char *name;
	u32 room;
	struct xenpf_symdata found;
};

static int symbol_ask(struct symbol_reader *reader, u32 number)
{
	struct xen_platform_op op = {
		.cmd = XENPF_get_symbol,
		.u.symdata = { .symnum = number, .namelen = reader->room },
	};
	int err;

	memset(reader->name, 0, reader->room);
	set_xen_guest_handle(op.u.symdata.name, reader->name);
	err = HYPERVISOR_platform_op(&op);
	reader->found = op.u.symdata;
	return err;
}

static int symbol_make_room(struct symbol_reader *reader, u32 room)
{
	char *name;

	if (room > SYMBOL_ROOM_MAX)
		return -E2BIG;

	name = kmalloc(room, GFP_KERNEL);
	if (!name)
		return -ENOMEM;

	kfree(reader->name);
	reader->name = name;
	reader->room = room;
	return 0;
}

/* Is there such a symbol? The last one's successor is itself. */
static bool symbol_find(struct symbol_reader *reader, loff_t number)
{
	int err;

	if (number < 0 || number > U32_MAX)
		return false;

	err = symbol_ask(reader, number);
	if (!err && reader->found.namelen > reader->room) {
		err = symbol_make_room(reader, reader->found.namelen);
		if (!err)
			err = symbol_ask(reader, number);
	}

	return !err && reader->found.symnum != number;
}

static void *symbol_start(struct seq_file *m, loff_t *pos)
{
	return symbol_find(m->private, *pos) ? m->private : NULL;
}

static void *symbol_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct symbol_reader *reader = v;

	*pos = reader->found.symnum;
	return symbol_find(reader, *pos) ? reader : NULL;
}

static void symbol_stop(struct seq_file *m, void *v)
{
}

static int symbol_show(struct seq_file *m, void *v)
{
	const struct symbol_reader *reader = v;

	seq_printf(m, "%016llx %c %.*s\n", reader->found.address, reader->found.type,
		   (int)reader->room, reader->name);
	return 0;
}

static const struct seq_operations symbol_seq_ops = {
	.start = symbol_start,
	.next = symbol_next,
	.stop = symbol_stop,
	.show = symbol_show,
};

static int symbol_open(struct inode *inode, struct file *file)
{
	struct symbol_reader *reader = __seq_open_private(file, &symbol_seq_ops, sizeof(*reader));
	int err;

	if (!reader)
		return -ENOMEM;

	err = symbol_make_room(reader, SYMBOL_ROOM);
	if (err)
		seq_release_private(inode, file);
	return err;
}

static int symbol_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct symbol_reader *reader = m->private;

	kfree(reader->name);
	return seq_release_private(inode, file);
}

const struct file_operations xenfs_symbols_fops = {
	.open = symbol_open,
	.release = symbol_release,
	.read = seq_read,
	.llseek = seq_lseek,
};
