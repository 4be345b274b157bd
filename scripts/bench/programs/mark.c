// SPDX-License-Identifier: GPL-2.0
/* Sends text to the counting plugin: one mark for each byte. */
#include <stdarg.h>
#include <stdio.h>

#include "mark.h"

#define STRING(x)	STRING_(x)
#define STRING_(x)	#x

/* mark_bytes[8 * byte]: the mark of that byte (7 bytes of NOP) and a RET. */
asm(".pushsection .text\n"
    ".balign 8\n"
    "mark_bytes:\n"
    "	.set mark_byte, " STRING(MARK_MAGIC) "\n"
    "	.rept 256\n"
    "	nopl mark_byte(%rax)\n"
    "	ret\n"
    "	.set mark_byte, mark_byte + 1\n"
    "	.endr\n"
    ".popsection\n");
extern void mark_bytes(void);

void mark_text(const char *format, ...)
{
	char text[120], *byte;
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	for (byte = text; *byte; byte++)
		((void (*)(void))((char *)mark_bytes +
				  8 * (unsigned char)*byte))();
}
