/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks: instructions that do nothing on any processor and that the counting
 * plugin sees when they are executed.
 *
 * A mark is the seven byte NOP "nopl MARK_MAGIC + command * 256 + byte(%rax)".
 * A word of text is sent byte by byte with MARK_BYTE; MARK_BEGIN takes the text
 * sent so far ("WHERE ROW ITERATIONS") and starts the interval, MARK_END ends
 * it, MARK_BOOT reports the counts since the first kernel's first instruction.
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

#define MARK_MAGIC	0x58420000	/* the upper half is the signature */

#define MARK_BYTE	0
#define MARK_BEGIN	1
#define MARK_END	2
#define MARK_BOOT	3

#ifndef __ASSEMBLER__

#define MARK(command)							\
	asm volatile("nopl %c0(%%rax)"					\
		     : : "i" (MARK_MAGIC + ((command) << 8)) : "memory")

/* 256 marks in a row, each of eight bytes: seven of NOP and one RET. */
asm(".pushsection .text\n"
    ".balign 8\n"
    "mark_bytes:\n"
    "	.set mark_byte, 0x58420000\n"
    "	.rept 256\n"
    "	nopl mark_byte(%rax)\n"
    "	ret\n"
    "	.set mark_byte, mark_byte + 1\n"
    "	.endr\n"
    ".popsection\n");
extern const char mark_bytes[];

static inline void mark_text(const char *text)
{
	for (; *text; text++) {
		const void *mark = mark_bytes + 8 * (unsigned char)*text;

		/* steps over the red zone */
		asm volatile("lea -128(%%rsp), %%rsp\n\t"
			     "call *%0\n\t"
			     "lea 128(%%rsp), %%rsp"
			     : : "r" (mark) : "memory");
	}
}

#endif
#endif
