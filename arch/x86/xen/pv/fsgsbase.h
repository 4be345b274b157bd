/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XEN_PV_FSGSBASE_H
#define XEN_PV_FSGSBASE_H

#include <linux/types.h>

#include <asm/insn.h>

/**
 * xen_fsgsbase_insn - is this one of RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE?
 * @code:	what 64-bit code has at its instruction pointer
 * @len:	bytes of it that are known
 *
 * F3 0F AE with a register as operand, and 0 to 3 as extension of the opcode
 * (Intel SDM, volume 2).
 *
 * Return: whether it is.
 */
static inline bool xen_fsgsbase_insn(const u8 *code, size_t len)
{
	struct insn decoded, *insn = &decoded;
	insn_byte_t prefix;
	int i;

	if (insn_decode(insn, code, len, INSN_MODE_64) || insn->opcode.nbytes != 2 ||
	    insn->opcode.bytes[0] != 0x0f || insn->opcode.bytes[1] != 0xae ||
	    X86_MODRM_MOD(insn->modrm.value) != 3 || X86_MODRM_REG(insn->modrm.value) > 3)
		return false;
	for_each_insn_prefix(insn, i, prefix) {
		if (prefix == 0xf3)
			return true;
	}
	return false;
}

#endif
