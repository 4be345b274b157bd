/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks: instructions that do nothing on any processor, and that the counting
 * plugin (../plugin/count.c) sees when they are executed.
 *
 * A mark is the seven byte NOP "nopl MARK_MAGIC + command * 256 + byte(%rax)".
 * Text is sent byte by byte with MARK_BYTE.  MARK_BEGIN takes the text sent so
 * far, "WHERE ROW ITERATIONS", and starts an interval; MARK_END ends it.
 * MARK_BOOT takes the text too, and reports what was counted since the first
 * instruction of the first kernel.
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

#define MARK_MAGIC	0x58420000	/* the upper half is the signature */

#define MARK_BYTE	0
#define MARK_BEGIN	1
#define MARK_END	2
#define MARK_BOOT	3

#define MARK(command)							\
	asm volatile("nopl %c0(%%rax)"					\
		     : : "i" (MARK_MAGIC + ((command) << 8)) : "memory")

void mark_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
