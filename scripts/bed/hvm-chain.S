/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A boot sector that starts the next hard disk's boot sector.
 *
 * The firmware of an HVM guest boots the first disk that it finds, and that is
 * an emulated IDE disk, one of those that the kernel unplugs later; the kernel
 * itself comes from the disk after them, on AHCI, which the firmware reads much
 * faster. Each IDE disk has this sector.
 */
	.code16
	.text
	.globl	_start
_start:
	cli
	xorw	%ax, %ax
	movw	%ax, %ss
	movw	%ax, %ds
	movw	%ax, %es
	movw	$0x7c00, %sp
	sti
	cld
	movw	$0x7c00, %si		/* out of the way of what is read */
	movw	$0x0600, %di
	movw	$256, %cx
	rep movsw
	ljmp	$0, $(0x0600 + moved - _start)
moved:
	movw	$0x0201, %ax		/* read one sector ... */
	movw	$0x7c00, %bx
	movw	$1, %cx			/* ... the first ... */
	movb	$0, %dh
	incb	%dl			/* ... of the disk after that which %dl names */
	int	$0x13
	jc	stop
	ljmp	$0, $0x7c00		/* with %dl as the firmware has it */
stop:
	hlt
	jmp	stop

	.org	510
	.word	0xaa55
